"""Phrase: better words for a name, fitted into the place where the name stood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.edit import Edit
from core.finding import Span

LINK = "[link removed]"
_NEAR = 100
_LONGEST = 64
_ARTICLE = re.compile(r"(?:an?|another|the)\s+", re.IGNORECASE)
_ADJECTIVE = (
    r"(?:\w+(?:ful|ous|ive|ish|less|able)|new|newest|big|biggest|old|oldest|young|entire|whole|latest|last|next|first|second|"
    r"third|other|great|lovely|amazing|little|small|huge|good|best|favou?rite|current|former|own|shiny|recent|upcoming|"
    r"dear|dearest|same|nice|kind|poor|mighty|brilliant|wonderful|only|real|\d+)"
)
_OWNER = r"(?:our|my|your|their|his|her|its)"
_DETERMINER = re.compile(
    rf"\b((?:the|{_OWNER}|this|that|every|each|any|no|one|1|some)(?:\s+{_ADJECTIVE}){{0,2}})\s+$", re.I
)
_A_AND_MORE = re.compile(rf"\ban?(?:\s+{_ADJECTIVE}){{1,2}}\s+$", re.I)
_A = re.compile(r"\ban?\s+$", re.I)
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|\d{2,}|both|all|many|few|several|these|those)\s+$", re.I
)
_PRONOUN = re.compile(r"(?:some(?:one|body|thing)|that person|it$)\b")
_BELONGING = re.compile(rf"\b(?i:{_OWNER})\s+(?:{_ADJECTIVE}\s+)?(?!{_ADJECTIVE}\s)[a-z]{{3,}}\s+$")
_GREETED = re.compile(
    r"\b(?:thanks|thank you|thankyou|congrats|congratulations|hi|hello|hey|cheers|well done|happy \w+)(,?\s+)$", re.I
)
_THINGS = re.compile(
    r"\s(?:people|folks|guys|employees|meetings|calls|teams|projects|offices|stores|shops|tickets|engineers|products|"
    r"servers|workshops|shifts|sites|posters|slides|files|invoices|contracts|emails|stickers|staff|colleagues)\b",
    re.I,
)
_NOUNS = re.compile(r"\s(?!(?:is|was|has|as|this)\b)[a-z]+s\b", re.I)
_POSSESSIVE = re.compile(r"[^\W\d_](?:['’]s|s['’])$", re.I)
_SENTENCE_START = re.compile(r"(?:^|[.!?…]['\"”’)]*\s|\n)\W*(?:\d{1,2}[.)]\s+)?$")
_HOST = re.compile(r"(?:\w+://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/:?#]\S*)?|\S+@\S+\.\S+")
MESSAGE = "[message me"
"""What better words for a number or address begin with that its owner gives to whoever asks."""

_WAY = re.compile(
    r"\s*(?P<or>\b(?:or|and)\s+)?(?P<way>\b(?:call|ring|phone|text|dial|e-?mail|mail|write|message|reach|contact|"
    r"whats ?app|signal|telegram|dm|sms|tel|mob)\b\.?(?:\s+to)?(?:\s+(?:me|us))?(?:\s+(?:on|at|under|via))?\s*:?\s*)$",
    re.I,
)
_LABEL = re.compile(r"[^\n]{1,60}?(?:[:=](?!//)\s*|\s(?:is|was)\s+)[\"'`]?(?=\S+$)")
_APART = re.compile(r"[,;:(–—]\s+$")
_PHRASE = re.compile(
    r"(\w)\s+(?:at|with|for|from|in|into|inside|by|near|behind|outside|beside|of|on)\s+(?:(?:the|our|my)\s+)?$", re.I
)
_PHRASE_ENDS = re.compile(
    r"\s*(?:[.,;:!?…)\n]|$|[^\w\s,;:.!?'’\"“”()\[\]#@/&+-]|"
    r"\s(?:and|but|so|because|while|when|today|tonight|tomorrow|yesterday|again|next|this|last|now|since|until|on|is|was)\b)"
)
_CALLED = re.compile(r",?\s+(?:called|named|by the name of)\s+$", re.I)
_OUTSIDE = "([{<\"'`“‘«.,;:!?)]}>”’»"


@dataclass(frozen=True, slots=True)
class Mention:
    """Which of the different names for one kind of thing this is (0 is the first), and whether it is named again."""

    number: int = 0
    names: int = 1
    again: bool = False

    def called(self, better: str) -> str:
        """Return the words for this mention: a client, then the client; another client, then the second client."""
        article = _ARTICLE.match(better)
        if better == "someone":
            return "that person" if self.again else ("someone else" if self.number else better)
        if better == "something":
            return "it" if self.again else ("something else" if self.number else better)
        if not article or better[: article.end()].strip() not in ("a", "an"):
            return better
        noun = better[article.end() :]
        if not self.again:
            return f"another {noun}" if self.number else better
        if self.names == 1:
            return f"the {noun}"
        return f"the {_ORDINALS[self.number]} {noun}" if self.number < len(_ORDINALS) else f"that {noun}"


_ORDINALS = ("first", "second", "third", "fourth")
_ONCE = Mention()


def fitted(text: str, span: Span, better: str, mention: Mention = _ONCE) -> Edit:
    """Return the edit that puts better words in place of a span, as its neighbours and its writer's case need them."""
    if better.startswith("["):
        return _bracketed(text, span, better, mention)
    if address := _address(text, span):
        return Edit(address, LINK)
    span = _whole_name(text, _with_mark(text, span))
    shown = text[span.start : span.end]
    noun = _ARTICLE.sub("", better).rpartition(" ")[2]
    before, after = text[max(span.start - _NEAR, 0) : span.start], text[span.end : span.end + _NEAR]
    if edit := _unneeded(text, span, before, noun):
        return edit
    words, start = _among(before, after, mention.called(better), noun, span.start)
    end = span.end
    if _PRONOUN.match(words) and re.match(r", who\b", after):  # someone who, not: someone, who
        end += 1
    if words and _POSSESSIVE.search(shown):
        words += "’s" if "’" in shown else "'s"
    elif words and shown[-1:] in "sS" and re.match(r"['’]\s+\w", after) and not before.endswith(("'", "‘")):
        words, end = f"{words}{after[0]}s", end + 1
    first = next((char for char in text[start : span.end] if char.isalpha()), "A")
    if text[start : span.end].isupper() and _shouts(text, span):
        words = words.upper()
    elif first.isupper() and _SENTENCE_START.search(text[max(start - _NEAR, 0) : start]):
        words = words[:1].upper() + words[1:]
    breaks = "\n" if "\n" in shown.strip("\n") and words else ""
    end += 1 if breaks and after[:1] == " " else 0
    return Edit(Span(start, end), words + breaks)


def phrase_of(text: str, span: Span) -> Span | None:
    """Return the phrase that a name ends, from its "at" or "for" on, where its sentence stands without it."""
    before = _PHRASE.search(text[max(span.start - _NEAR, 0) : span.start])
    if before is None or not _PHRASE_ENDS.match(text, span.end):
        return None
    start = span.start - (len(before[0]) - len(before[1]))
    return Span(start, span.end)


def tag_run(text: str, span: Span) -> Span | None:
    """Return the tag or handle that a span lies in, where it is one of several or follows what is said."""
    marked = _with_mark(text, span)
    if marked == span or text[marked.start] not in "#@":
        return None
    line = Span(text.rfind("\n", 0, marked.start) + 1, text.find("\n", marked.end))
    before = text[line.start : marked.start]
    after = text[marked.end : line.end if line.end >= 0 else len(text)]
    follows = all(word[0] in "#@" or not word[0].isalnum() for word in after.split())
    opens = re.search(r"(?:^|[.!?…:)\"”]|[#@][\w.-]+|[^\w\s,'’#@/&+-])\s*$", before)
    if (follows and opens) or re.match(r"\s+[#@]\w", after) or re.search(r"#[\w.-]+\s+$", before):
        return marked
    return None


def _bracketed(text: str, span: Span, better: str, mention: Mention) -> Edit:
    """Return the edit that puts a remark in brackets in place of a span, or one that asks for a message instead."""
    span = _with_mark(text, span)
    before = text[max(span.start - _NEAR, 0) : span.start]
    if label := _LABEL.match(text, span.start, span.end):  # password = [password removed]
        span = Span(label.end(), span.end)
        before = text[max(span.start - _NEAR, 0) : span.start]
    said = re.search(rf"\b{re.escape(re.findall('[a-z]+', better)[0])}:? $", before, re.I)
    if said:  # plate [plate removed]
        return Edit(Span(span.start - len(said[0]), span.end), better)
    if not better.startswith(MESSAGE):
        return Edit(span, better)
    if way := _WAY.search(before):
        first = span.start - len(before)
        if way["or"] and (mention.number or mention.again):  # message me, or message me
            return Edit(Span(first + way.start(), span.end))
        words = "Message me" if way["way"][0].isupper() else "message me"
        return Edit(Span(first + way.start("way"), span.end), words)
    if _SENTENCE_START.search(before):
        return Edit(span, better[1:2].upper() + better[2:-1])
    return Edit(span, better[1:-1] if _APART.search(before) else better)


def _whole_name(text: str, span: Span) -> Span:
    """Take in the rest of a double-barrelled name: Bellweather-Ng."""
    rest = re.compile(r"(?:-[^\W\d_a-z][^\W\d_]*)+").match(text, span.end, span.end + _LONGEST)
    return Span(span.start, rest.end()) if rest else span


def _with_mark(text: str, span: Span) -> Span:
    """Take a hashtag's or handle's sign, and the rest of its word, into what is replaced."""
    start, end = span.start, span.end
    while start > max(span.start - _LONGEST, 0) and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    if start > 0 and text[start - 1] in "#@" and text[start].isalnum():
        while end < min(span.end + _LONGEST, len(text)) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        return Span(start - 1, end)
    return span


def _address(text: str, span: Span) -> Span | None:
    """Return the web or mail address that a span is a part of."""
    start, end = span.start, span.end
    while start > max(span.start - 4 * _LONGEST, 0) and not text[start - 1].isspace():
        start -= 1
    while end < min(span.end + 4 * _LONGEST, len(text)) and not text[end].isspace():
        end += 1
    while start < span.start and text[start] in _OUTSIDE:
        start += 1
    while end > span.end and text[end - 1] in _OUTSIDE:
        end -= 1
    return Span(start, end) if _HOST.fullmatch(text, start, end) else None


def _unneeded(text: str, span: Span, before: str, noun: str) -> Edit | None:
    """Return the cut of a name beside which its better words stand already: our client Velmora."""
    if re.search(rf"\b{re.escape(noun)}\s+$", before, re.I):
        return Edit(Span(span.start - (len(before) - len(before.rstrip(" "))), _without_possessive(text, span)))
    apposition = re.search(rf"\b{re.escape(noun)},\s+$", before, re.I)
    if apposition:
        closes = text[span.end : span.end + 1] == ","
        return Edit(Span(span.start - (len(before) - len(before.rstrip(", "))), span.end + int(closes)))
    if called := _CALLED.search(before):
        return Edit(Span(span.start - len(called[0]), span.end))
    if noun == "someone" and _BELONGING.search(before):
        return Edit(Span(span.start - (len(before) - len(before.rstrip(" "))), _without_possessive(text, span)))
    return None


def _without_possessive(text: str, span: Span) -> int:
    """Return where a name ends before its possessive, which then belongs to the word before it."""
    shown = text[span.start : span.end]
    return span.end - 2 if re.search(r"['’]s$", shown, re.I) else span.end


def _among(before: str, after: str, words: str, noun: str, start: int) -> tuple[str, int]:
    """Fit words to the article, number or greeting before them and the noun after; return them and where they begin."""
    bare = _ARTICLE.sub("", words)
    doubled = re.match(rf"[\s-]+{re.escape(noun)}s?\b", after, re.I)
    determiner = _DETERMINER.search(before) or _A_AND_MORE.search(before)
    if _PRONOUN.match(words):  # no article can stand before someone or something
        found = determiner or _A.search(before)
        return words, start - (len(before) - found.start() if found else 0)
    if bare == words:
        return words, start
    if _SEVERAL.search(before):
        return bare if _NOUNS.match(after) else _plural(bare), start
    if a := _A.search(before):
        start -= len(before) - a.start()
    elif determiner or _THINGS.match(after):
        words = bare
    elif greeting := _GREETED.search(before):
        return " to " + words, start - len(greeting[1])
    if doubled:
        words = words[: -len(noun)].rstrip()
    return words, start


def _plural(words: str) -> str:
    return words[:-1] + "ies" if re.search(r"[^aeiou]y$", words) else words + "s"


def _shouts(text: str, span: Span) -> bool:
    """Tell whether the words around a name are capitals too."""
    around = text[max(span.start - _NEAR, 0) : span.start] + text[span.end : span.end + _NEAR]
    letters = [char for char in around if char.isalpha()]
    return len(letters) >= 6 and sum(map(str.isupper, letters)) > 0.8 * len(letters)
