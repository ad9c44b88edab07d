"""Parsers: everything that reads what outsiders send, and what each may raise. Whatever else comes out is a fault."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bots.slack.delivery
import bots.slack.intake
import bots.teams.intake
from bots.contract import read_payload
from bots.gate import parse_object
from bots.options import parse_term, split
from core.draft import clean, parse_author
from core.errors import CheckpostError
from core.keys import parse_key_ring
from core.normalize import fold, letters, readable
from core.packs import PackSource
from core.receipts import verify
from core.sentences import sentences
from core.source import Source
from core.terms.index import TermIndex
from core.terms.rows import read_lines
from core.terms.term import Kind, Term

INDEX = TermIndex([Term("Quorvane Holdings", Kind.CLIENT, ("Quorvane",)), Term("Zwirnhold"), Term("AI Harbour")])
KEYS = parse_key_ring("k1:" + "MTEx" * 10 + "MTE=")


@dataclass(frozen=True)
class Parser:
    """One of them; `reads` is bytes or text, `refuses` is what it raises for what is none of its own."""

    read: Callable[[Any], object]
    refuses: tuple[type[Exception], ...] = ()
    reads: type = str


def slack(raw: bytes) -> None:
    """Read a verified body as each kind of request, and the draft in it."""
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        with suppress(ValueError):
            body = bots.slack.delivery.read_delivery(raw, kind, "v0=s").body
            for read in (bots.slack.intake.read_command, bots.slack.intake.read_message, bots.slack.intake.read_press):
                read(body)


def teams(raw: bytes) -> None:
    """Read an activity, and the draft in it."""
    activity = bots.teams.intake.read_activity(raw)
    bots.teams.intake.read_kind(activity)
    with suppress(CheckpostError):
        bots.teams.intake.read_draft(activity, bots.teams.intake.read_inquiry(activity))


def pack(raw: bytes) -> None:
    """Read a file as a policy pack."""
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(raw)
        file.flush()
        Source(Path(file.name), PackSource)


def views(text: str) -> None:
    """Normalise a draft; every span of the view lies in it."""
    view = readable(clean(text))
    for at in range(0, len(view.text), max(1, len(view.text) // 20)):
        back = view.original(sentences(view.text)[0]) if view.text.strip() else None
        assert back is None or 0 <= back.start <= back.end <= len(text), at
    fold(text)
    letters(text)


def names(text: str) -> None:
    """Look for listed names; each lies in the draft."""
    view = readable(clean(text))
    for seen in INDEX.find(view.text):
        assert 0 <= seen.span.start < seen.span.end <= len(view.text)


PARSERS: dict[str, Parser] = {
    "json body": Parser(lambda raw: read_payload(parse_object(raw)), (ValueError, CheckpostError), bytes),
    "slack request": Parser(slack, (), bytes),
    "slack text": Parser(bots.slack.intake.unescape),
    "teams request": Parser(teams, (ValueError,), bytes),
    "terms csv": Parser(read_lines, (CheckpostError,)),
    "terms command": Parser(parse_term, (CheckpostError,)),
    "words of a command": Parser(split, (CheckpostError,)),
    "policy pack": Parser(pack, (CheckpostError,), bytes),
    "normaliser": Parser(views),
    "terms index": Parser(names),
    "receipt": Parser(lambda text: verify(KEYS, text), (CheckpostError,)),
    "person": Parser(parse_author, (CheckpostError,)),
    "key ring": Parser(parse_key_ring, (CheckpostError,)),
}


def run(parser: Parser, raw: bytes) -> None:
    """Let one parser read some bytes."""
    with suppress(*parser.refuses):
        parser.read(raw if parser.reads is bytes else raw.decode("utf-8", "surrogateescape"))
