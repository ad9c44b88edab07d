"""Source: a YAML file read strictly; every mistake is an error that says `file:line: what to write instead`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import PolicyError

MAX_DEPTH = 64
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where PyYAML was built with it
_TEXT = "tag:yaml.org,2002:str"

Model = TypeVar("Model", bound=BaseModel)


class Shape(BaseModel):
    """What may stand in a policy file: no other key, and no value that is read as another kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Mistakes:
    """What is wrong with a policy, gathered so that somebody mends all of it at once."""

    def __init__(self) -> None:
        self._found: list[str] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the mistake that ends the block, and go on after it."""
        try:
            yield
        except PolicyError as error:
            self.note(str(error))

    def note(self, mistake: str) -> None:
        """Note a mistake, as `file:line: what to write instead`."""
        self._found.append(mistake)

    def refuse(self) -> None:
        """Raise what was noted, if anything was.

        Raises:
            PolicyError: a line for each mistake.
        """
        if self._found:
            raise PolicyError("\n".join(self._found))


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
            raise PolicyError("\n".join(self._told(error.errors(include_input=False, include_url=False)))) from None

    def place(self, path: tuple[object, ...]) -> str:
        """Return `file:line` of the value at a path of keys and positions, or of the nearest one around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return f"{self.path.name}:{self._lines.get(path, 1)}"

    def error(self, path: tuple[object, ...], advice: str) -> PolicyError:
        """Return the error that points at the line of a path."""
        return PolicyError(f"{self.place(path)}: {advice}")

    def _told(self, entries: Sequence[Any]) -> Iterable[str]:
        """Return a line for each mistake: the first where a value may take two forms, none for what only holds it."""
        around = {entry["loc"][:end] for entry in entries for end in range(len(entry["loc"]))}
        found: dict[str, str] = {}
        for entry in entries:
            if entry["loc"] not in around:
                found.setdefault(self.place(entry["loc"]), _advice(entry))
        return (f"{place}: {advice}" for place, advice in found.items())

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
        if node.tag == _TEXT:
            return node.value
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
