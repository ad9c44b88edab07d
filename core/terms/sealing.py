"""Sealing: how a term looks in the database: encrypted, bound to its row, and known by a fingerprint only."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from core.keys import KeyRing
from core.terms.term import Kind, Needs, Secrecy, Term, same_letters


def seal_term(keys: KeyRing, term: Term, place: str) -> bytes:
    """Encrypt everything about a term but its id; `place` is the table and row that it is for."""
    values = asdict(term)
    del values["id"]
    # a version that knows no such field still reads the row, and one that knows no workspaces may not read theirs
    for name in ("needs", "workspace"):
        if not values[name]:
            del values[name]
    plain = json.dumps(values, ensure_ascii=False, default=lambda moment: moment.isoformat())
    return keys.seal(plain.encode(), place)


def open_term(keys: KeyRing, sealed: bytes, place: str, key_id: str, term_id: str) -> Term:
    """Decrypt a term from its place.

    Raises:
        DatabaseError: wrong key, or the row was tampered with.
    """
    values: dict[str, Any] = json.loads(keys.open(sealed, place, key_id))
    for name in ("active_from", "active_until"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    values |= {"kind": Kind(values["kind"]), "secrecy": Secrecy(values["secrecy"]), "aliases": tuple(values["aliases"])}
    if "needs" in values:
        values["needs"] = Needs(values["needs"])
    return Term(id=term_id, **values)


def fingerprint(keys: KeyRing, name: str, workspace: str = "", key_id: str | None = None) -> str:
    """Return what stands for a name, in any spelling, where the name itself may not; another in each workspace."""
    letters = same_letters(name)
    return keys.digest("names", f"{workspace}|{letters}".encode() if workspace else letters.encode(), key_id).hex()


def fingerprints(keys: KeyRing, name: str, workspace: str = "") -> list[str]:
    """Return what may stand for a name, whichever key of the ring was active when it was written."""
    return [fingerprint(keys, name, workspace, key_id) for key_id in sorted(keys.ids)]
