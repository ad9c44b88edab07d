"""Plan: how a request for review goes, as `review` in site.yaml: its steps, reminders, and when it lapses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from core.draft import Account
from core.source import Shape

_TEXTS = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)]


class Step(Shape):
    """One reviewer's turn. Without accounts or categories it is always needed, else where one of each fits.

    `reviewers` are who may take it, in the form of CHECKPOST_REVIEWERS; without any, all reviewers may.
    """

    title: str = Field(min_length=1)
    accounts: Annotated[tuple[Annotated[Account, Field(strict=False)], ...], Field(strict=False)] = ()
    categories: _TEXTS = ()
    reviewers: _TEXTS = ()

    def needed(self, account: Account, categories: Iterable[str]) -> bool:
        """Tell whether a draft on this account, with findings of these categories, has to pass it."""
        fits = not self.categories or not set(self.categories).isdisjoint(categories)
        return fits and (not self.accounts or account in self.accounts)


class ReviewPlan(Shape):
    """Steps in their order, each by another reviewer; hours until a reminder, before a lapse, until a lapse; days kept.

    `deputies` are told, and may decide, when a request is about to lapse.
    """

    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1)] = (Step(title="Review"),)
    remind_hours: int = Field(4, ge=1, le=24 * 30)
    warn_hours: int = Field(12, ge=1, le=24 * 30)
    lapse_hours: int = Field(72, ge=2, le=24 * 60)
    keep_days: int = Field(30, ge=0, le=365)
    deputies: _TEXTS = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.remind_hours + self.warn_hours > self.lapse_hours:
            raise ValueError("lapse_hours: must leave room for remind_hours and, after them, warn_hours")
        return self

    @property
    def remind(self) -> timedelta:
        """Return how long a request waits until reviewers are reminded."""
        return timedelta(hours=self.remind_hours)

    @property
    def warn(self) -> timedelta:
        """Return how long a request waits until everybody is told that it is about to lapse."""
        return timedelta(hours=self.lapse_hours - self.warn_hours)

    @property
    def lapse(self) -> timedelta:
        """Return how long a request waits until it lapses."""
        return timedelta(hours=self.lapse_hours)

    @property
    def keep(self) -> timedelta:
        """Return how long a text is kept after its decision."""
        return timedelta(days=self.keep_days)

    def steps_for(self, account: Account, categories: Iterable[str]) -> tuple[Step, ...]:
        """Return the steps that a draft has to pass; where none fits, the first one."""
        found = tuple(categories)
        return tuple(step for step in self.steps if step.needed(account, found)) or self.steps[:1]
