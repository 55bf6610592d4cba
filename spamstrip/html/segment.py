"""HTML to segments: one walk over the parsed tree, flat lists for everything after it.

A segment is a run of text inside one block element; a doubled `<br>` ends it too, and so does
an inline element that is hidden where the text around it is not. White space
is collapsed as a browser would, `<pre>` keeps its lines, a single `<br>` is a line break.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborHTMLParser

from .visibility import Hiding, HidingRules, hiding, page_rules

# The tags the features tell apart; every other element is 0, a plain block.
TAGS: Final = (
    "",
    *("html", "body", "p", "div", "section", "article", "main", "header", "footer", "nav"),
    *("aside", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption", "blockquote", "pre", "figure"),
    *("figcaption", "form", "fieldset", "legend", "details", "summary", "dialog", "noscript"),
    *("address", "center", "marquee", "hgroup", "search", "button", "label", "a", "span"),
    *("b", "strong", "em", "i", "u", "code", "small", "time", "sup", "sub", "cite", "mark"),
    *("abbr", "font", "q", "s", "del", "ins", "kbd", "samp", "var", "big", "tt", "bdi", "bdo"),
    *("data", "dfn", "nobr", "ruby", "rb", "strike", "acronym", "output"),
)
TAG_CODE: Final = {name: code for code, name in enumerate(TAGS)}
_FIRST_INLINE: Final = TAG_CODE["label"]
# Elements whose text is not part of the page as it is read.
_SKIPPED: Final = frozenset(
    ("script", "style", "template", "svg", "select", "datalist", "textarea", "iframe", "object")
    + ("video", "audio", "canvas", "noembed", "noframes", "annotation", "rp", "rt", "head")
    + ("applet", "progress", "meter", "-comment", "!doctype", "-undef")
    + ("wbr", "meta", "link", "source", "embed", "base", "area", "col", "param", "track")
)
_BOLD: Final = frozenset(TAG_CODE[name] for name in ("b", "strong"))
_FIXED: Final = frozenset(TAG_CODE[name] for name in ("pre", "code"))
_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_CONCEALED: Final = int(Hiding.TRICK | Hiding.FOLDED)
_BREAK: Final = "\ufdd0"  # a noncharacter: stands for <br> until white space is collapsed
_ATTRIBUTES: Final = ("class", "id", "role", "itemprop", "itemtype", "rel", "data-testid")
# Elements whose descendants the features tell apart.
MARKED: Final = (
    *("header", "footer", "nav", "aside", "article", "main", "section", "ul", "ol", "table"),
    *("dl", "form", "figure", "figcaption", "blockquote", "details", "dialog", "noscript"),
    *("a", "button", "label", "li", "p", "td", "code", "pre", "time", "small", "strong", "em"),
    "address",
)
_MARK: Final = tuple(1 << MARKED.index(name) if name in MARKED else 0 for name in TAGS)
_DIGITS: Final = str.maketrans("", "", "0123456789")
# What the walk does with a node.
_ELEMENT, _TEXT, _RULE, _LINE_BREAK, _IMAGE, _INPUT, _SCRIPT, _IGNORED = range(8)
_SPECIAL: Final = {
    "-text": _TEXT, "hr": _RULE, "br": _LINE_BREAK, "img": _IMAGE, "input": _INPUT,
    "script": _SCRIPT,
}  # fmt: skip
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
        signatures: the different (tag, class, id, role, ...) strings of the page.
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
        nodes: per segment its lexbor text nodes, for rendering.
        links: (segment, href) of every link with text, by segment.
        structured: the raw texts of the page's JSON-LD scripts.
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


def segment(tree: LexborHTMLParser) -> Page:
    """Segment a parsed page. Linear in its size; deep nesting needs no recursion."""
    walk = _Walk(page_rules(tree))
    root = tree.root
    if root is not None:
        walk.run(root)
    return walk.page()


def _classify(name: str) -> tuple[int, int, str]:
    if name in _SPECIAL:
        return _SPECIAL[name], 0, name
    if name in _SKIPPED:
        return _IGNORED, 0, name
    return _ELEMENT, TAG_CODE.get(name, 0), name


class _Walk:
    """One walk; `run` fills flat lists, `page` turns them into a `Page`.

    A piece is one text node or line break. Pieces with the same run number are one segment.
    """

    def __init__(self, rules: HidingRules) -> None:
        self.rules = rules
        self.parent: list[int] = []
        self.end: list[int] = []
        self.tag: list[int] = []
        self.depth: list[int] = []
        self.signature: list[int] = []
        self.signatures: dict[str, int] = {}
        self.path_signature: list[int] = []  # per signature: its number without id and digits
        self.path_signatures: dict[str, int] = {}
        self.paths: dict[tuple[int, int], int] = {}
        self.hiding: list[int] = []
        self.within: list[int] = []
        self.path: list[int] = []
        self.images: list[int] = []
        self.inputs: list[int] = []
        self.block: list[int] = []  # per element: its nearest block, itself included
        self.apart: list[bool] = []  # per element: its text is no part of the text around it
        self.first_piece: list[int] = []
        self.last_piece: list[int] = []
        self.pieces: list[str] = []
        self.piece_node: list[Any] = []
        self.piece_element: list[int] = []
        self.piece_run: list[int] = []
        self.piece_images: list[int] = []
        self.links: list[tuple[int, str]] = []
        self.structured: list[str] = []

    def run(self, node: Any) -> None:
        """Visit every node below `node`, a lexbor element."""
        # Local names, because this loop runs once for every node of the page.
        kinds: dict[int, tuple[int, int, str]] = {}
        pieces, piece_node = self.pieces, self.piece_node
        piece_element, piece_run = self.piece_element, self.piece_run
        piece_images = self.piece_images
        end, last_piece = self.end, self.last_piece
        open_nodes: list[Any] = []
        open_elements: list[int] = []
        current, run, images, inputs = -1, 0, 0, 0
        root = True
        while True:
            code = node.tag_id
            try:
                kind, tag, name = kinds[code]
            except KeyError:
                kind, tag, name = kinds[code] = _classify(node.tag)
            child = None
            if kind == _TEXT:
                pieces.append(node.text_content)
                piece_node.append(node)
                piece_element.append(current)
                piece_run.append(run)
                piece_images.append(images)
            elif kind == _ELEMENT:
                index = self._enter(node, name, tag, current, len(open_nodes), images, inputs)
                if self.apart[index]:
                    run += 1
                child = node.first_child
                if child is not None:
                    open_nodes.append(node)
                    open_elements.append(current)
                    current = index
                    node = child
                    root = False
                    continue
                end[index] = index + 1
                last_piece[index] = len(pieces)
            elif kind == _LINE_BREAK:
                pieces.append(_BREAK)
                piece_node.append(node)
                piece_element.append(current)
                piece_run.append(run)
                piece_images.append(images)
            elif kind == _IMAGE:
                images += 1
            elif kind == _INPUT:
                inputs += 1
            elif kind == _RULE:
                run += 1
            elif kind == _SCRIPT:
                if (node.attributes.get("type") or "").lower() == "application/ld+json":
                    self.structured.append(node.text() or "")
            if root:
                break
            following = node.next
            while following is None:
                if not open_nodes:
                    break
                node = open_nodes.pop()
                end[current] = len(end)
                last_piece[current] = len(pieces)
                if self.apart[current]:
                    run += 1
                current = open_elements.pop()
                following = node.next if open_nodes else None
            if following is None:
                break
            node = following
        self.images.append(images)
        self.inputs.append(inputs)

    def _enter(
        self, node: Any, name: str, tag: int, parent: int, depth: int, images: int, inputs: int
    ) -> int:
        index = len(self.parent)
        attributes: Mapping[str, str | None] = node.attributes
        key = name
        inherited = self.hiding[parent] if parent >= 0 else 0
        if attributes:
            for attribute in _ATTRIBUTES:
                value = attributes.get(attribute)
                if value:
                    key += "\n" + value
            inherited = hiding(name, attributes, self.rules, inherited)
        elif name in self.rules.tags:
            inherited = hiding(name, attributes, self.rules, inherited)
        self.parent.append(max(parent, 0))
        self.end.append(0)
        self.tag.append(tag)
        self.depth.append(depth)
        try:
            signature = self.signatures[key]
        except KeyError:
            signature = self.signatures[key] = len(self.signatures)
            plain = f"{name} {attributes.get('class')}".translate(_DIGITS)
            number = self.path_signatures.setdefault(plain, len(self.path_signatures))
            self.path_signature.append(number)
        self.signature.append(signature)
        step = (self.path[parent] if parent >= 0 else -1, self.path_signature[signature])
        self.path.append(self.paths.setdefault(step, len(self.paths)))
        self.within.append((self.within[parent] if parent >= 0 else 0) | _MARK[tag])
        self.hiding.append(inherited)
        self.images.append(images)
        self.inputs.append(inputs)
        above = self.hiding[parent] if parent >= 0 else 0
        self.apart.append(tag < _FIRST_INLINE or (inherited ^ above) & _CONCEALED != 0)
        self.block.append(index if tag < _FIRST_INLINE or parent < 0 else self.block[parent])
        self.first_piece.append(len(self.pieces))
        self.last_piece.append(0)
        if name == "a" and attributes.get("href") is not None:
            self.links.append((index, (attributes["href"] or "").strip()))
        return index

    def page(self) -> Page:
        """The page the visited nodes make."""
        link = self._nearest({element for element, _ in self.links})
        bold = self._nearest({i for i, tag in enumerate(self.tag) if tag in _BOLD})
        fixed = self._nearest({i for i, tag in enumerate(self.tag) if tag in _FIXED})
        texts: list[str] = []
        rows: list[tuple[int, int, int, int, int]] = []
        nodes: list[list[Any]] = []
        begins = np.zeros(len(self.pieces) + 1, np.int32)  # 1 at the first piece of a segment
        segment_of: dict[int, int] = {}  # of each piece with text
        start = 0
        for stop in self._run_ends():
            text, parts = self._text(start, stop, link, fixed)
            if text:
                begins[parts[0]] = 1
                segment_of.update(dict.fromkeys(parts, len(texts)))
                leaf = self.piece_element[parts[0]]
                sizes = [len(self.pieces[part]) for part in parts]
                total = sum(sizes) or 1
                owners = [self.piece_element[part] for part in parts]
                linked = sum(n for n, e in zip(sizes, owners, strict=True) if link[e] >= 0)
                bolded = sum(n for n, e in zip(sizes, owners, strict=True) if bold[e] >= 0)
                rows.append(
                    (
                        self.block[leaf],
                        leaf,
                        round(len(text) * linked / total),
                        round(len(text) * bolded / total),
                        self.piece_images[parts[0]],
                    )
                )
                texts.append(text)
                nodes.append([self.piece_node[part] for part in parts])
            start = stop
        begun = np.cumsum(begins, dtype=np.int32)
        columns = np.array(rows, np.int32).reshape(-1, 5).T.copy()
        first_piece = np.array(self.first_piece, np.int32)
        before = begun - begins  # segments that begin before each piece
        first, last = before[first_piece], before[np.array(self.last_piece, np.int32)]
        links = self._links(segment_of)
        elements = Elements(
            *(np.array(column, np.int32) for column in (self.parent, self.end, self.tag)),
            *(np.array(column, np.int32) for column in (self.depth, self.signature, self.hiding)),
            np.array(self.within, np.int64),
            np.array(self.path, np.int32),
            *(np.array(column, np.int32) for column in (self.images, self.inputs)),
            list(self.signatures),
            first,
            last,
        )
        return Page(elements, texts, *columns, nodes, links, self.structured)

    def _links(self, segment_of: Mapping[int, int]) -> list[tuple[int, str]]:
        """The links with text and the segment each begins in."""
        links = []
        for element, href in self.links:
            for piece in range(self.first_piece[element], self.last_piece[element]):
                if piece in segment_of:
                    links.append((segment_of[piece], href))
                    break
        return links

    def _nearest(self, wanted: set[int]) -> list[int]:
        """Per element, the nearest element of `wanted` at or above it, or -1."""
        nearest: list[int] = []
        for index, parent in enumerate(self.parent):
            nearest.append(index if index in wanted else nearest[parent] if index else -1)
        return nearest

    def _run_ends(self) -> list[int]:
        """Where the segments end: at a change of the run number and at a doubled break."""
        ends = []
        breaks = 0
        previous = -1
        for index, (piece, run) in enumerate(zip(self.pieces, self.piece_run, strict=True)):
            if run != previous:
                if index:
                    ends.append(index)
                breaks = 0
                previous = run
            if piece is _BREAK:
                breaks += 1
            elif not piece.isspace():
                if breaks > 1:
                    ends.append(index)
                breaks = 0
        ends.append(len(self.pieces))
        return ends

    def _text(
        self, start: int, stop: int, link: list[int], fixed: list[int]
    ) -> tuple[str, list[int]]:
        """The text of the pieces from `start` to `stop`, and those that are not blank."""
        pieces = self.pieces
        parts = [
            index
            for index in range(start, stop)
            if pieces[index] is not _BREAK and pieces[index] and not pieces[index].isspace()
        ]
        if not parts:
            return "", parts
        code = fixed[self.piece_element[parts[0]]] >= 0 and self._is_pre(parts[0])
        begin, end = start if code else parts[0], parts[-1] + 1  # indentation is part of code
        if begin + 1 == end:
            raw = pieces[begin]
        else:
            joined = [pieces[begin]]
            for index in range(begin + 1, end):
                if self._touch(index - 1, index, link, fixed):
                    joined.append(" ")
                joined.append(pieces[index])
            raw = "".join(joined)
        if code:
            lines = raw.replace(_BREAK, "\n").split("\n")
            text = "\n".join(line.rstrip() for line in lines).strip("\n")
        elif _BREAK in raw:
            lines = [" ".join(line.split()) for line in raw.split(_BREAK)]
            text = "\n".join(line for line in lines if line)
        else:
            text = " ".join(raw.split())
        return (text, parts) if text.strip(_ZERO_WIDTH) else ("", [])

    def _is_pre(self, piece: int) -> bool:
        element = self.piece_element[piece]
        while self.tag[element] != TAG_CODE["pre"]:
            if not element:
                return False
            element = self.parent[element]
        return True

    def _touch(self, left: int, right: int, link: list[int], fixed: list[int]) -> bool:
        """Whether two neighbouring pieces are separate words that only a style sheet parts."""
        a, b = self.piece_element[left], self.piece_element[right]
        if a == b or not (self.pieces[left][-1:].isalnum() and self.pieces[right][:1].isalnum()):
            return False
        if link[a] != link[b] and link[a] >= 0 and link[b] >= 0:
            return True
        return (
            self.parent[a] == self.parent[b]
            and self.tag[a] == self.tag[b] == TAG_CODE["span"]
            and fixed[a] < 0
            and len(self.pieces[left]) > 1
            and len(self.pieces[right]) > 1
        )
