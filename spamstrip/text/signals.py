"""What is measured on every character before anything is cut: classes and running signals.

Evidence is taken relative to the document wherever that is possible (its own level, its own
vocabulary), because that holds for languages no model has seen.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import NgramTable, fold, full_hashes, paired, running
from .characters import CharacterTables
from .phrases import KnownStrings

SIGNALS: Final = ("boilerplate", "spam", "shape_boilerplate", "shape_spam")
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
        passages: n-grams of the characters, each counted once a line; the same outputs.
        pairs: the weights of `lexicon` and of `shapes`, see `ngrams.paired`.
    """

    characters: CharacterTables
    lexicon: NgramTable
    shapes: NgramTable
    known: KnownStrings
    passages: NgramTable
    pairs: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "pairs", (paired(self.lexicon.weights), paired(self.shapes.weights))
        )


@dataclass(frozen=True, slots=True)
class Signals:
    """A text, measured character by character.

    Attributes:
        codes, folded: uint32 (n_chars,), code points as they are and folded.
        classes, scripts: uint8 (n_chars,), see `CharacterTables`.
        sums: int32 (4, n_chars + 1), running sums of the signals, rows `SIGNALS`.
        scale: float32 (4,), what one unit of the sums is worth.
        usual: float32 (4,), the document's own level of each signal, per character.
    """

    codes: npt.NDArray[np.uint32]
    folded: npt.NDArray[np.uint32]
    classes: npt.NDArray[np.uint8]
    scripts: npt.NDArray[np.uint8]
    sums: npt.NDArray[np.int32]
    scale: npt.NDArray[np.float32]
    usual: npt.NDArray[np.float32]

    def relative(self) -> npt.NDArray[np.float64]:
        """Running sums of the signals above the document's own level, float64 (n_chars + 1, 4)."""
        level = np.arange(self.sums.shape[1])[:, None] * self.usual.astype(np.float64)
        return np.asarray(self.sums.T * self.scale.astype(np.float64) - level)


def measure(codes: npt.NDArray[np.uint32], tables: Tables) -> Signals:
    """Measure a text.

    Args:
        codes: uint32 (n_chars,), code points, at least one.
    """
    classes, scripts = tables.characters.look_up(codes)
    folded = fold(codes, tables.lexicon.fold)
    shapes = fold(codes, tables.shapes.fold)
    sums = np.concatenate((running(folded, tables.pairs[0]), running(shapes, tables.pairs[1])))
    scale = np.concatenate((tables.lexicon.scale, tables.shapes.scale))
    return Signals(codes, folded, classes, scripts, sums, scale, _usual(sums) * scale)


def _usual(sums: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """The signals of an ordinary stretch of this document, float32 (n_signals,).

    A language or a topic the tables know badly shifts the signal of the whole document; only
    what stands out from the document's own level is evidence.
    """
    n_chars = sums.shape[1] - 1
    size = min(_BLOCK, n_chars)
    blocks = np.sort(np.diff(sums[:, ::size], axis=1), axis=1)
    return np.asarray(blocks[:, blocks.shape[1] // 2] / size, np.float32)


def seen_far_away(folded: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Whether the trigram that ends at each character occurs far away in the document too."""
    n_chars = len(folded)
    seen = np.zeros(n_chars, np.bool_)
    if n_chars <= _FAR:
        return seen
    first, last = occurrences(folded, 3, _FAR_BITS)
    places = np.arange(len(first), dtype=np.int32)
    seen[2:] = (places - first > _FAR) | (last - places > _FAR)
    return seen


def occurrences(
    folded: npt.NDArray[np.uint32], order: int, bits: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Where the n-gram that starts at each character starts first and last in the text.

    Args:
        folded: uint32 (n_chars,), at least `order`.
        bits: n-grams are told apart by hashes of so many bits.

    Returns: int32 (n_chars - order + 1,) both.
    """
    buckets = full_hashes(folded, (order,))[0] >> np.uint32(32 - bits)
    places = np.arange(len(buckets), dtype=np.int32)
    first = np.empty(1 << bits, np.int32)
    last = np.empty(1 << bits, np.int32)
    first[buckets[::-1]] = places[::-1]  # of equal buckets the last one written stays
    last[buckets] = places
    return first.take(buckets), last.take(buckets)
