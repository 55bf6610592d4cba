"""Guard against pages nested so deeply that the HTML parsing algorithm takes quadratic time."""

import re
from typing import Final

_SUSPICIOUS: Final = 20_000  # tags; a page with fewer cannot nest deep enough to matter
_DEEPEST: Final = 1_000  # levels; browsers stop at 512
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s>/]{0,30})[^>]*>?")
_VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "td",
        "tr",
        "th",
        "dt",
        "dd",
        "option",
    ]
)


def flatten(html: str) -> tuple[str, bool]:
    """The page without the tags that open a level below `_DEEPEST`, and whether there were any.

    Elements that end themselves (`<br>`) or each other (`<li>`) add no level; a page of ordinary
    size comes back as it is.
    """
    if html.count("<") < _SUSPICIOUS:
        return html, False
    depth = dropped = 0
    parts: list[str] = []
    position = 0
    for match in _TAG.finditer(html):
        closing, name = match[1], match[2].lower()
        if name in _VOID:
            continue
        if not closing:
            depth += 1
            if depth <= _DEEPEST:
                continue
            dropped += 1
        else:
            depth = max(depth - 1, 0)
            if depth < _DEEPEST or not dropped:
                continue
        parts.append(html[position : match.start()])
        parts.append(" ")
        position = match.end()
    if not dropped:
        return html, False
    parts.append(html[position:])
    return "".join(parts), True
