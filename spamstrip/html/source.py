"""A page's nodes as flat lists, with how much kept and removed text lies inside each."""

from collections.abc import Mapping
from typing import Final

from selectolax.lexbor import LexborNode

_KEPT: Final = (
    "a abbr b strong i em u s del ins mark small sub sup code kbd samp var q cite time dfn bdi bdo"
)
_PLAIN: Final = (
    "span font label big data nobr ruby rb rt rp output wbr picture source math mrow mi mn mo ms "
    "mtext mfrac msqrt mroot msub msup msubsup munder mover munderover mstyle mpadded mphantom "
    "menclose mspace semantics"
)
INLINE: Final = {
    **{name: name for name in _KEPT.split()},
    **dict.fromkeys(_PLAIN.split(), ""),
    **{"strike": "s", "tt": "code", "acronym": "abbr"},
}
"""Inline elements -> what is written for them, "" for nothing; all others break a paragraph."""
IGNORED: Final = frozenset(
    (
        "head", "script", "style", "template", "svg", "iframe", "object", "video", "audio",
        "canvas", "select", "textarea", "datalist", "noembed", "noframes",
    )
)  # fmt: skip


class Source:
    """A page's nodes in document order, as flat lists of one length.

    Attributes:
        nodes: the lexbor nodes.
        tags: their tag names, "-text" for text.
        parents: index of the parent; the root is its own.
        ends: one past the last descendant.
        kept: a text node's kept text; None for removed text and for elements.
        kept_size, removed_size: characters of kept and of removed text inside.
        images: number of images inside.
    """

    def __init__(self, root: LexborNode, kept: Mapping[int, str]) -> None:
        self.nodes: list[LexborNode] = []
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.ends: list[int] = []
        self.kept: list[str | None] = []
        self._visit(root, kept)
        # Characters kept and removed, and images, inside each element.
        count = len(self.tags)
        self.kept_size = [len(text) if text else 0 for text in self.kept]
        self.removed_size = [0] * count
        self.images = [int(tag == "img") for tag in self.tags]
        for index in range(count - 1, 0, -1):
            if self.tags[index] == "-text" and self.kept[index] is None:
                text = self.nodes[index].text_content or ""
                self.removed_size[index] = len(text.strip())
            parent = self.parents[index]
            self.kept_size[parent] += self.kept_size[index]
            self.removed_size[parent] += self.removed_size[index]
            self.images[parent] += self.images[index]

    def _visit(self, root: LexborNode, kept: Mapping[int, str]) -> None:
        open_elements: list[int] = []
        open_nodes: list[LexborNode] = []
        node: LexborNode | None = root
        while node is not None:
            tag = node.tag or ""
            index = len(self.tags)
            self.nodes.append(node)
            self.tags.append(tag)
            self.parents.append(open_elements[-1] if open_elements else 0)
            self.ends.append(index + 1)
            self.kept.append(kept.get(node.mem_id) if tag == "-text" else None)
            child = node.first_child if tag not in IGNORED and tag[:1] != "-" else None
            if child is not None:
                open_elements.append(index)
                open_nodes.append(node)
                node = child
                continue
            following = node.next if open_nodes else None
            while following is None and open_nodes:
                self.ends[open_elements.pop()] = len(self.tags)
                parent = open_nodes.pop()
                following = parent.next if open_nodes else None
            node = following

    def attributes(self, index: int) -> dict[str, str | None]:
        """The attributes of an element."""
        return self.nodes[index].attributes
