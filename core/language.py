"""Language: tells which language a draft is written in, offline, and only when it is sure."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import Any

SURE = 0.95
WORDS = 12

_SIGNS = frozenset("/@#`")
"""What is no prose has one of them."""

_NOT_PROSE = re.compile(r"https?://\S+|[@#]\w+|`[^`]*`|[^\s@]{1,64}@\S+")
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def identify(text: str) -> str:
    """Return the ISO 639-1 code of a language other than English when it is sure, else `en`.

    Sure means a probability of 0.95 on at least 12 words; scripts without blanks count two signs as a word.
    """
    prose = text if _SIGNS.isdisjoint(text) else _NOT_PROSE.sub(" ", text)
    spaced, unspaced = (prose, 0) if prose.isascii() else _UNSPACED.subn(" ", prose)
    if sum(1 for _ in islice(_WORD.finditer(spaced), WORDS)) + unspaced // 2 < WORDS:
        return "en"
    language, probability = _identifier().classify(prose)
    return str(language) if probability >= SURE else "en"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads numpy: only when a draft is long enough

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
