"""A page's own style sheets, as far as they hide elements or show them again.

A small reader of CSS instead of a whole one: a page carries up to a megabyte of rules, a handful
of which hide something, so the sheet is searched for those and never parsed as a whole. It reads
compound selectors (`tag`, `.class`, `#id` and their combinations) and media queries that a
desktop screen meets. Time is linear in the size of the sheet.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from .declarations import pixels

SCREEN_WIDTH_PX: Final = 1280.0
"""The desktop screen whose media queries hold."""


class Rule(NamedTuple):
    """One compound selector with its block; "" and () match anything.

    Attributes:
        plain: the selector is this compound alone, with no ancestors or siblings before it.
        block: the declarations as written, to be read by `declared`.
    """

    tag: str
    id: str
    classes: tuple[str, ...]
    plain: bool
    block: str

    def key(self) -> str:
        """What an element must have at least: "#id", ".class" or "tag"."""
        return f"#{self.id}" if self.id else f".{self.classes[0]}" if self.classes else self.tag

    def matches(self, tag: str, identifier: str, names: set[str]) -> bool:
        """Whether an element with these classes meets the compound."""
        return (
            (not self.tag or self.tag == tag)
            and (not self.id or self.id == identifier)
            and names.issuperset(self.classes)
        )


# What a rule that hides has in it; lower case, no space around colons.
_HIDING_WORDS = (
    "display:none", "visibility:hidden", "visibility:collapse", "opacity:0", "opacity:.0",
    "opacity=0", "left:999", "top:999", "font-size:0", "font-size:1px", "font:0", "font:1px",
    "clip:rect", "clip-path:", "scale(0", "scale(.0", "scale3d(0", "height:0", "height:1px",
    "color:transparent", "color:#fff", "color:white", "color:#000", "color:black",
)  # fmt: skip
_NEGATIVE = (":-", "translate(-", "translatex(-", "translatey(-", "translate3d(-")
_LONGEST_SELECTOR = 4_000
_LONGEST_BLOCK = 20_000
_RULES_PER_NAME = 50
"""Bounds on the work per rule and per element keep hostile sheets linear."""

Block = tuple[str, str]
"""(selectors, declarations)"""


def desktop_sheet(css: str) -> str:
    """A sheet without its comments and the at-rules that do not hold on a desktop screen."""
    head, *rest = css.split("/*")
    sheet = head + " ".join(part.partition("*/")[2] for part in rest)
    sheet = sheet.replace(": ", ":").replace(" :", ":")
    kept = []
    start = 0
    position = sheet.find("@")
    while position >= 0:
        opening = sheet.find("{", position, position + _LONGEST_SELECTOR)
        prelude = sheet[position : max(opening, position)]
        if opening < 0 or ";" in prelude or "}" in prelude or sheet[position - 1] == "\\":
            position = sheet.find("@", position + 1)  # a statement, a text or a part of a name
            continue
        kept.append(sheet[start:position])
        start = opening + 1 if _applies(prelude) else _closing_brace(sheet, opening) + 1
        position = sheet.find("@", start)
    kept.append(sheet[start:])
    return "}".join(kept)


def _closing_brace(sheet: str, opening: int) -> int:
    depth = 0
    for brace in _BRACE.finditer(sheet, opening):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return len(sheet)


_BRACE = re.compile(r"[{}]")


def hiding_rules_of(sheet: str) -> dict[str, list[Rule]]:
    """The rules of a `desktop_sheet` that may hide something, by "#id", ".class" or "tag".

    Only rules that can be judged from the element alone: one with ancestors may hold nowhere,
    so it is trusted for showing, never for hiding.
    """
    # The one letter whose lower case is longer would shift the offsets.
    lowered = sheet.lower() if "\u0130" not in sheet else sheet.replace("\u0130", "I").lower()
    opened = {
        sheet.rfind("{", max(0, at - _LONGEST_SELECTOR), at)
        for word in _HIDING_WORDS
        for at in _occurrences(lowered, word)
    }
    for word in _NEGATIVE:
        for at in _occurrences(lowered, word):
            if lowered[at + len(word) : at + len(word) + 3].isdigit():
                opened.add(sheet.rfind("{", max(0, at - _LONGEST_SELECTOR), at))
    opened.discard(-1)
    keyed: dict[str, list[Rule]] = {}
    for opening in sorted(opened):
        selectors, block = _block_at(sheet, opening)
        for part in selectors.split(","):
            selector = part.strip()
            if " " in selector or ">" in selector:
                continue  # most of them; the check is cheaper than reading the selector
            rule = _rule(selector, block)
            if rule and rule.plain:
                same = keyed.setdefault(rule.key(), [])
                if len(same) < _RULES_PER_NAME:
                    same.append(rule)
    return keyed


def showing_rules_of(sheet: str, name: str) -> list[Rule]:
    """The rules whose selectors name a class or id (".name", "#name"), in sheet order."""
    rules: list[Rule] = []
    for at in _occurrences(sheet, name):
        opening = sheet.find("{", at, at + _LONGEST_SELECTOR)
        if opening < 0 or "}" in sheet[at:opening]:
            continue
        selectors, block = _block_at(sheet, opening)
        for selector in selectors.split(",", _RULES_PER_NAME):
            rule = _rule(selector.strip(), block) if name in selector else None
            if rule:
                rules.append(rule)
        if len(rules) >= _RULES_PER_NAME:
            break
    return rules


def _occurrences(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _block_at(sheet: str, opening: int) -> Block:
    """The rule whose declarations begin at an opening brace."""
    # The nearest mark of each side, found through the one that is nearest as a rule.
    start = max(0, opening - _LONGEST_SELECTOR)
    for mark in "}{;":
        start = max(start, sheet.rfind(mark, start, opening) + 1)
    end = sheet.find("}", opening + 1, opening + _LONGEST_BLOCK)
    end = opening + _LONGEST_BLOCK if end < 0 else end
    inner = sheet.find("{", opening + 1, end)
    return sheet[start:opening], sheet[opening + 1 : end if inner < 0 else inner]


def _applies(at_rule: str) -> bool:
    lowered = at_rule.lower()
    if lowered.startswith(("@supports", "@layer")):
        return True
    return lowered.startswith("@media") and media_applies(lowered[len("@media") :])


def media_applies(queries: str) -> bool:
    """Whether a media query list ("print", "screen and (min-width: 40em)") meets a desktop."""
    return any(_query_applies(query.strip()) for query in queries.lower().split(","))


def _query_applies(query: str) -> bool:
    if query.startswith(("print", "speech", "not screen", "not all")):
        return False
    for feature, value in re.findall(r"\(\s*([\w-]{1,40})\s*:\s*([^()]{1,40})\)", query):
        length = pixels(value)
        if feature == "min-width" and length is not None and length > SCREEN_WIDTH_PX:
            return False
        if feature == "max-width" and length is not None and length < SCREEN_WIDTH_PX:
            return False
        if feature.startswith("prefers-") or (feature, value) in _OTHER_DEVICES:
            return False
    return True


_OTHER_DEVICES: Final = {
    ("orientation", "portrait"), ("hover", "none"), ("pointer", "coarse"), ("scripting", "none")
}  # fmt: skip


_COMPOUND = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#](?:[\w-]|\\.)+)*)")
_PART = re.compile(r"([.#])((?:[\w-]|\\.)+)")
_ESCAPE = re.compile(r"\\(.)")


def _rule(selector: str, block: str) -> Rule | None:
    """The rule of one selector; None when its last compound asks more than names."""
    if selector[:1] == "." and selector[1:].replace("-", "").replace("_", "").isalnum():
        return Rule("", "", (selector[1:],), True, block)
    last = max(map(selector.rfind, " >+~")) + 1
    compound = _COMPOUND.fullmatch(selector, last)
    tag = (compound[1] or "").lower() if compound else "html"
    if not compound or not compound[0] or tag in ("html", "body"):
        return None
    names = compound[2]
    parts = _PART.findall(names)
    if "\\" in names:
        parts = [(kind, _ESCAPE.sub(r"\1", name)) for kind, name in parts]
    ids = [name for kind, name in parts if kind == "#"]
    classes = tuple(name for kind, name in parts if kind == ".")
    return Rule(tag, ids[0] if ids else "", classes, last == 0, block)
