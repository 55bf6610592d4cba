"""The training pages of the HTML model: parsed, segmented, aligned with their gold text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborHTMLParser

from spamstrip.evaluation.gold import Page as GoldPage
from spamstrip.evaluation.gold import read_directory
from spamstrip.html.head import Head, read_head
from spamstrip.html.segment import Page, segment

from .chance import pick
from .html_align import Alignment, align
from .html_inject import inject
from .text_data import Material
from .text_junk import JunkSource

PAGES: Final = Path("html") / "wcxb-dev"
ORIGINAL, INJECTED, FOREIGN = "", "injected", "foreign"
_SHORTEST_SPAM: Final = 6  # characters
_SHORT_STRING: Final = (
    40  # characters; a shorter text outside the main content is an interface string
)
_REMARKS: Final = 0.6  # of the longer texts outside it, so many are comments, notices and such
_SENTENCE: Final = re.compile(r"[^.!?。！？।\n]+[.!?。！？।]*")


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """One page with its truth.

    Attributes:
        name: the page's name in the collection.
        domain: registered domain, the unit of every split.
        page_type: as the collection has it.
        gold: main content.
        page: its segments, without the tree's nodes.
        head: facts of its head.
        alignment: which segments the gold text holds.
        variant: `ORIGINAL`, or how the page was changed for training.
        injected: bool (n_segments,), the segment is injected spam.
    """

    name: str
    domain: str
    page_type: str
    gold: str
    page: Page
    head: Head
    alignment: Alignment
    variant: str
    injected: npt.NDArray[np.bool_]


def training_page(gold: GoldPage, html: str, injected: str | None = None) -> TrainingPage:
    """Parse, segment and align one page.

    Args:
        gold: the page and its main content.
        html: its markup, or a changed one.
        injected: the words of the spam that was put into it.
    """
    tree = LexborHTMLParser(html)
    page = segment(tree)
    head = read_head(tree, page.structured)
    alignment = align(page.texts, gold.gold)
    # The nodes keep the parser's memory alive.
    page = replace(page, nodes=[])
    spam = np.zeros(len(page.texts), np.bool_)
    if injected is not None:
        within = "".join(injected.split())
        spam[:] = ["".join(text.split()) in within for text in page.texts]
        # Shorter texts stand in the injected words by chance: page numbers, single letters.
        spam &= alignment.share == 0
        spam &= np.array([len(text) >= _SHORTEST_SPAM for text in page.texts], np.bool_)
    variant = ORIGINAL if injected is None else INJECTED
    return TrainingPage(
        name=gold.name,
        domain=gold.domain,
        page_type=gold.page_type,
        gold=gold.gold,
        page=page,
        head=head,
        alignment=alignment,
        variant=variant,
        injected=spam,
    )


def read_pages(data: Path) -> Iterator[TrainingPage]:
    """The pages of a training data directory that have gold text, in a fixed order."""
    for gold in read_directory(data / PAGES):
        if gold.gold.strip():
            yield training_page(gold, gold.read_text())


def injected_pages(
    data: Path,
    material: Material,
    rng: np.random.Generator,
    *,
    every: int,
    techniques: Sequence[str],
) -> Iterator[tuple[TrainingPage, str]]:
    """Some of the pages, each with one block of spam in it, and the words of the spam.

    Args:
        every: one page of so many.
        techniques: of `html_inject`.
    """
    source, spam = JunkSource.of(material), material.spam_paragraphs()
    for number, gold in enumerate(read_directory(data / PAGES)):
        if gold.gold.strip() and number % every == 0:
            injection = inject(rng, gold.read_text(), source, spam, techniques)
            page = training_page(gold, injection.html, injection.text)
            yield page, injection.text


def foreign_pages(
    pages: Sequence[TrainingPage],
    parts: Sequence[Material],
    folds: Mapping[str, int],
    rng: np.random.Generator,
    *,
    every: int,
) -> Iterator[TrainingPage]:
    """Some of the pages with their text in another language: the same elements and lengths.

    Main content becomes sentences of an article, the rest interface strings, comments and such of
    its language, so that a model learns what holds in any language.

    Args:
        parts: the material of each fold; a page draws on its own fold's.
        folds: domain -> fold.
        every: one page of so many.
    """
    wordings = [_Wordings.of(part) for part in parts]
    for page in pages[::every]:
        yield _translated(page, wordings[folds[page.domain]], rng)


@dataclass(frozen=True, slots=True)
class _Wordings:
    """Texts by language: of articles, and of what stands around them, short and long."""

    articles: dict[str, list[str]]
    strings: dict[str, list[str]]
    remarks: dict[str, list[str]]

    @classmethod
    def of(cls, material: Material) -> "_Wordings":
        articles: dict[str, list[str]] = {}
        strings: dict[str, list[str]] = {}
        remarks: dict[str, list[str]] = {}
        for item in material.articles:
            if item.language != "en":
                articles.setdefault(item.language, []).append(item.text)
        for item in material.strings:
            strings.setdefault(item.language, []).append(item.text)
        for item in (*material.blocks, *material.ham_comments):
            lines = [line for line in item.text.split("\n") if line.strip()]
            for line in lines:
                kind = strings if len(line) < _SHORT_STRING else remarks
                kind.setdefault(item.language, []).append(line)
        return cls(articles, strings, remarks)

    @property
    def languages(self) -> list[str]:
        """Those with articles and interface strings."""
        return sorted(self.articles.keys() & self.strings.keys())


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def _translated(page: TrainingPage, wordings: _Wordings, rng: np.random.Generator) -> TrainingPage:
    language = pick(rng, wordings.languages)
    own, strings = wordings.articles[language], wordings.strings[language]
    remarks = wordings.remarks.get(language, ())
    sentences = _sentences("\n".join(pick(rng, own) for _ in range(12)))
    dense = (
        sum(len(sentence) for sentence in sentences)
        / sum(len(sentence.encode()) for sentence in sentences)
        < 0.45
    )  # three bytes a character and no spaces: such scripts need fewer characters
    texts = []
    for text, share in zip(page.page.texts, page.alignment.share, strict=True):
        wanted = max(len(text) // (2 if dense else 1), 1)
        if len(text) < _SHORT_STRING and share < 0.5:
            texts.append(pick(rng, strings))
            continue
        if share < 0.5 and remarks and rng.random() < _REMARKS:
            texts.append(pick(rng, remarks))
            continue
        at = int(rng.integers(len(sentences)))
        parts = [sentences[at]]
        while sum(map(len, parts)) < wanted and len(parts) < 200:
            at = (at + 1) % len(sentences)
            parts.append(sentences[at])
        whole = " ".join(parts)
        texts.append(whole if text[-1:] in ".!?" else whole[: wanted + 1].strip() or whole)
    old = np.array([len(text) for text in page.page.texts])
    new = np.array([len(text) for text in texts])
    scale = new / np.maximum(old, 1)
    changed = replace(
        page.page,
        texts=texts,
        link_characters=np.rint(page.page.link_characters * scale).astype(np.int32),
        bold_characters=np.rint(page.page.bold_characters * scale).astype(np.int32),
    )
    return replace(page, page=changed, variant=FOREIGN)
