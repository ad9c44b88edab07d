"""Guidance: what people can ask for beside a verdict, as pages that every door shows in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Annotated

from pydantic import Field

from core.draft import Account
from core.errors import GuidanceError
from core.finding import Action
from core.packs import Status
from core.policy import GUIDANCE, Policy
from core.rule import Rule
from core.settings import DEFAULT_POLICY_DIR
from core.source import Shape, Source

TOPICS = ("policy", "reply", "trail", "privacy")

ASKS = {Action.NOTE: "a note, no more", Action.REVISE: "please change it", Action.BLOCK: "please leave it out"}
_SHOWN_OF_VERSION = len("sha256:") + 12
_UNSHOWABLE = "offensive"
"""The examples of this category are not repeated to anybody who asks for its rules."""

_ID = Field(pattern=r"^[a-z][a-z0-9-]*$")
_SENTENCE = Annotated[str, Field(min_length=3)]
_SENTENCES = Annotated[tuple[_SENTENCE, ...], Field(strict=False, min_length=1)]


class ReplySource(Shape):
    """What to answer in one situation."""

    id: str = _ID
    when: _SENTENCE
    say: _SENTENCE


class KitSource(Shape):
    """Answers to one kind of request, by situation, with advice that comes first."""

    id: str = _ID
    title: _SENTENCE
    advice: _SENTENCES
    answers: Annotated[tuple[ReplySource, ...], Field(strict=False, min_length=1)]


class QuestionSource(Shape):
    """A question to ask oneself before posting, and what to think of."""

    ask: _SENTENCE
    think: _SENTENCE


class TrailSource(Shape):
    """The questions to ask oneself before posting."""

    title: _SENTENCE
    lead: _SENTENCE
    questions: Annotated[tuple[QuestionSource, ...], Field(strict=False, min_length=1)]
    closing: _SENTENCE


class PrivacySource(Shape):
    """What is kept, what is not, and how it is deleted."""

    title: _SENTENCE
    kept: _SENTENCES
    not_kept: _SENTENCES
    deleting: _SENTENCES


class Guidance(Shape):
    """Everything that guidance.yaml says."""

    owner: str = Field(min_length=3)
    replies: Annotated[tuple[KitSource, ...], Field(strict=False, min_length=1)]
    trail: TrailSource
    privacy: PrivacySource


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: a heading and sentences, or words to copy where `copied` is true."""

    heading: str
    lines: tuple[str, ...]
    copied: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What somebody is shown who asked for guidance."""

    title: str
    lead: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: str = ""


def load_guidance(directory: Path) -> Guidance:
    """Read guidance.yaml of a folder of policies, or the shipped one where the folder has none.

    Raises:
        PolicyError: as `file:line: what to write instead`.
    """
    own = directory / GUIDANCE
    return Source(own if own.is_file() else DEFAULT_POLICY_DIR / GUIDANCE, Guidance).model


def guide(policy: Policy, guidance: Guidance, words: str) -> Page:
    """Return the page for words such as `policy`, `policy secrets/way-in`, `reply friend-request`, `trail`, `privacy`.

    Raises:
        GuidanceError: nothing is called so; the message says what there is.
    """
    topic, *rest = words.lower().split(maxsplit=1)
    name = "-".join("".join(rest).split())
    if topic == "policy":
        return _rule_page(policy, _found(policy, name)) if name else _policy_page(policy)
    if topic == "reply":
        return _reply_page(guidance, name)
    if topic == "trail":
        return _trail_page(guidance.trail)
    if topic == "privacy":
        return _privacy_page(guidance)
    raise GuidanceError(f"ask for one of: {', '.join(TOPICS)}")


def _policy_page(policy: Policy) -> Page:
    active = [rule for rule in policy.rules if rule.status is Status.ACTIVE and rule.actions]
    sections = [
        Section(f"{title} (owner: {owner})", tuple(_clause(rule) for rule in rules))
        for (title, owner), rules in groupby(active, key=lambda rule: (policy.titles[rule.pack], rule.owner))
    ]
    return Page(
        title="Our policy on public posts",
        lead=(f"{len(active)} clauses, version {policy.version[:_SHOWN_OF_VERSION]}.",),
        sections=tuple(sections),
        closing="`policy` with a clause's name, such as `policy "
        + (active[0].id if active else "pack/rule")
        + "`, tells more about it.",
    )


def _clause(rule: Rule) -> str:
    return f"{rule.id}: {rule.title}. {rule.reason} ({_asks(rule)})"


def _asks(rule: Rule) -> str:
    """Say what a rule asks for, by account where that differs."""
    personal, brand = (rule.actions.get(account) for account in (Account.PERSONAL, Account.BRAND))
    if personal is brand and personal is not None:
        return ASKS[personal]
    named = ((personal, "on a personal account"), (brand, "on a brand account"))
    return ", ".join(f"{where}: {ASKS[action] if action else 'nothing'}" for action, where in named)


def _found(policy: Policy, name: str) -> Rule:
    """Return the rule of that id, or of that name in its pack where only one has it."""
    shown = [rule for rule in policy.rules if rule.status is Status.ACTIVE]
    fitting = [rule for rule in shown if name in (rule.id, rule.id.partition("/")[2])]
    if len(fitting) == 1:
        return fitting[0]
    ids = [rule.id for rule in shown]
    near = (
        [rule.id for rule in fitting] or [each for each in ids if name in each][:5] or get_close_matches(name, ids, 3)
    )
    hint = f"Did you mean {' or '.join(near)}?" if near else "`policy` shows all of them."
    raise GuidanceError(f"No clause has this name. {hint}")


def _rule_page(policy: Policy, rule: Rule) -> Page:
    return Page(
        title=rule.title,
        lead=(rule.why,),
        sections=tuple(Section(heading, lines) for heading, lines in _about(rule) if lines),
        closing=f"{rule.id}, version {policy.version[:_SHOWN_OF_VERSION]}. Questions go to {rule.owner}.",
    )


def _about(rule: Rule) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "What it asks", (_asks(rule),)
    yield "Better words", rule.suggest
    if rule.category != _UNSHOWABLE:
        yield "It speaks up at", tuple(example.text for example in rule.examples.flags[:2])
        yield "It is silent at", tuple(example.text for example in rule.examples.passes[:2])
        yield "It does not see yet", tuple(example.text for example in rule.examples.known_misses[:2])
    yield "Source", (rule.source,) if rule.source else ()
    yield "Read more", (rule.learn,) if rule.learn else ()


def _reply_page(guidance: Guidance, name: str) -> Page:
    kits = {kit.id: kit for kit in guidance.replies}
    kit_id = next((each for each in kits if name == each or name.startswith((f"{each}-", f"{each}s"))), "")
    if not kit_id:
        raise GuidanceError(f"There are answers to: {', '.join(kits)}. Write `reply {next(iter(kits))}`.")
    kit, situation = kits[kit_id], name.removeprefix(kit_id).lstrip("s").lstrip("-")
    answers = [each for each in kit.answers if situation in ("", each.id)]
    if not answers:
        raise GuidanceError(f"There are answers for: {', '.join(each.id for each in kit.answers)}.")
    return Page(
        title=kit.title,
        lead=kit.advice,
        sections=tuple(Section(each.when, (each.say,), copied=True) for each in answers),
        closing=f"Change the words until they are yours. Questions go to {guidance.owner}.",
    )


def _trail_page(trail: TrailSource) -> Page:
    sections = tuple(Section(each.ask, (each.think,)) for each in trail.questions)
    return Page(trail.title, (trail.lead,), sections, trail.closing)


def _privacy_page(guidance: Guidance) -> Page:
    privacy = guidance.privacy
    parts = (("Kept", privacy.kept), ("Not kept", privacy.not_kept), ("Deleting it", privacy.deleting))
    sections = tuple(Section(heading, lines) for heading, lines in parts)
    return Page(privacy.title, (), sections, f"The owner of this page is {guidance.owner}.")
