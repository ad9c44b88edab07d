"""The packs that are shipped: every example keeps its word, and ordinary posts are left in peace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from core.analyzer import Analyzer
from core.checker import build_analyzer, evaluate
from core.draft import Author, Draft
from core.examples import analyzer_for, failures, fires
from core.finding import Action
from core.packs import Example, Status
from core.policy import Policy, Rule, load_policy
from core.recognizers import Recognizer, build_recognizers
from core.settings import DEFAULT_POLICY_DIR
from core.verdict import PRECEDENCE, Verdict

POLICY = load_policy(DEFAULT_POLICY_DIR)
LIVE = [rule for rule in POLICY.rules if rule.status is not Status.RETIRED]
ORDINARY = Path(__file__).with_name("ordinary.txt").read_text(encoding="utf-8").splitlines()
CATEGORIES = {*PRECEDENCE, "work_hours", "disclosure"}

Case = tuple[Rule, Example, bool]


def _cases() -> dict[str, Case]:
    groups = (("flags", True), ("passes", False), ("known_misses", False), ("known_noise", True))
    return {
        f"{rule.id}-{group}-{number}": (rule, example, wanted)
        for rule in LIVE
        for group, wanted in groups
        for number, example in enumerate(getattr(rule.examples, group), start=1)
    }


@cache
def _recognizers() -> Sequence[Recognizer]:
    return build_recognizers()


@cache
def _analyzer(rule_id: str) -> Analyzer:
    return analyzer_for(POLICY, POLICY.rule(rule_id), _recognizers())


@pytest.fixture(scope="module")
def judge() -> Callable[..., Verdict]:
    """Judge a text by the whole shipped policy, with no names on the list."""
    analyzer = build_analyzer(POLICY, (), _recognizers())

    def run(text: str, policy: Policy = POLICY) -> Verdict:
        return evaluate(policy, analyzer, Draft("1", text, Author("test", "", "")))

    return run


CASES = _cases()


@pytest.mark.parametrize(("rule", "example", "wanted"), CASES.values(), ids=CASES.keys())
def test_an_example_keeps_its_word(rule: Rule, example: Example, wanted: bool) -> None:
    assert fires(POLICY, _analyzer(rule.id), rule, example) is wanted, example.text


PACKS = sorted({rule.id.partition("/")[0] for rule in LIVE})


@pytest.mark.parametrize("pack", PACKS)
def test_every_pattern_of_a_pack_is_needed_by_an_example(pack: str) -> None:
    rules = tuple(rule for rule in POLICY.rules if rule.id.startswith(f"{pack}/"))
    assert list(failures(replace(POLICY, rules=rules))) == []


def test_no_rule_that_counts_fires_on_an_ordinary_post(judge: Callable[..., Verdict]) -> None:
    posts = [line.replace("\\n", "\n") for line in ORDINARY if line.strip()]
    assert len(posts) > 100
    offenders = [
        f"{finding.rule} in: {post}"
        for post in posts
        for finding in judge(post).findings
        if finding.action > Action.NOTE
    ]
    assert not offenders, "\n" + "\n".join(offenders)


def test_every_ordinary_post_could_be_read(judge: Callable[..., Verdict]) -> None:
    unread = [post for post in ORDINARY if judge(post.replace("\\n", "\n")).incomplete]
    assert not unread, "\n".join(unread)


@pytest.mark.parametrize("rule", [rule for rule in LIVE if rule.suggest], ids=lambda rule: rule.id)
def test_better_words_are_never_found_themselves(judge: Callable[..., Verdict], rule: Rule) -> None:
    for words in rule.suggest:
        for text in (words, f"I met {words} today.", words.capitalize() + ", again."):
            found = [each.rule for each in judge(text).findings if each.action > Action.NOTE]
            assert not found, f"{text}: {found}"


def test_no_safe_version_of_an_example_is_found_again() -> None:
    seen = 0
    for rule, example, wanted in CASES.values():
        if not wanted or example.account == "brand":
            continue
        policy = replace(POLICY, rules=(replace(rule, status=Status.ACTIVE),))
        analyzer = _analyzer(rule.id)
        safer = evaluate(policy, analyzer, Draft("1", example.text, Author("test", "", ""))).rewrite
        if safer is not None:
            seen += 1
            again = evaluate(policy, analyzer, Draft("1", safer, Author("test", "", "")))
            assert again.outcome == "ok", f"{rule.id}: {safer}"
    assert seen > 10


@pytest.mark.parametrize("rule", LIVE, ids=lambda rule: rule.id)
def test_a_rule_says_what_its_author_can_use(rule: Rule) -> None:
    assert rule.category in CATEGORIES
    assert "@" in rule.owner
    assert rule.why.endswith((".", "!", "?"))
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert rule.learn is None or rule.learn.startswith("https://")
    assert all(len(words) <= 40 for words in rule.suggest)


@pytest.mark.parametrize("rule", LIVE, ids=lambda rule: rule.id)
def test_actions_keep_to_the_contract(rule: Rule) -> None:
    strictest = max(rule.actions.values())
    if rule.category in ("work_hours", "disclosure"):
        assert strictest is Action.NOTE
    if rule.category in ("venting", "client_news", "unverified_claim", "personal_disclosure"):
        assert strictest <= Action.REVISE


def test_every_pack_is_in_force_or_no_pack_at_all() -> None:
    files = {path.stem for path in DEFAULT_POLICY_DIR.glob("*.yaml")} - {"site", "guidance"}
    assert {rule.id.partition("/")[0] for rule in POLICY.rules} == files


def test_every_category_of_the_contract_has_a_rule() -> None:
    assert {rule.category for rule in LIVE} >= CATEGORIES
