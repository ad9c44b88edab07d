"""Built: the built index, kept beside the database so that a worker starts without building it.

The file holds the names, so it is sealed like them, with a key of its own. It is a copy of what the database can
give: one that is stale, broken or not ours is passed over, and the index is built anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import struct
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.metadata import version as installed
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import BinaryIO

import structlog

from core.errors import CheckpostError, DatabaseError
from core.keys import KeyRing
from core.terms.index import TermIndex
from core.terms.store import TermsStore
from core.terms.term import Term

WORTH = 1_000
"""A list of fewer names is built sooner than a file of it is read."""

_INFIX = ".terms-"
_PIECE = 1 << 20
"""What is opened at once is so small that no other thread waits for it."""

_SIZE = struct.Struct("<I")
_PACKAGES = ("daachorse", "numpy", "symspellpy", "faker")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Built:
    """An index, the version of the list that it was built from, and when an embargo next changes what is guarded.

    `owned` says of each term of one workspace alone, by its id, which workspace that is.
    """

    version: int
    index: TermIndex
    lapses: datetime | None
    owned: Mapping[str, str] = field(default_factory=dict)


def build(version: int, terms: Iterable[Term], now: datetime) -> Built:
    """Build the index of the names that are guarded at `now`."""
    terms = list(terms)
    index = TermIndex(term for term in terms if term.active(now))
    return Built(version, index, next_change(terms, now), owned_of(terms))


def owned_of(terms: Iterable[Term]) -> dict[str, str]:
    """Return the ids of the terms that are guarded in one workspace alone, and which that is."""
    return {term.id: term.workspace for term in terms if term.workspace}


def next_change(terms: Iterable[Term], now: datetime) -> datetime | None:
    """Return when the first embargo begins or ends after `now`."""
    moments = (moment for term in terms for moment in (term.active_from, term.active_until))
    return min((moment for moment in moments if moment and moment > now), default=None)


class BuiltFiles:
    """The built files of one list: `<database>.terms-<version>-<hash of the list and of what it was built with>`.

    A database that is no file has none.
    """

    def __init__(self, terms: TermsStore) -> None:
        self._terms = terms
        self._keys = terms.database.keys
        self._database = terms.database.file[0] if terms.database.file else None

    async def load(self, now: datetime) -> Built | None:
        """Return the newest index that was built from a version of this list and holds at `now`, if there is one."""
        for version, path in await asyncio.to_thread(self._found):
            name = await self._name(version)
            if path.name == name and (built := await asyncio.to_thread(self._read, path, version)):
                return built if built.lapses is None or now < built.lapses else None
        return None

    async def save(self, built: Built) -> None:
        """Keep an index, and none of before. That it cannot be kept is on record and harms nobody."""
        name = await self._name(built.version)
        await asyncio.to_thread(self._replace, name if built.index.size >= WORTH else None, built)

    async def _name(self, version: int) -> str | None:
        mark = await self._terms.mark(version)
        if mark is None or self._database is None:
            return None
        digest = self._keys.digest("built", f"{mark}|{_maker()}".encode()).hex()[:32]
        return f"{self._database.name}{_INFIX}{version}-{digest}"

    def _found(self) -> list[tuple[int, Path]]:
        """Return the files there are, the newest version first."""
        numbered = [(_version(path), path) for path in self._all()]
        return sorted(((version, path) for version, path in numbered if version), reverse=True)

    def _all(self) -> list[Path]:
        if self._database is None:
            return []
        prefix = f"{self._database.name}{_INFIX}"
        return [path for path in self._database.parent.iterdir() if path.name.startswith(prefix)]

    def _read(self, path: Path, version: int) -> Built | None:
        try:
            return load(path, self._keys, version)
        except (CheckpostError, OSError, ValueError, LookupError, TypeError) as error:
            log.warning("terms.built_unread", error=type(error).__name__)
            return None

    def _replace(self, name: str | None, built: Built) -> None:
        try:
            if name and self._database:
                save(self._database.with_name(name), self._keys, built)
            for path in self._all():
                if path.name != name:
                    path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("terms.built_unsaved", error=type(error).__name__)


def save(path: Path, keys: KeyRing, built: Built) -> None:
    """Write a sealed file that appears as a whole or not at all."""
    parts = built.index.dumps()
    parts.append(json.dumps(dict(built.owned)).encode())
    head = {"lapses": built.lapses and built.lapses.isoformat(), "sizes": [len(part) for part in parts]}
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        key_id = keys.active.encode()
        file.write(_SIZE.pack(len(key_id)) + key_id)
        for number, piece in enumerate(_pieces([json.dumps(head).encode(), *parts])):
            sealed = keys.seal(piece, f"{path.name}|{number}", "built")
            file.write(_SIZE.pack(len(sealed)) + sealed)
    part.replace(path)


def load(path: Path, keys: KeyRing, version: int) -> Built:
    """Read what `save` wrote at this very path.

    Raises:
        DatabaseError: it was changed, cut short or moved, or the ring lacks its key.
    """
    with path.open("rb") as file:
        key_id = _next(file).decode("ascii", "replace")
        pieces = (keys.open(_next(file), f"{path.name}|{number}", key_id, "built") for number in count())
        head = json.loads(next(pieces))
        parts = [b"".join(next(pieces) for _ in range(-(-size // _PIECE))) for size in head["sizes"]]
    lapses = datetime.fromisoformat(head["lapses"]) if head["lapses"] else None
    return Built(version, TermIndex.loads(parts[:-1]), lapses, json.loads(parts[-1]))


def _pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Cut the parts up; an empty one has no piece."""
    return (part[at : at + _PIECE] for part in parts for at in range(0, len(part), _PIECE))


def _next(file: BinaryIO) -> bytes:
    size = file.read(_SIZE.size)
    if len(size) < _SIZE.size:
        raise DatabaseError("a built file is cut short")
    return file.read(_SIZE.unpack(size)[0])


def _version(path: Path) -> int:
    """Return the version in a file's name, 0 where there is none."""
    number = path.name.rpartition(_INFIX)[2].partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0


@cache
def _maker() -> str:
    """Return a digest of everything that decides how a list is built: another program builds another file."""
    digest = hashlib.sha256(f"{sys.version}|{sys.byteorder}|{unicodedata.unidata_version}".encode())
    for package in _PACKAGES:
        digest.update(f"{package} {installed(package)}|".encode())
    for source in sorted((files("core.terms"), files("core")), key=str):
        for module in sorted(source.iterdir(), key=str):
            if module.name.endswith(".py"):
                digest.update(module.read_bytes())
    return digest.hexdigest()
