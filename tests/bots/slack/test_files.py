"""A text file dropped into the direct chat is a draft; everything else is refused kindly and kept nowhere."""

from __future__ import annotations

import asyncio

import pytest

from bots import labels, wording
from bots.answer import unread
from bots.slack.api import downloads

WITHOUT_THE_EXTRA = (
    "-c",
    "import sys; sys.modules['rapidocr'] = None; from core.pictures.reading import _main; _main()",
)
BLOCKED, UNCHECKED = "⛔ Please do not post this", "❔ Could not be checked"


@pytest.fixture(params=["http", "socket"])
def way(request) -> str:
    """Return how Slack reaches us: every journey is tried over HTTP and over Socket Mode."""
    return request.param


async def drop(caller, slack, *files: dict, text: str = "") -> None:
    """Drop files into the direct chat."""
    await caller.json(caller.direct_message(text, subtype="file_share", files=list(files)))
    await slack.until(1)


@pytest.fixture(autouse=True)
def patience(monkeypatch) -> None:
    """Give pictures more time than authors have: a busy machine takes many times as long."""
    monkeypatch.setattr("bots.tasks.ANSWER_SECONDS", 150)
    monkeypatch.setattr("bots.bootstrap.PICTURE_SECONDS", 120.0)


async def heard(slack, words: str) -> dict:
    """Wait for the message with these words, and return it; a picture takes a while on a busy machine."""
    async with asyncio.timeout(120):
        while not (found := [each for each in slack.posts if words in str(each["blocks"])]):
            slack.changed.clear()
            await slack.changed.wait()
    return found[-1]


@pytest.mark.parametrize(
    "content",
    ["We won Northwind", "\ufeffWe won Northwind", "Zoë & <b> won Northwind &amp; more"],
)
async def test_a_text_file_is_a_draft(running, caller, slack, content: str) -> None:
    await drop(caller, slack, slack.add_file("draft.txt", content.encode()))
    assert slack.posts[0]["text"] == BLOCKED
    (draft,) = running.services.checker.drafts
    assert draft.text == content.removeprefix("\ufeff")


async def test_utf_16_with_its_mark_is_read(running, caller, slack) -> None:
    await drop(caller, slack, slack.add_file("draft.txt", "We won Northwind".encode("utf-16")))
    assert slack.posts[0]["text"] == BLOCKED


async def test_the_message_beside_a_file_belongs_to_the_draft_and_may_hold_options(running, caller, slack) -> None:
    await drop(caller, slack, slack.add_file("draft.md", b"We won Northwind"), text="--network linkedin Read this:")
    (draft,) = running.services.checker.drafts
    assert (draft.text, draft.network.value) == ("Read this:\n\nWe won Northwind", "linkedin")


@pytest.mark.parametrize(
    ("content", "mimetype", "sentence"),
    [
        (b"x" * 5_000_000, "text/plain", labels.FILE_TOO_LARGE),
        (b"%PDF-1.7", "application/pdf", wording.FILE_UNREAD),
        (b"", "text/plain", labels.FILE_EMPTY),
        (b" \n", "text/plain", labels.FILE_EMPTY),
        ("Zoë".encode("latin-1"), "text/plain", labels.FILE_NO_TEXT),
        (b"MZ\x00\x01", "text/plain", labels.FILE_NO_TEXT),
    ],
)
async def test_what_is_no_readable_text_is_refused_with_its_reason(
    running, caller, slack, content, mimetype, sentence
) -> None:
    await drop(caller, slack, slack.add_file("file", content, mimetype))
    assert sentence in slack.words()
    assert running.services.checker.drafts == []


async def test_a_file_that_lies_about_its_size_is_cut_off(caller, slack) -> None:
    await drop(caller, slack, slack.add_file("draft.txt", b"x" * 1_200_000) | {"size": 3})
    assert labels.FILE_TOO_LARGE in slack.words()


async def test_a_text_of_more_than_a_draft_may_have_is_not_called_good(real, slack) -> None:
    caller = (await real()).caller
    await drop(caller, slack, slack.add_file("draft.txt", b"word " * 9_000))
    await slack.until_whole(wording.PRIVACY)
    assert unread("length") in slack.words()


@pytest.mark.parametrize("url", ["https://files.slack.com.evil.example/x", "http://169.254.169.254/latest", ""])
async def test_the_token_goes_to_slack_alone(caller, slack, url: str) -> None:
    await drop(caller, slack, slack.add_file("draft.txt", b"We won Northwind") | {"url_private_download": url})
    assert labels.FILE_OUT_OF_REACH in slack.words()


async def test_a_file_that_slack_only_names_is_asked_for(caller, slack) -> None:
    file = slack.add_file("draft.txt", b"We won Northwind")
    await drop(caller, slack, {"id": file["id"], "file_access": "check_file_info"})
    assert slack.posts[0]["text"] == BLOCKED


async def test_the_page_for_signing_in_is_not_read_as_a_draft(running, caller, slack) -> None:
    file = slack.add_file("draft.txt", b"We won Northwind")
    slack.faults[file["id"]] = [(302, {"Location": "/files/elsewhere"})]
    await drop(caller, slack, file)
    assert labels.FILE_OUT_OF_REACH in slack.words()


async def test_of_several_files_one_is_read_and_that_is_said(running, caller, slack) -> None:
    await drop(caller, slack, slack.add_file("a.txt", b"We won Northwind"), slack.add_file("b.txt", b"Falcon"))
    assert labels.FILE_ONE in slack.words()
    assert len(running.services.checker.drafts) == 1


@pytest.mark.parametrize(
    ("api", "url", "allowed"),
    [
        ("https://slack.com/api/", "https://files.slack.com/files-pri/T1-F1/download/a.txt", True),
        ("https://slack-gov.com/api/", "https://files.slack-gov.com/files-pri/T1-F1/a.txt", True),
        ("https://slack.com/api/", "https://hooks.slack.com/x", False),
        ("https://slack.com/api/", "http://files.slack.com/x", False),
        ("https://slack.com/api/", "https://files.slack.com@evil.example/x", False),
        ("http://127.0.0.1:8055/api/", "http://127.0.0.1:9000/files/1", True),
    ],
)
def test_files_are_fetched_from_slack_only(api: str, url: str, allowed: bool) -> None:
    assert bool(downloads(api).fullmatch(url)) is allowed


async def test_words_in_a_picture_are_a_draft(running, caller, slack, a_picture) -> None:
    await drop(caller, slack, slack.add_file("shot.png", a_picture("We won Northwind"), "image/png"), text="Look:")
    assert (await heard(slack, labels.PICTURE_READ))["text"] == BLOCKED
    (draft,) = running.services.checker.drafts
    assert (draft.text, draft.unread) == ("Look:\n\nWe won Northwind", ())
    assert labels.PICTURE_PLACE not in slack.words()


async def test_the_place_in_a_photos_file_is_told_and_checked(real, slack, a_picture) -> None:
    caller = (await real()).caller
    photo = a_picture("A fine day out", kind="JPEG", place=(54, 10))
    await drop(caller, slack, slack.add_file("p.jpg", photo, "image/jpeg"))
    assert (await heard(slack, labels.PICTURE_PLACE))["text"] == BLOCKED
    assert "54.32330, 10.12278" in slack.words()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n", "this is no picture"),
        (b"", "the picture is empty"),
        (b"x" * 10_500_000, "at most 10 MB"),
    ],
)
async def test_a_picture_that_cannot_be_read_is_never_called_good(real, slack, content: bytes, reason: str) -> None:
    caller = (await real()).caller
    for text in ("What a fine day.", ""):
        slack.posts.clear()
        await drop(caller, slack, slack.add_file("shot.png", content, "image/png"), text=text)
        assert (await heard(slack, reason))["text"] == UNCHECKED


async def test_where_no_pictures_are_read_that_is_said_and_nothing_is_called_good(real, slack, a_picture) -> None:
    running = await real()
    running.services.pictures._command = WITHOUT_THE_EXTRA
    file = slack.add_file("shot.png", a_picture("A fine day out"), "image/png")
    await drop(running.caller, slack, file, text="What a fine day.")
    assert (await heard(slack, "install checkpost with its `pictures` extra"))["text"] == UNCHECKED


async def test_a_picture_without_words_leaves_the_verdict_to_the_text_beside_it(
    running, caller, slack, a_picture
) -> None:
    await drop(caller, slack, slack.add_file("p.png", a_picture(), "image/png"), text="We won Northwind")
    assert (await heard(slack, labels.PICTURE_EMPTY))["text"] == BLOCKED
    assert [draft.unread for draft in running.services.checker.drafts] == [()]


async def test_a_picture_without_words_alone_gets_a_sentence(running, caller, slack, a_picture) -> None:
    await drop(caller, slack, slack.add_file("p.png", a_picture(), "image/png"))
    await heard(slack, labels.PICTURE_EMPTY)
    assert running.services.checker.drafts == []


async def test_a_file_that_was_left_out_keeps_a_text_from_being_called_good(real, slack) -> None:
    caller = (await real()).caller
    await drop(caller, slack, slack.add_file("plan.pdf", b"%PDF-1.7", "application/pdf"), text="What a fine day.")
    assert (await heard(slack, wording.FILE_UNREAD))["text"] == UNCHECKED


@pytest.mark.parametrize("text", ["Lunch was great", "Lunch with Northwind was great"])
async def test_a_file_that_was_left_out_is_not_forgotten_behind_a_button(caller, slack, text: str) -> None:
    await drop(caller, slack, slack.add_file("plan.pdf", b"%PDF-1.7", "application/pdf"), text=text)
    if "Northwind" in text:
        await caller.press(slack.posts[0], labels.USE_SAFE)
        await slack.until(2)
        assert slack.answers[0]["text"] == UNCHECKED
    await caller.press(slack.posts[0], labels.EDIT_AGAIN)
    form = await slack.until_view(lambda view: view.get("callback_id") == "check")
    assert unread("file") in str(form)
    await caller.submit(form, draft="Dinner was great")
    await slack.until_view(lambda view: UNCHECKED in str(view))
