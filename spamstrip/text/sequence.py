"""Decide over the whole sequence of segments which of them are junk.

A two-state Viterbi search: every segment adds its log-odds of being junk, every change between
body and junk adds the log-odds of a change at that cut.
"""

import numpy as np
import numpy.typing as npt


def junk_runs(
    segment_odds: npt.NDArray[np.float64],
    start_odds: npt.NDArray[np.float64],
    end_odds: npt.NDArray[np.float64],
) -> list[tuple[int, int]]:
    """The best-scoring runs of junk segments.

    Args:
        segment_odds: float64 (n_segments,), log-odds that a segment is junk.
        start_odds: float64 (n_segments + 1,), what it adds when junk starts at a cut.
        end_odds: float64 (n_segments + 1,), what it adds when junk ends at a cut.

    Returns:
        (first, end) segment numbers of each run, in order, `end` exclusive.
    """
    # Runs without any positive evidence cannot win: look only where there is some.
    gain, best_junk = 0.0, float("-inf")
    junk_from = 0
    body_from: list[tuple[int, int] | None] = []
    opened: list[int] = []
    for index, odds in enumerate(segment_odds.tolist()):
        entering = gain + float(start_odds[index])
        if entering >= best_junk:
            best_junk, junk_from = entering, index
        best_junk += odds
        leaving = best_junk + float(end_odds[index + 1])
        opened.append(junk_from)
        if leaving > gain:
            gain = leaving
            body_from.append((junk_from, index + 1))
        else:
            body_from.append(None)
    runs = []
    index = len(body_from)
    while index > 0:
        run = body_from[index - 1]
        if run is None:
            index -= 1
        else:
            runs.append(run)
            index = run[0]
    return runs[::-1]
