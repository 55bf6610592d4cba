"""Mend decisions that no reader would make: holes in lists, lost tables, headings and captions.

The trees judge every segment for itself. Short cells, items and headings say little, the less in
a language with few training pages, and are lost where all around them is kept.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from .core import running_sums
from .segment import Page
from .tags import TAG_CODE

_LISTS: Final = [TAG_CODE[name] for name in ("ul", "ol", "dl")]
_WHOLES: Final = [TAG_CODE["table"], *_LISTS]
_CELLS: Final = [TAG_CODE[name] for name in ("td", "th", "li", "dt", "dd")]
_PARTS_A_CELL: Final = 1.2  # segments
_LEAST_PARTS: Final = 3  # segments
_MOST_KEPT: Final = 0.5  # of its segments, from which a list or table is kept whole
_LEAST: Final = 0.1  # probability of a segment that may be added
_FRAMED: Final = 0.15  # mean probability of a list or table that belongs to the text around it
_MOST_LINKED: Final = 0.3  # of its characters
_ALL_LINKED: Final = 0.9  # of the characters of a list of links
_TEASED: Final = 0.3  # of the kept words; a list that has more is what the page is about
_HOME: Final = 0.8  # of the words around a heading or a caption, so many are kept
_HOME_LEVELS: Final = 3  # above the heading
_CAPTION_WORDS: Final = 4.0  # fewer are a credit or a button


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
    headings = _headings(page)
    words, sure = running_sums(np.column_stack((mass, mass * content))).T
    for first, last, is_table in _wholes(page):
        if result[first:last].mean() >= _MOST_KEPT:
            result[first:last] |= possible[first:last]
        elif sure[last] - sure[first] >= _FRAMED * (words[last] - words[first]):
            framed = _is_framed(page, result, headings, first, last, is_table=is_table)
            result[first:last] |= framed
    homeless = headings & ~result & possible
    homeless[:-1] &= result[1:]
    homeless[-1:] = False
    kept_words = running_sums((mass * result)[:, None])[:, 0]
    for number in np.flatnonzero(homeless):
        first, last = _home(page, int(number))
        around = words[last] - words[first]
        result[number] = 0 < _HOME * around <= kept_words[last] - kept_words[first]
    for first, last in _boxes(page, result):
        if words[last] - words[first] <= _TEASED * kept_words[-1]:
            result[first:last] = False
    return result


def illustrating(
    page: Page,
    kept: npt.NDArray[np.bool_],
    captions: npt.NDArray[np.bool_],
    mass: npt.NDArray[np.floating],
) -> npt.NDArray[np.bool_]:
    """The captions of some words that stand with kept text, and not with that of a teaser.

    Args:
        kept, captions, mass: (n_segments,), the decision, what is a caption, and the words.
    """
    elements = page.elements
    others = mass * ~captions
    words, kept_words = running_sums(np.column_stack((others, others * kept))).T
    found = np.zeros(len(kept), np.bool_)
    for number in np.flatnonzero(captions & (mass >= _CAPTION_WORDS)):
        element = int(page.block[number])
        first, last = elements.first[element], elements.last[element]
        while element and words[last] == words[first]:
            element = int(elements.parent[element])
            first, last = elements.first[element], elements.last[element]
        around = words[last] - words[first]
        found[number] = 0 < _HOME * around <= kept_words[last] - kept_words[first]
    return found


def _boxes(page: Page, kept: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The half-open ranges of lists of links in boxes of their own whose heading is not kept.

    "Read also" and the headlines below it: alone, each of them could be a part of the article.
    """
    elements = page.elements
    first, last = elements.first, elements.last
    boxed = np.isin(elements.tag, _LISTS) & (first > 0) & (first < last)
    boxed &= (first[elements.parent] == first - 1) & (last[elements.parent] == last)
    boxed &= ~kept[first - 1]
    lengths = [len(text) for text in page.texts]
    characters, linked = running_sums(np.column_stack((lengths, page.link_characters))).T
    boxed &= linked[last] - linked[first] >= _ALL_LINKED * (characters[last] - characters[first])
    return list(zip(first[boxed].tolist(), last[boxed].tolist(), strict=True))


def _is_framed(
    page: Page,
    kept: npt.NDArray[np.bool_],
    headings: npt.NDArray[np.bool_],
    first: int,
    last: int,
    *,
    is_table: bool,
) -> bool:
    """Whether kept text runs on to a list or table, and past a list, headings aside.

    A list may as well be the first menu below an article; a table hardly is.
    """
    characters = sum(len(text) for text in page.texts[first:last])
    if page.link_characters[first:last].sum() > _MOST_LINKED * characters:
        return False
    before = first - 1 - int(first > 1 and headings[first - 1] and not kept[first - 1])
    if before < 0 or not kept[before]:
        return False
    return is_table or (last < len(kept) and bool(kept[last]))


def _wholes(page: Page) -> list[tuple[int, int, bool]]:
    """The half-open ranges of segments of the lists and tables, and whether it is a table.

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
    tables = (elements.tag[chosen] == TAG_CODE["table"]).tolist()
    ranges = zip(elements.first[chosen].tolist(), elements.last[chosen].tolist(), strict=True)
    return [(first, last, table) for (first, last), table in zip(ranges, tables, strict=True)]


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
