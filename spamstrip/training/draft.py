"""A document being written: body and junk in order, turned into text and gold spans at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .chance import pick
from .text_articles import joiner, laid_out

_NEWLINES: Final = ("\n", "\r\n", "\r")


@dataclass(frozen=True, slots=True)
class Span:
    """A gold junk span: character offsets and label."""

    start: int
    end: int
    label: str


class Draft:
    """A document being written: parts with labels, turned into text and spans at the end."""

    def __init__(self, layout: str, rng: np.random.Generator) -> None:
        self._layout = layout
        self._rng = rng
        self._parts: list[tuple[str, str]] = []

    def body(self, paragraphs: Sequence[str], gap: str | None = None) -> None:
        """Add article paragraphs in the document's format."""
        between = joiner(self._layout)
        for paragraph in paragraphs:
            if self._parts:
                self._parts.append((between if gap is None else gap, ""))
            gap = None
            self._parts.append((laid_out(paragraph, self._layout, self._rng), ""))

    def junk(self, pieces: Sequence[tuple[str, str]], gap: str) -> None:
        """Add junk (text, label) after a gap."""
        for text, label in pieces:
            if self._parts:
                self._parts.append((gap, ""))
            self._parts.append((text.strip(), label))

    def around(
        self,
        body: Sequence[str],
        cut: int,
        pieces: Sequence[tuple[str, str]],
        variant: str,
        gap: str | None,
    ) -> None:
        """Add body and junk with the junk at the head, in the middle or at the tail."""
        usual = ("\n\n", "\n") if self._layout != "long_line" else ("\n\n", "\n", " ")
        before = pick(self._rng, usual) if gap is None else gap
        if variant.endswith("head"):
            self.junk(pieces, "\n")
            self.body(body, pick(self._rng, usual))
        elif variant.endswith("middle"):
            self.body(body[:cut])
            self.junk(pieces, before)
            self.body(body[cut:], pick(self._rng, usual))
        else:
            self.body(body)
            self.junk(pieces, before)

    def finished(self) -> tuple[str, tuple[Span, ...]]:
        """The text in one newline style, and its junk spans."""
        newline = str(self._rng.choice(_NEWLINES, p=(0.86, 0.12, 0.02)))
        text = ""
        spans = []
        for raw, label in self._parts:
            part = raw.replace("\r\n", "\n").replace("\n", newline)
            if label and part.strip():
                lead = len(part) - len(part.lstrip())
                start = len(text) + lead
                spans.append(Span(start, start + len(part.strip()), label))
            text += part
        return text, tuple(spans)
