"""`checkpost exceptions`: for a while, a rule is a note only or a term is free, with an owner and a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from bots.bootstrap import Services
from bots.cli.session import operator, with_services
from core.draft import Account
from core.errors import ExceptionError
from core.exceptions import About, Exemption
from core.terms.term import same_letters


@click.group()
def exceptions() -> None:
    """Make, list and end exceptions to rules and terms."""


@exceptions.command()
@click.option("--rule", metavar="PACK/RULE", help="A rule whose findings are notes meanwhile.")
@click.option("--term", metavar="TERM", help="A term that is free meanwhile.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", required=True, help="Up to this day.")
@click.option("--owner", metavar="TEXT", required=True, help="Who answers for it.")
@click.option("--reason", metavar="TEXT", required=True, help="Why; encrypted.")
@click.option("--author", metavar="PLATFORM:WORKSPACE:ID", default="", help="For one person; for everybody by default.")
@click.option("--account", type=click.Choice([each.value for each in Account]), default=None, help="On these alone.")
@click.option("--review", metavar="REVIEW", help="The request for review that it comes from.")
def add(
    rule: str | None, term: str | None, until: datetime, owner: str, reason: str, author: str,
    account: str | None, review: str | None,
) -> None:  # fmt: skip
    """Make an exception; it counts from the next check on and ends by itself."""
    if (rule is None) == (term is None):
        raise click.UsageError("give --rule or --term.")

    async def make(services: Services) -> Exemption:
        about, target, name = await _target(services, rule, term)
        wanted = Exemption(
            about, target, until.replace(tzinfo=UTC), owner, reason, name, author, account or "", review
        )  # fmt: skip
        if review:
            await services.reviews.get(review)
        return await services.exceptions.add(wanted, str(operator()))

    click.echo(f"exception {with_services(make).id} is in force until {until:%Y-%m-%d}")


@exceptions.command("list")
def list_exceptions() -> None:
    """Show the exceptions in force, those that end first first."""
    for each in with_services(lambda services: services.exceptions.in_force()):
        meant = " · ".join(filter(None, (each.author or "everybody", each.account)))
        click.echo(f"{each.id} · {each.about} {each.title} · until {each.until:%Y-%m-%d} · {meant} · {_why(each)}")


@exceptions.command()
@click.argument("exception", metavar="EXCEPTION")
def end(exception: str) -> None:
    """Take an EXCEPTION out of force, by its number."""
    ended = with_services(lambda services: services.exceptions.end(exception, str(operator())))
    click.echo(f"the exception for {ended.title} has ended")


async def _target(services: Services, rule: str | None, term: str | None) -> tuple[About, str, str]:
    if rule is not None:
        return About.RULE, services.checker.policy.rule(rule).id, ""
    _, listed = await services.terms.load()
    found = next((each for each in listed if same_letters(each.name) == same_letters(term or "")), None)
    if found is None:
        raise ExceptionError("no term has this name: `terms list` shows all; an alias goes with its term")
    return About.TERM, found.id, found.name


def _why(each: Exemption) -> str:
    return f"{each.owner}: {each.reason}" + (f" (review {each.review})" if each.review else "")
