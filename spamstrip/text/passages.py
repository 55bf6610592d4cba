"""What a line says as a whole: every n-gram in it counts once.

Sums over characters count what recurs every time, so that a name told ten times in a sober
paragraph outweighs all its other words. A paragraph of spam that reads like an article is told by
how many different turns of phrase it shares with spam, and by how far it stands out from the
other lines of its document. A run glued to a sober paragraph is no reason to suspect the paragraph:
so the line is scored up to each segment, and from it on, as well.

The paragraphs of an article share names and terms, in any language; a foreign one shares few.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import NgramTable, distinct
from .segment import CUT_LINE, Segments
from .signals import occurrences

PASSAGE_FACTS: Final = (
    "passage_boilerplate", "passage_spam", "passage_spam_above", "passage_spam_lead",
    "passage_boilerplate_before", "passage_spam_before",
    "passage_boilerplate_after", "passage_spam_after",
    "passage_alone", "passage_alone_above", "passage_alone_lead",
)  # fmt: skip
LINE_ODDS: Final = (
    "line_odds", "line_odds_above", "line_odds_lead", "line_odds_before", "line_odds_after",
)  # fmt: skip
_WORD: Final = 7  # length of the n-grams that lines may share, about a word and its neighbours
_WORD_BITS: Final = 17
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
    scores = distinct(folded, starts, segments.cuts, table)
    lengths = np.diff(np.append(starts, len(folded)))
    facts = np.column_stack((scores.whole, *_standing(scores.whole[:, 1], lengths)))
    share = alone(folded, starts)
    company = np.column_stack((share, *_standing(share, lengths)))
    line = segments.line
    return np.asarray(
        np.concatenate((facts[line], scores.before, scores.after, company[line]), axis=1),
        np.float32,
    )


def alone(folded: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Share of the n-grams of each line that occur in no other line, float64 (n_lines,), 0..1.

    Args:
        folded: uint32 (n_chars,).
        starts: int64 (n_lines,), ascending from 0; a line ends where the next one starts.
    """
    if len(folded) < _WORD:
        return np.ones(len(starts))
    first, last = occurrences(folded, _WORD, _WORD_BITS)
    lengths = np.diff(np.append(starts, len(folded)))
    owner = np.repeat(np.arange(len(starts)), lengths)[: len(first)]
    begin, end = starts[owner], (starts + lengths)[owner]
    inside = np.arange(len(first)) + _WORD <= end
    apart = inside & (first >= begin) & (last < end)
    count = np.bincount(owner, inside, len(starts))
    found = np.bincount(owner, apart, len(starts))
    return np.asarray(np.where(count > 0, found / np.maximum(count, 1.0), 1.0))


def line_odds(odds: npt.NDArray[np.float64], segments: Segments) -> npt.NDArray[np.float64]:
    """Mean log-odds of the line each segment is in, columns `LINE_ODDS`."""
    lengths = np.diff(segments.cuts)
    line = segments.line
    total = np.bincount(line, lengths)
    means = np.bincount(line, lengths * odds) / total
    weight, mass = (np.concatenate(([0.0], np.cumsum(v))) for v in (lengths, lengths * odds))
    first = np.searchsorted(line, line)
    last = np.searchsorted(line, line, side="right")
    here = np.arange(len(line))
    before = (mass[here + 1] - mass[first]) / (weight[here + 1] - weight[first])
    after = (mass[last] - mass[here]) / (weight[last] - weight[here])
    of_line = np.column_stack((means, *_standing(means, total)))
    return np.column_stack((of_line[line], before, after))


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
