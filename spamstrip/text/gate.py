"""A first look at a whole document: can there be junk in it at all?

Most documents of a clean corpus have none, and the facts about segments cost far more than the
signals they are made from. So a small forest looks at the extremes of the running signals, and
what it finds clean leaves early.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from .characters import (
    CLASS_COUNT,
    DIGIT,
    IS_BLANK,
    LETTER,
    LOWER,
    NEWLINE,
    TERMINAL,
    UPPER,
    flags,
)
from .phrases import KnownStrings
from .signals import SIGNALS, Signals

_STEP: Final = 16  # characters between the places the running signals are read at
_SPANS: Final = (2, 4, 12)  # steps of a window
_READINGS: Final = ("most", "first", "last", "high")

GATE_FEATURES: Final = (
    "length", "lines", "known_lines", "known_share", "dots_inside", "usual_boilerplate",
    "usual_spam",
    *(f"class_{number}" for number in range(CLASS_COUNT)),
    *(f"{reading}_{channel}_{span * _STEP}" for span in _SPANS for reading in _READINGS
      for channel in SIGNALS),
    *(f"most_{name}_{span * _STEP}" for span in _SPANS for name in ("boilerplates", "spams")),
)  # fmt: skip


def gate_features(signals: Signals, known: KnownStrings) -> npt.NDArray[np.float32]:
    """The facts the gate decides by, float32 (1, len(GATE_FEATURES))."""
    classes = signals.classes
    n_chars = len(classes)
    counts = np.bincount(classes, minlength=CLASS_COUNT) / n_chars
    word = _IS_WORD.take(classes)
    inside = np.count_nonzero((classes[1:-1] == TERMINAL) & word[:-2] & word[2:])
    starts, ends = _lines(classes)
    n_known, known_chars = known.in_lines(signals.folded, starts, ends)
    facts = (np.log1p(n_chars), np.log1p(len(starts)), n_known, known_chars / n_chars,
             inside / n_chars)  # fmt: skip
    steps, usual = signals.sums[:, ::_STEP], signals.usual[:, None]
    readings: list[npt.NDArray[np.float32]] = []
    sums: list[npt.NDArray[np.float32]] = []
    for span in _SPANS:
        reach = max(min(span, steps.shape[1] - 1), 0)
        means = steps[:, reach:] - steps[:, : steps.shape[1] - reach]
        means = means * (signals.scale / (max(reach, 1) * _STEP))[:, None] - usual
        ordered = np.sort(means, axis=1)
        rank = max(means.shape[1] // 10, 1)
        readings += [ordered[:, -1], means[:, 0], means[:, -1], ordered[:, -rank]]
        sums.append((means[:2] + means[2:]).max(axis=1))
    row = np.concatenate((facts, signals.usual[:2], counts, *readings, *sums), dtype=np.float32)
    return row[None, :]


def _lines(
    classes: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where the lines that are not blank start and end, white space around them left out."""
    solid = np.flatnonzero(~IS_BLANK.take(classes))
    breaks = np.flatnonzero(classes == NEWLINE)
    at = np.searchsorted(solid, np.concatenate(([0], breaks, [len(classes)])))
    first, end = at[:-1], at[1:]
    first, end = first[first < end], end[first < end]
    return solid[first], solid[end - 1] + 1


_IS_WORD: Final = flags(LOWER, UPPER, LETTER, DIGIT)
