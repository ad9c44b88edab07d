"""Memo: a draft and its verdict on their way through a button: sealed for its author, so that nobody keeps them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots.files import read_unread
from core.draft import Account, Author, Draft, Network
from core.errors import DatabaseError
from core.finding import Finding, Span, finding_of
from core.keys import KeyRing
from core.verdict import Approval, Outcome, Verdict

_FIELDS = tuple(each.name for each in fields(Finding))


@dataclass(frozen=True, slots=True)
class Memo:
    """What a card shows. `notices` say what was not read; `noted` are rules whose finding its author called none."""

    draft: Draft
    verdict: Verdict
    notices: tuple[str, ...] = ()
    noted: frozenset[str] = frozenset()


def seal(keys: KeyRing, nonce: str, memo: Memo) -> str:
    """Return a text that gives a memo back to the draft's author alone, on the card of this nonce alone."""
    plain = json.dumps(_packed(memo), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return keys.seal_text(zlib.compress(plain, 9), _place(memo.draft.author, nonce), "memos")


def unseal(keys: KeyRing, nonce: str, author: Author, text: str) -> Memo | None:
    """Return what `seal` was given; None for anything that it did not make, for this author and nonce."""
    try:
        values = json.loads(zlib.decompress(keys.open_text(text, _place(author, nonce), "memos")))
    except (DatabaseError, ValueError, zlib.error):
        return None
    return _unpacked(values, author)


def sources(keys: KeyRing, raw: dict[str, Any]) -> list[str]:
    """Return how the ids of drafts out of this message begin, under each key of the ring, the active first.

    So what a review keeps of a message can be found when its author deletes it, and by nobody without the key.
    """
    message = json.dumps([raw["conversation"]["id"], raw.get("id")]).encode()
    return [digest[:16] for digest in keys.digests("drafts", message)]


def _place(author: Author, nonce: str) -> str:
    return f"memo|{author}|{nonce}"


def _packed(memo: Memo) -> dict[str, Any]:
    draft, verdict, approval = memo.draft, memo.verdict, memo.verdict.approval
    return {
        "id": draft.id,
        "text": draft.text,
        "to": [draft.network.value, draft.account.value],
        "at": [draft.written_at.isoformat(), draft.timezone.key if draft.timezone else None],
        "unread": list(draft.unread),
        "verdict": [verdict.outcome.value, verdict.policy, list(verdict.incomplete), verdict.language],
        "approved": [approval.review, approval.by, approval.at.isoformat()] if approval else None,
        "safe": verdict.rewrite,
        "found": [[_plain(getattr(finding, name)) for name in _FIELDS] for finding in verdict.findings],
        "notices": memo.notices,
        "noted": sorted(memo.noted),
    }


def _unpacked(values: Mapping[str, Any], author: Author) -> Memo:
    (network, account), (at, zone) = values["to"], values["at"]
    outcome, version, incomplete, language = values["verdict"]
    draft = Draft(
        id=values["id"],
        text=values["text"],
        author=author,
        network=Network(network),
        account=Account(account),
        written_at=datetime.fromisoformat(at),
        timezone=ZoneInfo(zone) if zone else None,
        unread=tuple(values.get("unread", read_unread(" ".join(incomplete)))),  # cards of before do not name it
    )
    verdict = Verdict(
        id=values["id"],
        outcome=Outcome(outcome),
        policy=version,
        findings=tuple(finding_of(dict(zip(_FIELDS, each, strict=True))) for each in values["found"]),
        incomplete=tuple(incomplete),
        language=language,
        rewrite=values["safe"],
        approval=_approval(*approved) if (approved := values.get("approved")) else None,
    )
    return Memo(draft, verdict, tuple(values.get("notices", ())), frozenset(values["noted"]))


def _approval(review: str, by: str, at: str) -> Approval:
    return Approval(review, by, datetime.fromisoformat(at))


def _plain(value: object) -> object:
    return [value.start, value.end] if isinstance(value, Span) else value
