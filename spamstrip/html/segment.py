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
    [
        "script",
        "style",
        "template",
        "svg",
        "select",
        "datalist",
        "textarea",
        "iframe",
        "object",
        "video",
        "audio",
        "canvas",
        "noembed",
        "noframes",
        "annotation",
        "rp",
        "rt",
        "head",
        "applet",
        "progress",
        "meter",
        "wbr",
        "meta",
        "link",
        "source",
        "embed",
        "base",
        "area",
        "col",
        "param",
        "track",
        "-comment",
        "-undef",
        "!doctype",
    ]
)
_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_CONCEALED: Final = int(Hiding.TRICK | Hiding.FOLDED)
_BREAK: Final = "\ufdd0"  # a noncharacter: stands for <br> until white space is collapsed
# Elements whose descendants the features tell apart.
MARKED: Final = (
    *("header", "footer", "nav", "aside", "article", "main", "section", "ul", "ol", "table"),
    *("dl", "form", "figure", "figcaption", "blockquote", "details", "dialog", "noscript"),
    *("a", "button", "label", "li", "p", "td", "code", "pre", "time", "small", "strong", "em"),
    "address",
)
_SAME: Final = {"b": "strong", "i": "em"}
_MARK: Final = tuple(
    1 << MARKED.index(_SAME.get(name, name)) if _SAME.get(name, name) in MARKED else 0
    for name in TAGS
)
_STRONG: Final = _MARK[TAG_CODE["strong"]]
_PRE: Final = _MARK[TAG_CODE["pre"]]
_FIXED: Final = _PRE | _MARK[TAG_CODE["code"]]
# Inline elements that hold words of their own, unlike `b` or `sup`, which may be parts of one.
_APART: Final = frozenset(TAG_CODE[name] for name in ("span", "a", "time", "label", "small"))
_DIGITS: Final = str.maketrans("", "", "0123456789")
# What the walk does with a node.
_TEXT, _LINE_BREAK, _ELEMENT, _RULE, _IMAGE, _INPUT, _SCRIPT, _IGNORED = range(8)
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
        nodes: per segment its lexbor text nodes, for rendering.
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


def segment(tree: LexborHTMLParser) -> Page:
    """Segment a parsed page. Linear in its size; deep nesting needs no recursion."""
    walk = _Walk(page_rules(tree))
    root = tree.root
    if root is not None:
        walk.run(root)
    return walk.page()


def is_structured(script: Any) -> bool:
    """Whether a script element holds JSON-LD."""
    return (script.attributes.get("type") or "").lower() == "application/ld+json"


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
        self.signatures: dict[tuple[str | None, ...], int] = {}
        self.path_signature: list[int] = []  # per signature: its number without id and digits
        self.path_signatures: dict[str, int] = {}
        self.paths: dict[tuple[int, int], int] = {}
        self.hiding: list[int] = []
        self.within: list[int] = []
        self.path: list[int] = []
        self.images: list[int] = []
        self.inputs: list[int] = []
        self.block: list[int] = []  # per element: its nearest block, itself included
        self.link: list[int] = []  # per element: the nearest link at or above it, or -1
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

    def run(self, node: Any) -> None:  # noqa: PLR0912, PLR0915
        """Visit every node below `node`, a lexbor element."""
        # Local names, because this loop runs once for every node of the page.
        kinds: dict[int, tuple[int, int, str]] = {}
        pieces, piece_node = self.pieces, self.piece_node
        piece_element, piece_run = self.piece_element, self.piece_run
        piece_images, end, last_piece = self.piece_images, self.end, self.last_piece
        apart, enter = self.apart, self._enter
        open_nodes: list[Any] = []
        open_elements: list[int] = []
        current, run, images, inputs = -1, 0, 0, 0
        while True:
            code = node.tag_id
            try:
                kind, tag, name = kinds[code]
            except KeyError:
                kind, tag, name = kinds[code] = _classify(node.tag)
            if kind <= _LINE_BREAK:
                text = (node.text_content or "") if kind == _TEXT else _BREAK
                # White space says nothing at the start of a segment.
                if not text.isspace() or (piece_run and piece_run[-1] == run):
                    pieces.append(text)
                    piece_node.append(node)
                    piece_element.append(current)
                    piece_run.append(run)
                    piece_images.append(images)
            elif kind == _ELEMENT:
                index = enter(node, name, tag, current, len(open_nodes), images, inputs)
                if apart[index]:
                    run += 1
                child = node.first_child
                if child is not None:
                    open_nodes.append(node)
                    open_elements.append(current)
                    current = index
                    node = child
                    continue
                end[index] = index + 1
                last_piece[index] = len(pieces)
            elif kind == _IMAGE:
                images += 1
            elif kind == _INPUT:
                inputs += 1
            elif kind == _RULE:
                run += 1
            elif kind == _SCRIPT and is_structured(node):
                self.structured.append(node.text() or "")
            following = node.next if open_nodes else None
            while following is None:
                if not open_nodes:
                    self.images.append(images)
                    self.inputs.append(inputs)
                    return
                node = open_nodes.pop()
                end[current] = len(end)
                last_piece[current] = len(pieces)
                if apart[current]:
                    run += 1
                current = open_elements.pop()
                following = node.next if open_nodes else None
            node = following

    def _enter(  # noqa: PLR0917  called once per element: keywords cost a tenth of the walk
        self, node: Any, name: str, tag: int, parent: int, depth: int, images: int, inputs: int
    ) -> int:
        """Take up an element and give it its number."""
        index = len(self.parent)
        attributes: Mapping[str, str | None] = node.attributes
        if parent >= 0:
            above, path = self.hiding[parent], self.path[parent]
            within, link, block = self.within[parent], self.link[parent], self.block[parent]
        else:
            above = within = block = 0
            path = link = -1
            parent = 0
        inherited = above
        key: tuple[str | None, ...]
        if attributes:
            get = attributes.get
            key = (name, get("class"), get("id"), get("role"), get("itemprop"), get("itemtype"))
            inherited = hiding(name, attributes, self.rules, above)
            if name == "a":
                href = attributes.get("href", _BREAK)
                if href is not _BREAK:
                    link = index
                    self.links.append((index, (href or "").strip()))
        else:
            key = (name,)
            if name in self.rules.tags:
                inherited = hiding(name, attributes, self.rules, above)
        try:
            signature = self.signatures[key]
        except KeyError:
            signature = self.signatures[key] = len(self.signatures)
            plain = f"{name} {attributes.get('class')}".translate(_DIGITS)
            self.path_signature.append(
                self.path_signatures.setdefault(plain, len(self.path_signatures))
            )
        is_block = tag < _FIRST_INLINE
        self.parent.append(parent)
        self.end.append(0)
        self.tag.append(tag)
        self.depth.append(depth)
        self.signature.append(signature)
        step = (path, self.path_signature[signature])
        self.path.append(self.paths.setdefault(step, len(self.paths)))
        self.within.append(within | _MARK[tag])
        self.hiding.append(inherited)
        self.images.append(images)
        self.inputs.append(inputs)
        self.apart.append(is_block or (inherited ^ above) & _CONCEALED != 0)
        self.block.append(index if is_block else block)
        self.link.append(link)
        self.first_piece.append(len(self.pieces))
        self.last_piece.append(0)
        return index

    def page(self) -> Page:
        """The page the visited nodes make."""
        texts: list[str] = []
        rows: list[tuple[int, int, int, int, int]] = []
        nodes: list[list[Any]] = []
        begins = np.zeros(len(self.pieces) + 1, np.int32)  # 1 at the first piece of a segment
        segment_of: dict[int, int] = {}  # of each piece with text
        start = 0
        for stop in self._run_ends():
            text, parts = self._text(start, stop)
            start = stop
            if not text:
                continue
            first = parts[0]
            begins[first] = 1
            for part in parts:
                segment_of[part] = len(texts)
            leaf = self.piece_element[first]
            linked, bold = self._shares(parts)
            rows.append(
                (
                    self.block[leaf],
                    leaf,
                    round(len(text) * linked),
                    round(len(text) * bold),
                    self.piece_images[first],
                )
            )
            texts.append(text)
            nodes.append([self.piece_node[part] for part in parts])
        columns = np.array(rows, np.int32).reshape(-1, 5).T.copy()
        before = np.cumsum(begins, dtype=np.int32) - begins  # segments begun before each piece
        elements = Elements(
            parent=np.array(self.parent, np.int32),
            end=np.array(self.end, np.int32),
            tag=np.array(self.tag, np.int32),
            depth=np.array(self.depth, np.int32),
            signature=np.array(self.signature, np.int32),
            hiding=np.array(self.hiding, np.int32),
            within=np.array(self.within, np.int64),
            path=np.array(self.path, np.int32),
            images=np.array(self.images, np.int32),
            inputs=np.array(self.inputs, np.int32),
            signatures=["\n".join(filter(None, key)) for key in self.signatures],
            first=before[np.array(self.first_piece, np.int32)],
            last=before[np.array(self.last_piece, np.int32)],
        )
        return Page(
            elements=elements,
            texts=texts,
            block=columns[0],
            leaf=columns[1],
            link_characters=columns[2],
            bold_characters=columns[3],
            images_before=columns[4],
            nodes=nodes,
            links=self._links(segment_of),
            structured=self.structured,
        )

    def _shares(self, parts: list[int]) -> tuple[float, float]:
        """The shares of the pieces' characters that are links and that are bold."""
        total = linked = bold = 0
        for part in parts:
            size = len(self.pieces[part])
            element = self.piece_element[part]
            total += size
            if self.link[element] >= 0:
                linked += size
            if self.within[element] & _STRONG:
                bold += size
        return linked / total, bold / total

    def _links(self, segment_of: Mapping[int, int]) -> list[tuple[int, str]]:
        """The links with text and the segment each begins in."""
        links = []
        for element, href in self.links:
            for piece in range(self.first_piece[element], self.last_piece[element]):
                if piece in segment_of:
                    links.append((segment_of[piece], href))
                    break
        return links

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
            elif breaks and not piece.isspace():
                if breaks > 1:
                    ends.append(index)
                breaks = 0
        if self.pieces:
            ends.append(len(self.pieces))
        return ends

    def _text(self, start: int, stop: int) -> tuple[str, list[int]]:
        """The text of the pieces from `start` to `stop`, and those that are not blank."""
        pieces = self.pieces
        if stop - start == 1:
            raw = pieces[start]
            parts = [start]
            if raw is _BREAK:
                return "", []
        else:
            parts = [
                index
                for index in range(start, stop)
                if pieces[index] is not _BREAK and not pieces[index].isspace()
            ]
            if not parts:
                return "", parts
            joined = [pieces[parts[0]]]
            for index in range(parts[0] + 1, parts[-1] + 1):
                if self._touch(index - 1, index):
                    joined.append(" ")
                joined.append(pieces[index])
            raw = "".join(joined)
        if self.within[self.piece_element[parts[0]]] & _PRE:
            lines = raw.replace(_BREAK, "\n").split("\n")
            text = "\n".join([line.rstrip() for line in lines]).strip("\n")
        elif _BREAK in raw:
            lines = [" ".join(line.split()) for line in raw.split(_BREAK)]
            text = "\n".join([line for line in lines if line])
        else:
            text = " ".join(raw.split())
        return (text, parts) if text.strip(_ZERO_WIDTH) else ("", [])

    def _touch(self, left: int, right: int) -> bool:
        """Whether two neighbouring pieces are separate words that only a style sheet parts."""
        a, b = self.piece_element[left], self.piece_element[right]
        if a == b or not (self.pieces[left][-1:].isalnum() and self.pieces[right][:1].isalnum()):
            return False
        if self.link[a] != self.link[b] and self.link[a] >= 0 and self.link[b] >= 0:
            return True
        if self.within[a] & _FIXED or min(len(self.pieces[left]), len(self.pieces[right])) < 2:
            return False
        if self.pieces[left][-1].islower() and self.pieces[right][0].isupper():
            return True
        return self.parent[a] == self.parent[b] and self.tag[a] in _APART and self.tag[b] in _APART
