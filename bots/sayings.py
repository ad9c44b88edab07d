"""Sayings: every sentence about requests for review and about exceptions, shared by Slack and Teams.

`{who}` stands for a person, whom each platform names in its own way.
"""

from __future__ import annotations

ASK, ASK_TITLE, ASK_NOTE, ASK_SEND = "Ask for a review", "Ask for a review", "What reviewers should know", "Ask"

ASK_LEAD = """Somebody of your company reads this draft and decides. For that it is kept, which it otherwise never is: \
encrypted, until {days} days after the decision, or until you withdraw your request.

Who sees it: the people in the reviewers' channel, and whoever they ask by name. They see the draft, what I found in \
it, your name and your note. An approval counts for exactly this text."""
ASK_LEAD_AT_ONCE = ASK_LEAD.replace("until {days} days after the decision", "until the decision")

ASKED = """Your request is with the reviewers. I tell you here what they decide, and before it lapses at {lapses}. \
Until then, please do not post this."""
ASKED_BEFORE = "This very draft is with the reviewers already. I tell you here what they decide."
NOT_NEEDED = (
    "I looked once more, and nothing stands in the way of posting this now. So nobody was asked, and nothing kept."
)
NO_ROOM = "This draft is too long for a button, so a review of it has to be asked for in parts."

ASK_AGAIN = "I could not fill your draft in here. Paste or type its text; over 3,000 characters, send it as a file."
ASK_FILE, ASK_FILE_HINT = "Or a text file", "Plain text, up to 40,000 characters."

REQUEST = "A request for review"
FROM, FROM_ON = "From {who}, for {network}: {account}.", "Asked on {at}."
CHECK_SAYS = "The check says: {headline}."
NOTE = "The author says"
NO_NOTE = "The author left no note."
DRAFT, DRAFT_LONG = (
    "The draft, with the places marked",
    "Only the beginning is shown here. Open the request to read it all.",
)
GONE = "The text of this request is deleted."

STATES = {
    "waiting": "Waits for a decision",
    "approved": "Approved",
    "suggested": "Another text was suggested",
    "declined": "Declined",
    "lapsed": "Lapsed without a decision",
    "withdrawn": "Withdrawn by its author",
}
SIGNS = {"waiting": "⏳", "approved": "✅", "suggested": "✏️", "declined": "⛔", "lapsed": "⌛", "withdrawn": "↩️"}

TURN = "Step {step} of {steps}: {title}. It lapses at {lapses}."
ASSIGNED = "{who} was asked by name."

EVENTS = {
    "open": "{at}: {who} asked.",
    "approve": "{at}: {who} approved.",
    "suggest": "{at}: {who} suggested another text.",
    "decline": "{at}: {who} declined.",
    "delegate": "{at}: {who} asked somebody else.",
    "withdraw": "{at}: {who} withdrew it.",
    "reopen": "{at}: {who} opened it again.",
    "lapse": "{at}: it lapsed.",
}

SUGGESTED_TEXT = "The suggested text, ready to copy"

AUTHOR_TOLD = {
    "approve": ("Your post is approved", "{who} read it: it may go out exactly as it is."),
    "suggest": ("A better version of your post", "{who} suggests another text."),
    "decline": ("Please do not post this", "{who} read your draft and asks you to leave it."),
    "warn": (
        "Your request for review still waits",
        "Nobody has decided yet, and it lapses at {lapses}. The reviewers are told once more.",
    ),
    "lapse": (
        "Your request for review lapsed",
        "Nobody decided in time. Please do not take that for a yes: open it again, or ask anew.",
    ),
    "reopen": (
        "Your request for review is open again",
        "{who} wants it looked at once more. What was decided counts no more.",
    ),
}
"""What an author is told: headline and sentence by kind of notice."""

SUGGESTED_COUNTS = "This text is approved as it stands here."
SUGGESTED_STEPS = "It is not approved yet: check it, and ask again if you want to post it."

REVIEWERS_TOLD = {
    "asked": "A new request for review.",
    "step": "One step is done; the next one waits for somebody else.",
    "remind": "This request still waits for a decision.",
    "warn": "This request lapses at {lapses} if nobody decides.",
    "lapse": "This request lapsed without a decision.",
    "reopen": "This request is open again.",
    "change": "This request changed.",
}
"""What the reviewers' channel is told."""

PERSON_TOLD = {
    "delegate": "{who} asks you to decide on a request for review.",
    "remind": "A request for review that you were asked about still waits.",
    "warn": "A request for review lapses at {lapses} if nobody decides. You may decide on it.",
    "lapse": "A request for review that you were asked about lapsed without a decision.",
}
"""What somebody is told who was asked by name, or steps in for others."""

DEEDS = {
    "approve": "Approve",
    "suggest": "Suggest an edit",
    "decline": "Decline",
    "delegate": "Delegate",
    "withdraw": "Withdraw",
    "reopen": "Open again",
    "except": "Make an exception",
}

OPEN_REQUEST, WHOLE_DRAFT, DRAFT_TITLE = "Open the request", "Read all of it", "The draft"

QUEUE, QUEUE_LEAD, QUEUE_EMPTY = "Requests for review", "{count} requests wait.", "No request waits for you."
MINE = "Your requests for review"

REASON, REASON_OPTIONAL = "Why", "A word for the author, if you like"
REASON_HINT = "The author reads it. It is kept as long as the draft."

SUGGESTION, SUGGESTION_HINT = "The text as you would approve it", "It goes to the author, to be copied as it stands."
SUGGESTION_LONG = (
    "This draft is longer than a form holds. Write the part that should change, and say which in the reason."
)

DELEGATE_TO, DELEGATE_HINT = "Whom to ask", "They see the draft and may decide. The time until it lapses begins anew."
DELEGATE_NOBODY = "Choose one person."
DELEGATE_UNREACHED = "I cannot write to them: the app is not installed for them here."

WITHDRAW_SURE = "Your request ends, and the draft is deleted at once."

DONE = {
    "approve": "Noted. The author is told.",
    "suggest": "Sent to the author.",
    "decline": "Noted. The author is told, with your reason.",
    "delegate": "They are told, and may decide.",
    "withdraw": "Withdrawn. Nobody is shown the draft any more.",
    "reopen": "It is open again, and everybody concerned is told.",
}
"""What is said to whoever did it."""

NEXT_STEP = "Noted. The next step waits for another person."
AS_IT_STANDS = "This changed meanwhile, so nothing was done. Here is how it stands."
REASON_MISSING = "Say why: the author reads it."
SUGGESTION_EMPTY = "Write the text as you would approve it."
REFUSED = "That was not done: {reason}."

NOT_REVIEWER = "Only reviewers may open or decide this request. Your operator names them in CHECKPOST_REVIEWERS."
OWN_REQUEST = "This is your own request: somebody else decides on it."
ELSEWHERE = "This request was made in another workspace, so it is not decided here."

EXCEPTION_ABOUT, EXCEPTION_FOR, EXCEPTION_UNTIL = "What should be free", "For whom", "Until"
EXCEPTION_OWNER, EXCEPTION_REASON = "Who answers for it", "Why"
EXCEPTION_LEAD = (
    "An exception makes a rule a note, or a name free, until it ends. It is recorded with its owner and reason."
)
EXCEPTION_RULE, EXCEPTION_TERM = "The rule: {title}", "The name: {title}"
EXCEPTION_AUTHOR, EXCEPTION_EVERYBODY = "The author of this request only", "Everybody"
EXCEPTION_ADMINS = "only admins make an exception for everybody, and none where there are several workspaces"
EXCEPTION_NO_END = "Give a day and a time, at most a year from now."
EXCEPTION_MADE = "The exception is in force until {until}, and on record with its owner and reason."
EXCEPTION_NOTHING = "Nothing was found in this request that an exception could free."

SOMEBODY = {
    "slack": "somebody in Slack",
    "teams": "somebody in Teams",
    "cli": "the operator",
    "checkpost": "checkpost",
    "deleted": "somebody whose name was deleted",
}
"""People whom this platform cannot name."""
