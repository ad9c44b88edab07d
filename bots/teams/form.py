"""Form: where a draft is typed or changed, with where and when it will be published."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots import answer, labels, wording
from bots.files import read_unread
from bots.teams.cards import Block, Card, button, card, choice, fault, fits, moment, row, sentence, text_input
from bots.teams.click import Click, new_nonce
from bots.teams.intake import written_at
from bots.teams.turn import Turn
from core.draft import MAX_CHARACTERS, Account, Draft, Network
from core.errors import DraftError

CHECK = "check"
"""The verb of the form's button."""


def build_form(
    text: str = "",
    network: str = Network.OTHER,
    account: str = Account.PERSONAL,
    when: tuple[str, str] = ("", ""),
    unread: tuple[str, ...] = (),
    *,
    notices: tuple[str, ...] = (),
    error: str = "",
) -> Card | None:
    """Build the form, with what is known of the draft and what is wrong with it; None where the draft has no room."""
    wrong = {labels.FORM_EMPTY: "draft", labels.FORM_WHEN_HALF: "when"}.get(error, "")
    body: list[Block] = [sentence(notice) for notice in (*notices, *map(answer.unread, unread))]
    body += fault("" if wrong else error)
    body += text_input(
        "draft", labels.FORM_DRAFT, text, lines=True, most=MAX_CHARACTERS, error=error if wrong == "draft" else ""
    )
    body.append(choice("network", labels.FORM_NETWORK, labels.NETWORKS, network))
    body.append(choice("account", labels.FORM_ACCOUNT, labels.ACCOUNTS, account))
    body += moment("when", labels.FORM_WHEN, *when, error=error if wrong == "when" else "")
    body.append(sentence(labels.FORM_WHEN_HINT, isSubtle=True, size="small"))
    data = {"nonce": new_nonce(), "about": " ".join(unread)}
    body.append(row(button(labels.FORM_SUBMIT, CHECK, data, style="positive")))
    body.append(sentence(wording.PRIVACY, isSubtle=True, size="small"))
    built = card(body, labels.FORM_TITLE)
    return built if fits(built) else None


def form_again(click: Click, error: str) -> Card:
    """Build the form that was sent once more, with everything that was filled in and what is wrong."""
    filled = click.inputs
    kept = (filled.get("draft", ""), filled.get("network", ""), filled.get("account", ""))
    more = ((filled.get("when_day", ""), filled.get("when_time", "")), read_unread(click.about))
    return build_form(*kept, *more, error=error) or build_form("", *kept[1:], *more, error=error) or {}


def read_form(turn: Turn) -> Draft:
    """Build the draft that was filled in.

    Raises:
        DraftError: saying what is missing or wrong; quotes nothing.
    """
    filled = turn.click.inputs
    text = filled.get("draft", "").strip()
    if not text:
        raise DraftError(labels.FORM_EMPTY)
    try:
        return Draft(
            id=str(uuid.uuid4()),
            text=text,
            author=turn.author,
            network=Network(filled.get("network") or Network.OTHER),
            account=Account(filled.get("account") or Account.PERSONAL),
            written_at=read_moment(filled, "when", turn.zone) or written_at(turn.raw),
            timezone=turn.zone,
            unread=read_unread(turn.click.about),
        )
    except ValueError:
        raise DraftError(labels.FORM_UNKNOWN) from None


def read_moment(filled: Any, name: str, zone: ZoneInfo) -> datetime | None:
    """Read the two fields of a moment on its author's clock; None where both are empty.

    Raises:
        DraftError: only one of them is filled in, or they are no day and time.
    """
    day, time = filled.get(f"{name}_day") or "", filled.get(f"{name}_time") or ""
    if not day and not time:
        return None
    try:
        moment_ = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=zone)
        if not (day and time and 1970 <= moment_.year < 3000):
            raise ValueError
    except ValueError:
        raise DraftError(labels.FORM_WHEN_HALF) from None
    return datetime.fromisoformat(moment_.isoformat())


def shown_moment(at: datetime | None, zone: ZoneInfo) -> tuple[str, str]:
    """Return day and time of a moment as the fields show it, or nothing where it is past or none."""
    if at is None or at <= datetime.now(UTC):
        return "", ""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"
