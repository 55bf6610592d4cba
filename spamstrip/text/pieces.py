"""Long texts in pieces: what is measured of a text takes memory for each of its characters."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .segment import CUT_LINE, Segments

_LONGEST: Final = 1 << 18  # characters; few documents have more
_NEWLINE, _SPACE = ord("\n"), ord(" ")


def pieces(codes: npt.NDArray[np.uint32], longest: int = _LONGEST) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text start and end: at line breaks, if need be at spaces or anywhere.

    Args:
        codes: uint32 (n_chars,), the code points.
        longest: characters of a piece.
    """
    start = 0
    while len(codes) - start > longest:
        end = start + longest
        late = codes[start + longest // 2 : end]
        for mark in (_NEWLINE, _SPACE):
            if len(found := np.flatnonzero(late == mark)):
                end += int(found[-1]) + 1 - len(late)
                break
        yield start, end
        start = end
    yield start, len(codes)


def undivided(n_chars: int) -> Segments:
    """A text of one segment."""
    kinds = np.full(2, CUT_LINE, np.uint8)
    return Segments(np.array([0, n_chars]), kinds, np.zeros(1, np.int64))


def joined(parts: Sequence[Segments]) -> Segments:
    """The segments of a text from those of its pieces, at least one piece."""
    ends = np.cumsum([part.cuts[-1] for part in parts])
    starts = (0, *ends[:-1])
    cuts = [part.cuts[:-1] + start for part, start in zip(parts, starts, strict=True)]
    kinds = np.concatenate((*(part.kinds[:-1] for part in parts), parts[-1].kinds[-1:]))
    line = np.cumsum(kinds[:-1] == CUT_LINE) - 1
    return Segments(np.concatenate((*cuts, ends[-1:])), kinds, line)
