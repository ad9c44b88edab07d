"""Plots: what a report shows as bars, drawn once: as SVG for a page, and on a canvas for a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, BAR, GAP, LEFT = 760, 20, 8, 250
HEIGHT, FOOT = 220, 46


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a plot over time: counts by part; None where they are withheld. `mark` is told beneath it."""

    label: str
    parts: Mapping[str, int] | None
    mark: str = field(default="")


@dataclass(frozen=True, slots=True)
class Box:
    """A filled box, or a dashed one where there is no colour. `title` says what it is when somebody points at it."""

    x: float
    y: float
    wide: float
    tall: float
    colour: str | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text at its foot; `anchor` is which end of it stands at `x`: start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Mark:
    """A small triangle that points at something from beneath; `title` says what happened there."""

    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A level line."""

    y: float
    x: float = 50
    end: float = WIDTH


Shape = Box | Words | Mark | Line


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a ground that is WIDTH wide, and what they show."""

    title: str
    height: int
    shapes: tuple[Shape, ...]


def columns(title: str, some: Sequence[Column], colours: Mapping[str, str]) -> Drawing:
    """Draw stacked columns from left to right; a withheld one is a dashed box."""
    most = max((sum(column.parts.values()) for column in some if column.parts), default=0) or 1
    step = (WIDTH - 50) / max(1, len(some))
    wide = min(48.0, step * 0.7)
    drawn: list[Shape] = _scale(most)
    every = max(1, round(70 / step))
    for number, column in enumerate(some):
        x, y = 50 + step * number + (step - wide) / 2, float(HEIGHT)
        if column.parts is None:
            drawn.append(Box(x, HEIGHT - 24, wide, 24, None))
        for part, colour in colours.items():
            if count := (column.parts or {}).get(part, 0):
                tall = count / most * (HEIGHT - 20)
                y -= tall
                drawn.append(Box(x, y, wide, tall, colour, f"{column.label}: {count} {part}"))
        if number % every == 0:
            drawn.append(Words(x + wide / 2, HEIGHT + 16, column.label, "middle"))
        if column.mark:
            drawn.append(Mark(x + wide / 2, HEIGHT + 34, column.mark))
    return Drawing(title, HEIGHT + FOOT, tuple(drawn))


def bars(title: str, rows: Sequence[tuple[str, int, int]], colours: tuple[str, str]) -> Drawing:
    """Draw one bar a row (label, count, marked count) from the top; what is marked lies over the bar."""
    most = max((max(count, marked) for _, count, marked in rows), default=0) or 1
    drawn: list[Shape] = []
    for number, (label, count, marked) in enumerate(rows):
        y = number * (BAR + GAP) + 4
        drawn.append(Words(LEFT - 10, y + BAR - 6, label, "end"))
        for amount, colour, inset in ((count, colours[0], 0), (marked, colours[1], 6)):
            if amount:
                drawn.append(Box(LEFT, y + inset, amount / most * (WIDTH - LEFT - 90), BAR - 2 * inset, colour))
        said = f"{count:,}" + (f" ({marked:,})" if marked else "")
        end = LEFT + max(count, marked) / most * (WIDTH - LEFT - 90) + 8
        drawn.append(Words(end, y + BAR - 6, said))
    return Drawing(title, len(rows) * (BAR + GAP) + 8, tuple(drawn))


def svg(drawing: Drawing) -> str:
    """Write a drawing as a part of a page; it needs nothing from anywhere."""
    box = f'viewBox="0 0 {WIDTH} {drawing.height}" role="img" aria-label="{escape(drawing.title, quote=True)}"'
    return f"<svg {box}>{''.join(map(_element, drawing.shapes))}</svg>"


def legend(colours: Mapping[str, str]) -> str:
    """Say in words and colours what the parts are."""
    keys = (f'<span><i style="background:{colour}"></i>{escape(part)}</span>' for part, colour in colours.items())
    return f'<p class="legend">{"".join(keys)}</p>'


def _scale(most: int) -> list[Shape]:
    top = 20
    ends = [Words(44, top + 4, f"{most:,}", "end"), Words(44, HEIGHT, "0", "end")]
    return [Line(HEIGHT), Line(top), *ends]


def _element(shape: Shape) -> str:
    if isinstance(shape, Line):
        return f'<line x1="{shape.x}" y1="{shape.y}" x2="{shape.end}" y2="{shape.y}"/>'
    if isinstance(shape, Words):
        return f'<text x="{shape.x:.1f}" y="{shape.y}" text-anchor="{shape.anchor}">{escape(shape.text)}</text>'
    title = f"<title>{escape(shape.title)}</title>" if shape.title else ""
    if isinstance(shape, Mark):
        return f'<text class="mark" x="{shape.x:.1f}" y="{shape.y}" text-anchor="middle">▲{title}</text>'
    look = f'fill="{shape.colour}"' if shape.colour else 'class="few"'
    at = f'x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.wide:.1f}" height="{shape.tall:.1f}"'
    return f"<rect {look} {at}>{title}</rect>"
