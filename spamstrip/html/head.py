"""What the head of a page says, as far as the features use it."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from .walk import is_structured

_TYPE: Final = re.compile(r'"@type"\s*:\s*\[?\s*"([A-Za-z:/.]+)"')


@dataclass(frozen=True, slots=True)
class Head:
    """Facts from `<head>`.

    Attributes:
        titles: the `<title>` and the Open Graph title.
        description: the meta description, or the Open Graph one.
        kind: `og:type`, lower case.
        address: the page's own address (canonical link or `og:url`), "" when unknown.
        structured: the raw texts of the page's JSON-LD scripts.
        schema_types: schema.org types named in them, lower case.
    """

    titles: tuple[str, ...]
    description: str
    kind: str
    address: str
    structured: tuple[str, ...]
    schema_types: frozenset[str]

    @property
    def host(self) -> str:
        """The host of the page's address without "www.", "" when the address is unknown."""
        parts = self.address.split("/", 3)
        return parts[2].lower().removeprefix("www.") if len(parts) > 2 else ""

    @property
    def path_depth(self) -> int:
        """Number of parts of the address's path; -1 when the address is unknown."""
        if not self.address:
            return -1
        try:
            path = urlsplit(self.address).path
        except ValueError:
            return -1
        return len([part for part in path.split("/") if part])


def read_head(tree: LexborHTMLParser, structured: list[str]) -> Head:
    """Read the head of a parsed page.

    Args:
        tree: the page.
        structured: the raw texts of the JSON-LD scripts in its body.
    """
    scripts: list[str] = []
    meta: dict[str, str] = {}
    title = address = ""
    node = tree.head.first_child if tree.head is not None else None
    while node is not None:
        name = node.tag
        if name == "meta":
            attributes = node.attributes
            key = attributes.get("property") or attributes.get("name")
            content = attributes.get("content")
            if key and content:
                meta.setdefault(key.lower(), content)
        elif name == "title" and not title:
            title = node.text() or ""
        elif name == "link" and not address:
            attributes = node.attributes
            if (attributes.get("rel") or "").lower() == "canonical":
                address = attributes.get("href") or ""
        elif name == "script" and is_structured(node):
            scripts.append(node.text() or "")
        node = node.next
    scripts += structured
    types = {match.lower() for text in scripts for match in _TYPE.findall(text[:200_000])}
    return Head(
        titles=tuple(filter(None, (title.strip(), meta.get("og:title", "").strip()))),
        description=meta.get("description") or meta.get("og:description", ""),
        kind=meta.get("og:type", "").strip().lower(),
        address=address or meta.get("og:url", ""),
        structured=tuple(scripts),
        schema_types=frozenset(types),
    )
