"""The training material for text, loaded once, each item with the source it must be split by."""

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from spamstrip.labels import BOILERPLATE_LABELS, SPAM_LABELS

from . import phrasebook

# Kinds in the data -> labels of the program.
STRING_LABEL: Final = {
    "comment_form": "comment_form",
    "nav_meta": "navigation",
    "newsletter": "newsletter",
    "paywall_login": "newsletter",
    "share_follow": "share",
    "cookie_consent": "consent",
    "footer_legal": "footer",
    "ads_promo": "advert",
}
SPAM_LABEL: Final = {
    "gambling": "gambling",
    "casino_links": "gambling",
    "loan_finance_crypto": "finance",
    "comment_spam": "seo_links",
    "seo_backlink": "seo_links",
    "scam_contact": "scam",
    "adult": "adult",
    "pharma": "pharma",
}
EVERY: Final = -1  # the fold of what every fold may use
_WEB_KINDS: Final = ("article", "forum", "documentation")
_LONGEST: Final = 9000  # characters of a web article, as long as the other articles are
LINK_TEXT: Final = 40  # characters; shorter spam is the text of a link
_PASSAGES: Final = 5  # of the phrasebook make one article
_FEW_ARTICLES: Final = 20  # a language with fewer gets articles made of passages
_DOMAIN_GROUPS: Final = 40  # domains have no source that tells them apart: split by name


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of training text.

    Attributes:
        text: the text; the lines of a comment form are joined by newlines.
        language: ISO 639 code, "" where it has none (domains).
        group: the source it is split by.
        label: one of `spamstrip.labels.LABELS`.
        name: a stable identifier.
        written: it is of the phrasebook, not collected.
    """

    text: str
    language: str
    group: str
    label: str
    name: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """Everything the text models are trained on, each part in file order.

    `web_articles` are the main contents of the HTML pages. Only composed documents use them:
    the lexical model must not know the pages its scores help to judge in HTML. `blocks` are
    whole blocks of boilerplate, `endings` last lines of articles.
    """

    articles: tuple[Item, ...]
    web_articles: tuple[Item, ...]
    hard_negatives: tuple[Item, ...]
    ham_comments: tuple[Item, ...]
    strings: tuple[Item, ...]
    forms: tuple[Item, ...]
    blocks: tuple[Item, ...]
    endings: tuple[Item, ...]
    spam: tuple[Item, ...]
    spam_domains: tuple[Item, ...]
    ordinary_domains: tuple[Item, ...]
    brands: tuple[Item, ...]

    def select(self, folds: "Folds", wanted: Sequence[int]) -> "Material":
        """The items whose group is in one of the wanted folds."""
        keep = frozenset((*wanted, EVERY))
        parts = {
            name: tuple(item for item in getattr(self, name) if folds.of(name, item) in keep)
            for name in self.__slots__
        }
        return Material(**parts)

    def spam_paragraphs(self) -> tuple[Item, ...]:
        """The spam that is more than the text of a link."""
        return tuple(item for item in self.spam if len(item.text) >= LINK_TEXT)

    def collected(self) -> "Material":
        """The items that were collected, without those of the phrasebook."""
        parts = {
            name: tuple(item for item in getattr(self, name) if not item.written)
            for name in self.__slots__
        }
        return Material(**parts)


@dataclass(frozen=True, slots=True)
class Folds:
    """Which fold each item belongs to.

    Attributes:
        count: the number of folds.
        assigned: the fold of each group of each part; a group is never divided.
        familiar: articles and junk are of known kinds: texts are divided one by one, not by
            source, and boilerplate belongs to every fold, because the wording of the common
            programs is known when the model is used. Domains are divided as ever, and so is
            the phrasebook: entry by entry, as what is written for a language is known there.
    """

    count: int
    assigned: dict[tuple[str, str], int]
    familiar: bool = False

    def of(self, part: str, item: Item) -> int:
        """The fold of an item of a part of `Material`, or `EVERY`."""
        if item.written:
            return zlib.crc32(item.group.encode()) % self.count
        if self.familiar and part in ("forms", "strings"):
            return EVERY
        if self.familiar and part not in ("spam_domains", "ordinary_domains", "brands"):
            return zlib.crc32(item.name.encode()) % self.count
        return self.assigned[_fold_key(part, item)]

    @classmethod
    def split(cls, material: Material, count: int, seed: int) -> "Folds":
        """Give whole groups to folds, the largest first.

        Each goes to the fold that has the least text of the group's languages (of its kinds,
        for boilerplate) and the least text at all, so that a held-out fold takes as few
        languages and kinds with it as possible.
        """
        order = np.random.default_rng(seed).permutation(count)
        sizes: dict[str, dict[tuple[str, str], dict[str, int]]] = {}
        for part in Material.__slots__:
            for item in getattr(material.collected(), part):
                key = _fold_key(part, item)
                # Boilerplate is spread by kind (not every program has comments), the rest by
                # language.
                spread = item.label if key[0] == "boilerplate" else item.language
                by_class = sizes.setdefault(key[0], {}).setdefault(key, {})
                by_class[spread] = by_class.get(spread, 0) + len(item.text)
        assigned: dict[tuple[str, str], int] = {}
        for groups in sizes.values():
            load: list[dict[str, int]] = [{} for _ in range(count)]
            total = sum(sum(group.values()) for group in groups.values())
            for key in sorted(groups, key=lambda key: (-sum(groups[key].values()), key)):
                group = groups[key]
                crowding = [_crowding(group, held, total / count) for held in load]
                fold = min((int(fold) for fold in order), key=crowding.__getitem__)
                assigned[key] = fold
                for spread, size in group.items():
                    load[fold][spread] = load[fold].get(spread, 0) + size
        return cls(count, assigned)


def _crowding(group: dict[str, int], held: dict[str, int], fair_share: float) -> float:
    """How full a fold is for a group: what both have, and all text, in fair shares."""
    shared = sum(min(size, held.get(spread, 0)) for spread, size in group.items())
    return shared / sum(group.values()) + sum(held.values()) / fair_share


def _fold_key(part: str, item: Item) -> tuple[str, str]:
    """Forms and strings of one repository share a fold."""
    return ("boilerplate" if part in ("forms", "strings") else part, item.group)


def load(data: Path) -> Material:
    """Read the training data from its directory (layout: its README) and the phrasebook."""
    written = _phrasebook()
    articles = tuple(
        Item(row["text"], row["lang"], row["source"], "body", row["id"])
        for row in _rows(data / "articles/clean.jsonl.gz")
    )
    known = Counter(item.language for item in articles)
    return Material(
        articles=articles,
        web_articles=(
            *_web_articles(data / "html/wcxb-dev/ground-truth"),
            *(item for item in _passages(written) if known[item.language] < _FEW_ARTICLES),
        ),
        hard_negatives=(
            *(
                Item(row["text"], row["lang"], row["source_repo"], "body", f"hard-{index}")
                for index, row in enumerate(_rows(data / "spam/hard_negatives.jsonl.gz"))
            ),
            *written["body"],
        ),
        ham_comments=(
            *(
                Item(row["text"], row["lang"], row["source_repo"], "comment", f"ham-{index}")
                for index, row in enumerate(_rows(data / "spam/ham_comments.jsonl.gz"))
            ),
            *written["comment"],
        ),
        strings=tuple(
            Item(row["text"], row["lang"], _repository(row["source"]), STRING_LABEL[row["kind"]])
            for row in _rows(data / "boilerplate/strings.jsonl.gz")
        ),
        forms=(
            *(
                Item(
                    "\n".join(row["lines"]),
                    row["lang"],
                    _repository(row["source"]),
                    "comment_form",
                    f"{row['cms']}-{row['variant']}-{row['locale']}",
                )
                for row in _rows(data / "boilerplate/comment_forms.jsonl.gz")
            ),
            *written["comment_form"],
        ),
        blocks=tuple(item for label in BOILERPLATE_LABELS[2:] for item in written[label]),
        endings=tuple(written["ending"]),
        spam=(
            *(
                Item(
                    row["text"], row["lang"], row["source_repo"], SPAM_LABEL[row["kind"]], row["id"]
                )
                for row in _rows(data / "spam/spam_texts.jsonl.gz")
            ),
            *(item for label in ("anchor", *SPAM_LABELS) for item in written[label]),
        ),
        spam_domains=tuple(_domains(data / "spam/gambling_domains.txt.gz", "gambling")),
        ordinary_domains=tuple(_domains(data / "spam/ordinary_domains.txt.gz", "body")),
        brands=tuple(
            Item(name, language, _name_group(name), "gambling")
            for name, _, language in (
                line.partition("\t") for line in _lines(data / "spam/gambling_brands.txt.gz")
            )
        ),
    )


def _phrasebook() -> dict[str, list[Item]]:
    """The entries of the phrasebook by kind."""
    labels = {"anchor": "gambling", "ending": "body"}
    written: dict[str, list[Item]] = {kind: [] for kind in phrasebook.KINDS}
    for entry in phrasebook.entries():
        same = written[entry.kind]
        # Passages that make one article are one group, and so are the variants of an entry.
        cluster = entry.number // _PASSAGES if entry.kind == "body" else entry.number
        group = f"phrasebook-{entry.language}-{cluster}"
        name = f"{group}-{entry.kind}-{len(same)}"
        label = labels.get(entry.kind, entry.kind)
        if entry.kind == "anchor" and len(entry.text) >= LINK_TEXT:
            label = "seo_links"  # a whole run of link texts, of any trade
        same.append(Item(entry.text, entry.language, group, label, name, written=True))
    return written


def _passages(written: dict[str, list[Item]]) -> Iterator[Item]:
    """Articles made of passages of the phrasebook: every paragraph is about something else."""
    by_group: dict[str, list[Item]] = {}
    for item in written["body"]:
        by_group.setdefault(item.group, []).append(item)
    for group, items in by_group.items():
        text = "\n\n".join(item.text for item in items)
        yield Item(text, items[0].language, group, "body", f"{group}-article", written=True)


def _web_articles(directory: Path) -> Iterator[Item]:
    """The English main contents of articles, forum threads and documentation pages."""
    for path in sorted(directory.glob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        kind = page["_internal"]["page_type"]["primary"]
        text = page["ground_truth"].get("main_content") or ""
        host = (urlsplit(page.get("url") or "").hostname or path.stem).removeprefix("www.")
        if kind in _WEB_KINDS and text.count("\n\n") >= 2:
            group = f"wcxb-{_name_group('.'.join(host.split('.')[-2:]))}"
            yield Item(
                text[:_LONGEST].rpartition("\n\n")[0], "en", group, "body", f"wcxb-{path.stem}"
            )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in _lines(path))


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield line.rstrip("\n")


def _domains(path: Path, label: str) -> Iterator[Item]:
    return (Item(name, "", _name_group(name), label) for name in _lines(path))


def _name_group(name: str) -> str:
    """One group for all spellings of a name: by its first letters, digits and www. aside."""
    stem = "".join(char for char in name.removeprefix("www.").partition(".")[0] if char.isalpha())
    return str(sum(ord(char) * 31**place for place, char in enumerate(stem[:4])) % _DOMAIN_GROUPS)


def _repository(source: str) -> str:
    """The repository or package a boilerplate string was taken from, without path and version.

    The wording of a common program stands in several repositories and so stays known when one
    of them is held out, as it is known when the model is used.
    """
    name = re.split(r"[ @]", source.removeprefix("github:").removeprefix("npm:"))[0]
    return name.partition(":")[0] if "/" in name else name


def balanced_weights(keys: Sequence[Hashable], power: float) -> npt.NDArray[np.float32]:
    """Weights proportional to (size of the item's class) ** -power, mean 1.

    Returns: float32 (n_items,).
    """
    counts: dict[Hashable, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    weights = np.array([counts[key] ** -power for key in keys], np.float32)
    return np.asarray(weights / weights.mean(), np.float32)
