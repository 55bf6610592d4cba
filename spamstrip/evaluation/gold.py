"""Gold standards on disk: two benchmarks' layouts, or pairs of an input and its expected text.

WCXB: `html/<id>.html.gz` (or `.html`) beside `ground-truth/<id>.json`.
article-extraction-benchmark: `html/<id>.html.gz` beside one `ground-truth.json`.
Pairs: `NAME.html`, `NAME.htm` or `NAME.txt` beside `NAME.expected.txt`.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from spamstrip.errors import SourceError

PAGE_TYPES: Final = (
    "article",
    "forum",
    "product",
    "collection",
    "listing",
    "documentation",
    "service",
)
_PAIR_SUFFIXES: Final = (".html", ".htm", ".txt")


@dataclass(frozen=True, slots=True)
class Page:
    """One input with its gold text.

    Attributes:
        name: the file id, unique in the directory.
        path: the file with the input; `read` gives its content.
        kind: "html" or "text".
        gold: the expected text; for HTML the main content.
        page_type: one of `PAGE_TYPES`; "text" or "html" for pairs.
        domain: registered domain of the page's address, to split by; the name for pairs.
        title: the gold title, "" when not given.
        with_snippets, without_snippets: sentences that must and that must not be in the output.
    """

    name: str
    path: Path
    kind: Literal["html", "text"]
    gold: str
    page_type: str
    domain: str
    title: str = ""
    with_snippets: tuple[str, ...] = ()
    without_snippets: tuple[str, ...] = ()

    def read(self) -> bytes:
        """The bytes of the input, decompressed."""
        data = self.path.read_bytes()
        return gzip.decompress(data) if self.path.suffix == ".gz" else data

    def read_text(self) -> str:
        """The input as text: pages are stored in UTF-8 whatever their markup declares."""
        return self.read().decode("utf-8", "replace")


def read_directory(directory: Path) -> list[Page]:
    """All pages of a directory in one of the layouts, by name.

    Raises:
        SourceError: the directory has none of them, or a gold file is not readable.
    """
    if (directory / "ground-truth").is_dir():
        pages = list(_read_wcxb(directory))
    elif (directory / "ground-truth.json").is_file():
        pages = list(_read_articles(directory))
    else:
        pages = list(_read_pairs(directory))
    if not pages:
        raise SourceError(
            f"{directory}: nothing to evaluate; expected html/*.html.gz with "
            "ground-truth/*.json or ground-truth.json, or NAME.html|txt with NAME.expected.txt"
        )
    return pages


def registered_domain(url: str) -> str:
    """The registered domain of an address, without a list of public suffixes.

    The last two labels of the host, three when the last two look like a national second level
    ("co.uk", "com.au"). Where it is wrong it joins sites, which is the safe side for a split.

    >>> registered_domain("https://news.example.co.uk/a")
    'example.co.uk'
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    labels = host.split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def _read_wcxb(directory: Path) -> Iterator[Page]:
    for gold_path in sorted((directory / "ground-truth").glob("*.json")):
        name = gold_path.stem
        try:
            record: dict[str, Any] = json.loads(gold_path.read_text(encoding="utf-8"))
            gold: dict[str, Any] = record["ground_truth"]
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(f"{gold_path}: not a WCXB gold file ({error!r})") from error
        yield Page(
            name=name,
            path=_page_path(directory, name),
            kind="html",
            gold=gold.get("main_content") or "",
            page_type=_page_type(record),
            domain=registered_domain(record.get("url") or gold.get("url") or "") or name,
            title=gold.get("title") or "",
            with_snippets=tuple(gold.get("with") or ()),
            without_snippets=tuple(gold.get("without") or ()),
        )


def _read_articles(directory: Path) -> Iterator[Page]:
    gold_path = directory / "ground-truth.json"
    try:
        records: dict[str, dict[str, Any]] = json.loads(gold_path.read_text(encoding="utf-8"))
        bodies = {name: record["articleBody"] or "" for name, record in records.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{gold_path}: not a gold file of articles ({error!r})") from error
    for name, body in sorted(bodies.items()):
        yield Page(
            name=name,
            path=_page_path(directory, name),
            kind="html",
            gold=body,
            page_type="article",
            domain=registered_domain(records[name].get("url") or "") or name,
        )


def _page_path(directory: Path, name: str) -> Path:
    for suffix in (".html.gz", ".html"):
        path = directory / "html" / f"{name}{suffix}"
        if path.exists():
            return path
    raise SourceError(f"{directory}: the page html/{name}.html.gz is missing")


def _page_type(record: dict[str, Any]) -> str:
    found = (record.get("_internal") or {}).get("page_type") or "article"
    name = found.get("primary", "article") if isinstance(found, dict) else str(found)
    return "collection" if name == "category" else name


def _read_pairs(directory: Path) -> Iterator[Page]:
    for expected in sorted(directory.glob("*.expected.txt")):
        stem = re.sub(r"\.expected\.txt$", "", expected.name)
        inputs = [directory / f"{stem}{suffix}" for suffix in _PAIR_SUFFIXES]
        path = next((candidate for candidate in inputs if candidate.exists()), None)
        if path is None:
            raise SourceError(f"{expected}: no {stem}.html or {stem}.txt beside it")
        kind: Literal["html", "text"] = "text" if path.suffix == ".txt" else "html"
        gold = expected.read_bytes().decode("utf-8", "replace")
        yield Page(name=stem, path=path, kind=kind, gold=gold, page_type=kind, domain=stem)
