"""Draws the main messages of the Slack app for the docs: `make previews`.

The blocks are those that Slack gets; only the drawing is ours, and plainer than Slack's.
"""

from __future__ import annotations

import html
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import sync_playwright

from bots import labels, request, sayings
from bots.listing import Listing
from bots.slack import asking, desk, home
from bots.slack.blocks import button
from bots.slack.form import build_form
from bots.slack.render import EDIT, USE_SAFE, render_verdict
from bots.slack.request import render_request
from bots.slack.term import build_form as build_term_form
from core.draft import Account, Author, Draft, Network
from core.finding import Action, Finding, Span
from core.plan import Step
from core.policy import load_policy
from core.reviews.review import Review, State
from core.rule import Rule
from core.settings import DEFAULT_POLICY_DIR
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Outcome, Verdict

OUT = Path(__file__).parent / "images"
PHONE = 390

MEETING = "Their head of sales told me in the closed board call that they will cut forty jobs."
TEXT = (
    f"Big day: Northwind Traders signed with us this morning! {MEETING} Call me on +49 30 901820 if you want to know "
    "more."
)
SAFE = "Big day: a client signed with us this morning! Write to me if you want to know more."
TERMS = (
    Term("Northwind Traders", Kind.CLIENT, ("Northwind",), "until the launch"),
    Term("Project Falcon", Kind.PROJECT, secrecy=Secrecy.SECRET),
    Term("Summit", Kind.DEAL, active_until=datetime(2027, 3, 1, 9, tzinfo=UTC), owner="legal@example.com"),
)
STYLE = """
* { box-sizing: border-box }
body { margin: 0; padding: 16px; font: 15px/1.46 "Liberation Sans", "DejaVu Sans", sans-serif; color: #1d1c1d }
.card { width: 100%; border: 1px solid #ddd; border-radius: 8px; padding: 14px }
.bar { border-bottom: 1px solid #ddd; margin: -14px -14px 12px; padding: 12px 14px; font-weight: 700 }
h2 { font-size: 18px; margin: 6px 0 }
p, blockquote, pre { margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere }
blockquote { padding-left: 12px; border-left: 4px solid #ddd }
pre, code { background: #f6f6f6; border: 1px solid #ddd; border-radius: 4px }
pre, code { font: 13px/1.5 "Liberation Mono", monospace }
pre { padding: 8px }
code { padding: 1px 3px; color: #c01343 }
small { color: #616061; display: block; margin: 6px 0 }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.side { display: flex; justify-content: space-between; gap: 12px; align-items: center }
.b { border: 1px solid #bbb; border-radius: 4px; padding: 5px 12px; font-weight: 700; font-size: 14px }
.b { white-space: nowrap }
.primary { background: #007a5a; border-color: #007a5a; color: #fff }
.danger { background: #e01e5a; border-color: #e01e5a; color: #fff }
label { font-weight: 700; display: block; margin: 10px 0 4px }
.field { border: 1px solid #bbb; border-radius: 4px; padding: 8px; white-space: pre-wrap; min-height: 38px }
.sign { display: inline-block; width: 1.3em; text-align: center; border-radius: 50%; color: #fff; font-weight: 700 }
"""
SIGNS = {
    "⏳": ("#616061", "…"),
    "⛔": ("#c01343", "–"),
    "✅": ("#007a5a", "✓"),
    "✏️": ("#b26a00", "✎"),
    "❔": ("#616061", "?"),
}
"""Signs that a machine without a font for emoji cannot draw."""


def main() -> None:
    """Write a picture of each message and view into docs/images."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": PHONE, "height": 200}, device_scale_factor=1.5)
        for name, picture in pictures().items():
            for sign, (colour, letter) in SIGNS.items():
                picture = picture.replace(sign, f'<span class="sign" style="background:{colour}">{letter}</span>')
            page.set_content(f"<meta charset=utf-8><style>{STYLE}</style><div class=card>{picture}</div>")
            page.screenshot(path=OUT / f"slack-{name}.png", full_page=True)
        browser.close()


def pictures() -> dict[str, str]:
    """Return what is drawn, by name."""
    draft, verdict = judged()
    steps = [button(labels.USE_SAFE, USE_SAFE, "x", style="primary"), button(labels.EDIT_AGAIN, EDIT, "x")]
    steps.append(button(sayings.ASK, asking.ASK, "x"))
    good = Draft("d", SAFE, draft.author)
    shown = {
        "verdict": render_verdict(draft, verdict, steps=steps),
        "ready": render_verdict(good, Verdict("d", Outcome.OK, verdict.policy), ready=True),
        "unchecked": render_verdict(good, Verdict("d", Outcome.UNCHECKED, verdict.policy, incomplete=("language:de",))),
    }
    drawn = {name: "".join(map(block, messages[0].blocks)) for name, messages in shown.items()}
    review = requested(draft, verdict)
    deeds = request.deeds(review, is_author=False, may_decide=True)[:4]
    drawn["review"] = "".join(map(block, render_request(request.picture(review, "slack"), None, deeds)))
    record = {"outcome": "block", "network": "linkedin", "rules": ["confidential/client-name"]}
    receipts = [
        (1, datetime(2026, 5, 4, 9, 12, tzinfo=UTC), record),
        (2, datetime(2026, 5, 4, 9, 14, tzinfo=UTC), {"outcome": "ok", "network": "linkedin", "rules": []}),
    ]
    views = {
        "form": build_form(TEXT, Network.LINKEDIN),
        "home": {"title": {"text": labels.NAME}, "blocks": home._blocks(receipts, [], ZoneInfo("Europe/Berlin"), True)},
        "terms": desk._laid_out(Listing(tuple(TERMS), frozenset(term.id for term in TERMS), 3, 2), "", 0),
        "ask": asking._form(sayings.ASK_LEAD.format(days=30), TEXT, Network.LINKEDIN, Account.PERSONAL),
        "term": build_term_form(TERMS[0], labels.EDIT_TITLE, {}),
    }
    return drawn | {name: view(each) for name, each in views.items()}


def requested(draft: Draft, verdict: Verdict) -> Review:
    """Return a request for review of a draft that waits."""
    at = datetime(2026, 5, 4, 9, 12, tzinfo=UTC)
    return Review(
        "d", str(draft.author), at, verdict.policy, verdict.outcome, State.WAITING, 0, at + timedelta(days=3), None,
        steps=(Step(title="Review"),), draft=draft, verdict=verdict, note="They agreed by mail; can it go out today?",
    )  # fmt: skip


def judged() -> tuple[Draft, Verdict]:
    """Return a draft with a finding of each kind, in the words of the shipped policy."""
    policy = load_policy(DEFAULT_POLICY_DIR)
    rules = {rule.id: rule for rule in policy.rules}
    wanted = (
        ("confidential/client-name", "Northwind Traders", Action.BLOCK),
        ("meetings/said-behind-closed-doors", MEETING, Action.BLOCK),
        (next(each for each in rules if "phone" in each), "+49 30 901820", Action.REVISE),
    )
    draft = Draft("d", TEXT, Author("slack", "T", "U"))
    findings = tuple(found(rules[rule], words, action) for rule, words, action in wanted)
    return draft, Verdict("d", Outcome.BLOCK, policy.version, findings, rewrite=SAFE)


def found(rule: Rule, words: str, action: Action) -> Finding:
    """Return a finding of a rule about these words."""
    at = TEXT.index(words)
    span = Span(at, at + len(words))
    return Finding(rule.id, rule.category, action, span, 1.0, rule.title, rule.why, rule.suggest, rule.learn)


def view(each: dict[str, Any]) -> str:
    """Draw a view with its bar."""
    submit = f'<span class="b primary">{html.escape(each["submit"]["text"])}</span>' if "submit" in each else ""
    bar = f'<div class="bar"><span>{html.escape(each["title"]["text"])}</span></div>'
    return bar + "".join(map(block, each["blocks"])) + (f'<div class="row">{submit}</div>' if submit else "")


def block(each: dict[str, Any]) -> str:
    """Draw one block."""
    kind = each["type"]
    if kind == "header":
        return f"<h2>{html.escape(each['text']['text'])}</h2>"
    if kind == "section":
        text = f"<p>{html.escape(each['text']['text'])}</p>"
        return f'<div class="side">{text}{element(each["accessory"])}</div>' if "accessory" in each else text
    if kind == "context":
        return "".join(f"<small>{html.escape(part['text'])}</small>" for part in each["elements"])
    if kind == "actions":
        return f'<div class="row">{"".join(map(element, each["elements"]))}</div>'
    if kind == "input":
        hint = f"<small>{html.escape(each['hint']['text'])}</small>" if "hint" in each else ""
        return f"<label>{html.escape(each['label']['text'])}</label>{element(each['element'])}{hint}"
    return "".join(map(rich, each["elements"]))


def element(each: dict[str, Any]) -> str:
    """Draw a button or a field."""
    if each["type"] == "button":
        return f'<span class="b {each.get("style", "")}">{html.escape(each["text"]["text"])}</span>'
    chosen = each.get("initial_option", {}).get("text", {}).get("text", "")
    return f'<div class="field">{html.escape(each.get("initial_value") or chosen)}</div>'


def rich(part: dict[str, Any]) -> str:
    """Draw a paragraph, a quotation or a text to copy."""
    tag = {"rich_text_section": "p", "rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}[part["type"]]
    return f"<{tag}>{''.join(map(run, part['elements']))}</{tag}>"


def run(each: dict[str, Any]) -> str:
    """Draw a run of text with its style."""
    text = html.escape(each["text"]) if "text" in each else "<b>@ada</b>"
    style = each.get("style", {})
    text = f"<code>{text}</code>" if style.get("code") else text
    text = f"<b>{text}</b>" if style.get("bold") else text
    return f"<u>{text}</u>" if each["type"] == "link" else text


if __name__ == "__main__":
    main()
