"""Cut a text into segments: the smallest units that are kept or removed.

The segments joined are the text; white space belongs to the segment before it. A cut stands
wherever junk could start or end: at line and sentence ends, where something is glued to
something else, and at spaces where the lexical signal changes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .characters import (
    CLOSE,
    DIGIT,
    EMOJI,
    FORMAT,
    LETTER,
    LOWER,
    NEWLINE,
    SPACE,
    STYLED,
    SYMBOL,
    TERMINAL,
    UPPER,
)

# Kinds of cut, the strongest first; a cut has the first kind that fits.
CUT_LINE, CUT_SENTENCE, CUT_GLUED_END, CUT_GLUED_CASE, CUT_SCRIPT, CUT_DIGIT, CUT_GAP, CUT_SPACE = (
    range(1, 9)
)
_WINDOW: Final = 24  # characters on each side that are compared at a space
_SPACE_CHANGE: Final = 6.0  # change of the mean signal that makes a cut at a space


@dataclass(frozen=True, slots=True)
class Segments:
    """The cuts of a text.

    Attributes:
        cuts: int64 (n_segments + 1,), from 0 to the length of the text; segment k is
            `text[cuts[k]:cuts[k + 1]]`.
        kinds: uint8 (n_segments + 1,), the kind of each cut, see the constants.
        line: int64 (n_segments,), the number of the line each segment is in; blank lines
            belong to the line before them.
    """

    cuts: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]
    line: npt.NDArray[np.int64]


def segment(
    folded: npt.NDArray[np.uint32],
    classes: npt.NDArray[np.uint8],
    scripts: npt.NDArray[np.uint8],
    cumulative: npt.NDArray[np.float64],
) -> Segments:
    """Find the cuts.

    Args:
        folded: uint32 (n_chars,), folded code points.
        classes, scripts: uint8 (n_chars,), see `CharacterTables`.
        cumulative: float64 (n_chars + 1, n_outputs), running sum of the lexical signal.
    """
    n_chars = len(classes)
    kinds = np.zeros(n_chars + 1, np.uint8)
    if n_chars > 1:
        _mark_glued(kinds, folded, classes, scripts)
        _mark_spaces(kinds, classes, scripts, cumulative)
    kinds[0] = kinds[n_chars] = CUT_LINE
    cuts = np.flatnonzero(kinds)
    marked = kinds[cuts]
    line = np.cumsum(marked[:-1] == CUT_LINE) - 1
    return Segments(cuts, marked, line)


def _mark_glued(
    kinds: npt.NDArray[np.uint8],
    folded: npt.NDArray[np.uint32],
    classes: npt.NDArray[np.uint8],
    scripts: npt.NDArray[np.uint8],
) -> None:
    """Mark the places inside a run without spaces where one thing may be stuck to another."""
    before, after = classes[:-1], classes[1:]
    inner = kinds[1:-1]
    word_start = _IS_WORD.take(after)
    letter_before, letter_after = _IS_LETTER.take(before), _IS_LETTER.take(after)
    digit_change = (letter_before & (after == DIGIT)) | ((before == DIGIT) & letter_after)
    inner[digit_change] = CUT_DIGIT
    script_change = (scripts[:-1] != scripts[1:]) & (scripts[:-1] > 0) & (scripts[1:] > 0)
    styled = (before == STYLED) != (after == STYLED)
    emoji = ((before == EMOJI) != (after == EMOJI)) & (after != SPACE) & (after != NEWLINE)
    inner[script_change | (styled & letter_before) | (emoji & (after != FORMAT))] = CUT_SCRIPT
    inner[(before == LOWER) & (after == UPPER)] = CUT_GLUED_CASE
    for start in _URL_STARTS:
        inner[_occurrences(folded, start)[1:] & _IS_WORD.take(before)] = CUT_GLUED_CASE
    closing = _IS_CLOSING.take(before)
    inner[closing & (word_start | (after == EMOJI))] = CUT_GLUED_END


def _mark_spaces(
    kinds: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint8],
    scripts: npt.NDArray[np.uint8],
    cumulative: npt.NDArray[np.float64],
) -> None:
    """Mark the first character after white space where a line, a sentence or a run may start."""
    blank = _IS_BLANK.take(classes)
    ends = np.flatnonzero(blank[:-1] & ~blank[1:]) + 1
    if not len(ends):
        return
    starts = np.flatnonzero(~blank[:-1] & blank[1:]) + 1
    if blank[0]:
        ends = ends[1:] if ends[0] <= (starts[0] if len(starts) else ends[0]) else ends
    starts = starts[: len(ends)]
    if not len(starts):
        return
    newlines = np.concatenate(([0], np.cumsum(classes == NEWLINE)))
    has_newline = newlines[ends] > newlines[starts]
    last = classes[starts - 1]
    previous = classes[np.maximum(starts - 2, 0)]
    sentence = (last == TERMINAL) | ((last == CLOSE) & (previous == TERMINAL))
    wide = (ends - starts > 1) | (last == SYMBOL) | (classes[ends] == SYMBOL)
    n_chars = len(classes)
    left = cumulative[starts] - cumulative[np.maximum(starts - _WINDOW, 0)]
    right = cumulative[np.minimum(ends + _WINDOW, n_chars)] - cumulative[ends]
    change = np.abs(right - left).max(axis=1)
    padded = np.concatenate(([0.0], change, [0.0]))
    peak = (change >= padded[:-2]) & (change > padded[2:])
    change = peak & (change > _SPACE_CHANGE * _WINDOW)
    other = (scripts[starts - 1] != scripts[ends]) & (scripts[starts - 1] > 0) & (scripts[ends] > 0)
    other |= _IS_DRESSED.take(classes[ends]) != _IS_DRESSED.take(last)
    kind = np.where(change, CUT_SPACE, 0)
    kind = np.where(other, CUT_SCRIPT, kind)
    kind = np.where(wide, CUT_GAP, kind)
    kind = np.where(sentence, CUT_SENTENCE, kind)
    kind = np.where(has_newline, CUT_LINE, kind)
    kinds[ends] = kind


def _occurrences(
    folded: npt.NDArray[np.uint32], wanted: npt.NDArray[np.uint32]
) -> npt.NDArray[np.bool_]:
    """Where a short string starts, bool (n_chars,)."""
    found = np.zeros(len(folded), np.bool_)
    count = len(folded) - len(wanted) + 1
    if count > 0:
        here = folded[:count] == wanted[0]
        for offset in range(1, len(wanted)):
            here &= folded[offset : offset + count] == wanted[offset]
        found[:count] = here
    return found


def _flags(*wanted: int) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, np.bool_)
    table[list(wanted)] = True
    return table


_URL_STARTS: Final = tuple(
    np.array([ord(char) for char in start], np.uint32) for start in ("http", "www.")
)
_IS_LETTER: Final = _flags(LOWER, UPPER, LETTER, STYLED)
_IS_WORD: Final = _flags(LOWER, UPPER, LETTER, STYLED, DIGIT)
_IS_BLANK: Final = _flags(SPACE, NEWLINE)
_IS_DRESSED: Final = _flags(STYLED, EMOJI, FORMAT)
_IS_CLOSING: Final = _flags(TERMINAL, CLOSE, SYMBOL)
