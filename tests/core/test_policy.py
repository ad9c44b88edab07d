"""What the rules in force make of a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from core.draft import Draft
from core.errors import PolicyError
from core.finding import Action, Detection, Span
from core.normalize import readable
from core.packs import Status
from core.policy import Policy, findings, load_policy
from core.reading import Reading
from core.sentences import sentences
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Verdict

ADraft = Callable[..., Draft]
APolicy = Callable[..., Policy]
Judge = Callable[..., Verdict]

MOO = {"id": "moo", "detect": {"words": ["moo"]}}


def told(verdict: Verdict, text: str) -> list[tuple[str, str]]:
    return [(each.rule.removeprefix("house/"), text[each.span.start : each.span.end]) for each in verdict.findings]


def test_a_rule_finds_its_words_and_says_why(a_policy: APolicy, judge: Judge) -> None:
    policy = a_policy(MOO | {"suggest": ["a cow"], "learn": "https://farm.example/moo"})
    verdict = judge(policy, "They all said moo to me")
    (finding,) = verdict.findings
    assert told(verdict, "They all said moo to me") == [("moo", "moo")]
    assert finding.action is Action.REVISE
    assert finding.category == "venting"
    assert finding.why == "Why of moo."
    assert finding.suggest == ("a cow",)
    assert finding.learn == "https://farm.example/moo"
    assert finding.quotable


def test_a_span_counts_the_drafts_own_characters(a_policy: APolicy, judge: Judge) -> None:
    text = "😀 … “m\u200bo\u00ado”!"
    verdict = judge(a_policy(MOO), text)
    assert told(verdict, text) == [("moo", "m\u200bo\u00ado")]


@pytest.mark.parametrize(("account", "action"), [("personal", Action.BLOCK), ("brand", Action.NOTE)])
def test_an_action_may_depend_on_the_account(a_policy: APolicy, judge: Judge, account: str, action: Action) -> None:
    policy = a_policy(MOO | {"action": {"personal": "block", "brand": "note"}})
    assert [each.action for each in judge(policy, "moo", account=account).findings] == [action]


def test_an_account_without_an_action_is_left_alone(a_policy: APolicy, judge: Judge) -> None:
    policy = a_policy(MOO | {"action": {"personal": "block"}})
    assert judge(policy, "moo").outcome == "block"
    assert judge(policy, "moo", account="brand").findings == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The cow said moo.", True),
        ("The toy cow said moo.", False),
        ("I bought a toy. The cow said moo.", True),
        ("I bought a toy\nThe cow said moo.", True),
        ("The cow said moo. I bought a toy!", True),
    ],
)
def test_an_exception_counts_in_the_findings_own_sentence_only(
    a_policy: APolicy, judge: Judge, text: str, found: bool
) -> None:
    verdict = judge(a_policy(MOO | {"unless": ["toy"]}), text)
    assert bool(verdict.findings) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The cow said moo at noon.", ["moo"]),
        ("At noon the cow said moo, moo.", ["moo", "moo"]),
        ("The cow said moo. It was noon.", []),
        ("The cow said moo.", []),
        ("Noon.", []),
    ],
)
def test_parts_that_belong_together_must_stand_in_one_sentence(
    a_policy: APolicy, judge: Judge, text: str, found: list[str]
) -> None:
    policy = a_policy({"id": "both", "detect": {"together": [{"words": ["moo"]}, {"words": ["noon"]}]}})
    assert [words for _, words in told(judge(policy, text), text)] == found


def test_a_rule_may_take_its_whole_sentence(a_policy: APolicy, judge: Judge) -> None:
    text = "Hello.  The cow said moo at noon!  Bye."
    verdict = judge(a_policy(MOO | {"span": "sentence"}), text)
    assert told(verdict, text) == [("moo", "The cow said moo at noon!")]


def test_a_rule_on_trial_is_recorded_and_not_told(a_policy: APolicy, judge: Judge) -> None:
    verdict = judge(a_policy(MOO | {"status": "trial", "action": "block"}), "moo")
    assert verdict.outcome == "ok"
    assert verdict.findings == ()
    assert [each.rule for each in verdict.trial] == ["house/moo"]


def test_a_rule_on_trial_pushes_no_other_out(a_policy: APolicy, judge: Judge) -> None:
    trial = {
        "id": "trial-moo",
        "status": "trial",
        "category": "secret",
        "action": "block",
        "detect": {"words": ["moo"]},
    }
    verdict = judge(a_policy(MOO, trial), "moo")
    assert [each.rule for each in verdict.findings] == ["house/moo"]


def test_a_retired_rule_does_nothing(a_policy: APolicy, judge: Judge) -> None:
    verdict = judge(a_policy(MOO | {"status": "retired"}), "moo")
    assert (verdict.outcome, verdict.findings, verdict.trial) == ("ok", (), ())


def test_a_local_change_changes_status_or_action(a_policy: APolicy, judge: Judge) -> None:
    def changed(**change: str) -> str:
        site = {"changes": [{"rule": "house/moo", "because": "the farm asked", **change}]}
        return judge(a_policy(MOO, site=site), "moo").outcome

    assert changed(action="block") == "block"
    assert changed(action="note") == "ok"
    assert changed(status="trial") == "ok"
    assert changed(status="retired") == "ok"


def test_a_change_holds_to_the_end_of_its_last_day(write_policy: Callable[..., Path]) -> None:
    change = {"rule": "house/moo", "because": "the farm asked", "action": "block", "until": date(2026, 5, 31)}
    folder = write_policy(MOO, site={"changes": [change]})
    assert load_policy(folder, date(2026, 5, 31)).rule("house/moo").actions
    with pytest.raises(PolicyError, match=r"^site\.yaml:\d+: .*lapsed"):
        load_policy(folder, date(2026, 6, 1))


CLIENT = {"id": "client", "category": "confidential_term", "action": "block", "detect": {"terms": "client"}}
SECRET = {"id": "secret", "category": "confidential_term", "action": "block", "detect": {"terms": "secret"}}
NEWS = {"id": "news", "category": "client_news", "detect": {"patterns": ["signed (?:a|our|the) \\w+"]}}


def test_a_listed_name_silences_client_news_in_its_sentence(a_policy: APolicy, judge: Judge) -> None:
    policy, terms = a_policy(CLIENT, NEWS), [Term("Quorvane", Kind.CLIENT)]
    text = "We signed a contract, and Quorvane paid for the cake."
    assert told(judge(policy, text, terms), text) == [("client", "Quorvane")]


def test_a_listed_name_silences_no_client_news_of_another_sentence(a_policy: APolicy, judge: Judge) -> None:
    policy, terms = a_policy(CLIENT, NEWS), [Term("Quorvane", Kind.CLIENT)]
    text = "We signed a contract. Quorvane paid for the cake."
    assert told(judge(policy, text, terms), text) == [("news", "signed a contract"), ("client", "Quorvane")]


@pytest.mark.parametrize(("score", "told"), [(0.95, ["client_news"]), (0.85, [])])
def test_a_listed_name_silences_all_client_news_in_its_draft_that_is_only_likely(
    a_policy: APolicy, a_draft: ADraft, score: float, told: list[str]
) -> None:
    policy = a_policy(NEWS | {"detect": {"statements": ["client_news"]}})
    view = readable("We were on site. Quorvane paid for the cake.")
    news, name = Detection(Span(0, 16), "client_news", score), Detection(Span(17, 25), "TERM_CLIENT", 1.0)
    alone, beside = (Reading(view, sentences(view.text), seen) for seen in ((news,), (news, name)))
    assert [each.category for each in findings(policy, a_draft(view.text), alone)] == ["client_news"]
    assert [each.category for each in findings(policy, a_draft(view.text), beside)] == told


def test_a_finding_knows_whether_it_is_told_of_its_sentence_as_a_whole(a_policy: APolicy, judge: Judge) -> None:
    policy = a_policy(MOO, {"id": "baa", "span": "sentence", "detect": {"words": ["baa"]}})
    found = judge(policy, "They say moo. They say baa.").findings
    assert [(each.rule, each.whole) for each in found] == [("house/moo", False), ("house/baa", True)]


def test_a_kind_of_term_belongs_to_its_own_rule(a_policy: APolicy, judge: Judge) -> None:
    verdict = judge(a_policy(CLIENT), "Quorvane", [Term("Quorvane", Kind.DEAL)])
    assert verdict.findings == ()


def test_a_secret_name_is_never_repeated(a_policy: APolicy, judge: Judge) -> None:
    text = "Good morning. I met Quorvane at the pond. Bye."
    policy = a_policy(SECRET | {"suggest": ["somebody"]}, CLIENT)
    (finding,) = judge(policy, text, [Term("Quorvane", Kind.CLIENT, secrecy=Secrecy.SECRET)]).findings
    assert finding.rule == "house/secret"
    assert text[finding.span.start : finding.span.end] == "I met Quorvane at the pond."
    assert not finding.quotable
    assert finding.suggest == ()
    assert "Quorvane" not in repr(finding)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Quorvane says moo to the cow.", {"house/moo"}),
        ("Quorvane and Sundrelin had lunch.", {"house/client"}),
        ("Quorvane had lunch.", set()),
    ],
)
def test_a_secret_name_hides_no_other_leak_in_its_sentence(
    a_policy: APolicy, judge: Judge, text: str, others: set[str]
) -> None:
    terms = [Term("Quorvane", secrecy=Secrecy.SECRET), Term("Sundrelin", Kind.CLIENT)]
    verdict = judge(a_policy(SECRET, CLIENT, MOO), text, terms)
    assert {each.rule for each in verdict.findings} == {"house/secret", *others}


def test_the_strictest_action_decides_though_another_category_is_told(a_policy: APolicy, judge: Judge) -> None:
    mild = {"id": "mild", "category": "client_news", "detect": {"words": ["moo"]}}
    harsh = {"id": "harsh", "category": "offensive", "action": "block", "detect": {"words": ["moo"]}}
    verdict = judge(a_policy(mild, harsh), "moo")
    assert verdict.outcome == "block"
    assert len(verdict.findings) == 1


def test_the_version_changes_with_the_rules_and_only_then(write_policy: Callable[..., Path]) -> None:
    before = load_policy(write_policy(MOO)).version
    assert before.startswith("sha256:")
    assert load_policy(write_policy(MOO)).version == before
    assert load_policy(write_policy(MOO | {"why": "Because."})).version != before
    assert load_policy(write_policy(MOO, site={"working_hours": {"end": "18:00"}})).version != before


def test_a_rule_is_found_by_its_id_or_the_way_to_all_ids_is_told(a_policy: APolicy) -> None:
    policy = a_policy(MOO)
    assert policy.rule("house/moo").status is Status.ACTIVE
    with pytest.raises(PolicyError, match="house/boo: `checkpost policy list`"):
        policy.rule("house/boo")


EASED = MOO | {"action": "block", "eased_by": {"patterns": ["our barn"]}}
CLEARED = MOO | {"cleared_by": {"patterns": ["https://\\S+/news/\\S+"]}}


@pytest.mark.parametrize(
    ("text", "account", "outcome"),
    [
        ("Moo, says our barn.", "personal", "ok"),
        ("Moo. That was yesterday.\n\nToday we mend our barn.", "personal", "ok"),
        ("Moo. That was yesterday.\n\nToday we mend our car.", "personal", "block"),
        ("Moo, says our barn.", "brand", "block"),
    ],
)
def test_what_eases_a_rule_may_stand_anywhere_and_counts_for_people_alone(
    a_policy: APolicy, judge: Judge, text: str, account: str, outcome: str
) -> None:
    verdict = judge(a_policy(EASED), text, account=account)
    assert verdict.outcome == outcome
    assert [each.rule for each in verdict.findings] == ["house/moo"], "a note is left"


def test_what_clears_a_rule_may_stand_anywhere(a_policy: APolicy, judge: Judge) -> None:
    policy = a_policy(CLEARED, {"id": "baa", "detect": {"words": ["baa"]}})
    link = "\nhttps://farm.example/news/moo"
    assert [each.rule for each in judge(policy, "Moo. And baa.").findings] == ["house/moo", "house/baa"]
    assert [each.rule for each in judge(policy, "Moo. And baa." + link).findings] == ["house/baa"]
    assert judge(policy, "Moo." + link, account="brand").findings == ()


def test_a_sentence_that_says_what_a_rule_yields_to_is_left_to_others(a_policy: APolicy, a_draft: ADraft) -> None:
    policy = a_policy(MOO | {"yields_to": ["venting"]})
    (moo,) = policy.rules
    view = readable("Moo, you herd of fools. Moo once more.")
    seen = (
        Detection(Span(0, 23), "venting", 0.6),
        *(Detection(Span(at, at + 3), moo.needed[0], 1.0) for at in (0, 24)),
    )
    found = findings(policy, a_draft(view.text), Reading(view, sentences(view.text), seen))
    assert [each.span for each in found] == [Span(24, 27)]


def test_a_rule_may_count_on_some_networks_alone(a_policy: APolicy, judge: Judge) -> None:
    policy = a_policy(MOO | {"networks": ["reddit", "x"]})
    assert judge(policy, "moo", network="x").outcome == "revise"
    assert judge(policy, "moo", network="linkedin").findings == ()


def test_an_author_is_told_why_and_what_to_write_instead(a_policy: APolicy, judge: Judge) -> None:
    (finding,) = judge(a_policy(MOO | {"instead": "Say cow."}), "moo").findings
    assert finding.why == "Why of moo. Say cow."


def test_a_sites_own_words_join_the_lists_of_its_packs(write_policy: Callable[..., Path], judge: Judge) -> None:
    rule = {"id": "farm", "detect": {"patterns": ["{farms}"]}}
    folder = write_policy(rule, vocabulary={"farms": ["moo hall"]}, site={"vocabulary": {"farms": ["Tarn & Beck (x)"]}})
    policy = load_policy(folder)
    assert judge(policy, "at Tarn & Beck (x), at noon").outcome == "revise"
    assert judge(policy, "at moo hall").outcome == "revise"
    assert judge(policy, "at Tarn and Beck").outcome == "ok"

    with pytest.raises(PolicyError, match=r"^site\.yaml:\d+: barns: no pack in force has such a list"):
        load_policy(write_policy(rule, vocabulary={"farms": ["moo"]}, site={"vocabulary": {"barns": ["x"]}}))


def test_a_local_change_may_say_what_is_suggested(a_policy: APolicy, judge: Judge) -> None:
    site = {"changes": [{"rule": "house/moo", "because": "the farm asked", "suggest": ["a bull"]}]}
    (finding,) = judge(a_policy(MOO | {"suggest": ["a cow"]}, site=site), "moo").findings
    assert finding.suggest == ("a bull",)


def test_working_hours_are_never_more_than_a_note(write_policy: Callable[..., Path]) -> None:
    hours = {"id": "hours", "category": "work_hours", "detect": {"words": ["moo"]}}
    with pytest.raises(PolicyError, match=r"^house\.yaml:\d+: action: work_hours is a note"):
        load_policy(write_policy(hours | {"action": "revise"}))

    change = {"rule": "house/hours", "because": "the farm asked", "action": "block"}
    with pytest.raises(PolicyError, match=r"^site\.yaml:\d+: action: work_hours is a note"):
        load_policy(write_policy(hours | {"action": "note"}, site={"changes": [change]}))


def test_packs_that_are_not_in_force_are_read_when_asked_for(write_policy: Callable[..., Path]) -> None:
    folder = write_policy(MOO)
    other = (
        (folder / "house.yaml").read_text().replace("pack: house", "pack: barn").replace("House rules", "Barn rules")
    )
    (folder / "barn.yaml").write_text(other)
    assert [rule.id for rule in load_policy(folder).rules] == ["house/moo"]
    every = load_policy(folder, every=True)
    assert [rule.id for rule in every.rules] == ["house/moo", "barn/moo"]
    assert every.titles == {"house": "House rules", "barn": "Barn rules"}
