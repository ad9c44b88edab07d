"""Views: the shells of forms and of the Home tab, within Slack's limits, and what may stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bots import labels
from bots.leaf import Leaf
from bots.slack.blocks import Block, Message, actions, button, context, cut, escaped, plain, section

View = dict[str, Any]
"""A view, as https://docs.slack.dev/reference/views has it."""

MAX_VIEW_BLOCKS = 90
MAX_INPUT = 3_000
"""Characters that a field of a form holds."""

MAX_ERROR = 150
"""Width of what is said at a field that is wrong."""

TURN = "turn"
"""The action of the buttons that turn a page."""


def modal(title: str, blocks: Iterable[Block], *, name: str = "shown", submit: str = "", memo: str = "") -> View:
    """Build a form, or a page where there is nothing to submit."""
    view: View = {
        "type": "modal",
        "callback_id": name,
        "title": plain(cut(title, 24)),
        "close": plain(labels.CLOSE),
        "blocks": list(blocks)[:MAX_VIEW_BLOCKS],
        "private_metadata": memo,
    }
    return view | ({"submit": plain(cut(submit, 24))} if submit else {})


def home(blocks: Iterable[Block]) -> View:
    """Build the Home tab."""
    return {"type": "home", "blocks": list(blocks)[:MAX_VIEW_BLOCKS]}


def notice(mrkdwn: str, title: str = labels.NAME) -> View:
    """Build a page that says one thing."""
    return modal(title, [section(part) for part in mrkdwn.split("\n\n")])


def not_done(reason: str) -> View:
    """Build a page that says why something was not done, in words that may come from anybody."""
    return notice(labels.NOT_DONE.format(reason=escaped(reason)))


def told(messages: Sequence[Message], title: str = labels.NAME, *, elsewhere: bool = False) -> View:
    """Build a page out of the first of several messages; `elsewhere` says where the rest is."""
    blocks = list(messages[0].blocks)
    return modal(title, [*blocks, context(labels.REST_IN_CHAT)] if elsewhere else blocks)


def text_input(
    block: str,
    label: str,
    initial: str = "",
    *,
    most: int = MAX_INPUT,
    lines: bool = False,
    optional: bool = False,
    hint: str = "",
) -> Block:
    """Build a field for words; what does not fit is never cut, so `initial` must fit."""
    element: Block = {"type": "plain_text_input", "action_id": block, "multiline": lines, "max_length": most}
    if initial:
        element["initial_value"] = initial
    return _input(block, label, element, optional, hint)


def choice(block: str, label: str, options: Mapping[str, str], chosen: str, *, hint: str = "") -> Block:
    """Build a menu out of values and what they are called."""
    listed = {value: {"text": plain(cut(name, 75)), "value": value} for value, name in options.items()}
    element: Block = {"type": "static_select", "action_id": block, "options": list(listed.values())}
    if chosen in listed:
        element["initial_option"] = listed[chosen]
    return _input(block, label, element, False, hint)


def moment(block: str, label: str, seconds: int | None, *, hint: str = "") -> Block:
    """Build a field for a day and a time; it shows them on the clock of whoever fills it in."""
    element: Block = {"type": "datetimepicker", "action_id": block}
    if seconds is not None:
        element["initial_date_time"] = seconds
    return _input(block, label, element, True, hint)


def ticks(block: str, label: str, options: Mapping[str, str]) -> Block:
    """Build boxes to tick."""
    listed = [{"text": plain(cut(name, 75)), "value": value} for value, name in options.items()]
    return _input(block, label, {"type": "checkboxes", "action_id": block, "options": listed}, True, "")


def person_input(block: str, label: str, *, hint: str = "") -> Block:
    """Build a field for one person of the workspace."""
    return _input(block, label, {"type": "users_select", "action_id": block}, False, hint)


def file_input(block: str, label: str, types: Sequence[str], *, hint: str = "") -> Block:
    """Build a field for one file."""
    element: Block = {"type": "file_input", "action_id": block, "filetypes": list(types), "max_files": 1}
    return _input(block, label, element, True, hint)


def pager(page: Leaf[Any], what: str, action: str = TURN) -> list[Block]:
    """Build the buttons that lead to the pages before and after; nothing where there is one page."""
    buttons = [button(label, f"{action}:{number}", f"{number} {what}") for label, number in page.turns]
    return [actions(*buttons), context(page.place)] if buttons else []


def _input(block: str, label: str, element: Block, optional: bool, hint: str) -> Block:
    built: Block = {"type": "input", "block_id": block, "label": plain(cut(label, 150)), "element": element}
    built["optional"] = optional
    return built | ({"hint": plain(cut(hint, 1_000))} if hint else {})
