"""The kept part of a page as a small tree of plain content elements.

Built from what is kept, not by deleting what is not: only kept text is ever written, and an
element exists only when there is content for it. Wrappers (`div`, `section`, `span`, unknown
elements) leave nothing but the paragraph breaks a reader sees.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from .address import resolve_image, resolve_link
from .preformatted import code_language, code_text
from .source import IGNORED, INLINE, Source

HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CONTAINERS: Final = frozenset(
    (
        "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody",
        "tfoot", "tr", "th", "td", "figure", "figcaption", "details", "summary",
    )
)  # fmt: skip
_ATTRIBUTES_KEPT: Final = {
    "abbr": ("title",), "time": ("datetime",), "ol": ("start",), "li": ("value",),
    "td": ("colspan", "rowspan"), "th": ("colspan", "rowspan"), "bdo": ("dir",),
}  # fmt: skip
_APART: Final = frozenset(("span", "a", "time", "label", "small"))
_WHITE: Final = re.compile(r"[ \t\n\r\f]+")
_WHITE_CHARACTERS: Final = " \t\n\r\f"
_MAX_DEPTH: Final = 24
_MAXINLINE: Final = 12
"""Elements nested deeper lose their wrapper; converters downstream use recursion."""
_MAX_CLIMB: Final = 8


@dataclass(eq=False, slots=True)
class Element:
    """An element of the pruned tree; the root's tag is ""."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    def text(self) -> str:
        """All text inside, in order."""
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)


def prune(tree: LexborHTMLParser, kept: Mapping[int, str], base: str = "") -> Element:
    """The pruned tree of a page, not yet tidied.

    Args:
        tree: the page; read only.
        kept: `mem_id` of every kept text node -> its kept text.
        base: absolute address for relative links; "" leaves them relative.
    """
    root = tree.body or tree.root
    if root is None:
        return Element("")
    builder = _Builder(Source(root, kept), base)
    builder.run()
    return builder.root


class _Builder:
    """Writes the pruned tree in one pass over a `Source`.

    Text goes into the open paragraph of the innermost container. Inline elements are opened when
    there is text for them, spaces and line breaks are written outside of those that end.
    """

    def __init__(self, source: Source, base: str) -> None:
        self.source = source
        self.base = base
        self.root = Element("")
        self.containers = [self.root]
        self.paragraph: Element | None = None
        self.heading = False
        self.open: list[tuple[int, str]] = []  # (end, kind) of the source elements around
        self.wanted: list[tuple[int, Element]] = []  # inline elements around, as templates
        self.written: list[tuple[int, Element]] = []  # those open in the paragraph
        self.space = False
        self.breaks = 0
        self.last_text = -1

    def run(self) -> None:
        """Write every kept node."""
        source = self.source
        index, count = 0, len(source.tags)
        while index < count:
            while self.open and self.open[-1][0] <= index:
                self._close()
            tag = source.tags[index]
            if tag == "-text":
                self._text(index)
            elif tag == "br":
                self.breaks += 1
            elif tag == "img":
                self._image(index)
            elif tag == "hr":
                self._break_paragraph()
                self.containers[-1].children.append(Element("hr"))
            elif tag not in INLINE and not source.kept_size[index] and not source.images[index]:
                if tag[:1] != "-" and tag not in IGNORED:
                    self._skip(index)
                index = source.ends[index]
                continue
            elif tag == "pre" and not self.heading:
                self._preformatted(index)
                index = source.ends[index]
                continue
            else:
                self._enter(index, tag)
            index += 1
        while self.open:
            self._close()

    def _skip(self, index: int) -> None:
        """Pass an element without kept content; the words around it must not run together."""
        tag = self.source.tags[index]
        if tag in ("td", "th"):
            self.containers[-1].children.append(Element(tag, self._kept_attributes(index, tag)))
        else:
            self._break_paragraph()

    def _enter(self, index: int, tag: str) -> None:
        end = self.source.ends[index]
        name = INLINE.get(tag)
        if name is not None:
            element = self._inline(index, name) if name else None
            if element is not None and len(self.wanted) < _MAXINLINE:
                self.wanted.append((index, element))
                self.open.append((end, "inline"))
            return
        self._break_paragraph()
        if self.heading:
            self.open.append((end, "block"))
        elif tag in HEADINGS:
            self.paragraph = Element(tag)
            self.containers[-1].children.append(self.paragraph)
            self.heading = True
            self.open.append((end, "heading"))
        elif tag in _CONTAINERS and len(self.containers) < _MAX_DEPTH:
            element = Element(tag, self._kept_attributes(index, tag))
            self.containers[-1].children.append(element)
            self.containers.append(element)
            self.open.append((end, "container"))
        else:
            self.open.append((end, "block"))

    def _close(self) -> None:
        kind = self.open.pop()[1]
        if kind == "inline":
            self.wanted.pop()
            return
        if kind == "heading":
            self.heading = False
        self._break_paragraph()
        if kind == "container":
            self.containers.pop()

    def _inline(self, index: int, name: str) -> Element | None:
        if name == "a":
            href = self.source.attributes(index).get("href")
            # A refused target leaves an element too, which parts words until it is tidied away.
            return Element("a", {"href": resolve_link(href, self.base)}) if href else None
        return Element(name, self._kept_attributes(index, name))

    def _kept_attributes(self, index: int, tag: str) -> dict[str, str]:
        attributes = self.source.attributes(index)
        if not attributes:
            return {}
        kept = {}
        for name in _ATTRIBUTES_KEPT.get(tag, ()):
            if value := attributes.get(name):
                kept[name] = value
        if (direction := attributes.get("dir")) in ("rtl", "ltr", "auto"):
            kept["dir"] = direction
        return kept

    def _break_paragraph(self) -> None:
        if self.heading:
            self.space = True
            return
        self.paragraph = None
        self.written = []
        self.space = False
        self.breaks = 0
        self.last_text = -1

    def _text(self, index: int) -> None:
        text = self.source.kept[index]
        if not text or not text.strip():
            self.space = True
            return
        whole = self.source.nodes[index].text_content or ""
        collapsed = _WHITE.sub(" ", text)
        if collapsed[0] == " " or self._touches(index, collapsed):
            self.space = True
        self._place().append(collapsed.strip(" "))
        self.space = collapsed[-1] == " " or len(text) < len(whole)
        self.last_text = index

    def _place(self) -> "list[Element | str]":
        """Where the next text goes: paragraph, pending break or space, inline elements."""
        if self.breaks > 1 and not self.heading:
            self._break_paragraph()
        if self.paragraph is None:
            self.paragraph = Element("p")
            self.containers[-1].children.append(self.paragraph)
        written, wanted = self.written, self.wanted
        common = 0
        while common < min(len(written), len(wanted)) and written[common][0] == wanted[common][0]:
            common += 1
        del written[common:]
        target = written[-1][1].children if written else self.paragraph.children
        if self.paragraph.children:
            if self.breaks and not self.heading:
                target.append(Element("br"))
            elif self.space or self.breaks:
                target.append(" ")
        self.breaks = 0
        self.space = False
        for source_index, template in wanted[common:]:
            element = Element(template.tag, template.attributes)
            target.append(element)
            written.append((source_index, element))
            target = element.children
        return target

    def _touches(self, index: int, text: str) -> bool:
        """Whether two neighbouring texts are words that only a style sheet parts.

        The same rule as in segmentation: two links, or two elements with words of their own side
        by side.
        """
        last = self.last_text
        if last < 0 or self.space or not text[0].isalnum():
            return False
        before = (self.source.kept[last] or "").rstrip(_WHITE_CHARACTERS)
        if not before[-1:].isalnum():
            return False
        written = [i for i, element in self.written if element.tag == "a"]
        wanted = [i for i, element in self.wanted if element.tag == "a"]
        if written and wanted and written != wanted:
            return True
        parents, tags = self.source.parents, self.source.tags
        a, b = parents[last], parents[index]
        return (
            a != b
            and tags[a] in _APART
            and tags[b] in _APART
            and parents[a] == parents[b]
            and min(len(before), len(text)) > 1
            and not any(element.tag == "code" for _, element in self.wanted)
        )

    def _image(self, index: int) -> None:
        if not self._belongs(index):
            return
        attributes = self.source.attributes(index)
        # An empty `alt` says that the image is decoration.
        if "alt" in attributes and not attributes["alt"] and self.containers[-1].tag != "figure":
            return
        if address := resolve_image(attributes, self.base):
            alternative = _WHITE.sub(" ", attributes.get("alt") or "").strip()
            self._place().append(Element("img", {"src": address, "alt": alternative[:1000]}))

    def _belongs(self, index: int) -> bool:
        """Whether an image belongs to kept text: the nearest text around it was mostly kept."""
        source = self.source
        parent = index
        for _ in range(_MAX_CLIMB):
            parent = source.parents[parent]
            if source.tags[parent] == "noscript":
                return False
            if source.kept_size[parent]:
                return source.removed_size[parent] <= source.kept_size[parent]
            if source.removed_size[parent] or not parent:
                return False
        return False

    def _preformatted(self, index: int) -> None:
        self._break_paragraph()
        if text := code_text(self.source, index):
            language = code_language(self.source, index)
            code = Element("code", {"class": f"language-{language}"} if language else {}, [text])
            self.containers[-1].children.append(Element("pre", {}, [code]))
