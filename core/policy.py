"""Policy: all rules in force, and what they make of a reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from core.collector import no_collecting
from core.draft import Account, Draft
from core.errors import PolicyError
from core.finding import Action, Detection, Finding, Span
from core.packs import PackSource, SiteSource, Status, WorkingHours
from core.patterns import Pattern, literal
from core.plan import ReviewPlan
from core.reading import Reading
from core.rule import Part, Rule, build_rules
from core.source import Mistakes, Source
from core.terms.term import SECRET_TERM, TERM
from core.verdict import SURE

SITE, GUIDANCE = "site.yaml", "guidance.yaml"
"""The files of a policy's folder that are no packs."""
CLIENT_NEWS = "client_news"


@dataclass(frozen=True, slots=True)
class Policy:
    """Every rule in force, in the order of the packs. `version` is `sha256:` of the files it came from.

    `titles` holds the title of each pack, by its name.
    """

    version: str
    rules: tuple[Rule, ...]
    working_hours: WorkingHours
    titles: Mapping[str, str] = field(default_factory=dict)
    review: ReviewPlan = field(default_factory=ReviewPlan)

    @property
    def patterns(self) -> dict[str, tuple[Pattern, ...]]:
        """Return the words and patterns of all rules that are not retired, by label."""
        live = (rule for rule in self.rules if rule.status is not Status.RETIRED)
        return {label: group for rule in live for label, group in rule.patterns.items()}

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Return, by label of a rule's patterns, the labels of its parts, without which it finds nothing at all."""
        return {label: rule.needed for rule in self.rules for label in rule.patterns}

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
        known, mistakes = frozenset(labels) | set(self.patterns), Mistakes()
        for rule in self.rules:
            missing = ", ".join(sorted(label for part in rule.looked_for for label in part.labels - known))
            if missing and rule.status is not Status.RETIRED:
                mistakes.note(f"{rule.place}: no recognizer reports {missing}; correct the name")
        mistakes.refuse()


@no_collecting()
def load_policy(directory: Path, today: date | None = None, every: bool = False) -> Policy:
    """Read site.yaml and the packs it puts in force; with `every`, those of the folder that it leaves out as well.

    `today` decides whether a local change has lapsed; the current date by default.

    Raises:
        PolicyError: as `file:line: what to write instead`, a line for each mistake.
    """
    if not (directory / SITE).is_file():
        raise PolicyError(f"{directory / SITE}:1: there is no policy here: set CHECKPOST_POLICY_DIR to its folder")
    site, mistakes = Source(directory / SITE, SiteSource), Mistakes()
    for number, name in enumerate(site.model.packs):
        if Path(name).name != name or not name.isprintable():
            raise site.error(("packs", number), f"'{name}' is no pack's name; write it without .yaml or a folder")
    lying = sorted(path.stem for path in directory.glob("*.yaml") if path.name not in (SITE, GUIDANCE))
    names = dict.fromkeys((*site.model.packs, *(lying if every else ())))
    sources: dict[str, Source[PackSource]] = {}
    rules: dict[str, Rule] = {}
    for name in names:
        with mistakes.noted():
            sources[name] = Source(directory / f"{name}.yaml", PackSource)
    mistakes.refuse()
    words = _site_words(site, sources.values())
    for name, source in sources.items():
        with mistakes.noted():
            rules |= {rule.id: rule for rule in build_rules(source, name, words)}
    mistakes.refuse()
    for number, change in enumerate(site.model.changes):
        with mistakes.noted():
            rules[change.rule] = _changed(site, number, rules.get(change.rule), today or datetime.now(UTC).date())
    mistakes.refuse()
    whole = "\0".join((site.text, *(source.text for source in sources.values())))
    version = f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"
    titles = {name: source.model.title for name, source in sources.items()}
    return Policy(version, tuple(rules.values()), site.model.working_hours, titles, site.model.review)


def _changed(site: Source[SiteSource], number: int, rule: Rule | None, today: date) -> Rule:
    """Return a rule as a local change wants it."""
    change = site.model.changes[number]
    if rule is None:
        raise site.error(("changes", number, "rule"), f"there is no rule {change.rule}; correct its id")
    if change.until and change.until < today:
        raise site.error(("changes", number, "until"), "this change has lapsed; take it out or give a new date")
    try:
        return rule.changed(change)
    except PolicyError as error:
        raise site.error(("changes", number, "action"), str(error)) from None


def _site_words(site: Source[SiteSource], packs: Iterable[Source[PackSource]]) -> dict[str, tuple[str, ...]]:
    """Return the site's own words, as patterns, for each list of a vocabulary that some pack keeps."""
    kept = {name for pack in packs for name in pack.model.vocabulary}
    for name in site.model.vocabulary:
        if name not in kept:
            raise site.error(("vocabulary", name), f"{name}: no pack in force has such a list; correct its name")
    return {name: tuple(map(literal, words)) for name, words in site.model.vocabulary.items()}


def findings(policy: Policy, draft: Draft, reading: Reading) -> tuple[Finding, ...]:
    """Return what the rules make of a reading, trial rules included; spans count the draft's code points."""
    found: list[Finding] = []
    named = {reading.sentence(d.span) for d in reading.detections if d.label.startswith(TERM)}
    present = {detection.label for detection in reading.detections}
    for rule in policy.rules:
        if rule.parts[0].labels.isdisjoint(present):
            continue
        action = rule.action_on(draft)
        if action is None or _stands(rule.cleared_by, reading):
            continue
        if draft.account is Account.PERSONAL and _stands(rule.eased_by, reading):
            action = Action.NOTE
        excused: dict[Span, bool] = {}
        for detection in _seen(rule, reading):
            sentence = reading.sentence(detection.span)
            if rule.category == CLIENT_NEWS and _is_named(detection, sentence, named):
                continue
            if sentence not in excused:
                words = reading.view.text[sentence.start : sentence.end]
                excused[sentence] = any(pattern.found_in(words) for pattern in rule.unless) or _stands(
                    rule.yields_to, reading, sentence
                )
            if not excused[sentence]:
                secret = detection.label == SECRET_TERM
                span = sentence if rule.whole_sentence or secret else detection.span
                asked = _asked(rule, action, detection)
                each = _finding(rule, asked, reading.view.original(span), detection.score, not secret)
                found.append(replace(each, whole=span == sentence))
    return tuple(found)


def _is_named(detection: Detection, sentence: Span, named: Iterable[Span]) -> bool:
    """Tell whether a listed name says all that there is of news: in its sentence, or in the draft if it only may be."""
    return any(detection.score < SURE or sentence.overlaps(other) for other in named)


def _stands(part: Part | None, reading: Reading, sentence: Span | None = None) -> bool:
    """Tell whether a part stands in a sentence, or where none is given anywhere in the draft."""
    return part is not None and any(
        _is(part, each) and (sentence is None or sentence.overlaps(each.span)) for each in reading.detections
    )


def _asked(rule: Rule, action: Action, detection: Detection) -> Action:
    """Return what a finding asks, which is less than its rule does where the score is low."""
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
        why=rule.reason,
        suggest=rule.suggest if quotable else (),
        learn=rule.learn,
        quotable=quotable,
        mend=rule.mend,
    )
