"""`checkpost policy`: what the rules are, and whether their examples hold."""

from __future__ import annotations

from pathlib import Path

import click

from bots.cli.guidance import show_page
from bots.cli.rulebook import rulebook
from bots.cli.session import settings, show_table
from core.draft import Account
from core.examples import failures
from core.policy import load_policy
from core.rule import Rule


@click.group()
def policy() -> None:
    """Look at the rules and test them."""


@policy.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def test(path: Path | None) -> None:
    """Run the examples of every pack of the folder, in force or not; no line may go without one noticing."""
    loaded = load_policy(path or settings().policy_dir, every=True)
    broken = list(failures(loaded))
    for sentence in broken:
        click.echo(sentence)
    count = sum(len(examples) for rule in loaded.rules for _, examples in rule.examples)
    click.echo(f"{len(loaded.rules)} rules, {count} examples, {len(broken)} failed")
    if broken:
        raise SystemExit(1)


@policy.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a file.")
def docs(path: Path | None, out: Path | None) -> None:
    """Print a page in Markdown about every rule of the folder, in force or not."""
    folder = path or settings().policy_dir
    page = rulebook(load_policy(folder, every=True), load_policy(folder).titles)
    if out:
        out.write_text(page, encoding="utf-8")
    else:
        click.echo(page, nl=False)


@policy.command("list")
def list_rules() -> None:
    """Show every rule in force."""
    rows = (
        (rule.id, rule.status, _action(rule, Account.PERSONAL), _action(rule, Account.BRAND), rule.title)
        for rule in load_policy(settings().policy_dir).rules
    )
    show_table(("rule", "status", "personal", "brand", "title"), rows)


@policy.command()
@click.argument("rule", required=False, default="")
def clauses(rule: str) -> None:
    """Show the clauses in plain words, with version and owner, or one RULE as authors see it."""
    show_page(f"policy {rule}")


@policy.command()
@click.argument("rule")
def show(rule: str) -> None:
    """Show one RULE with its reason and examples."""
    found = load_policy(settings().policy_dir).rule(rule)
    click.echo(f"{found.id}: {found.title} ({found.status})")
    click.echo(f"asks      personal {_action(found, Account.PERSONAL)}, brand {_action(found, Account.BRAND)}")
    click.echo(f"category  {found.category}")
    click.echo(f"owner     {found.owner}")
    click.echo(f"why       {found.why}")
    for label, value in (
        ("instead", found.instead),
        ("better", " / ".join(found.suggest)),
        ("more", found.learn),
        ("source", found.source),
    ):
        if value:
            click.echo(f"{label:<9} {value}")
    for kind, examples in found.examples:
        for example in examples:
            click.echo(f"{kind:<13} {example.text}")


def _action(rule: Rule, account: Account) -> str:
    action = rule.actions.get(account)
    return action.name.lower() if action else "-"
