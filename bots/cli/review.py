"""`checkpost review`: the requests for review, for an operator or where no chat is at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from bots.bootstrap import Services
from bots.cli.session import operator, with_services
from core.draft import parse_author
from core.reviews.review import Person, Review


@click.group()
def review() -> None:
    """List, read and decide requests for review."""


@review.command("list")
def list_reviews() -> None:
    """Show the requests that wait, oldest first."""
    for each in with_services(lambda services: services.reviews.waiting()):
        click.echo(_line(each))


@review.command()
@click.argument("number", metavar="REVIEW")
def show(number: str) -> None:
    """Show a request: the draft while it is kept, what was found, and what was decided."""
    found = with_services(lambda services: services.reviews.get(number))
    click.echo(_line(found))
    if found.draft is None:
        click.echo("its text is deleted")
    else:
        click.echo(f"\n{found.draft.text}\n")
    for finding in found.verdict.findings if found.verdict else ():
        click.echo(f"{finding.action.name.lower():<7} {finding.rule}: {finding.title}")
    if found.note:
        click.echo(f"the author says: {found.note}")
    for event in found.events:
        told = " · ".join(filter(None, (event.reason, event.text)))
        click.echo(f"{event.at:%Y-%m-%d %H:%M} UTC · {event.actor} · {event.kind}" + (f" · {told}" if told else ""))


@review.command()
@click.argument("number", metavar="REVIEW")
@click.option("--reason", metavar="TEXT", default="")
def approve(number: str, reason: str) -> None:
    """Say that the draft may be posted as it is."""
    _decide(lambda services, by: services.reviews.approve(number, by, reason))


@review.command()
@click.argument("number", metavar="REVIEW")
@click.option("--text", metavar="TEXT", help="The text as you would approve it.")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file with that text.")
@click.option("--reason", metavar="TEXT", default="")
def suggest(number: str, text: str | None, file: Path | None, reason: str) -> None:
    """Send the author another text."""
    if (text is None) == (file is None):
        raise click.UsageError("give --text or --file.")
    words = file.read_text(encoding="utf-8") if file else text or ""
    _decide(lambda services, by: services.reviews.suggest(number, by, words, reason))


@review.command()
@click.argument("number", metavar="REVIEW")
@click.option("--reason", metavar="TEXT", required=True)
def decline(number: str, reason: str) -> None:
    """Say that the draft should not be posted, and why."""
    _decide(lambda services, by: services.reviews.decline(number, by, reason))


@review.command()
@click.argument("number", metavar="REVIEW")
@click.option("--reason", metavar="TEXT", required=True)
def reopen(number: str, reason: str) -> None:
    """Let a closed request wait again; what was approved counts no more."""
    _decide(lambda services, by: services.reviews.reopen(number, by, reason))


@review.command()
@click.argument("number", metavar="REVIEW")
@click.argument("to", metavar="PLATFORM:WORKSPACE:ID")
@click.option("--reason", metavar="TEXT", default="")
def delegate(number: str, to: str, reason: str) -> None:
    """Ask one person by name, who may then decide."""
    _decide(lambda services, by: services.reviews.delegate(number, by, Person(parse_author(to)), reason))


def _decide(act: Callable[[Services, Person], Awaitable[Review]]) -> None:
    click.echo(_line(with_services(lambda services: act(services, Person(operator())))))


def _line(each: Review) -> str:
    step = f" · {each.step + 1} of {len(each.steps)}: {each.turn.title}" if each.turn else ""
    asked = f" · asked {each.assigned}" if each.assigned else ""
    until = f" · until {each.lapses_at:%Y-%m-%d %H:%M} UTC" if each.state == "waiting" else ""
    return f"{each.id} · {each.state}{step} · from {each.author} · {each.outcome}{until}{asked}"
