"""Render: a verdict, and everything else we say, becomes messages of Block Kit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bots import labels, wording
from bots.answer import Item, answer_to, marked
from bots.echo import printable
from bots.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    header,
    link,
    pack,
    paragraph,
    preformatted,
    prose,
    quote,
    rich,
    section,
    slices,
    width,
    words,
)
from core.draft import Draft
from core.finding import Action
from core.guidance import Page
from core.verdict import Outcome, Verdict

DRAFT_ROOM = 3_500
"""Width of the quoted draft: it is cut first, its author has it anyway."""

QUOTE_ROOM = 300

ALARM = "false_alarm"
"""The action of the button under a finding; its value is `Answer.alarm`."""

CLAUSE = "clause"
"""The action of the button that shows what a rule asks and why; its value is the rule."""

USE_SAFE, EDIT = "use_safe_version", "edit_again"
"""The actions of what somebody may do next; their value is a parcel."""

PAGE_ROOM = 10_500
"""Width of one page of a long text: the safe version of the longest draft takes four."""

LISTING_PAGES = 10


def render_verdict(
    draft: Draft, verdict: Verdict, notices: Iterable[str] = (), *, steps: Sequence[Block] = (), ready: bool = False
) -> tuple[Message, ...]:
    """Lay out a verdict: outcome first, then reasons, the marked draft, the safe version and the next steps.

    `ready` is true for a safe version that was checked once more: it is there to be copied.
    """
    answer = answer_to(draft, verdict)
    blocks = [header(answer.summary), prose(answer.lead)]
    blocks += [prose(answer.approved, bold=True)] if answer.approved else []
    blocks += [prose(cut(reason, 1_000)) for reason in (*answer.unread, *notices)]
    for number, item in enumerate(answer.items):
        blocks.append(render_item(item))
        if item.action is not Action.NOTE:
            alarm = button(wording.FALSE_ALARM, f"{ALARM}:{number}", answer.alarm(item))
            blocks.append(actions(alarm, button(labels.CLAUSE, f"{CLAUSE}:{number}", item.rule)))
    if ready and verdict.outcome is Outcome.OK:
        blocks += _safe_version(draft.text, labels.READY)
    if verdict.outcome is not Outcome.OK and answer.items:
        blocks += render_marked(marked(draft, verdict), wording.YOUR_DRAFT, wording.DRAFT_CUT)
    if answer.rewrite and not verdict.incomplete:
        blocks += _safe_version(answer.rewrite, answer.rewrite_title)
    if answer.no_rewrite:
        blocks.append(prose(answer.no_rewrite))
    blocks += [actions(*steps)] if steps else []
    return pack(answer.summary, [*blocks, context(answer.privacy)])


def render_sentence(mrkdwn: str) -> tuple[Message, ...]:
    """Lay out our own words, a block a paragraph."""
    return pack(mrkdwn.partition("\n")[0], [section(part) for part in mrkdwn.split("\n\n")])


def render_page(page: Page) -> tuple[Message, ...]:
    """Lay out a page of guidance; what is there to be copied stands by itself."""
    blocks = [header(page.title)]
    if page.lead:
        blocks.append(rich(*(paragraph(*words(line + "\n")) for line in page.lead)))
    for part in page.sections:
        elements = [paragraph(*words(cut(part.heading, 300), bold=True))]
        blocks.append(rich(*elements))
        layout = preformatted if part.copied else lambda line: paragraph(*words(line + "\n"))
        blocks += [rich(layout(cut(line, PAGE_ROOM))) for line in part.lines]
    if page.closing:
        blocks.append(context(page.closing))
    return pack(page.title, blocks)


def render_listing(text: str) -> tuple[Message, ...]:
    """Lay out an answer about terms; what no chat can hold is counted, never dropped in silence."""
    text = printable(text).strip("\n")
    pages = list(slices(text, PAGE_ROOM))
    left = "".join(pages[LISTING_PAGES:]).count("\n") + 1 if len(pages) > LISTING_PAGES else 0
    layout = preformatted if "\n" in text else lambda page: paragraph(*words(page))
    blocks = [rich(layout(page)) for page in pages[:LISTING_PAGES]]
    if left:
        blocks.append(context(wording.REST_CUT.format(count=left)))
    return pack(wording.ANSWERED_PRIVATELY, blocks)


def render_item(item: Item) -> Block:
    """Lay out one thing that is asked of the author, with its reason and its places."""
    title = cut(item.title, 200)
    lines = [*words(f"{wording.ASKS[item.action]}: {title}\n", bold=True), *words(cut(item.why, 1_000))]
    if item.suggest:
        lines += words(f"\n{item.offer}: {cut(', '.join(item.suggest), 400)}")
    if item.learn and item.learn.startswith(("https://", "http://")):
        lines += [*words("\n"), link(item.learn, wording.LEARN)]
    elements = [paragraph(*lines)]
    elements += [quote(*words(cut(text, QUOTE_ROOM))) for text in item.quotes if text.strip()]
    if item.more:
        elements.append(paragraph(*words(item.more)))
    return rich(*elements)


def render_marked(pieces: Iterable[tuple[str, bool]], title: str, cut_off: str) -> Iterator[Block]:
    """Quote a draft with the places marked, as far as there is room, and say where it stops."""
    elements: list[Block] = []
    room, whole = DRAFT_ROOM, True
    for text, is_marked in pieces:
        style = {"bold": True, "code": True} if is_marked else {}
        piece = list(words(printable(text), **style))
        if width(piece) > room:
            whole = False
            elements += words(cut(printable(text), max(room - 100, 2)), **style)
            break
        elements += piece
        room -= width(piece)
    if elements:
        yield rich(paragraph(*words(title, bold=True)), quote(*elements))
    if not whole:
        yield context(cut_off)


def _safe_version(rewrite: str, title: str) -> Iterator[Block]:
    yield prose(title, bold=True)
    for page in slices(printable(rewrite), PAGE_ROOM):
        yield rich(preformatted(page))
