"""The HTML model's training pages as matrices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold

from spamstrip.html.evidence import Characters, characters
from spamstrip.html.shape import Shape, class_table, measure
from spamstrip.lexical import LexicalModel

from . import html_linear
from .html_data import ORIGINAL, TrainingPage
from .html_weak import weak_labels

FOLDS: Final = 5

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The training pages as matrices; rows are the segments of all pages, in order.

    Attributes:
        pages: the pages that have segments.
        characters, shapes: of each page.
        starts: int (n_pages + 1,), the first row of each page.
        words, markup, page_markup: see `html_linear`.
        vocabulary: markup word -> column.
        kept, weight: (n_rows,), the target and how much a row counts.
        labels: int (n_rows,), see `html_weak`.
        injected: bool (n_rows,), the segment is spam that was put into the page.
        folds: int (n_pages,), the fold that holds a page out.
    """

    pages: list[TrainingPage]
    characters: list[Characters]
    shapes: list[Shape]
    starts: npt.NDArray[np.int64]
    words: csr_matrix
    markup: csr_matrix
    page_markup: csr_matrix
    vocabulary: dict[str, int]
    kept: BoolArray
    weight: FloatArray
    labels: npt.NDArray[np.int64]
    injected: BoolArray
    folds: npt.NDArray[np.int64]

    @property
    def owner(self) -> npt.NDArray[np.int64]:
        """int (n_rows,): the page of each row."""
        return np.repeat(np.arange(len(self.pages)), np.diff(self.starts))

    def rows(self, page: int) -> slice:
        """The rows of a page."""
        return slice(int(self.starts[page]), int(self.starts[page + 1]))


def build_corpus(pages: Sequence[TrainingPage], lexical: LexicalModel) -> Corpus:
    """Everything about the pages that does not depend on a trained model."""
    used = [page for page in pages if page.page.texts]
    table, fold = class_table(), lexical.table.fold
    found = [characters(page.page.texts, fold) for page in used]
    sizes = [len(page.page.texts) for page in used]
    vocabulary = html_linear.markup_vocabulary(
        [page.page for page in used], [page.domain for page in used]
    )
    markup, page_markup = html_linear.markup_matrices([page.page for page in used], vocabulary)
    kept = np.concatenate([page.alignment.share for page in used]) > 0.5
    starts = np.cumsum([0, *sizes])
    labels = [
        weak_labels(page.page, chars, kept[a:b], lexical)
        for page, chars, a, b in zip(used, found, starts[:-1], starts[1:], strict=True)
    ]
    folds = domain_folds(pages)
    return Corpus(
        pages=used,
        characters=found,
        shapes=[measure(chars.codes, chars.starts, table) for chars in found],
        starts=starts,
        words=html_linear.word_matrix(found, sizes),
        markup=markup,
        page_markup=page_markup,
        vocabulary=vocabulary,
        kept=kept,
        weight=_weights(used, np.repeat(np.arange(len(used)), sizes)),
        labels=np.concatenate(labels),
        injected=np.concatenate([page.injected for page in used]),
        folds=np.array([folds[page.domain] for page in used]),
    )


def domain_folds(pages: Sequence[TrainingPage]) -> dict[str, int]:
    """The fold of each domain, by the pages as they were found, not their variants."""
    domains = [page.domain for page in pages if page.variant == ORIGINAL]
    folds: dict[str, int] = {}
    for number, (_, held_out) in enumerate(GroupKFold(FOLDS).split(domains, groups=domains)):
        folds.update((domains[index], number) for index in held_out)
    return folds


def _weights(pages: Sequence[TrainingPage], owner: npt.NDArray[np.int64]) -> FloatArray:
    """How much a segment counts: by its share of its page's main content, pages evened out."""
    words = np.concatenate([page.alignment.words for page in pages])
    share = np.concatenate([page.alignment.share for page in pages])
    gold = np.array([page.alignment.gold_words for page in pages])
    weight = ((words + 1) / np.maximum(gold[owner], 60)) ** 0.6 * np.abs(2 * share - 1)
    by_page = np.bincount(owner, weight, len(pages))
    weight /= np.sqrt(np.maximum(by_page[owner], 1e-3))
    return np.asarray(weight / weight.mean(), np.float32)


def sample(
    corpus: Corpus, seed: int, most_kept: int, most_other: int
) -> tuple[BoolArray, FloatArray]:
    """A random part of each page's rows, and weights that make up for the others."""
    owner = corpus.owner
    n_kept = np.bincount(owner, corpus.kept, len(corpus.pages))
    n_other = np.diff(corpus.starts) - n_kept
    chance = np.where(
        corpus.kept,
        most_kept / np.maximum(n_kept, 1)[owner],
        most_other / np.maximum(n_other, 1)[owner],
    )
    chance = np.minimum(chance, 1)
    sampled = np.random.default_rng(seed).random(len(owner)) < chance
    return sampled, (corpus.weight / chance).astype(np.float32)
