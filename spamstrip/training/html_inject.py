"""Injected spam for training pages: real spam put into real pages the way attackers do it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

from .chance import pick
from .text_data import Item
from .text_junk import JunkSource, anchor, brand, domain, spam_sentences

# Technique -> opening and closing markup. `{name}` is an invented class or id, `{rule}` a style
# rule for it that goes into the page's head.
HIDDEN: Final = {
    "display-none": ('<div style="display:none">', "</div>"),
    "visibility": ('<div style="visibility: hidden;">', "</div>"),
    "off-screen": ('<div style="position:absolute;left:-{size}px;top:-{size}px">', "</div>"),
    "zero-size": ('<div style="height:0;width:0;overflow:hidden">', "</div>"),
    "tiny-size": ('<div style="overflow:hidden;height:1px;">', "</div>"),
    "tiny-font": ('<span style="font-size:0px">', "</span>"),
    "indent": ('<p style="text-indent:-{size}px">', "</p>"),
    "opacity": ('<div style="opacity:0;position:absolute">', "</div>"),
    "attribute": ("<div hidden>", "</div>"),
    "rule-class": ('<div class="{name}">', "</div>"),
    "rule-id": ('<ul id="{name}">', "</ul>"),
    "marquee": ('<marquee style="height:1px;width:1px" scrollamount="{size}">', "</marquee>"),
    "noscript": ("<noscript>", "</noscript>"),
    "script": ('<div id="{name}">', '</div><script>document.getElementById("{name}").'
               'style.display="none";</script>'),
}  # fmt: skip
VISIBLE: Final = {
    "block": ("<div>", "</div>"),
    "paragraph": ("<p>", "</p>"),
    "list": ("<ul>", "</ul>"),
    "centre": ("<center>", "</center>"),
    "class": ('<div class="{name}">', "</div>"),
}
_RULES: Final = (
    "display:none",
    "position:absolute;left:-9999px",
    "height:0;overflow:hidden",
    "visibility:hidden",
    "font-size:0",
)
_PLACES: Final = re.compile(r"</(?:p|div|ul|h[1-4]|section|article|footer|table)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Injection:
    """A polluted page.

    Attributes:
        html: its markup.
        technique: key of `HIDDEN` or `VISIBLE`, with "/text" for whole spam paragraphs.
        text: the words that were added.
    """

    html: str
    technique: str
    text: str


def inject(
    rng: np.random.Generator,
    html: str,
    source: JunkSource,
    spam: Sequence[Item],
    techniques: Sequence[str],
) -> Injection:
    """Put one spam block into a page.

    Args:
        html: a whole page.
        source, spam: the spam it is made of.
        techniques: the techniques to choose from.
    """
    technique = pick(rng, techniques)
    opening, closing = (HIDDEN | VISIBLE)[technique]
    name = "".join(pick(rng, "abcdefghijklmnopqrstuvwxyz") for _ in range(int(rng.integers(3, 9))))
    size = str(int(rng.integers(900, 20_000)))
    item = pick(rng, spam)
    if rng.random() < 0.35:
        lines = spam_sentences(rng, item, int(rng.integers(200, 900))).split("\n")
        parts = [f"<p>{_linked(rng, source, line)}</p>" for line in lines if line.strip()]
        text, separator, technique = "\n".join(lines), "\n", technique + "/text"
    else:
        parts, words = _links(rng, source, item.language, listed=technique in ("list", "rule-id"))
        text, separator = " ".join(words), pick(rng, ("\n", " ", ", ", "", " | ", "<br>"))
    block = opening + separator.join(parts) + closing
    block = block.replace("{name}", name).replace("{size}", size)
    if technique.startswith("rule"):
        sign = "#" if "id" in technique else "."
        html = _into_head(html, f"<style>{sign}{name}{{{pick(rng, _RULES)}}}</style>")
    place = _place(rng, html)
    return Injection(html[:place] + block + html[place:], technique, text)


def _linked(rng: np.random.Generator, source: JunkSource, line: str) -> str:
    """A line of text with a word of it linked to a spam domain now and then."""
    words = line.split(" ")
    if rng.random() < 0.6:
        at = int(rng.integers(len(words)))
        address = domain(rng, source).removeprefix("https://")
        linked = f'<a href="https://{escape(address)}">{escape(words[at])}</a>'
        before, after = escape(" ".join(words[:at])), escape(" ".join(words[at + 1 :]))
        return f"{before} {linked} {after}"
    return escape(line)


def _links(
    rng: np.random.Generator, source: JunkSource, language: str, *, listed: bool
) -> tuple[list[str], list[str]]:
    parts, words = [], []
    for _ in range(int(rng.integers(4, 40))):
        kind = rng.random()
        if kind < 0.35:
            text = domain(rng, source)
        else:
            text = brand(rng, source) if kind < 0.6 else anchor(rng, source, language)
        address = domain(rng, source).removeprefix("https://")
        link = f'<a href="https://{escape(address)}">{escape(text)}</a>'
        parts.append(f"<li>{link}</li>" if listed else link)
        words.append(text)
    return parts, words


def _into_head(html: str, markup: str) -> str:
    at = html.lower().find("</head>")
    return html[:at] + markup + html[at:] if at >= 0 else markup + html


def _place(rng: np.random.Generator, html: str) -> int:
    """After an element of the body, or at its very end."""
    body = max(html.lower().find("<body"), 0)
    places = [match.end() for match in _PLACES.finditer(html, body)]
    if not places or rng.random() < 0.25:
        end = html.lower().rfind("</body>")
        return end if end >= 0 else len(html)
    return pick(rng, places)
