"""Connector: the four routes of the Bot Framework connector that we call, with retries, limits and deadlines."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from bots.files import first
from bots.gate import parse_object, text_in
from bots.teams.bearer import Bearer, TokenError
from bots.teams.pace import Pace
from core.telemetry import API_REQUESTS, API_SECONDS

ATTEMPTS = 4
TRY_SECONDS = 10.0
CALL_SECONDS = 20.0
"""One deadline around a call, its waits and its repeats."""

FETCH_SECONDS = 8.0
"""The same, around the fetching of a file."""

LONGEST_WAIT = 8.0
MAX_MESSAGE = 80 * 1024
"""Bytes of a message as UTF-16; Teams refuses at about 100 KB."""

_AGAIN = frozenset({412, 429, 502, 503, 504})

log = structlog.get_logger()


class ConnectorError(Exception):
    """A call that failed for good. `status` is 0 when no answer came, and then nobody knows what happened."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        super().__init__(f"{status} {reason}")


class Connector:
    """Sends with one shared client. `bearer` is None in anonymous mode."""

    def __init__(self, session: ClientSession, bearer: Bearer | None) -> None:
        self._session = session
        self._bearer = bearer
        self._pace = Pace()

    async def post(self, service: str, conversation: str, message: dict[str, Any], reply_to: str | None = None) -> str:
        """Send a message, as a reply where `reply_to` names an activity; return the new activity's id.

        Raises:
            ConnectorError: 413 without a call when the message is over 80 KB; else what the connector said.
        """
        return str((await self._send("POST", service, conversation, reply_to, message)).get("id") or "")

    async def update(self, service: str, conversation: str, activity: str, message: dict[str, Any]) -> None:
        """Put a message in the place of one that we sent.

        Raises:
            ConnectorError: 413 without a call when the message is over 80 KB; else what the connector said.
        """
        await self._send("PUT", service, conversation, activity, message)

    async def create(self, service: str, parameters: dict[str, Any]) -> str:
        """Open a conversation, or find the one there is; return its id.

        Raises:
            ConnectorError: it was refused, or the answer names no conversation.
        """
        answer = await self._call("POST", service, ["v3", "conversations"], parameters)
        if not (found := text_in(answer, "id")):
            raise ConnectorError(0, "no_conversation")
        return found

    async def member(self, service: str, conversation: str, person: str) -> dict[str, Any]:
        """Return what Teams knows of a member of a conversation.

        Raises:
            ConnectorError: it could not be asked, or nobody is there.
        """
        return await self._call("GET", service, ["v3", "conversations", conversation, "members", person])

    async def fetch(self, url: str, most: int, *, known: bool = False) -> bytes | None:
        """Return what is at an address, cut after one byte more than `most`; None where it is out of reach.

        Our token goes along only where the address is `known` to be the service's; others carry the right to be read.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FETCH_SECONDS):
                for attempt in range(ATTEMPTS):
                    try:
                        headers = {"Authorization": await self._bearer.header()} if known and self._bearer else {}
                        target = URL(url, encoded=True)
                        async with self._session.get(target, headers=headers, allow_redirects=False) as response:
                            API_REQUESTS.labels(platform="teams", method="GET", result=str(response.status)).inc()
                            if response.status == 200:
                                return await first(response.content.iter_any(), most + 1)
                            if response.status not in _AGAIN:
                                break
                    except (ClientError, TokenError):
                        pass
                    await asyncio.sleep(_backoff(attempt))
        log.warning("teams.file_out_of_reach")
        return None

    async def _send(
        self, method: str, service: str, conversation: str, activity: str | None, message: dict[str, Any]
    ) -> dict[str, Any]:
        if size(message) > MAX_MESSAGE:
            raise ConnectorError(413, "too_big")
        await self._pace.wait(conversation)
        path = ["v3", "conversations", conversation, "activities", *([activity] if activity else [])]
        return await self._call(method, service, path, message)

    async def _call(
        self, method: str, service: str, path: list[str], body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        again = method != "POST" or path[-1] == "conversations"  # what may safely arrive twice
        url = URL("/".join([service.rstrip("/"), *(quote(part, safe="") for part in path)]), encoded=True)
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        try:
            async with asyncio.timeout(CALL_SECONDS):
                for attempt in range(ATTEMPTS):
                    status, answer, wait = await self._try(method, url, data, attempt, again=again)
                    if wait is None:
                        break
                    log.info("teams.send_repeated", method=method, status=status, seconds=wait)
                    await asyncio.sleep(wait)
        except TimeoutError:
            raise ConnectorError(0, "timeout") from None
        if not 200 <= status < 300:
            log.warning("teams.send_failed", method=method, status=status)
            raise ConnectorError(status, "refused")
        return answer

    async def _try(
        self, method: str, url: URL, data: bytes | None, attempt: int, *, again: bool
    ) -> tuple[int, dict[str, Any], float | None]:
        """Make one attempt; the third value is how long to wait before the next, None when this was the last."""
        last = attempt == ATTEMPTS - 1
        try:
            headers = {"Content-Type": "application/json; charset=utf-8"}
            if self._bearer is not None:
                headers["Authorization"] = await self._bearer.header()
            timeout = ClientTimeout(total=TRY_SECONDS)
            sending = self._session.request(
                method, url, data=data, headers=headers, allow_redirects=False, timeout=timeout
            )
            with API_SECONDS.labels(platform="teams").time():
                response = await sending
            async with response:
                API_REQUESTS.labels(platform="teams", method=method, result=str(response.status)).inc()
                answer = await _answer(response)
                status, retry_after = response.status, response.headers.get("Retry-After", "")
        except ClientConnectorError as error:
            if last:
                raise ConnectorError(0, type(error).__name__) from None
            return 0, {}, _backoff(attempt)
        except TokenError as error:
            raise ConnectorError(0, "no_token") from error
        except (ClientError, TimeoutError) as error:
            # it may have arrived: a second post into a conversation would be a second verdict
            if last or not again:
                raise ConnectorError(0, type(error).__name__) from None
            return 0, {}, _backoff(attempt)
        if status == 401 and attempt == 0 and self._bearer is not None:
            self._bearer.forget()
            return status, answer, 0.0
        if status not in _AGAIN or last:
            return status, answer, None
        wait = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else _backoff(attempt)
        return status, answer, min(wait, LONGEST_WAIT)


def size(value: object) -> int:
    """Return the bytes of a JSON value as Teams counts them, in UTF-16."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-16-le"))


async def _answer(response: ClientResponse) -> dict[str, Any]:
    """Read a JSON object; anything else is an empty answer."""
    try:
        return parse_object(await response.read())
    except ValueError:
        return {}


def _backoff(attempt: int) -> float:
    return float(2**attempt) * random.uniform(0.25, 0.75)  # noqa: S311 - jitter, not a secret
