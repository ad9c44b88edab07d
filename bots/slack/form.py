"""Form: where a draft is typed or changed, with where and when it will be published."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bots import answer, labels
from bots.files import read_unread
from bots.slack.blocks import Block, line
from bots.slack.intake import Inquiry
from bots.slack.views import MAX_INPUT, View, choice, modal, moment, text_input
from core.draft import Account, Network

NAME = "check"
"""The form's name, by which Slack says that it was sent."""

_CHOICES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "network": ("network", lambda value: Network(value or Network.OTHER)),
    "account": ("account", lambda value: Account(value or Account.PERSONAL)),
    "when": ("at", lambda value: datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None),
}
"""A field -> what of the inquiry it fills in, and how it is read."""


def build_form(
    text: str = "",
    network: Network = Network.OTHER,
    account: Account = Account.PERSONAL,
    at: datetime | None = None,
    unread: tuple[str, ...] = (),
    *,
    notices: Iterable[str] = (),
) -> View:
    """Build the form, with what is known of the draft; one over MAX_INPUT is left out, and how to send it is said."""
    fits = len(text) <= MAX_INPUT
    return modal(
        labels.FORM_TITLE,
        [
            *map(line, (*notices, *map(answer.unread, unread))),
            text_input(
                "draft",
                labels.FORM_DRAFT,
                text if fits else "",
                lines=True,
                hint=labels.FORM_ROOM.format(room=MAX_INPUT),
            ),
            *particulars(network, account, at),
        ],
        name=NAME,
        submit=labels.FORM_SUBMIT,
        memo=" ".join(unread),
    )


def particulars(network: Network, account: Account, at: datetime | None) -> list[Block]:
    """Build the fields for where, on whose account and when a draft will be published."""
    later = at if at and at > datetime.now(UTC) + timedelta(minutes=1) else None
    return [
        choice("network", labels.FORM_NETWORK, labels.NETWORKS, network.value),
        choice("account", labels.FORM_ACCOUNT, labels.ACCOUNTS, account.value),
        moment("when", labels.FORM_WHEN, int(later.timestamp()) if later else None, hint=labels.FORM_WHEN_HINT),
    ]


def read_form(inquiry: Inquiry) -> tuple[Inquiry, dict[str, str]]:
    """Return the inquiry with what was filled in, and what is wrong with it by field."""
    text = str(inquiry.form.get("draft") or "")
    errors = {} if text.strip() else {"draft": labels.FORM_EMPTY}
    chosen: dict[str, Any] = {}
    for name, (meant, read) in _CHOICES.items():
        try:
            chosen[meant] = read(inquiry.form.get(name))
        except (ValueError, OverflowError, OSError):  # not what the form offers
            errors[name] = labels.FORM_UNKNOWN
    return replace(inquiry, text=text, unread=read_unread(inquiry.memo), **chosen), errors
