"""One walk over a parsed tree: elements and pieces of text as flat lists."""

from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from .tags import FIRST_INLINE, SKIPPED, TAG_CODE
from .visibility import (
    LIFTED_BY_CHILD,
    OWN_ATTRIBUTES,
    Hiding,
    HidingRules,
    hiding,
    stated,
)

BREAK: Final = "\ufdd0"
"""A noncharacter: stands for <br> until white space is collapsed."""

Signature = tuple[str | None, ...]
"""Tag, class, id, role, itemprop and itemtype; the tag alone where there are no attributes."""

_CONCEALED: Final = int(Hiding.TRICK | Hiding.FOLDED)
_LINK: Final = TAG_CODE["a"]
# What the walk does with a node.
_TEXT, _LINE_BREAK, _ELEMENT, _RULE, _IMAGE, _INPUT, _SCRIPT, _IGNORED = range(8)
_SPECIAL: Final = {
    "-text": _TEXT, "hr": _RULE, "br": _LINE_BREAK, "img": _IMAGE, "input": _INPUT,
    "script": _SCRIPT,
}  # fmt: skip


def is_structured(script: Any) -> bool:
    """Whether a script element holds JSON-LD."""
    return (script.attributes.get("type") or "").lower() == "application/ld+json"


class Walk:
    """Flat lists of what a page holds, filled by `run`.

    A piece is one text node or line break; pieces between two run ends are one segment, unless
    a doubled break parts them.

    Attributes:
        parent, end, signature, hiding: per element, see `segment.Elements`.
        first_piece, last_piece: per element: the half-open range of the pieces inside.
        keys: the different elements, in the order of their signatures' numbers.
        pieces: texts as the page has them, or `BREAK`.
        piece_node, piece_element: per piece its lexbor node and the element around it.
        run_ends: where a run of pieces ends, as numbers of pieces.
        images, inputs: per image and form input: the number of elements before it.
        images_at: per image: the number of pieces before it.
        links, addresses: the elements that are links, and where they lead.
        structured: the raw texts of JSON-LD scripts.
    """

    def __init__(self, rules: HidingRules) -> None:
        self.rules = rules
        self.parent: list[int] = []
        self.end: list[int] = []
        self.signature: list[int] = []
        self.hiding: list[int] = []
        self.first_piece: list[int] = []
        self.last_piece: list[int] = []
        self.keys: list[Signature] = []
        self.pieces: list[str] = []
        self.piece_node: list[Any] = []
        self.piece_element: list[int] = []
        self.run_ends: list[int] = []
        self.images: list[int] = []
        self.inputs: list[int] = []
        self.images_at: list[int] = []
        self.links: list[int] = []
        self.addresses: list[str] = []
        self.structured: list[str] = []

    def run(self, tree: LexborHTMLParser, *, keep_nodes: bool) -> None:  # noqa: PLR0912, PLR0915
        """Visit every node of a page, without recursion.

        Args:
            tree: the page.
            keep_nodes: fill `piece_node`.
        """
        # One loop over local names: it runs for every node, and a call costs as much as a node.
        parents, ends, signatures, hidings = self.parent, self.end, self.signature, self.hiding
        first_piece, last_piece = self.first_piece, self.last_piece
        links, addresses = self.links, self.addresses
        pieces, piece_node, piece_element = self.pieces, self.piece_node, self.piece_element
        run_ends, rules = self.run_ends, self.rules
        kinds: dict[int, tuple[int, int, str]] = {}
        known: dict[Signature, tuple[int, int]] = {}
        open_nodes: list[Any] = []
        apart: list[bool] = []  # per open element: its text is no part of the text around it
        current = 0  # the innermost open element; the root is its own parent
        run_start = 0
        node: Any = tree.root
        while node is not None:
            code = node.tag_id
            try:
                kind, tag, name = kinds[code]
            except KeyError:
                kind, tag, name = kinds[code] = _kind(node.tag)
            if kind <= _LINE_BREAK:
                text = BREAK if kind else node.text_content or ""
                # White space says nothing at the start of a segment.
                if len(pieces) > run_start or not text.isspace():
                    pieces.append(text)
                    if keep_nodes:
                        piece_node.append(node)
                    piece_element.append(current)
            elif kind == _ELEMENT:
                index = len(parents)
                attributes = node.attributes
                key: Signature = (name,)
                if attributes:
                    get = attributes.get
                    key = (
                        *(name, get("class"), get("id"), get("role"), get("itemprop")),
                        get("itemtype"),
                    )
                try:
                    signature, own = known[key]
                except KeyError:
                    signature, own = known[key] = len(known), rules.own(name, attributes)
                above = hidings[current] if index else 0
                if own < 0 or above & LIFTED_BY_CHILD:
                    hidden = hiding(name, attributes, rules, above)
                elif attributes and not OWN_ATTRIBUTES.isdisjoint(attributes):
                    hidden = stated(own, above, attributes, rules)
                else:
                    hidden = above | own
                if tag == _LINK and "href" in attributes:
                    links.append(index)
                    addresses.append((attributes["href"] or "").strip())
                parents.append(current)
                signatures.append(signature)
                hidings.append(hidden)
                first_piece.append(len(pieces))
                ends.append(index + 1)
                last_piece.append(len(pieces))
                is_apart = tag < FIRST_INLINE or (hidden ^ above) & _CONCEALED != 0
                if is_apart and len(pieces) > run_start:
                    run_start = len(pieces)
                    run_ends.append(run_start)
                child = node.first_child
                if child is not None:
                    open_nodes.append(node)
                    apart.append(is_apart)
                    current = index
                    node = child
                    continue
            elif kind == _IMAGE:
                self.images.append(len(parents))
                self.images_at.append(len(pieces))
            elif kind == _INPUT:
                self.inputs.append(len(parents))
            elif kind == _RULE:
                if len(pieces) > run_start:
                    run_start = len(pieces)
                    run_ends.append(run_start)
            elif kind == _SCRIPT and is_structured(node):
                self.structured.append(node.text() or "")
            node = node.next if open_nodes else None
            while node is None and open_nodes:
                node = open_nodes.pop()
                ends[current] = len(parents)
                last_piece[current] = len(pieces)
                if apart.pop() and len(pieces) > run_start:
                    run_start = len(pieces)
                    run_ends.append(run_start)
                current = parents[current]
                node = node.next if open_nodes else None
        if len(pieces) > run_start:
            run_ends.append(len(pieces))
        self.keys.extend(known)


def _kind(name: str) -> tuple[int, int, str]:
    if name in _SPECIAL:
        return _SPECIAL[name], 0, name
    if name in SKIPPED:
        return _IGNORED, 0, name
    return _ELEMENT, TAG_CODE.get(name, 0), name
