"""Canvas: the plots of a report as one picture, for a chat that shows no page."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bots.plots import WIDTH, Box, Drawing, Line, Mark, Shape, Words

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

MARGIN, HEADING, SPACE = 24, 34, 22
GROUND, INK, SOFT, FAINT = "#ffffff", "#16222d", "#55636f", "#d5dce2"
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Panel:
    """A drawing under its heading, what its colours mean, and what else to know."""

    heading: str
    drawing: Drawing
    legend: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def height(self) -> int:
        """Return how much room the panel takes."""
        return HEADING + SPACE * (bool(self.legend) + bool(self.note)) + self.drawing.height


def png(title: str, panels: Sequence[Panel], scale: float = 2.0) -> bytes:
    """Draw panels under each other and return them as a PNG, `scale` pixels to a point."""
    from PIL import Image, ImageDraw  # only whoever draws a report waits for it

    height = 3 * MARGIN + HEADING + sum(panel.height + MARGIN for panel in panels)
    picture = Image.new("RGB", (round((WIDTH + 2 * MARGIN) * scale), round(height * scale)), GROUND)
    pen = _Pen(ImageDraw.Draw(picture), scale, MARGIN, MARGIN)
    pen.write(Words(0, 22, title), 22, INK)
    pen.down += HEADING + MARGIN
    for panel in panels:
        pen.write(Words(0, 16, panel.heading), 16, INK)
        pen.down += HEADING
        if panel.legend:
            pen.explain(panel.legend)
            pen.down += SPACE
        for shape in panel.drawing.shapes:
            pen.draw(shape)
        pen.down += panel.drawing.height
        if panel.note:
            pen.write(Words(0, 12, panel.note), 12, SOFT)
            pen.down += SPACE
        pen.down += MARGIN
    file = io.BytesIO()
    picture.quantize(_COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()


class _Pen:
    """Puts shapes down, measured in points from a place on the canvas."""

    def __init__(self, pen: ImageDraw, scale: float, right: float, down: float) -> None:
        self._pen, self._scale, self._right, self.down = pen, scale, right, down

    def draw(self, shape: Shape) -> None:
        """Put a shape down."""
        if isinstance(shape, Words):
            self.write(shape, 12, SOFT)
        elif isinstance(shape, Line):
            self._pen.line([self._at(shape.x, shape.y), self._at(shape.end, shape.y)], FAINT, round(self._scale))
        elif isinstance(shape, Mark):
            corners = ((-5, 0), (5, 0), (0, -9))
            self._pen.polygon([self._at(shape.x + x, shape.y + y) for x, y in corners], INK)
        else:
            self._fill(shape)

    def write(self, words: Words, size: int, colour: str) -> None:
        """Write words with their foot at their place."""
        from PIL import ImageFont

        font = ImageFont.load_default(size * self._scale)
        self._pen.text(self._at(words.x, words.y), words.text, colour, font, _ANCHORS[words.anchor])

    def explain(self, legend: Mapping[str, str]) -> None:
        """Say what colours mean, side by side."""
        for number, (words, colour) in enumerate(legend.items()):
            x = number * WIDTH / len(legend)
            self._fill(Box(x, 0, 11, 11, colour))
            self.write(Words(x + 17, 10, words), 12, SOFT)

    def _fill(self, box: Box) -> None:
        corners = [self._at(box.x, box.y), self._at(box.x + box.wide, box.y + box.tall)]
        if box.colour:
            self._pen.rectangle(corners, box.colour)
        else:
            self._pen.rectangle(corners, None, FAINT, round(self._scale))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (self._right + x) * self._scale, (self.down + y) * self._scale
