"""Train the lexical model: hashed n-gram tables for boilerplate and spam, and the label table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

from spamstrip import model_file
from spamstrip.labels import BOILERPLATE_LABELS, SPAM_LABELS
from spamstrip.lexical import JUNK_LABELS, KIND, OUTPUTS
from spamstrip.ngrams import NgramTable

from . import ngram_model, text_data, text_junk
from .chance import pick
from .text_card import write_lexical_card
from .text_data import Folds, Item, Material

BITS: Final = 19
LABEL_BITS: Final = 16
# Interface strings recur word for word and may be learned closely; spam from sources not seen
# before is told best by weights that are held small. Chosen by the area under the ROC curve.
_ALPHA: Final = (1e-6, 3e-6)  # by output
_EPOCHS: Final = (4, 8)
_LEAST_FACTOR: Final = 0.03  # on the weights of junk when languages are balanced
_MOST_FACTOR: Final = 4.0
FOLDS: Final = 5
REMARK: Final = "remark"  # a reader's comment: no junk by its words, but a kind to be named
_PARAGRAPHS_PER_ARTICLE: Final = 14
_DOMAINS: Final = 12_000
_RUNS: Final = 10_000
_SENTENCE_END: Final = re.compile(r"(?<=[.!?。！？।؟])\s*")


Row = tuple[str, str, float, tuple[int, int], str]  # text, label, weight, folds, language


@dataclass(frozen=True, slots=True)
class Samples:
    """Training texts of the lexical model.

    Attributes:
        texts: what is scored.
        labels: a junk label, "body" or `REMARK` for each text.
        weights: float32 (n_texts,).
        folds: int (n_texts,), the fold each text's source belongs to.
        familiar_folds: int (n_texts,), the same for familiar junk, see `Folds`.
        languages: str (n_texts,), "" for domains, brands and link runs.
    """

    texts: list[str]
    labels: list[str]
    weights: npt.NDArray[np.float32]
    folds: npt.NDArray[np.intp]
    familiar_folds: npt.NDArray[np.intp]
    languages: npt.NDArray[np.str_]

    @property
    def targets(self) -> npt.NDArray[np.bool_]:
        """bool (n_texts, 2): boilerplate, spam."""
        return np.array(
            [(label in BOILERPLATE_LABELS, label in SPAM_LABELS) for label in self.labels]
        )


def samples(material: Material, folds: Folds, seed: int) -> Samples:
    """Cut the material into training texts; the same seed gives the same texts."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    _add_articles(rows, material, folds, rng)
    _add_boilerplate(rows, material, folds)
    _add_spam(rows, material, folds, rng)
    rows = [row for row in rows if row[0].strip()]
    return Samples(
        [row[0] for row in rows],
        [row[1] for row in rows],
        np.array([row[2] for row in rows], np.float32),
        np.array([row[3][0] for row in rows]),
        np.array([row[3][1] for row in rows]),
        np.array([row[4] for row in rows]),
    )


def _add_articles(
    rows: list[Row],
    material: Material,
    folds: Folds,
    rng: np.random.Generator,
) -> None:
    balance = text_data.balanced_weights([item.language for item in material.articles], 0.4)
    for item, weight in zip(material.articles, balance, strict=True):
        fold = _folds_of(folds, "articles", item)
        paragraphs = [text for text in item.text.split("\n") if text.strip()]
        chosen = rng.permutation(len(paragraphs))[:_PARAGRAPHS_PER_ARTICLE]
        for index in chosen:
            text = paragraphs[index]
            if rng.random() < 0.3:
                text = pick(rng, _SENTENCE_END.split(text)) or text
            rows.append((text, "body", float(weight), fold, item.language))
        rows.append((paragraphs[0], "body", float(weight), fold, item.language))
        rows.append((paragraphs[-1], "body", float(weight), fold, item.language))
        middle = int(rng.integers(len(item.text)))
        rows.append((item.text[middle : middle + 40], "body", float(weight), fold, item.language))
    for item in material.hard_negatives:
        fold = _folds_of(folds, "hard_negatives", item)
        rows.append((item.text, "body", 4.0, fold, item.language))
        rows.append((pick(rng, _SENTENCE_END.split(item.text)), "body", 2.0, fold, item.language))
    for item in material.endings:
        fold = _folds_of(folds, "endings", item)
        rows.append((item.text, "body", 3.0, fold, item.language))
    for item in material.ham_comments:
        fold = _folds_of(folds, "ham_comments", item)
        rows.append((item.text, REMARK, 0.5, fold, item.language))
    for item in _some(material.ordinary_domains, _DOMAINS, rng):
        fold = _folds_of(folds, "ordinary_domains", item)
        rows.append((_dressed(item.text, rng), "body", 0.7, fold, ""))


def _add_boilerplate(rows: list[Row], material: Material, folds: Folds) -> None:
    for item in material.strings:
        # Single words ("Print") also occur in articles: the shorter, the lighter.
        weight = min(1.0, 0.1 + len(item.text.encode()) / 25)
        rows.append(
            (item.text, item.label, weight, _folds_of(folds, "strings", item), item.language)
        )
    for part in ("forms", "blocks"):
        for item in getattr(material, part):
            fold = _folds_of(folds, part, item)
            rows.append((item.text, item.label, 1.5, fold, item.language))
            rows.append((item.text.replace("\n", " "), item.label, 1.0, fold, item.language))
            # Of related links only the heading is boilerplate by its words.
            lines = item.text.split("\n")[: 1 if item.label == "related" else None]
            rows.extend((line, item.label, 0.3, fold, item.language) for line in lines)


def _add_spam(
    rows: list[Row],
    material: Material,
    folds: Folds,
    rng: np.random.Generator,
) -> None:
    for item in material.spam:
        fold = _folds_of(folds, "spam", item)
        weight = 3.0 if len(item.text) >= text_data.LINK_TEXT else 1.0
        rows.append((item.text, item.label, weight, fold, item.language))
        pieces = [piece for piece in re.split(r"\n+", item.text) if len(piece) > 12]
        pieces += [piece for piece in _SENTENCE_END.split(item.text) if len(piece) > 25]
        for index in rng.permutation(len(pieces))[:5]:
            rows.append((pieces[index], item.label, 1.0, fold, item.language))
    for item in _some(material.spam_domains, _DOMAINS, rng):
        fold = _folds_of(folds, "spam_domains", item)
        rows.append((_dressed(item.text, rng), item.label, 0.5, fold, ""))
    for item in material.brands:
        rows.append((item.text, item.label, 1.0, _folds_of(folds, "brands", item), ""))
    for number in range(folds.count):
        source = text_junk.JunkSource.of(material.select(folds, [number]))
        languages = sorted(source.phrases)
        for _ in range(_RUNS // folds.count if source.domains else 0):
            language = [pick(rng, languages)] if languages else []
            run, label = text_junk.link_run(rng, source, language, items=int(rng.integers(2, 16)))
            rows.append((run, label, 0.7, (number, number), ""))


def _folds_of(folds: Folds, part: str, item: Item) -> tuple[int, int]:
    return folds.of(part, item), replace(folds, familiar=True).of(part, item)


def _some(items: Sequence[Item], count: int, rng: np.random.Generator) -> list[Item]:
    return [items[index] for index in rng.permutation(len(items))[:count]]


def _dressed(name: str, rng: np.random.Generator) -> str:
    """A domain name as it is written in running text."""
    kind = rng.random()
    if kind < 0.5:
        return name
    return f"https://{name}/" if kind < 0.75 else f"www.{name.removeprefix('www.')}"


def fit_table(
    matrix: csr_matrix,
    data: Samples,
    folds: Sequence[int],
    *,
    seed: int,
    familiar: bool = False,
) -> NgramTable:
    """The two-output table from the samples of some folds.

    Args:
        matrix: `ngram_model.count_matrix` of all texts of `data`.
        folds: the folds to train on.
        familiar: divide by `familiar_folds`.
    """
    assigned = data.familiar_folds if familiar else data.folds
    rows = np.flatnonzero(np.isin(assigned, [*folds, text_data.EVERY]))
    targets = data.targets[rows]
    tables = []
    for column in range(targets.shape[1]):
        # Each kind of junk against articles only: the other kind is no counter-example.
        own = targets[:, column] | ~targets.any(axis=1)
        chosen = rows[own]
        weights = _balanced(data.weights[chosen], targets[own, column], data.languages[chosen])
        tables.append(
            ngram_model.fit(
                matrix[chosen],
                targets[own][:, [column]],
                weights,
                alpha=_ALPHA[column],
                epochs=_EPOCHS[column],
                seed=seed,
                intercept=False,
            )
        )
    return NgramTable(
        tables[0].fold,
        np.concatenate([table.weights for table in tables], axis=1),
        np.concatenate([table.scale for table in tables]),
    )


def _balanced(
    weights: npt.NDArray[np.float32], junk: npt.NDArray[np.bool_], languages: npt.NDArray[np.str_]
) -> npt.NDArray[np.float32]:
    """Give the junk of each language the weight of its articles, so that no language is junk.

    Junk in a language without articles can only teach that the language is junk: it keeps
    next to no weight.
    """
    balanced = weights.copy()
    for language in np.unique(languages):
        if language == "":
            continue
        own = languages == language
        body, total = weights[own & ~junk].sum(), weights[own & junk].sum()
        if total > 0:
            factor = body / total
            balanced[own & junk] *= np.clip(factor, _LEAST_FACTOR, _MOST_FACTOR)
    return np.asarray(balanced, np.float32)


def fit_label_table(data: Samples, *, seed: int, without: int | None = None) -> NgramTable:
    """The table that names the kind of junk, one column per `JUNK_LABELS`.

    Args:
        without: a fold to leave out.
    """
    junk = [
        index
        for index, label in enumerate(data.labels)
        if label != "body" and data.folds[index] != without
    ]
    names = ["comment" if data.labels[index] == REMARK else data.labels[index] for index in junk]
    texts = [data.texts[index] for index in junk]
    labels = np.array(names)
    weights = data.weights[junk] * text_data.balanced_weights(list(labels), 0.5)
    targets = labels[:, None] == np.array(JUNK_LABELS)[None, :]
    present = targets.any(axis=0)
    matrix = ngram_model.count_matrix(texts, LABEL_BITS)
    fitted = ngram_model.fit(
        matrix, targets[:, present], weights, alpha=1e-5, epochs=5, seed=seed, intercept=False
    )
    quantised = np.zeros((2**LABEL_BITS, len(JUNK_LABELS)), np.int8)
    quantised[:, present] = fitted.weights
    # One scale for all columns would lose resolution; an absent label gets none and never wins.
    scale = np.zeros(len(JUNK_LABELS), np.float32)
    scale[present] = fitted.scale
    return NgramTable(fitted.fold, quantised, scale)


def train(data: Path, out: Path, *, seed: int) -> None:
    """Train on all the material and write `lexical.npz` and its card `lexical.md`."""
    material = text_data.load(data)
    folds = Folds.split(material, FOLDS, seed)
    data_rows = samples(material, folds, seed)
    matrix = ngram_model.count_matrix(data_rows.texts, BITS)
    table = fit_table(matrix, data_rows, range(FOLDS), seed=seed)
    label_table = fit_label_table(data_rows, seed=seed)
    arrays = table.to_arrays("table_") | {
        "label_weights": label_table.weights,
        "label_scale": label_table.scale,
    }
    header = {
        "feature_names": list(OUTPUTS),
        "seed": seed,
        "samples": len(data_rows.texts),
        "bits": BITS,
        "validation": [_held_out_area(matrix, data_rows, fold, seed) for fold in range(FOLDS)],
    }
    model_file.save(out / "lexical.npz", KIND, header, arrays)
    write_lexical_card(out / "lexical.md", header)


def _held_out_area(matrix: csr_matrix, data: Samples, fold: int, seed: int) -> dict[str, Any]:
    """Area under the ROC curve of both outputs on a fold, by a table that never saw it."""
    table = fit_table(matrix, data, [other for other in range(FOLDS) if other != fold], seed=seed)
    rows = np.flatnonzero(data.folds == fold)
    scores = ngram_model.linear_scores(table, matrix[rows])
    targets = data.targets[rows]
    body = ~targets.any(axis=1)
    areas: dict[str, Any] = {"held_out": fold}
    for column, name in enumerate(OUTPUTS):
        chosen = targets[:, column] | body
        areas[name] = float(roc_auc_score(targets[chosen, column], scores[chosen, column]))
    return areas
