"""Slack's limits hold for everything that is shown, for drafts of 1 to 40,000 characters of any kind."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots import labels, sayings, wording
from bots.excepting import AUTHOR, EVERYBODY, Choice
from bots.listing import Listing
from bots.request import Deed, deeds, is_true, picture, telling
from bots.slack import desk, versions
from bots.slack.asking import _form as ask_form
from bots.slack.blocks import actions, button
from bots.slack.decide import _form as review_form
from bots.slack.exception import _form as exception_form
from bots.slack.form import build_form
from bots.slack.home import _blocks
from bots.slack.render import EDIT, USE_SAFE, render_listing, render_page, render_sentence, render_verdict
from bots.slack.request import draft_view, render_request, render_telling, request_view
from bots.slack.term import build_form as build_term_form
from bots.slack.views import home, modal, notice, told
from core.draft import MAX_CHARACTERS, Account, Author, Draft, Network
from core.exceptions import About
from core.finding import Action, Finding, Span
from core.guidance import guide, load_guidance
from core.plan import Step
from core.reviews.notices import Audience, Notice
from core.reviews.review import Event, Review, State
from core.settings import DEFAULT_POLICY_DIR
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Outcome, Verdict
from tests import shipped

HOSTILE = (
    "<!channel> <!here|here> <@U12AB> <#C12AB> <!subteam^S1> <https://evil.example|https://bank.example> "
    "*b* _i_ ~s~ `c` ```p``` > quote\n&amp;lt;!channel&amp;gt; :skull: "
    '\u202eRTL\u202c zero\u200bwidth \x07\x1b[31m e\u0301 👩\u200d💻 Ｆｕｌｌ "q" \\ {json: [1 '
)
FILLERS = ("word ", "x", "👩‍💻", '"', "\\", "<", "&", "\u202e", "\u0301", "\n", HOSTILE)
LENGTHS = (1, 2, 149, 150, 151, 2_999, 3_000, 3_001, 3_500, 11_000, 13_201, 39_999, 40_000)


def judged(text: str, count: int = 40, rules: int = 12, quotable: bool = True) -> tuple[Draft, Verdict]:
    """Return a draft with many findings of many rules, with long words everywhere, and a safe version."""
    draft = Draft("d", text, Author("slack", "T1", "U1"))
    places = sorted({number * len(text) // count for number in range(count)})
    findings = tuple(
        Finding(
            rule=f"pack/rule-{at % rules}",
            category="confidential_term",
            action=(Action.NOTE, Action.REVISE, Action.BLOCK)[at % 3],
            span=Span(place, min(len(text), place + 1 + at * 37)),
            score=1.0,
            title=HOSTILE * 4,
            why=HOSTILE * 40,
            suggest=(HOSTILE * 10,) * 9,
            learn="https://intranet.example/policy#" + "x" * 300,
            quotable=quotable,
        )
        for at, place in enumerate(places)
    )
    return draft, Verdict("d", Outcome.BLOCK, "sha256:" + "a" * 64, findings, rewrite=text)


def next_steps() -> list[dict]:
    """Return the buttons under a verdict, as full as they get."""
    return [button(labels.USE_SAFE, USE_SAFE, "x" * 2_000), button(labels.EDIT_AGAIN, EDIT, "x" * 2_000)]


@pytest.mark.parametrize("filler", FILLERS, ids=repr)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_verdict_holds_every_limit(violations, view_violations, filler: str, length: int) -> None:
    text = (filler * length)[:length]
    messages = render_verdict(*judged(text), [HOSTILE] * 3, steps=next_steps())
    assert [violations({"text": each.text, "blocks": each.blocks}) for each in messages] == [[]] * len(messages)
    assert view_violations(told(messages, elsewhere=True)) == []
    assert all("<!" not in each.text and len(each.text) < 200 for each in messages)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(min_size=1, max_size=400), st.integers(1, MAX_CHARACTERS), st.integers(0, 60), st.booleans())
def test_any_text_at_any_length_holds_every_limit(violations, view_violations, unit, length, count, quotable) -> None:
    text = (unit * (length // len(unit) + 1))[:length]
    messages = render_verdict(*judged(text, max(count, 1), 60, quotable), steps=next_steps(), ready=True)
    for message in messages:
        assert violations({"text": message.text, "blocks": message.blocks}) == []
    assert view_violations(told(messages, elsewhere=True)) == []


def alive(value: object) -> list[str]:
    """Return what Slack would read as markup in the blocks: nothing from outside may stand there."""
    if isinstance(value, list | tuple):
        return [found for part in value for found in alive(part)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if value.get("type") == "mrkdwn" else []
    return own + [found for part in value.values() for found in alive(part)]


@pytest.mark.parametrize("length", [1, 200, 5_000, 40_000])
def test_no_word_of_a_draft_stands_where_markup_is_read(length: int) -> None:
    messages = render_verdict(*judged((HOSTILE * length)[:length]), [HOSTILE], steps=next_steps(), ready=True)
    assert alive([message.blocks for message in messages]) == []
    assert alive([message.blocks for message in render_listing(HOSTILE * 500)]) == []
    listed = term(HOSTILE[:200])
    for owned in (frozenset[str](), frozenset({listed.id})):
        assert alive([desk._laid_out(Listing((listed,), owned, 1), HOSTILE, 0)]) == []
    assert alive([build_term_form(listed, "x", {})]) == []


def term(name: str, **fields: object) -> Term:
    """Return a term with everything set."""
    moments = {"active_from": datetime(2026, 1, 1, tzinfo=UTC), "active_until": datetime(2026, 6, 1, tzinfo=UTC)}
    values = {"kind": Kind.CLIENT, "secrecy": Secrecy.SECRET, "note": HOSTILE * 6, "owner": HOSTILE}
    return Term(**({"name": name, "aliases": (HOSTILE[:190],) * 9} | values | moments | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, 1, 14, 15, 16, 500])
def test_the_desk_holds_every_limit(view_violations, count: int) -> None:
    terms = [term(HOSTILE[:200]) for _ in range(count)]
    for page, owned in itertools.product((0, 3, 10**6), (terms, terms[1:], [])):
        ids = frozenset(each.id for each in owned)
        assert view_violations(desk._laid_out(Listing(tuple(terms), ids, count, 2_000), HOSTILE * 9, page)) == []


@pytest.mark.parametrize("aliases", [(), ("a" * 200,) * 10, ("a" * 200,) * 100])
def test_the_form_of_a_term_holds_every_limit_and_never_cuts_what_it_cannot_hold(view_violations, aliases) -> None:
    view = build_term_form(
        term("n" * 200, aliases=aliases, note="x" * 2_000, owner="x" * 2_000), "t" * 99, {"term": "x"}
    )
    assert view_violations(view) == []
    assert (labels.TERM_ALIASES_LEFT in str(view)) is (len("\n".join(aliases)) > 3_000)


@pytest.mark.parametrize("text", ["", "x" * 2_999, "x" * 3_000, "x" * 3_001, "x" * 40_000, HOSTILE])
def test_the_form_of_a_draft_holds_every_limit_and_never_cuts_a_draft(view_violations, text: str) -> None:
    view = build_form(text)
    assert view_violations(view) == []
    assert ("initial_value" in str(view)) is (0 < len(text) <= 3_000)


def test_every_page_of_guidance_and_every_sentence_holds_every_limit(violations, view_violations) -> None:
    policy, guidance = shipped.policy(), load_guidance(DEFAULT_POLICY_DIR)
    asked = ["policy", "trail", "privacy", "reply friend-request", *(f"policy {rule.id}" for rule in policy.rules)]
    messages = [each for words in asked if (page := _page(policy, guidance, words)) for each in render_page(page)]
    messages += [each for text in (wording.HELP, wording.ADMIN_HELP, wording.SORRY) for each in render_sentence(text)]
    for message in messages:
        assert violations({"text": message.text, "blocks": message.blocks}) == []
        assert view_violations(told([message])) == []


def _page(policy, guidance, words: str):
    active = words.partition(" ")[2]
    if words.startswith("policy ") and not any(r.id == active and r.status == "active" for r in policy.rules):
        return None
    return guide(policy, guidance, words)


def test_home_holds_every_limit(view_violations) -> None:
    record = {"outcome": "block", "network": "linkedin", "rules": ["pack/" + "x" * 200] * 99}
    receipts = [(1, datetime(2026, 5, 4, tzinfo=UTC), record)] * 10
    for is_admin in (True, False):
        for some in (None, [], receipts):
            assert view_violations(home(_blocks(some, [], ZoneInfo("Europe/Berlin"), is_admin))) == []


def test_views_of_one_sentence_hold_every_limit(view_violations) -> None:
    said = [value for name, value in vars(labels).items() if name.isupper() and isinstance(value, str)]
    said += [value for name, value in vars(wording).items() if name.isupper() and isinstance(value, str)]
    assert [view_violations(notice(each)) for each in said] == [[]] * len(said)
    assert view_violations(modal("x", [actions(*next_steps())], memo=versions.NAME)) == []


def reviewed(text: str, state: State = State.WAITING, note: str = HOSTILE * 9) -> Review:
    """Return a request with as much in it as there can be."""
    draft, verdict = judged(text)
    at = datetime(2026, 5, 4, tzinfo=UTC)
    kinds = ("open", "delegate", "approve", "suggest", "reopen", "decline", "lapse", "withdraw") * 3
    events = tuple(Event(at, f"slack:T1:U{number}", kind, 0, HOSTILE * 40, text) for number, kind in enumerate(kinds))
    steps = (Step(title=HOSTILE * 3), Step(title="Legal"))
    return Review(
        "a" * 12, "slack:T1:U1", at, verdict.policy, verdict.outcome, state, 0, at, "slack:T1:U2",
        steps=steps, draft=draft, verdict=verdict, note=note, events=events,
    )  # fmt: skip


@pytest.mark.parametrize("length", [1, 3_001, 40_000])
@pytest.mark.parametrize("filler", ['"', "👩‍💻", HOSTILE])
def test_a_request_for_review_holds_every_limit(violations, view_violations, filler: str, length: int) -> None:
    review = reviewed((filler * length)[:length])
    every = deeds(review, is_author=False, may_decide=True)
    told = telling(Notice("n", review.id, "warn", Audience.REVIEWERS, "slack:C1", None), review, "slack")
    shown = picture(review, "slack")
    blocks = list(render_request(shown, told, every, notice=HOSTILE[:200]))
    assert violations({"text": told.headline, "blocks": blocks}) == []
    assert view_violations(request_view(shown, every, notice=HOSTILE[:200])) == []
    pages, seen = 0, ""
    while seen != (seen := str(draft_view(shown, pages)["blocks"][0])):
        assert view_violations(draft_view(shown, pages)) == []
        pages += 1
    for deed in Deed:
        if deed not in (Deed.WITHDRAW, Deed.EXCEPT):
            assert view_violations(review_form(review, deed, f"{review.id} 0 {deed}")) == []
    later = datetime.now(UTC) + timedelta(days=1)
    text, left = review.draft.text[:2_500], ("picture", "file")
    assert view_violations(ask_form(sayings.ASK_LEAD, text, Network.X, Account.BRAND, later, left)) == []


@pytest.mark.parametrize("kind", [*sayings.AUTHOR_TOLD, *sayings.PERSON_TOLD, *sayings.REVIEWERS_TOLD])
def test_every_message_about_a_request_holds_every_limit(violations, kind: str) -> None:
    for state in State:
        for audience in Audience:
            review = reviewed(HOSTILE * 90, state)
            notice = Notice("n", review.id, kind, audience, "slack:T1:U1", None)
            if audience is not Audience.REVIEWERS and not is_true(notice, review):
                continue
            if kind not in {Audience.AUTHOR: sayings.AUTHOR_TOLD}.get(audience, sayings.REVIEWERS_TOLD):
                continue
            told = telling(notice, review, "slack")
            for message in render_telling(told, review):
                assert violations({"text": message.text, "blocks": list(message.blocks)}) == []
            bare = render_request(picture(review, "slack", lasting=True), told, told.deeds)
            assert violations({"text": told.headline, "blocks": list(bare)}) == []


def test_the_form_of_an_exception_holds_every_limit(view_violations) -> None:
    offered = tuple(Choice(About.RULE, f"pack/rule-{number}", HOSTILE * 9) for number in range(120))
    whom = {AUTHOR: sayings.EXCEPTION_AUTHOR, EVERYBODY: sayings.EXCEPTION_EVERYBODY}
    assert view_violations(exception_form(offered, "a" * 12 + " 0 except", whom)) == []
