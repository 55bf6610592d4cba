"""Junk as it is found on the web, put together from the training material, seeded.

Nothing here may depend on known brands or top-level domains: half of the names in a link run
are made up from random syllables and random endings.
"""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .chance import pick, syllables
from .text_data import LINK_TEXT, Item, Material

_JOINERS = (
    ", ", " | ", " - ", " – ", " • ", " · ", " / ", " * ", "; ", " » ", "  ", "\u3000", "、", "，",
)  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?。！？।…]+(?=\s|$)|\n")
_USUAL_TOPIC = "gambling"
_WORDS_ONLY = 0.4  # of the link runs consist of link texts, every other one with a site or two


@dataclass(frozen=True, slots=True)
class JunkSource:
    """Lists to draw from, by language where the language matters.

    Attributes:
        domains, ordinary: names of spam sites and of others.
        brands: of betting sites.
        phrases: spam texts by language and label.
        anchors: texts of spam links by language and label.
        endings: of domain names.
    """

    domains: tuple[str, ...]
    ordinary: tuple[str, ...]
    brands: tuple[str, ...]
    phrases: dict[str, dict[str, tuple[str, ...]]]
    anchors: dict[str, dict[str, tuple[str, ...]]]
    endings: tuple[str, ...]

    @classmethod
    def of(cls, material: Material) -> "JunkSource":
        """Collect the lists from (a fold of) the material."""
        domains = tuple(item.text for item in material.spam_domains)
        ordinary = tuple(item.text for item in material.ordinary_domains)
        return cls(
            domains=domains,
            ordinary=ordinary,
            brands=tuple(item.text for item in material.brands),
            phrases=_by_language(material.spam),
            anchors=_by_language([item for item in material.spam if len(item.text) < LINK_TEXT]),
            endings=tuple(name.partition(".")[2] for name in (domains + ordinary)[::7]),
        )


def _by_language(items: Sequence[Item]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Texts by language and label."""
    found: dict[str, dict[str, list[str]]] = {}
    for item in items:
        found.setdefault(item.language, {}).setdefault(item.label, []).append(item.text)
    return {
        language: {label: tuple(texts) for label, texts in by_label.items()}
        for language, by_label in found.items()
    }


def brand(rng: np.random.Generator, source: JunkSource) -> str:
    """A brand name: a listed one, the label of a listed domain, or invented syllables."""
    kind = rng.random()
    if kind < 0.2 and source.brands:
        name = pick(rng, source.brands)
    elif kind < 0.5 and source.domains:
        name = pick(rng, source.domains).removeprefix("www.").partition(".")[0]
    else:
        name = syllables(rng, int(rng.integers(2, 4)))
        if rng.random() < 0.5 and source.domains:
            label = pick(rng, source.domains).removeprefix("www.").partition(".")[0]
            name += label[-int(rng.integers(3, 6)) :]
        if rng.random() < 0.25:
            name += str(int(rng.integers(1, 999)))
    return _cased(rng, name, (0.45, 0.3, 0.25))


def domain(rng: np.random.Generator, source: JunkSource) -> str:
    """A domain name, listed or invented, sometimes with `www.` or a scheme."""
    kind = rng.random()
    if kind < 0.55 and source.domains:
        name = pick(rng, source.domains)
    elif kind < 0.65 and source.ordinary:
        name = pick(rng, source.ordinary)
    else:
        ending = pick(rng, source.endings) if source.endings and rng.random() < 0.8 else ""
        ending = ending or "".join(pick(rng, string.ascii_lowercase) for _ in range(3))
        name = f"{brand(rng, source).lower()}.{ending}"
    lead = rng.random()
    if lead < 0.1 and not name.startswith("www."):
        name = "www." + name
    elif lead < 0.2:
        name = f"https://{name}" + ("/" if rng.random() < 0.5 else "")
    return name


def anchor(rng: np.random.Generator, source: JunkSource, language: str, topic: str = "") -> str:
    """The text of a spam link, or one to five words cut out of a spam text of the language.

    Args:
        topic: the label of the spam, any when empty or unknown there.
    """
    if language in source.anchors and rng.random() < 0.4:
        return link_text(rng, source, language, topic)
    by_label = source.phrases.get(language)
    if not by_label:
        return brand(rng, source)
    text = pick(rng, by_label.get(topic) or by_label[pick(rng, sorted(by_label))])
    line = pick(rng, [line for line in text.splitlines() if line.strip()] or [text])
    words = line.split()
    if not words:
        return brand(rng, source)
    if len(words) == 1 or len(line) / len(words) > 14:  # no spaces between words
        start = int(rng.integers(max(len(line) - 8, 1)))
        return line[start : start + int(rng.integers(2, 9))].strip() or line[:8]
    start = int(rng.integers(len(words)))
    cut = [word.strip(".,;:!?()") for word in words[start : start + int(rng.integers(1, 6))]]
    return _cased(rng, " ".join(word for word in cut if word) or words[0], (0.45, 0.45, 0.1))


def link_text(rng: np.random.Generator, source: JunkSource, language: str, topic: str) -> str:
    """The text of a spam link in a language that has some, on the topic where it has any."""
    by_label = source.anchors[language]
    texts = by_label.get(topic) or by_label[pick(rng, sorted(by_label))]
    return _cased(rng, pick(rng, texts), (0.6, 0.3, 0.1))


def link_run(
    rng: np.random.Generator, source: JunkSource, languages: Sequence[str], *, items: int
) -> tuple[str, str]:
    """Domains, brands and anchor words in a row, joined in one of the usual ways, and its label.

    Some runs are about many sites, others about one or two whose names come again and again.
    """
    known = [language for language in languages if language in source.phrases]
    topics = sorted({label for language in known for label in source.phrases[language]})
    usual = not topics or (_USUAL_TOPIC in topics and rng.random() < 0.5)
    topic = _USUAL_TOPIC if usual else pick(rng, topics)
    own = [brand(rng, source) for _ in range(int(rng.integers(1, 4)))]
    few = rng.random() < 0.4
    # Some consist of link texts; words cut out of spam want two names beside them.
    listed = [language for language in known if language in source.anchors]
    if listed and items > 2 and rng.random() < _WORDS_ONLY:
        language = pick(rng, listed)
        parts = [link_text(rng, source, language, topic) for _ in range(items)]
        for _ in range(int(rng.choice((0, 0, 1, 2)))):
            parts.insert(int(rng.integers(1, items)), domain(rng, source))
        return _joined(rng, parts), topic
    weights = rng.dirichlet((1.2, 1.0, 1.6))
    parts = []
    for index in range(items):
        kind = int(rng.integers(2)) if index < 2 else int(rng.choice(3, p=weights))
        if kind == 0:
            part = _own_domain(rng, source, pick(rng, own)) if few else domain(rng, source)
        elif kind == 1:
            part = pick(rng, own) if few else brand(rng, source)
        else:
            part = anchor(rng, source, pick(rng, known) if known else "", topic)
            if few and rng.random() < 0.3:
                part = f"{pick(rng, own)} {part}"
        parts.extend([part] * (2 if rng.random() < 0.08 else 1))
    parts = [parts[index] for index in rng.permutation(len(parts))]
    return _joined(rng, parts), topic


def _own_domain(rng: np.random.Generator, source: JunkSource, name: str) -> str:
    """A domain name made of a brand."""
    host = "".join(char for char in name.lower() if char.isalnum())
    host += pick(rng, ("", "", "", "-bet", "-vip", "24", "777", "-play", "online"))
    return f"{host}.{pick(rng, source.endings) if source.endings else 'com'}"


def _joined(rng: np.random.Generator, parts: Sequence[str]) -> str:
    style = rng.random()
    if style < 0.3:
        return "".join(parts)
    if style < 0.5:
        return " ".join(parts)
    if style < 0.65:
        return "".join(part + ("" if rng.random() < 0.6 else " ") for part in parts).rstrip()
    if style < 0.9:
        return pick(rng, _JOINERS).join(parts)
    return "\n".join(parts)


def spam_sentences(rng: np.random.Generator, item: Item, longest: int) -> str:
    """A whole spam text, or at most `longest` characters of it from a paragraph's start.

    Never a scrap: a few words out of the middle of a letter say nothing to anybody.
    """
    if len(item.text) <= longest:
        return item.text
    paragraphs = [part for part in re.split(r"\n\s*\n", item.text) if part.strip()]
    sizes = np.cumsum([len(part) for part in paragraphs[::-1]])[::-1]
    starts = np.flatnonzero(sizes >= min(longest, 150))
    first = int(starts[int(rng.integers(len(starts)))])
    text = "\n\n".join(paragraphs[first:])
    if len(text) <= longest:
        return text
    cut = text[:longest]
    ends = [match.end() for match in _SENTENCE_END.finditer(cut) if match.end() > longest // 2]
    return cut[: ends[-1]].rstrip() if ends else cut.rpartition(" ")[0] or cut


def _cased(rng: np.random.Generator, name: str, weights: tuple[float, float, float]) -> str:
    """As it is, with capital initials, or all capitals, with the given chances."""
    style = int(rng.choice(3, p=weights))
    if style == 1:
        return " ".join(word[:1].upper() + word[1:] for word in name.split(" "))
    return name.upper() if style == 2 else name
