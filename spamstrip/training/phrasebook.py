"""The phrasebook: junk, and articles that resemble it, written for this project in many languages.

One file per language in `phrases/`, one entry per line: kind, tab, text; a newline inside a
text is written `\\n`. Collected material is thin in most languages; this is what people write
there, whatever the source. Placeholders like `{domain}` are filled with invented values.
"""

import string
import zlib
from collections.abc import Iterator
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np

from .chance import pick, syllables

KINDS: Final = (
    "gambling", "pharma", "adult", "finance", "seo_links", "scam", "anchor",
    "comment_form", "comment", "share", "newsletter", "consent", "navigation", "related",
    "advert", "byline_meta", "footer", "body", "ending",
)  # fmt: skip
_ENDINGS: Final = (
    "com", "com", "com", "net", "org", "info", "site", "online", "xyz", "top", "club", "shop",
    "live", "pro", "vip", "co", "me", "io", "biz", "win", "bet", "app", "link", "store", "space",
)  # fmt: skip
_VARIANTS: Final = 3  # of an entry with placeholders


class Entry(NamedTuple):
    """An entry of the phrasebook.

    Attributes:
        language: ISO 639 code, the name of the file.
        kind: one of `KINDS`.
        number: of the entry within its language; variants of an entry share it.
        text: with every placeholder filled.
    """

    language: str
    kind: str
    number: int
    text: str


def entries() -> Iterator[Entry]:
    """All entries, in the order of the files; an entry with placeholders in several variants.

    Raises:
        ValueError: a line is not kind, tab, text, or has an unknown kind or placeholder.
    """
    directory = files(__package__) / "phrases"
    for file in sorted(directory.iterdir(), key=lambda file: file.name):
        language, _, ending = file.name.partition(".")
        if ending != "tsv":
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            kind, tab, raw = line.partition("\t")
            if kind not in KINDS or not tab or not raw.strip():
                raise ValueError(f"{file.name}:{number + 1}: not kind, tab, text: {line[:60]!r}")
            text = raw.replace("\\n", "\n").strip()
            for variant in range(_VARIANTS if "{" in text else 1):
                rng = np.random.default_rng(zlib.crc32(f"{text}{variant}".encode()))
                yield Entry(language, kind, number, filled(text, rng))


def filled(text: str, rng: np.random.Generator) -> str:
    """The text with an invented value for each placeholder.

    Raises:
        ValueError: an unknown placeholder.
    """
    parts = []
    for literal, name, _, _ in string.Formatter().parse(text):
        parts.append(literal)
        if name is not None:
            parts.append(_value(name, rng))
    return "".join(parts)


def _value(name: str, rng: np.random.Generator) -> str:
    word, other = syllables(rng, int(rng.integers(2, 4))), syllables(rng, 2)
    digits = "".join(str(digit) for digit in rng.integers(0, 10, 10))
    shown = pick(rng, (word.capitalize(), word.capitalize(), word.upper(), word))
    host = f"{word}{pick(rng, ('', '', digits[:2], digits[:3], '-' + other))}"
    address = f"{host}.{pick(rng, _ENDINGS)}" + pick(rng, ("", "", "/", f"/{other}"))
    amount = int(rng.integers(1, 1000)) * int(rng.choice((1, 10, 100, 1000)))
    values = {
        "brand": shown + pick(rng, ("", "", digits[:2], digits[:3], "Bet", " Casino", "Shop")),
        "domain": pick(rng, ("", "", "www.", "https://", "https://www.")) + address,
        "email": f"{word}{digits[:2]}@{pick(rng, ('gmail.com', 'outlook.com', f'{other}.com'))}",
        "phone": pick(rng, ("+{} {}", "{}{}", "0{}-{}", "+{}{}")).format(digits[:2], digits[2:]),
        "handle": pick(rng, ("@{}", "t.me/{}", "@{}_official", "wa.me/{}")).format(word),
        "amount": pick(rng, ("${:,}", "{:,} €", "{:,}", "€{:,}", "{} USD")).format(amount),
        "number": str(int(rng.integers(2, 1000))),
    }
    if name not in values:
        raise ValueError(f"unknown placeholder {{{name}}}")
    return values[name]
