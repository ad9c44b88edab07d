"""Reading: the process that opens one picture: bytes on standard input, JSON on standard output."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import sys
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAX_PIXELS = 40_000_000
LONGEST = 4_000
"""A longer side is made so short before the text is looked for; type on a screenshot stays readable."""

CPU_SECONDS, MEMORY = 60, 4 * 1024**3
LEAST_SURE = 0.5
"""A line that was read with less confidence is left out, and `sure` is then false."""

_GPS, _LATITUDE, _LONGITUDE = 0x8825, 2, 4
_XMP = re.compile(rb"""exif:GPS(Latitude|Longitude)(?:=["']|>)\s*(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])""")


def read(data: bytes) -> dict[str, Any]:
    """Return the text, the place and whether every line was read well, or an `error`."""
    if find_spec("rapidocr") is None:
        return {"error": "missing"}
    from PIL import Image, ImageOps, UnidentifiedImageError

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return {"error": "pixels"}
            place = _place(opened, data)
            opened.draft("RGB", (LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            upright.thumbnail((LONGEST, LONGEST))
    except UnidentifiedImageError:
        return {"error": "kind"}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"error": "pixels"}
    except (OSError, ValueError, SyntaxError, EOFError):
        return {"error": "damaged"}
    from rapidocr import RapidOCR  # two seconds, which nobody waits for whose file is no picture

    threads = {f"EngineConfig.onnxruntime.{name}_op_num_threads": 1 for name in ("intra", "inter")}
    result = RapidOCR(params={"Global.log_level": "critical", **threads})(_pixels(upright))
    lines = list(zip(result.boxes, result.txts, result.scores, strict=True)) if result.txts else []
    kept = [(box, words) for box, words, score in lines if score >= LEAST_SURE]
    return {"text": in_reading_order(kept), "place": place, "sure": len(kept) == len(lines)}


def in_reading_order(lines: Sequence[tuple[Any, str]]) -> str:
    """Join lines of text by their boxes (four corners each), as somebody would read them.

    What stands side by side is one line. A line that goes on close below, at the same left edge and in the same size,
    without a sentence's end between, belongs to the one above: a sentence is not over where its column is.
    """
    rows: list[Row] = []
    for piece in sorted(Row(box, words) for box, words in lines):
        if rows and rows[-1].beside(piece):
            rows[-1].take(piece)
        else:
            rows.append(piece)
    text = rows[0].text if rows else ""
    for above, row in pairwise(rows):
        text += (" " if above.goes_on_in(row) else "\n") + row.text
    return text


class Row:
    """Pieces of text side by side, and the box around them."""

    def __init__(self, box: Any, words: str) -> None:
        self.left, self.top = min(x for x, _ in box), min(y for _, y in box)
        self.bottom = max(y for _, y in box)
        self._pieces = [(self.left, words)]

    def __lt__(self, other: Row) -> bool:
        return (self.top, self.left) < (other.top, other.left)

    @property
    def text(self) -> str:
        """Return the pieces from left to right."""
        return " ".join(words for _, words in sorted(self._pieces))

    @property
    def height(self) -> float:
        """Return how high the row is."""
        return max(1.0, float(self.bottom - self.top))

    def beside(self, other: Row) -> bool:
        """Tell whether another piece stands on the same line."""
        return bool((other.top + other.bottom) / 2 < self.bottom)

    def take(self, other: Row) -> None:
        """Take in a piece of the same line."""
        self._pieces += other._pieces
        self.left, self.bottom = min(self.left, other.left), max(self.bottom, other.bottom)

    def goes_on_in(self, below: Row) -> bool:
        """Tell whether a sentence of this row goes on in the one below."""
        close = below.top - self.bottom < 0.9 * self.height
        same = 2 / 3 < below.height / self.height < 3 / 2 and abs(below.left - self.left) < 2 * self.height
        return close and same and not self.text.rstrip("\"'”’) ").endswith((".", "!", "?", ":", "…"))


def _pixels(picture: Any) -> Any:
    """Return a picture as the reader wants it: rows of blue, green and red."""
    import numpy as np

    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def _place(opened: Any, data: bytes) -> list[float] | None:
    """Return latitude and longitude from the file's EXIF or XMP data."""
    gps = opened.getexif().get_ifd(_GPS)
    try:
        both = [_degrees(gps[at], gps.get(at - 1)) for at in (_LATITUDE, _LONGITUDE)]
        return both if any(both) else None  # nought and nought is what a camera writes that does not know
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        pass
    found = {m[1]: float(m[2]) + float(m[3]) / 60 + float(m[4] or 0) / 3600 for m in _XMP.finditer(data)}
    signs = {m[1]: -1 if m[5] in b"SW" else 1 for m in _XMP.finditer(data)}
    return [found[name] * signs[name] for name in (b"Latitude", b"Longitude")] if len(found) == 2 else None


def _degrees(parts: Any, side: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= 180:
        raise ValueError
    return -value if side in ("S", "W", b"S", b"W") else value


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answer = sys.stdout.buffer
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  no library may speak in our place
    try:
        found = read(sys.stdin.buffer.read())
    except Exception:
        found = {"error": "failed"}
    answer.write(json.dumps(found).encode())
    answer.flush()


if __name__ == "__main__":
    _main()
