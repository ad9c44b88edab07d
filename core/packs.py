"""Packs: the shapes of policy files: a pack, its rules and their examples, and site.yaml."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, field_validator, model_validator

from core.almanac import is_known
from core.draft import Account, Network
from core.finding import Action, Mend
from core.plan import ReviewPlan
from core.source import Shape


class Status(StrEnum):
    """Whether a rule counts: on `trial` it is recorded and not shown."""

    TRIAL = "trial"
    ACTIVE = "active"
    RETIRED = "retired"


def _action(value: object) -> Action:
    if isinstance(value, Action):
        return value
    if isinstance(value, str) and value in ("note", "revise", "block"):
        return Action[value.upper()]
    raise ValueError("use note, revise or block")


def _for_both(value: object) -> object:
    """Read one action alone as that of both accounts."""
    return value if isinstance(value, dict) else dict.fromkeys(Account, _action(value))


_ACTION = Annotated[Action, BeforeValidator(_action)]
_ACTIONS = Annotated[
    dict[Annotated[Account, Field(strict=False)], _ACTION], BeforeValidator(_for_both), Field(min_length=1)
]


def _zone(value: object) -> ZoneInfo | None:
    try:
        return None if value is None else ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("timezone: write AREA/CITY, for example Europe/Berlin") from None


_TEXTS = Annotated[tuple[str, ...], Field(strict=False)]
_LISTS = dict[str, _TEXTS]


class Detect(Shape):
    """What a rule looks for: exactly one of the six kinds."""

    terms: str | None = None
    words: _TEXTS | None = None
    patterns: _TEXTS | None = None
    entities: _TEXTS | None = None
    statements: _TEXTS | None = None
    together: Annotated[tuple[Detect, ...], Field(strict=False)] | None = None
    at_least: float = Field(0.4, ge=0, le=1)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"use exactly one of {' | '.join(KINDS)}")
        if not getattr(self, given[0]):
            raise ValueError(f"{given[0]}: list at least one")
        if self.together is not None and len(self.together) < 2:
            raise ValueError("together: list at least two things that must stand in one sentence")
        if any(part.together for part in self.together or ()):
            raise ValueError("together: cannot stand inside together; list all parts side by side")
        return self

    @property
    def kind(self) -> str:
        """Return which of the six it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)


KINDS = ("terms", "words", "patterns", "entities", "statements", "together")


class Elsewhere(Shape):
    """What counts wherever it stands in the draft: statements, patterns, or both. A bare list names statements."""

    statements: _TEXTS = ()
    patterns: _TEXTS = ()

    @model_validator(mode="before")
    @classmethod
    def _statements_alone(cls, value: object) -> object:
        return {"statements": value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.statements and not self.patterns:
            raise ValueError("list at least one statement or pattern")
        return self


class Example(Shape):
    """A draft that proves something about a rule, with what is known about it. `asks` is what its finding asks."""

    text: str = Field(min_length=1)
    asks: Annotated[Action | None, BeforeValidator(lambda value: value and _action(value))] = None
    network: Network = Field(Network.OTHER, strict=False)
    account: Account = Field(Account.PERSONAL, strict=False)
    at: datetime | None = Field(None, strict=False)
    timezone: Annotated[ZoneInfo | None, BeforeValidator(_zone)] = None

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value


_EXAMPLES = Annotated[tuple[Example, ...], Field(strict=False)]


class Examples(Shape):
    """The proof of a rule."""

    flags: _EXAMPLES = Field(min_length=2)
    passes: _EXAMPLES = Field(min_length=2)
    known_misses: _EXAMPLES = ()
    known_noise: _EXAMPLES = ()


class Unsure(Shape):
    """What a finding asks when its score is under `below`."""

    below: float = Field(gt=0, le=1)
    action: _ACTION


class RuleSource(Shape):
    """One rule as it stands in a pack."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    status: Status = Field(strict=False)
    category: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str = Field(min_length=1)
    why: str = Field(min_length=1)
    instead: str | None = None
    suggest: _TEXTS = ()
    mend: Mend = Field(Mend.WORDS, strict=False)
    learn: str | None = None
    source: str | None = None
    action: _ACTIONS
    networks: Annotated[tuple[Annotated[Network, Field(strict=False)], ...], Field(strict=False)] = ()
    unsure: Unsure | None = None
    detect: Detect
    span: Literal["words", "sentence"] = "words"
    unless: _TEXTS = ()
    eased_by: Elsewhere | None = None
    cleared_by: Elsewhere | None = None
    yields_to: _TEXTS = ()
    examples: Examples

    @model_validator(mode="after")
    def _has_what_it_adds(self) -> Self:
        if self.mend is Mend.ADD and not self.suggest:
            raise ValueError("mend: add needs the words to add, as the first of suggest")
        return self


_SAMPLED = Literal["client", "project", "product", "deal", "person", "other", "secret"]


class PackSource(Shape):
    """One policy file."""

    pack: str = Field(pattern=r"^[a-z][a-z-]*$")
    title: str = Field(min_length=1)
    owner: str = Field(min_length=3)
    vocabulary: _LISTS = Field(default_factory=dict)
    sample_terms: dict[_SAMPLED, _TEXTS] = Field(default_factory=dict)
    rules: Annotated[tuple[RuleSource, ...], Field(strict=False, min_length=1)]


class Change(Shape):
    """A local change to one rule, with its reason."""

    rule: str
    because: str = Field(min_length=3)
    until: date | None = None
    status: Status | None = Field(None, strict=False)
    action: _ACTIONS | None = None
    suggest: _TEXTS | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.status is None and self.action is None and self.suggest is None:
            raise ValueError("give a status, action or suggest; this changes nothing")
        return self


_DAY = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_TIME = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Rest(Shape):
    """A break in the middle of the day, in which nobody works."""

    begin: _TIME
    end: _TIME


class WorkingHours(Shape):
    """When the company works: days as mon...sun, times of day as "HH:MM" in quotes.

    Public holidays are those of the country of an author's time zone; `places` are regions whose own count too, such
    as DE-BY. `closed` are the company's own days off.
    """

    days: Annotated[tuple[_DAY, ...], Field(strict=False)] = ("mon", "tue", "wed", "thu", "fri")
    begin: _TIME = "09:00"
    end: _TIME = "17:00"
    rest: Rest | None = None
    public_holidays: bool = True
    places: _TEXTS = ()
    closed: Annotated[tuple[date, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begin >= self.end:
            raise ValueError("begin: must come before end")
        if self.rest and not self.begin < self.rest.begin < self.rest.end < self.end:
            raise ValueError("rest: must begin, and then end, between begin and end")
        return self

    @field_validator("places")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(is_known, value)):
            raise ValueError("places: write a country or region by its ISO code, for example AT or DE-BY")
        return value


class SiteSource(Shape):
    """The only local file: which packs are in force, and changes to single rules."""

    packs: _TEXTS = Field(min_length=1)
    working_hours: WorkingHours = WorkingHours()
    vocabulary: _LISTS = Field(default_factory=dict)
    review: ReviewPlan = ReviewPlan()
    changes: Annotated[tuple[Change, ...], Field(strict=False)] = ()
