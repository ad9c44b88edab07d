"""The try-it page in a real browser: an answer, hostile text, and what it says when something fails."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from bots.wording import PRIVACY
from core.draft import MAX_CHARACTERS

pytestmark = pytest.mark.browser

PAGE = Path(__file__).resolve().parents[2] / "bots" / "page"

PLEASANT = "Three years at this company today. Thank you to everyone who answered my first hundred questions."
PHONE = "+44 7700 900123"
WITH_PHONE = f"We are looking for two people who love old bicycles. Call Sam on {PHONE}, evenings are best."
HOSTILE = (
    "<img src=x onerror=alert(1)>"
    "<script>alert(2)</script>"
    "<svg onload=alert(3)></svg>"
    "<a href=javascript:alert(4)>here</a> </textarea></pre> &lt;b&gt; {{7*7}} ${7*7}"
)


# --- an answer


def test_a_draft_is_checked_by_keyboard_alone(visit):
    seen = visit()
    page = seen.page
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your draft")).to_be_focused()
    page.keyboard.insert_text(PLEASANT)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Where it goes")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Whose account")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Check this draft")).to_be_focused()
    with page.expect_request("**/try") as sent:
        page.keyboard.press("Enter")
    seen.answered()
    expect(page.locator("#headline")).to_have_text("Good to go")
    expect(page.locator("#privacy")).to_have_text(PRIVACY)
    assert sent.value.post_data_json["network"] == "x"
    assert sent.value.post_data_json["account"] == "personal"
    assert not seen.complaints


def test_the_same_words_are_quoted_once(visit):
    seen = visit()
    item = {"asks": "Please change", "action": "revise", "title": "T", "why": "W", "suggest": [], "learn": None}
    places = {"count": 5, "quotes": ["Northwind", "Northwind", "NW"], "more": "and 2 more"}
    seen.reply(json=_reply(outcome="revise", items=[item | places]))
    seen.check(PLEASANT)
    assert seen.page.locator("#items q").all_text_contents() == ["Northwind", "NW"]
    expect(seen.page.locator("#items .more")).to_have_text("(5 places)")


@pytest.mark.parametrize("chord", ["Control+Enter", "Meta+Enter"])
def test_a_chord_in_the_draft_asks_at_once(visit, chord):
    seen = visit(timezone_id="Europe/Berlin")
    seen.page.fill("textarea", PLEASANT)
    with seen.page.expect_request("**/try") as sent:
        seen.page.keyboard.press(chord)
    seen.answered()
    assert sent.value.post_data_json == {
        "text": PLEASANT,
        "network": "linkedin",
        "account": "personal",
        "timezone": "Europe/Berlin",
    }


def test_a_phone_number_is_marked_in_the_draft_and_explained(visit):
    seen = visit()
    page = seen.page
    seen.check(WITH_PHONE)
    expect(page.locator("#headline")).to_have_text("Please do not post this")
    expect(page.locator("#marked")).to_have_text(WITH_PHONE)
    marks = page.locator("#marked mark")
    assert PHONE in " ".join(marks.all_text_contents())
    assert "underline" in marks.first.evaluate("mark => getComputedStyle(mark).textDecorationLine")
    finding = page.locator("#items > li").first
    expect(finding.locator(".asks")).to_have_text("Please leave out")
    expect(finding.locator(".title")).not_to_be_empty()
    expect(finding.locator(".why")).not_to_be_empty()
    assert not seen.complaints


def test_the_safe_version_replaces_the_draft_and_is_checked_again(visit):
    seen = visit()
    page = seen.page
    seen.check(WITH_PHONE)
    safe = page.locator("#safe").text_content() or ""
    assert safe
    assert PHONE not in safe
    with page.expect_request("**/try") as sent:
        page.get_by_role("button", name="Use the safe version").click()
    seen.answered()
    assert sent.value.post_data_json["text"] == safe
    expect(page.locator("textarea")).to_have_value(safe)
    expect(page.locator("#headline")).not_to_have_text("Please do not post this")
    page.get_by_role("button", name="Put my own words back").click()
    expect(page.locator("textarea")).to_have_value(WITH_PHONE)
    expect(page.locator("#stale")).to_contain_text("You have changed the draft")


def test_the_safe_version_can_be_copied(visit):
    seen = visit(permissions=["clipboard-read", "clipboard-write"])
    seen.check(WITH_PHONE)
    seen.page.get_by_role("button", name="Copy").click()
    expect(seen.page.locator("#copied")).to_have_text("Copied.")
    copied = seen.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == seen.page.locator("#safe").text_content()


def test_an_answer_says_so_once_the_draft_has_changed(visit):
    seen = visit()
    seen.check(PLEASANT)
    expect(seen.page.locator("#stale")).to_be_hidden()
    seen.page.locator("textarea").press_sequentially("!")
    expect(seen.page.locator("#stale")).to_be_visible()
    seen.page.fill("textarea", PLEASANT)
    expect(seen.page.locator("#stale")).to_be_hidden()
    seen.page.select_option("#account", "brand")
    expect(seen.page.locator("#stale")).to_be_visible()


def test_every_example_gets_an_answer(visit):
    seen = visit()
    examples = seen.page.locator(".example")
    outcomes = []
    for at in range(examples.count()):
        examples.nth(at).click()
        seen.answered()
        outcomes.append(seen.page.locator("#verdict").get_attribute("data-outcome"))
    assert len(outcomes) == 4
    assert outcomes[0] == "ok"
    assert "block" in outcomes
    assert "unchecked" not in outcomes
    assert not seen.complaints


# --- text from strangers


def test_hostile_text_is_shown_as_text(visit):
    seen = visit()
    page = seen.page
    seen.check(f"{HOSTILE} {PHONE}")
    expect(page.locator("#marked")).to_have_text(f"{HOSTILE} {PHONE}")
    assert page.locator("#verdict img, #verdict script, #verdict b").count() == 0
    assert page.locator("textarea").count() == 1
    assert not seen.dialogs
    assert not seen.complaints


def test_hostile_words_in_an_answer_stay_text(visit):
    seen = visit()
    item = {
        "asks": HOSTILE,
        "action": HOSTILE,
        "title": HOSTILE,
        "why": HOSTILE,
        "suggest": [HOSTILE],
        "learn": "javascript:alert(5)",
        "count": 1,
        "quotes": ["safe \u202edesrever\u202c", HOSTILE],
        "more": HOSTILE,
    }
    reply = _reply(outcome="block", items=[item], unread=[HOSTILE], rewrite=HOSTILE, headline=HOSTILE)
    reply["marked"] = [[HOSTILE, True], ["\u202edesrever\u202c", False]]
    seen.reply(json=reply)
    seen.check(PLEASANT)
    expect(seen.page.locator("#safe")).to_have_text(HOSTILE)
    assert seen.page.locator("#marked").text_content() == f"{HOSTILE}desrever"
    assert seen.page.locator("#items q").first.text_content() == "safe desrever"
    assert seen.page.locator("#verdict a, #verdict img, #verdict script, #verdict svg svg").count() == 0
    assert not seen.complaints


def test_nothing_inline_and_nothing_from_elsewhere_is_in_the_files(site):
    html = (PAGE / "index.html").read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    for name in ("index.html", "page.css", "page.js"):
        assert not re.search(r"https?://|//\w+\.\w+/|@import|url\(", (PAGE / name).read_text()), name
    script = (PAGE / "page.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|localStorage", script)
    with urllib.request.urlopen(site, timeout=10) as response:
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# --- when it does not work


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, "<h1>Internal Server Error</h1>", "The server ran into a problem (500)."),
        (503, '{"error": "The list of names is being rebuilt."}', "The list of names is being rebuilt."),
        (422, '{"error": "text: the draft is empty"}', "Text: the draft is empty."),
        (200, "not json", "The server’s answer could not be read."),
        (200, '{"answer": {"outcome": "splendid"}}', "The server’s answer could not be read."),
    ],
)
def test_a_server_error_is_a_sentence(visit, status, body, said):
    seen = visit()
    seen.check(PLEASANT)
    seen.reply(status=status, body=body)
    seen.check(WITH_PHONE)
    expect(seen.page.locator("#headline")).to_have_text("Could not be checked")
    expect(seen.page.locator("#verdict")).to_contain_text(said)
    expect(seen.page.locator("#verdict")).not_to_contain_text("Good to go")
    assert seen.page.locator("#verdict").get_attribute("data-outcome") == "unchecked"


def test_a_lost_connection_is_a_sentence_and_the_draft_stays(visit):
    seen = visit()
    seen.page.route("**/try", lambda route: route.abort())
    seen.check(PLEASANT)
    expect(seen.page.locator("#verdict")).to_contain_text("The server cannot be reached.")
    expect(seen.page.locator("textarea")).to_have_value(PLEASANT)
    seen.page.unroute("**/try")
    seen.check(PLEASANT)
    expect(seen.page.locator("#headline")).to_have_text("Good to go")


def test_unchecked_never_looks_like_ok(visit):
    seen = visit()
    seen.check(PLEASANT)
    looks = [_look(seen.page)]
    sentence = "The list of confidential names could not be read."
    reply = _reply(outcome="unchecked", sign="❔", headline="Could not be checked", unread=[sentence])
    seen.reply(json=reply)
    seen.check(PLEASANT)
    looks.append(_look(seen.page))
    expect(seen.page.locator("#unread")).to_have_text(sentence)
    assert all(ok != unchecked for ok, unchecked in zip(*looks, strict=True)), looks


def test_a_busy_page_says_so_and_asks_once(visit):
    seen = visit()
    waiting: list[Route] = []
    seen.page.route("**/try", lambda route: waiting.append(route))
    seen.page.fill("textarea", PLEASANT)
    seen.page.keyboard.press("Control+Enter")
    expect(seen.page.locator("#check")).to_have_text("Checking…")
    expect(seen.page.get_by_role("status").first).to_have_text("Checking your draft.")
    seen.page.keyboard.press("Control+Enter")
    seen.page.locator("#check").click(force=True)
    seen.page.keyboard.press("Control+Enter")
    assert len(waiting) == 1
    waiting[0].fulfill(json=_reply())
    seen.answered()
    expect(seen.page.locator("#check")).to_have_text("Check this draft")


def test_an_empty_draft_is_not_sent(visit):
    seen = visit()
    seen.page.fill("textarea", " \n ")
    seen.page.get_by_role("button", name="Check this draft").click()
    expect(seen.page.get_by_role("alert")).to_contain_text("There is nothing to check yet.")
    expect(seen.page.locator("textarea")).to_be_focused()
    assert not any(url.endswith("/try") for url in seen.requests)


def test_the_counter_counts_characters_as_the_server_does(visit):
    seen = visit()
    count, problem = seen.page.locator("#count"), seen.page.locator("#problem")
    seen.page.fill("textarea", "🚲" * MAX_CHARACTERS)
    expect(count).to_have_text("40,000 of 40,000 characters")
    expect(problem).to_be_empty()
    seen.page.fill("textarea", "🚲" * (MAX_CHARACTERS + 2))
    expect(count).to_have_text("40,002 of 40,000 characters, 2 too many")
    expect(problem).to_contain_text("This draft is too long")
    seen.page.keyboard.press("Control+Enter")
    assert not any(url.endswith("/try") for url in seen.requests)
    seen.page.fill("textarea", PLEASANT)
    expect(problem).to_be_empty()


# --- replies and looks


def _reply(**changes: Any) -> dict[str, Any]:
    """Return what POST /try answers, for the states that are hard to bring about."""
    answer = {
        "outcome": "ok",
        "sign": "✅",
        "headline": "Good to go",
        "lead": "Nothing in this draft stands in the way of posting it.",
        "items": [],
        "unread": [],
        "rewrite": None,
        "privacy": PRIVACY,
    }
    return {"verdict": {}, "answer": answer | changes, "marked": []}


def _look(page: Page) -> tuple[str, str, str, str]:
    """Return what tells one outcome from another: words, sign, colour and the pattern of the band."""
    colour, band = page.locator("#verdict .outcome").evaluate(
        "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one, '::before').backgroundImage]"
    )
    sign = page.locator("#sign").get_attribute("href") or ""
    return (page.locator("#headline").inner_text(), sign, colour, band)
