"""What is measured on every character before anything is cut: classes and running signals.

Evidence is taken relative to the document wherever that is possible (its own level, its own
vocabulary), because that holds for languages no model has seen.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import NgramTable, fold, hashes
from .characters import CharacterTables
from .phrases import KnownStrings

_BLOCK: Final = 64  # characters whose mean signal counts as one value
_FAR_BITS: Final = 15
_FAR: Final = 400  # characters; a trigram met again beyond this distance is the document's own


@dataclass(frozen=True, slots=True)
class Tables:
    """What the signals are looked up in.

    Attributes:
        characters: classes and scripts.
        lexicon: n-grams of the characters; outputs `lexical.OUTPUTS`.
        shapes: n-grams of their shapes, see `CharacterTables.shape_fold`; the same outputs.
        known: interface strings seen before.
    """

    characters: CharacterTables
    lexicon: NgramTable
    shapes: NgramTable
    known: KnownStrings


@dataclass(frozen=True, slots=True)
class Signals:
    """A text, measured character by character.

    Attributes:
        codes, folded: uint32 (n_chars,), code points as they are and folded.
        classes, scripts: uint8 (n_chars,), see `CharacterTables`.
        lexical, shape: float64 (n_chars + 1, 2), running sums of boilerplate and spam signals
            above the document's own level.
        usual: float32 (2,), that level of the lexical signals.
    """

    codes: npt.NDArray[np.uint32]
    folded: npt.NDArray[np.uint32]
    classes: npt.NDArray[np.uint8]
    scripts: npt.NDArray[np.uint8]
    lexical: npt.NDArray[np.float64]
    shape: npt.NDArray[np.float64]
    usual: npt.NDArray[np.float32]


def measure(codes: npt.NDArray[np.uint32], tables: Tables) -> Signals:
    """Measure a text.

    Args:
        codes: uint32 (n_chars,), code points, at least one.
    """
    classes, scripts = tables.characters.look_up(codes)
    folded = fold(codes, tables.lexicon.fold)
    signal = tables.lexicon.signal(folded)
    shape = tables.shapes.signal(fold(codes, tables.shapes.fold))
    usual = _usual(signal)
    return Signals(
        codes, folded, classes, scripts,
        _running(signal, usual), _running(shape, _usual(shape)), usual,
    )  # fmt: skip


def _running(
    signal: npt.NDArray[np.float32], usual: npt.NDArray[np.float32]
) -> npt.NDArray[np.float64]:
    sums = np.zeros((len(signal) + 1, signal.shape[1]), np.float64)
    np.cumsum(signal - usual, axis=0, out=sums[1:])
    return sums


def _usual(signal: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The signal of an ordinary stretch of this document, float32 (n_outputs,).

    A language or a topic the tables know badly shifts the signal of the whole document; only
    what stands out from the document's own level is evidence.
    """
    n_blocks = max(len(signal) // _BLOCK, 1)
    blocks = signal[: n_blocks * _BLOCK].reshape(n_blocks, -1, signal.shape[1]).mean(axis=1)
    return np.asarray(np.sort(blocks, axis=0)[n_blocks // 2], np.float32)


def seen_far_away(folded: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Whether the trigram that ends at each character occurs far away in the document too."""
    n_chars = len(folded)
    seen = np.zeros(n_chars, np.bool_)
    if n_chars <= _FAR:
        return seen
    buckets = hashes(folded, _FAR_BITS)[2]
    places = np.arange(len(buckets), dtype=np.int32)
    first = np.empty(1 << _FAR_BITS, np.int32)
    last = np.empty(1 << _FAR_BITS, np.int32)
    first[buckets[::-1]] = places[::-1]  # of equal buckets the last one written stays
    last[buckets] = places
    seen[2:] = (places - first.take(buckets) > _FAR) | (last.take(buckets) - places > _FAR)
    return seen
