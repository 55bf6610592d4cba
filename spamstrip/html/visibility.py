"""What hides an element from a reader, and by which technique."""

from collections.abc import Mapping
from enum import IntFlag

from selectolax.lexbor import LexborHTMLParser


class Hiding(IntFlag):
    """How an element is hidden; the functions below pass these bits as a plain `int`.

    `TRICK` techniques have no use on content; `FOLDED` ones also hide tabs, accordions and
    lazily shown text; `WEAK` ones say little by themselves.
    """

    DISPLAY_NONE = 1
    VISIBILITY_HIDDEN = 2
    TRANSPARENT = 4
    OFF_SCREEN = 8
    ZERO_SIZE = 16
    CLIPPED = 32
    TINY_FONT = 64
    SCALED = 128
    SAME_COLOUR = 256
    MARQUEE = 512
    HIDDEN_ATTRIBUTE = 1024
    COLLAPSIBLE = 2048
    ARIA_HIDDEN = 4096
    SCREEN_READER = 8192
    NOSCRIPT = 16384
    SCRIPTED = 32768
    INLINE_STYLE = 65536

    TRICK = OFF_SCREEN | ZERO_SIZE | CLIPPED | TINY_FONT | SCALED | SAME_COLOUR | MARQUEE | SCRIPTED
    FOLDED = DISPLAY_NONE | VISIBILITY_HIDDEN | TRANSPARENT | HIDDEN_ATTRIBUTE | COLLAPSIBLE
    WEAK = ARIA_HIDDEN | SCREEN_READER | NOSCRIPT


class HidingRules:
    """The rules of one page that hide something; made by `hiding_rules` or `page_rules`.

    Attributes:
        tags: tag names that a rule names without class or id; an element with another tag and
            without attributes needs no call of `hiding`.
    """

    tags: frozenset[str]


def hiding_rules(css: str, scripted_ids: frozenset[str] = frozenset()) -> HidingRules:
    """The hiding rules of a style sheet."""
    raise NotImplementedError


def page_rules(tree: LexborHTMLParser) -> HidingRules:
    """The hiding rules of a page's own style elements and scripts."""
    raise NotImplementedError


def hiding(
    tag: str, attributes: Mapping[str, str | None], rules: HidingRules, inherited: int = 0
) -> int:
    """`Hiding` bits that hold for one element, those inherited from its parent included.

    Args:
        tag: lower-case tag name.
        attributes: as `LexborNode.attributes` gives them (`None` for an empty value).
        rules: of the page.
        inherited: the parent's bits; a child can lift some of them (`visibility:visible`,
            its own font size).
    """
    raise NotImplementedError
