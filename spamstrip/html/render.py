"""The kept content of a page as text, sanitised HTML or Markdown."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from .segment import Page
from .tags import TAG_CODE

# Text output needs none of the modules that make HTML and Markdown; they are imported when used.
if TYPE_CHECKING:
    import nh3

    from .prune import Element
    from .tidy import DropLink

CELL_SEPARATOR: Final = "\t"
_BLANK_LINES: Final = re.compile(r"\n\s*\n")
_VOID: Final = frozenset(("br", "hr", "img"))
_ALLOWED: Final = frozenset(
    (
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table",
        "caption", "thead", "tbody", "tr", "th", "td", "blockquote", "pre", "figure", "figcaption",
        "details", "summary", "hr", "br", "img", "a", "abbr", "b", "strong", "i", "em", "u", "s",
        "del", "ins", "mark", "small", "sub", "sup", "code", "kbd", "samp", "var", "q", "cite",
        "time", "dfn", "bdi", "bdo",
    )
)  # fmt: skip
_ALLOWED_ATTRIBUTES: Final = {
    "*": {"dir"}, "a": {"href"}, "img": {"src", "alt"}, "abbr": {"title"}, "time": {"datetime"},
    "ol": {"start"}, "li": {"value"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
    "code": {"class"},
}  # fmt: skip
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_MAX_PASSES: Final = 6


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One kept segment for text output.

    Attributes:
        text: its text; line breaks inside (code, `br`) are kept.
        group: 0 for a paragraph of its own; segments with the same number (one list, one
            table, one code block, one definition list) stand on adjacent lines.
        row: 0 outside tables; the cells of one row share a number and one line.
    """

    text: str
    group: int = 0
    row: int = 0


def render_text(blocks: Iterable[TextBlock]) -> str:
    """Plain text: a blank line between paragraphs, list items and rows on their own lines.

    The cells of a table row are separated by a tab; no trailing newline.
    """
    parts: list[str] = []
    last = TextBlock("")
    for block in blocks:
        if not block.text:
            continue
        if parts:
            if block.row and block.row == last.row:
                parts.append(CELL_SEPARATOR)
            else:
                parts.append("\n" if block.group and block.group == last.group else "\n\n")
        parts.append(block.text.replace("\n", " ") if block.row else block.text)
        last = block
    return "".join(parts)


def text_blocks(page: Page, kept: Mapping[int, str]) -> list[TextBlock]:
    """The kept segments of a page, grouped by list, table and code block.

    A list item or a table cell with several kept segments of its own is no line but a part of
    the page's layout; its segments stay paragraphs.

    Args:
        page: the segmented page.
        kept: segment index -> kept text, in document order.
    """
    grouping = _Grouping(page)
    places = [(text, *grouping.place(index)) for index, text in kept.items()]
    crowd: dict[int, int] = {}
    for _, item, _, _ in places:
        crowd[item] = crowd.get(item, 0) + 1
    loose_rows = {row for _, item, _, row in places if row and crowd[item] > 1}
    blocks = []
    for text, item, group, row in places:
        lone = item == 0 or (crowd[item] > 1 and not grouping.is_code(item)) or row in loose_rows
        blocks.append(TextBlock(text) if lone else TextBlock(text, group, row))
    return blocks


_ITEMS: Final = frozenset(TAG_CODE[name] for name in ("li", "dt", "dd", "td", "th", "pre"))
_GROUPS: Final = frozenset(TAG_CODE[name] for name in ("ul", "ol", "dl", "table", "pre"))


class _Grouping:
    """Finds the list item or cell, the outermost list or table, and the row of a segment."""

    def __init__(self, page: Page) -> None:
        self.parent: list[int] = page.elements.parent.tolist()
        self.tag: list[int] = page.elements.tag.tolist()
        self.block: list[int] = page.block.tolist()
        self._known = {0: (0, 0, 0)}

    def is_code(self, element: int) -> bool:
        """Whether an element is preformatted: each line may be a segment."""
        return self.tag[element] == TAG_CODE["pre"]

    def place(self, segment: int) -> tuple[int, int, int]:
        """(item, group, row) as element numbers; zeros outside lists and tables."""
        element = self.block[segment]
        above = []
        while element not in self._known:
            above.append(element)
            element = self.parent[element]
        for element in reversed(above):
            self._known[element] = self._inside(element, self._known[self.parent[element]])
        item, group, row = self._known[self.block[segment]]
        return (item, group, row) if item and group else (0, 0, 0)

    def _inside(self, element: int, around: tuple[int, int, int]) -> tuple[int, int, int]:
        item, group, row = around
        tag = self.tag[element]
        if tag == TAG_CODE["table"]:
            return 0, element, 0  # what lies around a table is layout
        if tag in _ITEMS:
            item = element
        if tag in _GROUPS:
            group = group or element
            row = 0
        if tag == TAG_CODE["tr"]:
            row = element
        return item, group, row


def render_html(
    tree: LexborHTMLParser,
    kept: Mapping[int, str],
    *,
    url: str = "",
    drop_link: "DropLink | None" = None,
) -> str:
    """Sanitised HTML of the kept text nodes inside the structure the page gives them.

    Args:
        tree: the page; it is read, never changed.
        kept: `LexborNode.mem_id` of every kept text node -> its kept text, which is the node's
            whole text or what is left of it after a cut. Text nodes that are not here do not
            appear; whitespace between kept inline elements needs no entry.
        url: the page's address, against which relative links are resolved when the page has
            no `<base href>`; "" leaves them relative.
        drop_link: links it accepts are unwrapped: their words stay, their target goes.
    """
    from .address import base_address
    from .prune import prune
    from .tidy import tidy

    declared = tree.css_first("base[href]")
    href = (declared.attributes.get("href") or "") if declared is not None else ""
    root = prune(tree, kept, base_address(href, url))
    tidy(root, drop_link)
    return sanitise("\n".join(_markup(child) for child in root.children))


def paragraphs_html(text: str) -> str:
    """Plain text as HTML: a `<p>` per block between blank lines, line breaks in it as `<br>`."""
    blocks = _BLANK_LINES.split("\n".join(text.splitlines()))
    return sanitise(
        "\n".join(
            f"<p>{escape(block.strip(), quote=False)}</p>".replace("\n", "<br>\n")
            for block in blocks
            if block.strip()
        )
    )


def _markup(node: "Element | str") -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    tag = node.tag
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    if tag in _VOID:
        return f"<{tag}{attributes}>"
    return f"<{tag}{attributes}>{''.join(map(_markup, node.children))}</{tag}>"


def render_markdown(html: str) -> str:
    """GitHub-flavoured Markdown of HTML that `render_html` made; no trailing newline."""
    from .markdown import to_markdown

    return to_markdown(html)


@cache
def _sanitiser() -> "nh3.Cleaner":
    import nh3

    return nh3.Cleaner(
        tags=set(_ALLOWED),
        attributes=_ALLOWED_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        tag_attribute_values={},
    )


def sanitise(html: str) -> str:
    """HTML with nothing but content elements and plain web addresses, by nh3 (ammonia).

    The result is a fixed point: parsing and sanitising it again changes nothing, which is what
    mutation attacks rely on.
    """
    clean = _sanitiser().clean
    for _ in range(_MAX_PASSES):
        cleaner = clean(html)
        if cleaner == html:
            break
        html = cleaner
    return html
