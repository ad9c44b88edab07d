"""Term: a guarded name, its other spellings and how secret it is."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import astuple, dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.draft import clean
from core.errors import TermsError
from core.normalize import fold

MAX_LENGTH = 200
MAX_NOTE = 2_000


class Kind(StrEnum):
    """What a term names."""

    CLIENT = "client"
    PROJECT = "project"
    PRODUCT = "product"
    DEAL = "deal"
    PERSON = "person"
    OTHER = "other"


class Secrecy(StrEnum):
    """Whether the author may be told which word it was."""

    OPEN = "open"
    SECRET = "secret"


class Needs(StrEnum):
    """What a term must have to count at all, where it is an ordinary word as well."""

    CAPITAL = "capital"
    """It is written with a capital."""
    CUE = "cue"
    """A word of working life, or another term, stands near it."""


TERM = "TERM_"
SECRET_TERM = f"{TERM}SECRET"
LABELS = frozenset({SECRET_TERM, *(f"{TERM}{kind.name}" for kind in Kind)})
"""What the terms recognizer can report."""


@dataclass(frozen=True, slots=True)
class Term:
    """A guarded name. `active_from` and `active_until` are aware; outside them the name is free to use.

    `workspace` is the only one where it is guarded, empty where it is in all.
    """

    name: str = field(repr=False)
    kind: Kind = Kind.OTHER
    aliases: tuple[str, ...] = field(default=(), repr=False)
    note: str = field(default="", repr=False)
    secrecy: Secrecy = Secrecy.OPEN
    active_from: datetime | None = None
    active_until: datetime | None = None
    owner: str = ""
    needs: Needs | None = None
    workspace: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def label(self) -> str:
        """Return the label of its detections; a secret term's says nothing of its kind."""
        return SECRET_TERM if self.secrecy is Secrecy.SECRET else f"{TERM}{self.kind.name}"

    @property
    def mark(self) -> str:
        """Return what tells the term as it stands from what it was, or will be."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]

    def active(self, now: datetime) -> bool:
        """Tell whether the name is guarded at `now`."""
        return (self.active_from is None or self.active_from <= now) and (
            self.active_until is None or now < self.active_until
        )


def same_letters(name: str) -> str:
    """Return the letters by which two names are the same name, in whatever case, accents or spacing."""
    return fold(name.lower())


def check_term(term: Term) -> Term:
    """Return the term when it can be guarded.

    Raises:
        TermsError: a name is empty, too long, or has fewer than two letters or digits, or something else is wrong.
    """
    for name in (term.name, *term.aliases):
        if len(name) > MAX_LENGTH:
            raise TermsError(f"a name may have {MAX_LENGTH} characters at most; this one has {len(name)}")
        if len(fold(name)) < 2:
            raise TermsError("a name needs at least two letters or digits")
    if any(";" in alias for alias in term.aliases):
        raise TermsError("alias: is one other spelling; write several as several aliases, without a semicolon")
    if max(len(term.note), len(term.owner)) > MAX_NOTE:
        raise TermsError(f"note and owner may have {MAX_NOTE:,} characters at most")
    if term.active_from and term.active_until and term.active_until <= term.active_from:
        raise TermsError("active_until: must be later than active_from")
    if any(clean(text) != text for text in (term.name, *term.aliases, term.note, term.owner)):
        raise TermsError("a name, note or owner holds characters that are none: type it anew")
    return term


def tidy(text: str) -> str:
    """Return a value as it is kept: without blanks around it, its line breaks all alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def read_moment(field: str, text: str, zone: ZoneInfo | None = None) -> datetime | None:
    """Read a moment as ISO 8601, in `zone` where it names none; an empty text is no moment.

    Raises:
        TermsError: it is no moment, or nobody says in which zone.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None and zone is not None:
            # kept with its offset, so that it is the same moment for everybody who reads it
            moment = datetime.fromisoformat(moment.replace(tzinfo=zone).isoformat())
        if moment.tzinfo is None or not 1970 <= moment.year < 3000:
            raise ValueError
    except ValueError:
        raise TermsError(f"{field}: write a moment with its zone, for example 2026-05-04T09:00+02:00") from None
    return moment
