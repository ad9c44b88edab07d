"""Measure: what the shipped policy makes of held-back posts, ordinary posts and talk of working conditions.

Nobody tunes on the held-back posts. The errors in sets 1 and 2 may be read, to learn of what kind they are; sets 3 to 5
are looked at as figures alone. `python tests/quality/measure.py` keeps the figures as those of the release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from core.analyzer import Analyzer
from core.draft import Account, Author, Draft, Network
from core.finding import Action, Finding, Span
from core.judgement import build_analyzer, evaluate
from core.policy import Policy, load_policy
from core.settings import DEFAULT_POLICY_DIR
from core.terms.rows import read_rows
from core.verdict import PRECEDENCE, Outcome, Verdict

HERE = Path(__file__).resolve().parent
POSTS, KEPT = HERE / "posts", HERE / "figures.json"
ORDINARY, PROTECTED = (HERE.parent / "policies" / f"{name}.txt" for name in ("ordinary", "protected"))
SETS = {"read": (1, 2), "unread": (3, 4, 5)}
PARTING = "⁞"
"""Stands inside keys and tokens, so that no scanner takes the invented ones in the files for real."""
DISTURBED = "disturbed"


@dataclass(frozen=True, slots=True)
class Post:
    """A post with what a person said of it: its outcome, and the words of each category that is in it."""

    id: str
    text: str = field(repr=False)
    network: Network
    account: Account
    outcome: Outcome
    marked: tuple[tuple[str, Span], ...]

    @property
    def categories(self) -> set[str]:
        """Return what is in it."""
        return {category for category, _ in self.marked}

    def draft(self) -> Draft:
        """Return it as a draft of nobody."""
        return Draft(self.id, self.text, Author("quality", "", ""), self.network, self.account)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Return the share, 0 to 1; nothing of nothing is whole."""
        return self.hits / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.hits} of {self.of})"


Figures = dict[str, Share]


def held_back(numbers: Iterable[int]) -> list[Post]:
    """Read some of the sets of posts."""
    lines = (line for number in numbers for line in (POSTS / f"{number}.jsonl").read_text("utf-8").splitlines())
    return [_post(json.loads(line.replace(PARTING, ""))) for line in lines]


def _post(raw: dict[str, Any]) -> Post:
    places = ((each["category"], raw["text"].index(each["text"]), len(each["text"])) for each in raw["spans"])
    return Post(
        id=raw["id"],
        text=raw["text"],
        network=Network(raw["network"]),
        account=Account(raw["account"]),
        outcome=Outcome(raw["verdict"]),
        marked=tuple((category, Span(start, start + length)) for category, start, length in places),
    )


@cache
def _judging(listed: bool) -> tuple[Policy, Analyzer]:
    policy = load_policy(DEFAULT_POLICY_DIR)
    terms = read_rows((POSTS / "terms.csv").read_text("utf-8")) if listed else ()
    return policy, build_analyzer(policy, terms)


def judged(draft: Draft, *, listed: bool = True) -> Verdict:
    """Judge a draft by the shipped policy, with the names of the held-back posts on the list or with none."""
    policy, analyzer = _judging(listed)
    return evaluate(policy, analyzer, draft)


def figures() -> Figures:
    """Return every figure by its name."""
    found: Figures = {}
    for name, numbers in SETS.items():
        posts = held_back(numbers)
        pairs = [(post, judged(post.draft())) for post in posts]
        found |= {f"{name}: {figure}": share for figure, share in _of_posts(pairs)}
    for page in (ORDINARY, PROTECTED):
        texts = [line.replace("\\n", "\n") for line in page.read_text("utf-8").splitlines() if line.strip()]
        found[f"{page.stem}: {DISTURBED}"] = _share(map(_is_disturbed, texts))
    return found


def _is_disturbed(text: str) -> bool:
    return judged(Draft("page", text, Author("quality", "", "")), listed=False).outcome is not Outcome.OK


def _of_posts(pairs: Sequence[tuple[Post, Verdict]]) -> Iterator[tuple[str, Share]]:
    """Yield the figures of a set of posts and their verdicts."""
    yield "not ok of those to change", _share(v.outcome is not Outcome.OK for p, v in pairs if _needs_change(p))
    yield "block of those to block", _share(v.outcome is Outcome.BLOCK for p, v in pairs if p.outcome is Outcome.BLOCK)
    yield DISTURBED, _share(v.outcome is not Outcome.OK for p, v in pairs if not _needs_change(p))
    shown = [(post, each) for post, verdict in pairs for each in asked(verdict) if each.category in post.categories]
    yield "words overlap", _share(_on_the_words(post, each) for post, each in shown)
    for category in PRECEDENCE:
        found = [(post, any(each.category == category for each in asked(verdict))) for post, verdict in pairs]
        yield f"{category} recall", _share(seen for post, seen in found if category in post.categories)
        yield f"{category} precision", _share(category in post.categories for post, seen in found if seen)


def asked(verdict: Verdict) -> list[Finding]:
    """Return what a verdict asks to change."""
    return [each for each in verdict.findings if each.action > Action.NOTE]


def _needs_change(post: Post) -> bool:
    return post.outcome is not Outcome.OK


def _on_the_words(post: Post, finding: Finding) -> bool:
    return any(finding.span.overlaps(span) for category, span in post.marked if category == finding.category)


def _share(hits: Iterable[bool]) -> Share:
    every = list(hits)
    return Share(sum(every), len(every))


def kept() -> Figures:
    """Read the figures of the last release."""
    return {name: Share(*pair) for name, pair in json.loads(KEPT.read_text("utf-8")).items()}


def keep(now: Figures) -> None:
    """Write the figures as those of the release."""
    lines = ",\n".join(f"  {json.dumps(name)}: [{share.hits}, {share.of}]" for name, share in now.items())
    KEPT.write_text(f"{{\n{lines}\n}}\n", "utf-8")


def table(now: Figures, before: Figures) -> list[str]:
    """Return the figures in lines: the whole ones, then the categories, beside those of the last release."""
    width = max(map(len, now))
    return [
        f"{name:<{width}}  {share!s:<20}" + (f"  was {before[name].value:.3f}" if name in before else "  new")
        for name, share in now.items()
    ]


if __name__ == "__main__":
    keep(figures())
