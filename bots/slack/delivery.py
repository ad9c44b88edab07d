"""Delivery: one verified request from Slack, parsed once, with the key under which it is claimed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qsl

from bots.gate import parse_object, text_in

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_MAX_FIELDS = 200


class Kind(Enum):
    """What Slack wants to tell us."""

    EVENT = auto()
    COMMAND = auto()
    INTERACTION = auto()
    URL_VERIFICATION = auto()
    SSL_CHECK = auto()
    NOTICE = auto()


@dataclass(frozen=True, slots=True)
class Delivery:
    """`body` is what Slack sent, as a dict; `key` names this delivery and its repeats."""

    kind: Kind
    key: str
    body: dict[str, Any] = field(repr=False)

    @property
    def somebody_waits(self) -> bool:
        """Tell whether a person expects an answer to this."""
        if self.kind is Kind.EVENT:
            return bool(self.body["event"]["type"] == "message")
        return self.kind in (Kind.COMMAND, Kind.INTERACTION)


def read_delivery(raw: bytes, content_type: str, signature: str) -> Delivery:
    """Parse a verified body. `signature` stands in as the key where Slack names no delivery.

    Raises:
        ValueError: with a constant sentence, when this is nothing that Slack sends.
    """
    if content_type == _JSON:
        return _read_json(parse_object(raw), signature)
    if content_type == _FORM:
        return _read_form(raw, signature)
    raise ValueError("the body is neither JSON nor a form")


def read_envelope(kind: str, payload: Any, envelope_id: str) -> Delivery:
    """Read what came over Socket Mode, where Slack has parsed it already.

    Raises:
        ValueError: with a constant sentence, when this is nothing that Slack sends.
    """
    match kind, payload:
        case "events_api", dict():
            return _read_json(payload, f"envelope:{envelope_id}")
        case "slash_commands", {"command": str()}:
            return Delivery(Kind.COMMAND, _trigger(payload, envelope_id), payload)
        case "interactive", {"type": str()}:
            return Delivery(Kind.INTERACTION, _trigger(payload, envelope_id), payload)
    raise ValueError("the envelope holds nothing known")


def _read_json(body: dict[str, Any], signature: str) -> Delivery:
    match body:
        case {"type": "event_callback", "event": {"type": str()}, "event_id": str(event_id)} if event_id:
            return Delivery(Kind.EVENT, f"event:{event_id}", body)
        case {"type": "url_verification", "challenge": str()}:
            return Delivery(Kind.URL_VERIFICATION, signature, body)
        case {"type": "app_rate_limited"}:
            return Delivery(Kind.NOTICE, signature, body)
    raise ValueError("the JSON is no event")


def _read_form(raw: bytes, signature: str) -> Delivery:
    try:
        fields = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise ValueError("the form cannot be read") from None
    body: dict[str, Any] = dict(fields)
    if "command" in body:
        return Delivery(Kind.COMMAND, _trigger(body, signature), body)
    if "payload" in body:
        interaction = parse_object(body["payload"])
        if not isinstance(interaction.get("type"), str):
            raise ValueError("the payload has no type")
        return Delivery(Kind.INTERACTION, _trigger(interaction, signature), interaction)
    if body.get("ssl_check") == "1":
        return Delivery(Kind.SSL_CHECK, signature, body)
    raise ValueError("the form is no command")


def _trigger(body: dict[str, Any], signature: str) -> str:
    trigger = text_in(body, "trigger_id")
    return f"trigger:{trigger}" if trigger else f"signature:{signature}"
