"""Labels: what stands on the buttons, forms and pages of chat, shared by Slack and Teams.

The sentences of an answer are in `wording`.
"""

from __future__ import annotations

NAME = "checkpost"
CLOSE = "Close"
EARLIER, LATER = "Back", "More"
PAGE_OF = "Page {page} of {pages}"
REST_IN_CHAT = "This is the beginning. The whole answer is in our direct chat."

FORM_TITLE = "Check a post"
FORM_DRAFT = "Your draft"
FORM_ROOM = "Up to {room:,} characters. A longer draft: send it in our direct chat, or drop it there as a text file."
FORM_TOO_LONG = "This draft is too long for a form, so I checked it as it stands."
FORM_NETWORK = "Where it will be published"
FORM_ACCOUNT = "On whose account"
FORM_WHEN = "When, if not now"
FORM_WHEN_HINT = "Working hours are judged by this moment, confidential names by today's list."
FORM_SUBMIT = "Check it"
FORM_EMPTY = "Paste the text of your post here."

NETWORKS = {
    "linkedin": "LinkedIn",
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "threads": "Threads",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "reddit": "Reddit",
    "other": "Somewhere else",
}
ACCOUNTS = {"personal": "My own account", "brand": "An account of the company"}

APP_LINE = "Checks the draft of a public post, privately, before the world sees it."
APP_ABOUT = """Send a draft before you publish it, and checkpost tells you privately whether it is fine, what to \
change, or what should not go out, with the reason in plain words and a safe version. It reads only what you send it: \
it follows no channels, scores nobody and keeps no drafts."""

SHORTCUT = "Check a post"
MESSAGE_SHORTCUT = "Check this post"
SHORTCUT_ABOUT = "Read a draft before the world does"
COMMAND_ABOUT = "Check the draft of a post, for your eyes only"
COMMAND_HINT = "[your draft | policy | privacy | trail | receipts | help]"

INSTALLED = "checkpost is installed. You can close this page."
INSTALL_FOREIGN = "This page was opened too late, twice, or in another browser. Begin again at /slack/install."
INSTALL_DECLINED = "Nothing was installed. Begin again at /slack/install whenever you like."
INSTALL_FAILED = "Slack did not confirm the installation. Begin again at /slack/install."
INSTALL_ELSEWHERE = "This server is for other workspaces only, so nothing was installed."

HOME_LEAD = "Check a post before the world sees it. Only you see the answer, and the draft is not kept."
HOME_KEPT, HOME_POLICY, HOME_TRAIL = "What is kept", "The policy", "Three questions"
HOME_ADMIN = "You keep the list of confidential terms."

GUIDE_TITLE = "Good to know"

TERMS = "Confidential terms"
OF_ALL = "in all workspaces"
TERMS_COUNT = "{shown} of {count} terms. Only admins see this list."
SEARCH, ADD_TERM, EDIT_TERM, IMPORT, EXPORT = "Search", "Add a term", "Edit", "Import", "Export"
PROPOSALS, HISTORY, SAVE, RETIRE = "Proposals", "History", "Save", "Retire"
ACCEPT, DECLINE, BACK_TO = "Accept", "Decline", "Roll back to this"

EXPORT_SURE = (
    "The whole list goes to your direct chat with me, secret names included. It is recorded that you took it out."
)
RETIRE_SURE = "The name is free to use from the next check on. History keeps it, and a rollback brings it back."
DECLINE_SURE = "The proposal is dropped."
EXPORTED = "The list is in our direct chat."
RETIRED = "Retired. The name is free to use from the next check on."
ADDED, CHANGED = "Added:", "Changed:"
TERM_COUNTS = "It counts from the next check on."

EDIT_TITLE = "Edit a term"
FROM, UNTIL, ALSO = "from", "until", "also"

KINDS = {
    "client": "Client",
    "project": "Project",
    "product": "Product",
    "deal": "Deal",
    "person": "Person",
    "other": "Other",
}
SECRECIES = {"open": "Open", "secret": "Secret"}
NEEDS = {"no": "Nothing", "capital": "A capital letter", "cue": "A word of working life near it"}

TERM_NAME, TERM_KIND, TERM_SECRECY = "Name", "What it names", "Secrecy"
TERM_SECRECY_HINT = "An open name may be told to the author who used it; a secret one is never repeated to anybody."
TERM_ALIASES, TERM_ALIASES_HINT = "Other spellings", "One a line. Casing, spacing, accents and typos are found anyway."
TERM_ALIASES_LEFT = "This term has more other spellings than a form holds. Change them with an import."
TERM_NOTE, TERM_OWNER = "Note, for admins only", "Who answers questions about it"
TERM_NEEDS = "What it needs to count"
TERM_FROM, TERM_UNTIL = "Guarded from", "Free from"
TERM_EMBARGO, TERM_NO_EMBARGO = "Embargo", "No embargo: take both moments away"

IMPORT_TITLE, IMPORT_FILE, IMPORT_ROWS = "Import terms", "A CSV file", "Or rows, typed here"
IMPORT_HINT = "UTF-8, the first line being term,kind,aliases,note. Nothing changes before you have seen what would."
IMPORT_TRY, IMPORT_EMPTY = "Show what changes", "Choose a file, or type rows here."
WOULD_IMPORT = "Would import: {added} new, {changed} changed, {same} as they were."
IMPORTED = "Imported: {added} new, {changed} changed, {same} as they were."

PROPOSALS_COUNT = "{count} proposals wait for a decision."
NO_HISTORY = "Nothing was changed yet."
BACK_ASK = "Going back to version {version} makes {count} changes:"
MORE_CHANGES = "and {count} more"
ROLLED_BACK = "The list is at version {version}, as it was in version {wanted}; {count} terms changed."

HOME_RECEIPTS = "Your last checks"
HOME_NO_RECEIPTS = "You have not checked anything yet."
HOME_RECEIPTS_NOTE = (
    "That a check took place is kept, with its outcome and rules. The text is not. Times are in {zone}."
)

RECEIPTS = "Your signed receipts"
RECEIPTS_LEAD = (
    "Each says when a draft of yours was checked, by which policy and with which outcome; no word of the draft."
)
RECEIPTS_VERIFY = "To prove one, copy its line whole: your operator verifies it with `checkpost audit check-receipt`."
RECEIPTS_ELSEWHERE = "Your receipts are for you alone. Write `receipts` to me in our direct chat."
RECEIPTS_NOTE = "Only you can see this. Times are in {zone}; inside a receipt, in UTC."
HOME_FAULT = "I could not look up your last checks. Open this page again in a minute."

FILE_TOO_LARGE = "This file is over 1 MB, so I did not read it. A draft has 40,000 characters at most: send that part."
FILE_NO_TEXT = "This file is not plain text in UTF-8, so I could not read it. Save it as plain text and send it again."
FILE_ONE = "I read one file at a time: the others were not checked."
FILE_EMPTY = "This file is empty. Paste the text of your post here and I will look at it."

PICTURE_UNREAD = "I could not read this picture, so it was not checked: {reason}."
PICTURE_UNSURE = (
    "Some words in the picture are hard to read, so they were not checked. Type them here, and I will look."
)
PICTURE_READ = "I read the words in the picture. What else it shows, I cannot judge."
PICTURE_EMPTY = "I found no words in this picture. What it shows, I cannot judge: look once more yourself."
PICTURE_PLACE = (
    "The picture's file tells where it was taken. Take its location out, or post a screenshot of it instead."
)
FILE_OUT_OF_REACH = "I could not fetch this file, so it was not checked. Send it again, or paste its text here."

USE_SAFE = "Use the safe version"
EDIT_AGAIN = "Edit and check again"
CLAUSE = "The clause"
READY = "Ready to copy"

CHECKING = "One moment, I am reading your draft."
WORKING = "One moment, this takes a little longer."
NOT_DONE = "That did not work: {reason}"
PRESS_OVER = "This button no longer works, or it belongs to somebody else. Send me the draft once more."
FORM_OVER = "The form could not be opened in time. Please press or type it once more."

TIME_OF_DAY = "Time"
FORM_WHEN_HALF = "Give both a day and a time, or neither."
FORM_UNKNOWN = "Choose from what the form offers."

DELETED_MESSAGE = "This message holds no text that I can read. Paste the text of your post here."
ALREADY = "That was done already; the answer is above."
MALFORMED = "I do not understand this button."
TAKES_LONGER = "This takes a little longer. The answer follows in our direct chat within a minute."
NOTED = "You said that this is not a problem. Thank you: the rule is noted, and none of your words."

OPEN_TERMS = "Open the list"
TERMS_LEAD = "You keep the list of confidential terms. It opens in a window that only you see."
SURE_RETIRE, SURE_EXPORT, SURE_DECLINE = "Yes, retire it", "Yes, export it", "Yes, decline it"
TERM_MOMENT_HALF = "A moment is a day and a time on your clock; give both, or neither."
BACK = "Back to the list"
ROWS_TOO_MANY = "These rows do not fit a form. Send them in parts, or as `terms import` with the rows under it."
DECLINED = "Declined: {name}."
TEAMS_HELP = "What I do, and how to ask"
