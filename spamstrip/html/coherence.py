"""Mend decisions that no reader would make: holes in lists and tables, headings without a home.

The trees judge every segment for itself. Short cells, items and headings say little, the less in
a language with few training pages, and are lost where all around them is kept.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from .segment import Page
from .tags import TAG_CODE

_WHOLES: Final = [TAG_CODE[name] for name in ("table", "ul", "ol", "dl")]
_CELLS: Final = [TAG_CODE[name] for name in ("td", "th", "li", "dt", "dd")]
_PARTS_A_CELL: Final = 1.2  # segments
_LEAST_PARTS: Final = 3  # segments
_MOST_KEPT: Final = 0.5  # of its segments, from which a list or table is kept whole
_LEAST: Final = 0.1  # probability of a segment that may be added
_HOME: Final = 0.8  # of the words around a heading, so many are kept
_HOME_LEVELS: Final = 3  # above the heading


def completed(
    page: Page,
    kept: npt.NDArray[np.bool_],
    content: npt.NDArray[np.float64],
    mass: npt.NDArray[np.floating],
) -> npt.NDArray[np.bool_]:
    """The kept segments, with what is missing between them.

    Args:
        kept, content, mass: (n_segments,), the decision, the probability and the words.
    """
    possible = content >= _LEAST
    result = kept.copy()
    for first, last in _wholes(page):
        if result[first:last].mean() >= _MOST_KEPT:
            result[first:last] |= possible[first:last]
    homeless = _headings(page) & ~result & possible
    homeless[:-1] &= kept[1:]
    homeless[-1:] = False
    words = np.concatenate(([0.0], np.cumsum(mass)))
    kept_words = np.concatenate(([0.0], np.cumsum(mass * result)))
    for number in np.flatnonzero(homeless):
        first, last = _home(page, int(number))
        around = words[last] - words[first]
        result[number] = 0 < _HOME * around <= kept_words[last] - kept_words[first]
    return result


def _wholes(page: Page) -> list[tuple[int, int]]:
    """The half-open ranges of segments of the lists and tables.

    Only those that hold no other and about one segment a cell or item: a page may be laid out in
    tables and lists.
    """
    elements = page.elements
    whole = np.isin(elements.tag, _WHOLES)
    cells, wholes = (
        np.concatenate(([0], np.cumsum(marks))) for marks in (np.isin(elements.tag, _CELLS), whole)
    )
    parts = elements.last - elements.first
    chosen = whole & (parts >= _LEAST_PARTS)
    chosen &= wholes[elements.end] - wholes[:-1] == 1
    chosen &= parts <= _PARTS_A_CELL * (cells[elements.end] - cells[:-1])
    ranges = np.column_stack((elements.first[chosen], elements.last[chosen])).tolist()
    return [(first, last) for first, last in ranges]


def _headings(page: Page) -> npt.NDArray[np.bool_]:
    tag = page.elements.tag[page.block]
    return (tag >= TAG_CODE["h2"]) & (tag <= TAG_CODE["h6"])


def _home(page: Page, number: int) -> tuple[int, int]:
    """The segments of the nearest element above a heading that holds the next segment too.

    An empty range where it is too far above.
    """
    elements = page.elements
    element = int(elements.parent[page.block[number]])
    for _ in range(_HOME_LEVELS):
        if elements.last[element] > number + 1:
            return int(elements.first[element]), int(elements.last[element])
        element = int(elements.parent[element])
    return number, number
