"""What a page says of itself in its own markup."""

from selectolax.lexbor import LexborHTMLParser

from ..records import Metadata


def page_metadata(tree: LexborHTMLParser) -> tuple[str, Metadata]:
    """Title (without the site's name) and metadata of a page; empty strings where unknown."""
    raise NotImplementedError


def article_body(tree: LexborHTMLParser) -> str:
    """The article text that structured data carries; "" when there is none.

    Paragraphs are separated by a blank line when the source separates them.
    """
    raise NotImplementedError
