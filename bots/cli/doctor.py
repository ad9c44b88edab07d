"""`checkpost doctor`: what is set up, what is off, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import click

from bots.cli.session import settings, with_database
from core.errors import CheckpostError
from core.guidance import Guidance, load_guidance
from core.model.reader import load_reader
from core.plan import ReviewPlan
from core.policy import Policy, load_policy
from core.settings import Settings
from core.terms.store import TermsStore


@click.command()
def doctor() -> None:
    """Look at the set-up from end to end and say what is missing."""
    loaded = settings()
    policy = cache(partial(load_policy, loaded.policy_dir))
    click.echo(f"settings  ok ({loaded.env})")
    checks: dict[str, Callable[[], str]] = {
        "policy": lambda: _rules(policy()),
        "reader": _reader,
        "database": _database,
    }
    failed = set()
    for name, look in checks.items():
        try:
            click.echo(f"{name:<9} ok ({look()})")
        except CheckpostError as error:
            failed.add(name)
            click.echo(f"{name:<9} NOT OK: {error}")
    way = "Socket Mode: it calls Slack" if loaded.slack_app_token else "https: Slack calls /slack/events"
    doors = (
        ("slack", loaded.slack_on, f"on, over {way}", "set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET"),
        ("teams", loaded.teams_on, "on", "set TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID"),
        ("api", loaded.api_token is not None, "on", "set CHECKPOST_API_TOKEN"),
    )
    for name, is_on, on, advice in doors:
        click.echo(f"{name:<9} {on if is_on else f'off: {advice} to open it'}")
    if not loaded.admins:
        click.echo("admins    nobody: set CHECKPOST_ADMINS to let people keep the list from chat")
    plan = ReviewPlan() if "policy" in failed else policy().review
    click.echo(f"reviews   {_reviews(loaded, plan, {name: is_on for name, is_on, *_ in doors})}")
    if failed:
        raise SystemExit(1)
    if invented := _invented(policy(), load_guidance(loaded.policy_dir)):
        click.echo(
            f"owners    {invented}: people are told to ask there; set `owner` in a copy of the policies to yours"
        )


def _reviews(loaded: Settings, plan: ReviewPlan, doors: Mapping[str, bool]) -> str:
    """Say whether authors can ask for a review, and what is missing where nobody would answer."""
    channel = loaded.review_channel
    if channel is None:
        return "off: set CHECKPOST_REVIEW_CHANNEL to let authors ask people"
    door = channel.partition(":")[0]
    if not doors.get(door):
        return f"NOT READY: requests go to {door}, which is off"
    if loaded.reviewers or all(step.reviewers for step in plan.steps):
        return "on"
    return "NOT READY: nobody decides; set CHECKPOST_REVIEWERS, or reviewers of each step"


def _rules(policy: Policy) -> str:
    return f"{len(policy.rules)} rules, {policy.version[:19]}"


def _invented(policy: Policy, guidance: Guidance) -> str:
    """Return the addresses as shipped to which people are still sent with their questions."""
    owners = {guidance.owner, *(rule.owner for rule in policy.rules)}
    return ", ".join(sorted(owner for owner in owners if owner.endswith("@example.com")))


def _reader() -> str:
    return f"statements and names in English, {len(load_reader().scales)} kinds of statement"


def _database() -> str:
    version, terms = with_database(lambda database: TermsStore(database).load())
    return f"{len(terms)} terms, version {version}"
