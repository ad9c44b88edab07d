"""Desk: the terms list as it is kept in words, the same on every platform.

The doors decide who is an admin, and let everybody else say only what `is_public` allows; this module takes the
words after `terms` and answers in plain text.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import structlog

from bots.bootstrap import Services
from bots.labels import OF_ALL
from bots.listing import counted, history_lines, search, warnings
from bots.options import edit_of, parse_term, read_options, split, unquoted
from bots.wording import ADMIN_HELP, PROPOSED
from core.audit import append, known_as
from core.draft import Author
from core.errors import TermRowsError, TermsError
from core.terms.term import Term

PUBLIC_VERBS = frozenset({"propose"})
"""What everybody may say after `terms`."""

VERSIONS_SHOWN = 20
RECORD_SECONDS = 5.0

log = structlog.get_logger()

_VERSION = re.compile(r"sha256:[0-9a-f]{64}")
_DRY_RUN = re.compile(r"(?:--|—|–)dry-run\s+", re.IGNORECASE)


async def terms_command(services: Services, actor: str, text: str) -> str:
    """Do what `text` (`add ...`, `remove ...`, `list`, `import` with rows, ...) says; return the answer.

    The answer may be long and names terms: only ever show it to the admin who asked.
    """
    verb, rest = _verb(text)
    action = _ACTIONS.get(verb)
    if action is None:
        return ADMIN_HELP.format(terms="terms")
    try:
        return await action(services, actor, rest)
    except TermRowsError as error:
        return str(error)
    except TermsError as error:
        return f"That did not work: {error}"


async def record_refusal(services: Services, author: Author) -> None:
    """Put on record that somebody was refused the list; the refusal stands also where that fails."""
    database = services.database
    try:
        async with asyncio.timeout(RECORD_SECONDS), database.writing() as connection:
            actor = await known_as(connection, database.keys, author)
            await append(connection, database.keys, "terms.refuse", actor, {})
    except Exception as error:
        log.error("audit.failed", error=type(error).__name__)


async def note_false_alarm(services: Services, author: Author, pressed: str) -> bool:
    """Record a false alarm for `rule version check`, as a button sends it; tell whether there is such a rule.

    However often its author presses within the ten minutes that a claim is kept, it counts once; not where it failed.
    """
    rule, version, *_ = [*pressed.split(" ", 2), ""]
    if rule not in {each.id for each in services.checker.policy.rules} or not _VERSION.fullmatch(version):
        return False
    if await services.deliveries.claim(claim := f"alarm:{author}:{pressed}"):
        try:
            await services.audit.record_false_alarm(author.platform, rule, version)
        except Exception:
            await services.deliveries.release(claim)
            raise
    return True


def is_public(text: str) -> bool:
    """Tell whether everybody may say this to `terms_command`."""
    return _verb(text)[0] in PUBLIC_VERBS


def _verb(text: str) -> tuple[str, str]:
    verb, *rest = re.split(r"\s+", text.strip(), maxsplit=1)
    return verb.lower(), "".join(rest)


async def _add(services: Services, actor: str, rest: str) -> str:
    term = parse_term(rest)
    await services.terms.add(term, actor)
    return f"Added: {_described(term)}. It counts from the next check on."


async def _edit(services: Services, actor: str, rest: str) -> str:
    if not rest:
        return "Write the name and what changes: `edit NAME --note TEXT`, with the options of `add` or --name NEW."
    name, values = edit_of(split(rest))
    term = await services.terms.edit(name, actor, **values)
    return f"Changed: {_described(term)}. It counts from the next check on."


async def _remove(services: Services, actor: str, rest: str) -> str:
    if not rest:
        raise TermsError("write the name after `remove`")
    term = await services.terms.remove(unquoted(rest), actor)
    return f"Removed: {term.name}. It is free to use from the next check on."


async def _list(services: Services, actor: str, rest: str) -> str:
    listing = await search(services, rest)
    if not listing.found:
        return "No term fits." if listing.count else "The list is empty. `terms add NAME --kind client` adds a name."
    lines = [_line(term) + ("" if term.id in listing.owned else f" · {OF_ALL}") for term in listing.found]
    return "\n".join([f"{len(listing.found)} of {listing.count} terms:", *lines])


async def _import(services: Services, actor: str, rest: str) -> str:
    dry_run = _DRY_RUN.match(rest)
    rows = rest[dry_run.end() :] if dry_run else rest
    if not rows:
        return "Put the rows under the command, the first line being `term,kind,aliases,note`."
    report = await services.terms.import_csv(rows, actor, dry_run=bool(dry_run))
    return "\n".join([counted(report, dry_run=bool(dry_run)), *warnings(report.triage)])


async def _export(services: Services, actor: str, rest: str) -> str:
    return await services.terms.export_csv(actor)


async def _history(services: Services, actor: str, rest: str) -> str:
    versions = [f"• {line}" for line in history_lines(await services.terms.history(last=VERSIONS_SHOWN))]
    return "\n".join(["The last changes:", *versions]) if versions else "Nothing was changed yet."


async def _propose(services: Services, actor: str, rest: str) -> str:
    if not rest:
        return "Write the name that should be kept confidential: `propose NAME --note TEXT`."
    name, values = read_options(split(rest))
    if values.keys() - {"note"}:
        raise TermsError("a proposal is a name, and a --note if you like; an admin chooses the rest")
    await services.proposals.propose(name, actor, values.get("note", ""))
    return PROPOSED


async def _proposals(services: Services, actor: str, rest: str) -> str:
    waiting = await services.proposals.waiting()
    lines = [
        f"• {each.id} · {each.name} · from {each.actor}, {each.at:%Y-%m-%d}" + (f" · {each.note}" if each.note else "")
        for each in waiting
    ]
    return "\n".join([f"{len(waiting)} proposals wait:", *lines]) if waiting else "No proposal waits."


async def _accept(services: Services, actor: str, rest: str) -> str:
    if not rest:
        return "Write the number of a proposal, and options as for `add`: `accept NUMBER --kind client`."
    proposal, values = read_options(split(rest), called="number of a proposal")
    term = await services.proposals.accept(proposal, actor, **values)
    return f"Added: {_described(term)}. It counts from the next check on."


async def _decline(services: Services, actor: str, rest: str) -> str:
    if not rest:
        return "Write the number of a proposal: `decline NUMBER`."
    declined = await services.proposals.decline(unquoted(rest), actor)
    return f"Declined: {declined.name}."


_ACTIONS: dict[str, Callable[[Services, str, str], Awaitable[str]]] = {
    "add": _add,
    "edit": _edit,
    "remove": _remove,
    "list": _list,
    "import": _import,
    "export": _export,
    "history": _history,
    "propose": _propose,
    "proposals": _proposals,
    "accept": _accept,
    "decline": _decline,
}

VERBS = "|".join(_ACTIONS)
"""A pattern of all that may follow `terms`, for the doors."""

_TALK = (
    "of|and|or|but|to|for|in|on|from|with|apply|applies|are|is|was|were|have|has|had|will|would|may|might|can|do|did|should|"
    "we|you|they|i|that|which|changed|agreed|like"
)
TERMS_WORDS = rf"terms\s+(?:(?:{VERBS}|help)(?![\w-]).*|(?!(?:{_TALK})\b)[a-z][a-z-]*(?:\s+[^\s.!?]+){{0,2}})\s*"
"""A pattern of what is for the desk: its words, and what is as short as a command and no talk of terms."""

_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
GUIDES = (
    rf"policy(?:\s+(?:{_NAME}/{_NAME}|[a-z0-9]+(?:-[a-z0-9]+)+))?|trail|privacy|receipts"
    rf"|reply(?:\s+(?:friend[\s-]requests?|{_NAME}-{_NAME})(?:\s+{_NAME})?)?"
)
"""A pattern of all that asks for a page of guidance and cannot be a draft, for the doors."""


def _described(term: Term) -> str:
    aliases = f" ({', '.join(term.aliases)})" if term.aliases else ""
    return f"{term.name}{aliases}, {term.kind}, {term.secrecy}{_needs(term)}{_embargo(term)}"


def _needs(term: Term) -> str:
    return f", needs a {term.needs}" if term.needs else ""


def _embargo(term: Term) -> str:
    begins = f", from {term.active_from:%Y-%m-%d %H:%M %Z}" if term.active_from else ""
    return begins + (f", until {term.active_until:%Y-%m-%d %H:%M %Z}" if term.active_until else "")


def _line(term: Term) -> str:
    aliases = f" · also {', '.join(term.aliases)}" if term.aliases else ""
    note = f" · {term.note}" if term.note else ""
    owner = f" · {term.owner}" if term.owner else ""
    return f"• {term.name} · {term.kind} · {term.secrecy}{_needs(term)}{_embargo(term)}{aliases}{note}{owner}"
