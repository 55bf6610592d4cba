"""What a line says as a whole: every n-gram in it counts once.

Sums over characters count what recurs every time, so that a name told ten times in a sober
paragraph outweighs all its other words. A paragraph of spam that reads like an article is told by
how many different turns of phrase it shares with spam, and by how far it stands out from the
other lines of its document.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import NgramTable, distinct_scores
from .segment import CUT_LINE, Segments

PASSAGE_FACTS: Final = (
    "passage_boilerplate", "passage_spam", "passage_spam_above", "passage_spam_lead",
)  # fmt: skip
LINE_ODDS: Final = ("line_odds", "line_odds_above", "line_odds_lead")
_PROSE: Final = 60  # characters; shorter lines are no measure for the others


def passage_facts(
    segments: Segments, folded: npt.NDArray[np.uint32], table: NgramTable
) -> npt.NDArray[np.float32]:
    """The facts of the line each segment is in, columns `PASSAGE_FACTS`.

    Args:
        folded: uint32 (n_chars,).
        table: fitted on texts in which every n-gram counts once, outputs `lexical.OUTPUTS`.
    """
    starts = segments.cuts[:-1][segments.kinds[:-1] == CUT_LINE]
    scores = distinct_scores(folded, starts, table)
    lengths = np.diff(np.append(starts, len(folded)))
    facts = np.column_stack((scores, *_standing(scores[:, 1], lengths)))
    return np.asarray(facts[segments.line], np.float32)


def line_odds(odds: npt.NDArray[np.float64], segments: Segments) -> npt.NDArray[np.float64]:
    """Mean log-odds of the line each segment is in, columns `LINE_ODDS`."""
    lengths = np.diff(segments.cuts)
    total = np.bincount(segments.line, lengths)
    means = np.bincount(segments.line, lengths * odds) / total
    return np.column_stack((means, *_standing(means, total)))[segments.line]


def _standing(
    values: npt.NDArray[np.floating], lengths: npt.NDArray[np.floating | np.integer]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How far each line is above the mean, and above the highest, of the other long lines.

    Both are 0 where there is no other long line.
    """
    long = lengths >= _PROSE
    weights = np.where(long, lengths, 0.0)
    others = weights.sum() - weights
    mean = (weights @ values - weights * values) / np.maximum(others, 1.0)
    top = np.sort(values[long])[-2:]
    if len(top) < 2:
        highest = np.where(long, values, top[0] if len(top) else values)
    else:
        highest = np.where(long & (values == top[1]), top[0], top[1])
    known = others > 0
    return np.where(known, values - mean, 0.0), np.where(known, values - highest, 0.0)
