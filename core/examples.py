"""Examples: runs the examples that every rule carries, and makes sure that each pattern is needed by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core.analyzer import Analyzer
from core.draft import Author, Draft
from core.finding import Action
from core.judgement import build_analyzer, evaluate
from core.model.labels import STATEMENTS
from core.packs import Example, Status
from core.patterns import Pattern
from core.policy import Policy
from core.recognizers import Recognizer, build_recognizers, build_rules_recognizer
from core.rule import Rule
from core.terms.term import Kind, Secrecy, Term

_NOBODY = Author("examples", "", "")
_SATURDAY = datetime(2026, 1, 3, 12, tzinfo=UTC)


def failures(policy: Policy) -> Iterator[str]:
    """Yield a sentence for each example that does not do what it says, and each pattern that none needs."""
    shared = build_recognizers()
    for rule in policy.rules:
        if rule.status is Status.RETIRED:
            continue
        broken = [*_empty(rule), *_broken(policy, rule, shared)]
        yield from broken or _unneeded(policy, rule, shared)


def asked(policy: Policy, analyzer: Analyzer, rule: Rule, example: Example) -> Action | None:
    """Return the strictest that a rule asks of an example, or None where it finds nothing."""
    found = evaluate(_alone(policy, rule), analyzer, draft_of(example)).findings
    return max((finding.action for finding in found), default=None)


def analyzer_for(policy: Policy, rule: Rule, shared: Sequence[Recognizer]) -> Analyzer:
    """Build the analyzer that one rule's examples are read with."""
    alone = _alone(policy, rule)
    return build_analyzer(alone, sample_terms(rule), [build_rules_recognizer(alone.patterns, alone.needs), *shared])


def draft_of(example: Example) -> Draft:
    """Build the draft that an example describes; without a time, it is a Saturday."""
    moment = example.at or _SATURDAY
    return Draft(
        id="example",
        text=example.text,
        author=_NOBODY,
        network=example.network,
        account=example.account,
        written_at=moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        timezone=example.timezone,
    )


def sample_terms(rule: Rule) -> list[Term]:
    """Return the terms that stand on the list while the rule's examples run."""
    kinds = {kind.value: (kind, Secrecy.OPEN) for kind in Kind} | {"secret": (Kind.OTHER, Secrecy.SECRET)}
    return [
        Term(name=name, kind=kinds[group][0], secrecy=kinds[group][1])
        for group, names in rule.terms.items()
        for name in names
    ]


def _alone(policy: Policy, rule: Rule) -> Policy:
    return replace(policy, rules=(replace(rule, status=Status.ACTIVE),))


def _empty(rule: Rule) -> Iterator[str]:
    for pattern in (*(each for group in rule.patterns.values() for each in group), *rule.unless):
        if pattern.fits_nothing:
            yield f"{rule.id}: a pattern also fits nothing at all: make at least one part of it required"


def _broken(policy: Policy, rule: Rule, shared: Sequence[Recognizer]) -> Iterator[str]:
    analyzer = analyzer_for(policy, rule, shared)
    groups: tuple[tuple[str, Iterable[Example], bool, str], ...] = (
        ("flags", rule.examples.flags, True, "is not found"),
        ("passes", rule.examples.passes, False, "is found"),
        ("known_misses", rule.examples.known_misses, False, "is found now: move it to flags"),
        ("known_noise", rule.examples.known_noise, True, "is silent now: move it to passes"),
    )
    for group, examples, wanted, complaint in groups:
        for example in examples:
            found = asked(policy, analyzer, rule, example)
            if (found is not None) is not wanted:
                yield f"{rule.id}: {group} example {complaint}: {example.text}"
            elif wanted and example.asks not in (None, found):
                yield f"{rule.id}: {group} example asks {found and found.name.lower()}: {example.text}"


def _unneeded(policy: Policy, rule: Rule, shared: Sequence[Recognizer]) -> Iterator[str]:
    """Yield the lines of a rule that could go without any example noticing."""
    for name, lesser in lesser_rules(rule):
        if not any(_broken(policy, lesser, shared)):
            yield f"{rule.id}: no example needs {name}"


def lesser_rules(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield the rule once for each of its patterns, parts and conditions, without it.

    What hangs on a statement alone is left out: the reader decides about that, and it learns. So is an exception to a
    statement that an example shows.
    """
    read = all(part.labels <= frozenset(STATEMENTS) for part in rule.parts)

    def shown(patterns: Iterable[Pattern]) -> bool:
        return read and any(each.found_in(example.text) for each in patterns for example in rule.examples.passes)

    for label, group in rule.patterns.items():
        for number in range(len(group)) if len(group) > 1 else ():
            fewer = {**rule.patterns, label: group[:number] + group[number + 1 :]}
            yield f"pattern {number + 1} of {label.partition('#')[2]}", replace(rule, patterns=fewer)
    for number in range(len(rule.parts)) if len(rule.parts) > 1 else ():
        yield f"part {number + 1} of together", replace(rule, parts=rule.parts[:number] + rule.parts[number + 1 :])
    for number, pattern in enumerate(rule.unless):
        if not shown([pattern]):
            yield f"unless {number + 1}", replace(rule, unless=rule.unless[:number] + rule.unless[number + 1 :])
    if rule.eased_by and not rule.eased_by.labels.isdisjoint(rule.patterns):
        yield "eased_by", replace(rule, eased_by=None)
    clearing = rule.cleared_by.labels & rule.patterns.keys() if rule.cleared_by else ()
    if clearing and not shown(pattern for label in clearing for pattern in rule.patterns[label]):
        yield "cleared_by", replace(rule, cleared_by=None)
    if rule.networks:
        yield "networks", replace(rule, networks=frozenset())
