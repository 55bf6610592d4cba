"""Junk as it is found on the web, put together from the training material, seeded.

Nothing here may depend on known brands or top-level domains: half of the names in a link run
are made up from random syllables and random endings.
"""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from .text_data import Item, Material

_CONSONANTS = "bcdfghjklmnprstvyz"
_VOWELS = "aeiou"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JunkSource:
    """Lists to draw from, by language where the language matters."""

    domains: tuple[str, ...]
    ordinary: tuple[str, ...]
    brands: tuple[str, ...]
    phrases: dict[str, tuple[str, ...]]
    endings: tuple[str, ...]

    @classmethod
    def of(cls, material: Material) -> "JunkSource":
        """Collect the lists from (a fold of) the material."""
        phrases: dict[str, list[str]] = {}
        for item in material.spam:
            if item.label in ("gambling", "adult"):  # what injected link runs are about
                phrases.setdefault(item.language, []).append(item.text)
        domains = tuple(item.text for item in material.spam_domains)
        ordinary = tuple(item.text for item in material.ordinary_domains)
        return cls(
            domains=domains,
            ordinary=ordinary,
            brands=tuple(item.text for item in material.brands),
            phrases={language: tuple(texts) for language, texts in phrases.items()},
            endings=tuple(name.partition(".")[2] for name in (domains + ordinary)[::7]),
        )


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of the options, uniformly."""
    return options[int(rng.integers(len(options)))]


def brand(rng: np.random.Generator, source: JunkSource) -> str:
    """A brand name: a listed one, the label of a listed domain, or invented syllables."""
    kind = rng.random()
    if kind < 0.2 and source.brands:
        name = pick(rng, source.brands)
    elif kind < 0.5 and source.domains:
        name = pick(rng, source.domains).removeprefix("www.").partition(".")[0]
    else:
        name = _syllables(rng, int(rng.integers(2, 4)))
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


def anchor(rng: np.random.Generator, source: JunkSource, languages: Sequence[str]) -> str:
    """One to five words cut out of a spam text of one of the languages."""
    known = [language for language in languages if language in source.phrases]
    if not known:
        return brand(rng, source)
    text = pick(rng, source.phrases[pick(rng, known)])
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


def link_run(
    rng: np.random.Generator, source: JunkSource, languages: Sequence[str], *, items: int
) -> str:
    """Domains, brands and anchor words in a row, joined in one of the usual ways."""
    weights = rng.dirichlet((1.2, 1.0, 1.0))
    parts = []
    for index in range(items):
        # At least two names: anchor words alone are no link run.
        kind = int(rng.integers(2)) if index < 2 else int(rng.choice(3, p=weights))
        part = (
            domain(rng, source)
            if kind == 0
            else brand(rng, source)
            if kind == 1
            else anchor(rng, source, languages)
        )
        parts.extend([part] * (2 if rng.random() < 0.08 else 1))
    parts = [parts[index] for index in rng.permutation(len(parts))]
    style = rng.random()
    if style < 0.4:
        return "".join(parts)
    if style < 0.6:
        return " ".join(parts)
    if style < 0.8:
        return "".join(part + ("" if rng.random() < 0.6 else " ") for part in parts).rstrip()
    if style < 0.9:
        return pick(rng, (", ", " | ", " - ", " • ", " / ", "  ", "\u3000", "、")).join(parts)
    return "\n".join(parts)


def spam_sentences(rng: np.random.Generator, item: Item, longest: int) -> str:
    """A whole spam text, or a run of its lines, of at most about `longest` characters."""
    text = item.text
    if len(text) <= longest:
        return text
    lines = text.split("\n")
    start = int(rng.integers(len(lines)))
    cut = "\n".join(lines[start:])[:longest]
    return cut.rpartition(" ")[0] or cut


def _syllables(rng: np.random.Generator, count: int) -> str:
    return "".join(
        pick(rng, _CONSONANTS) + pick(rng, _VOWELS) + (pick(rng, "lnrst") * int(rng.random() < 0.3))
        for _ in range(count)
    )


def _cased(rng: np.random.Generator, name: str, weights: tuple[float, float, float]) -> str:
    """As it is, with capital initials, or all capitals, with the given chances."""
    style = int(rng.choice(3, p=weights))
    if style == 1:
        return " ".join(word[:1].upper() + word[1:] for word in name.split(" "))
    return name.upper() if style == 2 else name
