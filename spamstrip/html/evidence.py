"""Evidence from the characters of a page's segments, in a few vector operations per page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..ngrams import ORDERS, NgramTable, code_points, fold, full_hashes

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
    longest = _HEAD + _TAIL
    ends = [text if len(text) < longest else text[:_HEAD] + text[1 - _TAIL :] for text in texts]
    folded = fold(code_points("\n".join(ends) + "\n"), fold_table)
    owner = np.repeat(np.arange(len(texts)), np.minimum(lengths, longest))
    return Characters(codes, starts, folded, owner)


def word_scores(
    page: Characters, tables: Sequence[NgramTable], n_segments: int
) -> npt.NDArray[np.float32]:
    """Scores of the segments under n-gram tables: sums over the root of the number of n-grams.

    Returns: float32 (n_segments, outputs of all tables).
    """
    first = np.searchsorted(page.owner, np.arange(n_segments))
    sizes = np.diff(np.append(first, len(page.owner)))
    hashed = full_hashes(page.folded)
    columns = []
    for table in tables:
        total = table.totals(hashed, len(page.folded))
        sums = np.add.reduceat(total, first, axis=0, dtype=np.int32)
        columns.append(sums * table.scale)
    roots = np.sqrt(np.maximum(len(ORDERS) * sizes, 1))
    return np.asarray(np.concatenate(columns, axis=1) / roots[:, None], np.float32)


def overlap(
    page: Characters, others: Sequence[str], fold_table: npt.NDArray[np.uint32], n_segments: int
) -> npt.NDArray[np.float32]:
    """Share of each segment's scored n-grams that `others` hold, float32 (n_segments,), 0..1."""
    if not others or len(page.folded) < _TITLE_ORDER:
        return np.zeros(n_segments, np.float32)
    known = np.zeros(2**_TITLE_BITS, np.bool_)
    for text in others:
        known[_title_grams(fold(code_points(text[:600]), fold_table))] = True
    # Hits before each n-gram; those that begin in one segment and end in the next do not count.
    hits = np.zeros(len(page.folded) - _TITLE_ORDER + 2, np.int32)
    np.cumsum(known.take(_title_grams(page.folded)), out=hits[1:])
    sizes = np.bincount(page.owner, minlength=n_segments)
    inside = np.maximum(sizes - _TITLE_ORDER + 1, 0)
    first = np.minimum(np.cumsum(sizes) - sizes, len(hits) - 1)
    found = hits[first + inside] - hits[first]
    # The last n-gram of a segment ends in its line break, which the titles do not have.
    return np.asarray(found / np.maximum(inside - 1, 1), np.float32)


def _title_grams(folded: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """The buckets of the n-grams compared with the titles."""
    return full_hashes(folded, (_TITLE_ORDER,))[0] >> np.uint32(32 - _TITLE_BITS)
