"""Preformatted text: its lines, and the language its markup names."""

import re
from typing import Final

from selectolax.lexbor import LexborNode

from .source import INLINE, Source

# Class names of the common highlighters; around the code only the longer, unmistakable forms.
_LANGUAGE_NAME: Final = r"([a-z0-9][\w+#.-]{0,29})(?:;|\s|$)"
_CODE_LANGUAGE: Final = re.compile(rf"(?:^|[\s_-])(?:lang-|language-|brush:\s?){_LANGUAGE_NAME}")
_AROUND_LANGUAGE: Final = re.compile(
    rf"(?:^|\s)(?:language-|highlight-(?:source-|text-)?){_LANGUAGE_NAME}"
)
_NO_LANGUAGES: Final = frozenset(("default", "none", "notranslate"))
_CODE_LINES: Final = frozenset(("line", "code-line", "token-line", "view-line"))


def code_text(source: Source, index: int) -> str:
    """The kept text of a `<pre>`, line by line, without blank lines around it.

    Breaks, block elements and the line elements of highlighters end a line, unless the text
    has its own line break there.
    """
    parts: list[str] = []
    line_ends: list[int] = []  # of elements that are lines of code by themselves
    new_line = False
    for inner in range(index + 1, source.ends[index]):
        tag = source.tags[inner]
        while line_ends and line_ends[-1] <= inner:
            line_ends.pop()
            new_line = True
        if tag == "-text":
            text = source.kept[inner] or _blank_text(source.nodes[inner])
            if new_line and text and text[0] != "\n":
                parts.append("\n")
            new_line = new_line and not text
            parts.append(text)
        elif tag == "br":
            parts.append("\n\n" if new_line else "\n")
            new_line = False
        elif tag not in INLINE or (tag == "span" and _is_line(source, inner)):
            line_ends.append(source.ends[inner])
            new_line = bool(parts) and not parts[-1].endswith("\n")
    lines = [line.rstrip() for line in "".join(parts).split("\n")]
    return "\n".join(lines).strip("\n")


def _blank_text(node: LexborNode) -> str:
    """Blank text, which is no kept node of its own; nothing of removed text."""
    text = node.text_content or ""
    return text if text.isspace() else ""


def _is_line(source: Source, index: int) -> bool:
    """Whether a highlighter made this element a line that only its style sheet breaks."""
    names = (source.attributes(index).get("class") or "").split()
    return not _CODE_LINES.isdisjoint(names)


def code_language(source: Source, index: int) -> str:
    """The language that the classes or data of a `<pre>`, its code or its parents name, or ""."""
    child = index + 1
    inner = [child] if child < source.ends[index] and source.tags[child] == "code" else []
    parent = source.parents[index]
    for element in (*inner, index, parent, source.parents[parent]):
        attributes = source.attributes(element)
        for name in ("data-lang", "data-language"):
            if (value := attributes.get(name)) and value.replace("+", "").isalnum():
                return value.lower()
        pattern = _CODE_LANGUAGE if element >= index else _AROUND_LANGUAGE
        found = pattern.search((attributes.get("class") or "").lower())
        if found and found[1] not in _NO_LANGUAGES:
            return found[1]
    return ""
