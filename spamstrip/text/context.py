"""What the first scores say about a segment's surroundings, for the second scores.

A short line means little alone; between two lines of a comment form it is a line of the form.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from .features import CUT_FEATURES, SEGMENT_FEATURES, Analysis
from .passages import LINE_ODDS, line_odds
from .segment import Segments

_STEPS: Final = (1, 2, 3)
_SPANS: Final = (2, 4, 8, 20)
CONTEXT: Final = (
    "odds",
    *(f"odds_{side}_{step}" for step in _STEPS for side in ("before", "after")),
    *(f"mean_odds_{side}_{span}" for span in (*_SPANS, "all") for side in ("before", "after")),
    *(f"{name}_odds_{side}" for name in ("most", "least") for side in ("before", "after")),
    *(f"junk_share_{side}" for side in ("before", "after")),
    "most_odds",
    *LINE_ODDS,
)
_KEPT: Final = [
    index
    for index, name in enumerate(SEGMENT_FEATURES)
    if not name.startswith(("left_", "right_", "before1_", "before2_", "after1_", "after2_"))
]
CONTEXT_SEGMENT_FEATURES: Final = (*CONTEXT, *(SEGMENT_FEATURES[index] for index in _KEPT))
CONTEXT_CUT_FEATURES: Final = (
    *(f"left_{name}" for name in CONTEXT),
    *(f"right_{name}" for name in CONTEXT),
    *CUT_FEATURES,
)
_LIMIT: Final = 8.0  # log-odds beyond this say nothing more


def context(odds: npt.NDArray[np.float64], segments: Segments) -> npt.NDArray[np.float32]:
    """The surroundings of every segment; float32 (n_segments, len(CONTEXT)).

    Args:
        odds: float64 (n_segments,), first log-odds that a segment is junk.
        segments: their lengths weigh the means.
    """
    n = len(odds)
    odds = np.clip(odds, -_LIMIT, _LIMIT)
    padded = np.concatenate((np.full(3, -_LIMIT), odds, np.full(3, -_LIMIT)))
    columns: list[npt.NDArray[np.float64]] = [odds]
    for step in _STEPS:
        columns += [padded[3 - step : 3 - step + n], padded[3 + step : 3 + step + n]]
    weights = np.minimum(np.diff(segments.cuts), 200).astype(np.float64)
    mass = np.concatenate(([0.0], np.cumsum(odds * weights)))
    weight = np.concatenate(([0.0], np.cumsum(weights)))
    junk = np.concatenate(([0.0], np.cumsum(weights * (odds > 0))))
    here = np.arange(n)
    for span in (*_SPANS, n):
        before = np.maximum(here - span, 0)
        after = np.minimum(here + 1 + span, n)
        columns.append((mass[here] - mass[before]) / np.maximum(weight[here] - weight[before], 1))
        columns.append(
            (mass[after] - mass[here + 1]) / np.maximum(weight[after] - weight[here + 1], 1)
        )
    for accumulate, edge in ((np.maximum.accumulate, -_LIMIT), (np.minimum.accumulate, _LIMIT)):
        columns.append(np.concatenate(([edge], accumulate(odds)[:-1])))
        columns.append(np.concatenate((accumulate(odds[::-1])[::-1][1:], [edge])))
    columns.append(junk[:-1] / np.maximum(weight[:-1], 1))
    columns.append((junk[-1] - junk[1:]) / np.maximum(weight[-1] - weight[1:], 1))
    columns.append(np.full(n, odds.max()))
    columns.extend(line_odds(odds, segments).T)
    return np.stack(columns, axis=1).astype(np.float32)


def context_segments(
    analysis: Analysis, around: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Columns `CONTEXT_SEGMENT_FEATURES`, one row per segment."""
    return np.concatenate((around, analysis.per_segment[:, _KEPT]), axis=1)


def context_cuts(analysis: Analysis, around: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Columns `CONTEXT_CUT_FEATURES`, one row per inner cut."""
    return np.concatenate((around[:-1], around[1:], analysis.per_cut()), axis=1)
