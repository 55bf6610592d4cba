"""The linear models below the trees: over the n-grams of the text and over the markup."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags, vstack
from sklearn.linear_model import LogisticRegression, SGDClassifier

from spamstrip.html.evidence import Characters
from spamstrip.html.markup import MarkupTable, markup_words
from spamstrip.html.segment import Page
from spamstrip.ngrams import ORDERS, NgramTable, hashes

from . import ngram_model

WORD_BITS: Final = 18
_MIN_DOMAINS: Final = 4  # a markup word is learned when so many sites use it
_FAR: Final = 60  # elements above a segment that are looked at

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


def word_matrix(pages: Sequence[Characters], sizes: Sequence[int]) -> csr_matrix:
    """Bucket counts of every segment over the root of its number of n-grams.

    Counted as `spamstrip.html.evidence.word_scores` does: over the page as one text, an n-gram
    belonging to the segment of its last character.

    Returns: float32 CSR (n_segments, 2**WORD_BITS).
    """
    indices, values, pointers = [], [], [np.zeros(1, np.int64)]
    total = 0
    for page, n_segments in zip(pages, sizes, strict=True):
        keys = [
            (page.owner[order - 1 :] << WORD_BITS) | buckets
            for order, buckets in zip(ORDERS, hashes(page.folded, WORD_BITS), strict=True)
            if len(buckets)
        ]
        unique, counts = np.unique(np.concatenate(keys), return_counts=True)
        owner = unique >> WORD_BITS
        grams = np.sqrt(np.maximum(len(ORDERS) * np.bincount(page.owner, minlength=n_segments), 1))
        indices.append((unique & (2**WORD_BITS - 1)).astype(np.int32))
        values.append((counts / grams[owner]).astype(np.float32))
        ends = np.cumsum(np.bincount(owner, minlength=n_segments)) + total
        pointers.append(ends)
        total = int(ends[-1])
    return csr_matrix(
        (np.concatenate(values), np.concatenate(indices), np.concatenate(pointers)),
        shape=(int(sum(sizes)), 2**WORD_BITS),
    )


def markup_vocabulary(pages: Sequence[Page], domains: Sequence[str]) -> dict[str, int]:
    """The markup words that at least `_MIN_DOMAINS` sites use -> column."""
    sites: dict[str, set[str]] = {}
    for page, domain in zip(pages, domains, strict=True):
        for signature in page.elements.signatures:
            for word in markup_words(signature):
                sites.setdefault(word, set()).add(domain)
    words = sorted(word for word, found in sites.items() if len(found) >= _MIN_DOMAINS)
    return {word: column for column, word in enumerate(words)}


def markup_matrices(
    pages: Sequence[Page], vocabulary: dict[str, int]
) -> tuple[csr_matrix, csr_matrix]:
    """Counts of markup words, for segments and for pages.

    Returns: float32 CSR (n_segments, n_words): how often each word stands on the way from the
    root to the segment; and float32 CSR (n_pages, n_words): the share of the page's signatures
    that hold the word.
    """
    paths, means = [], []
    for page in pages:
        signatures = page.elements.signatures
        rows, columns = [], []
        for number, signature in enumerate(signatures):
            for word in markup_words(signature):
                if word in vocabulary:
                    rows.append(number)
                    columns.append(vocabulary[word])
        words = csr_matrix(
            (np.ones(len(rows), np.float32), (rows, columns)),
            shape=(len(signatures), len(vocabulary)),
        )
        paths.append(_paths(page) @ words)
        means.append(csr_matrix(words.mean(axis=0)))
    return (
        csr_matrix(vstack(paths, format="csr"), dtype=np.float32),
        csr_matrix(vstack(means, format="csr"), dtype=np.float32),
    )


def _paths(page: Page) -> csr_matrix:
    """float32 CSR (n_segments, n_signatures): signatures on the way to each segment."""
    elements = page.elements
    n_segments = len(page.texts)
    rows, columns = [], []
    at, active = page.leaf.copy(), np.arange(n_segments)
    for _ in range(_FAR):
        rows.append(active)
        columns.append(elements.signature[at])
        above = elements.parent[at] != at
        active, at = active[above], elements.parent[at][above]
        if not len(active):
            break
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_matrix(
        (np.ones(len(row), np.float32), (row, column)),
        shape=(n_segments, len(elements.signatures)),
    )


def fit_words(matrix: csr_matrix, kept: BoolArray, weight: FloatArray, seed: int) -> NgramTable:
    """The n-gram table with one output: the segment is main content."""
    return ngram_model.fit(matrix, kept[:, None], weight, alpha=3e-7, epochs=4, seed=seed)


def fit_kept(matrix: csr_matrix, kept: BoolArray, weight: FloatArray, seed: int) -> FloatArray:
    """Weights of the markup words for main content, float32 (n_words,)."""
    classifier = SGDClassifier(
        loss="log_loss", alpha=2e-6, max_iter=6, tol=None, average=True, random_state=seed
    )
    classifier.fit(matrix, kept, sample_weight=weight)
    return np.asarray(classifier.coef_[0], np.float32)


def fit_labels(
    matrix: csr_matrix, labels: npt.NDArray[np.int64], n_labels: int, seed: int
) -> FloatArray:
    """Weights of the markup words for each label, one against the rest.

    Args:
        matrix: float32 CSR (n_segments, n_words), counts.
        labels: int (n_segments,), the weak label, or -1 for a segment that is something else.

    Returns: float32 (n_words, n_labels).
    """
    binary = matrix.sign()
    weights = np.zeros((matrix.shape[1], n_labels), np.float32)
    sizes = Counter(labels.tolist())
    for label in range(n_labels):
        if sizes[label] < 20:
            continue
        balance = min(30.0, (len(labels) - sizes[label]) / sizes[label]) / 3
        weight = np.where(labels == label, max(balance, 1.0), 1.0)
        classifier = SGDClassifier(
            loss="log_loss", alpha=3e-5, max_iter=4, tol=None, average=True, random_state=seed
        )
        classifier.fit(binary, labels == label, sample_weight=weight)
        weights[:, label] = classifier.coef_[0]
    return weights


def fit_page_types(matrix: csr_matrix, types: npt.NDArray[np.int64], n_types: int) -> FloatArray:
    """Weights of the markup words for each page type; the score of a page is the mean over its
    signatures of the sum of their words' weights.

    Returns: float32 (n_words, n_types).
    """
    # Scale rare and common words alike; the scale goes into the weights.
    spread = np.sqrt(np.asarray(matrix.power(2).mean(axis=0)).ravel()) + 1e-4
    scaled = csr_matrix(matrix @ diags(1 / spread)) / np.sqrt(matrix.shape[1] / 50)
    classifier = LogisticRegression(C=0.3, max_iter=200)
    classifier.fit(scaled, types)
    weights = np.zeros((matrix.shape[1], n_types), np.float32)
    found = classifier.coef_ / spread / np.sqrt(matrix.shape[1] / 50)
    weights[:, classifier.classes_] = found.T
    return weights


def markup_table(vocabulary: dict[str, int], columns: Sequence[FloatArray]) -> MarkupTable:
    """The table of all columns, with the row for unknown words."""
    parts = [part.reshape(len(vocabulary), -1) for part in columns]
    weights = np.concatenate(parts, axis=1)
    return MarkupTable(
        vocabulary, np.vstack([weights, np.zeros((1, weights.shape[1]))]).astype(np.float32)
    )
