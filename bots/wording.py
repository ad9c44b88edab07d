"""Wording: every sentence of an answer that people read in chat and on the page; buttons and forms are in `labels`."""

from __future__ import annotations

from core.finding import Action
from core.verdict import Outcome

HEADLINES = {
    Outcome.OK: ("✅", "Good to go", "Nothing in this draft stands in the way of posting it."),
    Outcome.REVISE: ("✏️", "Change this first", "Change what is named below, and this can go out."),
    Outcome.BLOCK: ("⛔", "Please do not post this", "This would share something that should stay in."),
    Outcome.UNCHECKED: (
        "❔",
        "Could not be checked",
        "Part of the check did not run, so please do not post this yet.",
    ),
}

ASKS = {Action.NOTE: "For your information", Action.REVISE: "Please change", Action.BLOCK: "Please leave out"}

GREETING = """That is fine as it is, and hardly a post. Send me the draft of one before you publish it, and I tell you \
privately what I think. Write "help" to see all that I can do."""

PRIVACY = "Only you can see this. The draft was not kept."
EMPTY = "Paste the text of your post after the command and I will look at it before the world does."
SORRY = """I could not finish this, and the fault is mine. Take nothing as checked or done: please do not post a draft \
yet, and send it once more."""
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
• `{terms} history`; the way back to a version is behind History in the desk (`{terms}` alone), and what differs \
between two is told by the command line (`checkpost terms diff`)
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

UNREAD = {
    "language": "This reads like another language ({detail}). I looked for listed names, personal data "
    "and secrets, and could not judge the rest.",
    "length": "A draft may have {most:,} characters at most. Check it in parts.",
    "time": "The check took too long and was stopped.",
    "busy": "Too many drafts came at the same time, and yours did not get its turn. Please send it again in a minute.",
    "terms": "The list of confidential names could not be read.",
    "too_many": "There is too much in this draft to look at everything. Check it in parts.",
    "check": "The check broke off.",
    "picture": "Not all of the picture could be read.",
    "file": "A file that came along was not read.",
    "pace": "You sent many drafts within a minute. Wait a minute, then send this one again.",
    "limit": "I cannot check more drafts of yours today. Ask your compliance team to look at this one.",
    "audit": "The check could not be recorded, and a check without a record does not count.",
}
"""What an entry of `incomplete` means for the author."""

UNREAD_PART = "One part of the check, {name}, did not run."

PARTS = {
    "names": "the reader that finds names of people",
    "statements": "the reader that judges statements",
}
"""What a part of the check does, by the name of its recognizer."""
