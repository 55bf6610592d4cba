"""What a page says of itself in its own markup.

Sources, the most reliable first: JSON-LD (schema.org), Open Graph (https://ogp.me) and its article
namespace, Dublin Core, microdata, microformats, link relations, and the page's title and headings.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..records import Metadata
from .structured import Item, main_item, names, plain, read_items, types_of

_MARKED: Final = "h1, time[datetime], [itemprop], [rel~=author], .p-author, .vcard .fn"
# Where there is no markup for it: the link in a byline, or one to an author's archive.
_BYLINE: Final = '[class~="byline"] a, [class~="author"] a, a[href*="/author/"]'
_MAX_MARKED: Final = 400
_MAX_TITLE: Final = 500
_MAX_AUTHOR: Final = 120

_TITLE_KEYS: Final = ("og:title", "twitter:title", "dc.title", "dcterms.title", "title")
_AUTHOR_KEYS: Final = (
    "author", "article:author", "dc.creator", "dcterms.creator", "parsely-author",
    "sailthru.author", "citation_author", "byl",
)  # fmt: skip
_DATE_KEYS: Final = (
    "article:published_time", "og:published_time", "datepublished", "dc.date", "dc.date.issued",
    "dcterms.date", "dcterms.issued", "dcterms.created", "parsely-pub-date", "sailthru.date",
    "citation_publication_date", "citation_date", "pubdate", "publishdate", "publish-date",
    "publish_date", "published_time", "date", "article:modified_time",
)  # fmt: skip


@dataclass(slots=True)
class _Facts:
    """What one pass over the page collects, each list in document order."""

    meta: dict[str, str] = field(default_factory=dict)
    title: str = ""
    canonical: str = ""
    base: str = ""
    headings: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def page_metadata(tree: LexborHTMLParser) -> tuple[str, Metadata]:
    """Title (without the site's name) and metadata of a page; empty strings where unknown.

    The date is `YYYY-MM-DD`, the language a BCP 47 tag (`pt-BR`), several authors are joined by
    ", ", the address is absolute or "".
    """
    facts = _collect(tree)
    item = main_item(facts.items)
    url = _url(facts, item)
    site = _site_name(facts)
    return _title(facts, item, site, url), Metadata(
        author=_author(tree, facts, item),
        date=_date(facts, item, url),
        language=_language(tree, facts, item),
        site_name=site,
        url=url,
    )


def article_body(tree: LexborHTMLParser) -> str:
    """The article text that structured data carries; "" when there is none.

    The body of an article or a posting, else the description of a product, a job or another
    thing the page is about. Paragraphs are separated by a blank line when the source separates
    them.
    """
    item = main_item(read_items(_scripts(tree)))
    for name in ("articleBody", "text", "reviewBody", "description"):
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            return _paragraphs(value)
    return ""


def _paragraphs(value: str) -> str:
    text = unescape(value)
    if "</" in text or "<br" in text or "<p" in text:
        fragment = LexborHTMLParser(re.sub(r"(?i)(<(?:/p|/li|/h\d|/div|br)\b)", r"\n\n\1", text))
        text = fragment.text() if fragment.body is not None else ""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n\n".join(line for line in lines if line)


def _scripts(tree: LexborHTMLParser) -> list[str]:
    return [node.text() or "" for node in tree.css('script[type="application/ld+json" i]')]


def _collect(tree: LexborHTMLParser) -> _Facts:
    facts = _Facts(items=read_items(_scripts(tree)))
    node = tree.head.first_child if tree.head is not None else None
    while node is not None:
        _collect_head(node, facts)
        node = node.next
    for node in tree.css(_MARKED)[:_MAX_MARKED]:
        _collect_marked(node, facts)
    return facts


def _collect_head(node: LexborNode, facts: _Facts) -> None:
    tag = node.tag
    if tag == "title":
        facts.title = facts.title or _line(node.text())
    elif tag == "meta":
        attributes = node.attributes
        key = attributes.get("property") or attributes.get("name") or attributes.get("http-equiv")
        content = attributes.get("content")
        if key and content and content.strip():
            facts.meta.setdefault(key.strip().lower(), content.strip())
    elif tag == "link":
        attributes = node.attributes
        if "canonical" in (attributes.get("rel") or "").lower().split():
            facts.canonical = facts.canonical or (attributes.get("href") or "").strip()
    elif tag == "base":
        facts.base = facts.base or (node.attributes.get("href") or "").strip()


def _collect_marked(node: LexborNode, facts: _Facts) -> None:
    attributes = node.attributes
    if node.tag == "h1" and (heading := _line(node.text())):
        facts.headings.append(heading)
    if node.tag == "time" and (moment := attributes.get("datetime")):
        facts.times.append(moment)
    name = attributes.get("itemprop") or ""
    if name in ("headline", "name", "author", "datePublished", "dateCreated", "inLanguage"):
        value = attributes.get("content") or attributes.get("datetime")
        if not value:
            inner = node.css_first('[itemprop="name"]') if name == "author" else None
            value = (inner or node).text()
        facts.properties.setdefault(name, _line(value))
    rel = attributes.get("rel") or ""
    is_author = "author" in rel.lower().split() and node.tag != "link"
    if is_author or {"p-author", "fn"} & set((attributes.get("class") or "").split()):
        facts.people.append(_line(node.text()))


def _line(text: Any) -> str:
    return " ".join(text.split()) if isinstance(text, str) else ""


def _meta(facts: _Facts, keys: Iterable[str]) -> Iterable[str]:
    return (_line(unescape(facts.meta[key])) for key in keys if key in facts.meta)


def _url(facts: _Facts, item: Item) -> str:
    known = facts.meta.get("og:url", "")
    for address in (facts.canonical, known, plain(item.get("url"))):
        try:
            absolute = urljoin(facts.base or known, address.strip()) if address else ""
            parts = urlsplit(absolute)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return absolute
    return ""


def _site_name(facts: _Facts) -> str:
    for name in _meta(facts, ("og:site_name", "application-name", "dc.publisher")):
        return name
    for item in facts.items:
        if "WebSite" in types_of(item) and (name := plain(item.get("name"))):
            return name
    publishers = (names(item.get("publisher"), facts.items) for item in facts.items)
    return next((found[0] for found in publishers if found), "")


def _key(text: str) -> str:
    """Letters and digits only, for comparing spellings of one name."""
    return "".join(character for character in text.casefold() if character.isalnum())


_SEPARATOR: Final = re.compile(r"\s+[|\-–—·•:»«/~‹›]{1,2}\s+|\s*[|｜]\s*")


def _title(facts: _Facts, item: Item, site: str, url: str) -> str:
    """The spelling of the title that the page's sources agree on, without the site's name."""
    headline = plain(item.get("headline")) or facts.properties.get("headline", "")
    meta = [title for title in _meta(facts, _TITLE_KEYS) if title]
    candidates = [headline, *meta[:1], *facts.headings[:3], facts.title]
    candidates = [c for c in candidates if c and len(c) <= _MAX_TITLE]
    if not candidates:
        return facts.title[:_MAX_TITLE]
    whole = facts.title or (meta[0] if meta else candidates[0])
    others = [headline, *meta, *facts.headings]
    stripped = _without_site(whole, others, site, url)
    # The heading a reader sees, when it is about what the document title says.
    for heading in facts.headings[:3]:
        if any(_alike(heading, other) for other in (stripped, headline, *meta[:1])):
            return _without_site(heading, [], site, url)
    best = headline or (meta[0] if meta else "") or stripped
    return _without_site(best, others, site, url)


def _alike(heading: str, title: str) -> bool:
    """Whether a heading shares most of its letter pairs with a title, in any script."""
    a, b = (_pairs(_key(text)) for text in (heading, title))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= 0.8 and len(a) >= 0.3 * len(b)


def _pairs(key: str) -> set[str]:
    return {key[i : i + 2] for i in range(max(1, len(key) - 1))} if key else set()


def _without_site(title: str, others: list[str], site: str, url: str) -> str:
    """`title` without a part at its end or start that names the site.

    The part is one when the rest is a title by itself elsewhere on the page, or when it spells
    the site's name or host.
    """
    cuts = list(_SEPARATOR.finditer(title))
    known = {_key(other) for other in others}
    for cut in cuts:
        for rest in (title[: cut.start()], title[cut.end() :]):
            if len(_key(rest)) > 3 and _key(rest) in known:
                return rest.strip()
    host = _host_name(url)
    while cuts:
        last, first = cuts[-1], cuts[0]
        if _names_site(title[last.end() :], site, host):
            title = title[: last.start()].strip()
            cuts.pop()
        elif len(cuts) > 0 and _names_site(title[: first.start()], site, host):
            title = title[first.end() :].strip()
            cuts = list(_SEPARATOR.finditer(title))
        else:
            break
    return title


def _host_name(url: str) -> str:
    """The telling label of a host: "bbc" of www.bbc.co.uk."""
    labels = (urlsplit(url).hostname or "").split(".")[:-1]
    return max(labels, key=len, default="")


def _names_site(part: str, site: str, host: str) -> bool:
    key = _key(part)
    if not key:
        return True
    if site and (key == _key(site) or (len(key) > 3 and _key(site).startswith(key))):
        return True
    return len(host) > 3 and (key.startswith(host.replace("-", "")) or host.startswith(key))


def _author(tree: LexborHTMLParser, facts: _Facts, item: Item) -> str:
    sources = (
        names(item.get("author") or item.get("creator"), facts.items),
        list(_meta(facts, _AUTHOR_KEYS)),
        [facts.properties.get("author", "")],
        list(dict.fromkeys(facts.people))[:1],
    )
    for number, found in enumerate(sources):
        good = [name for name in found if _is_name(name)]
        if good:
            # Meta keys repeat one author; only JSON-LD lists several.
            return ", ".join(good[:10] if number == 0 else good[:1])
    linked = (_line(node.text()) for node in tree.css(_BYLINE)[:5])
    return next(filter(_is_name, linked), "")


def _is_name(text: str) -> bool:
    return (
        1 < len(text) <= _MAX_AUTHOR
        and any(character.isalpha() for character in text)
        and "://" not in text
        and "@" not in text
    )


_ISO_DATE: Final = re.compile(r"(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?!\d)")
_URL_DATE: Final = re.compile(r"/(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")


def _date(facts: _Facts, item: Item, url: str) -> str:
    sources = [
        plain(item.get("datePublished")),
        *(plain(other.get("datePublished")) for other in facts.items),
        *_meta(facts, _DATE_KEYS[:-2]),
        facts.properties.get("datePublished", ""),
        plain(item.get("dateCreated")) or facts.properties.get("dateCreated", ""),
        *facts.times[:1],
        *_meta(facts, _DATE_KEYS[-2:]),
    ]
    for text in sources:
        if found := _iso_date(text):
            return found
    in_url = _URL_DATE.search(url)
    return _valid_date(*map(int, in_url.groups())) if in_url else ""


def _iso_date(text: str) -> str:
    """`YYYY-MM-DD` of an ISO 8601 or RFC 5322 date, "" for anything else."""
    if not text:
        return ""
    if found := _ISO_DATE.match(text.strip()[:40]):
        return _valid_date(*map(int, found.groups()))
    from email.utils import parsedate  # rarely needed, and it imports sockets

    parsed = parsedate(text[:60])
    return _valid_date(*parsed[:3]) if parsed else ""


def _valid_date(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat() if year >= 1900 else ""
    except ValueError:
        return ""


_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8}){0,3}")


def _language(tree: LexborHTMLParser, facts: _Facts, item: Item) -> str:
    attributes = tree.root.attributes if tree.root is not None else {}
    sources = (
        attributes.get("lang") or attributes.get("xml:lang") or "",
        *_meta(facts, ("content-language", "language", "dc.language", "dcterms.language")),
        plain(item.get("inLanguage")) or facts.properties.get("inLanguage", ""),
        *_meta(facts, ("og:locale",)),
    )
    for source in sources:
        if found := _LANGUAGE.fullmatch(source.split(",")[0].strip()):
            language, *rest = found[0].replace("_", "-").split("-")
            region = [part.upper() if len(part) == 2 else part.capitalize() for part in rest]
            return "-".join((language.lower(), *region))
    return ""
