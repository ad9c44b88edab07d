"""Excepting: exceptions out of a request for review, for a rule or a name that stood in its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bots import sayings
from bots.bootstrap import Services
from core.errors import ExceptionError
from core.exceptions import About, Exemption
from core.finding import Action, Finding
from core.normalize import fold
from core.reviews.review import Person, Review
from core.terms.term import Secrecy, Term

AUTHOR, EVERYBODY = "author", "everybody"
"""For whom an exception may be, as a form sends it back."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an exception may be about. A name stands here only where its author was told it."""

    about: About
    target: str
    name: str = field(repr=False)
    workspace: str = ""

    @property
    def key(self) -> str:
        """Return what a form sends back for it."""
        return f"{self.about.value} {self.target}"

    @property
    def title(self) -> str:
        """Say what it is about."""
        template = sayings.EXCEPTION_TERM if self.about is About.TERM else sayings.EXCEPTION_RULE
        return template.format(title=self.name)


async def choices(services: Services, review: Review) -> tuple[Choice, ...]:
    """Return what an exception out of a request may be about: the rules in its findings, and the open names.

    Never the rule of a listed name, which would free every name, and never one that is secret, or became so since: the
    command line is for those.
    """
    if review.draft is None or review.verdict is None:
        return ()
    findings = [each for each in review.verdict.findings if each.action > Action.NOTE]
    _, terms = await services.terms.load() if any(map(_is_named, findings)) else (0, [])
    found = [each for finding in findings for each in _choices(review.draft.text, finding, terms)]
    return tuple(dict.fromkeys(found))


def for_whom(services: Services, *, is_admin: bool) -> dict[str, str]:
    """Return for whom somebody may make an exception: for everybody as an admin, where all are of one workspace."""
    for_all = is_admin and services.settings.slack_client_id is None
    return {AUTHOR: sayings.EXCEPTION_AUTHOR} | ({EVERYBODY: sayings.EXCEPTION_EVERYBODY} if for_all else {})


async def make(
    services: Services, review: Review, by: Person, filled: Mapping[str, str], until: datetime, *, is_admin: bool
) -> Exemption:
    """Put the exception of a form (`free`, `whom`, `owner`, `reason`) in force, by somebody looked up this moment.

    Raises:
        ExceptionError: it is not about this request, not for them to make, or lacks an owner, a reason or an end.
    """
    key, whom, owner, reason = (filled.get(name, "").strip() for name in ("free", "whom", "owner", "reason"))
    if whom == EVERYBODY and whom not in for_whom(services, is_admin=is_admin):
        raise ExceptionError(sayings.EXCEPTION_ADMINS)
    chosen = next((each for each in await choices(services, review) if each.key == key), None)
    if chosen is None or by.is_same(review.author, review.email):
        raise ExceptionError("choose something that was found in this request, which is not your own")
    wanted = Exemption(
        about=chosen.about, target=chosen.target, name=chosen.name if chosen.about is About.TERM else "",
        workspace=chosen.workspace, until=until, owner=owner, reason=reason,
        author="" if whom == EVERYBODY else review.author, review=review.id,
    )  # fmt: skip
    return await services.exceptions.add(wanted, str(by))


def _is_named(finding: Finding) -> bool:
    return finding.category == "confidential_term"


def _choices(text: str, finding: Finding, terms: list[Term]) -> Iterator[Choice]:
    if not _is_named(finding):
        yield Choice(About.RULE, finding.rule, finding.title)
    elif finding.quotable:
        words = fold(text[finding.span.start : finding.span.end])
        for term in terms:
            if term.secrecy is Secrecy.OPEN and words in map(fold, (term.name, *term.aliases)):
                yield Choice(About.TERM, term.id, term.name, term.workspace)
