"""Cut a text into segments: the smallest units that are kept or removed.

The segments joined are the text; white space belongs to the segment before it. A cut stands
wherever junk is likely to start or end: at line and sentence ends, and where something is
glued to something else. The exact character is found later, see `boundary`.
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
    IS_BLANK,
    IS_WORD,
    LETTER,
    LOWER,
    NEWLINE,
    PUNCT,
    SPACE,
    STYLED,
    SYMBOL,
    TERMINAL,
    UPPER,
    flags,
)

# Kinds of cut, the strongest first; a cut has the first kind that fits.
CUT_LINE, CUT_SENTENCE, CUT_GLUED_END, CUT_GLUED_CASE, CUT_SCRIPT, CUT_DIGIT, CUT_GAP, CUT_SPACE = (
    range(1, 9)
)
_APOSTROPHE: Final = 0x2019
_LONG: Final = 240  # characters; a longer stretch without a cut is cut at spaces


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
) -> Segments:
    """Find the cuts.

    Args:
        folded: uint32 (n_chars,), folded code points.
        classes, scripts: uint8 (n_chars,), see `CharacterTables`.
    """
    n_chars = len(classes)
    kinds = np.zeros(n_chars + 1, np.uint8)
    if n_chars > 1:
        _mark_glued(kinds, folded, classes, scripts)
        _mark_spaces(kinds, classes, scripts)
    kinds[0] = kinds[n_chars] = CUT_LINE
    _divide_long(kinds, classes)
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
    word_start = IS_WORD.take(after)
    letter_before, letter_after = _IS_LETTER.take(before), _IS_LETTER.take(after)
    digit_change = (letter_before & (after == DIGIT)) | ((before == DIGIT) & letter_after)
    inner[digit_change] = CUT_DIGIT
    script_change = (scripts[:-1] != scripts[1:]) & (scripts[:-1] > 0) & (scripts[1:] > 0)
    styled = (before == STYLED) != (after == STYLED)
    emoji = ((before == EMOJI) != (after == EMOJI)) & (after != SPACE) & (after != NEWLINE)
    inner[script_change | (styled & letter_before) | (emoji & (after != FORMAT))] = CUT_SCRIPT
    inner[(before == LOWER) & (after == UPPER)] = CUT_GLUED_CASE
    for start in (_HTTP, _WWW):
        inner[_occurrences(folded, start)[1:] & IS_WORD.take(before)] = CUT_GLUED_CASE
    number = np.zeros(len(inner), np.bool_)  # 3.5 and 10:30 are whole
    number[1:] = (classes[:-2] == DIGIT) & (after[1:] == DIGIT)
    closing = _IS_CLOSING.take(before) & (word_start | (after == EMOJI))
    closing &= folded[:-1] != _APOSTROPHE
    # In a script without spaces every comma is glued to what follows it.
    pause = (before == PUNCT) & _IS_COLON.take(folded[:-1], mode="clip") & _IS_CASED.take(after)
    inner[(closing | pause) & ~number] = CUT_GLUED_END
    inner[in_addresses(folded)[1:-1]] = 0


def in_addresses(folded: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """The places behind `www.`, where nothing can start or end; bool (n_chars + 1,)."""
    behind = np.zeros(len(folded) + 1, np.bool_)
    behind[np.flatnonzero(_occurrences(folded, _WWW)) + len(_WWW)] = True
    behind[-1] = False  # the end of the text is one of everything
    return behind


def _mark_spaces(
    kinds: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint8],
    scripts: npt.NDArray[np.uint8],
) -> None:
    """Mark the first character after white space where a line, a sentence or a run may start."""
    blank = IS_BLANK.take(classes)
    ends = np.flatnonzero(blank[:-1] & ~blank[1:]) + 1
    starts = np.flatnonzero(~blank[:-1] & blank[1:]) + 1
    if len(ends) and blank[0]:
        ends = ends[1:]
    starts = starts[: len(ends)]
    if not len(starts):
        return
    newlines = np.concatenate(([0], np.cumsum(classes == NEWLINE)))
    has_newline = newlines[ends] > newlines[starts]
    last = classes[starts - 1]
    previous = classes[np.maximum(starts - 2, 0)]
    sentence = (last == TERMINAL) | ((last == CLOSE) & (previous == TERMINAL))
    wide = (ends - starts > 1) | (last == SYMBOL) | (classes[ends] == SYMBOL)
    other = (scripts[starts - 1] != scripts[ends]) & (scripts[starts - 1] > 0) & (scripts[ends] > 0)
    other |= _IS_DRESSED.take(classes[ends]) != _IS_DRESSED.take(last)
    kind = np.where(other, CUT_SCRIPT, 0)
    kind = np.where(wide, CUT_GAP, kind)
    kind = np.where(sentence, CUT_SENTENCE, kind)
    kind = np.where(has_newline, CUT_LINE, kind)
    kinds[ends] = kind


def _divide_long(kinds: npt.NDArray[np.uint8], classes: npt.NDArray[np.uint8]) -> None:
    """Cut long stretches at spaces: not every writing ends its sentences with a mark."""
    cuts = np.flatnonzero(kinds)
    for index in np.flatnonzero(np.diff(cuts) > _LONG).tolist():
        start, end = int(cuts[index]), int(cuts[index + 1])
        inside = start + 1 + np.flatnonzero(classes[start : end - 1] == SPACE)
        if not len(inside):
            continue
        parts = (end - start) // (_LONG // 2)
        wanted = start + np.arange(1, parts) * (end - start) // parts
        found = inside[np.minimum(np.searchsorted(inside, wanted), len(inside) - 1)]
        kinds[found] = CUT_SPACE


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


_HTTP, _WWW = (np.array([ord(char) for char in start], np.uint32) for start in ("http", "www."))
_IS_LETTER: Final = flags(LOWER, UPPER, LETTER, STYLED)
_IS_DRESSED: Final = flags(STYLED, EMOJI, FORMAT)
_IS_CLOSING: Final = flags(TERMINAL, CLOSE, SYMBOL)
_IS_CASED: Final = flags(LOWER, UPPER, DIGIT, STYLED)
_IS_COLON: Final = np.isin(np.arange(128), [ord(char) for char in ":,;"])
