"""Bearer: the bot's own token, kept by one MSAL application a process and fetched off the event loop."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msal
import structlog

from core.settings import Settings

SCOPE = "https://api.botframework.com/.default"
FETCH_SECONDS = 10.0
CLOSE_SECONDS = 2.0
MARGIN_SECONDS = 300.0
"""A token is renewed this long before it ends."""

log = structlog.get_logger()


class TokenError(Exception):
    """No token could be had; the message names the kind of fault only."""


class Bearer:
    """Hands out the Authorization header of outbound calls."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="teams-token")
        self._application: Any = None
        self._token = ""
        self._ends = 0.0
        self._fetching: asyncio.Task[None] | None = None

    async def header(self) -> str:
        """Return `Bearer ...`, fetching a token when there is none for the next five minutes.

        Raises:
            TokenError: the authority refused, failed, or took more than 10 s.
        """
        if time.monotonic() > self._ends - MARGIN_SECONDS:
            await self._refresh()
        return f"Bearer {self._token}"

    async def prewarm(self) -> None:
        """Fetch a token before anybody waits for it; a failure is logged, and the first send tries again."""
        try:
            await self.header()
        except TokenError as error:
            log.warning("teams.token_prewarm_failed", error=str(error))

    def forget(self) -> None:
        """Drop the token that the connector refused."""
        self._ends = 0.0
        if self._application is not None:
            self._application.remove_tokens_for_client()

    async def close(self) -> None:
        """Let go of MSAL's connections, in its own thread, so that a fetch in progress is not cut in two."""
        if self._fetching is not None:
            self._fetching.cancel()
        closing = asyncio.get_running_loop().run_in_executor(self._thread, self._hang_up)
        await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
        self._thread.shutdown(wait=False)

    async def _refresh(self) -> None:
        """Join the one fetch in progress, or begin it, so that twenty senders cost one call."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            await asyncio.shield(self._fetching)
        except TokenError:
            if time.monotonic() > self._ends:
                raise

    async def _fetch(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                answer = await loop.run_in_executor(self._thread, self._ask)
        except Exception as error:  # MSAL raises whatever requests, json and it think of
            raise TokenError(type(error).__name__) from None
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(lasts, int):
            raise TokenError("refused")
        self._token, self._ends = token, time.monotonic() + lasts

    def _hang_up(self) -> None:
        if self._application is not None:
            self._application.http_client.close()

    def _ask(self) -> dict[str, Any]:
        if self._application is None:
            settings, password = self._settings, self._settings.teams_app_password
            tenant = settings.teams_tenant_id
            self._application = msal.ConfidentialClientApplication(
                settings.teams_app_id,
                client_credential=password.get_secret_value() if password else None,
                authority=settings.teams_authority or f"https://login.microsoftonline.com/{tenant}",
                timeout=FETCH_SECONDS,
            )
        answer: dict[str, Any] = self._application.acquire_token_for_client(scopes=[SCOPE])
        return answer
