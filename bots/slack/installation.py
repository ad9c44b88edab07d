"""Installation: which workspace our token belongs to, and who we are there."""

from __future__ import annotations

from dataclasses import dataclass

from bots.slack.api import Api


@dataclass(frozen=True, slots=True)
class Identity:
    """What auth.test says about our token."""

    workspace: str
    bot_user: str | None
    bot: str | None


class Installation:
    """The one installation of a static token; asked once, and again only while nobody answered."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.identity: Identity | None = None

    async def learn(self) -> Identity | None:
        """Return who we are, asking Slack unless it is known; None when Slack does not say."""
        if self.identity is None:
            answer = await self._api.call(self._api.client.auth_test)
            if answer["ok"]:
                self.identity = Identity(str(answer.get("team_id") or ""), answer.get("user_id"), answer.get("bot_id"))
        return self.identity
