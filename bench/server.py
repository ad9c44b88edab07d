"""Server: a process that answers the benchmark's requests: `python -m bench.server KIND PORT`.

KIND is `bare` (aiohttp that reads the body and answers a constant), `unread` (checkpost without its reader) or `whole`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile

from bench.whole import without_reader

TOKEN = "bench"


async def _bare(port: int) -> None:
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"outcome": "ok"})

    app = web.Application()
    app.router.add_post("/v1/check", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


async def _ours(port: int) -> None:
    from bots.bootstrap import build_services
    from bots.web import serve
    from core import probing
    from core.db import init_database
    from core.settings import load_settings

    probing.CHECKS_A_MINUTE = {}  # a benchmark is nobody who probes
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        environ = {
            "CHECKPOST_ENV": "dev",
            "CHECKPOST_DATABASE_URL": url,
            "CHECKPOST_API_TOKEN": TOKEN,
            "PORT": str(port),
        }
        settings = load_settings(environ)
        await init_database(settings)
        services = await build_services(settings)
        try:
            await serve(services, asyncio.Event())
        finally:
            await services.close()


def _main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "unread":
        without_reader()
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    asyncio.run(_bare(port) if kind == "bare" else _ours(port))


if __name__ == "__main__":
    _main()
