"""Plots: bars as SVG that stands inside a page and needs nothing from anywhere."""

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


def columns(title: str, some: Sequence[Column], colours: Mapping[str, str]) -> str:
    """Draw stacked columns from left to right; a withheld one is a dashed box."""
    most = max((sum(column.parts.values()) for column in some if column.parts), default=0) or 1
    step = (WIDTH - 50) / max(1, len(some))
    wide = min(48.0, step * 0.7)
    drawn = [_scale(most)]
    every = max(1, round(70 / step))
    for number, column in enumerate(some):
        x, y = 50 + step * number + (step - wide) / 2, float(HEIGHT)
        if column.parts is None:
            drawn.append(f'<rect class="few" x="{x:.1f}" y="{HEIGHT - 24}" width="{wide:.1f}" height="24"/>')
        for part, colour in colours.items():
            if count := (column.parts or {}).get(part, 0):
                tall = count / most * (HEIGHT - 20)
                y -= tall
                words = f"<title>{escape(f'{column.label}: {count} {part}')}</title>"
                box = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
                drawn.append(f'<rect {box} fill="{colour}">{words}</rect>')
        middle = x + wide / 2
        if number % every == 0:
            drawn.append(f'<text x="{middle:.1f}" y="{HEIGHT + 16}" text-anchor="middle">{escape(column.label)}</text>')
        if column.mark:
            at = f'x="{middle:.1f}" y="{HEIGHT + 34}" text-anchor="middle"'
            drawn.append(f'<text class="mark" {at}>▲<title>{escape(column.mark)}</title></text>')
    return _picture(title, HEIGHT + FOOT, drawn)


def bars(title: str, rows: Sequence[tuple[str, int, int]], colours: tuple[str, str]) -> str:
    """Draw one bar a row (label, count, marked count) from the top; what is marked lies over the bar."""
    most = max((max(count, marked) for _, count, marked in rows), default=0) or 1
    drawn = []
    for number, (label, count, marked) in enumerate(rows):
        y = number * (BAR + GAP) + 4
        text = y + BAR - 6
        drawn.append(f'<text x="{LEFT - 10}" y="{text}" text-anchor="end">{escape(label)}</text>')
        for amount, colour, inset in ((count, colours[0], 0), (marked, colours[1], 6)):
            wide = amount / most * (WIDTH - LEFT - 90)
            box = f'x="{LEFT}" y="{y + inset}" width="{wide:.1f}" height="{BAR - 2 * inset}"'
            drawn.append(f'<rect {box} fill="{colour}"/>' if amount else "")
        said = f"{count:,}" + (f" ({marked:,})" if marked else "")
        end = LEFT + max(count, marked) / most * (WIDTH - LEFT - 90) + 8
        drawn.append(f'<text x="{end:.1f}" y="{text}">{said}</text>')
    return _picture(title, len(rows) * (BAR + GAP) + 8, drawn)


def legend(colours: Mapping[str, str]) -> str:
    """Say in words and colours what the parts are."""
    keys = (f'<span><i style="background:{colour}"></i>{escape(part)}</span>' for part, colour in colours.items())
    return f'<p class="legend">{"".join(keys)}</p>'


def _scale(most: int) -> str:
    top = 20
    lines = (
        f'<line x1="50" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/><line x1="50" y1="{top}" x2="{WIDTH}" y2="{top}"/>'
    )
    ends = ((top + 4, f"{most:,}"), (HEIGHT, "0"))
    return lines + "".join(f'<text x="44" y="{y}" text-anchor="end">{number}</text>' for y, number in ends)


def _picture(title: str, height: int, drawn: Sequence[str]) -> str:
    box = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}"'
    return f"<svg {box}>{''.join(drawn)}</svg>"
