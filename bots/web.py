"""Web: the one aiohttp server with every route, and how it starts and stops."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from importlib import resources
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

import bots.slack.manifest
import bots.slack.route
import bots.teams.app
from bots.answer import Answer, answer_to, marked
from bots.bootstrap import Services
from bots.contract import read_payload, verdict_json
from bots.gate import MAX_BODY, MalformedBody, parse_object, read_body
from bots.gauges import measure
from bots.listener import Listener
from bots.rounds import rounds
from bots.watch import watch
from bots.wording import ASKS
from core.draft import Author
from core.errors import DraftError
from core.telemetry import ACK_SECONDS, REJECTED

NOTICE_SECONDS = 5
READY_SECONDS = 1
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ACKNOWLEDGED = {bots.slack.manifest.EVENTS_PATH: "slack", bots.teams.app.PATH: "teams"}
"""Where a platform waits for our acknowledgement."""

PAGE_TYPES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
SERVICES = web.AppKey("services", Services)
DRAINING = web.AppKey("draining", asyncio.Event)

log = structlog.get_logger()


def build_app(services: Services) -> web.Application:
    """Build the application with the routes that the settings open; every other path answers 404."""
    settings = services.settings
    app = web.Application(middlewares=[_answer_every_fault], client_max_size=MAX_BODY)
    app[SERVICES], app[DRAINING] = services, asyncio.Event()
    if settings.ops_port is None:
        add_operations(app)
    if settings.api_token:
        app.router.add_post("/v1/check", check)
    if settings.env == "dev":
        app.router.add_get("/", page)
        app.router.add_get("/page/{name}", page_file)
        app.router.add_post("/try", try_it)
    if settings.slack_on:
        bots.slack.route.mount(app, services)
    if settings.teams_on:
        bots.teams.app.mount(app, services)
    return app


def build_operations_app(services: Services) -> web.Application:
    """Build the application for CHECKPOST_OPS_PORT: health, readiness and metrics only."""
    app = web.Application(middlewares=[_answer_every_fault], client_max_size=MAX_BODY)
    app[SERVICES], app[DRAINING] = services, asyncio.Event()
    add_operations(app)
    return app


def add_operations(app: web.Application) -> None:
    """Add the routes that operators watch."""
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def serve(services: Services, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; then say so on /readyz, go on for a while, and let what is in flight finish."""
    settings = services.settings
    ports = [("PORT", build_app(services), settings.port)]
    if settings.ops_port is not None:  # opened first, so that it answers until the other has closed
        ports.insert(0, ("CHECKPOST_OPS_PORT", build_operations_app(services), settings.ops_port))
    async with AsyncExitStack() as stack:
        for setting, app, port in ports:
            listener = Listener(app)
            stack.push_async_callback(listener.close)
            await listener.open(settings.host, port, setting)
        await stack.enter_async_context(rounds(*measure(services), watch(services), patience=NOTICE_SECONDS))
        log.info("serve.started", url=f"http://{settings.host}:{settings.port}/")
        await stop.wait()
        log.info("serve.stopping")
        for _, app, _ in ports:
            app[DRAINING].set()
        await asyncio.sleep(NOTICE_SECONDS if settings.env != "dev" else 0)


async def healthz(_: web.Request) -> web.Response:
    """Answer 200 while the process and its loop are alive."""
    return web.json_response({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """Answer 200 while the database answers and the server is not stopping, else 503 with what is missing."""
    if request.app[DRAINING].is_set():
        return web.json_response({"status": "not ready", "missing": ["stopping"]}, status=503)
    try:
        async with asyncio.timeout(READY_SECONDS):
            version = await request.app[SERVICES].terms.version()
    except Exception as error:
        log.warning("readyz.failed", error=type(error).__name__)
        return web.json_response({"status": "not ready", "missing": ["database"]}, status=503)
    return web.json_response({"status": "ready", "terms_version": version})


async def metrics(_: web.Request) -> web.Response:
    """Answer with Prometheus' text format."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def check(request: web.Request) -> web.Response:
    """Answer a program's draft with the verdict in the contract's form."""
    services = request.app[SERVICES]
    token = services.settings.api_token
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted = token.get_secret_value().encode() if token else b""
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode("utf-8", "replace"), wanted):
        REJECTED.labels(platform="api", reason="token").inc()
        refusal = _refuse(401, "give the token of CHECKPOST_API_TOKEN as `Authorization: Bearer ...`")
        refusal.headers["WWW-Authenticate"] = "Bearer"
        return refusal
    draft = read_payload(parse_object(await read_body(request))).draft(Author("api", "", "token"))
    return web.json_response(verdict_json(draft, await services.checker.check(draft)))


async def page(_: web.Request) -> web.Response:
    """Answer with the try-it page."""
    text = resources.files("bots").joinpath("page", "index.html").read_text(encoding="utf-8")
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": CSP})


async def page_file(request: web.Request) -> web.Response:
    """Answer with a part of the try-it page."""
    name = request.match_info["name"]
    if name not in PAGE_TYPES:
        raise web.HTTPNotFound
    text = resources.files("bots").joinpath("page", name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=PAGE_TYPES[name])


async def try_it(request: web.Request) -> web.Response:
    """Answer the try-it page: the verdict, its words, and the draft cut at the marks."""
    draft = read_payload(parse_object(await read_body(request))).draft(Author("page", "", "visitor"))
    verdict = await request.app[SERVICES].checker.check(draft)
    words = answer_to(draft, verdict)
    return web.json_response(
        {"verdict": verdict_json(draft, verdict), "answer": _words(words), "marked": list(marked(draft, verdict))}
    )


def _words(words: Answer) -> dict[str, Any]:
    items = [
        {"asks": ASKS[i.action], **asdict(i), "action": i.action.name.lower(), "more": i.more} for i in words.items
    ]
    return {**asdict(words), "items": items}


@web.middleware
async def _answer_every_fault(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn what a handler raises into an answer that quotes nothing, and add the headers every answer has."""
    began = time.perf_counter()
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _refuse(error.status, _SENTENCES.get(error.status, error.reason))
        response.headers.update({name: error.headers[name] for name in ("Allow",) if name in error.headers})
        if error.status == 408:
            response.force_close()
    except (DraftError, MalformedBody) as error:
        response = _refuse(400, str(error))
    except Exception as error:
        log.error("request.failed", path=request.path, error=type(error).__name__)
        response = _refuse(500, "this could not be answered; try again")
    if name := ACKNOWLEDGED.get(request.path):
        ACK_SECONDS.labels(platform=name).observe(time.perf_counter() - began)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


_SENTENCES = {
    404: "there is nothing at this address",
    405: "this address takes another method",
    408: "the body did not arrive in time",
    413: "the body is over 512 KiB",
}


def _refuse(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
