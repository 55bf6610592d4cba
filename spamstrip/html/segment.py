"""HTML to segments: one walk over the parsed tree, arrays for everything after it.

A segment is a run of text inside one block element; a doubled `<br>` ends it too, and so does
an inline element that is hidden where the text around it is not. White space
is collapsed as a browser would, `<pre>` keeps its lines, a single `<br>` is a line break.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborHTMLParser

from .ancestry import depths, nearest, paths, united
from .tags import FIRST_INLINE, MARK, TAG_CODE
from .visibility import page_rules
from .walk import BREAK, Walk

_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_DIGITS: Final = str.maketrans("", "", "0123456789")
_MARKS: Final = np.array(MARK, np.int64)
_STRONG: Final = MARK[TAG_CODE["strong"]]
_PRE: Final = MARK[TAG_CODE["pre"]]
_FIXED: Final = _PRE | MARK[TAG_CODE["code"]]
# Inline elements that hold words of their own, unlike `b` or `sup`, which may be parts of one.
_APART: Final = frozenset(TAG_CODE[name] for name in ("span", "a", "time", "label", "small"))
IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a page in document order (a parent precedes its children).

    Attributes:
        parent: int32 (n_elements,), index of the parent; the root is its own parent.
        end: int32 (n_elements,), one past the last descendant.
        tag: int32 (n_elements,), index in `TAGS`.
        depth: int32 (n_elements,), 0 for the root.
        signature: int32 (n_elements,), index in `signatures`.
        hiding: int32 (n_elements,), `Hiding` bits, those of the elements above included.
        within: int64 (n_elements,), bit k is set when the element or one above it is a
            `MARKED[k]`.
        path: int32 (n_elements,), equal for elements whose tags and classes, digits aside,
            agree all the way up.
        images, inputs: int32 (n_elements + 1,), number of images and form inputs before each
            element, and in all.
        signatures: the different elements of the page: tag, class, id, role, itemprop and
            itemtype, those that are there, each on a line.
        first, last: int32 (n_elements,), the half-open range of the segments inside.
    """

    parent: IntArray
    end: IntArray
    tag: IntArray
    depth: IntArray
    signature: IntArray
    hiding: IntArray
    within: npt.NDArray[np.int64]
    path: IntArray
    images: IntArray
    inputs: IntArray
    signatures: list[str]
    first: IntArray
    last: IntArray


@dataclass(frozen=True, slots=True)
class Page:
    """A segmented page.

    Attributes:
        elements: see `Elements`.
        texts: the segments' texts, in document order.
        block: int32 (n_segments,), the block element a segment lies in.
        leaf: int32 (n_segments,), the element of the segment's first text node.
        link_characters, bold_characters: int32 (n_segments,).
        images_before: int32 (n_segments,), number of images before the segment.
        nodes: per segment its lexbor text nodes, for rendering; empty when not asked for.
        links: (segment, href) of every link with text, by segment.
        structured: the raw texts of the JSON-LD scripts in the body.
    """

    elements: Elements
    texts: list[str]
    block: IntArray
    leaf: IntArray
    link_characters: IntArray
    bold_characters: IntArray
    images_before: IntArray
    nodes: list[list[Any]]
    links: list[tuple[int, str]]
    structured: list[str]


def segment(tree: LexborHTMLParser, *, keep_nodes: bool = True) -> Page:
    """Segment a parsed page. Linear in its size; deep nesting needs no recursion.

    Args:
        tree: the page.
        keep_nodes: False leaves `Page.nodes` empty, for output as text; keeping thousands of
            objects alive costs time.
    """
    walk = Walk(page_rules(tree))
    walk.run(tree, keep_nodes=keep_nodes)
    inherited = _inherited(walk)
    joiner = _Joiner(walk, inherited)
    joiner.run()
    return _page(walk, inherited, joiner.texts, joiner.parts)


@dataclass(frozen=True, slots=True)
class _Inherited:
    """Columns per element that the walk does not carry: int64 (n_elements,).

    `block` and `link` are the nearest block and link at or above an element, `link` is -1
    without one; the others as in `Elements`.
    """

    parent: npt.NDArray[np.int64]
    tag: npt.NDArray[np.int64]
    within: npt.NDArray[np.int64]
    block: npt.NDArray[np.int64]
    link: npt.NDArray[np.int64]


def _inherited(walk: Walk) -> _Inherited:
    n_elements = len(walk.parent)
    parent = np.fromiter(walk.parent, np.int64, n_elements)
    signature = np.fromiter(walk.signature, np.int64, n_elements)
    codes = np.array([TAG_CODE.get(key[0] or "", 0) for key in walk.keys], np.int64)
    tag = codes.take(signature)
    is_link = np.zeros(n_elements, np.bool_)
    is_link[walk.links] = True
    link = nearest(parent, is_link)
    return _Inherited(
        parent=parent,
        tag=tag,
        within=united(parent, _MARKS.take(tag)),
        block=nearest(parent, tag < FIRST_INLINE),
        link=np.where(is_link.take(link), link, -1),
    )


def _path(walk: Walk, parent: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """See `Elements.path`."""
    plain = [f"{key[0]} {key[1] if len(key) > 1 else None}" for key in walk.keys]
    # One call for all: it costs as much as a call for one.
    names = "\0".join(plain).translate(_DIGITS).split("\0")
    numbers: dict[str, int] = {}
    name_of = np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
    return paths(parent, name_of.take(walk.signature))


def _page(walk: Walk, inherited: _Inherited, texts: list[str], parts: list[list[int]]) -> Page:
    """The columns of a page.

    Args:
        walk, inherited: what the page holds.
        texts: of the segments.
        parts: per segment its pieces, those that are not blank.
    """
    n_elements, n_pieces = len(walk.parent), len(walk.pieces)
    pieces = [index for of_segment in parts for index in of_segment]
    piece = np.array(pieces, np.int64)
    count = np.array([len(of_segment) for of_segment in parts], np.int64)
    start = np.cumsum(count) - count
    first = piece[start]
    owner = np.fromiter(walk.piece_element, np.int64, n_pieces)
    around = owner[piece]
    # The shares of the pieces' characters that are links and that are bold.
    size = np.array([len(walk.pieces[index]) for index in pieces], np.int64)
    length = np.array([len(text) for text in texts], np.int64)
    marked = (inherited.link.take(around) >= 0, (inherited.within.take(around) & _STRONG) != 0)
    characters = np.zeros((2, len(texts)), np.int32)
    if texts:
        total = np.add.reduceat(size, start)
        for row, inside in zip(characters, marked, strict=True):
            row[:] = np.rint(length * (np.add.reduceat(size * inside, start) / total))
    begins = np.zeros(n_pieces + 1, np.int32)  # 1 at the first piece of a segment
    begins[first] = 1
    before = np.cumsum(begins, dtype=np.int32) - begins  # segments begun before each piece
    elements = Elements(
        parent=inherited.parent.astype(np.int32),
        end=np.fromiter(walk.end, np.int32, n_elements),
        tag=inherited.tag.astype(np.int32),
        depth=depths(inherited.parent).astype(np.int32),
        signature=np.fromiter(walk.signature, np.int32, n_elements),
        hiding=np.fromiter(walk.hiding, np.int32, n_elements),
        within=inherited.within,
        path=_path(walk, inherited.parent).astype(np.int32),
        images=_number_before(walk.images, n_elements + 1),
        inputs=_number_before(walk.inputs, n_elements + 1),
        signatures=["\n".join(filter(None, key)) for key in walk.keys],
        first=before.take(np.fromiter(walk.first_piece, np.int64, n_elements)),
        last=before.take(np.fromiter(walk.last_piece, np.int64, n_elements)),
    )
    leaf = owner[first]
    nodes: list[list[Any]] = []
    if walk.piece_node:
        nodes = [[walk.piece_node[index] for index in of_segment] for of_segment in parts]
    return Page(
        elements=elements,
        texts=texts,
        block=inherited.block[leaf].astype(np.int32),
        leaf=leaf.astype(np.int32),
        link_characters=characters[0],
        bold_characters=characters[1],
        images_before=_number_before(walk.images_at, n_pieces + 1)[first],
        nodes=nodes,
        links=_links(walk, piece, count),
        structured=walk.structured,
    )


def _number_before(places: Sequence[int], n: int) -> IntArray:
    """int32 (n,): how many of the places are at or before each number."""
    return np.cumsum(np.bincount(places, minlength=n), dtype=np.int32)


def _links(
    walk: Walk, piece: npt.NDArray[np.int64], count: npt.NDArray[np.int64]
) -> list[tuple[int, str]]:
    """The links with text and the segment each begins in."""
    if not walk.links:
        return []
    first = [walk.first_piece[element] for element in walk.links]
    last = [walk.last_piece[element] for element in walk.links]
    at = np.searchsorted(piece, first)  # the first piece with text at or after the beginning
    inside = np.append(piece, len(walk.pieces))[at] < last
    owner = np.append(np.repeat(np.arange(len(count)), count), 0)[at]
    found = zip(inside.tolist(), owner.tolist(), walk.addresses, strict=True)
    return [(segment, href) for has_text, segment, href in found if has_text]


class _Joiner:
    """Joins the pieces of a walk to the texts of segments.

    Attributes:
        texts: one per segment.
        parts: per segment its pieces, those that are not blank.
    """

    def __init__(self, walk: Walk, inherited: _Inherited) -> None:
        self.pieces = walk.pieces
        self.element = walk.piece_element
        self.run_ends = walk.run_ends
        self.parent = walk.parent
        self.within: list[int] = inherited.within.tolist()
        self.tag: list[int] = inherited.tag.tolist()
        self.link: list[int] = inherited.link.tolist()
        self.texts: list[str] = []
        self.parts: list[list[int]] = []

    def run(self) -> None:
        """Join every run of pieces."""
        pieces, element, within = self.pieces, self.element, self.within
        start = 0
        for stop in self.run_ends:
            if stop - start > 1:
                self._several(start, stop)
            elif (raw := pieces[start]) is not BREAK:
                if within[element[start]] & _PRE or BREAK in raw:
                    self._add(raw, [start])
                else:
                    text = " ".join(raw.split())
                    if text.strip(_ZERO_WIDTH):
                        self.texts.append(text)
                        self.parts.append([start])
            start = stop

    def _several(self, start: int, stop: int) -> None:
        """Join the pieces of one run; a doubled break parts it."""
        pieces = self.pieces
        parts: list[int] = []
        breaks = 0
        for index in range(start, stop):
            piece = pieces[index]
            if piece is BREAK:
                breaks += 1
            elif not piece.isspace():
                if breaks > 1 and parts:
                    self._add(self._joined(parts), parts)
                    parts = []
                parts.append(index)
                breaks = 0
        if parts:
            self._add(self._joined(parts), parts)

    def _joined(self, parts: list[int]) -> str:
        """The raw text from the first part to the last, white space and breaks included."""
        pieces, element = self.pieces, self.element
        first = parts[0]
        if len(parts) == 1:
            return pieces[first]
        joined = [pieces[first]]
        for index in range(first + 1, parts[-1] + 1):
            if element[index] != element[index - 1] and self._touch(index - 1, index):
                joined.append(" ")
            joined.append(pieces[index])
        return "".join(joined)

    def _add(self, raw: str, parts: list[int]) -> None:
        """Collapse the white space of a raw text and keep what has characters."""
        if self.within[self.element[parts[0]]] & _PRE:
            lines = raw.replace(BREAK, "\n").split("\n")
            text = "\n".join([line.rstrip() for line in lines]).strip("\n")
        elif BREAK in raw:
            lines = [" ".join(line.split()) for line in raw.split(BREAK)]
            text = "\n".join([line for line in lines if line])
        else:
            text = " ".join(raw.split())
        if text.strip(_ZERO_WIDTH):
            self.texts.append(text)
            self.parts.append(parts)

    def _touch(self, left: int, right: int) -> bool:
        """Whether two neighbouring pieces are separate words that only a style sheet parts.

        The pieces lie in different elements.
        """
        before, after = self.pieces[left], self.pieces[right]
        if not (before[-1:].isalnum() and after[:1].isalnum()):
            return False
        a, b = self.element[left], self.element[right]
        link_a, link_b = self.link[a], self.link[b]
        if link_a != link_b and link_a >= 0 and link_b >= 0:
            return True
        if self.within[a] & _FIXED or min(len(before), len(after)) < 2:
            return False
        if before[-1].islower() and after[0].isupper():
            return True
        tag = self.tag
        return self.parent[a] == self.parent[b] and tag[a] in _APART and tag[b] in _APART
