"""Drafts by form and shortcut, and what may be done with a verdict: in a view, with typed text never lost."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

import pytest

from bots import labels, wording
from bots.slack.parcel import _COMMON, unwrap, wrap
from core.draft import Account, Author, Draft, Network
from core.keys import new_key, parse_key_ring

BLOCKED = "⛔ Please do not post this"
GOOD = "✅ Good to go"
DRAFT = "We won Northwind, and I could not be happier."
SAFE = "We won a client, and I could not be happier."


@pytest.fixture(params=["http", "socket"])
def way(request) -> str:
    """Return how Slack reaches us: every journey is tried over HTTP and over Socket Mode."""
    return request.param


def is_form(view: dict) -> bool:
    """Tell whether this is the form for a draft."""
    return view.get("callback_id") == "check"


def says(words: str):
    """Return what tells whether a view shows these words."""
    return lambda view: words in str(view)


def typed(view: dict) -> str:
    """Return the draft that stands in a form."""
    (block,) = (block for block in view["blocks"] if block.get("block_id") == "draft")
    return block["element"].get("initial_value", "")


async def test_the_command_alone_opens_a_form_and_its_verdict_comes_into_the_view(running, caller, slack) -> None:
    assert (await caller.command("")).status == 200
    form = await slack.until_view(is_form)
    later = int((datetime.now(UTC) + timedelta(days=2)).timestamp())
    answer = await caller.submit(form, draft=DRAFT, network=("linkedin",), account=("brand",), when=later)
    assert answer["response_action"] == "update"
    view = await slack.until_view(says(BLOCKED))
    assert wording.SAFE_VERSION in str(view)
    (draft,) = running.services.checker.drafts
    assert (draft.text, draft.network, draft.account) == (DRAFT, Network.LINKEDIN, Account.BRAND)
    assert int(draft.written_at.timestamp()) == later
    assert slack.said == []


async def test_a_form_without_a_draft_says_so_in_its_field(running, caller, slack) -> None:
    await caller.command("")
    form = await slack.until_view(is_form)
    answer = await caller.submit(form, draft="  ", network=("x",), account=("personal",))
    assert answer == {"response_action": "errors", "errors": {"draft": labels.FORM_EMPTY}}
    assert (await caller.submit(form, draft="Happy Friday"))["response_action"] == "update"
    await slack.until_view(says(GOOD))


@pytest.mark.parametrize("state", [{"network": ("myspace",)}, {"account": ("ours",)}, {"when": 10**15}])
async def test_what_the_form_does_not_offer_is_refused_in_it(caller, slack, state: dict) -> None:
    await caller.command("")
    form = await slack.until_view(is_form)
    answer = await caller.submit(form, draft="Happy Friday", **state)
    assert answer == {"response_action": "errors", "errors": dict.fromkeys(state, labels.FORM_UNKNOWN)}


async def test_the_global_shortcut_opens_the_form(caller, slack) -> None:
    await caller.interaction("shortcut", callback_id="check_post")
    assert typed(await slack.until_view(is_form)) == ""


async def test_the_message_shortcut_brings_the_message_as_its_reader_sees_it(caller, slack) -> None:
    message = {
        "type": "message",
        "user": "UOTHER",
        "text": "R&amp;D at <https://a.example|a.example> &lt;3",
        "ts": "1.1",
    }
    await caller.interaction("message_action", callback_id="check_message", message=message, channel={"id": "CTOWN"})
    assert typed(await slack.until_view(is_form)) == "R&D at a.example <3"
    assert slack.said == []


@pytest.mark.parametrize(
    ("text", "files", "draft", "said"),
    [
        ("see <https://wiki.example/Northwind|our plan>", [], "see our plan\nhttps://wiki.example/Northwind", None),
        ("the plan", [{"id": "F1"}], "the plan", wording.FILE_UNREAD),
        ("", [{"id": "F1"}], "", wording.FILE_UNREAD),
        ("", [], "", labels.DELETED_MESSAGE),
    ],
)
async def test_the_message_shortcut_brings_hidden_links_and_says_what_it_leaves(
    caller, slack, text: str, files: list, draft: str, said: str | None
) -> None:
    message = {"type": "message", "user": "UOTHER", "text": text, "files": files, "ts": "1.1"}
    await caller.interaction("message_action", callback_id="check_message", message=message, channel={"id": "CTOWN"})
    form = await slack.until_view(is_form)
    told = [block["text"]["text"] for block in form["blocks"] if block["type"] == "section"]
    assert (typed(form), told) == (draft, [said] if said else [])


async def test_a_long_message_is_checked_with_its_hidden_links_and_its_file_is_said_to_be_unread(
    running, caller, slack
) -> None:
    text = "x" * 2_990 + " <https://wiki.example/Northwind|our plan>"
    message = {"type": "message", "user": "UOTHER", "text": text, "files": [{"id": "F1"}], "ts": "1.1"}
    await caller.interaction("message_action", callback_id="check_message", message=message, channel={"id": "CTOWN"})
    view = await slack.until_view(says(BLOCKED))
    assert labels.FORM_TOO_LONG in str(view)
    assert wording.FILE_UNREAD in str(view)
    assert running.services.checker.drafts[0].text.endswith(" our plan\nhttps://wiki.example/Northwind")


async def test_a_message_too_long_for_a_form_is_checked_at_once_for_whoever_chose_it(running, caller, slack) -> None:
    message = {"type": "message", "user": "UOTHER", "text": "Northwind " + "x" * 3_000, "ts": "1.1"}
    await caller.interaction("message_action", callback_id="check_message", message=message, channel={"id": "CTOWN"})
    view = await slack.until_view(says(BLOCKED))
    assert labels.FORM_TOO_LONG in str(view)
    assert running.services.checker.drafts[0].author == Author("slack", "T0001", "UALICE")


async def test_a_verdict_too_long_for_a_view_begins_there_and_is_whole_in_the_direct_chat(caller, slack) -> None:
    message = {"type": "message", "user": "UOTHER", "text": "Northwind " + "words " * 6_000, "ts": "1.1"}
    await caller.interaction("message_action", callback_id="check_message", message=message, channel={"id": "CTOWN"})
    await slack.until_whole(wording.PRIVACY)
    assert labels.REST_IN_CHAT in str(slack.top())
    assert {post["channel"] for post in slack.posts} == {"DUALICE"}


async def test_the_command_alone_shows_help_when_its_trigger_is_over(caller, slack) -> None:
    slack.faults["views.open"] = [{"ok": False, "error": "expired_trigger_id"}]
    await caller.command("")
    await slack.until(1)
    assert "`/checkpost your draft`" in slack.words()


async def test_an_expired_trigger_of_a_shortcut_is_said_in_the_direct_chat(caller, slack) -> None:
    slack.faults["views.open"] = [{"ok": False, "error": "expired_trigger_id"}]
    message = {"type": "message", "user": "UOTHER", "text": "Happy Friday", "ts": "1.1"}
    await caller.interaction("message_action", callback_id="check_message", message=message, channel={"id": "CTOWN"})
    await slack.until(1)
    assert [(post["channel"], post["text"]) for post in slack.posts] == [("DUALICE", labels.FORM_OVER)]


async def test_a_form_that_was_closed_gets_its_verdict_in_the_direct_chat(caller, slack) -> None:
    await caller.command("")
    form = await slack.until_view(is_form)
    slack.faults["views.update"] = [{"ok": False, "error": "not_found"}]
    await caller.submit(form, draft=DRAFT)
    await slack.until(1)
    assert [(post["channel"], post["text"]) for post in slack.posts] == [("DUALICE", BLOCKED)]


async def test_the_safe_version_is_checked_again_and_laid_out_to_copy(running, caller, slack) -> None:
    await caller.command(f"--network linkedin {DRAFT}")
    await slack.until(1)
    await caller.press(slack.answers[0], labels.USE_SAFE)
    await slack.until(2)
    assert [answer["text"] for answer in slack.answers] == [BLOCKED, GOOD]
    assert not slack.answers[1]["replace_original"]
    assert labels.READY in str(slack.answers[1])
    assert SAFE in str(slack.answers[1])
    drafts = running.services.checker.drafts
    assert [(draft.text, draft.network) for draft in drafts] == [(DRAFT, Network.LINKEDIN), (SAFE, Network.LINKEDIN)]


async def test_a_draft_comes_back_into_the_form_to_be_changed(caller, slack) -> None:
    hostile = f'<!channel> "{DRAFT}" `x` \u202eRTL &amp; 🎉\nnext line'
    await caller.command(hostile.replace("&amp;", "&amp;amp;"))
    await slack.until(1)
    await caller.press(slack.answers[0], labels.EDIT_AGAIN)
    form = await slack.until_view(is_form)
    assert typed(form) == hostile.replace("<!channel>", "@channel")
    await caller.submit(form, draft="Happy Friday")
    await slack.until_view(says(GOOD))


async def test_in_a_view_the_next_step_takes_the_place_of_the_verdict(caller, slack) -> None:
    await caller.command("")
    await caller.submit(await slack.until_view(is_form), draft=DRAFT)
    verdict = await slack.until_view(says(BLOCKED))
    await caller.press(verdict, labels.USE_SAFE)
    ready = await slack.until_view(says(labels.READY))
    assert ready["id"] == verdict["id"]
    await caller.press(verdict, labels.EDIT_AGAIN)
    form = await slack.until_view(is_form)
    assert (form["id"], typed(form)) == (verdict["id"], DRAFT)


@pytest.mark.parametrize("shows", [True, False])
async def test_a_word_of_thanks_stands_over_the_verdict_in_a_view_and_never_in_its_place(stored, slack, shows) -> None:
    caller = (await stored()).caller
    await caller.command("")
    await caller.submit(await slack.until_view(is_form), draft="We won Northwind.")
    verdict = await slack.until_view(says(BLOCKED))
    slack.faults["views.push"] = [] if shows else [{"ok": False, "error": "push_limit_reached"}]
    await caller.press(verdict, wording.FALSE_ALARM)
    await caller.until_done()
    assert slack.views[verdict["id"]] == verdict
    assert (wording.THANKS_FOR_ALARM in str(slack.top()), wording.THANKS_FOR_ALARM in slack.words()) == (
        shows,
        not shows,
    )


@pytest.mark.parametrize("label", [labels.USE_SAFE, labels.EDIT_AGAIN])
async def test_a_press_that_is_over_leaves_the_verdict_in_its_view(caller, slack, label: str) -> None:
    await caller.command("")
    await caller.submit(await slack.until_view(is_form), draft=DRAFT)
    verdict = await slack.until_view(says(BLOCKED))
    await caller.press(verdict, label, user="UOTHER")
    await slack.until_view(says(labels.PRESS_OVER))
    assert slack.views[verdict["id"]] == verdict


async def test_a_fault_behind_a_press_is_told_over_the_verdict_and_one_behind_a_form_in_its_place(
    running, caller, slack
) -> None:
    await caller.command("")
    await caller.submit(await slack.until_view(is_form), draft=DRAFT)
    verdict = await slack.until_view(says(BLOCKED))
    running.services.checker.fault = RuntimeError("broken")

    await caller.press(verdict, labels.USE_SAFE)
    await slack.until_view(says(wording.SORRY))
    assert slack.views[verdict["id"]] == verdict

    await caller.command("")
    form = await slack.until_view(is_form)
    await caller.submit(form, draft=DRAFT)
    await slack.until_view(lambda _: wording.SORRY in str(slack.views[form["id"]]))


async def test_a_clause_that_finds_no_room_over_its_verdict_comes_by_direct_message(stored, slack) -> None:
    caller = (await stored()).caller
    await caller.command("")
    await caller.submit(await slack.until_view(is_form), draft="We won Northwind.")
    verdict = await slack.until_view(says(BLOCKED))
    slack.faults["views.push"] = [{"ok": False, "error": "push_limit_reached"}]
    await caller.press(verdict, labels.CLAUSE)
    await slack.until(1)
    assert "Clients decide for themselves" in slack.words()
    assert slack.views[verdict["id"]] == verdict


async def test_a_good_draft_and_one_too_long_for_a_form_have_nothing_to_edit(caller, slack) -> None:
    await caller.command("Happy Friday")
    await caller.command("Northwind " + "words " * 1_000)
    await slack.until(2)
    assert labels.EDIT_AGAIN not in str(slack.answers)


@pytest.mark.parametrize("label", [labels.USE_SAFE, labels.EDIT_AGAIN])
async def test_a_button_pressed_by_somebody_else_shows_nothing_of_the_draft(running, caller, slack, label: str) -> None:
    await caller.command(DRAFT)
    await slack.until(1)
    await caller.press(slack.answers[0], label, user="UOTHER")
    await slack.until(2)
    assert slack.answers[1]["text"] == labels.PRESS_OVER
    assert slack.views == {}
    assert len(running.services.checker.drafts) == 1


async def test_the_clause_of_a_finding_opens_over_its_verdict(stored, slack) -> None:
    caller = (await stored()).caller
    await caller.command("We won Northwind.")
    await slack.until(1)
    await caller.press(slack.answers[0], labels.CLAUSE)
    view = await slack.until_view(says("Clients decide for themselves"))
    assert "confidential/client-name" in str(view)


async def test_a_replayed_form_has_no_second_effect(running, caller, slack) -> None:
    await caller.command("")
    form = await slack.until_view(is_form)
    values = {"draft": {"draft": {"type": "plain_text_input", "value": "Happy Friday"}}}
    for _ in range(2):
        await caller.interaction("view_submission", trigger_id="same", view=form | {"state": {"values": values}})
    await slack.until_view(says(GOOD))
    await caller.until_done()
    assert len(running.services.checker.drafts) == 1


async def test_a_form_without_a_database_says_that_nothing_was_checked(running, caller, slack) -> None:
    await caller.command("")
    form = await slack.until_view(is_form)
    running.services.deliveries.fault = OSError("disk full")
    answer = await caller.submit(form, draft="Happy Friday")
    assert wording.SORRY in str(answer["view"])
    assert running.services.checker.drafts == []


async def test_no_draft_stands_in_what_a_view_or_a_button_carries(caller, slack) -> None:
    await caller.command("")
    await caller.submit(await slack.until_view(is_form), draft=DRAFT)
    view = await slack.until_view(says(BLOCKED))
    assert view["private_metadata"] == ""
    values = [str(element.get("value")) for block in view["blocks"] for element in block.get("elements", [])]
    assert not any("Northwind" in value for value in values)


KEYS = parse_key_ring(new_key())
ALICE = Author("slack", "T1", "U1")


@pytest.mark.parametrize("text", ["x", "line\nbreak", "👩‍💻 & <b>", "a\x00b\u202e", "word " * 400])
def test_a_parcel_brings_back_exactly_what_was_wrapped(text: str) -> None:
    at = datetime(2026, 5, 4, 9, tzinfo=UTC)
    draft = Draft("d", "other", ALICE, Network.X, Account.BRAND, at, unread=("picture", "file"))
    value = wrap(KEYS, draft, text)
    assert value is not None
    assert len(value) <= 2_000
    assert unwrap(KEYS, ALICE, value) == (text, Network.X, Account.BRAND, at, ("picture", "file"))
    assert text not in value or text == "x"


def test_a_parcel_of_before_opens() -> None:
    packer = zlib.compressobj(9, wbits=-15, zdict=_COMMON)
    packed = packer.compress(b"x\nbrand\n2026-05-04T09:00+00:00\nold text") + packer.flush()
    value = KEYS.seal_text(packed, f"button|{ALICE}", "parcels")
    at = datetime(2026, 5, 4, 9, tzinfo=UTC)
    assert unwrap(KEYS, ALICE, value) == ("old text", Network.X, Account.BRAND, at, ())


def test_a_parcel_is_its_authors_alone_and_cannot_be_made_up() -> None:
    value = wrap(KEYS, Draft("d", "text", ALICE), "text")
    assert value is not None
    for author in (Author("slack", "T1", "U2"), Author("slack", "T2", "U1")):
        assert unwrap(KEYS, author, value) is None
    for forged in ("", ".", "k1.", "k2." + value[3:], value[:-4], value + "A", "k1.é", "k1." + "A" * 100):
        assert unwrap(KEYS, ALICE, forged) is None


def test_what_has_no_room_in_a_button_is_not_cut() -> None:
    noise = "".join(chr(0x4E00 + 7 * number % 20_000) for number in range(3_000))
    assert wrap(KEYS, Draft("d", noise, ALICE), noise) is None
