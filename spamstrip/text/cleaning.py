"""Remove what the model proposes: offsets into the source, labels, tidy white space."""

from itertools import pairwise
from typing import Final

import numpy as np

from ..ngrams import code_points
from ..records import Document, Options, Removal, Result
from .labelling import labelled
from .model import Span, TextModel
from .segment import CUT_LINE, Segments
from .tidy import keep, merged, tidy_span, to_source

# What is left of a document is a scrap when it is shorter than this, in characters and as a share.
_SCRAP, _SCRAP_SHARE = 60, 0.25
_PASSES: Final = 6  # each pass removes something; more than two are hardly ever needed


def find_removals(text: str, model: TextModel, preset: str) -> tuple[Removal, ...]:
    """The junk of a text, in order, not overlapping, with `text[r.start:r.end] == r.text`.

    Passes are repeated on what is left until nothing more is found, so that cleaning the
    kept text again changes nothing.

    Args:
        text: any string.
        model: the loaded model.
        preset: "gentle", "balanced" or "strict".
    """
    return _search(text, model, preset)[0]


def analyze(document: Document, options: Options, model: TextModel) -> Result:
    """The `Result` for a plain text.

    Titles and captions cannot be told apart in plain text and are kept; `include_comments`
    keeps spans labelled `comment`.
    """
    removed, spam = _search(document.text, model, options.preset)
    if options.include_comments:
        removed = tuple(removal for removal in removed if removal.label != "comment")
    text = keep(document.text, [(removal.start, removal.end) for removal in removed])
    return Result(text=text, rendered=text, removed=removed, title="", kind="text", spam_score=spam)


def _search(text: str, model: TextModel, preset: str) -> tuple[tuple[Removal, ...], float]:
    threshold = model.thresholds[preset]
    removals: list[Removal] = []
    taken: list[tuple[int, int]] = []
    left = text
    spam = 0.0
    for _ in range(_PASSES):
        if not left.strip():
            break
        proposal = model.propose(code_points(left))
        if proposal is None:
            break
        # Between two boundaries there may be nothing but white space.
        spans = [span for span in proposal.spans if left[span.start : span.end].strip()]
        wanted = [span for span in spans if span.probability >= threshold]
        if wanted and _empties(left, wanted):
            spam = max(span.probability for span in spans)
            break
        found = [
            removal
            for group in _touching(left, wanted)
            for removal in _removals(left, proposal.segments, group, model)
        ]
        named = list(found)
        for span in spans:
            if span not in wanted:
                named += _removals(left, proposal.segments, [span], model)
        spam = max([spam, *(item.score for item in named if item.family == "spam")])
        if not found:
            break
        for removal in found:
            for start, end in to_source(taken, removal.start, removal.end):
                removals.append(Removal(removal.label, removal.score, start, end, text[start:end]))
        taken = _union([(removal.start, removal.end) for removal in removals])
        left = keep(text, taken)
    return merged(text, removals), spam


def _empties(text: str, spans: list[Span]) -> bool:
    """Whether removing the spans would leave next to nothing: then the junk is the document."""
    left = len(keep(text, [(span.start, span.end) for span in spans]).strip())
    return left < min(_SCRAP, _SCRAP_SHARE * len(text))


def _touching(text: str, spans: list[Span]) -> list[list[Span]]:
    """The spans in groups of neighbours with nothing but white space between them.

    The white space around a group is tidied once: each of two neighbours would take the gap
    between them, and together they would take both gaps around.
    """
    groups: list[list[Span]] = []
    for span in spans:
        if groups and not text[groups[-1][-1].end : span.start].strip():
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _removals(text: str, segments: Segments, group: list[Span], model: TextModel) -> list[Removal]:
    """Neighbouring spans with their white space tidied, divided where the label changes."""
    first, last = tidy_span(text, group[0].start, group[-1].end)
    edges = [first, *(span.start for span in group[1:]), last]
    return [
        Removal(label, span.probability, piece_start, piece_end, text[piece_start:piece_end])
        for span, (start, end) in zip(group, pairwise(edges), strict=True)
        for label, piece_start, piece_end in _labelled(text, segments, start, end, model)
    ]


def _labelled(
    text: str, segments: Segments, start: int, end: int, model: TextModel
) -> list[tuple[str, int, int]]:
    """A removed stretch in pieces of one label each: (label, start, end)."""
    solid = end - len(text[start:end].lstrip())  # the white space before it is no piece of its own
    inner = slice(*np.searchsorted(segments.cuts, (solid + 1, end)))
    bounds = [(start, True)]
    for cut, kind in zip(
        segments.cuts[inner].tolist(), segments.kinds[inner].tolist(), strict=True
    ):
        bounds.append((cut, kind == CUT_LINE))
    return labelled(text, bounds, end, model.lexical.label_table)


def _union(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same characters as spans in order that do not touch."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
