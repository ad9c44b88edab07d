"""Disguises: every way of writing a listed name that must still be found, with the exact span that is expected.

What a span covers: the name as written, from its first letter to its last. The `#` or `@` in front, marks of
emphasis and quotes around, a full stop behind, possessive and plural endings and the rest of a hashtag, handle or
address are outside. A combining mark on the last letter is inside, and so is whatever stands between the letters.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.terms.term import Term

Disguise = Callable[[str, random.Random], str | None]

_OPEN, _CLOSE = "\ue000", "\ue001"
_ACCENTS = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0304\u0306\u0327"
_LOOKALIKES = {
    "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "J": "Ј", "K": "КΚ", "M": "МΜ", "N": "Ν",
    "O": "ОΟՕ", "P": "РΡ", "S": "ЅՏ", "T": "ТΤ", "X": "ХΧ", "Y": "УΥ", "Z": "Ζ", "Q": "Ԛ", "W": "Ԝ",
    "a": "аα", "c": "с", "d": "ԁ", "e": "е", "h": "һհ", "i": "іι", "j": "ј", "k": "кκ", "l": "ӏ", "n": "ո", "o": "оοօ",
    "p": "рρ", "q": "ԛ", "s": "ѕ", "u": "սυ", "v": "νѵ", "w": "ԝ", "x": "хχ", "y": "уγ",
}  # fmt: skip
"""Letters of other scripts that most fonts draw like a Latin one (after Unicode's table of confusables)."""
_LEET = {"o": "0", "l": "1", "i": "1", "e": "3", "a": "4", "s": "5", "t": "7", "b": "8", "g": "9", "z": "2"}
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_RARELY_SEEN = "\ufe0f\ufe0e\u034f\u180e\u2061\u2062\u2063\u2064\u115f\u3164\uffa0\U000e0061\u17b4\ufe00"
_BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BLANKS = ("  ", "\u00a0", "\u2009", "\u202f", "\u2003", "\u3000", "\t", "   ", " \u00a0")
_HYPHENS = ("-", "-", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", " - ")
_DOTS = (".", ".", "·", "•", "․")
_BREAKS = ("\n", "\n", "\r\n", " \n", "\n ", "\u2028")
_MARKS = ("*", "_", "~", "`", "**", "__", "~~", "***")
_SMALL_CAPITALS = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
_STYLES = ((0x1D400, 0x1D41A), (0x1D5D4, 0x1D5EE), (0x1D608, 0x1D622), (0x1D468, 0x1D482), (0x1D670, 0x1D68A),
           (0x24B6, 0x24D0))  # fmt: skip
_BEFORE = ("Team", "Go", "Love", "Join", "Inside", "Ask", "Thanks", "MeetThe", "WeAre")
_BEHIND = ("Launch", "Rocks", "Days", "Live", "Crew", "Week", "Summit", "Jobs", "Rollout2027")
_AND = {"&": ("and", "und", "+"), "and": ("&", "+", "und"), "und": ("&", "and", "+"), "+": ("&", "and", "und")}


@dataclass(frozen=True)
class Case:
    """A sentence in which a listed name is written in a disguise, and where."""

    kind: str
    term: Term
    text: str = field(repr=False)
    start: int
    end: int


def build_cases(terms: Sequence[Term], carriers: Sequence[str], ordinary: frozenset[str], seed: int,
                each: int, bare: Callable[[str], str]) -> list[Case]:  # fmt: skip
    """Return `each` cases of every kind, drawn with a fixed seed."""
    cases: list[Case] = []
    for kind, disguise in KINDS.items():
        rng = random.Random(f"{seed} {kind}")  # noqa: S311
        tries = 0
        made = 0
        while made < each and tries < each * 60:
            tries += 1
            term = rng.choice(terms)
            whole = kind in _WITH_SUFFIX
            if not whole and bare(term.name) != term.name:
                continue
            written = disguise(bare(term.name) if kind in _SUFFIX_OUT else term.name, rng)
            if written is None or (kind in _SUFFIX_OUT and bare(term.name) == term.name):
                continue
            if kind.startswith("typo") and _is_ordinary(written, ordinary):
                continue
            cases.append(_placed(kind, term, rng.choice(carriers), written))
            made += 1
        if not made:
            raise ValueError(f"no name takes this disguise: {kind}")
    return cases


def _placed(kind: str, term: Term, carrier: str, written: str) -> Case:
    text = carrier.replace("{}", written)
    start = text.index(_OPEN)
    end = text.index(_CLOSE) - 1
    return Case(kind, term, text.replace(_OPEN, "").replace(_CLOSE, ""), start, end)


def _is_ordinary(written: str, ordinary: frozenset[str]) -> bool:
    return all(word.lower() in ordinary for word in re.findall(r"[^\W_]+", written))


def _mark(written: str, before: str = "", behind: str = "") -> str:
    """Mark where the name stands; a full stop at its end is no part of it."""
    core = written.rstrip(".．")
    return f"{before}{_OPEN}{core}{_CLOSE}{written[len(core) :]}{behind}"


def _words(name: str) -> list[str]:
    """Return the words of a name as they go into a hashtag or an address."""
    apart = unicodedata.normalize("NFC", name).replace("'", "")
    return re.findall(r"[^\W_]+", apart)


_STRAIGHT = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "æ": "ae", "Æ": "Ae", "ß": "ss", "þ": "th", "Þ": "Th"}
)


def _ascii(name: str) -> str:
    straight = name.translate(_STRAIGHT)
    return "".join(char for char in unicodedata.normalize("NFKD", straight) if char.isascii())


def _letters(name: str) -> int:
    return sum(char.isalnum() for char in name)


def _sprinkled(name: str, rng: random.Random, signs: str) -> str:
    """Put invisible signs between letters: in one place, in a few, or everywhere."""
    share = rng.choice((0.0, 0.3, 1.0))
    must = rng.randrange(1, len(name))
    return "".join(
        (rng.choice(signs) if at == must or (at and rng.random() < share) else "") + char
        for at, char in enumerate(name)
    )


def _joined_by(name: str, rng: random.Random, between: Sequence[str]) -> str | None:
    return None if " " not in name else _mark(re.sub(" ", lambda _: rng.choice(between), name))


def _upper(name: str, rng: random.Random) -> str | None:
    return _mark(name.upper()) if name.upper() != name else None


def _lower(name: str, rng: random.Random) -> str | None:
    return None if name.isupper() or _letters(name) < 4 else _mark(name.lower())


def _random_case(name: str, rng: random.Random) -> str | None:
    if name.isupper() or _letters(name) < 4:
        return None
    return _mark("".join(rng.choice((char.upper(), char.lower())) for char in name))


def _accents_dropped(name: str, rng: random.Random) -> str | None:
    return None if name.isascii() else _mark(_ascii(name))


def _accents_added(name: str, rng: random.Random) -> str | None:
    at_once = rng.choice((0.2, 0.5, 1.0))
    out = [_composed(char, rng) if rng.random() < at_once else char for char in name]
    return None if "".join(out) == name else _mark("".join(out))


def _composed(char: str, rng: random.Random) -> str:
    whole = [unicodedata.normalize("NFC", char + accent) for accent in _ACCENTS]
    return rng.choice([each for each in whole if len(each) == 1] or [char]) if char.isascii() else char


def _decomposed(name: str, rng: random.Random) -> str | None:
    apart = unicodedata.normalize("NFD", name)
    if apart == name or rng.random() < 0.3:
        letters = [at for at, char in enumerate(apart) if char.isalpha()]
        places = rng.sample(letters, k=min(3, len(letters)))
        signs = {at: "".join(rng.choices(_ACCENTS, k=rng.choice((1, 1, 2, 4)))) for at in (*places, len(apart) - 1)}
        apart = "".join(char + signs.get(at, "") for at, char in enumerate(apart))
    return _mark(apart)


def _full_width(name: str, rng: random.Random) -> str | None:
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in name)
    return _mark(wide.replace(" ", rng.choice((" ", "\u3000"))))


def _styled(name: str, rng: random.Random) -> str | None:
    capital, small = rng.choice(_STYLES)
    return _mark(
        "".join(
            chr(capital + ord(char) - 65) if "A" <= char <= "Z" else
            chr(small + ord(char) - 97).replace("\U0001d455", "\u210e") if "a" <= char <= "z" else char
            for char in name
        )
    )  # fmt: skip


def _one_lookalike(name: str, rng: random.Random) -> str | None:
    places = [at for at, char in enumerate(name) if char in _LOOKALIKES]
    if not places:
        return None
    at = rng.choice(places)
    return _mark(name[:at] + rng.choice(_LOOKALIKES[name[at]]) + name[at + 1 :])


def _all_lookalikes(name: str, rng: random.Random) -> str | None:
    written = "".join(rng.choice(_LOOKALIKES.get(char, char)) for char in name)
    return None if written == name else _mark(written)


def _invisible(name: str, rng: random.Random) -> str | None:
    return _mark(_sprinkled(name, rng, _INVISIBLE))


def _rarely_seen(name: str, rng: random.Random) -> str | None:
    return _mark(_sprinkled(name, rng, _RARELY_SEEN))


def _broken_at_a_line_end(name: str, rng: random.Random) -> str | None:
    long = [match for match in re.finditer(r"[^\W\d_]{6,}", name) if name.isascii()]
    if not long:
        return None
    word = rng.choice(long)
    at = rng.randrange(word.start() + 3, word.end() - 2)
    return _mark(name[:at] + rng.choice(("-\n", "-\n", "-\r\n", "\u00ad\n", "- \n")) + name[at:])


def _small_capitals(name: str, rng: random.Random) -> str | None:
    if _letters(name) < 4 or not set(name.lower()) & set(_SMALL_CAPITALS):
        return None
    return _mark("".join(_SMALL_CAPITALS.get(char, char) for char in name.lower()))


def _pictures_or_slashes(name: str, rng: random.Random) -> str | None:
    return None if set("&+") & set(name) else _joined_by(name, rng, ("✨", "🔥", " 🎉 ", "\\_", "\\"))


def _bidirectional(name: str, rng: random.Random) -> str | None:
    inside = _sprinkled(name, rng, _BIDI) if rng.random() < 0.6 else name
    return _mark(inside, rng.choice(_BIDI), rng.choice(_BIDI))


def _spaced_out(name: str, rng: random.Random) -> str | None:
    if _letters(name) < 4:
        return None
    between = rng.choice((" ", " ", " ", "\u00a0", "\u2009", ".", "-", "_", "·"))
    seam = between if between.strip() else rng.choice((between, between * 2, between * 3))
    words = [between.join(word) for word in re.findall(r"[^\W_]+", name)]
    return _mark(seam.join(words))


def _emphasis(name: str, rng: random.Random) -> str | None:
    mark = rng.choice(_MARKS)
    return _mark(name, mark, mark)


def _partly_emphasised(name: str, rng: random.Random) -> str | None:
    mark = rng.choice(_MARKS)
    words = name.split(" ")
    at = rng.randrange(len(words))
    word = words[at]
    if len(words) == 1:
        cut = rng.randrange(2, len(word) - 1) if len(word) > 4 else 0
        return _mark(f"{word[:cut]}{mark}{word[cut:]}", behind=mark) if cut else None
    words[at] = f"{mark}{word}{mark}"
    if at == 0:
        return _mark(" ".join(words)[len(mark) :], before=mark)
    return _mark(" ".join(words)[: -len(mark)], behind=mark) if at == len(words) - 1 else _mark(" ".join(words))


def _camel(name: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in _words(name))


def _hashtag(name: str, rng: random.Random) -> str | None:
    joined = _camel(name)
    forms = [joined, joined.lower(), _ascii(joined), "_".join(_words(name)), joined.upper()]
    return _mark(joined if _letters(name) < 4 else rng.choice(forms), "#")


def _inside_a_hashtag(name: str, rng: random.Random) -> str | None:
    if _letters(name) < 5 or name.isupper():
        return None
    joined = _camel(name)
    before, behind = rng.choice(_BEFORE), rng.choice(_BEHIND)
    forms = [(before, ""), (before, ""), ("", behind), ("", behind), (before, behind), (f"{before}_", ""),
             ("", f"_{behind}")]  # fmt: skip
    if joined[-1].isalpha():
        forms.append(("", rng.choice(("2026", "2027", "24"))))
    left, right = rng.choice(forms)
    return _mark(joined, f"#{left}", right)


def _handle(name: str, rng: random.Random) -> str | None:
    if _letters(name) < 4:
        return None
    words = _words(_ascii(name))
    joined = rng.choice(("".join(words), "".join(words).lower(), "_".join(words).lower(), ".".join(words).lower()))
    before, behind = rng.choice((("", ""), ("", ""), ("", "_hq"), ("", "_official"), ("team_", ""), ("", ".uk")))
    return _mark(joined, f"@{before}", behind)


def _address(name: str, rng: random.Random) -> str | None:
    if _letters(name) < 4:
        return None
    host = rng.choice(("", "-")).join(_words(_ascii(name))).lower()
    before, behind = rng.choice(
        (("", ".com"), ("www.", ".com"), ("https://www.", ".co.uk/about"), ("@", ".com"), ("press@", ".example"),
         ("book.", ".example/path"), ("https://", ".io"), ("http://shop.", ".de/en?id=12"), ("anna.b@mail.", ".org"),
         ("https://example.com/clients/", ""), ("https://example.com/", "/news"), ("", ".co.uk"), ("", ".dev/"))
    )  # fmt: skip
    return _mark(host, before, behind)


def _possessive(name: str, rng: random.Random) -> str | None:
    sign = rng.choice("'’")
    return _mark(name, behind=sign if name.endswith("s") and rng.random() < 0.5 else f"{sign}s")


def _plural(name: str, rng: random.Random) -> str | None:
    if not name[-1].isalpha() or name.isupper() or _letters(name) < 4 or name.endswith(("y", "s")):
        return None
    return _mark(name, behind="es" if name.endswith(("x", "z", "ch", "sh")) else rng.choice(("s", "s", "s'", "s’")))


def _and_exchanged(name: str, rng: random.Random) -> str | None:
    link = next((word for word in name.split() if word in _AND), None)
    if link is None:
        return None
    other = rng.choice(_AND[link])
    forms = [name.replace(f" {link} ", f" {other} ")]
    if not other.isalpha():
        forms.append(name.replace(f" {link} ", other))
    return _mark(rng.choice(forms))


def _typo(change: Callable[[str, int, random.Random], str]) -> Disguise:
    """Return a disguise that changes one letter of a name of eight letters or more without digits."""

    def disguise(name: str, rng: random.Random) -> str | None:
        if _letters(name) < 8 or re.search(r"\d|[&+]|\b(and|und)\b", name):
            return None
        written = change(name, rng.choice([at for at, char in enumerate(name) if char.isalpha()]), rng)
        if written == name or written.casefold() == name.casefold():
            return None
        return _mark(written.lower() if rng.random() < 0.25 else written)

    return disguise


def _another(rng: random.Random) -> str:
    return rng.choice("abcdefghiklmnoprtuvwz")


def _inserted(name: str, at: int, rng: random.Random) -> str:
    letter = rng.choice((name[at].lower(), _another(rng)))
    behind = at + 1 < len(name) or letter not in "sd"
    return name[: at + 1] + letter + name[at + 1 :] if behind else name[:at] + letter + name[at:]


def _deleted(name: str, at: int, rng: random.Random) -> str:
    return name[:at] + name[at + 1 :]


def _substituted(name: str, at: int, rng: random.Random) -> str:
    letter = _another(rng)
    same = _ascii(name[at]).lower()[:1] == letter
    return name if same else name[:at] + (letter.upper() if name[at].isupper() else letter) + name[at + 1 :]


def _swapped(name: str, at: int, rng: random.Random) -> str:
    pair = name[at : at + 2]
    if len(pair) < 2 or not pair.isalpha() or _ascii(pair[0]).lower() == _ascii(pair[1]).lower():
        return name
    return name[:at] + pair[1] + pair[0] + name[at + 2 :]


def _leet(name: str, at: int, rng: random.Random) -> str:
    return name[:at] + _LEET.get(name[at].lower(), name[at]) + name[at + 1 :]


def _suffix_out(name: str, rng: random.Random) -> str | None:
    return _mark(name)


def _suffix_out_and_more(name: str, rng: random.Random) -> str | None:
    return rng.choice((_upper, _lower, _hashtag, _possessive, _address, _emphasis, _handle, _invisible))(name, rng)


def _two_at_once(name: str, rng: random.Random) -> str | None:
    """Write the name in other letters, then inside something."""
    other = rng.choice((_upper, _lower, _accents_added, _one_lookalike, _invisible, _full_width))(name, rng)
    if other is None:
        return None
    written = other.replace(_OPEN, "").replace(_CLOSE, "")
    return rng.choice((_emphasis, _possessive, _joined_hashtag, _hyphenated))(written, rng)


def _joined_hashtag(name: str, rng: random.Random) -> str | None:
    return _mark(re.sub(r"[\s\u3000&.'-]+", "", name), "#") if _letters(name) > 3 else None


def _hyphenated(name: str, rng: random.Random) -> str | None:
    return _joined_by(name, rng, _HYPHENS)


KINDS: dict[str, Disguise] = {
    "as listed": lambda name, rng: _mark(name),
    "upper case": _upper,
    "lower case": _lower,
    "random case": _random_case,
    "accents dropped": _accents_dropped,
    "accents added": _accents_added,
    "accents decomposed": _decomposed,
    "full width": _full_width,
    "styled letters": _styled,
    "one look-alike": _one_lookalike,
    "all look-alikes": _all_lookalikes,
    "invisible signs": _invisible,
    "invisible, rarely seen": _rarely_seen,
    "broken at a line's end": _broken_at_a_line_end,
    "small capitals": _small_capitals,
    "pictures or backslashes": _pictures_or_slashes,
    "bidirectional signs": _bidirectional,
    "other blanks": lambda name, rng: _joined_by(name, rng, _BLANKS),
    "hyphens": _hyphenated,
    "dots between words": lambda name, rng: None if set("&+") & set(name) else _joined_by(name, rng, _DOTS),
    "line break": lambda name, rng: _joined_by(name, rng, _BREAKS),
    "spaced-out letters": _spaced_out,
    "emphasis": _emphasis,
    "emphasis on a part": _partly_emphasised,
    "hashtag": _hashtag,
    "inside a hashtag": _inside_a_hashtag,
    "handle": _handle,
    "web or mail address": _address,
    "possessive": _possessive,
    "plural": _plural,
    "legal suffix left out": _suffix_out,
    "suffix left out and more": _suffix_out_and_more,
    "and exchanged": _and_exchanged,
    "typo: insert": _typo(_inserted),
    "typo: delete": _typo(_deleted),
    "typo: substitute": _typo(_substituted),
    "typo: swap": _typo(_swapped),
    "typo: leet digit": _typo(_leet),
    "two at once": _two_at_once,
}
_SUFFIX_OUT = frozenset({"legal suffix left out", "suffix left out and more"})
_WITH_SUFFIX = _SUFFIX_OUT | {"as listed", "upper case", "lower case", "full width", "other blanks", "emphasis"}
"""Kinds in which a company with a legal suffix takes part; elsewhere a full stop or slash in it would decide."""
