"""Listing: the list of confidential terms as its admins see it and change it, the same on every platform.

The doors decide who is an admin, and lay out what this module finds and says; it names terms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from bots import labels
from bots.bootstrap import Services
from bots.echo import printable
from core.errors import TermsError
from core.normalize import fold
from core.terms.history import Entry
from core.terms.proposals import Proposal
from core.terms.store import ImportReport
from core.terms.term import Kind, Needs, Secrecy, Term, tidy
from core.terms.triage import Triage

NAMES_SHOWN = 5
WARNINGS_SHOWN = 50

_FIELDS = {"alias": "aliases", "note": "note", "active_until": "until", "moment": "until"}
"""Of what a sentence about a term begins with, the field of its form that it is about."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The terms that were looked for, by name, and the ids of those that may be changed; `count` is of all there are.

    `waiting` is how many proposals wait.
    """

    found: tuple[Term, ...]
    owned: frozenset[str]
    count: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the list, and what it did, in a line."""

    number: int
    line: str = field(repr=False)
    is_present: bool


@dataclass(frozen=True, slots=True)
class WayBack:
    """What the way from the `present` version back to version `number` would change, a line a term."""

    number: int
    present: int
    lines: tuple[str, ...] = field(repr=False)


async def search(services: Services, words: str) -> Listing:
    """Return the terms with these words in a name or another spelling; all where there are none."""
    _, terms = await services.terms.load()
    found = [term for term in terms if fold(words) in fold(" ".join((term.name, *term.aliases)))]
    found.sort(key=lambda term: (fold(term.name), term.name))
    owned = frozenset(term.id for term in found if services.terms.owns(term))
    return Listing(tuple(found), owned, len(terms), len(await services.proposals.waiting()))


async def find_term(services: Services, term_id: str) -> Term:
    """Return a term that may be changed.

    Raises:
        TermsError: it is gone, or guarded in all workspaces and this is one of them.
    """
    _, terms = await services.terms.load()
    term = next((term for term in terms if term.id == term_id), None)
    if term is None:
        raise TermsError("this term is no longer on the list")
    if not services.terms.owns(term):
        raise TermsError("this name is guarded in all workspaces: ask the operator to change it")
    return term


async def find_proposal(services: Services, proposal_id: str) -> Proposal:
    """Return a proposal that waits.

    Raises:
        TermsError: it waits no more.
    """
    waiting = await services.proposals.waiting()
    found = next((each for each in waiting if each.id == proposal_id), None)
    if found is None:
        raise TermsError("somebody has decided on this proposal already")
    return found


async def keep(
    services: Services, actor: str, values: Mapping[str, Any], *,
    before: Term | None = None, seen: str = "", proposal: str = "",
) -> tuple[Term, str]:  # fmt: skip
    """Add a term with these values, change the one `before`, or accept a proposal; return it and what was done.

    `seen` is its mark as a form showed it; forms of before bring none.

    Raises:
        TermsError: it cannot be guarded, or somebody was faster. TermChanged: it is not as it was seen.
    """
    if proposal:
        return await services.proposals.accept(proposal, actor, **values), labels.ADDED
    if before:
        return await services.terms.edit(before.name, actor, seen=seen, **values), labels.CHANGED
    term = Term(**values)
    await services.terms.add(term, actor)
    return term, labels.ADDED


def read_fields(filled: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a term that a form holds, but its moments, which each platform gives in its own way.

    Raises:
        TermsError: something that the form does not offer.
    """
    needs = filled.get("needs")
    try:
        values: dict[str, Any] = {
            "kind": Kind(filled.get("kind") or Kind.OTHER),
            "secrecy": Secrecy(filled.get("secrecy") or Secrecy.OPEN),
            "needs": None if needs in (None, "", "no") else Needs(needs),
        }
    except ValueError:
        raise TermsError(labels.FORM_UNKNOWN) from None
    values |= {name: tidy(str(filled.get(name) or "")) for name in ("name", "note", "owner")}
    if "aliases" in filled:
        values["aliases"] = tuple(filter(None, map(tidy, str(filled["aliases"] or "").splitlines())))
    return values


def fault_of(said: str) -> tuple[str, str]:
    """Return the field of a term's form that a sentence is about, and what it says of it.

    One that begins with no field of the form is about the name, as a whole.
    """
    field, _, sentence = said.partition(": ")
    return (_FIELDS[field], sentence) if field in _FIELDS else ("name", said)


def summary(term: Term) -> str:
    """Say in a line what a term is."""
    moments = ((labels.FROM, term.active_from), (labels.UNTIL, term.active_until))
    parts = [term.name, labels.KINDS[term.kind], labels.SECRECIES[term.secrecy]]
    parts += [f"{word} {at:%Y-%m-%d %H:%M %Z}" for word, at in moments if at]
    parts += [f"{labels.ALSO} {', '.join(term.aliases)}"] if term.aliases else []
    return printable(" · ".join(filter(None, [*parts, term.note, term.owner]))).replace("\n", " ")


def described(proposal: Proposal) -> str:
    """Say in a line what somebody proposed."""
    return " · ".join(filter(None, [proposal.name, proposal.note, proposal.actor, f"{proposal.at:%Y-%m-%d}"]))


def cut(lines: Sequence[str], most: int) -> tuple[Sequence[str], str]:
    """Return the first of some lines, and how many are left, in words, or nothing."""
    left = len(lines) - most
    return lines[:most], labels.MORE_CHANGES.format(count=left) if left > 0 else ""


def digest(rows: str) -> str:
    """Return what stands for rows that were tried out, so that no others are imported."""
    return hashlib.sha256(rows.encode("utf-8", "replace")).hexdigest()


def counted(report: ImportReport, *, dry_run: bool = False) -> str:
    """Say how many terms an import brought, or would bring."""
    said = labels.WOULD_IMPORT if dry_run else labels.IMPORTED
    return said.format(added=report.added, changed=report.changed, same=report.same)


def warnings(found: Triage) -> list[str]:
    """Say what an import asks somebody to look at, one sentence a line."""
    lines = [
        f"line {line}: this name is also an ordinary word; posts that mean the word may be asked about. "
        "To count it only with a capital or beside words of working life, write capital or cue as its needs"
        for line in found.common
    ]
    for line, other in found.shared:
        lines.append(f"line {line}: has a spelling of {f'line {other}' if other else 'another term on the list'} too")
    left = len(lines) - WARNINGS_SHOWN
    lines = lines[:WARNINGS_SHOWN] + ([f"and {left} more lines like these"] if left > 0 else [])
    if found.expected:
        each = [f"line {line} in {count}" for line, count in found.expected.by_line[:NAMES_SHOWN]]
        lines.append(
            f"of {found.expected.posts} ordinary posts these names would stop {found.expected.stopped}"
            + (f" ({', '.join(each)})" if each else "")
        )
    return lines


async def versions(services: Services, last: int) -> list[Version]:
    """Return the last versions of the list, newest first."""
    present = await services.terms.version()
    entries = await services.terms.history(last=last)
    lines = zip(dict.fromkeys(entry.version for entry in entries), history_lines(entries), strict=True)
    return [Version(number, line, number == present) for number, line in lines][::-1]


async def way_back(services: Services, wanted: str) -> WayBack:
    """Return what a way back to a version would change.

    Raises:
        TermsError: the list never had it.
    """
    number, present = _number(wanted), await services.terms.version()
    step = await services.terms.diff(present, number)
    return WayBack(number, present, tuple(step_line(before, after) for before, after in step.pairs))


async def go_back(services: Services, actor: str, wanted: str, seen: str) -> str:
    """Go back to a version and say so; nothing is done or said where the list is not at version `seen` any more.

    Raises:
        TermsError: the list never had it.
    """
    if str(await services.terms.version()) != seen:
        return ""
    number, step = await services.terms.rollback(_number(wanted), actor)
    return labels.ROLLED_BACK.format(version=number, wanted=wanted, count=len(step.pairs))


def history_lines(entries: Iterable[Entry]) -> list[str]:
    """Say who did what and when, a line a version; + is a new name, ~ a changed and - a removed one."""
    lines = []
    for version, group in groupby(entries, key=lambda entry: entry.version):
        steps = list(group)
        names = [step_line(step.before, step.after) for step in steps[:NAMES_SHOWN]]
        more = f" and {len(steps) - NAMES_SHOWN} more" if len(steps) > NAMES_SHOWN else ""
        first = steps[0]
        action = first.action.removeprefix("terms.")
        lines.append(f"{version} · {first.at:%Y-%m-%d %H:%M} UTC · {first.actor} · {action} · {', '.join(names)}{more}")
    return lines


def step_line(before: Term | None, after: Term | None) -> str:
    """Say what became of one term."""
    if before is None or after is None:
        return f"+ {after.name}" if after else f"- {before.name if before else ''}"
    return f"~ {before.name}" + (f" → {after.name}" if after.name != before.name else "")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise TermsError("there is no such version")
    return int(text)
