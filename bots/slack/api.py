"""Api: everything we ask of Slack, through one pool of connections, tried again where that helps."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

from bots.files import first
from core.settings import Settings, is_loopback
from core.telemetry import API_REQUESTS, API_SECONDS

log = structlog.get_logger()

TIMEOUT = 10
"""Seconds for one request to Slack."""

ATTEMPTS = 5
BACKOFF = 0.5
"""Seconds before the second attempt; doubled before each further one."""

_TRANSIENT = frozenset({"ratelimited", "service_unavailable", "fatal_error", "internal_error"})
_TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})

Result = TypeVar("Result")


class _RefusedError(Exception):
    """Slack answered, and said no. `retry_after` is in seconds, where Slack named it."""

    def __init__(self, reason: str, transient: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.transient, self.retry_after = reason, transient, retry_after


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in a workspace."""

    workspace: str
    bot_user: str | None
    bot: str | None


class Api:
    """Slack's Web API and response URLs. Nothing here raises: what failed for good has `ok: false`.

    The SDK's own retry handlers leave out 502, 504, time-outs and `ok: false`, and its webhook client
    tries only 429 again, so one loop here serves both.
    """

    def __init__(
        self, settings: Settings, session: aiohttp.ClientSession, token: str | None, identity: Identity | None = None
    ) -> None:
        self.identity = identity
        """Who the token makes us; asked once, and again only while nobody answered."""
        self.closed = False
        """Whether the app was taken out of the workspace: then nothing is sent there."""
        self.client = AsyncWebClient(
            token=token,
            base_url=settings.slack_api_url,
            timeout=TIMEOUT,
            session=session,
            logger=quiet_logger("slack_sdk"),
            retry_handlers=[],
        )
        # the SDK reads HTTPS_PROXY but not NO_PROXY, and would send loopback through the proxy
        self.client.proxy = None
        self._session = session
        self._response_urls = response_urls(settings.slack_api_url)
        self._downloads = downloads(settings.slack_api_url)

    async def learn(self) -> Identity | None:
        """Return who we are, asking Slack unless it is known; None when Slack does not say."""
        if self.identity is None:
            answer = await self.ask(self.client.auth_test)
            if answer["ok"]:
                self.identity = Identity(str(answer.get("team_id") or ""), answer.get("user_id"), answer.get("bot_id"))
        return self.identity

    def close(self) -> None:
        """Stop sending: the app was taken out of the workspace, or its token was."""
        self.closed, self.identity = True, None

    async def reopen(self) -> None:
        """Find out whether a workspace that still writes to us has taken us back."""
        self.closed = await self.learn() is None

    async def call(self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any) -> dict[str, Any]:
        """Call a method of `self.client` and return Slack's answer, or `ok: false` and an `error`."""
        if self.closed:
            return {"ok": False, "error": "account_inactive"}
        return await self.ask(method, **arguments)

    async def ask(self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any) -> dict[str, Any]:
        """Call a method as `call` does, also where the app was taken out."""

        async def attempt() -> dict[str, Any]:
            try:
                response = await method(**arguments)
            except SlackApiError as error:
                raise _read_refusal(error.response) from None
            if not isinstance(response.data, dict):
                raise _RefusedError("unreadable", transient=False)
            return response.data

        try:
            return await self._insist(getattr(method, "__name__", "method"), attempt)
        except _RefusedError as refused:
            return {"ok": False, "error": refused.reason}

    async def respond(self, url: str, payload: dict[str, Any]) -> bool:
        """Post to a response URL; False when it is foreign, expired, used up or out of reach."""

        async def taken(response: aiohttp.ClientResponse) -> bool | None:
            return '"ok":false' not in (await response.text(errors="replace")).replace(" ", "") or None

        return bool(await self._visit("response_url", self._response_urls, "POST", url, taken, json=payload))

    async def download(self, url: str, most: int) -> bytes | None:
        """Return a file's content, cut after one byte more than `most`; None when it is foreign or out of reach."""

        async def content(response: aiohttp.ClientResponse) -> bytes | None:
            if response.content_type == "text/html":  # without the right to read it: Slack's page for signing in
                return None
            return await first(response.content.iter_chunked(65_536), most + 1)

        headers = {"Authorization": f"Bearer {self.client.token}"}
        return await self._visit("download", self._downloads, "GET", url, content, headers=headers)

    async def upload(self, url: str, content: bytes) -> bool:
        """Send a file to the address that Slack gave for it; False when that is foreign or out of reach."""
        read = aiohttp.ClientResponse.read
        return await self._visit("upload", self._downloads, "POST", url, read, data=content) is not None

    async def _visit(
        self, label: str, ours: re.Pattern[str], method: str, url: str,
        read: Callable[[aiohttp.ClientResponse], Awaitable[Result | None]], **request: Any,
    ) -> Result | None:  # fmt: skip
        """Return what is read of an answer; None when the address is foreign or out of reach, or nothing is read."""
        if not ours.fullmatch(url):
            log.error(f"slack.{label}_refused")
            return None

        async def attempt() -> Result:
            target = URL(url, encoded=True)
            async with self._session.request(method, target, allow_redirects=False, **request) as response:
                if response.status == 200 and (result := await read(response)) is not None:
                    return result
                raise _RefusedError(
                    f"http_{response.status}",
                    transient=response.status in _TRANSIENT_STATUS,
                    retry_after=_seconds(response.headers.get("Retry-After")),
                )

        try:
            return await self._insist(label, attempt)
        except _RefusedError:
            return None

    async def _insist(self, label: str, attempt: Callable[[], Awaitable[Result]]) -> Result:
        for number in range(1, ATTEMPTS + 1):
            pause = BACKOFF * 2 ** (number - 1)
            try:
                with API_SECONDS.labels(platform="slack").time():
                    result = await attempt()
            except _RefusedError as refused:
                reason, again = refused.reason, refused.transient
                pause = refused.retry_after if refused.retry_after is not None else pause
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                reason, again = type(error).__name__, True
            except Exception as error:  # the SDK trips over answers that are no JSON object
                reason, again = type(error).__name__, False
            else:
                API_REQUESTS.labels(platform="slack", method=label, result="ok").inc()
                return result
            API_REQUESTS.labels(platform="slack", method=label, result="failed").inc()
            if not again or number == ATTEMPTS:
                break
            await asyncio.sleep(pause)
        log.warning("slack.api_failed", method=label, reason=reason)
        raise _RefusedError(reason, transient=False)


def quiet_logger(name: str) -> logging.Logger:
    """Return a logger of the SDK that says nothing below ERROR: at INFO and DEBUG it quotes requests."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger


def response_urls(api_url: str) -> re.Pattern[str]:
    """Return the pattern of response URLs that belong to the Slack behind `api_url`."""
    return _addresses(api_url, "hooks")


def downloads(api_url: str) -> re.Pattern[str]:
    """Return the pattern of the addresses of files that belong to the Slack behind `api_url`."""
    return _addresses(api_url, "files")


def _addresses(api_url: str, subdomain: str) -> re.Pattern[str]:
    host = urlsplit(api_url).hostname or ""
    if is_loopback(host):
        name = f"[{host}]" if ":" in host else host
        return re.compile(rf"https?://{re.escape(name)}(?::\d{{1,5}})?/[!-~]*", re.ASCII)
    domain = "slack-gov.com" if f".{host}".endswith(".slack-gov.com") else "slack.com"
    return re.compile(rf"https://{subdomain}\.{re.escape(domain)}/[!-~]*")


def _read_refusal(response: Any) -> _RefusedError:
    """Explain a failed call; `response` is the SDK's, or aiohttp's where the answer was no JSON."""
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    error = data.get("error") if isinstance(data, dict) else None
    reason = error if isinstance(error, str) else f"http_{status}"
    return _RefusedError(
        reason=reason,
        transient=reason in _TRANSIENT or status in _TRANSIENT_STATUS,
        retry_after=_seconds(response.headers.get("Retry-After")),
    )


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isascii() and value.isdigit() else None
