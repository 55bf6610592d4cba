"""Training pages: in another language with the words of their own fold only, folds by domain."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

from spamstrip.evaluation.gold import Page as GoldPage
from spamstrip.training.html_corpus import FOLDS, domain_folds
from spamstrip.training.html_data import FOREIGN, TrainingPage, foreign_pages, training_page
from spamstrip.training.text_data import Item, Material

_HTML = (
    "<html><body><nav><a href=/>Home</a> <a href=/n>News</a></nav>"
    "<p>The boat leaves on the second of April, and nobody knows who will be on board.</p>"
    "<div>Somebody said that the whole thing was a mistake from the very beginning.</div>"
    "</body></html>"
)
_GOLD = "The boat leaves on the second of April, and nobody knows who will be on board."


def _page(domain: str) -> TrainingPage:
    gold = GoldPage(domain, Path(domain), "html", _GOLD, "article", domain)
    return training_page(gold, _HTML)


def _material(mark: str) -> Material:
    def items(label: str, text: str) -> tuple[Item, ...]:
        return (Item(f"{mark} {text}", "fi", mark, label, f"{mark}-{label}"),)

    empty = Material(**dict.fromkeys(Material.__slots__, ()))
    return dataclasses.replace(
        empty,
        articles=items("body", "kertoo laivasta. " * 9),
        strings=items("navigation", "etusivu"),
        blocks=items("comment", "on sitä mieltä, että koko juttu oli alusta asti pelkkä erehdys."),
    )


def test_foreign_pages_draw_on_their_own_fold() -> None:
    pages = [_page("rook.example"), _page("pear.example")]
    parts = [_material("nolla"), _material("yksi")]
    folds = {"rook.example": 0, "pear.example": 1}
    first, second = foreign_pages(pages, parts, folds, np.random.default_rng(0), every=1)
    assert [page.variant for page in (first, second)] == [FOREIGN, FOREIGN]
    for page, own, other in ((first, "nolla", "yksi"), (second, "yksi", "nolla")):
        words = " ".join(page.page.texts)
        assert own in words
        assert other not in words
        assert "boat" not in words
        assert len(page.page.texts) == len(pages[0].page.texts)
        assert page.page.texts[0].endswith("etusivu")  # short and outside the main content


def test_every_domain_has_one_fold_and_variants_have_no_say() -> None:
    pages = [_page(f"site{n}.example") for n in range(2 * FOLDS)]
    folds = domain_folds(pages)
    assert sorted(folds.values()) == sorted([*range(FOLDS)] * 2)
    variants = [dataclasses.replace(page, variant=FOREIGN) for page in pages[:3]]
    assert domain_folds([*variants, *pages]) == folds
