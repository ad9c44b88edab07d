"""Interaction: a pressed button, a chosen shortcut or a form that was sent becomes an Inquiry."""

from __future__ import annotations

from typing import Any

from bots import wording
from bots.gate import object_in, objects_in, text_in
from bots.slack.intake import Address, Inquiry, unescape
from core.draft import Author


def pressed(body: dict[str, Any]) -> dict[str, Any]:
    """Return the button that was pressed, as Slack describes it."""
    return next(iter(objects_in(body, "actions")), {})


def read_press(body: dict[str, Any]) -> Inquiry | None:
    """Read a pressed button; its value is the text. None for what has no person."""
    button = pressed(body)
    value = text_in(button, "value") or text_in(object_in(button, "selected_option"), "value")
    view = object_in(body, "view")
    # the Home tab is a view, too, but answers do not go there
    is_form = text_in(view, "type") == "modal"
    channel = text_in(object_in(body, "channel"), "id")
    address = Address(
        user=text_in(object_in(body, "user"), "id"),
        # an answer that its response_url does not take goes to a direct chat, never to others
        channel=channel if channel.startswith("D") else None,
        thread_ts=text_in(object_in(body, "message"), "thread_ts") or None,
        response_url=text_in(body, "response_url") or None,
        view=text_in(view, "id") if is_form else None,
    )
    return _inquiry(body, address, value, view if is_form else {})


def read_shortcut(body: dict[str, Any]) -> Inquiry | None:
    """Read a shortcut; the text is the message that it was chosen on. Whoever chose it is the author of the check."""
    message = object_in(body, "message")
    text, links = unescape(text_in(message, "text"))
    address = Address(text_in(object_in(body, "user"), "id"), response_url=text_in(body, "response_url") or None)
    notices = (wording.FILE_UNREAD,) if objects_in(message, "files") else ()
    return _inquiry(body, address, text, {}, links=links, notices=notices)


def read_submission(body: dict[str, Any]) -> Inquiry | None:
    """Read a form that was sent."""
    view = object_in(body, "view")
    address = Address(text_in(object_in(body, "user"), "id"), view=text_in(view, "id") or None)
    return _inquiry(body, address, "", view)


def read_opened_home(body: dict[str, Any]) -> Inquiry | None:
    """Read that somebody looks at our Home; None for the other tabs."""
    event = body["event"]
    user = text_in(event, "user")
    if not user or event.get("tab") not in (None, "home"):
        return None
    return Inquiry(Author("slack", text_in(body, "team_id"), user), Address(user), "")


def _inquiry(body: dict[str, Any], address: Address, text: str, view: dict[str, Any], **more: Any) -> Inquiry | None:
    if not address.user:
        return None
    team = text_in(object_in(body, "team"), "id") or text_in(object_in(body, "user"), "team_id")
    return Inquiry(
        author=Author("slack", team, address.user),
        address=address,
        text=text,
        trigger=text_in(body, "trigger_id"),
        form=_filled_in(view),
        memo=text_in(view, "private_metadata"),
        root=text_in(view, "root_view_id"),
        **more,
    )


def _filled_in(view: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in a form by block: a text, a choice, choices, a moment in seconds, or files."""
    filled = {}
    for block, inputs in object_in(object_in(view, "state"), "values").items():
        for state in inputs.values() if isinstance(inputs, dict) else ():
            filled[block] = _value(state) if isinstance(state, dict) else None
    return filled


def _value(state: dict[str, Any]) -> Any:
    if isinstance(state.get("selected_option"), dict):
        return text_in(state["selected_option"], "value")
    if isinstance(state.get("selected_options"), list):
        return [text_in(each, "value") for each in objects_in(state, "selected_options")]
    if isinstance(state.get("files"), list):
        return objects_in(state, "files")
    if isinstance(state.get("selected_user"), str):
        return state["selected_user"]
    if isinstance(state.get("selected_date_time"), int):
        return state["selected_date_time"]
    return text_in(state, "value") or None
