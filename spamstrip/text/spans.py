"""Facts about a proposed junk span, for the last decision: is it junk?

Only scores and the span's own shape: what else the document holds would be learned by heart.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import distinct
from .cut_facts import CUT_FACTS
from .features import DOCUMENT_FACTS, SEGMENT_FEATURES, Analysis
from .passages import PASSAGE_FACTS

_MEANS: Final = (
    "boilerplate", "spam", "far", "foreign", "dots_inside", "mixed", "single_letters",
    "share_upper", "share_digit", "share_symbol", "share_punct", "ends_terminal", "share_lower",
    "shape_boilerplate", "shape_spam", "known_share", "quoted", "known",
    *PASSAGE_FACTS,
)  # fmt: skip
SPAN_FEATURES: Final = (
    "characters", "segments", "lines", "share_of_document", "mean_odds", "least_odds",
    "most_odds", "summed_odds", "start_odds", "end_odds", "at_start", "at_end", "first_kind",
    "end_kind", "odds_before", "odds_after", "mean_odds_outside", "most_odds_outside",
    "junk_share", "spans", "class_before", "class_last", "class_after",
    "boilerplate_root", "spam_root", "raw_boilerplate", "raw_spam", "document_length",
    "document_lines", "own_boilerplate", "own_spam", *(f"mean_{name}" for name in _MEANS),
)  # fmt: skip
_BEFORE, _AFTER = CUT_FACTS.index("class_before"), CUT_FACTS.index("class_after")
_USUAL: Final = [DOCUMENT_FACTS.index(name) for name in ("usual_boilerplate", "usual_spam")]
_START: Final = np.zeros(1, np.int64)
_MEAN_COLUMNS: Final = [SEGMENT_FEATURES.index(name) for name in _MEANS]


def span_features(
    analysis: Analysis,
    runs: Sequence[tuple[int, int]],
    segment_odds: npt.NDArray[np.float64],
    start_odds: npt.NDArray[np.float64],
    end_odds: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """One row per run of segments; float32 (n_runs, len(SPAN_FEATURES)).

    Args:
        analysis: of the document.
        runs: (first, end) segment numbers, at least one run.
        segment_odds, start_odds, end_odds: as given to `sequence.junk_runs`.
    """
    segments = analysis.segments
    lengths = np.diff(segments.cuts).astype(np.float64)
    total = float(segments.cuts[-1])
    inside = np.zeros(len(lengths), np.bool_)
    for first, end in runs:
        inside[first:end] = True
    facts = analysis.per_segment[:, _MEAN_COLUMNS]
    weights = np.where(inside, 0.0, lengths)
    outside_length = max(weights.sum(), 1.0)
    outside_odds = segment_odds[~inside]
    outside = (
        float(weights @ segment_odds / outside_length),
        float(outside_odds.max()) if len(outside_odds) else 0.0,
        float(lengths[inside].sum() / total),
        float(len(runs)),
    )
    usual = analysis.document[_USUAL]
    rows = []
    for first, end in runs:
        stretch = analysis.signals.folded[segments.cuts[first] : segments.cuts[end]]
        whole = distinct(stretch, _START, np.array((0, len(stretch))), analysis.passages).whole
        odds = segment_odds[first:end]
        own = lengths[first:end]
        size = own.sum()
        means = own @ facts[first:end] / size
        rows.append(
            np.concatenate(
                (
                    (
                        np.log1p(size),
                        np.log1p(end - first),
                        segments.line[end - 1] - segments.line[first],
                        size / total,
                        own @ odds / size,
                        odds.min(),
                        odds.max(),
                        odds.sum(),
                        start_odds[first],
                        end_odds[end],
                        first == 0,
                        end == len(lengths),
                        segments.kinds[first],
                        segments.kinds[end],
                        segment_odds[first - 1] if first else 0.0,
                        segment_odds[end] if end < len(lengths) else 0.0,
                        *outside,
                        analysis.cut[first, _BEFORE],
                        analysis.cut[end, _BEFORE],
                        analysis.cut[end, _AFTER],
                        *(means[:2] * np.sqrt(size)),
                        *(means[:2] + usual),
                        *analysis.document[:2],
                        *whole[0],
                    ),
                    means,
                )
            )
        )
    return np.array(rows, np.float32)
