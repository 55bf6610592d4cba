"""The text model: n-gram tables, six forests and the operating points, from two files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .. import model_file
from ..lexical import LexicalModel
from ..ngrams import NgramTable
from ..trees import Forest
from .boundary import BOUNDARY_FEATURES, placed
from .characters import CharacterTables
from .context import (
    CONTEXT_CUT_FEATURES,
    CONTEXT_SEGMENT_FEATURES,
    context,
    context_cuts,
    context_segments,
)
from .features import SEGMENT_FEATURES, Analysis, analyse
from .gate import GATE_FEATURES, gate_features
from .phrases import KnownStrings
from .pieces import joined, pieces, undivided
from .segment import Segments
from .sequence import junk_runs
from .signals import Tables, measure
from .spans import SPAN_FEATURES, span_features

KIND: Final = "text"
FEATURES: Final = (
    *(f"gate:{name}" for name in GATE_FEATURES),
    *(f"segment:{name}" for name in SEGMENT_FEATURES),
    *(f"context:{name}" for name in CONTEXT_SEGMENT_FEATURES),
    *(f"cut:{name}" for name in CONTEXT_CUT_FEATURES),
    *(f"span:{name}" for name in SPAN_FEATURES),
    *(f"boundary:{name}" for name in BOUNDARY_FEATURES),
)


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the scores are put together.

    Attributes:
        cut_weight: factor on the log-odds of a change at a cut.
        switch_cost: log-odds every change between body and junk costs.
        bias: log-odds taken off every segment's score.
        least_gate: a document of which the gate says less than these log-odds is clean.
        least_odds: so is one without a segment of at least these first log-odds.
    """

    cut_weight: float = 1.0
    switch_cost: float = 1.0
    bias: float = 0.0
    least_gate: float = -8.0
    least_odds: float = -3.0


@dataclass(frozen=True, slots=True)
class Span:
    """A proposed junk span: offsets, and the probability that all of it is junk."""

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed junk spans of a text, in order, at least one, and its segments.

    In a long text, a piece in which nothing is proposed is one segment, see `pieces`.
    """

    segments: Segments
    spans: list[Span]


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
        gate: log-odds that anything in a document is junk.
        segment: first log-odds that a segment is junk.
        context: second log-odds, which know the first ones of the surroundings.
        cut: scores of no change, junk starts, junk ends at a cut.
        span: log-odds that a proposed span is junk throughout.
        boundary: log-odds that a place is where a proposed span starts or ends.
    """

    gate: Forest
    segment: Forest
    context: Forest
    cut: Forest
    span: Forest
    boundary: Forest

    def score(self, analysis: Analysis, decoding: Decoding) -> Scores | None:
        """Score a document; None when nothing in it can be junk (most clean documents)."""
        first = self.segment.decision(analysis.per_segment)[:, 0].astype(np.float64)
        if first.max() < decoding.least_odds:
            return None
        around = context(first, analysis.segments)
        return second_scores(self.context, self.cut, analysis, around, decoding)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays for a model file."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name in ("gate", "segment", "context", "cut", "span", "boundary"):
            forest: Forest = getattr(self, name)
            arrays |= forest.to_arrays(f"{name}_")
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "Forests":
        """The inverse of `to_arrays`."""
        names = ("gate", "segment", "context", "cut", "span", "boundary")
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
        tables: what the signals are looked up in.
        forests: the six forests.
        decoding: how the scores are put together.
        thresholds: least span probability for a removal, per preset.
        header: the model file's passport.
    """

    lexical: LexicalModel
    tables: Tables
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
        lexical = LexicalModel.load(directory)
        characters = CharacterTables.from_arrays(stored.arrays, "characters_")
        shapes, passages = (
            NgramTable(fold, stored.arrays[f"{name}_weights"], stored.arrays[f"{name}_scale"])
            for name, fold in (("shape", characters.shape_fold()), ("passage", lexical.table.fold))
        )
        known = KnownStrings(stored.arrays["known"])
        return cls(
            lexical=lexical,
            tables=Tables(characters, lexical.table, shapes, known, passages),
            forests=Forests.from_arrays(stored.arrays),
            decoding=Decoding(**stored.header["decoding"]),
            thresholds=stored.header["thresholds"],
            header=stored.header,
        )

    def propose(self, codes: npt.NDArray[np.uint32]) -> Proposal | None:
        """Propose junk spans, whatever their score, in a text (code points, at least one).

        Returns: None when there is nothing to propose, as in most clean documents.
        """
        bounds = list(pieces(codes))
        found = [self._propose(codes[start:end]) for start, end in bounds]
        if len(found) == 1:
            return found[0]
        spans: list[Span] = []
        parts: list[Segments] = []
        for (start, end), proposal in zip(bounds, found, strict=True):
            parts.append(proposal.segments if proposal else undivided(end - start))
            for span in proposal.spans if proposal else ():
                spans.append(Span(span.start + start, span.end + start, span.probability))
        return Proposal(joined(parts), spans) if spans else None

    def _propose(self, codes: npt.NDArray[np.uint32]) -> Proposal | None:
        """The proposals in one piece of a text."""
        signals = measure(codes, self.tables)
        gate = self.forests.gate.decision(gate_features(signals, self.tables.known))
        if gate[0, 0] < self.decoding.least_gate:
            return None
        analysis = analyse(signals, self.tables)
        scores = self.forests.score(analysis, self.decoding)
        if scores is None:
            return None
        runs = junk_runs(scores.segment - self.decoding.bias, scores.start, scores.end)
        if not runs:
            return None
        rows = span_features(analysis, runs, scores.segment, scores.start, scores.end)
        odds = self.forests.span.decision(rows)[:, 0].astype(np.float64)
        places = placed(analysis, scores.segment, runs, self.forests.boundary)
        probabilities = 1.0 / (1.0 + np.exp(-odds))
        spans = [
            Span(start, end, float(probability))
            for (start, end), probability in zip(places, probabilities, strict=True)
            if start < end
        ]
        return Proposal(analysis.segments, spans) if spans else None
