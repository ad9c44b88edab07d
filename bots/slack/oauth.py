"""OAuth: how the app comes into more workspaces, each with its own token.

https://docs.slack.dev/authentication/installing-with-oauth: to Slack's page with a state, back with a code, once.
"""

from __future__ import annotations

import hmac
import secrets
import time
from urllib.parse import urlencode

import structlog
from aiohttp import web
from yarl import URL

from bots import labels
from bots.bootstrap import Services
from bots.slack.manifest import REDIRECT_PATH, rights
from bots.slack.workspaces import ManyWorkspaces, installed
from core.settings import Settings
from core.telemetry import REJECTED

log = structlog.get_logger()

INSTALL = "/slack/install"
COOKIE = "checkpost-slack-state"
STATE_SECONDS = 600

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>checkpost</title><body><p>{sentence}</p></body></html>"""


def begin(services: Services, request: web.Request) -> web.Response:
    """Send whoever installs to Slack, with a state that only this browser has."""
    settings = services.settings
    state = new_state(services)
    query = {
        "client_id": settings.slack_client_id or "",
        "scope": ",".join(rights(settings)),
        "state": state,
        "redirect_uri": _redirect_uri(settings, request),
    }
    page = URL(settings.slack_api_url).origin() / "oauth/v2/authorize"
    response = web.Response(status=302, headers={"Location": f"{page}?{urlencode(query)}"})
    response.set_cookie(
        COOKIE, state, max_age=STATE_SECONDS, path="/slack", httponly=True, samesite="Lax", secure=_is_secure(settings)
    )
    return response


async def finish(services: Services, workspaces: ManyWorkspaces, request: web.Request) -> web.Response:
    """Take whoever comes back from Slack: trade the code for a token, and keep it."""
    settings = services.settings
    state, code = request.query.get("state", ""), request.query.get("code", "")
    if not _is_ours(services, state) or not hmac.compare_digest(
        state.encode(), request.cookies.get(COOKIE, "").encode("utf-8", "replace")
    ):
        return _refuse("state", labels.INSTALL_FOREIGN)
    if not await services.deliveries.claim(f"slack:state:{state}"):
        return _refuse("state_used", labels.INSTALL_FOREIGN)
    if not code:
        return _refuse("declined", labels.INSTALL_DECLINED)
    answer = await workspaces.trade(code=code, redirect_uri=_redirect_uri(settings, request))
    installation = installed(answer) if answer["ok"] else None
    if installation is None:
        return _refuse("code", labels.INSTALL_FAILED)
    if settings.slack_workspaces and installation.place.removeprefix("slack:") not in settings.slack_workspaces:
        return _refuse("workspace", labels.INSTALL_ELSEWHERE)
    await workspaces.save(installation)
    log.info("slack.installed")
    response = _page(200, labels.INSTALLED)
    response.del_cookie(COOKIE, path="/slack")
    return response


def new_state(services: Services) -> str:
    """Return a state that we know again for ten minutes."""
    stamp = f"{int(time.time())}.{secrets.token_urlsafe(16)}"
    return f"{stamp}.{_mark(services, stamp)}"


def _is_ours(services: Services, state: str) -> bool:
    stamp, _, mark = state.rpartition(".")
    began = stamp.partition(".")[0]
    if not began.isascii() or not began.isdigit() or len(began) > 12:
        return False
    age = time.time() - int(began)
    return 0 <= age + 1 <= STATE_SECONDS and hmac.compare_digest(_mark(services, stamp).encode(), mark.encode())


def _mark(services: Services, stamp: str) -> str:
    return services.database.keys.digest("tokens", f"state|{stamp}".encode("utf-8", "replace")).hex()[:40]


def _redirect_uri(settings: Settings, request: web.Request) -> str:
    """Return the address that Slack sends people back to; Slack takes only those that the manifest names."""
    scheme = "https" if _is_secure(settings) else request.scheme
    return f"{scheme}://{request.host}{REDIRECT_PATH}"


def _is_secure(settings: Settings) -> bool:
    return settings.env == "production"


def _refuse(reason: str, sentence: str) -> web.Response:
    REJECTED.labels(platform="slack", reason=f"oauth_{reason}").inc()
    log.warning("slack.request_rejected", reason=f"oauth_{reason}", status=400)
    return _page(400, sentence)


def _page(status: int, sentence: str) -> web.Response:
    return web.Response(status=status, text=_PAGE.format(sentence=sentence), content_type="text/html")
