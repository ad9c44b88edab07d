"""Packs: reads policy YAML strictly. Every mistake is an error that says `file:line: what to write instead`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from core.draft import Account, Network
from core.errors import PolicyError
from core.finding import Action

MAX_DEPTH = 64
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where PyYAML was built with it

Model = TypeVar("Model", bound=BaseModel)


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


_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)
_TEXTS = Annotated[tuple[str, ...], Field(strict=False)]


class Detect(BaseModel):
    """What a rule looks for: exactly one of the six kinds."""

    model_config = _STRICT

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


class Example(BaseModel):
    """A draft that proves something about a rule, with what is known about it."""

    model_config = _STRICT

    text: str = Field(min_length=1)
    network: Network = Field(Network.OTHER, strict=False)
    account: Account = Field(Account.PERSONAL, strict=False)
    at: datetime | None = Field(None, strict=False)
    timezone: Annotated[ZoneInfo | None, BeforeValidator(_zone)] = None

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value


_EXAMPLES = Annotated[tuple[Example, ...], Field(strict=False)]


class Examples(BaseModel):
    """The proof of a rule."""

    model_config = _STRICT

    flags: _EXAMPLES = Field(min_length=2)
    passes: _EXAMPLES = Field(min_length=2)
    known_misses: _EXAMPLES = ()
    known_noise: _EXAMPLES = ()


class Unsure(BaseModel):
    """What a finding asks when its score is under `below`."""

    model_config = _STRICT

    below: float = Field(gt=0, le=1)
    action: _ACTION


class RuleSource(BaseModel):
    """One rule as it stands in a pack."""

    model_config = _STRICT

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    status: Status = Field(strict=False)
    category: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str = Field(min_length=1)
    why: str = Field(min_length=1)
    suggest: _TEXTS = ()
    learn: str | None = None
    source: str | None = None
    action: _ACTIONS
    unsure: Unsure | None = None
    detect: Detect
    span: Literal["words", "sentence"] = "words"
    unless: _TEXTS = ()
    examples: Examples


class PackSource(BaseModel):
    """One policy file."""

    model_config = _STRICT

    pack: str = Field(pattern=r"^[a-z][a-z-]*$")
    title: str = Field(min_length=1)
    owner: str = Field(min_length=3)
    vocabulary: dict[str, _TEXTS] = {}
    sample_terms: dict[Literal["client", "project", "product", "deal", "person", "other", "secret"], _TEXTS] = {}
    rules: Annotated[tuple[RuleSource, ...], Field(strict=False, min_length=1)]


class Change(BaseModel):
    """A local change to one rule, with its reason."""

    model_config = _STRICT

    rule: str
    because: str = Field(min_length=3)
    until: date | None = None
    status: Status | None = Field(None, strict=False)
    action: _ACTIONS | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.status is None and self.action is None:
            raise ValueError("give a status or action; this changes nothing")
        return self


class WorkingHours(BaseModel):
    """When the company works: days as mon...sun, times of day as "HH:MM" in quotes."""

    model_config = _STRICT

    days: Annotated[tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...], Field(strict=False)] = (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
    )
    begin: str = Field("09:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    end: str = Field("17:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begin >= self.end:
            raise ValueError("begin: must come before end")
        return self


class SiteSource(BaseModel):
    """The only local file: which packs are in force, and changes to single rules."""

    model_config = _STRICT

    packs: _TEXTS = Field(min_length=1)
    working_hours: WorkingHours = WorkingHours()
    changes: Annotated[tuple[Change, ...], Field(strict=False)] = ()


class Source(Generic[Model]):
    """A checked YAML file that still knows on which line each value stands."""

    def __init__(self, path: Path, model: type[Model]) -> None:
        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise PolicyError(f"{path.name}:1: this file is missing; add it or take it out of site.yaml") from None
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"{path.name}:1: cannot be read as UTF-8 text ({type(error).__name__})") from None
        self._lines: dict[tuple[object, ...], int] = {}
        values = self._parse()
        try:
            self.model: Model = model.model_validate(values)
        except ValidationError as error:
            entry = error.errors(include_input=False, include_url=False)[0]
            raise self.error(entry["loc"], _advice(entry)) from None

    def place(self, path: tuple[object, ...]) -> str:
        """Return `file:line` of the value at a path of keys and positions, or of the nearest one around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return f"{self.path.name}:{self._lines.get(path, 1)}"

    def error(self, path: tuple[object, ...], advice: str) -> PolicyError:
        """Return the error that points at the line of a path."""
        return PolicyError(f"{self.place(path)}: {advice}")

    def _parse(self) -> Any:
        """Read the YAML; whatever YAML or Python can say against it becomes an error with a line."""
        try:
            self._refuse(yaml.parse(self.text, Loader=LOADER))
            node = yaml.compose(self.text, Loader=LOADER)
            return self._build(node, ()) if node else None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            problem = getattr(error, "problem", None) or "check quotes, colons and indentation"
            raise PolicyError(f"{self.path.name}:{mark.line + 1 if mark else 1}: this is not YAML: {problem}") from None
        except RecursionError:
            raise PolicyError(f"{self.path.name}:1: nested too deep") from None

    def _refuse(self, events: Iterable[yaml.Event]) -> None:
        depth = 0
        for event in events:
            if isinstance(event, yaml.AliasEvent):
                raise PolicyError(f"{self.path.name}:{_line(event)}: write the value out; no aliases")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise PolicyError(f"{self.path.name}:{_line(event)}: nested too deep")

    def _build(self, node: yaml.Node, place: tuple[object, ...]) -> Any:
        """Turn YAML nodes into values, noting lines and refusing a key that stands twice."""
        self._lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item, (*place, number)) for number, item in enumerate(node.value)]
        try:
            return yaml.SafeLoader("").construct_object(node, deep=True)
        except (ValueError, TypeError, AttributeError, KeyError):
            name = next((f"{part}: " for part in reversed(place) if isinstance(part, str)), "")
            raise self.error(place, f"{name}this value makes no sense; write it in quotes or correct it") from None

    def _mapping(self, node: yaml.MappingNode, place: tuple[object, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise PolicyError(f"{self.path.name}:{line}: a key is one word")
            key = str(key_node.value)
            if key in values:
                raise PolicyError(f"{self.path.name}:{line}: '{key}' stands twice; keep one")
            values[key] = self._build(value_node, (*place, key))
            self._lines[(*place, key)] = line
        return values


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _advice(entry: Any) -> str:
    """Put one validation error into words: the field, and what it takes."""
    names = [part for part in entry["loc"] if isinstance(part, str) and part.islower() and part != "[key]"]
    field = names[-1] if names else "file"
    message = str(entry["msg"]).removeprefix("Value error, ")
    if "expected" in entry.get("ctx", {}):
        return f"{field}: use {entry['ctx']['expected']}"
    if entry["type"] == "extra_forbidden":
        return f"{field}: unknown key; take it out or correct its name"
    if entry["type"] == "missing":
        return f"{field}: is missing; add it"
    if entry["type"] == "string_type":
        return f"{field}: write it in quotes (YAML reads a bare yes, no, 012 or 22:30 as something else)"
    return message if message.startswith(field) else f"{field}: {message}"
