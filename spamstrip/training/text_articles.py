"""Clean articles in the formats they come in, with the things that look like junk and are not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .chance import pick
from .text_data import Item

FORMATS: Final = ("paragraphs", "lines", "wrapped", "long_line")
_FORMAT_CHANCES: Final = (0.5, 0.25, 0.15, 0.1)
_SENTENCE: Final = re.compile(r"[^.!?。！？।]+[.!?。！？।]*\s*")
_FINAL: Final = re.compile(r"""[.!?。！？।؟…](?:["'»”’」』)\]]|\s)*$""")
_NAME: Final = re.compile(r"\b[^\W\d_a-z][^\W\d_]{2,}(?: [^\W\d_a-z][^\W\d_]{2,})+")
_EXTRAS: Final = ("references", "contact", "credit", "table", "poem", "capitals", "words", "code",
                  "foreign", "ending", "ending", "ending")  # fmt: skip
_LAST: Final = ("references", "contact", "credit", "credit", "ending", "ending", "ending")
_QUOTES: Final = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("「", "」"), ("‘", "’"))
_HEADING: Final = 70  # characters; a shorter paragraph without a final mark may be a heading
_CONTACTS: Final = (
    "{0}, {1}@{2}",
    "{0}\n+{3}\n{1}@{2}\nhttps://{2}",
    "{0}: https://{2}/{1}",
    "{1}@{2}",
    "E-mail: {1}@{2}",
    "{4}: {1}@{2}",
    "{4}: {3}\n{5}: {1}@{2}",
    "{0} – {1}@{2}\n{5} – {4}@{2}",
    "{4}\n{0}\nTel. {3}\nE-mail: {1}@{2}",
    "{5} – {1}@{2}\n{4} {0}, {3}",
    "{4}: {0} {3}\n{5}: {3}",
)
_UNITS: Final = ("{}", "{}", "{},50 €", "${}.00", "{} kg", "{} mg", "{}%", "{}:45", "0.{}")
_CREDITS: Final = (
    "{0}", "— {0}", "({0})", "{0} / {1}", "{0}, {1}", "© {0}", "[{0}]", "{0}: {1}",
    "{2}: {0}", "{2}: {0}\n{3}: {1}", "{2}: {0} | {3}: {1}", "{2}: {0}, {1}",
)  # fmt: skip
_CODE: Final = (
    "for {0} in range({1}):\n    print({0} + {1})\n    total += {0}",
    "$ git clone https://{0}/{2}.git\n$ cd {2}\n$ make install",
    "def {2}(x, y={1}):\n    return x * y",
    "SELECT {2}, COUNT(*) FROM {0} WHERE id > {1} GROUP BY {2};",
    '{{"name": "{2}", "version": "{1}.0", "url": "https://{0}"}}',
    "const {2} = require('{2}');\n{2}.listen({1}, () => console.log('{0}'));",
)


def paragraphs(item: Item, rng: np.random.Generator, *, short: bool) -> list[str]:
    """A run of the article's paragraphs from its start; all of them in half of the cases."""
    parts = [part for part in re.split(r"\n\s*\n", item.text) if part.strip()]
    if short:
        count = int(rng.integers(1, 4))
    elif rng.random() < 0.5:
        count = len(parts)
    else:
        count = int(rng.integers(min(4, len(parts)), len(parts) + 1))
    return parts[:count]


def headline(titles: Sequence[str], rng: np.random.Generator) -> str:
    """A title, or the first words of an article where that has none; "" without titles."""
    if not titles:
        return ""
    title = pick(rng, titles).strip()
    if _is_heading(title):
        return title
    words = title.split()
    if len(words) > 3:
        title = " ".join(words[: int(rng.integers(3, 12))])
    else:
        title = title[: int(rng.integers(8, 31))]
    return title.rstrip(" .,;:!?。、，！？।؟-–")


@dataclass(frozen=True, slots=True)
class Extras:
    """What passages that look like junk are made of.

    Attributes:
        domains: ordinary domain names.
        titles: of articles in the language.
        endings: last lines of articles in the language.
        foreign: paragraphs in other languages.
    """

    domains: Sequence[str]
    titles: Sequence[str]
    endings: Sequence[str]
    foreign: Sequence[str]


def with_extra(parts: list[str], rng: np.random.Generator, extras: Extras) -> list[str]:
    """Add one passage that belongs to an article although it has the shape of junk."""
    kind = pick(rng, _EXTRAS)
    passage = _extra(kind, parts, rng, extras)
    if not passage:
        return parts
    at_end = rng.random() < (0.9 if kind in _LAST else 0.3)
    place = len(parts) if at_end else int(rng.integers(1, len(parts) + 1))
    return [*parts[:place], passage, *parts[place:]]


def with_ending(parts: list[str], rng: np.random.Generator, extras: Extras) -> list[str]:
    """Add last lines as articles have them: who wrote it, whom to ask, where it was held."""
    kinds = [pick(rng, _LAST) for _ in range(int(rng.choice((1, 1, 2, 3))))]
    passages = dict.fromkeys(_extra(kind, parts, rng, extras) for kind in kinds)
    return [*parts, *(passage for passage in passages if passage)]


def quoting(parts: list[str], spam: str, rng: np.random.Generator) -> list[str]:
    """Quote a spam text inside a paragraph, as an article about spam does."""
    opening, closing = pick(rng, _QUOTES)
    place = int(rng.integers(len(parts)))
    sentences = _SENTENCE.findall(parts[place]) or [parts[place]]
    cut = int(rng.integers(1, len(sentences) + 1))
    before = "".join(sentences[:cut]).rstrip().rstrip(".。!?")
    after = "".join(sentences[cut:]).strip()
    quote = f"{before}: {opening}{' '.join(spam.split())[:220]}{closing}"
    return [
        *parts[:place],
        f"{quote} {after}".strip() + ("." if not after else ""),
        *parts[place + 1 :],
    ]


def choose_format(rng: np.random.Generator) -> str:
    """One of `FORMATS`."""
    return str(rng.choice(FORMATS, p=_FORMAT_CHANCES))


def joiner(layout: str) -> str:
    """What stands between two paragraphs in a format."""
    return {"paragraphs": "\n\n", "lines": "\n", "wrapped": "\n\n", "long_line": " "}[layout]


def laid_out(part: str, layout: str, rng: np.random.Generator) -> str:
    """One paragraph in a format."""
    if layout == "long_line":
        return " ".join(part.split())
    if layout != "wrapped":
        return part
    return "\n".join(
        _wrapped(line, int(rng.choice((60, 65, 72, 78, 100)))) for line in part.split("\n")
    )


def names(text: str) -> list[str]:
    """Runs of capitalised words, as far as the script has capitals."""
    return _NAME.findall(text)[:40]


def sentences(text: str) -> list[str]:
    """The text cut after sentence-final punctuation."""
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]


def _is_heading(part: str) -> bool:
    """Whether a paragraph looks like the heading of the next: short and without a final mark."""
    line = part.strip()
    return len(line) < _HEADING and "\n" not in line and not _FINAL.search(line)


def _wrapped(line: str, width: int) -> str:
    if " " not in line:
        return "\n".join(line[at : at + width // 2] for at in range(0, len(line), width // 2))
    rows: list[str] = []
    row = ""
    for word in line.split(" "):
        if row and len(row) + len(word) + 1 > width:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    return "\n".join([*rows, row])


def _extra(
    kind: str,
    parts: Sequence[str],
    rng: np.random.Generator,
    extras: Extras,
) -> str:
    text = "\n".join(parts)
    words = text.split()
    people = names(text) or [" ".join(words[:2])]
    domains = extras.domains or ("example.org",)
    domain = pick(rng, domains)
    heads = [re.sub(r"\W", "", pick(rng, words))[:20].capitalize() or "Info" for _ in range(2)]
    if kind == "references":
        passage = _references(rng, people, domains, extras.titles)
    elif kind == "contact":
        phone = "".join(str(digit) for digit in rng.integers(0, 10, 9))
        word = re.sub(r"\W", "", pick(rng, words)).lower() or "info"
        passage = pick(rng, _CONTACTS).format(pick(rng, people), word, domain, phone, *heads)
    elif kind == "credit":
        passage = pick(rng, _CREDITS).format(pick(rng, people), pick(rng, people), *heads)
    elif kind == "table":
        passage = _table(rng, words)
    elif kind == "poem":
        passage = _poem(rng, words)
    elif kind == "capitals":
        passage = " ".join(words[: int(rng.integers(2, 8))])[:70].upper()
    elif kind == "words":
        passage = "\n".join(pick(rng, words)[:30] for _ in range(int(rng.integers(1, 5))))
    elif kind in ("foreign", "ending"):
        known = extras.foreign if kind == "foreign" else extras.endings
        passage = pick(rng, known) if known else ""
    else:
        word = re.sub(r"\W|\d", "", pick(rng, words)).lower()[:12] or "value"
        passage = pick(rng, _CODE).format(domain, int(rng.integers(2, 5000)), word)
    return passage


def _table(rng: np.random.Generator, words: Sequence[str]) -> str:
    """Rows of a name and some values, often under a row of headings."""
    gap = pick(rng, ("\t", "  ", " | ", " | ", ", ", " "))
    columns = int(rng.integers(1, 5))
    unit = pick(rng, _UNITS)

    def name() -> str:
        start = int(rng.integers(len(words)))
        return " ".join(words[start : start + int(rng.integers(1, 4))])[:40].strip(" .,;:|")

    rows = []
    if rng.random() < 0.5:
        rows.append(gap.join(name().capitalize() for _ in range(columns + 1)))
    for _ in range(int(rng.integers(3, 8))):
        values = (unit.format(int(n)) for n in rng.integers(0, 999, columns))
        rows.append(gap.join([name(), *values]))
    return "\n".join(rows)


def _poem(rng: np.random.Generator, words: Sequence[str]) -> str:
    start = int(rng.integers(max(len(words) - 40, 1)))
    rows = []
    for _ in range(int(rng.integers(4, 8))):
        length = int(rng.integers(3, 8))
        rows.append(" ".join(words[start : start + length])[:60])
        start += length
    return "\n".join(row for row in rows if row)


def _references(
    rng: np.random.Generator, people: Sequence[str], domains: Sequence[str], titles: Sequence[str]
) -> str:
    marks = pick(rng, ("{}. ", "[{}] ", "- ", "", "{}) "))
    return "\n".join(
        marks.format(number + 1) + _reference(rng, people, domains, titles)
        for number in range(int(rng.integers(2, 6)))
    )


def _reference(
    rng: np.random.Generator,
    people: Sequence[str],
    domains: Sequence[str],
    titles: Sequence[str],
) -> str:
    title = pick(rng, titles)[:90] if titles else pick(rng, people)
    path = re.sub(r"\W+", "-", title.lower())[:30].strip("-")
    shapes = ("{0}. {1}. https://{2}/{3}", "{1} ({4}). {0}, {2}", "{0} – https://{2}/{3}", "https://{2}/{3}",
              "{1}, {0}, {4}.", "{0}: {2}")  # fmt: skip
    return pick(rng, shapes).format(
        title, pick(rng, people), pick(rng, domains), path or "a", int(rng.integers(1960, 2026))
    )
