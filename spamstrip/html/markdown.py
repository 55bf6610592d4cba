"""GitHub-flavoured Markdown of sanitised HTML, through the markdownify library.

Specification: https://github.github.com/gfm/. What markdownify leaves open is decided here:
escaping only where Markdown would read a character as markup, tables as rectangular grids with a
header row, fences longer than any run of backticks inside, list markers in linear time.
"""

# ruff: noqa: ARG002 - markdownify calls every conversion with three arguments

import re
import unicodedata
from functools import cache
from typing import Any, Final

_CELL: Final = "\x1f"
_ROW: Final = "\x1e"
_MAX_ADDED_CELLS: Final = 5_000
_MAX_SPAN: Final = 100

_BACKSLASH: Final = re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)")
_UNDERSCORE: Final = re.compile(r"(?<!\w)_|_(?!\w)")
_BRACKET: Final = re.compile(r"\](?=[(\[:])")
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY: Final = re.compile(r"&(?=#?\w{1,31};)")
_LINE_START: Final = re.compile(
    r"(?P<digits>\d{1,9})(?=[.)](?:\s|$))|"
    r"(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|>|[-=]+\s*$|~~~|\[[ xX]\]\s)"
)
_UNSAFE: Final = re.compile(r"[\s()]")
_BACKTICKS: Final = re.compile(r"`+")
_FENCE: Final = re.compile(r"[ >]*(?:(?:-|\d+\.) +)*(`{3,})")


def to_markdown(html: str) -> str:
    """GitHub-flavoured Markdown of sanitised HTML; no trailing newline."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    for table in soup.find_all("table"):
        _make_rectangular(soup, table)
    for items in soup.find_all(["ol", "ul"]):
        _number(items)
    return _few_blank_lines(str(_converter().convert_soup(soup)))


def _few_blank_lines(markdown: str) -> str:
    """At most one blank line between blocks; those inside fenced code stay."""
    lines: list[str] = []
    fence = ""
    for line in markdown.strip("\n").split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence and line.strip(" >") == fence:
            fence = ""
        if line.strip(" >") or fence or (lines and lines[-1].strip(" >")):
            lines.append(line if line.strip() or fence else "")
    return "\n".join(lines)


def _number(items: Any) -> None:
    """Write each item's number on it, so that no item has to count those before it."""
    start = str(items.get("start", "1"))
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 1
    for item in items.find_all("li", recursive=False):
        item["value"] = str(number)
        number += 1


def _span(cell: Any, name: str) -> int:
    value = str(cell.get(name, "1"))
    return min(int(value), _MAX_SPAN) if value.isascii() and value.isdigit() and value != "0" else 1


def _make_rectangular(soup: Any, table: Any) -> None:
    """Give every row a cell for every column, so that spans shift nothing."""
    below: dict[int, int] = {}  # column -> rows that a cell above still covers
    budget = _MAX_ADDED_CELLS
    for row in table.find_all("tr"):
        cells = row.find_all(["td", "th"], recursive=False)
        row_cells = []
        column = 0
        for cell in [*cells, None]:
            while below.get(column) and budget > 0:
                below[column] -= 1
                row_cells.append(soup.new_tag("td"))
                column += 1
                budget -= 1
            if cell is None:
                break
            row_cells.append(cell)
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for extra in range(width):
                if extra and budget > 0:
                    row_cells.append(soup.new_tag("td"))
                    budget -= 1
                below[column + extra] = height - 1
            column += width
        for cell in cells:
            cell.extract()
        for cell in row_cells:
            row.append(cell)


@cache
def _converter() -> Any:
    """The converter; its class is made here so that markdownify is imported only when used."""
    from markdownify import MarkdownConverter

    class _Converter(MarkdownConverter):
        """markdownify with GitHub's tables, fences and escapes."""

        def escape(self, text: str, parent_tags: set[str]) -> str:
            return _escape(text) if text else ""

        def process_text(self, el: Any, parent_tags: set[str] | None = None) -> str:
            text = str(super().process_text(el, parent_tags))  # type: ignore[misc]
            if _begins_line(el) and not (parent_tags and "_noformat" in parent_tags):
                text = (
                    _LINE_START.sub(lambda found: (found["digits"] or "") + "\\", text, count=1)
                    if _LINE_START.match(text)
                    else text
                )
            return text

        def convert_b(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return _emphasis(el, text, "**", parent_tags)

        convert_strong = convert_b

        def convert_em(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return _emphasis(el, text, "*", parent_tags)

        convert_i = convert_em

        def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
            href = el.get("href")
            inner = text.strip()
            if "_noformat" in parent_tags or not href or not inner:
                return text
            if href == el.get_text() and href.startswith(("http://", "https://")):
                return text.replace(inner, f"<{href}>")
            lead = " " if text[:1].isspace() else ""
            tail = " " if text[-1:].isspace() else ""
            return f"{lead}[{inner}]({_destination(href)}){tail}"

        def convert_img(self, el: Any, text: str, parent_tags: set[str]) -> str:
            alternative = _escape(el.get("alt") or "").replace("\n", " ")
            return f"![{alternative}]({_destination(el.get('src') or '')})"

        def convert_li(self, el: Any, text: str, parent_tags: set[str]) -> str:
            content = text.strip()
            if not content:
                return "\n"
            ordered = el.parent is not None and el.parent.name == "ol"
            marker = f"{el.get('value', '1')}. " if ordered else "- "
            indent = " " * len(marker)
            lines = content.split("\n")
            body = [lines[0], *(indent + line if line else "" for line in lines[1:])]
            return marker + "\n".join(body) + "\n"

        def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
            code = text.strip("\n")
            if not code.strip():
                return ""
            fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(code)), default=0))
            classes = el.code.get("class", []) if el.code is not None else []
            language = next((c[9:] for c in classes if c.startswith("language-")), "")
            return f"\n\n{fence}{language}\n{code}\n{fence}\n\n"

        def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return " ".join(text.split()).replace("|", "\\|") + _CELL

        convert_th = convert_td

        def convert_tr(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return text + _ROW

        def convert_table(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return _table(text, has_head=el.thead is not None)

        def convert_caption(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return text.strip() + _ROW + _ROW

        def convert_dl(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return f"\n\n{text.strip()}\n\n"

        def convert_dt(self, el: Any, text: str, parent_tags: set[str]) -> str:
            term = " ".join(text.replace("\\\n", " ").split())
            return f"\n\n**{term}**\n\n" if term else ""

        def convert_dd(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return f"\n\n{text.strip()}\n\n" if text.strip() else ""

        convert_summary = convert_dt

    return _Converter(
        heading_style="atx",
        bullets="-",
        newline_style="backslash",
        sub_symbol="<sub>",
        sup_symbol="<sup>",
        strip_document=None,
    )


def _escape(text: str) -> str:
    text = _BACKSLASH.sub(r"\\\\", text)
    text = text.replace("*", "\\*").replace("`", "\\`")
    text = _UNDERSCORE.sub(r"\\_", text)
    text = _BRACKET.sub(r"\\]", text)
    text = _ENTITY.sub(r"\\&", _TAG.sub(r"\\<", text))
    return text.replace("~", "\\~") if text.count("~") > 1 else text


def _begins_line(node: Any) -> bool:
    """Whether a text node is the first of its block or comes after a line break."""
    while True:
        previous = node.previous_sibling
        if previous is not None:
            return bool(previous.name == "br")
        node = node.parent
        if node is None or node.name not in _INLINE_NAMES:
            return True


_INLINE_NAMES: Final = frozenset(
    (
        "a", "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup",
    )
)  # fmt: skip


def _emphasis(element: Any, text: str, mark: str, parent_tags: set[str]) -> str:
    """Emphasis marks, or the HTML element where Markdown would not read them as marks.

    CommonMark asks a closing mark not to stand between punctuation and a letter, which is
    ordinary in Chinese and Japanese ("**「强调」**的").
    """
    inner = text.strip()
    if not inner or "_noformat" in parent_tags:
        return text
    lead = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() else ""
    before = " " if lead else _neighbour(element.previous_sibling, -1)
    after = " " if tail else _neighbour(element.next_sibling, 0)
    opens = not _is_punctuation(inner[0]) or not before.isalnum()
    closes = not _is_punctuation(inner[-1]) or not after.isalnum()
    if opens and closes:
        return f"{lead}{mark}{inner}{mark}{tail}"
    tag = "strong" if mark == "**" else "em"
    return f"{lead}<{tag}>{inner}</{tag}>{tail}"


def _neighbour(sibling: Any, position: int) -> str:
    text = sibling.get_text() if sibling is not None else ""
    return text[position] if text else " "


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _destination(address: str) -> str:
    """A link destination; Markdown ends a bare one at a space or an unbalanced parenthesis."""
    address = address.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    plain = not _UNSAFE.search(address)
    return address if plain and address else f"<{address}>"


def _table(text: str, has_head: bool) -> str:
    caption = ""
    if _ROW + _ROW in text:
        caption, _, text = text.partition(_ROW + _ROW)
    rows = [
        [cell.strip() for cell in row.split(_CELL)[:-1]] for row in text.split(_ROW) if _CELL in row
    ]
    width = max(map(len, rows), default=0)
    if not width:
        return f"\n\n{caption.strip()}\n\n"
    rows = [row + [""] * (width - len(row)) for row in rows]
    if not has_head:
        rows.insert(0, [""] * width)
    rows.insert(1, ["---"] * width)
    lines = ("| " + " | ".join(row) + " |" for row in rows)
    return f"\n\n{caption.strip()}\n\n" + "\n".join(lines) + "\n\n"
