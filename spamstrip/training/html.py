"""Train the HTML model: linear models, trees above them, out-of-fold scores between.

Every score that a later model learns from comes from a model that never saw the page's domain;
`cross_validation` gives, for each part of the pages, a whole model trained on the other domains.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier

from spamstrip import model_file
from spamstrip.html.evidence import Characters, overlap, word_scores
from spamstrip.html.features import PAGE_TYPES, Evidence, named_features
from spamstrip.html.labelling import LEARNED
from spamstrip.html.markup import MarkupTable
from spamstrip.html.model import KIND, HtmlModel, Probability, select, sigmoid
from spamstrip.html.shape import class_table
from spamstrip.lexical import LexicalModel
from spamstrip.model_set import models_directory
from spamstrip.ngrams import NgramTable
from spamstrip.trees import Forest, export

from . import html_linear, ngram_model, text_data
from . import lexical as lexical_training
from .html_card import decision_facts, figures, write_card
from .html_corpus import FOLDS, BoolArray, Corpus, FloatArray, build_corpus, domain_folds, sample
from .html_data import (
    FOREIGN,
    INJECTED,
    ORIGINAL,
    TrainingPage,
    foreign_pages,
    injected_pages,
    read_pages,
)
from .html_inject import HIDDEN, VISIBLE

SPAM_FOLDS: Final = (
    FOLDS  # the last part of the spam is kept for evaluation, as are some techniques
)
HELD_OUT_TECHNIQUES: Final = ("marquee", "indent", "script", "zero-size", "centre")
TRAINED_TECHNIQUES: Final = tuple(
    name for name in (*HIDDEN, *VISIBLE) if name not in HELD_OUT_TECHNIQUES
)
_KEPT_ROWS, _OTHER_ROWS = 50, 60  # segments of a page the trees are trained on, at most
_CONTENT_COLUMNS = 110
_CONTENT: Final[dict[str, Any]] = {
    "max_iter": 120, "learning_rate": 0.12, "max_depth": 6, "max_leaf_nodes": 32,
    "min_samples_leaf": 30, "l2_regularization": 5.0, "max_bins": 64, "max_features": 0.3,
    "early_stopping": False,
}  # fmt: skip
_SPAM: Final = _CONTENT | {"max_iter": 60, "max_depth": 5, "max_leaf_nodes": 24}
SPAM_COLUMNS: Final = (
    *("spam", "boilerplate", "words", "log_mass", "link_density", "links", "outbound"),
    *("outbound_share", "hidden_trick", "hidden_folded", "hidden_weak", "within=noscript"),
    *("path_markup", "markup_lowest", "title_overlap", "description_overlap", "upper", "digits"),
    *("stops_per_word", "title_words", "copies", "alike", "from_end", "position", "depth"),
    *("up0_mean_link", "up1_mean_link", "up0_segments", "up0_mass", "up1_mean_markup"),
    *("up0_siblings", "at-1_words", "at+1_words", "at-1_link", "at+1_link", "word_length"),
)
_ALWAYS: Final = (
    *("spam", "boilerplate", "link_density", "log_mass", "outbound", "outbound_share"),
    *("hidden_trick", "hidden_folded", "hidden_weak"),
)


@dataclass(frozen=True, slots=True)
class Linear:
    """The linear models of one training set."""

    words: NgramTable
    markup: MarkupTable


def fit_linear(corpus: Corpus, chosen: BoolArray, seed: int) -> Linear:
    """The linear models of the chosen pages.

    Args:
        chosen: bool (n_pages,).
    """
    sampled, weight = sample(corpus, seed, 250, 250)
    variants = np.array([page.variant for page in corpus.pages])
    texts = np.flatnonzero((chosen & (variants != INJECTED))[corpus.owner] & sampled)
    chosen = chosen & (variants == ORIGINAL)
    rows = np.flatnonzero(chosen[corpus.owner] & sampled)
    kept, markup = corpus.kept[rows], corpus.markup[rows]
    types = np.array([PAGE_TYPES.index(page.page_type) for page in corpus.pages])[chosen]
    table = html_linear.markup_table(
        corpus.vocabulary,
        (
            html_linear.fit_kept(markup, kept, weight[rows], seed),
            html_linear.fit_labels(markup, corpus.labels[rows], len(LEARNED), seed),
            html_linear.fit_page_types(corpus.page_markup[chosen], types, len(PAGE_TYPES)),
        ),
    )
    words = html_linear.fit_words(corpus.words[texts], corpus.kept[texts], weight[texts], seed)
    return Linear(words, table)


def base_features(
    corpus: Corpus, linear: Sequence[Linear], lexical: NgramTable, unseen: Sequence[NgramTable]
) -> tuple[list[str], FloatArray]:
    """The features of all rows, each page with the linear models of its fold.

    Args:
        lexical, unseen: the lexical table, and for each fold the one that the foreign pages of the
            fold are scored with.

    Returns: the column names and float32 (n_rows, n_features).
    """
    parts = []
    names: list[str] = []
    for number, page in enumerate(corpus.pages):
        fold = corpus.folds[number]
        table = unseen[fold] if page.variant == FOREIGN else lexical
        evidence = _evidence(page, corpus.characters[number], linear[fold], table)
        names, matrix = named_features(page.page, page.head, corpus.shapes[number], evidence)
        parts.append(matrix)
    return names, np.concatenate(parts)


def _evidence(
    page: TrainingPage, chars: Characters, linear: Linear, lexical: NgramTable
) -> Evidence:
    n = len(page.page.texts)
    markup = linear.markup.scores(page.page.elements.signatures)
    description = [page.head.description] if page.head.description else []
    return Evidence(
        words=word_scores(chars, (linear.words, lexical), n),
        markup=markup,
        title=overlap(chars, page.head.titles, lexical.fold, n),
        description=overlap(chars, description, lexical.fold, n),
        page_types=markup[:, -len(PAGE_TYPES) :].mean(axis=0),
    )


def fit_trees(
    corpus: Corpus, matrix: FloatArray, chosen: BoolArray, seed: int
) -> HistGradientBoostingClassifier:
    """The trees that tell main content, trained on the chosen pages."""
    sampled, weight = sample(corpus, seed, _KEPT_ROWS, _OTHER_ROWS)
    rows = np.flatnonzero(chosen[corpus.owner] & sampled)
    classifier = HistGradientBoostingClassifier(random_state=seed, **_CONTENT)
    return classifier.fit(matrix[rows], corpus.kept[rows], sample_weight=weight[rows])


def fit_spam(
    corpus: Corpus, matrix: FloatArray, chosen: BoolArray, seed: int
) -> HistGradientBoostingClassifier:
    """The trees that tell injected spam from everything else on a page, kept or not."""
    sampled = np.random.default_rng(seed).random(len(corpus.kept)) < 0.15
    of_variant = np.array([page.variant == INJECTED for page in corpus.pages])
    some = corpus.injected | (sampled & ~corpus.kept) | (of_variant[corpus.owner] & sampled)
    some |= corpus.kept & (np.random.default_rng(seed + 1).random(len(corpus.kept)) < 0.25)
    foreign = np.array([page.variant == FOREIGN for page in corpus.pages])
    rows = np.flatnonzero(some & (chosen & ~foreign)[corpus.owner])
    weight = np.where(corpus.kept[rows], 3.0, 1.0)  # main content is what must not be lost
    classifier = HistGradientBoostingClassifier(random_state=seed, **_SPAM)
    return classifier.fit(matrix[rows], corpus.injected[rows], sample_weight=weight)


def _places(names: list[str]) -> dict[str, int]:
    return {name: column for column, name in enumerate(names)}


def best_columns(
    corpus: Corpus, names: list[str], matrix: FloatArray, *, count: int, seed: int, without: str
) -> tuple[str, ...]:
    """The columns that carry most of the gain of a small forest.

    Args:
        without: columns whose name this regular expression matches are left out.
    """
    sampled, weight = sample(corpus, seed, 20, 25)
    rows = np.flatnonzero(sampled)
    settings = _CONTENT | {"max_iter": 60, "max_bins": 32}
    classifier = HistGradientBoostingClassifier(random_state=seed, **settings)
    classifier.fit(matrix[rows], corpus.kept[rows], sample_weight=weight[rows])
    gain = np.zeros(matrix.shape[1])
    for trees in classifier._predictors:
        nodes = trees[0].nodes
        inner = nodes["is_leaf"] == 0
        np.add.at(gain, nodes["feature_idx"][inner], nodes["gain"][inner])
    gain[[names.index(name) for name in _ALWAYS]] = np.inf
    if without:
        gain[[re.search(without, name) is not None for name in names]] = -1
    order = [c for c in np.argsort(-gain, kind="stable")[:count] if gain[c] >= 0]
    return tuple(names[column] for column in sorted(order))


@dataclass(frozen=True, slots=True)
class Trained:
    """The outcome of `fit_all`.

    Attributes:
        models: for each fold the model that never saw its pages, then the model of all pages.
        content, spam: float64 (n_rows,), out-of-fold probabilities.
    """

    models: list[HtmlModel]
    content: npt.NDArray[np.float64]
    spam: npt.NDArray[np.float64]


def fit_all(
    corpus: Corpus,
    lexical: LexicalModel,
    unseen: Sequence[NgramTable],
    seed: int,
    *,
    final: bool = True,
    without: str = "",
) -> Trained:
    """Train the folds' models and, when `final`, the model of all pages.

    Args:
        unseen: from `_unseen_tables`; may be empty where there are no foreign pages.
        without: for ablations, see `best_columns`.
    """
    everything = np.ones(len(corpus.pages), np.bool_)
    sets = [corpus.folds != fold for fold in range(FOLDS)] + [everything] * final
    linear = [fit_linear(corpus, chosen, seed) for chosen in sets]
    _say("linear models")
    names, matrix = base_features(corpus, linear[:FOLDS], lexical.table, unseen)
    spam_matrix = select(_places(names), matrix, SPAM_COLUMNS)
    spam_forests, spam = _forests(
        corpus, spam_matrix, sets, lambda matrix, chosen: fit_spam(corpus, matrix, chosen, seed)
    )
    _say("spam")
    columns = best_columns(
        corpus, names, matrix, count=_CONTENT_COLUMNS, seed=seed, without=without
    )
    content_forests, content = _forests(
        corpus,
        select(_places(names), matrix, columns),
        sets,
        lambda matrix, chosen: fit_trees(corpus, matrix, chosen, seed),
    )
    _say("content")
    models = [
        HtmlModel(
            words=models.words,
            markup=models.markup,
            lexical=lexical,
            classes=class_table(),
            content=content_forest,
            spam=spam_forest,
            content_columns=columns,
            spam_columns=SPAM_COLUMNS,
            header={},
        )
        for models, content_forest, spam_forest in zip(
            linear, content_forests, spam_forests, strict=True
        )
    ]
    return Trained(models, content, spam)


def _forests(
    corpus: Corpus,
    matrix: FloatArray,
    sets: Sequence[BoolArray],
    fit: Callable[[FloatArray, BoolArray], HistGradientBoostingClassifier],
) -> tuple[list[Forest], npt.NDArray[np.float64]]:
    """A forest for each set of pages, and the probabilities of the rows outside their sets."""
    forests = []
    probability = np.zeros(len(matrix))
    for number, chosen in enumerate(sets, 1):
        forest = export(fit(matrix, chosen))
        forests.append(forest)
        rows = np.flatnonzero(~chosen[corpus.owner])
        probability[rows] = sigmoid(forest.decision(matrix[rows])[:, 0])
        _say(f"  trees {number}/{len(sets)}")
    return forests, probability


def _say(message: str) -> None:
    print(f"html: {message}", flush=True)


def _corpus(data: Path, lexical: LexicalModel, seed: int) -> tuple[Corpus, list[NgramTable]]:
    """All pages, and for each fold the lexical table that never saw its foreign texts."""
    material = text_data.load(data)
    folds = text_data.Folds.split(material, SPAM_FOLDS, 0)
    pages = _training_pages(data, material, folds, seed)
    return build_corpus(pages, lexical), _unseen_tables(material, folds, seed)


def _training_pages(
    data: Path, material: text_data.Material, folds: text_data.Folds, seed: int
) -> list[TrainingPage]:
    """The pages and their variants: with injected spam, and in another language."""
    rng = np.random.default_rng(seed)
    parts = [material.select(folds, [fold]) for fold in range(FOLDS)]
    spam = material.select(folds, range(SPAM_FOLDS - 1))
    originals = list(read_pages(data))
    injected = injected_pages(data, spam, rng, every=3, techniques=TRAINED_TECHNIQUES)
    foreign = foreign_pages(originals, parts, domain_folds(originals), rng, every=3)
    return [*originals, *(page for page, _ in injected), *foreign]


def _unseen_tables(
    material: text_data.Material, folds: text_data.Folds, seed: int
) -> list[NgramTable]:
    """For each fold the lexical table that never saw the texts its foreign pages are made of."""
    samples = lexical_training.samples(material, folds, seed)
    matrix = ngram_model.count_matrix(samples.texts, lexical_training.BITS)
    return [
        lexical_training.fit_table(
            matrix, samples, [other for other in range(FOLDS) if other != fold], seed=seed
        )
        for fold in range(FOLDS)
    ]


def cross_validation(
    data: Path, *, folds: int = FOLDS, seed: int = 0, models: Path | None = None
) -> Iterator[tuple[HtmlModel, frozenset[str]]]:
    """For each part of the pages, a model trained on the other domains and the part's names.

    The linear scores a fold's trees learn from are out of fold too, from models that may have
    seen the held-out part (stacking with one set of folds); no part of the fold's own model has.

    Args:
        data: the training data directory.
        folds: must be `FOLDS`.
        seed: as in `train`.
        models: the directory with `lexical.npz`.
    """
    if folds != FOLDS:
        raise ValueError(f"folds must be {FOLDS}; got {folds}")
    lexical = LexicalModel.load(models or models_directory())
    corpus, unseen = _corpus(data, lexical, seed)
    trained = fit_all(corpus, lexical, unseen, seed, final=False)
    for fold, model in enumerate(trained.models):
        held = corpus.folds == fold
        yield model, frozenset(corpus.pages[page].name for page in np.flatnonzero(held))


def train(data: Path, out: Path, *, seed: int = 0) -> None:
    """Train the model and write `html.npz` and its card to `out`, which holds `lexical.npz`."""
    lexical = LexicalModel.load(out)
    corpus, unseen = _corpus(data, lexical, seed)
    _say(f"{len(corpus.pages)} pages, {len(corpus.kept)} segments")
    trained = fit_all(corpus, lexical, unseen, seed)
    header = passport(corpus, trained, lexical, seed)
    model_file.save(out / "html.npz", KIND, header, trained.models[-1].to_arrays())
    write_card(out / "html.md", header)


def passport(corpus: Corpus, trained: Trained, lexical: LexicalModel, seed: int) -> dict[str, Any]:
    """The model file's header: columns, data, versions, cross-validated figures."""
    model = trained.models[-1]
    variants = Counter(page.variant for page in corpus.pages)
    originals = [i for i, page in enumerate(corpus.pages) if page.variant == ORIGINAL]
    return {
        "content_columns": list(model.content_columns),
        "spam_columns": list(model.spam_columns),
        "seed": seed,
        "pages": len(corpus.pages),
        "originals": variants[ORIGINAL],
        "injected": variants[INJECTED],
        "foreign": variants[FOREIGN],
        "segments": len(corpus.kept),
        "markup_words": len(corpus.vocabulary),
        "lexical_checksum": lexical.header["checksum"],
        "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "cross_validation": figures(
            [corpus.pages[i] for i in originals],
            [
                decision_facts(
                    corpus.pages[i],
                    corpus.characters[i],
                    corpus.shapes[i],
                    trained.models[corpus.folds[i]],
                )
                for i in originals
            ],
            [
                Probability(trained.content[corpus.rows(i)], trained.spam[corpus.rows(i)])
                for i in originals
            ],
        ),
    }
