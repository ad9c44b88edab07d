"""checkpost as a process, a third-party Slack as another, and a bridge between them: loopback and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests import process as processes
from tests.bots.slack import block_kit
from tests.emulator import bridge as bridges

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip with a reason where the emulator is not installed, unless it is asked for."""
    ready = (HERE / "node_modules" / "emulate").is_dir() and shutil.which("node")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.emulator)
            if not ready and not os.environ.get("CHECKPOST_REQUIRE_EMULATOR"):
                item.add_marker(pytest.mark.skip(reason="the emulator is not installed: make e2e"))


class Bot(processes.Process):
    """checkpost with what it needs to know of the bridge."""

    def __init__(self, folder: Path, bridge, port: int, variables: dict[str, str]) -> None:
        ours = {
            "PORT": str(port),
            "SLACK_BOT_TOKEN": bridges.TOKEN,
            "SLACK_SIGNING_SECRET": bridges.SECRET,
            "SLACK_API_URL": f"{bridge.url}/api/",
            "CHECKPOST_ADMINS": "slack:workspace-admins",
            "OMP_NUM_THREADS": "1",
        }
        super().__init__(folder, **ours | variables)


@pytest.fixture
async def slack() -> AsyncIterator[SimpleNamespace]:
    """Start the third-party Slack and the bridge in front of it."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        bridge = bridges.Bridge(block_kit.message_violations, block_kit.view_violations, session)
        app = web.Application(client_max_size=10**7)
        app.router.add_route("*", "/{tail:.*}", bridge.handle)
        server = TestServer(app)
        await server.start_server()
        bridge.url = str(server.make_url("")).rstrip("/")
        bridge.port = processes.free_port()
        bridge.bot_url = f"http://127.0.0.1:{bridge.port}"
        process = subprocess.Popen(
            ["node", "launch.mjs"],
            cwd=HERE,
            env=os.environ | {"EVENTS": f"{bridge.url}/relay"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        process.stdin.write(json.dumps(bridges.seed(f"{bridge.bot_url}/slack/oauth_redirect")).encode())
        process.stdin.close()
        try:
            bridge.upstream = (await asyncio.to_thread(process.stdout.readline)).decode().strip().rstrip("/")
            assert bridge.upstream, "the emulator did not start"
            people = (await bridge.upstream_call("users.list", {}, bridges.TOKEN))["members"]
            bridge.people = {each["name"]: each["id"] for each in people}
            yield bridge
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, 10)
            process.stdout.close()
            await server.close()
        assert bridge.broken == []


@pytest.fixture
async def start(tmp_path: Path, slack) -> AsyncIterator:
    """Return how to start checkpost; its log is searched for drafts and secrets, and it may not leave loopback."""
    bots: list[Bot] = []

    async def begin(*modules: str, **variables: str) -> Bot:
        """Start it; `modules` are run over its new database before."""
        bot = Bot(tmp_path, slack, slack.port, variables)
        bots.append(bot)
        for arguments in [("bots.cli", "db", "init"), *((each,) for each in modules)] if modules else []:
            await asyncio.to_thread(bot.python, "-m", *arguments)
        await bot.start()
        return bot

    yield begin
    for bot in bots:
        bot.end()
    for bot in bots:
        assert not bot.escapes.exists(), bot.escapes.read_text("utf-8")
        said = bot.said()
        for word in ("Traceback", "canary", bridges.TOKEN, bridges.SECRET):
            assert word not in said
