"""Makes a pruned tree valid and plain: no empty elements, no layout tables, no stray list items."""

from collections.abc import Callable
from typing import Final

from .prune import HEADINGS, Element

DropLink = Callable[[str, str], bool]
"""(href, link text) -> True when the link must go and its words stay."""

Content = list[Element | str]

_FORMATTING: Final = frozenset(
    (
        "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "code",
        "kbd",
    )
)  # fmt: skip
_LISTS: Final = frozenset(("ul", "ol"))
_CELLS: Final = frozenset(("td", "th"))
# Containers whose only paragraph needs no <p>.
_TIGHT: Final = frozenset(
    (
        "li", "td", "th", "dt", "dd", "caption", "figcaption", "summary",
    )
)  # fmt: skip
_SECTIONS: Final = frozenset(("thead", "tbody", "tfoot"))
_LONG_CELL: Final = 400


def tidy(root: Element, drop_link: DropLink | None = None) -> None:
    """Tidy a pruned tree in place."""
    root.children = _flow(_tidied(root, drop_link))
    while root.children and _is(root.children[-1], "hr"):
        root.children.pop()


def _is(child: Element | str, *tags: str) -> bool:
    return isinstance(child, Element) and child.tag in tags


def _tidied(parent: Element, drop_link: DropLink | None) -> Content:
    children: Content = []
    for child in parent.children:
        if isinstance(child, str):
            children.append(child)
            continue
        child.children = _tidied(child, drop_link)
        children.extend(_replacement(child, drop_link))
    return _merged(children)


def _merged(children: Content) -> Content:
    """Neighbouring elements that mean one: `<b>a</b><b>b</b>`."""
    merged: Content = []
    for child in children:
        last = merged[-1] if merged else None
        if isinstance(child, str) and isinstance(last, str):
            merged[-1] = last + child
        elif (
            isinstance(child, Element)
            and isinstance(last, Element)
            and child.tag == last.tag
            and child.tag in _FORMATTING
        ):
            last.children = _merged([*last.children, *child.children])
        else:
            merged.append(child)
    return merged


def _replacement(element: Element, drop_link: DropLink | None) -> Content:
    """What stands for an element whose children are tidy; nothing when it is empty."""
    tag = element.tag
    if tag == "a":
        return _link(element, drop_link)
    if tag not in _MAY_BE_EMPTY and not element.children:
        return []
    rule = _RULES.get(tag)
    return rule(element) if rule else [element]


def _container(element: Element) -> Content:
    element.children = _flow(element.children, tight=element.tag in _TIGHT)
    return [element] if element.children or element.tag in _CELLS else []


def _definitions(element: Element) -> Content:
    return [element] if _all(element, "dt", "dd") else _flow(element.children)


def _details(element: Element) -> Content:
    element.children.sort(key=lambda child: not _is(child, "summary"))
    return [element]


def _all(element: Element, *tags: str) -> bool:
    return all(_is(child, *tags) for child in element.children)


def _link(element: Element, drop_link: DropLink | None) -> Content:
    if not element.children:
        return []
    href = element.attributes["href"]
    if not href or (drop_link is not None and drop_link(href, element.text())):
        return element.children
    return [element]


def _heading(element: Element) -> Content:
    only = element.children[0]
    if len(element.children) == 1 and _is(only, "b", "strong") and isinstance(only, Element):
        element.children = only.children  # a heading is bold by itself
    return [element] if element.text().strip() else element.children


def _list(element: Element) -> Content:
    items: Content = []
    for child in element.children:
        last = items[-1] if items else None
        if _is(child, "li") and isinstance(child, Element):
            inner = child.children[0]
            only = len(child.children) == 1 and isinstance(inner, Element) and inner.tag in _LISTS
            items.extend(inner.children if only and isinstance(inner, Element) else [child])
        elif _is(child, *_LISTS) and isinstance(last, Element):
            last.children.append(child)  # a nested list beside its item
        elif not _is(child, "hr"):
            items.append(Element("li", {}, _bare(child)))
    element.children = items
    if any(_has(item, HEADINGS) for item in items):
        # A list of cards: what is in them are sections of the page.
        return [part for item in items if isinstance(item, Element) for part in _blocks(item)]
    return [element] if items else []


def _bare(child: Element | str) -> Content:
    return child.children if isinstance(child, Element) and child.tag == "p" else [child]


def _has(child: Element | str, tags: frozenset[str]) -> bool:
    return isinstance(child, Element) and any(
        isinstance(inner, Element) and (inner.tag in tags or _has(inner, tags))
        for inner in child.children
    )


def _blocks(container: Element) -> Content:
    """The children of a container as blocks, bare text in a paragraph."""
    blocks: Content = []
    paragraph: Element | None = None
    for child in container.children:
        if isinstance(child, Element) and child.tag in _BLOCKS:
            blocks.append(child)
            paragraph = None
            continue
        if paragraph is None:
            paragraph = Element("p")
            blocks.append(paragraph)
        paragraph.children.append(child)
    return blocks


_BLOCKS: Final = HEADINGS | frozenset(
    (
        "p", "ul", "ol", "dl", "table", "blockquote", "pre", "figure", "details", "hr", "li", "dt",
        "dd", "caption", "figcaption", "summary", "thead", "tbody", "tfoot", "tr", "td", "th",
    )
)  # fmt: skip


def _figure(element: Element) -> Content:
    children: Content = []
    for child in element.children:
        images = isinstance(child, Element) and child.tag == "p" and not child.text().strip()
        children.extend(child.children if images and isinstance(child, Element) else [child])
    element.children = children
    if any(_is(child, "img", "pre", "table", "blockquote", "a") for child in children):
        return [element]
    return [
        Element("p", {}, c.children) if _is(c, "figcaption") else c
        for c in _blocks(element)
        if isinstance(c, Element)
    ]


def _table(element: Element) -> Content:
    rows = [row for row in _rows(element) if row.text().strip() or _has(row, _IMAGES)]
    captions = [c for c in element.children if _is(c, "caption")]
    cells = [[c for c in row.children if isinstance(c, Element)] for row in rows]
    if max(map(len, cells), default=0) < 2 or any(_is_layout(c) for row in cells for c in row):
        blocks: Content = []
        for part in [c for c in captions if isinstance(c, Element)] + [c for r in cells for c in r]:
            blocks.extend(_blocks(part))
        return blocks
    heads = [_is_head(row) for row in rows]
    head, body = (rows[:1], rows[1:]) if heads[0] else ([], rows)
    sections = [Element("thead", {}, [*head])] if head else []
    if body:
        sections.append(Element("tbody", {}, [*body]))
    element.children = [*captions, *sections]
    return [element]


def _rows(element: Element) -> list[Element]:
    rows = []
    for child in element.children:
        if isinstance(child, Element) and child.tag == "tr":
            rows.append(child)
        elif isinstance(child, Element) and child.tag in _SECTIONS:
            for row in _rows(child):
                if child.tag == "thead":
                    row.attributes["head"] = ""
                rows.append(row)
    return rows


def _is_head(row: Element) -> bool:
    """Whether a row names columns; takes the mark that `_rows` leaves."""
    marked = row.attributes.pop("head", None) is not None
    cells = [child for child in row.children if isinstance(child, Element)]
    return marked or all(cell.tag == "th" for cell in cells)


def _is_layout(cell: Element) -> bool:
    if _has(cell, HEADINGS | {"table", "pre", "figure", "blockquote"}):
        return True
    paragraphs = sum(_is(child, "p") for child in cell.children)
    return paragraphs > 1 and len(cell.text()) > _LONG_CELL


def _flow(children: Content, *, tight: bool = False) -> Content:
    """Children of a container that holds blocks: stray items in lists, no needless paragraph."""
    flow: Content = []
    for block in _blocks(Element("", {}, children)):
        last = flow[-1] if flow else None
        if not isinstance(block, Element) or (block.tag == "hr" and (not last or _is(last, "hr"))):
            continue
        if block.tag == "li":
            if not (isinstance(last, Element) and last.tag == "ul" and "stray" in last.attributes):
                last = Element("ul", {"stray": ""})
                flow.append(last)
            last.children.append(block)
        elif block.tag in _PARTS:
            flow.extend(_flow(block.children))
        elif block.tag != "p" or block.text().strip() or _has(block, _IMAGES):
            flow.append(block)
    for block in flow:
        if isinstance(block, Element):
            block.attributes.pop("stray", None)
    paragraphs = [block for block in flow if _is(block, "p")]
    if tight and len(paragraphs) == 1 and all(_is(block, "p", "ul", "ol") for block in flow):
        at = flow.index(paragraphs[0])
        first = paragraphs[0]
        flow[at : at + 1] = first.children if isinstance(first, Element) else []
    return flow


_IMAGES: Final = frozenset(("img",))
# Parts of containers that stand alone where their container is missing.
_PARTS: Final = frozenset(
    (
        "dt", "dd", "caption", "figcaption", "summary", "thead", "tbody", "tfoot", "tr", "td", "th",
    )
)  # fmt: skip
_MAY_BE_EMPTY: Final = _CELLS | {"img", "br", "hr"}
_RULES: Final[dict[str, Callable[[Element], Content]]] = {
    **dict.fromkeys(_TIGHT | {"blockquote"}, _container),
    **dict.fromkeys(HEADINGS, _heading),
    **dict.fromkeys(_LISTS, _list),
    "dl": _definitions,
    "table": _table,
    "figure": _figure,
    "details": _details,
}
