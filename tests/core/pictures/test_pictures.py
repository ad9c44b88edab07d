"""Pictures: their text, where they were taken, and every way to send a wrong one."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.draft import Draft
from core.errors import PictureError
from core.judgement import build_analyzer, evaluate
from core.pictures import MAX_BYTES, Picture, Pictures, reading
from core.pictures.reading import in_reading_order
from core.policy import Policy
from core.settings import SECRETS
from core.terms.term import Term

Image = pytest.importorskip("PIL.Image", reason="the `pictures` extra is not installed")
pytest.importorskip("rapidocr", reason="the `pictures` extra is not installed")
from PIL import ImageDraw, ImageFont  # noqa: E402  once it is known to be there

LINES = ("A fine day at Quorvellan Holdings!", "We signed a paper that I must not", "tell you anything about.")


def a_picture(
    *lines: str, kind: str = "PNG", size: tuple[int, int] = (760, 740), mode: str = "RGB", exif: Any = None
) -> bytes:
    """Draw lines of text, black on white."""
    picture = Image.new(mode, size, "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(30)
    for number, line in enumerate(lines):
        pen.text((40, 40 + number * 50), line, fill="black", font=font)
    file = io.BytesIO()
    picture.save(file, kind, **({"exif": exif} if exif else {}))
    return file.getvalue()


def taken_at(latitude: Any, longitude: Any, north: str = "N", east: str = "E") -> Any:
    """Give EXIF data of a place in degrees, minutes and seconds."""
    exif = Image.Exif()
    exif[0x8825] = {1: north, 2: latitude, 3: east, 4: longitude}
    return exif


async def read(data: bytes) -> Picture:
    return await Pictures(seconds=120).read(data)  # a busy machine takes its time


async def test_text_is_read_and_a_sentence_goes_on_over_the_end_of_its_line() -> None:
    picture = await read(a_picture(*LINES))
    assert picture.text == f"{LINES[0]}\n{LINES[1]} {LINES[2]}"
    assert picture.place is None
    assert picture.sure
    assert "Quorvellan" not in repr(picture)


async def test_a_picture_without_text_has_none() -> None:
    assert (await read(a_picture())).draft == ""


@pytest.mark.parametrize(
    ("exif", "place"),
    [
        (taken_at((54, 19, 23.88), (10, 7, 22)), (54.3233, 10.12278)),
        (taken_at((33, 51, 24), (151, 12, 0), north="S"), (-33.85667, 151.2)),
        (taken_at((0, 0, 0), (0, 0, 0)), None),
        (taken_at((540, 0, 0), (10, 0, 0)), None),
        (Image.Exif(), None),
    ],
)
def test_the_place_in_a_file_is_found(exif: Any, place: tuple[float, float] | None) -> None:
    with Image.open(io.BytesIO(a_picture(kind="JPEG", exif=exif))) as opened:
        found = reading._place(opened, b"")
    assert (found and tuple(round(each, 5) for each in found)) == place


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (b'exif:GPSLatitude="54,19.398N" exif:GPSLongitude="10,7,22E"', [54.3233, 10.12278]),
        (b"<exif:GPSLatitude>54,30.0S</exif:GPSLatitude><exif:GPSLongitude>10,30.0W<", [-54.5, -10.5]),
        (b'exif:GPSLatitude="54,19.398N"', None),
    ],
)
def test_the_place_in_a_file_may_stand_in_another_form(words: bytes, place: list[float] | None) -> None:
    with Image.open(io.BytesIO(a_picture())) as opened:
        found = reading._place(opened, words)
    assert (found and [round(each, 5) for each in found]) == place


async def test_what_a_picture_says_is_checked_the_same_way(shipped: Policy, a_draft: Callable[..., Draft]) -> None:
    exif = taken_at((54, 19, 23.88), (10, 7, 22))
    picture = await read(a_picture(LINES[0], kind="JPEG", exif=exif))
    assert picture.draft == f"{LINES[0]}\nTaken here, says the picture's file: 54.32330, 10.12278"
    verdict = evaluate(shipped, build_analyzer(shipped, [Term("Quorvellan Holdings")]), a_draft(picture.draft))
    rules = {finding.rule for finding in verdict.findings}
    assert any(rule.startswith("confidential/") for rule in rules)
    assert any(rule.startswith("personal-data/") for rule in rules), rules


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the picture is empty"),
        (b"x" * (MAX_BYTES + 1), "at most 10 MB"),
        (b"%PDF-1.7 this is something else", "this is no picture"),
        (b"<svg xmlns='x'><text>a</text></svg>", "this is no picture"),
        (a_picture(*LINES)[:600], "damaged"),
        (a_picture(kind="GIF", size=(8_000, 5_001), mode="1"), "at most 40 megapixels"),
        (a_picture(kind="BMP"), "this is no picture"),
    ],
)
async def test_a_bad_file_gets_a_clear_error(data: bytes, sentence: str) -> None:
    with pytest.raises(PictureError, match=sentence):
        await read(data)


async def test_a_picture_that_takes_too_long_is_given_up_and_its_process_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    start = asyncio.create_subprocess_exec

    async def noted(*words: Any, **options: Any) -> Any:
        started.append(await start(*words, **options))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    with pytest.raises(PictureError, match="took too long"):
        await Pictures(seconds=0.3).read(a_picture(*LINES))
    (process,) = started
    assert process.returncode is not None


async def test_the_process_inherits_no_secret_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files_with: Callable[..., list[str]]
) -> None:
    seen: dict[str, str] = {}
    start = asyncio.create_subprocess_exec

    async def noted(*words: Any, **options: Any) -> Any:
        seen.update(options["env"])
        return await start(*words, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for name in SECRETS:
        monkeypatch.setenv(name, "quorvellan")
    assert (await read(a_picture(LINES[0]))).text == LINES[0]
    assert not any("quorvellan" in value for value in seen.values())
    assert set(seen) < {*os.environ, *seen} - set(SECRETS)
    assert files_with(tmp_path, "") == []


def box(left: int, top: int, width: int = 300, height: int = 30) -> list[tuple[int, int]]:
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([(box(0, 0), "one"), (box(0, 40), "two")], "one two"),
        ([(box(0, 40), "two"), (box(0, 0), "one")], "one two"),
        ([(box(0, 0), "One."), (box(0, 40), "Two.")], "One.\nTwo."),
        ([(box(0, 0), "one"), (box(0, 100), "two")], "one\ntwo"),
        ([(box(0, 0, height=60), "Title"), (box(0, 70), "text")], "Title\ntext"),
        ([(box(0, 0), "one"), (box(400, 40), "two")], "one\ntwo"),
        ([(box(400, 3), "right"), (box(0, 0), "left")], "left right"),
        ([], ""),
    ],
)
def test_lines_are_put_in_the_order_in_which_they_are_read(lines: list[Any], text: str) -> None:
    assert in_reading_order(lines) == text
