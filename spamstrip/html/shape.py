"""Character shape: what kinds of characters a text is made of, in any language."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

OTHER, SPACE, LOWER, UPPER, CASELESS, UNSPACED, DIGIT, STOP, COMMA, BRACKET, SYMBOL = range(11)
N_CLASSES: Final = 11
_LIMIT: Final = 0x30000
# Unicode's Sentence_Terminal characters that are common in running text.
_STOPS: Final = frozenset(
    ".!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u0965\u061f\u06d4\u104b\u17d4\u1362\u0589"
)
# Scripts written without spaces between words: Thai to Tibetan, Myanmar, Khmer, CJK, kana.
_UNSPACED: Final = (
    *((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF)),
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x2FFFF)),
)
_BY_CATEGORY: Final = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Nd": DIGIT, "Cc": SPACE}
_BY_FAMILY: Final = {"L": CASELESS, "M": CASELESS, "N": DIGIT, "Z": SPACE, "S": SYMBOL}


def class_table() -> npt.NDArray[np.uint8]:
    """Code point -> character class, for the first three planes; shape (0x30000,)."""
    table = np.zeros(_LIMIT, np.uint8)
    for code in range(0x20000):
        char = chr(code)
        category = unicodedata.category(char)
        if char in _STOPS:
            table[code] = STOP
        elif char in "\"'":
            table[code] = BRACKET
        elif category in ("Po", "Pc"):
            table[code] = COMMA
        elif category[0] == "P":
            table[code] = SYMBOL if category == "Pd" else BRACKET
        else:
            table[code] = _BY_CATEGORY.get(category, _BY_FAMILY.get(category[0], OTHER))
    for first, last in _UNSPACED:
        part = table[first : last + 1]
        letters = (part == CASELESS) | (first >= 0x20000)
        part[letters] = UNSPACED
    return table


@dataclass(frozen=True, slots=True)
class Shape:
    """Counts per segment.

    Attributes:
        counts: float32 (n_segments, N_CLASSES), characters of each class.
        mass: float32 (n_segments,), number of words; a letter of a script without spaces
            counts as half a word.
        title_words: float32 (n_segments,), words that begin with an upper-case letter.
        last: uint8 (n_segments,), class of the last character that is no bracket or space.
    """

    counts: npt.NDArray[np.float32]
    mass: npt.NDArray[np.float32]
    title_words: npt.NDArray[np.float32]
    first: npt.NDArray[np.uint8]
    last: npt.NDArray[np.uint8]


def measure(
    codes: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64], table: npt.NDArray[np.uint8]
) -> Shape:
    """Count character classes per segment.

    Args:
        codes: uint32 (n_chars,), the segments' code points, each segment followed by "\\n".
        starts: int64 (n_segments,), where each begins.
        table: from `class_table`.
    """
    classes = table.take(codes, mode="clip")
    n_segments = len(starts)
    lengths = np.diff(np.append(starts, len(codes)))
    owner = np.repeat(np.arange(n_segments), lengths)
    owner *= N_CLASSES
    owner += classes
    counts = np.bincount(owner, minlength=n_segments * N_CLASSES)
    by_segment = counts.reshape(n_segments, N_CLASSES).astype(np.float32)
    word = (classes >= LOWER) & (classes <= DIGIT) & (classes != UNSPACED)
    begins = word.copy()
    begins[1:] &= ~word[:-1]
    upper = begins & (classes == UPPER)
    mass = np.add.reduceat(begins, starts, dtype=np.int32) + 0.5 * by_segment[:, UNSPACED]
    titles = np.add.reduceat(upper, starts, dtype=np.int32)
    # The last character that counts: brackets, quotes and spaces may follow a full stop.
    solid = np.flatnonzero((classes != SPACE) & (classes != BRACKET))
    number = np.searchsorted(solid, starts + lengths) - 1
    final = solid[np.maximum(number, 0)] if len(solid) else starts
    found = (number >= 0) & (final >= starts)
    last = np.where(found, classes[final], OTHER).astype(np.uint8)
    return Shape(
        by_segment, mass.astype(np.float32), titles.astype(np.float32), classes[starts], last
    )


def table_to_arrays(table: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[Any]]:
    """The table as runs of equal classes, for a model file."""
    starts = np.flatnonzero(np.diff(table, prepend=255)).astype(np.uint32)
    return {"shape_starts": starts, "shape_classes": table[starts]}


def table_from_arrays(
    starts: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """The inverse of `table_to_arrays`."""
    return np.repeat(classes, np.diff(np.append(starts, _LIMIT)))
