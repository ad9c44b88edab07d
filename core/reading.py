"""Reading: everything that was read in one draft, before any rule has looked at it."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.finding import Detection, Span
from core.normalize import View
from core.sentences import sentence_at


@dataclass(frozen=True, slots=True)
class Reading:
    """What the recognizers saw. Spans count characters of `view.text`; `view.original` maps them back.

    `incomplete` names the recognizers that could not do their work.
    """

    view: View
    sentences: tuple[Span, ...]
    detections: tuple[Detection, ...]
    language: str = "en"
    incomplete: tuple[str, ...] = field(default=())

    def sentence(self, place: Span) -> Span:
        """Return the sentence (or sentences) that a place lies in, without blanks at its ends."""
        span = sentence_at(self.sentences, place)
        text = self.view.text[span.start : span.end]
        lead = len(text) - len(text.lstrip())
        return Span(span.start + lead, span.start + max(len(text.rstrip()), lead + 1))
