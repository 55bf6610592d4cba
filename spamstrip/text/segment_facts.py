"""Facts about the segments of a text and the lines they are in, one row for each segment."""

from typing import Final

import numpy as np
import numpy.typing as npt

from .characters import (
    CLASS_COUNT,
    CLOSE,
    DIGIT,
    EMOJI,
    FORMAT,
    IS_WORD,
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
)
from .cut_facts import newlines_before
from .segment import CUT_LINE, Segments
from .signals import Signals

_SINGLE_OPEN, _APOSTROPHE = 0x2018, 0x2019
_LEAD: Final = np.arange(4)  # characters of a line
_SHRINK: Final = 8.0  # characters of an ordinary stretch added to a segment's mean
_SHARES: Final = (
    ("lower", LOWER), ("upper", UPPER), ("letter", LETTER), ("digit", DIGIT), ("space", SPACE),
    ("terminal", TERMINAL), ("open", OPEN), ("punct", PUNCT), ("symbol", SYMBOL),
    ("format", FORMAT), ("styled", STYLED), ("emoji", EMOJI),
)  # fmt: skip

OWN_FACTS: Final = (
    "length", "boilerplate", "spam", "boilerplate_root", "spam_root", "far", "foreign",
    *(f"share_{name}" for name, _ in _SHARES), "dots_inside", "mixed", "single_letters",
    "ends_terminal", "starts_upper", "shape_boilerplate", "shape_spam", "known_share", "quoted",
    "known",
)  # fmt: skip
LINE_FACTS: Final = (
    "line_length", "line_boilerplate", "line_spam", "line_boilerplate_root", "line_spam_root",
    "line_far", "line_foreign", "line_segments",
    "line_place", "line_terminal", "line_upper", "line_dots", "line_known",
    "line_shape_boilerplate", "line_shape_spam", "line_known_share", "line_glued",
    "line_relative", "line_before",
    "line_after", "line_gap_before", "line_gap_after", "lines_before", "lines_after", "line_lead",
)  # fmt: skip


def own_facts(
    segments: Segments,
    signals: Signals,
    channels: npt.NDArray[np.float64],
    covered: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """The facts of a segment alone, columns `OWN_FACTS`."""
    classes, scripts = signals.classes, signals.scripts
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
    word = IS_WORD.take(classes)
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
        sums[:, 3] / (lengths + _SHRINK),
        sums[:, 4] / (lengths + _SHRINK),
        sums[:, 5] / solid,
        _quoted(segments, classes, signals.codes),
        np.log1p(np.maximum.reduceat(covered, segments.cuts[:-1])),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _quoted(
    segments: Segments, classes: npt.NDArray[np.uint8], codes: npt.NDArray[np.uint32]
) -> npt.NDArray[np.float64]:
    """The share of each segment that stands in quotation marks or brackets of its paragraph.

    A mark without a partner in its paragraph counts for nothing.
    """
    n_chars = len(classes)
    word = np.concatenate(([False], IS_WORD.take(classes), [False]))
    opening = (classes == OPEN) & ~((codes == _SINGLE_OPEN) & word[:-2])
    closing = (classes == CLOSE) & (codes != ord('"')) & ~((codes == _APOSTROPHE) & word[2:])
    depth = np.cumsum(opening.astype(np.int64) - closing)
    straight = np.cumsum(codes == ord('"'))
    inner = slice(1, -1)
    breaks = segments.cuts[inner][newlines_before(segments, classes)[inner] > 1]
    breaks = np.concatenate(([0], breaks, [n_chars]))
    sizes = np.diff(breaks)
    first, last = np.maximum(breaks[:-1] - 1, 0), breaks[1:] - 1
    start_depth = np.where(breaks[:-1] > 0, depth[first], 0)
    start_straight = np.where(breaks[:-1] > 0, straight[first], 0)
    paired = depth[last] <= start_depth
    even = (straight[last] - start_straight) % 2 == 0
    inside = (depth > np.repeat(start_depth, sizes)) & np.repeat(paired, sizes)
    inside |= ((straight - np.repeat(start_straight, sizes)) % 2 == 1) & np.repeat(even, sizes)
    return _counts(segments, inside) / np.diff(segments.cuts)


def _counts(segments: Segments, marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """How many marked characters each segment has, float64 (n_segments,)."""
    return np.diff(np.searchsorted(np.flatnonzero(marks), segments.cuts)).astype(np.float64)


def line_facts(
    segments: Segments,
    classes: npt.NDArray[np.uint8],
    own: npt.NDArray[np.float32],
    channels: npt.NDArray[np.float64],
    covered: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """The facts of the line a segment is in, columns `LINE_FACTS`."""
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
        values = own[:, OWN_FACTS.index(name)] * weight
        return np.asarray(np.add.reduceat(values, first) / lengths, np.float64)

    median = float(np.sort(lengths)[n_lines // 2])
    logs = np.log1p(lengths)
    gaps = newlines_before(segments, classes)[np.append(first, len(segments.line))]
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
            own[last, OWN_FACTS.index("ends_terminal")],
            share("share_upper"),
            share("dots_inside"),
            share("known"),
            sums[:, 3] / lengths,
            sums[:, 4] / lengths,
            sums[:, 5] / lengths,
            sums[:, 6] / lengths,
            logs - np.log1p(median),
            np.concatenate(([0.0], logs[:-1])),
            np.concatenate((logs[1:], [0.0])),
            gaps[:-1],
            gaps[1:],
            np.log1p(np.arange(n_lines)),
            np.log1p(np.arange(n_lines)[::-1]),
            # "Read also: ...": the first words are known, after a mark perhaps, the rest is not.
            np.log1p(covered[np.minimum(starts[:, None] + _LEAD, ends[:, None] - 1)].max(axis=1)),
        ),
        axis=1,
    ).astype(np.float32)
    spread = table[segments.line]
    place = np.arange(len(segments.line)) - first[segments.line]
    spread[:, LINE_FACTS.index("line_place")] = place
    return spread
