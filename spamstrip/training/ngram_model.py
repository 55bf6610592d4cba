"""Fit the hashed n-gram tables of `spamstrip.ngrams` with scikit-learn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GroupKFold

from spamstrip.ngrams import NgramTable, code_points, fold, fold_table, hashes


def count_matrix(
    texts: Sequence[str],
    bits: int,
    table: npt.NDArray[np.uint32] | None = None,
    *,
    once: bool = False,
) -> csr_matrix:
    """Bucket counts of every text, divided by the square root of its number of n-grams.

    Args:
        once: count no n-gram of a text more than once.
        table: what code points are folded to, by default `fold_table`.

    Returns: float32 CSR (n_texts, 2**bits).
    """
    table = fold_table() if table is None else table
    indices: list[npt.NDArray[np.int32]] = []
    values: list[npt.NDArray[np.float32]] = []
    pointers = [0]
    for text in texts:
        folded = fold(code_points(text), table)
        buckets = np.concatenate(hashes(folded, bits))
        unique, counts = np.unique(buckets, return_counts=True)
        counts = np.ones_like(counts) if once else counts
        indices.append(unique.astype(np.int32))
        values.append((counts / np.sqrt(max(counts.sum(), 1))).astype(np.float32))
        pointers.append(pointers[-1] + len(unique))
    if not texts:
        return csr_matrix((0, 2**bits), dtype=np.float32)
    return csr_matrix(
        (np.concatenate(values), np.concatenate(indices), np.array(pointers)),
        shape=(len(texts), 2**bits),
    )


def fit(
    matrix: csr_matrix,
    targets: npt.NDArray[np.bool_],
    sample_weight: npt.NDArray[np.float32] | None = None,
    *,
    alpha: float = 1e-6,
    epochs: int = 8,
    seed: int = 0,
    intercept: bool = True,
) -> NgramTable:
    """One logistic regression per column of `targets`, quantised to int8.

    Args:
        matrix: from `count_matrix`.
        targets: bool (n_texts, n_outputs); each column has both values.
        sample_weight: float32 (n_texts,).
        intercept: fit one and drop it (only the order of the scores counts), or do without,
            so that zero is the border.
    """
    columns = []
    for target in targets.T:
        classifier = SGDClassifier(
            loss="log_loss",
            alpha=alpha,
            max_iter=epochs,
            tol=None,
            average=True,
            random_state=seed,
            fit_intercept=intercept,
        )
        classifier.fit(matrix, target, sample_weight=sample_weight)
        columns.append(classifier.coef_[0])
    coefficients = np.stack(columns, axis=1)
    # Clip the rarest weights, so that the common ones keep their resolution.
    scale = np.maximum(np.quantile(np.abs(coefficients), 0.9999, axis=0), 1e-9) / 127
    quantised = np.clip(np.rint(coefficients / scale), -127, 127).astype(np.int8)
    return NgramTable(fold_table(), quantised, scale.astype(np.float32))


def linear_scores(table: NgramTable, matrix: csr_matrix) -> npt.NDArray[np.float32]:
    """The rows' scores under a table, float32 (n_texts, n_outputs), without intercept."""
    return np.asarray(matrix @ (table.weights * table.scale), np.float32)


def out_of_fold_scores(
    matrix: csr_matrix,
    targets: npt.NDArray[np.bool_],
    groups: npt.NDArray[Any],
    sample_weight: npt.NDArray[np.float32] | None = None,
    *,
    folds: int = 5,
    **fit_options: Any,
) -> npt.NDArray[np.float32]:
    """Scores of every row from tables that never saw its group (source or domain)."""
    scores = np.zeros(targets.shape, np.float32)
    for train, held_out in GroupKFold(folds).split(matrix, groups=groups):
        weight = None if sample_weight is None else sample_weight[train]
        table = fit(matrix[train], targets[train], weight, **fit_options)
        scores[held_out] = linear_scores(table, matrix[held_out])
    return scores
