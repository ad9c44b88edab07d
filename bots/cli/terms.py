"""`checkpost terms`: the confidential list, for the operator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import click

from bots.bootstrap import Services
from bots.cli.session import operator, show_table, with_services
from bots.listing import history_lines, step_line, warnings
from bots.options import edit_of, read_options, term_of
from core.errors import TermsError
from core.normalize import fold
from core.terms.history import Entry
from core.terms.store import Difference
from core.terms.term import Term

Result = TypeVar("Result")

_WORDS = {"ignore_unknown_options": True}


@click.group()
@click.option("--workspace", metavar="ID", default="", help="Keep the names of this Slack workspace alone.")
@click.pass_context
def terms(context: click.Context, workspace: str) -> None:
    """Keep the list of confidential names: those of all workspaces, or with --workspace those of one alone."""
    context.obj = workspace.strip()


def _with_terms(work: Callable[[Services], Awaitable[Result]]) -> Result:
    """Run `work` with the terms and proposals of the workspace that the command is about."""
    workspace = click.get_current_context().find_object(str) or ""
    return with_services(lambda services: work(services.within(workspace)))


@terms.command(context_settings=_WORDS)
@click.argument("words", metavar="TERM [OPTIONS]", nargs=-1, type=click.UNPROCESSED, required=True)
def add(words: tuple[str, ...]) -> None:
    """Add TERM to the list; it counts from the next check on.

    \b
    --kind KIND           client, project, product, deal, person or other (the default)
    --alias TEXT          another spelling; may be given several times
    --note TEXT           for admins; authors never see it
    --secrecy SECRECY     open (the default) or secret: a secret term is never repeated to an author
    --owner TEXT          who answers questions about it
    --needs NEED          capital or cue: counts only when written so, or near words of working life or another term
    --from ISO-8601       guarded from this moment on
    --until ISO-8601      free to use from this moment on
    --timezone AREA/CITY  of moments that name no zone
    """
    try:
        term = term_of(words)
    except TermsError as error:
        raise click.UsageError(str(error)) from None
    _with_terms(lambda services: services.terms.add(term, str(operator())))
    click.echo(f"added {term.name}")


@terms.command(context_settings=_WORDS)
@click.argument("words", metavar="TERM [OPTIONS]", nargs=-1, type=click.UNPROCESSED, required=True)
def edit(words: tuple[str, ...]) -> None:
    """Change what is given of TERM; an empty value takes one away.

    \b
    --name NEW, and the options of `terms add`: --kind --alias --note --secrecy --owner --needs --from --until
    --timezone; the aliases given replace those there are.
    """
    try:
        name, values = edit_of(words)
    except TermsError as error:
        raise click.UsageError(str(error)) from None
    term = _with_terms(lambda services: services.terms.edit(name, str(operator()), **values))
    click.echo(f"changed {term.name}")


@terms.command()
@click.argument("term")
def remove(term: str) -> None:
    """Take TERM off the list; history keeps it, and a rollback brings it back."""
    removed = _with_terms(lambda services: services.terms.remove(term, str(operator())))
    click.echo(f"removed {removed.name}")


@terms.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_terms(as_json: bool) -> None:
    """Show every term."""
    found, others = _with_terms(_listed)
    found = sorted(found, key=lambda term: (fold(term.name), term.name))
    for workspace, count in sorted(others.items()):
        click.echo(f"{count} more are of one workspace: `terms --workspace {workspace} list`", err=True)
    if as_json:
        _print_json([_json(term) for term in found])
        return
    of_one = any(term.workspace for term in found) or bool(click.get_current_context().find_object(str))
    columns = ("term", "kind", "secrecy", "aliases", "note", "owner", "needs", "from", "until")
    show_table(
        (*columns, *["workspace"] * of_one), ((*_cells(term), *[term.workspace or "all"] * of_one) for term in found)
    )


@terms.command("import")
@click.argument("csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
def import_terms(csv: Path, dry_run: bool) -> None:
    """Add the rows of a CSV file with the columns term,kind,aliases,note; all of them or none.

    Columns that the file leaves out stay as they are. What is worth a look goes to standard error: names that are
    ordinary words, spellings that two terms share, and with --dry-run what the names would find in ordinary posts.
    """
    try:
        text = csv.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = csv.read_bytes()[: error.start].count(b"\n") + 1
        raise TermsError(f"{csv.name} is not UTF-8 (line {line}): save it as UTF-8 and try again") from None
    report = _with_terms(lambda services: services.terms.import_csv(text, str(operator()), dry_run=dry_run))
    verb = "would import" if dry_run else "imported"
    click.echo(f"{verb} {report.added} new and {report.changed} changed terms; {report.same} are as they were")
    for sentence in warnings(report.triage):
        click.echo(sentence, err=True)


@terms.command()
def export() -> None:
    """Print the list as CSV."""
    click.echo(_with_terms(lambda services: services.terms.export_csv(str(operator()))), nl=False)


@terms.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def history(as_json: bool) -> None:
    """Show every version: who did what to which names, and when."""
    entries = _with_terms(lambda services: services.terms.history())
    if as_json:
        _print_json([_version_json(list(group)) for _, group in groupby(entries, key=lambda entry: entry.version)])
        return
    for line in history_lines(entries):
        click.echo(line)


@terms.command()
@click.argument("version", type=click.IntRange(0))
@click.argument("later", metavar="[VERSION2]", type=click.IntRange(0), required=False)
def diff(version: int, later: int | None) -> None:
    """Show what changed from VERSION to VERSION2, or to the list as it is."""
    _print_difference(_with_terms(lambda services: services.terms.diff(version, later)))


@terms.command()
@click.argument("version", type=click.IntRange(0))
def rollback(version: int) -> None:
    """Make the list exactly what it was in VERSION, as a new version."""
    new, step = _with_terms(lambda services: services.terms.rollback(version, str(operator())))
    _print_difference(step)
    click.echo(f"the list is at version {new}, as it was in version {version}; {len(step.pairs)} terms changed")


@terms.command(context_settings=_WORDS)
@click.argument("words", metavar="NAME [--note TEXT]", nargs=-1, type=click.UNPROCESSED, required=True)
def propose(words: tuple[str, ...]) -> None:
    """Propose NAME for the list; an admin decides."""
    try:
        name, values = read_options(words)
        if values.keys() - {"note"}:
            raise TermsError("a proposal is a name, and a --note if you like")
    except TermsError as error:
        raise click.UsageError(str(error)) from None
    _with_terms(lambda services: services.proposals.propose(name, str(operator()), values.get("note", "")))
    click.echo(f"proposed {name}")


@terms.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def proposals(as_json: bool) -> None:
    """Show the proposals that wait for a decision."""
    waiting = _with_terms(lambda services: services.proposals.waiting())
    if as_json:
        rows = [(each.id, each.name, each.note, each.actor, each.at.isoformat()) for each in waiting]
        _print_json([dict(zip(("id", "term", "note", "actor", "at"), row, strict=True)) for row in rows])
        return
    lines = ((each.id, each.name, each.note, each.actor, f"{each.at:%Y-%m-%d %H:%M}") for each in waiting)
    show_table(("id", "term", "note", "proposed by", "when"), lines)


@terms.command(context_settings=_WORDS)
@click.argument("words", metavar="ID [OPTIONS]", nargs=-1, type=click.UNPROCESSED, required=True)
def accept(words: tuple[str, ...]) -> None:
    """Put the proposal with this ID on the list, with the options of `terms add`."""
    try:
        proposal, values = read_options(words, called="number of a proposal")
    except TermsError as error:
        raise click.UsageError(str(error)) from None
    term = _with_terms(lambda services: services.proposals.accept(proposal, str(operator()), **values))
    click.echo(f"added {term.name}")


@terms.command()
@click.argument("proposal", metavar="ID")
def decline(proposal: str) -> None:
    """Drop the proposal with this ID."""
    declined = _with_terms(lambda services: services.proposals.decline(proposal, str(operator())))
    click.echo(f"declined {declined.name}")


async def _listed(services: Services) -> tuple[list[Term], Counter[str]]:
    """Return the terms to show; of the list of all workspaces, also how many each has of its own."""
    _, every = await services.terms.load_all()
    others = (term.workspace for term in every if not (services.terms.workspace or services.terms.sees(term)))
    return list(filter(services.terms.sees, every)), Counter(others)


def _cells(term: Term) -> list[str]:
    moments = (each.isoformat(timespec="minutes") if each else "" for each in (term.active_from, term.active_until))
    about = (term.name, term.kind, term.secrecy, ", ".join(term.aliases), term.note, term.owner, term.needs or "")
    return [*about, *moments]


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _print_difference(step: Difference) -> None:
    for before, after in step.pairs:
        click.echo(step_line(before, after) + _fields(before, after))


def _fields(before: Term | None, after: Term | None) -> str:
    """Name the fields in which a term changed."""
    if before is None or after is None:
        return ""
    old, new = _json(before), _json(after)
    return f" ({', '.join(name for name in old if old[name] != new[name])})"


def _version_json(steps: list[Entry]) -> dict[str, Any]:
    first = steps[0]
    return {
        "version": first.version,
        "at": first.at.isoformat(),
        "actor": first.actor,
        "action": first.action.removeprefix("terms."),
        "added": [step.after.name for step in steps if step.after and not step.before],
        "changed": [step.after.name for step in steps if step.after and step.before],
        "removed": [step.before.name for step in steps if step.before and not step.after],
    }


def _json(term: Term) -> dict[str, Any]:
    return {
        "term": term.name,
        "kind": term.kind.value,
        "aliases": list(term.aliases),
        "note": term.note,
        "secrecy": term.secrecy.value,
        "active_from": term.active_from.isoformat() if term.active_from else None,
        "active_until": term.active_until.isoformat() if term.active_until else None,
        "owner": term.owner,
        "needs": term.needs,
        "workspace": term.workspace or None,
    }
