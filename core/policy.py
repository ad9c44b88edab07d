"""Policy: all rules in force, and what they make of a reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from core.draft import Account, Draft
from core.errors import PolicyError
from core.finding import Action, Detection, Finding, Mend, Span
from core.packs import (
    Change,
    Detect,
    Examples,
    PackSource,
    RuleSource,
    SiteSource,
    Status,
    Unsure,
    WorkingHours,
)
from core.patterns import Pattern, build_pattern, build_words
from core.reading import Reading
from core.source import Source
from core.terms.term import SECRET_TERM, TERM

SITE = "site.yaml"
CLIENT_NEWS = "client_news"
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to look for: detections with these labels, at this score or above."""

    labels: frozenset[str]
    at_least: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing we guard, as it stands at `place` (`file:line`).

    `parts` has one entry, or several that must stand in one sentence. Where `eased_by` stands in the sentence too, the
    finding is a note.
    """

    id: str
    place: str
    status: Status
    category: str
    title: str
    why: str
    suggest: tuple[str, ...]
    mend: Mend
    learn: str | None
    source: str | None
    actions: Mapping[Account, Action]
    unsure: Unsure | None
    parts: tuple[Part, ...]
    eased_by: Part | None
    patterns: Mapping[str, tuple[Pattern, ...]]
    whole_sentence: bool
    unless: tuple[Pattern, ...]
    examples: Examples
    terms: Mapping[str, tuple[str, ...]]
    owner: str
    pack_title: str

    @property
    def looked_for(self) -> tuple[Part, ...]:
        """Return everything that the rule wants to know about."""
        return (*self.parts, self.eased_by) if self.eased_by else self.parts


@dataclass(frozen=True, slots=True)
class Policy:
    """Every rule in force, in the order of the packs. `version` is `sha256:` of the files it came from."""

    version: str
    rules: tuple[Rule, ...]
    working_hours: WorkingHours

    @property
    def patterns(self) -> dict[str, tuple[Pattern, ...]]:
        """Return the words and patterns of all rules that are not retired, by label."""
        live = (rule for rule in self.rules if rule.status is not Status.RETIRED)
        return {label: group for rule in live for label, group in rule.patterns.items()}

    def rule(self, rule_id: str) -> Rule:
        """Return one rule by its full id.

        Raises:
            PolicyError: there is no such rule.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise PolicyError(f"there is no rule {rule_id}: `checkpost policy list` shows all")

    def wants(self, labels: Iterable[str]) -> bool:
        """Tell whether a rule that is not retired looks for one of these."""
        wanted = {
            label
            for rule in self.rules
            if rule.status is not Status.RETIRED
            for part in rule.looked_for
            for label in part.labels
        }
        return not wanted.isdisjoint(labels)

    def require(self, labels: Iterable[str]) -> None:
        """Refuse a policy with a rule that nothing here could ever trigger.

        Raises:
            PolicyError: a rule names an entity or statement that no recognizer reports.
        """
        known = frozenset(labels) | set(self.patterns)
        for rule in self.rules:
            missing = [label for part in rule.looked_for for label in part.labels - known]
            if missing and rule.status is not Status.RETIRED:
                raise PolicyError(f"{rule.place}: no recognizer reports {', '.join(sorted(missing))}; correct the name")


def load_policy(directory: Path, today: date | None = None) -> Policy:
    """Read site.yaml and the packs it puts in force.

    `today` decides whether a local change has lapsed; the current date by default.

    Raises:
        PolicyError: as `file:line: what to write instead`.
    """
    if not (directory / SITE).is_file():
        raise PolicyError(f"{directory / SITE}:1: there is no policy here: set CHECKPOST_POLICY_DIR to its folder")
    site = Source(directory / SITE, SiteSource)
    rules: dict[str, Rule] = {}
    digest = hashlib.sha256(site.text.encode())
    for number, name in enumerate(site.model.packs):
        if Path(name).name != name or not name.isprintable():
            raise site.error(("packs", number), f"'{name}' is no pack's name; write it without .yaml or a folder")
        source = Source(directory / f"{name}.yaml", PackSource)
        digest.update(b"\0" + source.text.encode())
        for rule in _rules(source, name):
            rules[rule.id] = rule
    for number, change in enumerate(site.model.changes):
        if change.rule not in rules:
            raise site.error(("changes", number, "rule"), f"there is no rule {change.rule}; correct its id")
        if change.until and change.until < (today or datetime.now(UTC).date()):
            raise site.error(("changes", number, "until"), "this change has lapsed; take it out or give a new date")
        rules[change.rule] = _changed(rules[change.rule], change)
    return Policy(f"sha256:{digest.hexdigest()}", tuple(rules.values()), site.model.working_hours)


def findings(policy: Policy, draft: Draft, reading: Reading) -> tuple[Finding, ...]:
    """Return what the rules make of a reading, trial rules included; spans count the draft's code points."""
    found: list[Finding] = []
    named = {reading.sentence(d.span) for d in reading.detections if d.label.startswith(TERM)}
    for rule in policy.rules:
        action = rule.actions.get(draft.account)
        if action is None or rule.status is Status.RETIRED:
            continue
        excused: dict[Span, bool] = {}
        for detection in _seen(rule, reading):
            sentence = reading.sentence(detection.span)
            if rule.category == CLIENT_NEWS and any(sentence.overlaps(other) for other in named):
                continue  # a listed name says it all (contract, last table)
            if sentence not in excused:
                words = reading.view.text[sentence.start : sentence.end]
                excused[sentence] = any(pattern.found_in(words) for pattern in rule.unless)
            if not excused[sentence]:
                secret = detection.label == SECRET_TERM
                span = sentence if rule.whole_sentence or secret else detection.span
                asked = _asked(rule, action, detection, sentence, reading)
                found.append(_finding(rule, asked, reading.view.original(span), detection.score, not secret))
    return tuple(found)


def _asked(rule: Rule, action: Action, detection: Detection, sentence: Span, reading: Reading) -> Action:
    """Return what a finding asks, which may be less than its rule does."""
    eased = rule.eased_by
    if eased and any(_is(eased, other) and sentence.overlaps(other.span) for other in reading.detections):
        return Action.NOTE
    return min(action, rule.unsure.action) if rule.unsure and detection.score < rule.unsure.below else action


def _seen(rule: Rule, reading: Reading) -> Iterator[Detection]:
    """Yield the detections of the rule's first part that have all other parts in their sentence."""
    first, *others = ([d for d in reading.detections if _is(part, d)] for part in rule.parts)
    for detection in first:
        sentence = reading.sentence(detection.span)
        if all(any(sentence.overlaps(other.span) for other in others_seen) for others_seen in others):
            yield detection


def _is(part: Part, detection: Detection) -> bool:
    return detection.label in part.labels and detection.score >= part.at_least


def _finding(rule: Rule, action: Action, span: Span, score: float, quotable: bool) -> Finding:
    return Finding(
        rule=rule.id,
        category=rule.category,
        action=action,
        span=span,
        score=score,
        title=rule.title,
        why=rule.why,
        suggest=rule.suggest if quotable else (),
        learn=rule.learn,
        quotable=quotable,
        mend=rule.mend,
    )


def _changed(rule: Rule, change: Change) -> Rule:
    changed = rule if change.status is None else replace(rule, status=change.status)
    return changed if change.action is None else replace(changed, actions=change.action)


def _rules(source: Source[PackSource], name: str) -> Iterator[Rule]:
    pack = source.model
    if pack.pack != name:
        raise source.error(("pack",), f"pack: write {name}, the name of the file")
    seen: set[str] = set()
    for number, raw in enumerate(pack.rules):
        if raw.id in seen:
            raise source.error(("rules", number, "id"), f"id: {raw.id} stands twice; rename one")
        seen.add(raw.id)
        yield _Builder(source, number, raw).rule()


@dataclass(slots=True)
class _Builder:
    """Builds one rule, knowing where it stands for the sake of errors."""

    source: Source[PackSource]
    number: int
    raw: RuleSource
    patterns: dict[str, tuple[Pattern, ...]] = field(default_factory=dict)

    def rule(self) -> Rule:
        raw, pack = self.raw, self.source.model
        parts = raw.detect.together or (raw.detect,)
        return Rule(
            id=f"{pack.pack}/{raw.id}",
            place=self.source.place(("rules", self.number, "detect", raw.detect.kind)),
            status=raw.status,
            category=raw.category,
            title=raw.title,
            why=raw.why,
            suggest=raw.suggest,
            mend=raw.mend,
            learn=raw.learn,
            source=raw.source,
            actions=raw.action,
            unsure=raw.unsure,
            parts=tuple(self._part(number, part) for number, part in enumerate(parts)),
            eased_by=Part(frozenset(raw.eased_by), LIKELY) if raw.eased_by else None,
            patterns=self.patterns,
            whole_sentence=raw.span == "sentence",
            unless=self._compiled(raw.unless, ("unless",)),
            examples=raw.examples,
            terms={str(kind): names for kind, names in pack.sample_terms.items()},
            owner=pack.owner,
            pack_title=pack.title,
        )

    def _part(self, number: int, part: Detect) -> Part:
        place = ("detect", "together", number) if self.raw.detect.together else ("detect",)
        if part.terms is not None:
            return Part(frozenset({TERM + part.terms.upper()}), part.at_least)
        if part.entities or part.statements:
            return Part(frozenset(part.entities or part.statements or ()), part.at_least)
        label = f"{self.source.model.pack}/{self.raw.id}#{number}"
        self.patterns[label] = self._compiled(part.patterns or part.words or (), (*place, part.kind))
        return Part(frozenset({label}), part.at_least)

    def _compiled(self, sources: tuple[str, ...], place: tuple[Any, ...]) -> tuple[Pattern, ...]:
        words = place[-1] == "words"
        compiled = []
        for number, text in enumerate(sources):
            try:
                compiled.append(build_words(text) if words else build_pattern(text, self.source.model.vocabulary))
            except ValueError as error:
                raise self.source.error(("rules", self.number, *place, number), f"{place[-1]}: {error}") from None
        return tuple(compiled)
