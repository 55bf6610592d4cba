"""Known interface strings: which stretches of a text are, word for word, boilerplate seen before.

The strings are stored as sorted 64-bit hashes (with 32 bits, one document in a hundred would
meet a false one). A stretch is hashed from running sums of
code points times powers of an odd base modulo 2**64, so all stretches cost a few operations.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import code_points, fold

_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE: Final = pow(_BASE, -1, 2**64)
_SPREAD: Final = np.uint64(0xD6E8FEB86659FD93)
_LONGEST: Final = 6  # segments a string may be cut into
_LEAST: Final = 4  # characters; shorter strings say nothing


def phrase_hash(string: str, fold_table: npt.NDArray[np.uint32]) -> int | None:
    """The hash of a string, white space around it aside; None when it is too short to tell."""
    folded = fold(code_points(string.strip()), fold_table)
    if len(folded) < _LEAST:
        return None
    return int(_Hasher(folded).hashes(np.array([0]), np.array([len(folded)]))[0])


def known_lengths(
    folded: npt.NDArray[np.uint32],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    known: npt.NDArray[np.uint64],
) -> npt.NDArray[np.float32]:
    """For each segment the length of the longest known string that covers it, 0 for none.

    Args:
        folded: uint32 (n_chars,), folded code points.
        starts, ends: int64 (n_segments,), each segment without the white space around it.
        known: uint64, sorted, at least one, see `phrase_hash`.
    """
    n = len(starts)
    lengths = np.zeros(n, np.float32)
    hasher = _Hasher(folded)
    for span in range(1, min(_LONGEST, n) + 1):
        first, last = starts[: n - span + 1], ends[span - 1 :]
        hashes = hasher.hashes(first, last)
        place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        hit = np.flatnonzero((known[place] == hashes) & (last - first >= _LEAST))
        for offset in range(span):
            covered = hit + offset
            lengths[covered] = np.maximum(lengths[covered], last[hit] - first[hit])
    return lengths


class _Hasher:
    """Hashes of any stretches of one folded text."""

    def __init__(self, folded: npt.NDArray[np.uint32]) -> None:
        count = len(folded) + 1
        powers = np.full(count, _BASE, np.uint64)
        powers[0] = 1
        np.cumprod(powers, out=powers)
        self._inverse = np.full(count, _INVERSE, np.uint64)
        self._inverse[0] = 1
        np.cumprod(self._inverse, out=self._inverse)
        self._running = np.zeros(count, np.uint64)
        np.cumsum((folded.astype(np.uint64) + np.uint64(1)) * powers[:-1], out=self._running[1:])

    def hashes(
        self, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.uint64]:
        """Hashes of the stretches between starts and ends, uint64 (n,)."""
        value = (self._running[ends] - self._running[starts]) * self._inverse[starts] * _SPREAD
        return np.asarray(value ^ (value >> np.uint64(32)), np.uint64)
