"""Rewrite: the safe version of a draft, by the smallest edit that its findings allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from core.clause import EMOJI
from core.edit import Edit, applied, composed
from core.finding import Action, Finding, Mend, Span
from core.layout import closed
from core.normalize import fold
from core.passage import cut_before_join, leaning, removal
from core.phrase import MESSAGE, Mention, fitted, phrase_of, tag_run
from core.sentences import sentence_at, sentences

STRICT = frozenset({"confidential_term", "secret", "personal_data", "private_meeting", "client_news"})
"""Categories of leaks: what stays of their sentence must not be a part of what is leaked."""

LEAST_WORDS, ENOUGH_WORDS, LEAST_SHARE = 3, 6, 0.15
"""A draft that lost a passage says nothing that anybody would post where fewer of its author's words are left than the
first, or fewer than the second and less of the whole than the third."""

VAGUE = ("something",)
"""Better words that say so little that a phrase rather goes with its name."""

_NO_WORDS = re.compile(r"\[[^\[\]\n]*\]|[#@]\w[\w.-]*|(?<!\w)\w+://\S+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_END = re.compile(rf"[.!?…]*[\"'”’)*_]*(?:\s|{EMOJI}|[#@]\w+)*$")


def rewrite(text: str, findings: Sequence[Finding], *, whole: bool = False, phrases: bool = False) -> str | None:
    """Return `text` without what the findings are about, or None where nothing worth posting is left.

    A draft with a secret term has no safe version: what is missing from it would tell where the term stood.
    Better words take the place of what has them; of the rest the clause goes, or where `whole` asks for it or the
    rest would not read, the sentence. Where `phrases` asks for it, a name goes with its "at" or "for" instead, and
    there is no such version where no name has one. What a note asks to add is added; notes are left alone otherwise.
    Whoever calls this checks the result again before showing it.
    """
    asked = [each for each in findings if each.action > Action.NOTE]
    if not (asked or any(each.mend is Mend.ADD for each in findings)):
        return None
    spans = sentences(text)
    added = [_addition(text, sentence_at(spans, each.span), each) for each in findings if each.mend is Mend.ADD]
    if not all(each.quotable for each in asked):
        return None
    cuts = _removals(text, spans, asked, findings, whole)
    replaced = list(_replacements(text, spans, asked, findings, whole, phrases))
    if phrases and not any(edit.is_cut for edit in replaced):
        return None
    edits = closed(text, composed([*replaced, *cuts, *added]))
    safer = applied(text, edits)
    return safer if safer != text and _is_worth_posting(text, edits, lost_some=bool(cuts)) else None


def _is_worth_posting(text: str, edits: Iterable[Edit], *, lost_some: bool) -> bool:
    """Tell whether enough of the author's own words are left."""
    own = applied(text, (Edit(each.span, " ") for each in edits))
    before, left = (len(_WORD.findall(_NO_WORDS.sub(" ", each))) for each in (text, own))
    if not lost_some:
        return left > 0
    return left >= ENOUGH_WORDS or (left >= LEAST_WORDS and left >= LEAST_SHARE * before)


def _replacements(
    text: str,
    spans: tuple[Span, ...],
    asked: Iterable[Finding],
    findings: Sequence[Finding],
    whole: bool,
    phrases: bool,
) -> Iterator[Edit]:
    """Yield the edits that put better words in place of findings, and of names that a finding must not stand beside."""
    worded = {(each.span, each.suggest[0]): each for each in asked if _has_words(each)}
    if not whole:
        for each in asked:
            worded |= {(name.span, name.suggest[0]): name for name in _names(spans, each, findings)}
    names: dict[str, list[str]] = {}
    ordered = sorted(worded.items(), key=lambda entry: entry[0])
    known = [
        (span, better, _identity(names.setdefault(_kind(better), []), text, span)) for (span, better), _ in ordered
    ]
    seen: set[tuple[str, int]] = set()
    last: tuple[int, str, int] = (0, "", 0)
    for span, better, number in known:
        at, *same = last
        last = (span.end, better, number)
        if tag := tag_run(text, span):
            yield cut_before_join(text, tag)
        elif same == [better, number] and text[at : span.start].isspace():  # the same name, twice in a row
            yield Edit(Span(at, span.end))
        elif (phrases or better in VAGUE) and (phrase := phrase_of(text, span)):
            yield Edit(phrase)
        else:
            yield fitted(text, span, better, Mention(number, len(names[_kind(better)]), (better, number) in seen))
            seen.add((better, number))


def _kind(better: str) -> str:
    """Return what better words have in common with others that say the same."""
    return MESSAGE if better.startswith(MESSAGE) else better


def _has_words(finding: Finding) -> bool:
    return bool(finding.suggest) and finding.mend is Mend.WORDS


def _names(spans: tuple[Span, ...], finding: Finding, findings: Sequence[Finding]) -> list[Finding]:
    """Return the notes on names in the sentence of a finding that is mended by leaving the names out."""
    if finding.mend is not Mend.NAMES:
        return []
    sentence = sentence_at(spans, finding.span)
    notes = (each for each in findings if each.action is Action.NOTE and each.suggest and each.quotable)
    return [each for each in notes if each.category == finding.category and sentence.overlaps(each.span)]


def _identity(names: list[str], text: str, span: Span) -> int:
    """Return the number of a name among the different ones so far: Velmora Holdings is Velmora."""
    name = fold(text[span.start : span.end].removesuffix("'s").removesuffix("’s"))
    for number, other in enumerate(names):
        if name.startswith(other) or other.startswith(name):
            return number
    names.append(name)
    return len(names) - 1


def _removals(
    text: str, spans: tuple[Span, ...], asked: Iterable[Finding], findings: Sequence[Finding], whole: bool
) -> list[Edit]:
    """Return the cuts of everything that has no better words, and of what leans on it."""
    cuts: list[Edit] = []
    leaks = False
    for each in asked:
        if _has_words(each) or (not whole and _names(spans, each, findings)):
            continue
        blocked = each.action is Action.BLOCK  # a part that stays of what must not go out may be the worse half
        leaks = leaks or blocked or each.category in STRICT
        cuts.append(removal(text, spans, each.span, strict=each.category in STRICT, whole=whole or blocked))
    return [*cuts, *leaning(text, spans, composed(cuts), strict=leaks)] if cuts else []


def _addition(text: str, sentence: Span, finding: Finding) -> Edit:
    """Return the edit that adds a note's words at the end of its sentence, before the marks that close it."""
    end = sentence.end
    while end > sentence.start and _END.match(text, end - 1, sentence.end):
        end -= 1
    return Edit(Span(end, end), f" {finding.suggest[0]}")
