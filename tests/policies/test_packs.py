"""The packs that are shipped: every example keeps its word, and ordinary posts are left in peace."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from bots.cli.rulebook import rulebook
from core.analyzer import Analyzer
from core.draft import Account, Author, Draft
from core.examples import analyzer_for, asked, failures
from core.finding import Action
from core.judgement import build_analyzer, evaluate
from core.model.labels import STATEMENTS
from core.packs import Example, Status
from core.policy import Policy, load_policy
from core.recognizers import Recognizer, build_recognizers, build_rules_recognizer
from core.rule import Rule
from core.settings import DEFAULT_POLICY_DIR
from core.terms.term import Kind, Term
from core.verdict import PRECEDENCE, Verdict
from tests import shipped

POLICY = shipped.policy(every=True)
IN_FORCE = shipped.policy()
INDUSTRIES = {"agency", "finance", "healthcare", "public-sector"}
LIVE = [rule for rule in POLICY.rules if rule.status is not Status.RETIRED]
ORDINARY = Path(__file__).with_name("ordinary.txt").read_text(encoding="utf-8").splitlines()
PROTECTED = Path(__file__).with_name("protected.txt").read_text(encoding="utf-8").splitlines()
CATEGORIES = {*PRECEDENCE, "work_hours", "disclosure"}
FRICTION, PROTECTED_FRICTION = 0.03, 0.1
"""Share of ordinary posts, and of posts about conditions at work, that the reader may ask about."""
OUR_OWN = {"brand_voice", "impartiality"}

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
    analyzer = build_analyzer(POLICY, (), [build_rules_recognizer(POLICY.patterns), *_recognizers()])

    def run(text: str, policy: Policy = POLICY) -> Verdict:
        return evaluate(policy, analyzer, Draft("1", text, Author("test", "", "")))

    return run


CASES = _cases()


@pytest.mark.parametrize(("rule", "example", "wanted"), CASES.values(), ids=CASES.keys())
def test_an_example_keeps_its_word(rule: Rule, example: Example, wanted: bool) -> None:
    found = asked(POLICY, _analyzer(rule.id), rule, example)
    assert (found is not None) is wanted, example.text


PACKS = sorted({rule.id.partition("/")[0] for rule in LIVE})


@pytest.mark.parametrize("pack", PACKS)
def test_every_pattern_of_a_pack_is_needed_by_an_example(pack: str) -> None:
    rules = tuple(rule for rule in POLICY.rules if rule.id.startswith(f"{pack}/"))
    assert list(failures(replace(POLICY, rules=rules))) == []


def test_ordinary_posts_are_left_in_peace(judge: Callable[..., Verdict]) -> None:
    posts = [line.replace("\\n", "\n") for line in ORDINARY if line.strip()]
    assert len(posts) > 100
    _at_most(FRICTION, posts, judge)


def test_every_ordinary_post_could_be_read(judge: Callable[..., Verdict]) -> None:
    unread = [post for post in ORDINARY if judge(post.replace("\\n", "\n")).incomplete]
    assert not unread, "\n".join(unread)


@pytest.mark.parametrize("rule", [rule for rule in LIVE if rule.suggest], ids=lambda rule: rule.id)
def test_better_words_are_never_found_themselves(judge: Callable[..., Verdict], rule: Rule) -> None:
    for words in rule.suggest:
        for text in (words, f"I met {words} today.", words.capitalize() + ", again."):
            found = [each.rule for each in judge(text).findings if each.action > Action.NOTE and not _reads(each.rule)]
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
    assert rule.category in CATEGORIES | OUR_OWN
    assert "@" in rule.owner
    assert rule.instead or rule.suggest
    assert rule.instead is None or rule.instead.endswith((".", "!", "?"))
    assert rule.examples.known_misses
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


def test_every_pack_is_in_force_but_those_of_an_industry() -> None:
    files = {path.stem for path in DEFAULT_POLICY_DIR.glob("*.yaml")} - {"site", "guidance"}
    assert set(POLICY.titles) == files
    assert set(IN_FORCE.titles) == files - INDUSTRIES


@pytest.mark.parametrize("rule", [rule for rule in LIVE if rule.pack in INDUSTRIES], ids=lambda rule: rule.id)
def test_a_rule_of_an_industry_names_its_source(rule: Rule) -> None:
    assert rule.source or rule.category == "venting"


@pytest.mark.parametrize(
    "rule",
    [rule for rule in LIVE if rule.category == "venting" and max(rule.actions.values()) > Action.NOTE],
    ids=lambda rule: rule.id,
)
def test_whoever_vents_is_asked_a_question_and_no_more(rule: Rule) -> None:
    assert "?" in rule.why
    assert max(rule.actions.values()) is Action.REVISE
    assert rule.eased_by is not None


def test_talk_of_conditions_at_work_is_a_note_at_most(judge: Callable[..., Verdict]) -> None:
    _at_most(PROTECTED_FRICTION, PROTECTED, judge)


def _at_most(share: float, posts: Sequence[str], judge: Callable[..., Verdict]) -> None:
    """No rule of patterns asks for anything in these posts; the reader, which weighs, does in so few of them."""
    found = {post: [each.rule for each in judge(post).findings if each.action > Action.NOTE] for post in posts}
    told = "\n".join(f"{rules} in: {post}" for post, rules in found.items() if rules)
    assert not [rule for rules in found.values() for rule in rules if not _reads(rule)], told
    assert sum(map(bool, found.values())) <= share * len(posts), told


def _reads(rule_id: str) -> bool:
    """Tell whether a rule rests on the reader."""
    return any(part.labels & set(STATEMENTS) for part in POLICY.rule(rule_id).parts)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Our manager is a clueless windsock.", "revise"),
        ("Our manager is a clueless windsock.\nWe joined the union today.", "ok"),
        ("We joined the union today. Also, somebody should break his legs.", "block"),
        ("We joined the union today. The portal shows my PESEL 44051401359 to everyone.", "block"),
    ],
)
def test_protected_talk_eases_the_tone_and_nothing_else(judge: Callable[..., Verdict], text: str, outcome: str) -> None:
    assert judge(text).outcome == outcome


def test_a_link_to_the_news_clears_the_news_and_never_a_listed_name() -> None:
    readers = [build_rules_recognizer(POLICY.patterns), *_recognizers()]
    analyzer = build_analyzer(POLICY, [Term("Quorvane", Kind.CLIENT)], readers)
    link = "https://newsroom.cablecar.example/valley-line"

    def judged(text: str) -> list[str]:
        return [f.category for f in evaluate(POLICY, analyzer, Draft("1", text, Author("t", "", ""))).findings]

    assert judged("We've won the contract for the new cable car!") == ["client_news"]
    assert judged(f"We've won the contract for the new cable car! {link}") == []
    assert judged(f"We've won the contract for the new cable car, by Quorvane! {link}") == ["confidential_term"]


@pytest.mark.parametrize("pack", sorted(POLICY.titles))
def test_no_list_of_a_vocabulary_is_there_for_nothing(pack: str) -> None:
    text = (DEFAULT_POLICY_DIR / f"{pack}.yaml").read_text(encoding="utf-8")
    for name in yaml.safe_load(text).get("vocabulary", {}):
        assert f"{{{name}}}" in text, name


def test_the_page_of_rules_is_as_the_packs_are_now() -> None:
    page = DEFAULT_POLICY_DIR.parent / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == rulebook(POLICY, IN_FORCE.titles), "run `make rules`"


def test_every_category_of_the_contract_has_a_rule() -> None:
    assert {rule.category for rule in LIVE} >= CATEGORIES


def test_a_sites_own_names_and_addresses_count(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DEFAULT_POLICY_DIR, tmp_path / "policies"))
    site = (folder / "site.yaml").read_text(encoding="utf-8")
    site = site.replace("newsroom: []", "newsroom: [tarnbeck.example/stories]").replace(
        "employer: []", "employer: [Tarnbeck]"
    )
    line = "[{rule: disclosure/employer-praised, suggest: ['(I work at Tarnbeck)'], because: this is how we sign}]"
    (folder / "site.yaml").write_text(site.replace("changes: []", f"changes: {line}"), encoding="utf-8")
    policy = load_policy(folder)
    analyzer = build_analyzer(policy, (), [build_rules_recognizer(policy.patterns), *_recognizers()])

    def judged(text: str, account: Account = Account.PERSONAL) -> list[tuple[str, tuple[str, ...]]]:
        verdict = evaluate(policy, analyzer, Draft("1", text, Author("t", "", ""), account=account))
        return [(each.rule, each.suggest) for each in verdict.findings if each.rule != "personal-data/person-name"]

    praised = [("disclosure/employer-praised", ("(I work at Tarnbeck)",))]
    assert judged("Nothing comes close to the tea at Tarnbeck.") == praised
    assert judged("Nothing comes close to the tea at Larkmoor.") == []
    assert judged("Nothing comes close to the tea at Tarnbeck.", Account.BRAND) == []
    assert judged("We've won the contract for the new cable car! tarnbeck.example/stories/cable") == []
