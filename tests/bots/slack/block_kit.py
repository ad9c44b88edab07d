"""What Slack refuses about a message or a view, as far as its reference says so.

https://docs.slack.dev/reference/block-kit and /reference/views. Limits that are not written down there but are
reported (4,000 characters of text, 13,200 over all blocks) are held too.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

MESSAGE_BLOCKS, VIEW_BLOCKS, VIEW_BYTES = 50, 100, 250_000
MESSAGE_TEXT, MESSAGE_CHARACTERS = 4_000, 13_200
IDS = ("block_id", "action_id", "callback_id", "external_id")
IN_MESSAGE = {"header", "section", "context", "actions", "rich_text", "divider"}
IN_VIEW = IN_MESSAGE | {"input"}


def message_violations(message: dict) -> list[str]:
    """Name each limit that a message breaks."""
    blocks = list(message.get("blocks") or [])
    text = message.get("text")
    wrong = [] if isinstance(text, str) and text.strip() else ["no top-level text"]
    wrong += ["text too long"] if len(text or "") > MESSAGE_TEXT else []
    wrong += ["too many blocks"] if len(blocks) > MESSAGE_BLOCKS else []
    total = sum(len(each) for each in strings(blocks))
    wrong += [f"{total} characters in all"] if total > MESSAGE_CHARACTERS else []
    return wrong + list(_blocks(blocks, IN_MESSAGE))


def view_violations(view: dict) -> list[str]:
    """Name each limit that a view breaks."""
    blocks = list(view.get("blocks") or [])
    wrong = [] if view.get("type") in ("modal", "home") else ["unknown kind of view"]
    wrong += ["too many blocks"] if not 0 < len(blocks) <= VIEW_BLOCKS else []
    wrong += ["too large"] if len(json.dumps(view).encode()) > VIEW_BYTES else []
    wrong += ["private_metadata too long"] if len(view.get("private_metadata") or "") > 3_000 else []
    for name in ("title", "submit", "close"):
        if view.get("type") == "home":
            wrong += [f"home with {name}"] if name in view else []
        elif name in view or name == "title":
            wrong += _text(view.get(name), 24, name, ("plain_text",))
    has_inputs = any(block.get("type") == "input" for block in blocks)
    if view.get("type") == "modal" and has_inputs and "submit" not in view:
        wrong.append("inputs without submit")
    return wrong + list(_ids(view)) + list(_blocks(blocks, IN_VIEW))


def strings(value: object) -> Iterator[str]:
    """Yield every text that somebody reads."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("text", "initial_value") and isinstance(part, str):
                yield part
            elif not isinstance(part, str):
                yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def _blocks(blocks: list[dict], known: set[str]) -> Iterator[str]:
    for kind in ("block_id", "action_id"):
        counted = Counter(each for each in _found(blocks, kind))
        yield from (f"{kind} twice: {each}" for each, count in counted.items() if count > 1)
    for block in blocks:
        kind = block.get("type")
        if kind not in known:
            yield f"unknown block {kind}"
            continue
        yield from _ids(block)
        yield from _CHECKS[kind](block)


def _header(block: dict) -> Iterator[str]:
    yield from _text(block.get("text"), 150, "header", ("plain_text",))


def _section(block: dict) -> Iterator[str]:
    if ("text" in block) == ("fields" in block):
        yield "section needs text or fields"
    if "text" in block:
        yield from _text(block["text"], 3_000, "section")
    fields = block.get("fields", [])
    if len(fields) > 10:
        yield "section with too many fields"
    for field in fields:
        yield from _text(field, 2_000, "field")
    if "accessory" in block:
        yield from _element(block["accessory"])


def _context(block: dict) -> Iterator[str]:
    if not 0 < len(block.get("elements", [])) <= 10:
        yield "context needs one to ten elements"
    for element in block.get("elements", []):
        yield from _text(element, 2_000, "context")


def _actions(block: dict) -> Iterator[str]:
    if not 0 < len(block.get("elements", [])) <= 25:
        yield "actions need one to 25 elements"
    for element in block.get("elements", []):
        yield from _element(element)


def _input(block: dict) -> Iterator[str]:
    yield from _text(block.get("label"), 2_000, "label", ("plain_text",))
    if "hint" in block:
        yield from _text(block["hint"], 2_000, "hint", ("plain_text",))
    yield from _element(block.get("element", {}))


def _rich(block: dict) -> Iterator[str]:
    if not block.get("elements"):
        yield "empty rich text"
    for part in block.get("elements", []):
        if part.get("type") not in ("rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list"):
            yield f"unknown rich text {part.get('type')}"
        if not part.get("elements"):
            yield "empty part of rich text"
        for element in part.get("elements", []):
            yield from _rich_element(element)


def _rich_element(element: dict) -> Iterator[str]:
    if element.get("type") not in ("text", "link", "user", "usergroup", "channel", "emoji"):
        yield f"unknown rich text element {element.get('type')}"
    if element.get("type") == "text" and not element.get("text"):
        yield "empty text in rich text"
    if element.get("type") == "link" and not str(element.get("url", "")).startswith(("https://", "http://")):
        yield "link without an address"
    if not set(element.get("style", {})) <= {"bold", "italic", "strike", "code"}:
        yield "unknown style"


def _element(element: dict) -> Iterator[str]:
    kind = element.get("type")
    if kind not in _ELEMENTS:
        yield f"unknown element {kind}"
        return
    if not element.get("action_id"):
        yield f"{kind} without action_id"
    yield from _ids(element)
    yield from _ELEMENTS[kind](element)
    if "confirm" in element:
        confirm = element["confirm"]
        for name, room in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            yield from _text(confirm.get(name), room, f"confirm {name}")
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, "placeholder", ("plain_text",))


def _button(element: dict) -> Iterator[str]:
    yield from _text(element.get("text"), 75, "button", ("plain_text",))
    if "value" in element and not 0 < len(element["value"]) <= 2_000:
        yield "button value"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield "button style"


def _options(element: dict) -> Iterator[str]:
    options = element.get("options", [])
    most = {"static_select": 100, "overflow": 5}.get(element["type"], 10)
    if not 0 < len(options) <= most:
        yield "number of options"
    for option in options:
        yield from _text(option.get("text"), 75, "option")
        if not 0 < len(option.get("value", "")) <= 150:
            yield "option value"
    if len({option.get("value") for option in options}) < len(options):
        yield "option twice"
    if "initial_option" in element and element["initial_option"] not in options:
        yield "initial option is none of the options"


def _typed(element: dict) -> Iterator[str]:
    most = element.get("max_length", 3_000)
    if not 0 < most <= 3_000:
        yield "max_length"
    if len(element.get("initial_value", "")) > most:
        yield "initial value too long"


def _moment(element: dict) -> Iterator[str]:
    if "initial_date_time" in element and not 10**9 <= element["initial_date_time"] < 10**10:
        yield "moment is not of ten digits"


def _file(element: dict) -> Iterator[str]:
    if not 0 < element.get("max_files", 10) <= 10:
        yield "max_files"


def _text(value: object, room: int, what: str, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> list[str]:
    if not isinstance(value, dict) or value.get("type") not in kinds or not isinstance(value.get("text"), str):
        return [f"{what} is no text"]
    length = len(value["text"])
    return [] if 0 < length <= room else [f"{what} of {length}"]


def _ids(value: dict) -> Iterator[str]:
    for name in IDS:
        if len(value.get(name) or "") > 255:
            yield f"{name} too long"


def _found(value: object, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            yield value[key]
        for part in value.values():
            yield from _found(part, key)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _found(part, key)


_CHECKS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich,
    "input": _input,
    "divider": lambda _: iter(()),
}
_ELEMENTS = {
    "button": _button,
    "static_select": _options,
    "radio_buttons": _options,
    "checkboxes": _options,
    "overflow": _options,
    "plain_text_input": _typed,
    "datetimepicker": _moment,
    "file_input": _file,
    "users_select": lambda _: iter(()),
}
