"""Installation: which workspace a token belongs to, and who we are there."""

from __future__ import annotations

from dataclasses import dataclass

from bots.slack.api import Api


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in a workspace."""

    workspace: str
    bot_user: str | None
    bot: str | None


class Installation:
    """One installation; Slack is asked who we are once, and again only while nobody answered."""

    def __init__(self, api: Api, identity: Identity | None = None) -> None:
        self._api = api
        self.identity = identity

    async def learn(self) -> Identity | None:
        """Return who we are, asking Slack unless it is known; None when Slack does not say."""
        if self.identity is None:
            answer = await self._api.ask(self._api.client.auth_test)
            if answer["ok"]:
                self.identity = Identity(str(answer.get("team_id") or ""), answer.get("user_id"), answer.get("bot_id"))
        return self.identity

    async def close(self) -> None:
        """Stop sending: the app was taken out of the workspace, or its token was."""
        self._api.closed, self.identity = True, None

    async def reopen(self) -> None:
        """Find out whether a workspace that still writes to us has taken us back."""
        self._api.closed = await self.learn() is None
