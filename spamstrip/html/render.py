"""The kept content of a page as text, sanitised HTML or Markdown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

DropLink = Callable[[str, str], bool]
"""(href, link text) -> True when the link must go and its words stay."""


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

    The cells of a table row are separated by a tab.
    """
    raise NotImplementedError


def render_html(
    tree: LexborHTMLParser,
    kept: Mapping[int, str],
    *,
    url: str = "",
    drop_link: DropLink | None = None,
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
    raise NotImplementedError


def render_markdown(html: str) -> str:
    """GitHub-flavoured Markdown of HTML that `render_html` made."""
    raise NotImplementedError
