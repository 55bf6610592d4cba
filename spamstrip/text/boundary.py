"""Find the exact character where a proposed junk span starts or ends.

The segments are coarse: junk glued to a word, or to a sentence without a full stop, starts
inside one. Near each proposed boundary every place where a word, a run or a line starts is a
candidate; a forest scores them all against each other, and the best one is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from ..trees import Forest
from .characters import (
    DIGIT,
    EMOJI,
    FORMAT,
    IS_BLANK,
    LETTER,
    LOWER,
    NEWLINE,
    OPEN,
    STYLED,
    SYMBOL,
    UPPER,
    flags,
)
from .cut_facts import CHANNELS
from .features import Analysis
from .segment import CUT_LINE, in_addresses
from .segment_facts import OWN_FACTS

START, END = 0, 1
_REACH: Final = 120  # characters around a proposed boundary in which every place is looked at
_LINE_REACH: Final = 400  # and the line starts in so many
_WINDOWS: Final = (4, 8, 16, 32, 64, 200)
_FINE_KIND: Final = 10  # kind of a place that is no cut
_OUTSIDE: Final = 4  # segments next to the span that count as its outside
_NO_ODDS: Final = -8.0  # log-odds of what is not there

_FACTS: Final = (
    "side", "kind", "newlines", "gap", "class_before2", "class_before", "class_after",
    "class_after2", "same_script", "offset", "distance", "from_line_start", "to_line_end",
    "odds_before", "odds_after", "known_after", "quoted_after", "span_length", "span_odds",
    "outside_odds", "known_starts", "known_ends", "to_next_glued", "from_last_glued",
)  # fmt: skip
_SIDES: Final = ("before", "after")
BOUNDARY_FEATURES: Final = (
    *_FACTS,
    *(f"{side}_{channel}_{width}" for side in _SIDES for width in _WINDOWS
      for channel in CHANNELS),
    *(f"{side}_{channel}_line" for side in _SIDES for channel in CHANNELS),
    *(f"until_glued_{channel}" for channel in CHANNELS),
    *(f"gain_{channel}" for channel in CHANNELS),
    *(f"gain_{channel}_to_best" for channel in CHANNELS),
)  # fmt: skip
_KNOWN_SHARE, _GLUED = CHANNELS.index("known_share"), CHANNELS.index("glued")
_QUOTED, _KNOWN = (OWN_FACTS.index(name) for name in ("quoted", "known"))


@dataclass(frozen=True, slots=True)
class Candidates:
    """The places the boundaries of some spans may be at.

    Attributes:
        bounds: int64 (2 * n_spans + 1,); the candidates of side s of span k are those from
            `bounds[2 * k + s]` to `bounds[2 * k + s + 1]`.
        places: int64 (n_candidates,), offsets, in order for each boundary.
        rows: float32 (n_candidates, len(BOUNDARY_FEATURES)).
    """

    bounds: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    rows: npt.NDArray[np.float32]


def placed(
    analysis: Analysis,
    odds: npt.NDArray[np.float64],
    runs: Sequence[tuple[int, int]],
    forest: Forest,
) -> list[tuple[int, int]]:
    """The offsets where proposed spans start and end, white space after them included.

    Args:
        analysis: of the document.
        odds: float64 (n_segments,), log-odds that a segment is junk.
        runs: (first, end) segment numbers of each span.
        forest: trained on `BOUNDARY_FEATURES`.
    """
    if not runs:
        return []
    found = candidates(analysis, odds, runs)
    scores = forest.decision(found.rows)[:, 0]
    chosen = [
        int(found.places[first + int(np.argmax(scores[first:last]))])
        for first, last in pairwise(found.bounds.tolist())
    ]
    spans = []
    free = 0  # where the span before ends: two may want the same characters between them
    for best_start, best_end in zip(chosen[::2], chosen[1::2], strict=True):
        start = max(best_start, free)
        free = max(best_end, start)
        spans.append((start, free))
    return spans


def candidates(
    analysis: Analysis, odds: npt.NDArray[np.float64], runs: Sequence[tuple[int, int]]
) -> Candidates:
    """The places the proposed spans may start and end at, measured all together.

    Args:
        analysis: of the document.
        odds: float64 (n_segments,), log-odds that a segment is junk.
        runs: (first, end) segment numbers of each span, in order, at least one.
    """
    document = _Document.of(analysis, odds)
    cuts = analysis.segments.cuts.tolist()
    # A boundary never crosses the other one of its span, nor the neighbouring spans.
    ends_before = [0, *(cuts[end] for _, end in runs)]
    starts_after = [*(cuts[first] for first, _ in runs[1:]), cuts[-1]]
    found = []
    for (first, end), low, high in zip(runs, ends_before, starts_after, strict=False):
        found.append(_places(document, cuts[first], low, cuts[end] - 1))
        found.append(_places(document, cuts[end], cuts[first] + 1, high))
    sizes = [len(near) for near in found]
    proposals = _Proposals.of_runs(analysis, odds, runs, sizes)
    places = np.concatenate(found)
    rows = np.concatenate(
        (
            _facts(document, proposals, places),
            _signals(document, places),
            _gains(document, proposals, places),
        ),
        axis=1,
        dtype=np.float32,
    )
    return Candidates(proposals.bounds, places, rows)


@dataclass(frozen=True, slots=True)
class _Proposals:
    """The boundaries as they were proposed, two for every span.

    Attributes:
        bounds: as in `Candidates`.
        of: int64 (n_candidates,), the boundary each candidate belongs to.
        place: int64 (n_boundaries,), the offset proposed.
        inwards: int64 (n_boundaries,), 1 for a start, -1 for an end.
        facts: float64 (n_boundaries, 3), the span's length and mean log-odds, and the mean
            log-odds of the segments next to the span on the boundary's side.
        junk, body: float64 (n_boundaries, n_channels), mean signals in the span and outside it.
    """

    bounds: npt.NDArray[np.int64]
    of: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    inwards: npt.NDArray[np.int64]
    facts: npt.NDArray[np.float64]
    junk: npt.NDArray[np.float64]
    body: npt.NDArray[np.float64]

    @classmethod
    def of_runs(
        cls,
        analysis: Analysis,
        odds: npt.NDArray[np.float64],
        runs: Sequence[tuple[int, int]],
        sizes: Sequence[int],
    ) -> "_Proposals":
        cuts, channels = analysis.segments.cuts, analysis.channels
        lengths = np.diff(cuts).astype(np.float64)
        facts = []
        for first, end in runs:
            own = lengths[first:end]
            inside = np.log1p(own.sum()), own @ odds[first:end] / own.sum()
            for near in (odds[max(first - _OUTSIDE, 0) : first], odds[end : end + _OUTSIDE]):
                facts.append((*inside, near.mean() if len(near) else _NO_ODDS))
        place = cuts[np.array(runs).ravel()]
        start, end = place[::2, None], place[1::2, None]
        inner = channels[end[:, 0]] - channels[start[:, 0]]
        body = (channels[-1] - inner) / np.maximum(cuts[-1] - (end - start), 1)
        return cls(
            bounds=np.concatenate(([0], np.cumsum(sizes))),
            of=np.repeat(np.arange(len(place)), sizes),
            place=place,
            inwards=np.tile((1, -1), len(runs)),
            facts=np.array(facts),
            junk=np.repeat(inner / (end - start), 2, axis=0),
            body=np.repeat(body, 2, axis=0),
        )


@dataclass(frozen=True, slots=True)
class _Document:
    """A document as the measures of places need it: made once, however many spans it has.

    Attributes:
        analysis: its segments and signals.
        odds: float64 (n_segments,), log-odds that a segment is junk.
        classes, scripts: uint8 (n_chars + 2,), the end of the text padded.
        newlines: int64 (n_chars + 1,), how many stand before each place.
        known: float64 (n_chars + 1,), whether each character is part of a known string.
        glued: int64, the places before which there is a cut without white space.
        lines: int64, where lines start, the end of the text included.
        solid: int64, the places of characters that are no white space.
        addresses: bool (n_chars + 1,), the places where an address goes on, see `in_addresses`.
    """

    analysis: Analysis
    odds: npt.NDArray[np.float64]
    classes: npt.NDArray[np.uint8]
    scripts: npt.NDArray[np.uint8]
    newlines: npt.NDArray[np.int64]
    known: npt.NDArray[np.float64]
    glued: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    solid: npt.NDArray[np.int64]
    addresses: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, analysis: Analysis, odds: npt.NDArray[np.float64]) -> "_Document":
        segments, signals, channels = analysis.segments, analysis.signals, analysis.channels
        end = np.full(2, NEWLINE, np.uint8)
        return cls(
            analysis=analysis,
            odds=odds,
            classes=np.concatenate((signals.classes, end)),
            scripts=np.concatenate((signals.scripts, np.zeros(2, np.uint8))),
            newlines=np.concatenate(([0], np.cumsum(signals.classes == NEWLINE))),
            known=np.append(np.diff(channels[:, _KNOWN_SHARE]), 0.0),
            glued=np.flatnonzero(np.diff(channels[:, _GLUED])),
            lines=segments.cuts[segments.kinds == CUT_LINE],
            solid=np.flatnonzero(~IS_BLANK.take(signals.classes)),
            addresses=in_addresses(signals.folded),
        )

    @property
    def n_chars(self) -> int:
        return len(self.classes) - 2


def _places(document: _Document, proposed: int, low: int, high: int) -> npt.NDArray[np.int64]:
    """Where a word, a run or a line starts near a proposed boundary, and the cuts of segments."""
    classes, lines = document.classes, document.lines
    last = min(high, proposed + _REACH, document.n_chars - 1)
    start = max(low, proposed - _REACH)
    near = np.arange(start, last + 1)
    near = near[~IS_BLANK.take(classes[near])]
    after = classes[near]
    before = classes[np.maximum(near - 1, 0)]
    starts = IS_BLANK.take(before) | ((after != before) & _MAY_START.take(after))
    # In a writing without spaces a word may start at every letter.
    starts |= (after == LETTER) & (before == LETTER)
    # "March" is one word, "MARCHbrand" are two.
    capital = classes[np.maximum(near - 2, 0)] == UPPER
    starts &= ~((before == UPPER) & (after == LOWER)) | capital
    reach = max(low, proposed - _LINE_REACH), min(high, proposed + _LINE_REACH)
    first, end = np.searchsorted(lines, reach[0]), np.searchsorted(lines, reach[1], side="right")
    cuts = document.analysis.segments.cuts
    inner = cuts[(cuts >= start) & (cuts <= last)]
    found = np.unique(np.concatenate((near[starts], lines[first:end], inner, [proposed])))
    return np.asarray(found[~document.addresses[found]], np.int64)


def _facts(
    document: _Document, proposals: _Proposals, places: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """What meets at each place and how the place lies, columns `_FACTS`."""
    analysis, odds, classes, scripts = (
        document.analysis, document.odds, document.classes, document.scripts
    )  # fmt: skip
    segments = analysis.segments
    cuts = segments.cuts
    owner = np.searchsorted(cuts, places, side="right") - 1  # the segment that starts or goes on
    left = np.searchsorted(cuts, places) - 1
    inner = np.minimum(owner, len(odds) - 1)
    at_cut = cuts[owner] == places
    before, before2 = _solid_before(document, places)
    none = before == document.n_chars
    line_start, line_end = _line_around(document, places)
    inwards = proposals.inwards[proposals.of]
    offset = (places - proposals.place[proposals.of]) * inwards
    columns = (
        np.where(inwards > 0, START, END),
        np.where(at_cut, segments.kinds[owner], _FINE_KIND),
        np.where(none, 3, document.newlines[places] - document.newlines[before]),
        np.minimum(places - np.minimum(before, places), 4),
        classes[before2],
        classes[before],
        classes[places],
        classes[places + 1],
        scripts[before] == scripts[places],
        offset,
        np.log1p(abs(offset)),
        np.log1p(places - line_start),
        np.log1p(line_end - places),
        np.where(left >= 0, odds[left], _NO_ODDS),
        np.where(owner < len(odds), odds[inner], 0.0),
        np.where(at_cut & (owner < len(odds)), analysis.own[inner, _KNOWN], 0),
        analysis.own[inner, _QUOTED],
        *proposals.facts[proposals.of].T,
        *_events(document, places, before),
    )
    return np.stack(columns, axis=1)


def _events(
    document: _Document, places: npt.NDArray[np.int64], before: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.floating], ...]:
    """Whether a known string starts or ends at each place; how far things are glued from it."""
    known_before = document.known[before]  # 0 where there is nothing before
    glued = document.glued
    padded = np.concatenate(([-_LINE_REACH], glued, [document.n_chars + _LINE_REACH]))
    index = np.searchsorted(glued, places)
    return (
        document.known[places] - known_before,
        known_before,
        np.log1p(padded[index + 1] - places),
        np.log1p(places - padded[index]),
    )


def _solid_before(
    document: _Document, places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The last character before each place that is no white space, and the one before that.

    The number of characters stands for none.
    """
    padded = np.concatenate(([document.n_chars, document.n_chars], document.solid))
    index = np.searchsorted(document.solid, places)
    return padded[index + 1], padded[index]


def _line_around(
    document: _Document, places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Start and end of the line each place is in."""
    starts = document.lines
    line = np.minimum(np.searchsorted(starts, places, side="right") - 1, len(starts) - 2)
    return starts[line], starts[line + 1]


def _signals(document: _Document, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Mean signals in windows on both sides of each place, and to the ends of the line."""
    channels, n_chars, starts = document.analysis.channels, document.n_chars, document.lines
    # At the start of a line, what is before it is the line before.
    line_before = starts[np.maximum(np.searchsorted(starts, places) - 1, 0)]
    edges = [np.maximum(places - width, 0) for width in _WINDOWS]
    edges += [np.minimum(places + width, n_chars) for width in _WINDOWS]
    line_end = _line_around(document, places)[1]
    # What stands between a place and the next thing glued on: a sentence, when the junk is that.
    glued = np.append(document.glued, n_chars)
    next_glued = glued[np.searchsorted(glued, places, side="right").clip(max=len(glued) - 1)]
    edges += [line_before, line_end, np.minimum(next_glued, np.maximum(line_end, places))]
    here = channels[places]
    return np.concatenate(
        [
            (channels[edge] - here) / np.where(edge == places, 1, edge - places)[:, None]
            for edge in edges
        ],
        axis=1,
    )


def _gains(
    document: _Document, proposals: _Proposals, places: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """How well each place divides junk from body, against the proposed place and the best.

    The signal beyond the middle between the means of the span and of all the rest is summed
    from the place into the span: a change point has the greatest sum.
    """
    channels, of, first = document.analysis.channels, proposals.of, proposals.bounds[:-1]
    middle = (proposals.junk + proposals.body) / 2
    sign = np.sign(proposals.junk - proposals.body) * proposals.inwards[:, None]
    origin = places[first]
    gain = (places - origin[of])[:, None] * middle[of] - (channels[places] - channels[origin][of])
    gain *= sign[of]
    proposed = gain[places == proposals.place[of]]
    best = np.maximum.reduceat(gain, first, axis=0)
    return np.concatenate((gain - proposed[of], gain - best[of]), axis=1)


_MAY_START: Final = flags(LOWER, UPPER, LETTER, DIGIT, OPEN, SYMBOL, FORMAT, STYLED, EMOJI)
