"""Facts about segments and cuts as float32 matrices, one row each; the same code serves
training and cleaning.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import NgramTable
from .characters import IS_BLANK, SPACE
from .cut_facts import (
    AROUND_FACTS,
    CHANNELS,
    CUT_FACTS,
    PLACE_FACTS,
    around_facts,
    cut_facts,
    places,
)
from .passages import PASSAGE_FACTS, passage_facts
from .segment import CUT_LINE, Segments, segment
from .segment_facts import LINE_FACTS, OWN_FACTS, line_facts, own_facts
from .signals import Signals, Tables, seen_far_away

DOCUMENT_FACTS: Final = (
    "document_length", "document_lines", "document_boilerplate", "document_spam", "document_far",
    "document_terminal_lines", "document_median_line", "document_space",
    "usual_boilerplate", "usual_spam",
)  # fmt: skip
_NEIGHBOURS: Final = tuple(
    f"{side}_{name}"
    for side in ("before1", "before2", "after1", "after2")
    for name in ("length", "boilerplate", "spam", "far", "dots_inside", "shape_spam", "known")
)
_EXTREMES: Final = ("max_spam_before", "max_spam_after", "max_boilerplate_before",
                    "max_boilerplate_after")  # fmt: skip

SEGMENT_FEATURES: Final = (
    *OWN_FACTS, *LINE_FACTS, *PASSAGE_FACTS, *DOCUMENT_FACTS, *PLACE_FACTS, *_NEIGHBOURS,
    *(f"start_{name}" for name in CUT_FACTS), *(f"end_{name}" for name in CUT_FACTS),
    *(name for name in AROUND_FACTS if name.startswith("left")),
    *(name for name in AROUND_FACTS if name.startswith("right")),
    *_EXTREMES,
)  # fmt: skip
CUT_FEATURES: Final = (
    *CUT_FACTS, *AROUND_FACTS, *PLACE_FACTS, *DOCUMENT_FACTS,
    *(f"before_{name}" for name in OWN_FACTS), *(f"after_{name}" for name in OWN_FACTS),
    *(f"before_{name}" for name in LINE_FACTS), *(f"after_{name}" for name in LINE_FACTS),
    *_EXTREMES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text cut into segments, with what was measured on it.

    Attributes:
        segments: the cuts.
        per_segment: float32 (n_segments, len(SEGMENT_FEATURES)).
        cut, around, place: facts per cut, rows as in `segments.cuts`.
        own, line, extremes: facts per segment.
        document: facts of the whole.
        signals: the text, measured character by character.
        channels: float64 (n_chars + 1, len(CHANNELS)), running sums: the two lexical signals,
            characters met again far away, the two signals of the shapes, characters of known
            strings, cuts without white space.
        passages: what lines and spans are scored with as wholes.
    """

    segments: Segments
    per_segment: npt.NDArray[np.float32]
    cut: npt.NDArray[np.float32]
    around: npt.NDArray[np.float32]
    place: npt.NDArray[np.float32]
    own: npt.NDArray[np.float32]
    line: npt.NDArray[np.float32]
    extremes: npt.NDArray[np.float32]
    document: npt.NDArray[np.float32]
    signals: Signals
    channels: npt.NDArray[np.float64]
    passages: NgramTable

    def per_cut(self) -> npt.NDArray[np.float32]:
        """Facts about the inner cuts, float32 (n_segments - 1, len(CUT_FEATURES)).

        Put together on demand: clean documents are decided without them.
        """
        n_cuts = len(self.own) - 1
        return np.concatenate(
            (
                self.cut[1:-1], self.around[1:-1], self.place[1:-1],
                np.broadcast_to(self.document, (n_cuts, len(self.document))),
                self.own[:-1], self.own[1:], self.line[:-1], self.line[1:],
                self.extremes[:-1],
            ),
            axis=1, dtype=np.float32,
        )  # fmt: skip


def analyse(signals: Signals, tables: Tables) -> Analysis:
    """Segment a measured text and measure its segments and cuts."""
    classes, scripts = signals.classes, signals.scripts
    segments = segment(signals.folded, classes, scripts)
    covered = tables.known.lengths(signals.folded, *_tokens(segments, classes))
    channels = np.zeros((len(classes) + 1, len(CHANNELS)), np.float64)
    relative = signals.relative()
    channels[:, :2] = relative[:, :2]
    np.cumsum(seen_far_away(signals.folded), out=channels[1:, 2])
    channels[:, 3:5] = relative[:, 2:]
    np.cumsum(covered > 0, out=channels[1:, 5])
    np.cumsum(_glued(segments, classes), out=channels[1:, 6])
    own = own_facts(segments, signals, channels, covered)
    line = line_facts(segments, classes, own, channels, covered)
    document = _document(segments, classes, line, channels)
    document[DOCUMENT_FACTS.index("usual_boilerplate") :][:2] = signals.usual[:2]
    place = places(segments)
    around = around_facts(segments, channels)
    cut = cut_facts(segments, classes, scripts)
    extremes = _extremes(own)
    n = len(segments.line)
    half = around.shape[1] // 2
    per_segment = np.concatenate(
        (
            own, line, passage_facts(segments, signals.folded, tables.passages),
            np.broadcast_to(document, (n, len(document))), place[:-1],
            _neighbours(own), cut[:-1], cut[1:], around[:-1, :half], around[1:, half:], extremes,
        ),
        axis=1, dtype=np.float32,
    )  # fmt: skip
    return Analysis(
        segments, per_segment, cut, around, place, own, line, extremes, document, signals, channels,
        tables.passages,
    )  # fmt: skip


def _glued(segments: Segments, classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """The characters before which there is a cut without white space, bool (n_chars,)."""
    marks = np.zeros(len(classes), np.bool_)
    inner = segments.cuts[1:-1]
    marks[inner] = ~IS_BLANK.take(classes[inner - 1])
    return marks


def _tokens(
    segments: Segments, classes: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where words start and end, int64 (n_tokens,) both; at white space and at cuts."""
    blank = np.concatenate(([True], IS_BLANK.take(classes), [True]))
    edge = np.zeros(len(blank), np.bool_)
    edge[segments.cuts] = True
    solid = ~blank
    starts = np.flatnonzero(solid[1:] & (blank[:-1] | edge[:-1])[: len(solid) - 1])
    ends = np.flatnonzero(solid[:-1] & (blank[1:] | edge[:-1])[: len(solid) - 1])
    return starts, ends


def _document(
    segments: Segments,
    classes: npt.NDArray[np.uint8],
    line: npt.NDArray[np.float32],
    channels: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """The facts of the whole document, columns `DOCUMENT_FACTS`."""
    n_chars = len(classes)
    heads = line[segments.kinds[:-1] == CUT_LINE]
    means = channels[-1] / n_chars
    return np.array(
        (
            np.log1p(n_chars),
            np.log1p(len(heads)),
            means[0],
            means[1],
            means[2],
            heads[:, LINE_FACTS.index("line_terminal")].mean(),
            np.sort(heads[:, 0])[len(heads) // 2],
            np.count_nonzero(classes == SPACE) / n_chars,
            0.0,
            0.0,
        ),
        np.float32,
    )


def _neighbours(own: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Some facts of the two segments before and after, columns `_NEIGHBOURS`."""
    names = ("length", "boilerplate", "spam", "far", "dots_inside", "shape_spam", "known")
    facts = own[:, [OWN_FACTS.index(name) for name in names]]
    padded = np.pad(facts, ((2, 2), (0, 0)))
    n = len(own)
    shifts = (1, 0, 3, 4)  # before1, before2, after1, after2 in the padded rows
    return np.concatenate([padded[shift : shift + n] for shift in shifts], axis=1)


def _extremes(own: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The largest root-scaled signal among the segments before and after, `_EXTREMES`."""
    columns = []
    for name in ("spam_root", "boilerplate_root"):
        values = own[:, OWN_FACTS.index(name)]
        before = np.maximum.accumulate(values)
        after = np.maximum.accumulate(values[::-1])[::-1]
        columns.append(np.concatenate((values[:1], before[:-1])))
        columns.append(np.concatenate((after[1:], values[-1:])))
    return np.stack(columns, axis=1).astype(np.float32)
