"""The try-it page for everybody: on a phone, in the dark, with forced colours and with a screen reader."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bots.wording import HEADLINES, PRIVACY
from core.draft import MAX_CHARACTERS, Account, Network

pytestmark = pytest.mark.browser

PAGE = Path(__file__).resolve().parents[2] / "bots" / "page"

WITH_PHONE = "We are looking for two people who love old bicycles. Call Sam on +44 7700 900123, evenings are best."

DESKTOP = {"width": 1280, "height": 900}


def test_a_narrow_phone_never_scrolls_sideways(visit, screenshots):
    seen = visit(viewport={"width": 320, "height": 640}, has_touch=True, device_scale_factor=2)
    assert _overflow(seen.page) == 0
    seen.page.screenshot(path=screenshots / "phone-empty.png", full_page=True)
    seen.check(f"{WITH_PHONE} {'averylongword' * 20} https://example.com/{'path/' * 30}")
    assert _overflow(seen.page) == 0
    seen.check(WITH_PHONE)
    assert _overflow(seen.page) == 0
    expect(seen.page.locator("#headline")).to_be_in_viewport(ratio=1)
    seen.page.screenshot(path=screenshots / "phone-view.png")
    seen.page.screenshot(path=screenshots / "phone.png", full_page=True)


def test_everything_to_press_is_big_enough_for_a_thumb(visit):
    seen = visit(viewport={"width": 320, "height": 640}, has_touch=True)
    seen.check(WITH_PHONE)
    heights = seen.page.locator("button:visible, select:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) >= 7
    assert min(heights) >= 24  # WCAG 2.2, 2.5.8


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(visit, screenshots, scheme):
    seen = visit(color_scheme=scheme, viewport=DESKTOP)
    weak = _weak_text(seen.page)
    seen.page.screenshot(path=screenshots / f"{scheme}-empty.png", full_page=True)
    for name, reply in _replies().items():
        seen.reply(json=reply)
        seen.check(WITH_PHONE)
        weak += _weak_text(seen.page)
        seen.page.screenshot(path=screenshots / f"{scheme}-{name}.png", full_page=True)
    seen.page.locator("textarea").press_sequentially("!")
    weak += _weak_text(seen.page)
    seen.page.screenshot(path=screenshots / f"{scheme}-changed.png", full_page=True)
    seen.page.fill("textarea", "!" * (MAX_CHARACTERS + 1))
    weak += _weak_text(seen.page)
    seen.page.screenshot(path=screenshots / f"{scheme}-too-long.png")
    assert not weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_real_answer_looks_right(visit, screenshots, scheme):
    seen = visit(color_scheme=scheme, viewport=DESKTOP)
    seen.check(f"What a day with Northwind Traders! {WITH_PHONE}")
    assert not _weak_text(seen.page)
    seen.page.screenshot(path=screenshots / f"{scheme}.png", full_page=True)


def test_forced_colours_keep_the_sign_and_the_marks(visit, screenshots):
    seen = visit(forced_colors="active", viewport=DESKTOP)
    seen.check(WITH_PHONE)
    seen.page.screenshot(path=screenshots / "forced-colours.png", full_page=True)
    stroke, paper = seen.page.locator("#verdict .sign").evaluate(
        "sign => [getComputedStyle(sign).stroke, getComputedStyle(document.body).backgroundColor]"
    )
    assert stroke != paper
    lines = seen.page.locator("mark").first.evaluate("mark => getComputedStyle(mark).textDecorationLine")
    assert "underline" in lines


def test_nothing_moves_for_people_who_asked_for_stillness(visit):
    still = "() => getComputedStyle(document.querySelector('.arm')).transitionDuration"
    assert visit(reduced_motion="reduce").page.evaluate(still) == "0s"
    assert visit(reduced_motion="no-preference").page.evaluate(still) != "0s"


def test_the_page_has_the_bones_that_a_screen_reader_needs(visit):
    seen = visit()
    page = seen.page
    assert page.locator("html").get_attribute("lang") == "en"
    seen.check(WITH_PHONE)
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.locator("textarea").count() == 1
    assert page.title().endswith("checkpost")
    assert page.evaluate(_UNNAMED) == []
    assert page.evaluate(_HEADING_GAPS) == []
    assert page.evaluate(_REPEATED_IDS) == []
    assert page.evaluate(_BROKEN_REFERENCES) == []
    assert page.locator("#verdict").get_attribute("aria-labelledby") == "headline"


def test_the_page_offers_every_network_and_account(visit):
    page = visit().page
    for name, kind in (("network", Network), ("account", Account)):
        offered = page.locator(f"#{name} option").evaluate_all("all => all.map(one => one.value)")
        assert offered == [one.value for one in kind]


def test_the_page_names_the_outcomes_and_the_limit_as_chat_does():
    html = (PAGE / "index.html").read_text()
    for outcome, (_, headline, _) in HEADLINES.items():
        assert headline in html
        assert f'id="sign-{outcome.value}"' in html
    script = (PAGE / "page.js").read_text()
    assert f"const LIMIT = {MAX_CHARACTERS};" in script
    assert PRIVACY not in html  # only an answer may promise what happened to a draft


# --- reading the page

_UNNAMED = """() => [...document.querySelectorAll("button, select, textarea, a, section")].filter((one) => {
  const ids = (one.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
  const named = ids.map((id) => document.getElementById(id)?.textContent ?? "").join("");
  const label = [...(one.labels ?? [])].map((label) => label.textContent).join("");
  const own = ["BUTTON", "A"].includes(one.tagName) ? one.textContent : "";
  return one.checkVisibility() && !(named || label || own).trim();
}).map((one) => one.outerHTML.slice(0, 80))"""

_HEADING_GAPS = """() => {
  const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter((one) => one.checkVisibility())
    .map((one) => Number(one.tagName[1]));
  return levels.filter((level, at) => at && level > levels[at - 1] + 1);
}"""

_REPEATED_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""

_BROKEN_REFERENCES = """() => ["for", "aria-labelledby", "aria-describedby"].flatMap((name) =>
  [...document.querySelectorAll(`[${name}]`)].flatMap((one) => one.getAttribute(name).split(" "))
    .filter((id) => !document.getElementById(id)))"""

_TEXT_COLOURS = """() => {
  const opaque = (colour) => !/^rgba\\(.*, 0\\)$/.test(colour) && colour !== "transparent";
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (opaque(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const one of document.body.querySelectorAll("*")) {
    const words = [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data)
      .join("").trim();
    const aside = one.closest(".unseen, .symbols, noscript") || !one.checkVisibility();
    if ((words || one.tagName === "TEXTAREA") && !aside)
      found.push([words.slice(0, 40) || one.tagName, getComputedStyle(one).color, behind(one)]);
  }
  return found;
}"""


def _weak_text(page: Page) -> list[tuple[str, float]]:
    """Return the pieces of text whose contrast (WCAG 2.2, 1.4.3) is under 4.5, with it."""
    pieces = page.evaluate(_TEXT_COLOURS)
    assert len(pieces) > 15
    measured = [(words, _contrast(_rgb(colour), _rgb(behind))) for words, colour, behind in pieces]
    return [(words, round(contrast, 2)) for words, contrast in measured if contrast < 4.5]


def _rgb(colour: str) -> tuple[float, ...]:
    """Read `rgb(1, 2, 3)` into parts of one; a colour that lets another through is a mistake."""
    found = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    assert found, colour
    return tuple(int(part) / 255 for part in found.groups())


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    """Return the relative luminance of WCAG 2.2."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"))


def _replies() -> dict[str, dict[str, Any]]:
    """Return one reply an outcome, with every part of an answer in use."""
    items = [
        {
            "asks": asks,
            "action": action,
            "title": title,
            "why": "Clients decide when they are named in public.",
            "suggest": ["a client", "a customer of ours"],
            "learn": "https://intranet.example/social-media#clients",
            "count": 5,
            "quotes": ["Northwind", "Northwind Traders"],
            "more": "and 3 more",
        }
        for asks, action, title in [
            ("Please leave out", "block", "A client's name"),
            ("Please change", "revise", "Sounds angry"),
            ("For your information", "note", "Outside working hours"),
        ]
    ]
    shown = {"block": items, "revise": items[1:], "ok": items[2:], "unchecked": []}
    replies = {}
    for outcome, (sign, headline, lead) in HEADLINES.items():
        answer = {
            "outcome": outcome.value,
            "sign": sign,
            "headline": headline,
            "lead": lead,
            "items": shown[outcome.value],
            "unread": ["The list of names could not be read."] if outcome.value == "unchecked" else [],
            "rewrite": "We met a client today." if outcome.value in ("block", "revise") else None,
            "privacy": PRIVACY,
        }
        marked = [["We met ", False], ["Northwind", True], [" today.", False]] if answer["items"] else []
        replies[outcome.value] = {"verdict": {}, "answer": answer, "marked": marked}
    return replies
