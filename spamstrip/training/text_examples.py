"""Composed documents, measured and marked with their gold labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spamstrip.ngrams import code_points
from spamstrip.text.features import Analysis, analyse
from spamstrip.text.gate import gate_features
from spamstrip.text.signals import Tables, measure

from .composer import Composed


@dataclass(frozen=True, slots=True)
class Example:
    """A composed document, measured, with its gold labels.

    Attributes:
        composed: the document.
        gate: float32 (1, len(GATE_FEATURES)).
        analysis: its segments and their features.
        junk: float32 (n_segments,), share of each segment's characters that is junk.
        change: int8 (n_segments - 1,), per inner cut 0 no change, 1 junk starts, 2 it ends.
        strange: the lexical table behind the features never saw the junk's sources.
    """

    composed: Composed
    gate: npt.NDArray[np.float32]
    analysis: Analysis
    junk: npt.NDArray[np.float32]
    change: npt.NDArray[np.int8]
    strange: bool


def examples(documents: Sequence[Composed], tables: Tables, *, strange: bool) -> list[Example]:
    """Measure composed documents and mark what is junk in them."""
    found = []
    for composed in documents:
        if composed.text.strip():
            signals = measure(code_points(composed.text), tables)
            analysis = analyse(signals, tables)
            junk, change = _gold(composed, analysis)
            found.append(
                Example(
                    composed, gate_features(signals, tables.known), analysis, junk, change, strange
                )
            )
    return found


def _gold(
    composed: Composed, analysis: Analysis
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int8]]:
    solid = np.array([not char.isspace() for char in composed.text], np.float64)
    marked = np.zeros(len(solid))
    for span in composed.spans:
        marked[span.start : span.end] = 1.0
    cuts = analysis.segments.cuts
    running = np.concatenate((np.zeros((2, 1)), np.cumsum((solid, marked * solid), axis=1)), axis=1)
    total, junk = np.diff(running[:, cuts], axis=1)
    share = junk / np.maximum(total, 1.0)
    state = share > 0.5
    change = np.zeros(len(state) - 1, np.int8)
    change[~state[:-1] & state[1:]] = 1
    change[state[:-1] & ~state[1:]] = 2
    return share.astype(np.float32), change
