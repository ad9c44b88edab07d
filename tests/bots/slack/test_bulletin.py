"""The bulletin in Slack: a picture in the reviewers' channel by the three steps of an upload, or words alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bots.bulletin import NAME, Bulletin
from bots.slack.bulletin import post_bulletin
from bots.slack.route import _RECEPTION
from core.rota import Period, finish

PICTURE = b"\x89PNG and more"
BULLETIN = Bulletin(
    "Drafts <checked>", ("12 drafts & more",), "checkpost audit verify --head 7:ab", lambda scale: PICTURE
)
WORDS = "*Drafts &lt;checked&gt;*\n12 drafts &amp; more\n`checkpost audit verify --head 7:ab`"


@pytest.fixture
async def post(bot):
    """Return how to post to a channel."""
    running = await bot()
    return lambda address="slack:C7", bulletin=BULLETIN: post_bulletin(
        running.server.app[_RECEPTION].workspaces, address, bulletin
    )


@pytest.mark.parametrize("address", ["slack:C7", "slack:T0001:C7"])
async def test_picture_and_words_arrive_together(post, slack, address) -> None:
    slack.channels.add("T0001/C7")
    assert await post(address)
    (shared,) = slack.shared
    assert slack.uploads[shared["file"]["id"]] == PICTURE
    assert (shared["channel_id"], shared["initial_comment"]) == ("C7", WORDS)
    assert shared["file"]["title"] == BULLETIN.title
    (asked,) = [each for name, each in slack.calls if name == "files.getUploadURLExternal"]
    assert int(asked["length"]) == len(PICTURE)
    assert "verdict" in asked["alt_txt"]
    assert slack.board == {}


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("files.getUploadURLExternal", {"ok": False, "error": "missing_scope"}),
        (
            "files.getUploadURLExternal",
            {"ok": True, "file_id": "F1", "upload_url": "https://files.slack.com.evil.example/"},
        ),
        ("files.completeUploadExternal", {"ok": False, "error": "access_denied"}),
    ],
)
async def test_where_no_picture_goes_the_words_go(post, slack, method, fault) -> None:
    slack.channels.add("T0001/C7")
    slack.faults[method] = [fault]
    assert await post()
    assert [message["text"] for message in slack.board.values()] == [WORDS]
    assert slack.shared == []


async def test_a_limit_on_the_upload_is_waited_for(post, slack) -> None:
    slack.channels.add("T0001/C7")
    slack.faults["files.getUploadURLExternal"] = [(429, {"Retry-After": "1"})]
    assert await post()
    assert len(slack.shared) == 1


async def test_the_head_alone_needs_no_picture(post, slack) -> None:
    slack.channels.add("T0001/C7")
    assert await post(bulletin=Bulletin("checkpost", ("12 drafts & more",), "x"))
    assert slack.uploads == {}
    assert len(slack.board) == 1


async def test_a_channel_without_us_is_told_to_nobody(post, slack) -> None:
    assert not await post()
    assert (slack.shared, slack.board) == ([], {})


async def test_a_server_posts_by_itself_what_is_due(stored, slack) -> None:
    slack.channels.add("T0001/C7")
    running = await stored()
    long_ago = datetime(2026, 1, 5, tzinfo=UTC)
    await finish(running.services.database, NAME, Period(long_ago, long_ago))
    await running.services.audit.record_false_alarm("slack", "house/moo", "sha256:ab")
    again = await stored(CHECKPOST_REVIEW_CHANNEL="slack:C7")
    assert await slack.until_pinned(lambda message: "audit verify --head 1:" in message["text"], seconds=30)
    assert again
