"""The checker of Slack's limits finds what it is there to find: each limit once kept, and once just missed."""

from __future__ import annotations

import pytest


def block(**fields: object) -> dict:
    """Return a message with one block."""
    return {"text": "x", "blocks": [fields]}


def text(length: int, kind: str = "plain_text") -> dict:
    """Return a text object of a length."""
    return {"type": kind, "text": "x" * length}


def press(**fields: object) -> dict:
    """Return a message with one button."""
    return block(type="actions", elements=[{"type": "button", "action_id": "a", "text": text(1)} | fields])


@pytest.mark.parametrize(
    ("kept", "missed"),
    [
        (block(type="header", text=text(150)), block(type="header", text=text(151))),
        (block(type="header", text=text(1)), block(type="header", text=text(1, "mrkdwn"))),
        (block(type="section", text=text(3_000)), block(type="section", text=text(3_001))),
        (block(type="section", text=text(1)), block(type="section", text=text(0))),
        (block(type="context", elements=[text(1)] * 10), block(type="context", elements=[text(1)] * 11)),
        (press(value="x" * 2_000), press(value="x" * 2_001)),
        (press(text=text(75)), press(text=text(76))),
        (press(action_id="a" * 255), press(action_id="a" * 256)),
        (press(style="danger"), press(style="red")),
        ({"text": "x", "blocks": [{"type": "divider"}] * 50}, {"text": "x", "blocks": [{"type": "divider"}] * 51}),
        ({"text": "x" * 4_000, "blocks": []}, {"text": "x" * 4_001, "blocks": []}),
        ({"text": "x", "blocks": []}, {"text": "", "blocks": []}),
        (block(type="divider"), block(type="carousel")),
        (
            {"text": "x", "blocks": [press()["blocks"][0], press(action_id="b")["blocks"][0]]},
            {"text": "x", "blocks": [press()["blocks"][0], press()["blocks"][0]]},
        ),
        (
            {"text": "x", "blocks": [{"type": "section", "text": text(2_600)}] * 5},
            {"text": "x", "blocks": [{"type": "section", "text": text(2_700)}] * 5},
        ),
    ],
)
def test_a_message_that_misses_a_limit_is_found_and_one_that_keeps_it_is_not(violations, kept, missed) -> None:
    assert violations(kept) == []
    assert violations(missed) != []


FIELD = {
    "type": "input",
    "label": text(1),
    "element": {"type": "plain_text_input", "action_id": "a", "max_length": 3_000},
}
MODAL = {"type": "modal", "title": text(24), "submit": text(24), "close": text(24), "blocks": [FIELD]}


@pytest.mark.parametrize(
    "missed",
    [
        {"title": text(25)},
        {"submit": text(25)},
        {"close": text(0)},
        {"private_metadata": "x" * 3_001},
        {"callback_id": "x" * 256},
        {"blocks": []},
        {"blocks": [{"type": "divider"}] * 101},
        {"blocks": [FIELD | {"element": FIELD["element"] | {"max_length": 3_001}}]},
        {"blocks": [FIELD | {"element": FIELD["element"] | {"max_length": 5, "initial_value": "xxxxxx"}}]},
        {"blocks": [FIELD | {"element": {"type": "datetimepicker", "action_id": "a", "initial_date_time": 99}}]},
        {"blocks": [FIELD | {"element": {"type": "static_select", "action_id": "a", "options": []}}]},
        {"blocks": [FIELD | {"label": text(2_001)}]},
        {"type": "home"},
    ],
)
def test_a_view_that_misses_a_limit_is_found(view_violations, missed: dict) -> None:
    assert view_violations(MODAL) == []
    assert view_violations(MODAL | missed) != []


def test_a_form_without_a_way_to_send_it_is_found(view_violations) -> None:
    assert view_violations({name: value for name, value in MODAL.items() if name != "submit"}) != []
