"""Every sentence that people read in chat and on the page, shared by Slack, Teams and the try-it page.

`answer()` turns a verdict into words; the doors only lay them out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from core.draft import MAX_CHARACTERS, Draft
from core.finding import Action, Finding, Mend, Span
from core.verdict import Outcome, Verdict

SILENT_RULES = frozenset({"personal-data/person-name"})
"""Notes of these rules are for programs only (contract, "A verdict as JSON")."""

PLACES = 3
"""How many places of one rule are quoted; the rest is a number."""

QUOTED = 1_000
"""Characters of one quote; a sentence may be as long as a draft, and no chat shows more."""

HEADLINES = {
    Outcome.OK: ("✅", "Good to go", "Nothing in this draft stands in the way of posting it."),
    Outcome.REVISE: ("✏️", "Change this first", "A small change and this can go out."),
    Outcome.BLOCK: ("⛔", "Please do not post this", "This would share something that should stay in."),
    Outcome.UNCHECKED: (
        "❔",
        "Could not be checked",
        "Part of the check did not run, so please do not post this yet.",
    ),
}

ASKS = {Action.NOTE: "For your information", Action.REVISE: "Please change", Action.BLOCK: "Please leave out"}

PRIVACY = "Only you can see this. The draft was not kept."

EMPTY = "Paste the text of your post after the command and I will look at it before the world does."

SORRY = "I could not check this draft, and the fault is mine. Please do not post it yet; send it once more."

STILL_CHECKING = "Still checking. The answer follows here within a minute; if none comes, send the draft again."

ANSWERED_PRIVATELY = "I answered you privately."

HELP = """Send me the draft of a post before you publish it, and I tell you privately whether it is fine, \
what to change, or what should not go out, with the reason and a safe version.

• `{check} your draft`: check a draft
• or paste the draft here, in our direct chat
• `{check} terms propose A Name`: ask for a name to be kept confidential
• `{check} policy`: the clauses in plain words, and `{check} policy` with a clause's name for one of them
• `{check} reply friend-request`: what to answer a client who asks to be friends on a private account
• `{check} trail`: three questions before you post
• `{check} privacy`: what is kept, and deleting it
• `{check} receipts`: your own last checks, each as a signed receipt without your text
• `{check} help`: this page

I read only what you send me, I do not follow channels, and I keep no drafts but in a review you ask for."""

ADMIN_HELP = """For admins, here in private:
• `{terms} add Northwind Traders --kind client --alias Northwind --secrecy open --note "until launch"`
• `{terms} remove Northwind Traders`
• `{terms} list` or `{terms} list north`
• `{terms} import`, with CSV rows under it (`term,kind,aliases,note`)
• `{terms} export`
• `{terms} edit` with a name and the options of `add`, or --name NEW
• `{terms} history`
• `{terms} proposals`, then `{terms} accept` or `{terms} decline` with its number; everybody may `{terms} propose`

All take --owner, --needs capital or --needs cue for a name that is an ordinary word, and --from and --until for an \
embargo, such as --until 2026-05-04T09:00 --timezone Europe/Berlin. \
`import --dry-run` changes nothing."""

PROPOSED = "Thank you. The people who keep the list of confidential terms will look at it."

NOT_ADMIN = "The list of confidential terms is kept by {admins}. Ask them to add or remove a name."

NO_ADMINS = "nobody yet: your operator names admins in CHECKPOST_ADMINS"

WORKSPACE_ADMINS = "the admins of this workspace"

RIGHTS_UNKNOWN = "I could not find out whether you may do this, so I did nothing. Try again in a minute."

YOUR_DRAFT = "Your draft, with the places marked"

DRAFT_CUT = "Only the beginning of your draft is shown here."

SAFE_VERSION = "A version you could post"

BETTER = "Better"

LEARN = "Read more"

ADD = "You could add"

NO_VERSION = """I have no version of this one to offer: what is left would say too little. If a part of it matters to \
you, write that part anew, and I will gladly look at it."""

FALSE_ALARM = "Not a problem"

THANKS_FOR_ALARM = "Thank you. I noted the rule and the policy's version, none of your words, and not who you are."

HONEST_VERSION = "A version that says where you work"

FILE_UNREAD = "I read text and pictures only: this file was not checked. Paste its text here and I will look at it."

LINK_UNREAD = "A link hides behind words in this draft. I read the words, not where the link leads."

UNKNOWN_NETWORK = "I do not know that network. Use one of: {networks}."

UNKNOWN_ACCOUNT = "An account is one of: {accounts}."

UNDELIVERED = "I could not reach you privately. Open a direct chat with me and send the draft there."

UNSURE = "If you see no answer above, it was lost on the way: please send the draft once more."

NOT_SHOWN = "The details could not be shown here. Send the draft in parts, and I will check each."

APPROVED = "A reviewer approved exactly this text on {at}, under the policy in force (request {number})."

DRAFT_LEFT_OUT = "Your draft is too long to be shown here."

MORE_RULES = "{count} more kinds of places are not shown here."

TERMS_SUMMARY = "An answer about terms, in here"

TERMS_ELSEWHERE = "The list of confidential terms is only for our direct chat. Send me that there."

OBJECT_IDS = "the people with these Entra object ids: {ids}"

TERMS_UNSURE = "I could not finish that. Look at the list before you try again."

REST_CUT = "A chat shows no more than this; {count} more lines are left. The command line shows all of them."


@dataclass(frozen=True, slots=True)
class Item:
    """All findings of one rule, in words. `quotes` are the first places; `count` is how many there are."""

    rule: str
    action: Action
    title: str
    why: str
    suggest: tuple[str, ...]
    learn: str | None
    count: int
    quotes: tuple[str, ...] = field(repr=False)
    adds: bool = False

    @property
    def offer(self) -> str:
        """Say what the suggested words are for."""
        return ADD if self.adds else BETTER

    @property
    def more(self) -> str:
        """Say how many places are not quoted, or nothing."""
        hidden = self.count - len(self.quotes)
        return f"and {hidden} more" if self.quotes and hidden else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the author reads. `summary` goes into notifications and holds no word of the draft."""

    sign: str
    headline: str
    lead: str
    items: tuple[Item, ...]
    unread: tuple[str, ...]
    rewrite: str | None = field(repr=False)
    no_rewrite: str = ""
    rewrite_title: str = SAFE_VERSION
    policy: str = ""
    approved: str = ""
    privacy: str = PRIVACY

    @property
    def summary(self) -> str:
        """Return sign and headline, fit for a lock screen."""
        return f"{self.sign} {self.headline}"


def answer(draft: Draft, verdict: Verdict) -> Answer:
    """Put a verdict into words: strictest first, equal findings grouped by rule."""
    sign, headline, lead = HEADLINES[verdict.outcome]
    shown = visible(verdict)
    return Answer(
        sign=sign,
        headline=headline,
        lead=lead,
        items=tuple(_items(draft, shown)),
        unread=tuple(unread(reason) for reason in verdict.incomplete),
        rewrite=verdict.rewrite,
        no_rewrite=NO_VERSION if _lacks_version(verdict) else "",
        rewrite_title=HONEST_VERSION if verdict.outcome is Outcome.OK else SAFE_VERSION,
        policy=verdict.policy,
        approved=APPROVED.format(at=f"{by.at:%Y-%m-%d}", number=by.review) if (by := verdict.approval) else "",
    )


def _lacks_version(verdict: Verdict) -> bool:
    """Tell whether a version was looked for, and there is none."""
    return verdict.rewrite is None and not verdict.incomplete and verdict.outcome in (Outcome.REVISE, Outcome.BLOCK)


def visible(verdict: Verdict) -> tuple[Finding, ...]:
    """Return the findings that a person is shown."""
    return tuple(f for f in verdict.findings if f.action is not Action.NOTE or f.rule not in SILENT_RULES)


def marked(draft: Draft, verdict: Verdict) -> Iterator[tuple[str, bool]]:
    """Yield the draft piece by piece with whether a shown finding covers it, secret terms left unmarked."""
    spans = sorted(finding.span for finding in visible(verdict) if _quotes(draft, finding))
    at = 0
    for span in _joined(spans):
        if span.start > at:
            yield draft.text[at : span.start], False
        yield draft.text[span.start : span.end], True
        at = span.end
    if at < len(draft.text):
        yield draft.text[at:], False


def unread(reason: str) -> str:
    """Say in a sentence what one entry of `incomplete` means for the author."""
    name, _, detail = reason.partition(":")
    sentences = {
        "language": f"This reads like another language ({detail}). I looked for listed names, personal data "
        "and secrets, and could not judge the rest.",
        "length": f"A draft may have {MAX_CHARACTERS:,} characters at most. Check it in parts.",
        "time": "The check took too long and was stopped.",
        "terms": "The list of confidential names could not be read.",
        "too_many": "There is too much in this draft to look at everything. Check it in parts.",
        "check": "The check broke off.",
        "picture": "Not all of the picture could be read.",
        "file": "A file that came along was not read.",
        "pace": "You sent many drafts within a minute. Wait a minute, then send this one again.",
        "limit": "I cannot check more drafts of yours today. Ask your compliance team to look at this one.",
        "audit": "The check could not be recorded, and a check without a record does not count.",
    }
    return sentences.get(name, f"One part of the check ({name}) did not run.")


def escaped(text: str) -> str:
    """Make a text harmless inside Slack's markup: what is left of a tag or a mention is words."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def printable(text: str) -> str:
    """Drop control, bidirectional and other invisible characters from an echo, keeping line breaks."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf"})


def _quotes(draft: Draft, finding: Finding) -> bool:
    """Tell whether a finding's words are shown: not those of a secret term, nor a note on the draft as a whole."""
    whole = finding.action is Action.NOTE and finding.span == Span(0, len(draft.text))
    return finding.quotable and not whole


def _items(draft: Draft, findings: Iterable[Finding]) -> Iterator[Item]:
    ordered = sorted(findings, key=lambda finding: (-finding.action, finding.rule, finding.span))
    for _, group in groupby(ordered, key=lambda finding: (finding.action, finding.rule)):
        equal = list(group)
        first = equal[0]
        quotes = [draft.text[f.span.start : f.span.end] for f in equal[:PLACES] if _quotes(draft, f)]
        yield Item(
            rule=first.rule,
            action=first.action,
            title=first.title,
            why=first.why,
            suggest=first.suggest,
            learn=first.learn,
            count=len(equal),
            quotes=tuple(map(_quoted, quotes)),
            adds=first.mend is Mend.ADD,
        )


def _quoted(words: str) -> str:
    return printable(words[:QUOTED]) + ("…" if len(words) > QUOTED else "")


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield sorted spans with overlapping ones made one."""
    open_span: Span | None = None
    for span in spans:
        if open_span and span.start <= open_span.end:
            open_span = Span(open_span.start, max(open_span.end, span.end))
            continue
        if open_span:
            yield open_span
        open_span = span
    if open_span:
        yield open_span
