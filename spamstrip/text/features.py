"""Facts about segments and cuts as float32 matrices, one row each; the same code serves
training and cleaning.

Evidence is taken relative to the document wherever that is possible (its own vocabulary, main
script and line lengths), because that holds for languages no model has seen.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import NgramTable, fold, hashes
from .characters import (
    CLASS_COUNT,
    DIGIT,
    EMOJI,
    FORMAT,
    LETTER,
    LOWER,
    NEWLINE,
    OPEN,
    PUNCT,
    SPACE,
    STYLED,
    SYMBOL,
    TERMINAL,
    UPPER,
    CharacterTables,
)
from .phrases import known_lengths
from .segment import CUT_LINE, Segments, segment

_WINDOWS: Final = (8, 16, 32, 64, 200)
_FAR_WINDOWS: Final = (32, 200)
_BLOCK: Final = 64  # characters whose mean signal counts as one value
_SHRINK: Final = 8.0  # characters of an ordinary stretch added to a segment's mean
_FAR_BITS: Final = 15
_FAR: Final = 400  # characters; a trigram met again beyond this distance is the document's own
_SHARES: Final = (
    ("lower", LOWER), ("upper", UPPER), ("letter", LETTER), ("digit", DIGIT), ("space", SPACE),
    ("terminal", TERMINAL), ("open", OPEN), ("punct", PUNCT), ("symbol", SYMBOL),
    ("format", FORMAT), ("styled", STYLED), ("emoji", EMOJI),
)  # fmt: skip

_OWN: Final = (
    "length", "boilerplate", "spam", "boilerplate_root", "spam_root", "far", "foreign",
    *(f"share_{name}" for name, _ in _SHARES), "dots_inside", "mixed", "single_letters",
    "ends_terminal", "starts_upper", "known",
)  # fmt: skip
_LINE: Final = (
    "line_length", "line_boilerplate", "line_spam", "line_boilerplate_root", "line_spam_root",
    "line_far", "line_foreign", "line_segments",
    "line_place", "line_terminal", "line_upper", "line_dots", "line_known",
    "line_relative", "line_before",
    "line_after", "line_gap_before", "line_gap_after", "lines_before", "lines_after",
)  # fmt: skip
_DOCUMENT: Final = (
    "document_length", "document_lines", "document_boilerplate", "document_spam", "document_far",
    "document_terminal_lines", "document_median_line", "document_space",
    "usual_boilerplate", "usual_spam",
)  # fmt: skip
_PLACE: Final = ("from_start", "to_end", "relative_place")
_NEIGHBOURS: Final = tuple(
    f"{side}_{name}"
    for side in ("before1", "before2", "after1", "after2")
    for name in ("length", "boilerplate", "spam", "far", "dots_inside", "known")
)
_AROUND: Final = tuple(
    f"{side}_{name}"
    for side in ("left", "right")
    for name in (
        *(
            f"{channel}_{width}"
            for width in (*_WINDOWS, "line", "document")
            for channel in ("boilerplate", "spam")
        ),
        *(f"far_{width}" for width in _FAR_WINDOWS),
    )
)
_EXTREMES: Final = ("max_spam_before", "max_spam_after", "max_boilerplate_before",
                    "max_boilerplate_after")  # fmt: skip
_CUT: Final = ("kind", "newlines", "class_before2", "class_before", "class_after",
               "class_after2", "gap", "same_script")  # fmt: skip

SEGMENT_FEATURES: Final = (
    *_OWN, *_LINE, *_DOCUMENT, *_PLACE, *_NEIGHBOURS,
    *(f"start_{name}" for name in _CUT), *(f"end_{name}" for name in _CUT),
    *(name for name in _AROUND if name.startswith("left")),
    *(name for name in _AROUND if name.startswith("right")),
    *_EXTREMES,
)  # fmt: skip
CUT_FEATURES: Final = (
    *_CUT, *_AROUND, *_PLACE, *_DOCUMENT,
    *(f"before_{name}" for name in _OWN), *(f"after_{name}" for name in _OWN),
    *(f"before_{name}" for name in _LINE), *(f"after_{name}" for name in _LINE),
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


def analyse(
    codes: npt.NDArray[np.uint32],
    tables: CharacterTables,
    lexicon: NgramTable,
    known: npt.NDArray[np.uint64],
) -> Analysis:
    """Segment a text and measure its segments and cuts.

    Args:
        codes: uint32 (n_chars,), code points, at least one.
        tables, lexicon, known: of the model.
    """
    classes, scripts = tables.look_up(codes)
    folded = fold(codes, lexicon.fold)
    signal = lexicon.signal(folded)
    channels = np.empty((len(codes) + 1, 3), np.float64)
    channels[0] = 0
    usual = _usual(signal)
    np.cumsum(signal - usual, axis=0, out=channels[1:, :2])
    np.cumsum(_seen_far_away(folded), out=channels[1:, 2])
    segments = segment(folded, classes, scripts, channels[:, :2])
    own = _own(segments, classes, scripts, channels)
    ends = segments.cuts[1:] - _trailing(segments, classes)
    own[:, -1] = np.log1p(known_lengths(folded, segments.cuts[:-1], ends, known))
    line = _lines(segments, classes, own, channels)
    document = _document(segments, classes, line, channels)
    document[_DOCUMENT.index("usual_boilerplate") :][:2] = usual
    place = _place(segments)
    around = _around(segments, channels)
    cut = _cut(segments, classes, scripts)
    extremes = _extremes(own)
    n = len(segments.line)
    half = around.shape[1] // 2
    per_segment = np.concatenate(
        (
            own, line, np.broadcast_to(document, (n, len(document))), place[:-1],
            _neighbours(own), cut[:-1], cut[1:], around[:-1, :half], around[1:, half:], extremes,
        ),
        axis=1, dtype=np.float32,
    )  # fmt: skip
    return Analysis(segments, per_segment, cut, around, place, own, line, extremes, document)


def _usual(signal: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The signal of an ordinary stretch of this document, float32 (n_outputs,).

    A language or a topic the tables know badly shifts the signal of the whole document; only
    what stands out from the document's own level is evidence.
    """
    n_blocks = max(len(signal) // _BLOCK, 1)
    blocks = signal[: n_blocks * _BLOCK].reshape(n_blocks, -1, signal.shape[1]).mean(axis=1)
    return np.asarray(np.sort(blocks, axis=0)[n_blocks // 2], np.float32)


def _seen_far_away(folded: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Whether the trigram that ends at each character occurs far away in the document too."""
    n_chars = len(folded)
    seen = np.zeros(n_chars, np.bool_)
    if n_chars <= _FAR:
        return seen
    buckets = hashes(folded, _FAR_BITS)[2]
    places = np.arange(len(buckets), dtype=np.int32)
    first = np.empty(1 << _FAR_BITS, np.int32)
    last = np.empty(1 << _FAR_BITS, np.int32)
    first[buckets[::-1]] = places[::-1]  # of equal buckets the last one written stays
    last[buckets] = places
    seen[2:] = (places - first.take(buckets) > _FAR) | (last.take(buckets) - places > _FAR)
    return seen


def _counts(segments: Segments, marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """How many marked characters each segment has, float64 (n_segments,)."""
    return np.diff(np.searchsorted(np.flatnonzero(marks), segments.cuts)).astype(np.float64)


def _own(
    segments: Segments,
    classes: npt.NDArray[np.uint8],
    scripts: npt.NDArray[np.uint8],
    channels: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """The facts of a segment alone, columns `_OWN`; the last one is filled in later."""
    n = len(segments.line)
    lengths = np.diff(segments.cuts)
    sums = np.diff(channels[segments.cuts], axis=0)
    owner = np.repeat(np.arange(n), lengths)
    counts = np.bincount(owner * CLASS_COUNT + classes, minlength=n * CLASS_COUNT)
    counts = counts.reshape(n, CLASS_COUNT)
    blank = counts[:, SPACE] + counts[:, NEWLINE]
    solid = np.maximum(lengths - blank, 1)
    letters = np.bincount(scripts, minlength=256)
    letters[0] = 0
    main = int(np.argmax(letters))
    foreign = (scripts != main) & (scripts > 0)
    word = _IS_WORD.take(classes)
    inside = np.zeros(len(classes), np.bool_)
    inside[1:-1] = (classes[1:-1] == TERMINAL) & word[:-2] & word[2:]
    mixed = np.zeros(len(classes), np.bool_)
    letter = scripts > 0
    mixed[1:] = (scripts[1:] != scripts[:-1]) & letter[1:] & letter[:-1]
    mixed[1:] |= (classes[1:] == FORMAT) & word[:-1]
    single = np.zeros(len(classes), np.bool_)
    single[1:-1] = word[1:-1] & ~word[:-2] & ~word[2:]
    last = classes[np.maximum(segments.cuts[1:] - 1 - np.minimum(blank, lengths - 1), 0)]
    before_last = classes[np.maximum(segments.cuts[1:] - 2 - np.minimum(blank, lengths - 1), 0)]
    columns = [
        np.log1p(lengths),
        sums[:, 0] / (lengths + _SHRINK),
        sums[:, 1] / (lengths + _SHRINK),
        sums[:, 0] / np.sqrt(lengths),
        sums[:, 1] / np.sqrt(lengths),
        sums[:, 2] / lengths,
        _counts(segments, foreign) / solid,
        *(counts[:, index] / solid for _, index in _SHARES),
        _counts(segments, inside) / solid,
        _counts(segments, mixed) / solid,
        _counts(segments, single) / solid,
        (last == TERMINAL) | ((before_last == TERMINAL) & (last > TERMINAL)),
        classes[segments.cuts[:-1]] == UPPER,
        np.zeros(n),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _trailing(segments: Segments, classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """White-space characters at the end of each segment, int64 (n_segments,)."""
    solid = np.flatnonzero(~_IS_BLANK.take(classes))
    index = np.searchsorted(solid, segments.cuts[1:]) - 1
    if not len(solid):
        return np.zeros(len(segments.line), np.int64)
    last = np.where(index >= 0, solid[np.maximum(index, 0)], -1)
    return np.clip(segments.cuts[1:] - 1 - last, 0, np.diff(segments.cuts) - 1)


def _lines(
    segments: Segments,
    classes: npt.NDArray[np.uint8],
    own: npt.NDArray[np.float32],
    channels: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """The facts of the line a segment is in, columns `_LINE`."""
    first = np.flatnonzero(segments.kinds[:-1] == CUT_LINE)
    n_lines = len(first)
    starts = segments.cuts[first]
    ends = np.append(starts[1:], segments.cuts[-1])
    sums = channels[ends] - channels[starts]
    lengths = (ends - starts).astype(np.float64)
    last = np.append(first[1:], len(segments.line)) - 1
    per_line = np.diff(np.append(first, len(segments.line)))
    weight = np.expm1(own[:, 0].astype(np.float64))

    def share(name: str) -> npt.NDArray[np.float64]:
        values = own[:, _OWN.index(name)] * weight
        return np.asarray(np.add.reduceat(values, first) / lengths, np.float64)

    median = float(np.sort(lengths)[n_lines // 2])
    logs = np.log1p(lengths)
    gaps = _newlines_before(segments, classes)[np.append(first, len(segments.line))]
    table = np.stack(
        (
            logs,
            sums[:, 0] / lengths,
            sums[:, 1] / lengths,
            sums[:, 0] / np.sqrt(lengths),
            sums[:, 1] / np.sqrt(lengths),
            sums[:, 2] / lengths,
            share("foreign"),
            per_line,
            np.zeros(n_lines),
            own[last, _OWN.index("ends_terminal")],
            share("share_upper"),
            share("dots_inside"),
            share("known"),
            logs - np.log1p(median),
            np.concatenate(([0.0], logs[:-1])),
            np.concatenate((logs[1:], [0.0])),
            gaps[:-1],
            gaps[1:],
            np.log1p(np.arange(n_lines)),
            np.log1p(np.arange(n_lines)[::-1]),
        ),
        axis=1,
    ).astype(np.float32)
    spread = table[segments.line]
    place = np.arange(len(segments.line)) - first[segments.line]
    spread[:, _LINE.index("line_place")] = place
    return spread


def _document(
    segments: Segments,
    classes: npt.NDArray[np.uint8],
    line: npt.NDArray[np.float32],
    channels: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """The facts of the whole document, columns `_DOCUMENT`."""
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
            heads[:, _LINE.index("line_terminal")].mean(),
            np.sort(heads[:, 0])[len(heads) // 2],
            np.count_nonzero(classes == SPACE) / n_chars,
            0.0,
            0.0,
        ),
        np.float32,
    )


def _place(segments: Segments) -> npt.NDArray[np.float32]:
    """Where each cut is, columns `_PLACE`."""
    total = segments.cuts[-1]
    return np.stack(
        (np.log1p(segments.cuts), np.log1p(total - segments.cuts), segments.cuts / total), axis=1
    ).astype(np.float32)


def _neighbours(own: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Some facts of the two segments before and after, columns `_NEIGHBOURS`."""
    names = ("length", "boilerplate", "spam", "far", "dots_inside", "known")
    facts = own[:, [_OWN.index(name) for name in names]]
    padded = np.pad(facts, ((2, 2), (0, 0)))
    n = len(own)
    shifts = (1, 0, 3, 4)  # before1, before2, after1, after2 in the padded rows
    return np.concatenate([padded[shift : shift + n] for shift in shifts], axis=1)


def _around(segments: Segments, channels: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Mean signal in windows on both sides of every cut, columns `_AROUND`."""
    cuts = segments.cuts
    here = channels[cuts]
    n_chars = int(cuts[-1])
    line_starts = cuts[:-1][segments.kinds[:-1] == CUT_LINE]
    index = np.searchsorted(line_starts, cuts, side="left")
    left_line = line_starts[np.maximum(index - 1, 0)]
    ends = np.append(line_starts[1:], n_chars)
    index = np.searchsorted(line_starts, cuts, side="right")
    right_line = ends[np.minimum(np.maximum(index - 1, 0), len(ends) - 1)]
    n_cuts = len(cuts)
    widths = np.array(_WINDOWS)[:, None]
    edges = np.empty((2, len(_WINDOWS) + 2, n_cuts), np.int64)
    np.maximum(cuts - widths, 0, out=edges[0, :-2])
    np.minimum(cuts + widths, n_chars, out=edges[1, :-2])
    edges[0, -2], edges[0, -1] = left_line, 0
    edges[1, -2], edges[1, -1] = right_line, n_chars
    difference = channels.take(edges, axis=0)  # (sides, windows, n_cuts, channels)
    difference -= here
    distance = edges - cuts  # negative on the left, where the running sum falls
    distance[distance == 0] = 1
    difference /= distance[..., None]
    half = len(_AROUND) // 2
    around = np.empty((n_cuts, len(_AROUND)), np.float32)
    n_signal = 2 * (len(_WINDOWS) + 2)
    for side in (0, 1):
        start = side * half
        signal = difference[side, :, :, :2].transpose(1, 0, 2).reshape(n_cuts, n_signal)
        around[:, start : start + n_signal] = signal
        for place, width in enumerate(_FAR_WINDOWS, start + n_signal):
            around[:, place] = difference[side, _WINDOWS.index(width), :, 2]
    return around


def _newlines_before(segments: Segments, classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Newlines in the white space before each cut, at most 3; float32 (n_segments + 1,)."""
    counts = np.diff(np.searchsorted(np.flatnonzero(classes == NEWLINE), segments.cuts), prepend=0)
    return np.minimum(counts, 3).astype(np.float32)


def _cut(
    segments: Segments, classes: npt.NDArray[np.uint8], scripts: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """What meets at each cut, columns `_CUT`."""
    n_chars = len(classes)
    cuts = segments.cuts
    solid = np.flatnonzero(~_IS_BLANK.take(classes))
    index = np.searchsorted(solid, cuts) - 1
    padded = np.concatenate((classes, [NEWLINE, NEWLINE]))
    if len(solid):
        before = np.where(index >= 0, solid[np.maximum(index, 0)], n_chars)
        before2 = np.where(index >= 1, solid[np.maximum(index - 1, 0)], n_chars)
    else:
        before = before2 = np.full_like(cuts, n_chars)
    padded_scripts = np.concatenate((scripts, np.zeros(2, np.uint8)))
    return np.stack(
        (
            segments.kinds,
            _newlines_before(segments, classes),
            padded[before2],
            padded[before],
            padded[cuts],
            padded[cuts + 1],
            np.minimum(cuts - before, 4),
            padded_scripts[before] == padded_scripts[cuts],
        ),
        axis=1,
    ).astype(np.float32)


def _extremes(own: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The largest root-scaled signal among the segments before and after, `_EXTREMES`."""
    columns = []
    for name in ("spam_root", "boilerplate_root"):
        values = own[:, _OWN.index(name)]
        before = np.maximum.accumulate(values)
        after = np.maximum.accumulate(values[::-1])[::-1]
        columns.append(np.concatenate((values[:1], before[:-1])))
        columns.append(np.concatenate((after[1:], values[-1:])))
    return np.stack(columns, axis=1).astype(np.float32)


_IS_WORD: Final = np.isin(np.arange(256), (LOWER, UPPER, LETTER, STYLED, DIGIT))
_IS_BLANK: Final = np.isin(np.arange(256), (SPACE, NEWLINE))
