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
    if term.needs is None:
        del values["needs"]  # a version that knows no such field still reads the row
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


def fingerprint(keys: KeyRing, name: str) -> str:
    """Return what stands for a name, in any spelling, where the name itself may not stand."""
    return keys.digest("names", same_letters(name).encode()).hex()


def fingerprints(keys: KeyRing, name: str) -> list[str]:
    """Return what may stand for a name, whichever key of the ring was active when it was written."""
    return [keys.digest("names", same_letters(name).encode(), key_id).hex() for key_id in sorted(keys.ids)]
