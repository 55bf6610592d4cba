"""A first look at a whole document: can there be junk in it at all?

Most documents of a clean corpus have none, and the facts about segments cost far more than the
signals they are made from. So a small forest looks at the extremes of the running signals, and
what it finds clean leaves early.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from .characters import CLASS_COUNT, DIGIT, LETTER, LOWER, TERMINAL, UPPER, flags
from .signals import Signals

_STEP: Final = 16  # characters between the places the running signals are read at
_SPANS: Final = (2, 4, 12)  # steps of a window
_CHANNELS: Final = ("boilerplate", "spam", "shape_boilerplate", "shape_spam")
_READINGS: Final = ("most", "first", "last", "high")

GATE_FEATURES: Final = (
    "length", "dots_inside", "usual_boilerplate", "usual_spam",
    *(f"class_{number}" for number in range(CLASS_COUNT)),
    *(f"{reading}_{channel}_{span * _STEP}" for span in _SPANS for reading in _READINGS
      for channel in _CHANNELS),
    *(f"most_{name}_{span * _STEP}" for span in _SPANS for name in ("boilerplates", "spams")),
)  # fmt: skip


def gate_features(signals: Signals) -> npt.NDArray[np.float32]:
    """The facts the gate decides by, float32 (1, len(GATE_FEATURES))."""
    classes = signals.classes
    n_chars = len(classes)
    counts = np.bincount(classes, minlength=CLASS_COUNT) / n_chars
    word = _IS_WORD.take(classes)
    inside = np.count_nonzero((classes[1:-1] == TERMINAL) & word[:-2] & word[2:])
    steps = np.concatenate(
        (signals.lexical[::_STEP], signals.shape[::_STEP]), axis=1, dtype=np.float32
    )
    row = [np.log1p(n_chars), inside / n_chars, *signals.usual, *counts]
    sums = []
    for span in _SPANS:
        reach = max(min(span, len(steps) - 1), 0)
        means = steps[reach:] - steps[: len(steps) - reach]
        means /= max(reach, 1) * _STEP
        rank = max(len(means) // 10, 1)
        high = np.partition(means, -rank, axis=0)[-rank]
        row += [*means.max(axis=0), *means[0], *means[-1], *high]
        both = means[:, :2] + means[:, 2:]
        sums += [*both.max(axis=0)]
    return np.array([[*row, *sums]], np.float32)


_IS_WORD: Final = flags(LOWER, UPPER, LETTER, DIGIT)
