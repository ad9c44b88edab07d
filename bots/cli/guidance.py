"""`checkpost policy clauses`, `reply` and `trail`: the pages of the guidance desk, as in chat."""

from __future__ import annotations

import click

from bots.cli.session import settings
from core.guidance import Page, guide, load_guidance
from core.policy import load_policy


@click.command()
@click.argument("request", required=False, default="")
@click.argument("situation", required=False, default="")
def reply(request: str, situation: str) -> None:
    """Show short, kind answers to a REQUEST, such as friend-request, for all situations or for one SITUATION."""
    show_page(f"reply {request} {situation}")


@click.command()
def trail() -> None:
    """Show the questions to ask oneself before posting."""
    show_page("trail")


def show_page(words: str) -> None:
    """Print the page that these words ask for."""
    directory = settings().policy_dir
    click.echo("\n".join(_lines(guide(load_policy(directory), load_guidance(directory), words))))


def _lines(page: Page) -> list[str]:
    lines = [page.title, "", *page.lead]
    for part in page.sections:
        lines += ["", part.heading, *(f"  {line}" for line in part.lines)]
    return [*lines, "", page.closing] if page.closing else lines
