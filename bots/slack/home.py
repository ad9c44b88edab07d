"""Home: what somebody finds who opens the app: a check, what is kept, the policy, and their own receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots import labels
from bots.leaf import read_number
from bots.receipts import LAST, TOPIC, describe
from bots.slack.blocks import Block, actions, button, context, header, line, section
from bots.slack.desk import OPEN
from bots.slack.docket import docket
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.views import home
from core.errors import CheckpostError

CHECK, PAGE = "home_check", "home_page"
"""The actions of the buttons: open the form, open a page of guidance."""


async def show_home(door: Door, inquiry: Inquiry) -> None:
    """Publish the Home tab of one person; no term ever stands on it."""
    author = inquiry.author
    is_admin = bool(await door.people.is_admin(author))
    zone = await door.people.timezone(author)
    try:
        receipts = await door.services.audit.receipts(str(author), LAST)
        requests = await docket(door, author, zone, read_number(inquiry.text.strip()))
    except CheckpostError:
        receipts, requests = None, []
    view = home(_blocks(receipts, requests, zone, is_admin))
    await door.api.call(door.api.client.views_publish, user_id=author.id, view=view)


def _blocks(
    receipts: list[tuple[int, datetime, dict[str, Any]]] | None,
    requests: list[Block],
    zone: ZoneInfo,
    is_admin: bool,
) -> list[Block]:
    pages = [
        button(labels.HOME_KEPT, f"{PAGE}:privacy", "privacy"),
        button(labels.HOME_POLICY, f"{PAGE}:policy", "policy"),
        button(labels.HOME_TRAIL, f"{PAGE}:trail", "trail"),
    ]
    blocks = [
        header(labels.NAME),
        section(labels.HOME_LEAD),
        actions(button(labels.FORM_TITLE, CHECK, style="primary"), *pages),
    ]
    if is_admin:
        blocks += [section(labels.HOME_ADMIN), actions(button(labels.TERMS, OPEN))]
    blocks += [*requests, header(labels.HOME_RECEIPTS)]
    if receipts is None:
        return [*blocks, section(labels.HOME_FAULT)]
    blocks += [line(describe(at.astimezone(zone), record)) for _, at, record in receipts]
    signed = actions(button(labels.RECEIPTS, f"{PAGE}:{TOPIC}", TOPIC))
    blocks += [signed] if receipts else [section(labels.HOME_NO_RECEIPTS)]
    return [*blocks, context(labels.HOME_RECEIPTS_NOTE.format(zone=zone.key))]
