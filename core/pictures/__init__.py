"""Pictures: the text that can be read in a screenshot or photo, and the place that its file gives away.

A picture comes from outside, and what opens pictures has had holes. So it is read in a process of its own, which has
limits on time and memory, inherits no secret, and gets the picture through a pipe: nothing is written down.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass, field
from typing import Any

from core.draft import clean
from core.errors import PictureError

MAX_BYTES = 10 * 1024 * 1024
MAX_SECONDS = 30.0
AT_ONCE = 1
"""So many pictures are read at the same time; more wait for their turn, within the same limit. One takes 640 MB."""

_KEPT = ("PATH", "PYTHONPATH", "LANG", "TMPDIR", "HOME", "LD_LIBRARY_PATH")
_LIMITS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_SENTENCES = {
    "missing": "pictures are not read here: install checkpost with its `pictures` extra",
    "kind": "this is no picture that can be read: send a PNG, JPEG, WebP or GIF",
    "pixels": "the picture is too large: send one of at most 40 megapixels",
    "damaged": "the picture is damaged: save it anew and send it again",
    "failed": "the picture could not be read: type its text instead",
}
_TOO_LONG = "reading the picture took too long: cut it to the part that matters, or type its text"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture says: its text, line by line, and where it was taken (latitude, longitude), if its file tells."""

    text: str = field(repr=False)
    place: tuple[float, float] | None = field(repr=False)
    sure: bool

    @property
    def draft(self) -> str:
        """Return what is to be checked: the text and, on a line of its own, the place: both would be published."""
        where = f"Taken here, says the picture's file: {self.place[0]:.5f}, {self.place[1]:.5f}" if self.place else ""
        return "\n".join(filter(None, (self.text, where)))


class Pictures:
    """Reads pictures, one after the other."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._command = ("-m", "core.pictures.reading")

    async def read(self, data: bytes) -> Picture:
        """Return what a picture says.

        Raises:
            PictureError: it is no picture, damaged, too large or too slow to read; says what to send instead.
        """
        if not data:
            raise PictureError("the picture is empty: send it again")
        if len(data) > MAX_BYTES:
            raise PictureError("the picture is too large: send one of at most 10 MB")
        try:
            async with asyncio.timeout(self._seconds), self._turns:
                answer = await _ask(data, self._command)
        except TimeoutError:
            raise PictureError(_TOO_LONG) from None
        if reason := answer.get("error"):
            raise PictureError(_SENTENCES.get(reason, _SENTENCES["failed"]))
        place = answer["place"]
        return Picture(clean(answer["text"]), (place[0], place[1]) if place else None, answer["sure"])


async def _ask(data: bytes, command: tuple[str, ...]) -> dict[str, Any]:
    """Read a picture in a new process and return its answer; the process ends with us, whatever happens."""
    environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | _LIMITS
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environ,
    )
    try:
        out, _ = await process.communicate(data)
        answer = json.loads(out)
    except (ValueError, OSError):  # it was ended by one of its limits, or could not start
        return {"error": "failed"}
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return answer if isinstance(answer, dict) else {"error": "failed"}
