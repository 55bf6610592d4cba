"""schema.org data in a page's JSON-LD scripts, read with the tolerance real pages need.

Vocabulary: https://schema.org; syntax: JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/), of which
only the parts that publishers use: nested objects, lists, `@graph` and references by `@id`.
"""

import json
import re
from collections.abc import Iterable
from html import unescape
from typing import Any, Final

Item = dict[str, Any]

_MAX_CHARACTERS: Final = 2_000_000
_MAX_ITEMS: Final = 2_000
_COMMENT: Final = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*;?\s*\Z"
)
_TRAILING_COMMA: Final = re.compile(r",(?=\s{0,200}[}\]])")
_BROKEN_FIELD: Final = re.compile(
    r'"(@type|headline|name|datePublished|inLanguage|url|articleBody)"\s{0,9}:\s{0,9}'
    r'"((?:[^"\\]|\\.)*)"'
)
# Types of what a page is about, as endings; every other item describes its surroundings.
_MAIN_TYPES: Final = (
    "Article", "BlogPosting", "Posting", "Report", "Recipe", "Product", "Review", "Event", "Course",
    "HowTo", "QAPage", "Question", "VideoObject", "PodcastEpisode", "Book", "Movie", "Dataset",
    "SoftwareApplication", "FAQPage", "Service",
)  # fmt: skip


def read_items(scripts: Iterable[str]) -> list[Item]:
    """Every object of some JSON-LD scripts, outer before inner, in document order.

    A script that is not JSON even after the usual repairs (comments, trailing commas, raw line
    breaks) gives one item with the simple fields that can be found in it.
    """
    items: list[Item] = []
    for script in scripts:
        text = script[:_MAX_CHARACTERS]
        try:
            items.extend(_objects(_loads(text)))
        except (ValueError, RecursionError):
            fields: Item = {}
            for name, value in _BROKEN_FIELD.findall(text):
                fields.setdefault(name, value.replace('\\"', '"').replace("\\n", "\n"))
            if fields:
                items.append(fields)
        if len(items) >= _MAX_ITEMS:
            break
    return items[:_MAX_ITEMS]


def _loads(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except ValueError:
        text = _COMMENT.sub("", text).strip().rstrip(";")
        return json.loads(_TRAILING_COMMA.sub("", text), strict=False)


def _objects(value: Any) -> list[Item]:
    found: list[Item] = []
    waiting = [value]
    while waiting and len(found) < _MAX_ITEMS:
        value = waiting.pop()
        if isinstance(value, dict):
            found.append(value)
            waiting.extend(v for v in reversed(value.values()) if isinstance(v, dict | list))
        elif isinstance(value, list):
            waiting.extend(v for v in reversed(value) if isinstance(v, dict | list))
    return found


def types_of(item: Item) -> tuple[str, ...]:
    """The schema.org types of an item, without their namespace."""
    types = item.get("@type")
    listed = types if isinstance(types, list) else [types]
    return tuple(t.rpartition("/")[2].rpartition(":")[2] for t in listed if isinstance(t, str))


def main_item(items: list[Item]) -> Item:
    """The item that describes what the page is about; {} when none does.

    The first with an article's text, a headline or a main type, in this order of worth.
    """
    best: Item = {}
    worth = 0
    for item in items:
        is_main = any(t.endswith(_MAIN_TYPES) for t in types_of(item))
        value = (
            4 * bool(item.get("articleBody")) + 2 * is_main + bool(item.get("headline"))
            if is_main or item.get("headline") or item.get("articleBody")
            else 0
        )
        if value > worth:
            best, worth = item, value
    return best


def plain(value: Any) -> str:
    """A string field on one line: entities decoded, white space collapsed; "" for the rest."""
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str) and v.strip()), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return " ".join(unescape(value).split()) if isinstance(value, str) else ""


def names(value: Any, items: list[Item]) -> list[str]:
    """The names of one or several persons or organisations, references by `@id` followed."""
    found: dict[str, None] = {}
    for entry in value if isinstance(value, list) else [value]:
        name = entry
        if isinstance(entry, dict):
            referred = (i for i in items if i.get("@id") == entry.get("@id") and "name" in i)
            known = entry if "name" in entry or "@id" not in entry else next(referred, entry)
            name = known.get("name")
        for one in name if isinstance(name, list) else [name]:
            if text := plain(one):
                found[text] = None
    return list(found)
