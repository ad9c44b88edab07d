"""Rule: one thing we guard, built from its entry in a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.draft import Account, Draft, Network
from core.errors import PolicyError
from core.finding import Action, Mend
from core.packs import Change, Detect, Elsewhere, Examples, PackSource, RuleSource, Status, Unsure
from core.patterns import Pattern, build_pattern, build_words
from core.source import Mistakes, Source
from core.terms.term import TERM

LIKELY = 0.5
NOTES_ONLY = frozenset({"work_hours"})
"""What these categories are about is up to the author, who is told and never asked for anything."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to look for: detections with these labels, at this score or above."""

    labels: frozenset[str]
    at_least: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing we guard, as it stands at `place` (`file:line`).

    `parts` has one entry, or several that must stand in one sentence. On a personal account a finding is a note where
    `eased_by` stands anywhere in the draft; where `cleared_by` does, on any account, there is none. A sentence that
    says what it `yields_to` is left to the rules for that. `networks` are those it counts on; none means all.
    """

    id: str
    place: str
    status: Status
    category: str
    title: str
    why: str
    instead: str | None
    suggest: tuple[str, ...]
    mend: Mend
    learn: str | None
    source: str | None
    actions: Mapping[Account, Action]
    networks: frozenset[Network]
    unsure: Unsure | None
    parts: tuple[Part, ...]
    eased_by: Part | None
    cleared_by: Part | None
    yields_to: Part | None
    patterns: Mapping[str, tuple[Pattern, ...]]
    whole_sentence: bool
    unless: tuple[Pattern, ...]
    examples: Examples
    terms: Mapping[str, tuple[str, ...]]
    owner: str

    @property
    def pack(self) -> str:
        """Return the name of its pack."""
        return self.id.partition("/")[0]

    @property
    def looked_for(self) -> tuple[Part, ...]:
        """Return everything that the rule wants to know about."""
        return (*self.parts, *filter(None, (self.eased_by, self.cleared_by, self.yields_to)))

    @property
    def needed(self) -> tuple[str, ...]:
        """Return the labels of its own patterns without which it finds nothing."""
        return tuple(label for part in self.parts for label in sorted(part.labels & self.patterns.keys()))

    @property
    def reason(self) -> str:
        """Return what its author is told: why, and what to write instead."""
        return f"{self.why} {self.instead}" if self.instead else self.why

    def action_on(self, draft: Draft) -> Action | None:
        """Return what it asks on a draft's account and network, or None where it does not count."""
        if self.status is Status.RETIRED or (self.networks and draft.network not in self.networks):
            return None
        return self.actions.get(draft.account)

    def changed(self, change: Change) -> Rule:
        """Return the rule as a local change wants it.

        Raises:
            PolicyError: it asks for more than a rule of its category may.
        """
        rule = replace(
            self,
            status=change.status or self.status,
            actions=change.action or self.actions,
            suggest=self.suggest if change.suggest is None else change.suggest,
        )
        if rule.category in NOTES_ONLY and max(rule.actions.values()) > Action.NOTE:
            raise PolicyError(f"action: {rule.category} is a note, whatever the account; write note")
        return rule


def build_rules(source: Source[PackSource], name: str, site: Mapping[str, tuple[str, ...]]) -> list[Rule]:
    """Return the rules of the pack `name`; `site` has patterns to add to the lists of its vocabulary.

    Raises:
        PolicyError: as `file:line: what to write instead`, a line for each mistake.
    """
    pack, mistakes = source.model, Mistakes()
    if pack.pack != name:
        mistakes.note(f"{source.place(('pack',))}: pack: write {name}, the name of the file")
    vocabulary = {each: words + site.get(each, ()) for each, words in pack.vocabulary.items()}
    rules: dict[str, Rule] = {}
    for number, raw in enumerate(pack.rules):
        with mistakes.noted():
            if raw.id in rules:
                raise source.error(("rules", number, "id"), f"id: {raw.id} stands twice; rename one")
            if raw.category in NOTES_ONLY and max(raw.action.values()) > Action.NOTE:
                raise source.error(("rules", number, "action"), f"action: {raw.category} is a note; write note")
            rules[raw.id] = _Builder(source, number, raw, vocabulary, mistakes).rule()
    mistakes.refuse()
    return list(rules.values())


@dataclass(slots=True)
class _Builder:
    """Builds one rule, knowing where it stands for the sake of errors."""

    source: Source[PackSource]
    number: int
    raw: RuleSource
    vocabulary: Mapping[str, tuple[str, ...]]
    mistakes: Mistakes
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
            instead=raw.instead,
            suggest=raw.suggest,
            mend=raw.mend,
            learn=raw.learn,
            source=raw.source,
            actions=raw.action,
            networks=frozenset(raw.networks),
            unsure=raw.unsure,
            parts=tuple(self._part(number, part) for number, part in enumerate(parts)),
            eased_by=self._elsewhere("eased_by", raw.eased_by),
            cleared_by=self._elsewhere("cleared_by", raw.cleared_by),
            yields_to=Part(frozenset(raw.yields_to), LIKELY) if raw.yields_to else None,
            patterns=self.patterns,
            whole_sentence=raw.span == "sentence",
            unless=self._compiled(raw.unless, ("unless",)),
            examples=raw.examples,
            terms={str(kind): names for kind, names in pack.sample_terms.items()},
            owner=pack.owner,
        )

    def _part(self, number: int, part: Detect) -> Part:
        place = ("detect", "together", number) if self.raw.detect.together else ("detect",)
        if part.terms is not None:
            return Part(frozenset({TERM + part.terms.upper()}), part.at_least)
        if part.entities or part.statements:
            return Part(frozenset(part.entities or part.statements or ()), part.at_least)
        label = self._label(str(number))
        self.patterns[label] = self._compiled(part.patterns or part.words or (), (*place, part.kind))
        return Part(frozenset({label}), part.at_least)

    def _elsewhere(self, name: str, given: Elsewhere | None) -> Part | None:
        if given is None:
            return None
        if not given.patterns:
            return Part(frozenset(given.statements), LIKELY)
        label = self._label(name)
        self.patterns[label] = self._compiled(given.patterns, (name, "patterns"))
        return Part(frozenset({*given.statements, label}), LIKELY)

    def _label(self, name: str) -> str:
        return f"{self.source.model.pack}/{self.raw.id}#{name}"

    def _compiled(self, sources: tuple[str, ...], place: tuple[Any, ...]) -> tuple[Pattern, ...]:
        words = place[-1] == "words"
        compiled = []
        for number, text in enumerate(sources):
            try:
                compiled.append(build_words(text) if words else build_pattern(text, self.vocabulary))
            except ValueError as error:
                where = self.source.place(("rules", self.number, *place, number))
                self.mistakes.note(f"{where}: {place[-1]}: {error}")
        return tuple(compiled)
