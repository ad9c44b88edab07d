"""Rulebook: one page in Markdown about every rule, made from the packs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from core.draft import Account
from core.packs import Example
from core.policy import Policy
from core.rule import Rule

SHOWN = 3
"""How many examples of a kind are shown; the packs have all of them."""

_MARKS = re.compile(r"([\\`*_<>\[\]#|])")
_HEAD = """# The rules

Made by `checkpost policy docs` from [`policies/`](../policies), where every rule has all of its examples. `site.yaml`
says which packs are in force and may change single rules. What a rule asks is a `note` (for information), to `revise`
(change this first) or to `block` (do not post this).
"""


def rulebook(policy: Policy, in_force: Collection[str]) -> str:
    """Return the page about all rules of a policy; `in_force` names the packs that are."""
    return "\n".join((_HEAD, *_contents(policy, in_force), *_packs(policy, in_force)))


def _contents(policy: Policy, in_force: Collection[str]) -> Iterator[str]:
    yield "| pack | about | rules | in force |\n|---|---|---|---|"
    for pack, rules in groupby(policy.rules, lambda rule: rule.pack):
        yield f"| [{pack}](#{pack}) | {policy.titles[pack]} | {len(list(rules))} | {_yes(pack in in_force)} |"


def _packs(policy: Policy, in_force: Collection[str]) -> Iterator[str]:
    for pack, rules in groupby(policy.rules, lambda rule: rule.pack):
        off = "" if pack in in_force else " Off until `site.yaml` names it."
        yield f"\n## {pack}\n\n{policy.titles[pack]}.{off}"
        for rule in rules:
            yield f"\n### {rule.id}\n\n**{_plain(rule.title)}.** {_plain(rule.reason)}\n"
            yield from (f"- {name}: {value}" for name, value in _facts(rule) if value)
            yield from _examples("Found, for example", rule.examples.flags[:SHOWN])
            yield from _examples("Left in peace", rule.examples.passes[:SHOWN])
            yield from _examples("Known gaps: not found, though it should be", rule.examples.known_misses)
            yield from _examples("Known noise: found, though it should not be", rule.examples.known_noise)


def _facts(rule: Rule) -> Iterator[tuple[str, str | None]]:
    yield "Asks", "; ".join(_asks(rule))
    yield "Better words", " / ".join(map(_plain, rule.suggest))
    yield "Networks", ", ".join(sorted(rule.networks))
    yield "Category", f"`{rule.category}`"
    yield "Status", None if rule.status == "active" else rule.status.value
    yield "Source", rule.source and _plain(rule.source)
    yield "More", rule.learn
    yield "Owner", rule.owner


def _asks(rule: Rule) -> Iterator[str]:
    for account in Account:
        action = rule.actions.get(account)
        yield f"{account.value} account: {action.name.lower() if action else 'nothing'}"
    if rule.unsure:
        yield f"{rule.unsure.action.name.lower()} where the score is below {rule.unsure.below}"
    if rule.eased_by:
        yield "a note on a personal account whose draft speaks of conditions at work"
    if rule.cleared_by:
        yield "nothing where the draft itself clears it, as a link to what is published does"
    if rule.yields_to:
        yield f"nothing of a sentence that reads as {' or '.join(sorted(rule.yields_to.labels))}, which is told instead"


def _examples(title: str, examples: Iterable[Example]) -> Iterator[str]:
    lines = [f"  - {_plain(each.text)}{_circumstances(each)}" for each in examples]
    if lines:
        yield f"- {title}:"
        yield from lines


def _circumstances(example: Example) -> str:
    """Say what is special about an example, or nothing."""
    said = [
        "brand account" if example.account is Account.BRAND else "",
        example.network.value if example.network != "other" else "",
        example.at.strftime("%A %Y-%m-%d %H:%M") if example.at else "",
        str(example.timezone or ""),
        f"asks {example.asks.name.lower()}" if example.asks else "",
    ]
    told = ", ".join(filter(None, said))
    return f" ({told})" if told else ""


def _plain(text: str) -> str:
    """Write a text so that Markdown leaves it alone, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _yes(true: bool) -> str:
    return "yes" if true else "no"
