"""Judgement: what the policy and the list make of one draft. The same answer for the same arguments, given time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from core.analyzer import Analyzer
from core.clock import LABEL as WORKING_HOURS
from core.clock import with_free_slot, working_hours
from core.collector import no_collecting
from core.draft import MAX_CHARACTERS, Draft
from core.packs import Status
from core.policy import Policy, findings
from core.recognizers import Recognizer, build_recognizers, build_rules_recognizer, build_terms_recognizer
from core.rewrite import rewrite
from core.terms.index import TermIndex
from core.terms.term import Term
from core.verdict import Outcome, Verdict, decide, settle

READ_SECONDS = 20.0
"""In which a draft and all tries of a safe version are read."""

PATIENT = 4_000
"""Characters of a draft whose safe version may take more than one try."""


def evaluate(policy: Policy, analyzer: Analyzer, draft: Draft, gaps: Iterable[str] = ()) -> Verdict:
    """Return the verdict on a draft: the same for the same arguments, where there is time to read it all.

    Writes nothing, and reads no clock but the one that ends the reading; the first draft loads the reader.
    `gaps` names what the caller could not provide, such as `terms`; it counts as incomplete.
    """
    if len(draft.text) > MAX_CHARACTERS:
        return Verdict(draft.id, Outcome.UNCHECKED, policy.version, incomplete=("length",))
    judge = partial(_judge, policy, analyzer, time.monotonic() + READ_SECONDS)
    verdict = judge(draft, gaps)
    return verdict if verdict.incomplete else replace(verdict, rewrite=_safer(judge, draft, verdict))


def _safer(judge: Callable[[Draft], Verdict], draft: Draft, verdict: Verdict) -> str | None:
    """Return a version of the draft that the same check finds nothing in, or None; None when the time is up.

    Where a first, small edit leaves or brings something to light, a name goes with its phrase; else what is left goes
    by the sentence. A long draft gets one try.
    """

    def tried(text: str | None) -> tuple[Draft, Verdict] | None:
        other = text and replace(draft, text=text)
        return (other, judge(other)) if other else None

    latest = tried(rewrite(draft.text, verdict.findings))
    if latest and latest[1].outcome is not Outcome.OK and len(draft.text) <= PATIENT:
        shorter = tried(rewrite(draft.text, verdict.findings, phrases=True))
        latest = shorter if shorter and shorter[1].outcome is Outcome.OK else latest
        for _ in range(2):
            if latest and latest[1].outcome is not Outcome.OK:
                latest = tried(rewrite(latest[0].text, latest[1].findings, whole=True))
    return latest[0].text if latest and latest[1].outcome is Outcome.OK else None


def build_analyzer(
    policy: Policy, terms: Iterable[Term] | TermIndex, shared: Sequence[Recognizer] | None = None
) -> Analyzer:
    """Build the analyzer for a policy and a list of terms; `shared` recognizers are built once for a policy."""
    index = terms if isinstance(terms, TermIndex) else TermIndex(terms)
    others = shared_recognizers(policy) if shared is None else shared
    recognizers = [build_terms_recognizer(index), *others]
    policy.require({label for each in recognizers for label in each.supported_entities} | {WORKING_HOURS})
    return Analyzer([each for each in recognizers if policy.wants(each.supported_entities)])


@no_collecting()
def shared_recognizers(policy: Policy) -> list[Recognizer]:
    """Build everything that reads text for a policy, but the terms."""
    return [build_rules_recognizer(policy.patterns, policy.needs), *build_recognizers()]


def _judge(policy: Policy, analyzer: Analyzer, ends: float, draft: Draft, gaps: Iterable[str] = ()) -> Verdict:
    reading = analyzer.read(draft.text, ends - time.monotonic())
    hours = working_hours(draft, policy.working_hours, len(reading.view.text))
    reading = replace(reading, detections=reading.detections + hours)
    found = with_free_slot(findings(policy, draft, reading), draft, policy.working_hours)
    trial = {rule.id for rule in policy.rules if rule.status is Status.TRIAL}
    counted = settle(finding for finding in found if finding.rule not in trial)
    incomplete = [*gaps, *draft.unread, *reading.incomplete]
    if reading.language != "en":
        incomplete.append(f"language:{reading.language}")
    return Verdict(
        id=draft.id,
        outcome=decide(counted, incomplete),
        policy=policy.version,
        findings=counted,
        incomplete=tuple(incomplete),
        language=reading.language,
        trial=settle(finding for finding in found if finding.rule in trial),
    )
