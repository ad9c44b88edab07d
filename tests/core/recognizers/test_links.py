"""Links that let in whoever has them, and the many that only look long."""

from __future__ import annotations

import time

import pytest

from core.recognizers.links import LinkRecognizer
from tests.patience import SHARED

RECOGNIZER = LinkRecognizer()


def found(text: str) -> list[str]:
    return [text[each.start : each.end] for each in RECOGNIZER.analyze(text, [], None)]


OPEN = {
    "webhook": "https://talk.rookery.example/hooks/9fK2mQ7xLbT4vR8sWn3Z",
    "webhook without a scheme": "hooks.rookery.example/services/T4K9QX2B7/B03VNN/qLz7RtW1mPbY5cDe",
    "signed": "https://store.rookery.example/q.csv?X-Amz-Signature=9b1f6e0c4d2a8e7f5b3c1a9d8e7f6b5c",
    "shared folder": "https://files.rookery.example/s/Zx9Qp2Lr7TmK4wBn",
    "reset": "https://id.rookery.example/reset?token=eyq83hfk29dmz71qpl08",
    "invitation": "https://rookery.chat.example/invite/zt-2q9x8v7c6b5n4m3l",
    "meeting": "https://meet.rookery.example/j/88213344556?pwd=Q2xvdWR5V2l0aENoYW5jZQ",
    "one host like a network's": "https://not-reddit.com.rookery.example/share/9fK2mQ7xLbT4vR8sWn3Z",
    "private calendar": "https://cal.rookery.example/private-7fa8c2e1b94d40a6bb2f/basic.ics",
}


@pytest.mark.parametrize("link", OPEN.values(), ids=OPEN.keys())
def test_a_link_that_lets_in_is_found_without_the_full_stop_behind_it(link: str) -> None:
    assert found(f"so this one works: {link}.") == [link]


@pytest.mark.parametrize(
    "text",
    [
        "https://films.example/watch?v=dQw4w9WgXcQ still holds up",
        "https://code.example/geese/commit/3b9d4f0a2c1e8d7f6a5b4c3d2e1f0a9b8c7d6e5f fixed it",
        "https://desks.example/share/walnut-desk-with-drawers-120cm",
        "https://songs.example/playlist/37i9dQZF1DXcBWIGoYBM5M for the road",
        "https://tickets.example/event/8837261?ref=fb&fbclid=IwAR2kq9XbL3mTz7Vw1Rp5YcQnS8dHg4JfK6aE0uZ",
        "https://news.example/2026/04/19/why-do-swans-fly-in-a-v",
        "https://hooks.example/fishing has real hooks",
        "https://forms.example/join?id=20260419",
        "http://t.co/s6xgS6G5vk said it first",
        "https://short.example/K9s6xgS6G5vk and https://short.example/dl7Kx9Qm2Z",
        "https://www.facebook.com/share/p/1AbQ9zKx72LmTr58/ is us in the paper",
        "https://www.reddit.com/r/geese/s/aB3dE5fG7h",
        "https://x.com/geese/status/18837261?s=20&t=9fK2mQ7xLbT4vR8sWn3Z",
        "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC?si=9fK2mQ7xLbT4vR8s",
        "https://www.linkedin.com/feed/update/urn:li:share:7123/?trk=9fK2mQ7xLbT4",
    ],
)
def test_a_link_that_is_only_long_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("unit", ["a.bc/", "hooks.", "https://a.bc/hooks/", "x1Y2", "a.bc/token=a1B2c3D4e5"])
def test_a_long_row_of_links_is_read_in_a_moment(unit: str) -> None:
    text = (unit * 40_000)[:40_000]
    began = time.process_time()
    found(text)
    assert time.process_time() - began < SHARED
