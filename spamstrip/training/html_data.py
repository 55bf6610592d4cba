"""The training pages of the HTML model: parsed, segmented, aligned with their gold text."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from spamstrip.evaluation.gold import read_directory
from spamstrip.html.head import Head, read_head
from spamstrip.html.segment import Page, segment

from .html_align import Alignment, align

PAGES = Path("html") / "wcxb-dev"


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
    """

    name: str
    domain: str
    page_type: str
    gold: str
    page: Page
    head: Head
    alignment: Alignment


def training_page(name: str, domain: str, page_type: str, html: str, gold: str) -> TrainingPage:
    """Parse, segment and align one page."""
    tree = LexborHTMLParser(html)
    page = segment(tree)
    head = read_head(tree, page.structured)
    alignment = align(page.texts, gold)
    # The nodes keep the parser's memory alive.
    return TrainingPage(name, domain, page_type, gold, replace(page, nodes=[]), head, alignment)


def read_pages(data: Path) -> Iterator[TrainingPage]:
    """The pages of a training data directory that have gold text, in a fixed order."""
    for gold in read_directory(data / PAGES):
        if gold.gold.strip():
            html = gold.read_text()
            yield training_page(gold.name, gold.domain, gold.page_type, html, gold.gold)
