"""The guidance desk: the clauses in plain words, kind answers, the trail, and what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from core.errors import GuidanceError, PolicyError
from core.guidance import Guidance, Page, guide, load_guidance
from core.packs import Status
from core.policy import Policy
from core.settings import DEFAULT_POLICY_DIR


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    return load_guidance(DEFAULT_POLICY_DIR)


def words(page: Page) -> str:
    parts = [line for part in page.sections for line in (part.heading, *part.lines)]
    return "\n".join([page.title, *page.lead, *parts, page.closing])


def test_the_policy_is_every_active_clause_in_plain_words_with_version_and_owner(
    shipped: Policy, guidance: Guidance
) -> None:
    shown = words(guide(shipped, guidance, "policy"))
    for rule in shipped.rules:
        assert (f"{rule.id}: {rule.title}. {rule.reason}" in shown) is (rule.status is Status.ACTIVE)
        assert rule.status is not Status.ACTIVE or f"{shipped.titles[rule.pack]} (owner: {rule.owner})" in shown
    assert shipped.version[:19] in shown


@pytest.mark.parametrize(
    "name",
    ["claims/claim-without-source", "claim-without-source", "CLAIMS/CLAIM-WITHOUT-SOURCE", "  claim-without-source "],
)
def test_one_clause_says_what_it_asks_why_and_who_answers_for_it(
    shipped: Policy, guidance: Guidance, name: str
) -> None:
    rule = shipped.rule("claims/claim-without-source")
    shown = words(guide(shipped, guidance, f"policy {name}"))
    for part in (
        rule.title,
        rule.why,
        rule.owner,
        rule.examples.flags[0].text,
        shipped.version[:19],
        "please change it",
    ):
        assert part in shown


def test_every_clause_has_a_page_and_none_repeats_an_offence(shipped: Policy, guidance: Guidance) -> None:
    for rule in shipped.rules:
        if rule.status is Status.ACTIVE:
            shown = words(guide(shipped, guidance, f"policy {rule.id}"))
            assert (rule.examples.flags[0].text in shown) is (rule.category != "offensive")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("policy claims/claims-without-source", "claims/claim-without-source"),
        ("policy nothing-like-it-at-all", "`policy` shows all"),
        ("policy plate", "number-plate"),
        ("reply marriage-proposal", "friend-request"),
        ("reply friend-request enemy", "keep-apart"),
        ("reply", "friend-request"),
        ("weather", "policy, reply, trail, privacy"),
    ],
)
def test_what_there_is_not_is_answered_with_what_there_is(
    shipped: Policy, guidance: Guidance, asked: str, hint: str
) -> None:
    with pytest.raises(GuidanceError) as caught:
        guide(shipped, guidance, asked)
    assert hint in str(caught.value)
    assert "enemy" not in str(caught.value)


@pytest.mark.parametrize(
    "asked", ["reply friend-request", "reply friend request", "reply friend requests", "Reply Friend-Request"]
)
def test_a_friend_request_has_an_answer_for_every_situation_and_the_spoken_word_first(
    shipped: Policy, guidance: Guidance, asked: str
) -> None:
    page = guide(shipped, guidance, asked)
    assert "in person or by phone first" in page.lead[0]
    assert len(page.sections) >= 6
    assert all(part.copied and len(part.lines[0].split()) <= 60 for part in page.sections)


def test_one_situation_can_be_asked_for(shipped: Policy, guidance: Guidance) -> None:
    page = guide(shipped, guidance, "reply friend-request in-care")
    assert [part.heading for part in page.sections] == [
        "The person is in your care, such as a patient, a pupil or somebody you advise"
    ]


def test_the_trail_asks_its_three_questions(shipped: Policy, guidance: Guidance) -> None:
    headings = [part.heading for part in guide(shipped, guidance, "trail").sections]
    assert headings == ["Who will see it?", "Can it be undone?", "Would you sign it in a year?"]


def test_privacy_says_what_is_kept_what_is_not_and_how_it_is_deleted(shipped: Policy, guidance: Guidance) -> None:
    page = guide(shipped, guidance, "privacy")
    assert [part.heading for part in page.sections] == ["Kept", "Not kept", "Deleting it"]
    assert guidance.owner in page.closing


def test_a_sites_own_file_is_used_and_a_folder_without_one_has_the_shipped_one(tmp_path: Path) -> None:
    assert load_guidance(tmp_path) == load_guidance(DEFAULT_POLICY_DIR)
    own = yaml.safe_load((DEFAULT_POLICY_DIR / "guidance.yaml").read_text(encoding="utf-8"))
    own["replies"][0]["answers"] = [{"id": "ours", "when": "Always", "say": "Moo, thank you."}]
    (tmp_path / "guidance.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    assert load_guidance(tmp_path).replies[0].answers[0].say == "Moo, thank you."


def test_a_mistake_in_the_file_names_its_line(tmp_path: Path) -> None:
    text = (DEFAULT_POLICY_DIR / "guidance.yaml").read_text(encoding="utf-8")
    (tmp_path / "guidance.yaml").write_text(text.replace("owner:", "owners:"), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"guidance.yaml:\d+: "):
        load_guidance(tmp_path)
