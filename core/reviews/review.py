"""Review: one request for a human decision about one exact draft, and how it looks in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from core.draft import Account, Author, Draft, Network
from core.finding import finding_of
from core.keys import KeyRing
from core.plan import Step
from core.verdict import Outcome, Verdict


class State(StrEnum):
    """How a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    SUGGESTED = "suggested"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts on a request; doors that know their e-mail address let one person on two platforms be seen."""

    author: Author
    email: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """Return the name under which records know this person."""
        return str(self.author)

    def is_same(self, name: str, email: str | None) -> bool:
        """Tell whether this is the person of that name, or of that e-mail address where both are known."""
        return str(self) == name or bool(self.email and email and self.email.casefold() == email.casefold())


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did about a request: `kind` is open, approve, suggest, decline, delegate, reopen, ...

    `email` is theirs where they approved and it was known, so that they are known again on another platform.
    """

    at: datetime
    actor: str
    kind: str
    step: int
    reason: str = field(default="", repr=False)
    text: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Review:
    """A request. `draft`, `verdict` and `note` are what the author sent, None and empty once they are deleted.

    `step` counts from 0 into `steps`; `assigned` is who was asked by name. `policy` is the version it counts for.
    """

    id: str
    author: str
    opened_at: datetime
    policy: str
    outcome: Outcome
    state: State
    step: int
    lapses_at: datetime
    assigned: str | None
    steps: tuple[Step, ...] = ()
    draft: Draft | None = None
    verdict: Verdict | None = None
    note: str = field(default="", repr=False)
    email: str | None = field(default=None, repr=False)
    events: tuple[Event, ...] = ()

    @property
    def turn(self) -> Step | None:
        """Return the step that waits for a decision."""
        return self.steps[self.step] if self.step < len(self.steps) else None


def draft_digests(keys: KeyRing, draft: Draft, text: str | None = None) -> list[str]:
    """Return what stands for one exact text by one author in one place, under each key, the active one first.

    With a file that nobody could read, it is another draft than without.
    """
    place = (str(draft.author), draft.network.value, draft.account.value)
    fields = (*place, draft.text if text is None else text, *draft.unread)
    joined = b"".join(f"{len(each)}:".encode() + each.encode("utf-8", "surrogatepass") for each in fields)
    return keys.digests("drafts", joined)


def packed(draft: Draft, verdict: Verdict, steps: Iterable[Step], note: str, email: str | None) -> bytes:
    """Write down what a request is about, to be sealed."""
    values = {
        "draft": {
            "id": draft.id,
            "text": draft.text,
            "author": [draft.author.platform, draft.author.workspace, draft.author.id],
            "network": draft.network.value,
            "account": draft.account.value,
            "written_at": draft.written_at.isoformat(),
            "timezone": draft.timezone.key if draft.timezone else None,
            "unread": list(draft.unread),
        },
        "verdict": {
            "findings": [asdict(finding) for finding in verdict.findings],
            "incomplete": list(verdict.incomplete),
            "language": verdict.language,
        },
        "steps": [step.model_dump(mode="json") for step in steps],
        "note": note,
        "email": email,
    }
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")


def unpacked(plain: bytes, row: Any, events: Iterable[Event]) -> Review:
    """Read what `packed` wrote, with the open part of its row."""
    values = json.loads(plain)
    kept, found = values["draft"], values["verdict"]
    draft = Draft(
        id=kept["id"],
        text=kept["text"],
        author=Author(*kept["author"]),
        network=Network(kept["network"]),
        account=Account(kept["account"]),
        written_at=datetime.fromisoformat(kept["written_at"]),
        timezone=ZoneInfo(kept["timezone"]) if kept["timezone"] else None,
        unread=tuple(kept.get("unread", ())),  # requests of before do not name it
    )
    verdict = Verdict(
        id=kept["id"],
        outcome=Outcome(row.outcome),
        policy=row.policy,
        findings=tuple(map(finding_of, found["findings"])),
        incomplete=tuple(found["incomplete"]),
        language=found["language"],
    )
    steps = tuple(Step.model_validate(step) for step in values["steps"])
    return Review(
        **outline(row), steps=steps, draft=draft, verdict=verdict,
        note=values["note"], email=values["email"], events=tuple(events),
    )  # fmt: skip


def outline(row: Any) -> dict[str, Any]:
    """Return what stands in a row of the table in the clear."""
    return {
        "id": row.id,
        "author": row.author,
        "opened_at": row.opened_at,
        "policy": row.policy,
        "outcome": Outcome(row.outcome),
        "state": State(row.state),
        "step": row.step,
        "lapses_at": row.lapses_at,
        "assigned": row.assigned,
    }
