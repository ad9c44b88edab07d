"""Language: tells which language a draft is written in, offline, and only when it is sure."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

SURE = 0.95
WORDS = 12

_SIGNS = frozenset("/@#`")
"""What is no prose has one of them."""

_NOT_PROSE = re.compile(r"https?://\S+|[@#]\w+|`[^`]*`|[^\s@]{1,64}@\S+")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    "about after and are because been before but could does don every from get going have here him his how into it "
    "its just know like more my never not now of off only our out she should some than that the their them there these "
    "they this those through too up very want were what when where which while who why with would you your".split()
)
"""Words of English that are hardly words of any other language: a quarter of what is written in it, as a rule."""
_FEW = 8
"""With one such word in so many a text is English, unless others, in rows long enough to be a language, are more than
a quarter of it, or signs of a script without blanks are more than one in as many."""
_OTHERS = re.compile(rb"\0{%d,}" % WORDS)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def identify(text: str) -> str:
    """Return the ISO 639-1 code of a language other than English when it is sure, else `en`.

    Sure means a probability of 0.95 on at least 12 words; scripts without blanks count two signs as a word.
    """
    prose = text if _SIGNS.isdisjoint(text) else _NOT_PROSE.sub(" ", text)
    spaced, unspaced = (prose, 0) if prose.isascii() else _UNSPACED.subn(" ", prose)
    words = _WORD.findall(spaced.lower())
    if len(words) + unspaced // 2 < WORDS:
        return "en"
    told = bytes(map(_ENGLISH.__contains__, words))
    others = sum(map(len, _OTHERS.findall(told)))
    if unspaced * _FEW <= len(told) <= sum(told) * _FEW and others * 4 <= len(told):
        return "en"
    language, probability = _identifier().classify(prose)
    return str(language) if probability >= SURE else "en"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads numpy: only when a draft is long enough

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
