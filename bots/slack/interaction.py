"""Interaction: a pressed button, a chosen shortcut or a form that was sent becomes an Inquiry."""

from __future__ import annotations

from typing import Any

from bots.slack.intake import Address, Inquiry, name_in, unescape
from core.draft import Author


def read_press(body: dict[str, Any]) -> Inquiry | None:
    """Read a pressed button; its value is the text. None for what has no person."""
    actions = body.get("actions")
    pressed = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    value = name_in(pressed, "value") or name_in(_inside(pressed, "selected_option"), "value")
    view = _inside(body, "view")
    # the Home tab is a view, too, but answers do not go there
    is_form = name_in(view, "type") == "modal"
    channel = name_in(_inside(body, "channel"), "id")
    address = Address(
        user=name_in(_inside(body, "user"), "id"),
        # an answer that its response_url does not take goes to a direct chat, never to others
        channel=channel if channel.startswith("D") else None,
        thread_ts=name_in(_inside(body, "message"), "thread_ts") or None,
        response_url=name_in(body, "response_url") or None,
        view=name_in(view, "id") if is_form else None,
    )
    return _inquiry(body, address, value, view if is_form else {})


def read_shortcut(body: dict[str, Any]) -> Inquiry | None:
    """Read a shortcut; the text is the message that it was chosen on. Whoever chose it is the author of the check."""
    text, _ = unescape(name_in(_inside(body, "message"), "text"))
    address = Address(name_in(_inside(body, "user"), "id"), response_url=name_in(body, "response_url") or None)
    return _inquiry(body, address, text, {})


def read_submission(body: dict[str, Any]) -> Inquiry | None:
    """Read a form that was sent."""
    view = _inside(body, "view")
    address = Address(name_in(_inside(body, "user"), "id"), view=name_in(view, "id") or None)
    return _inquiry(body, address, "", view)


def read_opened_home(body: dict[str, Any]) -> Inquiry | None:
    """Read that somebody looks at our Home; None for the other tabs."""
    event = body["event"]
    user = name_in(event, "user")
    if not user or event.get("tab") not in (None, "home"):
        return None
    return Inquiry(Author("slack", name_in(body, "team_id"), user), Address(user), "")


def _inquiry(body: dict[str, Any], address: Address, text: str, view: dict[str, Any]) -> Inquiry | None:
    if not address.user:
        return None
    team = name_in(_inside(body, "team"), "id") or name_in(_inside(body, "user"), "team_id")
    return Inquiry(
        author=Author("slack", team, address.user),
        address=address,
        text=text,
        trigger=name_in(body, "trigger_id"),
        form=_filled_in(view),
        memo=name_in(view, "private_metadata"),
        root=name_in(view, "root_view_id"),
    )


def _filled_in(view: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in a form by block: a text, a choice, choices, a moment in seconds, or files."""
    filled = {}
    for block, inputs in _inside(_inside(view, "state"), "values").items():
        for state in inputs.values() if isinstance(inputs, dict) else ():
            filled[block] = _value(state) if isinstance(state, dict) else None
    return filled


def _value(state: dict[str, Any]) -> Any:
    if isinstance(state.get("selected_option"), dict):
        return name_in(state["selected_option"], "value")
    if isinstance(state.get("selected_options"), list):
        return [name_in(each, "value") for each in state["selected_options"] if isinstance(each, dict)]
    if isinstance(state.get("files"), list):
        return [each for each in state["files"] if isinstance(each, dict)]
    if isinstance(state.get("selected_user"), str):
        return state["selected_user"]
    if isinstance(state.get("selected_date_time"), int):
        return state["selected_date_time"]
    return name_in(state, "value") or None


def _inside(values: dict[str, Any], key: str) -> dict[str, Any]:
    value = values.get(key)
    return value if isinstance(value, dict) else {}
