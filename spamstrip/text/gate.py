"""A first look at a whole document: can there be junk in it at all?

Most documents of a clean corpus have none, and the facts about segments cost far more than the
signals they are made from. So a small forest looks at the extremes of the running signals, in
windows and by line, and at what is glued together, and what it finds clean leaves early.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from .characters import (
    CLASS_COUNT,
    CLOSE,
    DIGIT,
    IS_BLANK,
    IS_WORD,
    LETTER,
    LOWER,
    NEWLINE,
    SYMBOL,
    TERMINAL,
    UPPER,
    flags,
)
from .phrases import KnownStrings
from .signals import SIGNALS, Signals

_STEP: Final = 16  # characters between the places the running signals are read at
_SPANS: Final = (2, 12)  # steps of a window
_WINDOW_READINGS: Final = ("most", "first", "last")
_LINE_READINGS: Final = ("most", "second", "first", "last", "last_but_one")
_END: Final = 3  # lines

GATE_FEATURES: Final = (
    *(f"class_{number}" for number in range(CLASS_COUNT)),
    "length", "known_lines", "known_share",
    "dots_inside", "glued_case", "glued_mark", "glued_digit", "glued_script",
    "share_glued_case", "share_glued_mark",
    "lines", "open_lines", "open_lines_at_end", "shortest", "median", "last",
    "shortest_to_median", "last_to_median",
    "usual_boilerplate", "usual_spam",
    *(f"{reading}_line_{channel}" for reading in _LINE_READINGS for channel in SIGNALS),
    "most_line_boilerplates", "most_line_spams",
    *(f"{reading}_{channel}_{span * _STEP}" for span in _SPANS for reading in _WINDOW_READINGS
      for channel in SIGNALS),
    *(f"most_{name}_{span * _STEP}" for span in _SPANS for name in ("boilerplates", "spams")),
)  # fmt: skip


def gate_features(signals: Signals, known: KnownStrings) -> npt.NDArray[np.float32]:
    """The facts the gate decides by, float32 (1, len(GATE_FEATURES))."""
    n_chars = len(signals.classes)
    starts, ends = _lines(signals.classes)
    n_known, known_chars = known.in_lines(signals.folded, starts, ends)
    row = np.concatenate(
        (
            np.bincount(signals.classes, minlength=CLASS_COUNT) / n_chars,
            (math.log1p(n_chars), n_known, known_chars / n_chars),
            _glued(signals),
            _shape_of_lines(signals.classes, starts, ends),
            signals.usual[:2],
            _of_lines(signals, starts, ends),
            _of_windows(signals),
        ),
        dtype=np.float32,
    )
    return row[None, :]


def _lines(
    classes: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where the lines that are not blank start and end, white space around them left out.

    A text of white space alone is one empty line.
    """
    solid = np.flatnonzero(~IS_BLANK.take(classes))
    if not len(solid):
        return np.zeros(1, np.int64), np.zeros(1, np.int64)
    breaks = np.flatnonzero(classes == NEWLINE)
    at = np.searchsorted(solid, np.concatenate(([0], breaks, [len(classes)])))
    first, end = at[:-1], at[1:]
    filled = first < end
    return solid[first[filled]], solid[end[filled] - 1] + 1


def _glued(signals: Signals) -> tuple[float, ...]:
    """How often one thing is stuck to another, each way it can be."""
    classes, scripts = signals.classes, signals.scripts
    n_chars = len(classes)
    numbers = classes[:-1].astype(np.uint16) * CLASS_COUNT + classes[1:]
    pairs = np.bincount(numbers, minlength=CLASS_COUNT**2)
    word = IS_WORD.take(classes)
    dots = int(np.count_nonzero((classes[1:-1] == TERMINAL) & word[:-2] & word[2:]))
    case, mark, digit = (int(pairs[cells].sum()) for cells in (_CASE, _MARK, _DIGIT))
    known = scripts > 0
    script = int(np.count_nonzero((scripts[1:] != scripts[:-1]) & known[1:] & known[:-1]))
    return dots / n_chars, case, mark, digit, script, case / n_chars, mark / n_chars


def _shape_of_lines(
    classes: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> tuple[float, ...]:
    """How many lines there are, how many end without a final mark, and how long they are."""
    open_end = (~_IS_END.take(classes[np.maximum(ends - 1, 0)])).tolist()
    sizes = (ends - starts).tolist()
    shortest, median, last = (
        math.log1p(size) for size in (min(sizes), sorted(sizes)[len(sizes) // 2], sizes[-1])
    )
    return (
        math.log1p(len(sizes)), sum(open_end) / len(sizes), sum(open_end[-_END:]),
        shortest, median, last, shortest - median, last - median,
    )  # fmt: skip


def _of_lines(
    signals: Signals, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """The signals of whole lines above the document's own level, over the roots of the lengths."""
    sizes = np.maximum(ends - starts, 1).astype(np.float32)
    sums = signals.sums[:, ends] - signals.sums[:, starts]
    excess = sums * signals.scale[:, None] - signals.usual[:, None] * sizes
    excess /= np.sqrt(sizes)
    second = np.sort(excess, axis=1)[:, -2:][:, 0]
    before = excess[:, -2:][:, 0]
    joint = (excess[:2] + excess[2:]).max(axis=1)
    return np.concatenate(
        (excess.max(axis=1), second, excess[:, 0], excess[:, -1], before, joint), dtype=np.float32
    )


def _of_windows(signals: Signals) -> npt.NDArray[np.float32]:
    """The signals in windows of some steps above the document's own level, per character."""
    steps, usual = signals.sums[:, ::_STEP], signals.usual[:, None]
    readings: list[npt.NDArray[np.float32]] = []
    joint: list[npt.NDArray[np.float32]] = []
    for span in _SPANS:
        reach = max(min(span, steps.shape[1] - 1), 0)
        means = steps[:, reach:] - steps[:, : steps.shape[1] - reach]
        means = means * (signals.scale / (max(reach, 1) * _STEP))[:, None] - usual
        readings += [means.max(axis=1), means[:, 0], means[:, -1]]
        joint.append((means[:2] + means[2:]).max(axis=1))
    return np.concatenate((*readings, *joint), dtype=np.float32)


def _pairs(before: tuple[int, ...], after: tuple[int, ...]) -> npt.NDArray[np.intp]:
    """Numbers of pairs of neighbouring classes."""
    return np.array([one * CLASS_COUNT + other for one in before for other in after])


_CASED: Final = (LOWER, UPPER, LETTER)
_CASE: Final = _pairs((LOWER,), (UPPER,))
_MARK: Final = _pairs((TERMINAL, CLOSE, SYMBOL), (*_CASED, DIGIT))
_DIGIT: Final = _pairs((DIGIT,), _CASED)
_IS_END: Final = flags(TERMINAL, CLOSE)
