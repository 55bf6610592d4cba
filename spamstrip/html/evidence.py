"""Evidence from the characters of a page's segments, in a few vector operations per page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import ORDERS, NgramTable, code_points, fold, hashes

_HEAD: Final = 120  # characters scored at the start of a segment
_TAIL: Final = 40  # and at its end
_TITLE_ORDER: Final = 4  # length of the n-grams compared with the titles
_TITLE_BITS: Final = 16


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of a page.

    Attributes:
        codes: uint32 (n_chars,), the segments' code points, each segment followed by "\\n".
        starts: int64 (n_segments,), where each segment begins.
        folded: uint32 (n_scored,), folded code points of the characters that are scored: the
            head and the tail of every segment.
        owner: int64 (n_scored,), the segment of each.
    """

    codes: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]
    folded: npt.NDArray[np.uint32]
    owner: npt.NDArray[np.int64]


def characters(texts: Sequence[str], fold_table: npt.NDArray[np.uint32]) -> Characters:
    """The characters of the segments' texts."""
    codes = code_points("\n".join(texts) + "\n")
    lengths = np.array([len(text) + 1 for text in texts], np.int64)
    starts = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(len(texts)), lengths)
    offset = np.arange(len(codes)) - starts[owner]
    scored = (offset < _HEAD) | (offset >= lengths[owner] - _TAIL)
    return Characters(codes, starts, fold(codes[scored], fold_table), owner[scored])


def word_scores(
    page: Characters, tables: Sequence[NgramTable], n_segments: int
) -> npt.NDArray[np.float32]:
    """Scores of the segments under n-gram tables: sums over the root of the number of n-grams.

    Returns: float32 (n_segments, outputs of all tables).
    """
    first = np.searchsorted(page.owner, np.arange(n_segments))
    sizes = np.diff(np.append(first, len(page.owner)))
    columns = []
    for table in tables:
        total = np.zeros((len(page.folded), table.weights.shape[1]), np.int16)
        for order, buckets in zip(ORDERS, hashes(page.folded, table.bits), strict=True):
            if len(buckets):
                total[order - 1 :] += table.weights.take(buckets, axis=0)
        sums = np.add.reduceat(total, first, axis=0, dtype=np.int32)
        columns.append(sums * table.scale)
    roots = np.sqrt(np.maximum(len(ORDERS) * sizes, 1))
    return np.asarray(np.concatenate(columns, axis=1) / roots[:, None], np.float32)


def overlap(
    page: Characters, others: Sequence[str], fold_table: npt.NDArray[np.uint32], n_segments: int
) -> npt.NDArray[np.float32]:
    """Share of each segment's scored n-grams that `others` hold, float32 (n_segments,), 0..1."""
    index = ORDERS.index(_TITLE_ORDER)
    known = np.zeros(2**_TITLE_BITS, np.bool_)
    for text in others:
        folded = fold(code_points(text[:600]), fold_table)
        known[hashes(folded, _TITLE_BITS)[index]] = True
    if not others or len(page.folded) < _TITLE_ORDER:
        return np.zeros(n_segments, np.float32)
    found = known[hashes(page.folded, _TITLE_BITS)[index]]
    # The last n-gram of a segment ends in its line break, which the titles do not have.
    owner = page.owner[_TITLE_ORDER - 1 :]
    inside = owner == page.owner[: 1 - _TITLE_ORDER]
    hits = np.bincount(owner, found & inside, n_segments)
    return (hits / np.maximum(np.bincount(owner, inside, n_segments) - 1, 1)).astype(np.float32)
