"""Leaf: one page of something long, and the way to those before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bots import labels

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Item]):
    """What stands on page `number`, counted from 0, of `count`; there is always one."""

    items: Sequence[Item]
    number: int
    count: int

    @property
    def turns(self) -> list[tuple[str, int]]:
        """Return the labels of the buttons that turn the page, and the pages they lead to."""
        around = ((labels.EARLIER, self.number - 1), (labels.LATER, self.number + 1))
        return [(label, to) for label, to in around if 0 <= to < self.count]

    @property
    def place(self) -> str:
        """Say which page of how many this is."""
        return labels.PAGE_OF.format(page=self.number + 1, pages=self.count)


def leaf(items: Sequence[Item], size: int, number: int = 0) -> Leaf[Item]:
    """Return page `number` of pages of `size`; the last one where there are fewer."""
    count = max(1, -(-len(items) // size))
    number = min(number, count - 1)
    return Leaf(items[number * size : (number + 1) * size], number, count)


def read_number(text: str) -> int:
    """Read the number of a page that a button brings back; the first where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
