"""Hashed character n-grams: a linear model whose weights give a score per character.

A document is folded one character to one (so offsets never move), all n-grams of the orders
2..5 are hashed in a few vector operations, and each n-gram's learned weights are looked up.
The weights of an n-gram are counted at its last character; sums over a segment come from one
cumulative sum. Hashing trick: Weinberger et al. 2009.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

ORDERS: Final = (2, 3, 4, 5)
_FOLDED_RANGE: Final = 0x20000  # the planes with letters that have case or look-alike forms
_STEP: Final = np.uint32(0x01000193)  # the 32-bit FNV prime
_SPREAD: Final = np.uint32(0x9E3779B1)  # 2**32 / golden ratio: Knuth's multiplicative hashing
_ORDER_SEED: Final = tuple(np.uint32(0x85EBCA6B * n & 0xFFFFFFFF) for n in range(8))


def fold_table() -> npt.NDArray[np.uint32]:
    """Code point -> folded code point, for the first two planes; shape (0x20000,).

    Lower case, digits as "0", white space as " ", compatibility forms (fullwidth and
    mathematical letters) as their plain letter, each only where the result is one character.
    """
    table = np.arange(_FOLDED_RANGE, dtype=np.uint32)
    for code in range(_FOLDED_RANGE):
        if 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char)
        folded = folded if len(folded) == 1 else char
        lowered = folded.lower()
        folded = lowered if len(lowered) == 1 else folded
        if unicodedata.category(folded) == "Nd":
            folded = "0"
        elif folded.isspace():
            folded = " "
        table[code] = ord(folded)
    return table


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """The code points of `text`, uint32 (n_chars,); lone surrogates pass through."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def hashes(folded: npt.NDArray[np.uint32], bits: int) -> list[npt.NDArray[np.uint32]]:
    """For each order n, the bucket of the n-gram that ends at each character from n-1 on.

    Args:
        folded: uint32 (n_chars,).
        bits: buckets are numbers below 2**bits; all orders share them.
    """
    shift = np.uint32(32 - bits)
    return [hashed >> shift for hashed in full_hashes(folded)]


def full_hashes(
    folded: npt.NDArray[np.uint32], orders: Sequence[int] = ORDERS
) -> list[npt.NDArray[np.uint32]]:
    """For each of some ascending orders, 32-bit hashes as in `hashes`; buckets are their top bits.

    Where tables of several sizes are read, this is computed once for all of them.
    """
    found = []
    state = folded
    for order in range(1, orders[-1] + 1):
        if order > 1 and len(state):
            state = state[:-1] * _STEP
            state += folded[order - 1 :]
        if order in orders:
            mixed = state ^ _ORDER_SEED[order]
            mixed *= _SPREAD
            found.append(mixed)
    return found


@dataclass(frozen=True, slots=True)
class NgramTable:
    """Learned n-gram weights.

    Attributes:
        fold: uint32 (0x20000,), see `fold_table`.
        weights: int8 (2**bits, n_outputs), quantised weights.
        scale: float32 (n_outputs,), weight = quantised * scale.
    """

    fold: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]

    @property
    def bits(self) -> int:
        """Base-two logarithm of the number of buckets."""
        return int(self.weights.shape[0]).bit_length() - 1

    def folded(self, text: str) -> npt.NDArray[np.uint32]:
        """The folded code points of `text`, uint32 (n_chars,)."""
        return fold(code_points(text), self.fold)

    def totals(
        self, hashed: Sequence[npt.NDArray[np.uint32]], n_chars: int
    ) -> npt.NDArray[np.int16]:
        """Weights of all n-grams that end at each character, in units of `scale`.

        Args:
            hashed: `full_hashes` of the folded text, computed once for tables of all sizes.
            n_chars: of the text.

        Returns: int16 (n_chars, n_outputs).
        """
        shift = np.uint32(32 - self.bits)
        total = np.zeros((n_chars, self.weights.shape[1]), np.int16)
        for order, of_order in zip(ORDERS, hashed, strict=True):
            total[order - 1 :] += self.weights.take(of_order >> shift, axis=0)
        return total

    def sums(
        self, folded: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        """Summed log-odds of stretches of a text, float64 (n_stretches, n_outputs).

        Args:
            folded: uint32 (n_chars,), at least one.
            starts: int64 (n_stretches,), ascending; a stretch ends where the next one starts.
        """
        total = self.totals(full_hashes(folded), len(folded))
        return np.asarray(
            np.add.reduceat(total, starts, axis=0, dtype=np.int32) * self.scale, float
        )

    def to_arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """The arrays for a model file; the fold table is stored as its changed entries."""
        changed = np.flatnonzero(self.fold != np.arange(_FOLDED_RANGE, dtype=np.uint32))
        return {
            f"{prefix}weights": self.weights,
            f"{prefix}scale": self.scale,
            f"{prefix}fold_from": changed.astype(np.uint32),
            f"{prefix}fold_to": self.fold[changed],
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> "NgramTable":
        """The inverse of `to_arrays`."""
        table = np.arange(_FOLDED_RANGE, dtype=np.uint32)
        table[arrays[f"{prefix}fold_from"]] = arrays[f"{prefix}fold_to"]
        return cls(table, arrays[f"{prefix}weights"], arrays[f"{prefix}scale"])


def paired(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.int32]:
    """Both weights of every n-gram as one number: one look-up and one sum serve both.

    Args:
        weights: int8 (2**bits, 2).
    """
    return (weights[:, 1].astype(np.int32) << 16) + weights[:, 0]


def running(folded: npt.NDArray[np.uint32], pairs: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Running sums of both outputs over a text, in units of the table's scale.

    Args:
        folded: uint32 (n_chars,).
        pairs: int32 (2**bits,), see `paired`.

    Returns: int32 (2, n_chars + 1), from 0 before the first character.
    """
    total = np.zeros(len(folded), np.int32)
    for order, buckets in zip(ORDERS, hashes(folded, len(pairs).bit_length() - 1), strict=True):
        total[order - 1 :] += pairs.take(buckets)
    sums = np.zeros((2, len(folded) + 1), np.int32)
    first = total.astype(np.int16)  # the lower half
    np.cumsum(first, out=sums[0, 1:])
    np.cumsum((total - first) >> 16, out=sums[1, 1:])
    return sums


@dataclass(frozen=True, slots=True)
class Distinct:
    """Scores of stretches of a text in which every n-gram counts once, and of parts of them.

    All are sums of log-odds over the root of the number of different n-grams.

    Attributes:
        whole: float64 (n_stretches, n_outputs).
        before, after: float64 (n_places - 1, n_outputs), between two neighbouring places: the
            stretch up to the second one, and from the first one on.
    """

    whole: npt.NDArray[np.float64]
    before: npt.NDArray[np.float64]
    after: npt.NDArray[np.float64]


def distinct(
    folded: npt.NDArray[np.uint32],
    starts: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
    table: NgramTable,
) -> Distinct:
    """Score stretches of a text, and their parts at some places.

    Args:
        folded: uint32 (n_chars,), at least one.
        starts: int64 (n_stretches,), ascending from 0; a stretch ends where the next one starts.
        places: int64 (n_places,), ascending from 0 to n_chars, every start among them.
        table: fitted on such counts, see `training.ngram_model.count_matrix`.
    """
    n_chars = len(folded)
    stretch = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, n_chars)))
    room = n_chars.bit_length()
    ends = np.arange(n_chars)
    keys = []
    for order, buckets in zip(ORDERS, hashes(folded, table.bits), strict=True):
        first = stretch[: len(buckets)]
        whole = first == stretch[order - 1 :]  # none reaches into the next stretch
        key = (((first << table.bits) + buckets) << room) + ends[order - 1 :]
        keys.append(key[whole])
    ordered = np.sort(np.concatenate(keys))
    ngram = ordered >> room
    edges = np.flatnonzero(np.diff(ngram, prepend=-1, append=-1))
    weights = table.weights.take(ngram[edges[:-1]] & ((1 << table.bits) - 1), axis=0)
    part = np.repeat(np.arange(len(places) - 1), np.diff(places))
    units = np.append(table.scale, 1.0)  # of the sums, and of the count
    at_first, at_last = (
        _totals(part[ordered[here] & ((1 << room) - 1)], weights, len(places) - 1) * units
        for here in (edges[:-1], edges[1:] - 1)
    )
    begin = np.searchsorted(places, starts)
    end = np.append(begin[1:], len(places) - 1)
    owner = stretch[places[:-1]]
    return Distinct(
        whole=_rooted(at_first[end] - at_first[begin]),
        before=_rooted(at_first[1:] - at_first[begin[owner]]),
        after=_rooted(at_last[end[owner]] - at_last[:-1]),
    )


def _totals(
    part: npt.NDArray[np.int64], weights: npt.NDArray[np.int8], n_parts: int
) -> npt.NDArray[np.float64]:
    """Running sums over the parts of a text of the weights of n-grams, and of their number.

    Args:
        part: int64 (n_ngrams,), the part each n-gram stands in.
        weights: int8 (n_ngrams, n_outputs).

    Returns: float64 (n_parts + 1, n_outputs + 1).
    """
    found = np.zeros((n_parts + 1, weights.shape[1] + 1))
    for column, of_ngram in enumerate((*weights.T, None)):
        np.cumsum(np.bincount(part, of_ngram, n_parts), out=found[1:, column])
    return found


def _rooted(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sums over the root of the count in the last column, without that column."""
    return np.asarray(sums[:, :-1] / np.sqrt(np.maximum(sums[:, -1:], 1.0)))


def fold(codes: npt.NDArray[np.uint32], table: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Fold code points; those beyond the table stay as they are."""
    folded = table.take(codes, mode="clip")
    beyond = codes >= _FOLDED_RANGE
    if beyond.any():
        folded[beyond] = codes[beyond]
    return folded
