"""The JSON that other programs send and get: a payload becomes a Draft, a Verdict becomes a dict."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.draft import Account, Author, Draft, Network, clean
from core.errors import DraftError
from core.finding import Finding
from core.verdict import Verdict


class DraftPayload(BaseModel):
    """One draft as a program sends it."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    id: str = Field(default_factory=lambda: str(uuid.uuid4()), min_length=1, max_length=200)
    text: str = Field(repr=False)
    network: Network = Network.OTHER
    account: Account = Account.PERSONAL
    timezone: ZoneInfo | None = None
    at: datetime | None = None

    @field_validator("id", mode="before")
    @classmethod
    def _number_or_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("text")
    @classmethod
    def _something_to_read(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the draft is empty: give the text of the post")
        return clean(value)

    @field_validator("timezone", mode="before")
    @classmethod
    def _known_zone(cls, value: object) -> object:
        if value is None:
            return None
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("unknown time zone: write AREA/CITY, for example Europe/Berlin") from None

    @model_validator(mode="after")
    def _aware(self) -> Self:
        if self.at is not None and not 1970 <= self.at.year < 3000:
            raise ValueError("at: write a year between 1970 and 3000")
        if self.at is not None and self.at.tzinfo is None:
            self.at = self.at.replace(tzinfo=self.timezone or UTC)
        return self

    def draft(self, author: Author) -> Draft:
        """Build the Draft that `author` is about to publish."""
        return Draft(
            id=self.id,
            text=self.text,
            author=author,
            network=self.network,
            account=self.account,
            written_at=self.at or datetime.now(UTC),
            timezone=self.timezone,
        )


def read_payload(values: Any) -> DraftPayload:
    """Check a decoded JSON value.

    Raises:
        DraftError: naming each field that is wrong and what it may be, never quoting it.
    """
    if not isinstance(values, dict):
        raise DraftError("send a JSON object with a text")
    try:
        return DraftPayload.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        raise DraftError("; ".join(_problem(problem) for problem in problems)) from None


def verdict_json(draft: Draft, verdict: Verdict) -> dict[str, Any]:
    """Return the verdict in the contract's form; offsets count code points of the draft, end exclusive.

    Where people approved exactly this text in a review, `approval` names the review.
    """
    shown = {
        "id": verdict.id,
        "outcome": verdict.outcome.value,
        "findings": [_finding_json(draft, verdict, finding) for finding in verdict.findings],
        "rewrite": verdict.rewrite,
        "policy": verdict.policy,
        "language": verdict.language,
        "incomplete": list(verdict.incomplete),
    }
    approval = verdict.approval
    if approval is None:
        return shown
    return {**shown, "approval": {"review": approval.review, "at": approval.at.isoformat()}}


def _finding_json(draft: Draft, verdict: Verdict, finding: Finding) -> dict[str, Any]:
    start, end = finding.span.start, finding.span.end
    return {
        "rule": finding.rule,
        "category": finding.category,
        "action": finding.action.name.lower(),
        "start": start,
        "end": end,
        "text": draft.text[start:end] if verdict.may_quote(finding) else None,
        "score": round(finding.score, 4),
        "why": finding.why,
        "suggest": list(finding.suggest),
        "learn": finding.learn,
    }


_ADVICE = {
    "id": "write a text of 1 to 200 characters, or a number",
    "text": "write the draft as a text",
    "network": f"use one of {' '.join(Network)}",
    "account": f"use one of {' '.join(Account)}",
    "at": "write a moment as ISO 8601, for example 2026-05-04T09:00:00+02:00",
}


def _problem(problem: Any) -> str:
    """Say what a field takes, without a word of what it was given."""
    field = str(problem["loc"][0]) if problem["loc"] else "draft"
    message = str(problem["msg"])
    own = message.removeprefix("Value error, ")
    return f"{field}: {own if own != message else _ADVICE.get(field, own)}" if problem["loc"] else own
