"""The text model: n-gram tables, four forests and the operating points, from two files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .. import model_file
from ..lexical import LexicalModel
from ..trees import Forest
from .characters import CharacterTables
from .context import (
    CONTEXT_CUT_FEATURES,
    CONTEXT_SEGMENT_FEATURES,
    context,
    context_cuts,
    context_segments,
)
from .features import SEGMENT_FEATURES, Analysis, analyse
from .sequence import junk_runs
from .spans import SPAN_FEATURES, span_features

KIND: Final = "text"
FEATURES: Final = (
    *(f"segment:{name}" for name in SEGMENT_FEATURES),
    *(f"context:{name}" for name in CONTEXT_SEGMENT_FEATURES),
    *(f"cut:{name}" for name in CONTEXT_CUT_FEATURES),
    *(f"span:{name}" for name in SPAN_FEATURES),
)


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the scores are put together.

    Attributes:
        cut_weight: factor on the log-odds of a change at a cut.
        switch_cost: log-odds every change between body and junk costs.
        bias: log-odds taken off every segment's score.
        least_odds: a document without a segment of at least these first log-odds is clean.
    """

    cut_weight: float = 1.0
    switch_cost: float = 1.0
    bias: float = 0.0
    least_odds: float = -3.0


@dataclass(frozen=True, slots=True)
class Span:
    """A proposed junk span: segment numbers, and the probability that all of it is junk."""

    first: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Scores:
    """The evidence of one document.

    Attributes:
        segment: float64 (n_segments,), log-odds that a segment is junk.
        start, end: float64 (n_segments + 1,), what a start or an end of junk adds at a cut.
    """

    segment: npt.NDArray[np.float64]
    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forests:
    """The boosted trees.

    Attributes:
        segment: first log-odds that a segment is junk.
        context: second log-odds, which know the first ones of the surroundings.
        cut: scores of no change, junk starts, junk ends at a cut.
        span: log-odds that a proposed span is junk throughout.
    """

    segment: Forest
    context: Forest
    cut: Forest
    span: Forest

    def score(self, analysis: Analysis, decoding: Decoding) -> Scores | None:
        """Score a document; None when nothing in it can be junk (most clean documents)."""
        first = self.segment.decision(analysis.per_segment)[:, 0].astype(np.float64)
        if first.max() < decoding.least_odds:
            return None
        around = context(first, np.diff(analysis.segments.cuts))
        return second_scores(self.context, self.cut, analysis, around, decoding)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays for a model file."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name in ("segment", "context", "cut", "span"):
            forest: Forest = getattr(self, name)
            arrays |= forest.to_arrays(f"{name}_")
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "Forests":
        """The inverse of `to_arrays`."""
        names = ("segment", "context", "cut", "span")
        return cls(**{name: Forest.from_arrays(arrays, f"{name}_") for name in names})


def second_scores(
    context_forest: Forest,
    cut_forest: Forest,
    analysis: Analysis,
    around: npt.NDArray[np.float32],
    decoding: Decoding,
) -> Scores:
    """Score a document whose surroundings (`context.context`) are known."""
    segment = context_forest.decision(context_segments(analysis, around))[:, 0]
    n_cuts = len(segment) + 1
    start = np.zeros(n_cuts)
    end = np.zeros(n_cuts)
    # At the ends of the text nothing speaks for or against a change but its cost.
    start[:-1] = -decoding.switch_cost
    end[1:-1] = -decoding.switch_cost
    if n_cuts > 2:
        scores = cut_forest.decision(context_cuts(analysis, around)).astype(np.float64)
        start[1:-1] += decoding.cut_weight * (scores[:, 1] - scores[:, 0])
        end[1:-1] += decoding.cut_weight * (scores[:, 2] - scores[:, 0])
    return Scores(segment.astype(np.float64), start, end)


@dataclass(frozen=True, slots=True)
class TextModel:
    """The loaded text model.

    Attributes:
        lexical: the n-gram tables.
        tables: character classes and scripts.
        known: hashes of known interface strings, see `phrases`.
        forests: the four forests.
        decoding: how the scores are put together.
        thresholds: least span probability for a removal, per preset.
        header: the model file's passport.
    """

    lexical: LexicalModel
    tables: CharacterTables
    known: npt.NDArray[np.uint64]
    forests: Forests
    decoding: Decoding
    thresholds: dict[str, float]
    header: dict[str, Any]

    @classmethod
    def load(cls, directory: Path) -> "TextModel":
        """Read `text.npz` and `lexical.npz` from a directory.

        Raises:
            ModelError: a file is missing, damaged or of another version.
        """
        stored = model_file.load(directory / "text.npz", KIND, FEATURES)
        return cls(
            lexical=LexicalModel.load(directory),
            tables=CharacterTables.from_arrays(stored.arrays, "characters_"),
            known=stored.arrays["known"],
            forests=Forests.from_arrays(stored.arrays),
            decoding=Decoding(**stored.header["decoding"]),
            thresholds=stored.header["thresholds"],
            header=stored.header,
        )

    def propose(self, codes: npt.NDArray[np.uint32]) -> tuple[Analysis, list[Span]]:
        """Cut a text (code points, at least one) and propose junk spans, whatever their score."""
        analysis = analyse(codes, self.tables, self.lexical.table, self.known)
        scores = self.forests.score(analysis, self.decoding)
        if scores is None:
            return analysis, []
        runs = junk_runs(scores.segment - self.decoding.bias, scores.start, scores.end)
        if not runs:
            return analysis, []
        rows = span_features(analysis, runs, scores.segment, scores.start, scores.end)
        odds = self.forests.span.decision(rows)[:, 0].astype(np.float64)
        probabilities = 1.0 / (1.0 + np.exp(-odds))
        return analysis, [
            Span(first, end, float(probability))
            for (first, end), probability in zip(runs, probabilities, strict=True)
        ]
