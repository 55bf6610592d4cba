"""Which segments of a page its marked main content holds, by aligning word sequences.

A bag of words would call a menu entry main content because the article uses the word too; the
alignment keeps the order of the page: of all places where a segment's words stand in the gold
text, a heaviest chain of places in increasing order is chosen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

_WORD: Final = re.compile(r"\w+")
_PLACES: Final = 40  # places of one segment that are looked at
_SHINGLE: Final = 4  # words that must stand together in a part of a longer segment
_REORDERED: Final = 5  # a match of so many words counts even when it is out of order


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a page's segments lie in its gold text.

    Attributes:
        share: float32 (n_segments,), share of the segment's words that are main content.
        words: int32 (n_segments,), number of words.
        repeated: bool (n_segments,), the words stand in the gold text, but another segment
            with the same words has that place.
        gold_words: number of words of the gold text.
    """

    share: npt.NDArray[np.float32]
    words: npt.NDArray[np.int32]
    repeated: npt.NDArray[np.bool_]
    gold_words: int


def align(texts: Sequence[str], gold: str) -> Alignment:
    """Align the texts of a page's segments, in document order, with its gold text."""
    gold_words = _WORD.findall(gold.lower())
    joined = " " + " ".join(gold_words) + " "
    starts = {}
    offset = 1
    for index, word in enumerate(gold_words):
        starts[offset] = index
        offset += len(word) + 1
    shingles: dict[tuple[str, ...], list[int]] = {}
    for index in range(len(gold_words) - _SHINGLE + 1):
        shingles.setdefault(tuple(gold_words[index : index + _SHINGLE]), []).append(index)

    segments = [_WORD.findall(text.lower()) for text in texts]
    places: list[list[tuple[int, int, int]]] = []
    for words in segments:
        found = _whole_places(words, joined, starts)
        places.append(found or _part_places(words, shingles))
    chosen = _heaviest_chain(places, len(gold_words))

    claimed = np.zeros(len(gold_words) + 1, np.bool_)
    for place in chosen:
        if place is not None:
            claimed[place[0] : place[1]] = True
    n_words = np.array([len(words) for words in segments], np.int32)
    share = np.zeros(len(texts), np.float32)
    repeated = np.zeros(len(texts), np.bool_)
    for index, place in enumerate(chosen):
        if place is None and places[index] and n_words[index] >= _REORDERED:
            free = [p for p in places[index] if not claimed[p[0] : p[1]].any()]
            if free:
                best = max(free, key=lambda p: p[2])
                claimed[best[0] : best[1]] = True
                share[index] = best[2] / n_words[index]
            else:
                repeated[index] = 2 * max(p[2] for p in places[index]) > n_words[index]
        if place is not None:
            share[index] = place[2] / n_words[index]
    return Alignment(share, n_words, repeated, len(gold_words))


def _whole_places(
    words: list[str], joined: str, starts: dict[int, int]
) -> list[tuple[int, int, int]]:
    """(start, end, matched words) of the places where all the words stand together."""
    if not words:
        return []
    needle = " " + " ".join(words) + " "
    found: list[tuple[int, int, int]] = []
    at = joined.find(needle)
    while at >= 0 and len(found) < _PLACES:
        start = starts[at + 1]
        found.append((start, start + len(words), len(words)))
        at = joined.find(needle, at + 1)
    return found


def _part_places(
    words: list[str], shingles: dict[tuple[str, ...], list[int]]
) -> list[tuple[int, int, int]]:
    """Places where a part of the words stands: shingles gathered along the diagonals."""
    by_diagonal: dict[int, list[tuple[int, int]]] = {}
    for index in range(len(words) - _SHINGLE + 1):
        for place in shingles.get(tuple(words[index : index + _SHINGLE]), ())[:5]:
            by_diagonal.setdefault((place - index) // 64, []).append((index, place))
    best: list[tuple[int, int, int]] = []
    for diagonal, found in by_diagonal.items():
        hits = found + by_diagonal.get(diagonal + 1, [])
        covered = np.zeros(len(words), np.bool_)
        for index, _ in hits:
            covered[index : index + _SHINGLE] = True
        gold = [place for _, place in hits]
        best.append((min(gold), max(gold) + _SHINGLE, int(covered.sum())))
    best.sort(key=lambda place: -place[2])
    return best[:3]


def _heaviest_chain(
    places: list[list[tuple[int, int, int]]], n_gold: int
) -> list[tuple[int, int, int] | None]:
    """Per segment the place that a heaviest increasing chain uses, or None.

    A Fenwick tree over the gold positions holds the best chain that ends at or before each, as
    (weight, minus the number of its last entry): of equal chains the one that ends earlier on
    the page wins, so that the first of several copies is the main content.
    """
    nothing = (0.0, 1)
    best = [nothing] * (n_gold + 2)
    entries: list[tuple[int, tuple[int, int, int], int]] = []  # segment, place, previous entry
    top = nothing
    for segment, options in enumerate(places):
        fresh = []
        for start, end, matched in options:
            # Overlap by a little is allowed: a part match may swallow its neighbours' words.
            slack = min(matched // 4, 8)
            position, previous = min(start + slack, n_gold) + 1, nothing
            while position > 0:
                previous = max(previous, best[position])
                position -= position & -position
            fresh.append((previous[0] + matched, (start, end, matched), -previous[1]))
        for weight, place, previous_entry in fresh:
            entries.append((segment, place, previous_entry))
            entry = (weight, 1 - len(entries))
            top = max(top, entry)
            position = place[1] + 1
            while position < len(best):
                best[position] = max(best[position], entry)
                position += position & -position
    chosen: list[tuple[int, int, int] | None] = [None] * len(places)
    at = -top[1]
    while at >= 0:
        segment, place, at = entries[at]
        chosen[segment] = place
    return chosen
