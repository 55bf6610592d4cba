"""Known interface strings: which stretches of a text are, word for word, boilerplate seen before.

The strings are stored as sorted 64-bit hashes (with 32 bits, one document in a hundred would
meet a false one). A stretch is hashed from running sums of
code points times powers of an odd base modulo 2**64, so all stretches cost a few operations.
"""

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import code_points, fold

_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE: Final = pow(_BASE, -1, 2**64)
_SPREAD: Final = np.uint64(0xD6E8FEB86659FD93)
_TOKENS: Final = 4096  # looked up at once
_PIECE_BITS: Final = 16
_PIECE: Final = 1 << _PIECE_BITS  # characters; powers are stored for so many
_LONGEST: Final = 10  # words; longer strings are met in parts or not at all
_LEAST: Final = 4  # characters; shorter strings say nothing
_LEAST_ALONE: Final = 7  # characters of a single word
_FILTER_BITS: Final = 20
_FILTER_SHIFT: Final = np.uint64(64 - _FILTER_BITS)


def phrase_hash(string: str, fold_table: npt.NDArray[np.uint32]) -> int | None:
    """The hash of a string, white space around it aside; None when it is too short to tell."""
    folded = fold(code_points(string.strip()), fold_table)
    if len(folded) < _LEAST:
        return None
    return int(_Hasher(folded).hashes(np.array([0]), np.array([len(folded)]))[0])


class KnownStrings:
    """The known strings, as sorted hashes with a filter before them.

    Args:
        hashes: uint64, sorted, at least one, see `phrase_hash`.
    """

    def __init__(self, hashes: npt.NDArray[np.uint64]) -> None:
        self.hashes = hashes
        self._maybe = np.zeros(1 << _FILTER_BITS, np.bool_)
        self._maybe[hashes >> _FILTER_SHIFT] = True

    def lengths(
        self,
        folded: npt.NDArray[np.uint32],
        starts: npt.NDArray[np.int64],
        ends: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.float32]:
        """For each character the length of the longest known string that covers it, 0 for none.

        Args:
            folded: uint32 (n_chars,), folded code points.
            starts, ends: int64 (n_tokens,), where known strings may start and end, in order.

        Returns: float32 (n_chars,).
        """
        lengths = np.zeros(len(folded), np.float32)
        hasher = _Hasher(folded)
        n = len(starts)
        spans = np.arange(min(_LONGEST, n))
        for token in range(0, n, _TOKENS):  # memory stays bounded in long texts
            first = np.arange(token, min(token + _TOKENS, n))[:, None]
            last = np.minimum(first + spans, n - 1).ravel()
            first = np.repeat(first.ravel(), len(spans))
            for index in self._known(hasher.hashes(starts[first], ends[last])).tolist():
                start, end = int(starts[first[index]]), int(ends[last[index]])
                if end - start >= (_LEAST if last[index] > first[index] else _LEAST_ALONE):
                    covered = lengths[start:end]
                    np.maximum(covered, end - start, out=covered)
        return lengths

    def in_lines(
        self,
        folded: npt.NDArray[np.uint32],
        starts: npt.NDArray[np.int64],
        ends: npt.NDArray[np.int64],
    ) -> tuple[int, int]:
        """How many of some lines are known strings, and how many characters these have.

        Args:
            folded: uint32 (n_chars,), folded code points.
            starts, ends: int64 (n_lines,), of each line without the white space around it.
        """
        known = self._known(_Hasher(folded).hashes(starts, ends))
        sizes = (ends - starts)[known]
        sizes = sizes[sizes >= _LEAST_ALONE]
        return len(sizes), int(sizes.sum())

    def _known(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
        """Which of the hashes are those of known strings, as indices."""
        likely = np.flatnonzero(self._maybe.take((hashes >> _FILTER_SHIFT).astype(np.intp)))
        place = np.minimum(np.searchsorted(self.hashes, hashes[likely]), len(self.hashes) - 1)
        return np.asarray(likely[self.hashes[place] == hashes[likely]], np.intp)


@functools.cache
def _powers(base: int) -> npt.NDArray[np.uint64]:
    """The first powers of a number modulo 2**64, uint64 (_PIECE,); made once for all texts."""
    powers = np.full(_PIECE, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers, out=powers)


class _Hasher:
    """Hashes of any stretches of one folded text."""

    def __init__(self, folded: npt.NDArray[np.uint32]) -> None:
        terms = folded.astype(np.uint64)
        terms += np.uint64(1)
        self._far: list[int] = []  # the inverse power at the start of each piece
        for start in range(0, max(len(terms), 1), _PIECE):
            piece = terms[start : start + _PIECE]
            piece *= _powers(_BASE)[: len(piece)]
            piece *= np.uint64(pow(_BASE, start, 2**64))
            self._far.append(pow(_INVERSE, start, 2**64))
        self._running = np.zeros(len(folded) + 1, np.uint64)
        np.cumsum(terms, out=self._running[1:])

    def hashes(
        self, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.uint64]:
        """Hashes of the stretches between starts and ends, uint64 (n,)."""
        value = (self._running[ends] - self._running[starts]) * _SPREAD
        value *= _powers(_INVERSE).take(starts & (_PIECE - 1))
        value *= np.array(self._far, np.uint64).take(starts >> _PIECE_BITS)
        return np.asarray(value ^ (value >> np.uint64(32)), np.uint64)
