"""What hides an element from a reader, and by which technique.

Only what the page itself carries is seen: attributes, inline styles, its own style elements and
the usual one-line scripts. Outside style sheets are never fetched, so no bits means "nothing on
the page hides it". The HTML model takes the bits as features; hidden alone does not remove, since
tabs, accordions and lazily shown articles are hidden as well.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .declarations import Declared, Hiding, declared
from .stylesheet import Rule, desktop_sheet, hiding_rules_of, media_applies, showing_rules_of

__all__ = [
    "LIFTED_BY_CHILD", "OWN_ATTRIBUTES", "Hiding", "HidingRules", "hiding", "hiding_rules",
    "page_rules", "stated", "techniques",
]  # fmt: skip

Attributes = Mapping[str, str | None]
"""As `LexborNode.attributes` gives them: `None` for an empty value."""

_MARQUEE: Final = int(Hiding.MARQUEE)
_HIDDEN_ATTRIBUTE: Final = int(Hiding.HIDDEN_ATTRIBUTE)
_COLLAPSIBLE: Final = int(Hiding.COLLAPSIBLE)
_ARIA_HIDDEN: Final = int(Hiding.ARIA_HIDDEN)
_NOSCRIPT: Final = int(Hiding.NOSCRIPT)
_SCRIPTED: Final = int(Hiding.SCRIPTED)
_INLINE_STYLE: Final = int(Hiding.INLINE_STYLE)
LIFTED_BY_CHILD: Final = int(Hiding.VISIBILITY_HIDDEN | Hiding.TINY_FONT | Hiding.SAME_COLOUR)
"""Inherited bits that an element may take back."""

_SPECIAL_TAGS: Final = frozenset(("marquee", "noscript", "details", "summary", "dialog"))
_OTHER_TAGS: Final = _SPECIAL_TAGS | {"html", "body"}
OWN_ATTRIBUTES: Final = frozenset(("style", "hidden", "aria-hidden"))
"""Attributes that hide or show an element whatever the page's rules are."""
_NAMES_SEARCHED: Final = 200
_SCRIPT_HIDES = re.compile(
    r"""getElementById\(\s{0,9}["']([\w-]{1,80})["']\s{0,9}\)\.style\.(?:display|visibility)"""
    r"""\s{0,9}=\s{0,9}["'](?:none|hidden)"""
)


@cache
def techniques(bits: int) -> tuple[str, ...]:
    """The names of the techniques in `bits`, for a trace: `("off_screen", "inline_style")`."""
    return tuple(flag.name.lower() for flag in Hiding if bits & flag and flag.name)


class HidingRules:
    """The rules of one page that hide something; made by `hiding_rules` or `page_rules`.

    Attributes:
        tags: tags that have a meaning of their own here (`marquee`, `noscript`) or that a rule
            names without class or id. An element with another tag and without attributes is
            hidden exactly when its parent is, so it needs no call of `hiding`.
        attributes: names of the attributes that can matter on this page.
    """

    __slots__ = (
        "_classes", "_declared", "_found", "_hiders", "_idle", "_inline", "_sheet", "_showers",
        "attributes", "ids", "scripted_ids", "tags",
    )  # fmt: skip

    def __init__(
        self,
        css: str = "",
        scripted_ids: frozenset[str] = frozenset(),
    ) -> None:
        self.scripted_ids = scripted_ids
        self._sheet = desktop_sheet(css) if "{" in css else ""
        self._hiders = hiding_rules_of(self._sheet) if self._sheet else {}
        self._showers: dict[str, list[Rule]] = {}
        self.ids = frozenset(key[1:] for key in self._hiders if key[0] == "#")
        self.tags = _SPECIAL_TAGS | {key for key in self._hiders if key[0] not in "#."}
        self._classes = frozenset(key[1:] for key in self._hiders if key[0] == ".")
        self._idle = not self._hiders and not scripted_ids
        relevant = set(OWN_ATTRIBUTES)
        if self._classes:
            relevant.add("class")
        if self.ids or scripted_ids:
            relevant.add("id")
        self.attributes = frozenset(relevant)
        self._inline: dict[str, Declared] = {}
        self._declared: dict[str, Declared] = {}
        self._found: dict[str, int] = {}

    def inline(self, style: str) -> Declared:
        """What a `style` attribute does; pages repeat few different ones."""
        if (does := self._inline.get(style)) is None:
            does = self._inline[style] = declared(style, inline=True)
        return does

    def own(self, tag: str, attributes: Attributes) -> int:
        """The bits that an element's tag, id and classes give it; the same for all alike.

        -1 asks for `hiding`: the tag has a meaning of its own.
        """
        if tag in _OTHER_TAGS:
            return -1
        if self._idle or not (attributes or tag in self.tags):
            return 0
        identifier = attributes.get("id") or ""
        bits = self.bits(tag, identifier, attributes.get("class") or "")
        return bits | _SCRIPTED if identifier in self.scripted_ids else bits

    def bits(self, tag: str, identifier: str, classes: str) -> int:
        """What the page's rules set for an element, without what other rules lift again."""
        if identifier not in self.ids:
            identifier = ""
            if tag not in self.tags and self._classes.isdisjoint(classes.split()):
                return 0
        key = f"{tag}#{identifier} {classes}"
        if (bits := self._found.get(key)) is None:
            bits = self._found[key] = self._find(tag, identifier, set(classes.split()))
        return bits

    def _find(self, tag: str, identifier: str, names: set[str]) -> int:
        hiders: list[Rule] = []
        for key in (tag, f"#{identifier}", *(f".{name}" for name in names)):
            for rule in self._hiders.get(key, ()):
                if rule.matches(tag, identifier, names) and self._does(rule).sets:
                    hiders.append(rule)
        if not hiders:
            return 0
        bits = 0
        for rule in hiders:
            bits |= self._does(rule).sets
        for rule in self._shown_by(tag, identifier, names):
            if _says_more(rule, hiders):
                bits &= ~self._does(rule).decides
        return bits

    def lifted(self, tag: str, identifier: str, classes: str) -> int:
        """The bits of its parent that rules take back from an element."""
        bits = 0
        for rule in self._shown_by(tag, identifier, set(classes.split())):
            bits |= self._does(rule).decides
        return bits & LIFTED_BY_CHILD

    def _shown_by(self, tag: str, identifier: str, names: set[str]) -> Iterator[Rule]:
        keys = [f".{name}" for name in names]
        if identifier:
            keys.append(f"#{identifier}")
        for key in keys:
            if key not in self._showers:
                # Every name costs a search of the sheet; a page has few on hidden elements.
                searched = len(self._showers) < _NAMES_SEARCHED
                self._showers[key] = showing_rules_of(self._sheet, key) if searched else []
            for rule in self._showers[key]:
                if rule.matches(tag, identifier, names) and not self._does(rule).sets:
                    yield rule

    def _does(self, rule: Rule) -> Declared:
        if (does := self._declared.get(rule.block)) is None:
            does = self._declared[rule.block] = declared(rule.block, inline=False)
        return does


def _says_more(rule: Rule, hiders: list[Rule]) -> bool:
    """Whether a rule that shows an element wins over those that hide it.

    `.menu.open .item {display:block}` says nothing of an item in a closed menu, so a rule with
    ancestors counts only when it names more than the hiding rule does: a state like `.active`.
    """
    return rule.plain or not any(
        set(rule.classes) <= set(hider.classes) and rule.id in ("", hider.id) for hider in hiders
    )


def hiding_rules(css: str, scripted_ids: frozenset[str] = frozenset()) -> HidingRules:
    """The hiding rules of a style sheet.

    Args:
        css: text of a page's style elements, joined.
        scripted_ids: ids of elements that a script hides.
    """
    return HidingRules(css, scripted_ids)


def page_rules(tree: LexborHTMLParser) -> HidingRules:
    """The hiding rules of a page's own style elements and one-line scripts.

    Styles that hold without scripts only (`noscript`) or for other media are left out; styles
    that a script writes (`document.write('<style>...')`) are read.
    """
    source = tree.raw_html or b""
    sheets = [style.text() for style in tree.css("style") if _holds(style)]
    scripted: set[str] = set()
    if b"document.write" in source or b").style." in source:
        for script in tree.css("script:not([src])"):
            code = script.text()
            scripted.update(_SCRIPT_HIDES.findall(code))
            if "document.write" in code and "<style" in code:
                sheets.extend(_written_styles(code))
    return hiding_rules("\n".join(sheets), frozenset(scripted))


def _holds(style: LexborNode) -> bool:
    media = style.attributes.get("media")
    parent = style.parent
    return not (media and not media_applies(media)) and not (parent and parent.tag == "noscript")


def _written_styles(code: str) -> list[str]:
    parts = code.split("<style")[1:]
    return [part.partition(">")[2].partition("</")[0].partition("<\\/")[0] for part in parts]


def hiding(tag: str, attributes: Attributes, rules: HidingRules, inherited: int = 0) -> int:
    """`Hiding` bits that hold for one element, those inherited from its parent included.

    The root and the body never count as hidden: what hides a whole page is an anti-flicker
    trick that a script undoes.

    Args:
        tag: lower-case tag name.
        attributes: of the element.
        rules: of the page.
        inherited: the parent's bits; a child lifts some of them (`visibility:visible`, a font
            size of its own).
    """
    if (
        rules.attributes.isdisjoint(attributes)
        and tag not in rules.tags
        and not inherited & LIFTED_BY_CHILD
    ):
        return inherited
    if tag in ("html", "body"):
        return 0
    bits = _tag_bits(tag, attributes, inherited) if tag in _SPECIAL_TAGS else inherited
    identifier = attributes.get("id") or ""
    classes = attributes.get("class") or ""
    own = rules.bits(tag, identifier, classes)
    if bits & LIFTED_BY_CHILD:
        bits &= ~rules.lifted(tag, identifier, classes)
    if identifier in rules.scripted_ids:
        own |= _SCRIPTED
    return stated(own, bits, attributes, rules)


def stated(own: int, inherited: int, attributes: Attributes, rules: HidingRules) -> int:
    """The bits of an element after what its `OWN_ATTRIBUTES` say, those inherited included."""
    if style := attributes.get("style"):
        does = rules.inline(style)
        own = own & ~does.decides | does.sets
        inherited &= ~(does.decides & LIFTED_BY_CHILD)
        if does.sets:
            own |= _INLINE_STYLE
    if "hidden" in attributes:
        until_found = attributes["hidden"] == "until-found"
        own |= _COLLAPSIBLE if until_found else _HIDDEN_ATTRIBUTE
    if attributes.get("aria-hidden") == "true":
        own |= _ARIA_HIDDEN
    return inherited | own


def _tag_bits(tag: str, attributes: Attributes, bits: int) -> int:
    if tag == "marquee":
        return bits | _MARQUEE
    if tag == "noscript":
        return bits | _NOSCRIPT
    if tag == "summary":
        return bits & ~_COLLAPSIBLE
    return bits if "open" in attributes else bits | _COLLAPSIBLE
