"""Train the text model on composed documents, every score it learns from out of fold.

A composed document of a fold holds articles, junk and domains of that fold only, and is scored
with lexical tables that saw none of them; so the forests learn from scores as good as they
will be on the open web, not from scores on memorised text.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from spamstrip import model_file
from spamstrip.lexical import LexicalModel
from spamstrip.text.boundary import candidates, placed
from spamstrip.text.context import CONTEXT, context, context_cuts, context_segments
from spamstrip.text.model import FEATURES, KIND, Decoding, Forests, Scores, TextModel, second_scores
from spamstrip.text.sequence import junk_runs
from spamstrip.text.spans import SPAN_FEATURES, span_features
from spamstrip.trees import Forest, export

from . import lexical, text_data
from .composer import Composer
from .text_card import write_curve, write_text_card
from .text_data import Folds, Material
from .text_examples import Example, examples
from .text_tables import TableFitter
from .text_validation import Proposals, least_odds, operating_points, summary

FOLDS: Final = 5
DOCUMENTS_PER_FOLD: Final = 6000
DOCUMENTS_IN_CROSS_VALIDATION: Final = 700
DECODING: Final = Decoding(cut_weight=0.5, switch_cost=1.0, bias=0.0)
# One document of so many is of sources the tables never saw. With more of them the forests learn to
# doubt what the tables say, and the thresholds follow the few odd sources that clean text is from.
_STRANGE: Final = 5
_PARTS: Final = 2  # the folds are dealt to so many parts for the scores out of fold
_NOTHING: Final = np.zeros((0, 0), np.float32)
_JUNK_SEGMENTS: Final = 12.0  # per document; of longer runs only so many are learned from
_BODY_SHARE: Final = 0.25  # of the segments of the body, this share is learned from
_GATE_PARTS: Final = 5
_MISSED: Final = 0.02  # of the documents that would be changed, so many may leave at once
_FALSE_ALARM: Final = 8.0  # weight of a span proposed in a clean document
_MOVED: Final = 4.0  # weight of a boundary that is not where it was proposed
_PLACES: Final = 60  # near a boundary, about so many places are learned from
_CUT_SHARE: Final = 0.15  # of the cuts without a change, this share is learned from


def fit_forests(
    by_fold: Mapping[int, Sequence[Example]], *, seed: int
) -> tuple[Forests, list[Proposals], float, dict[str, float]]:
    """Fit the forests, each on what the ones before it say of documents they never saw.

    Returns:
        The forests, the proposals for every document, all scores out of fold, the
        `least_gate` of the decoding, and the thresholds of the presets.
    """
    folds = sorted(by_fold)
    everything = [example for fold in folds for example in by_fold[fold]]
    part = np.repeat(
        [index % _PARTS for index in range(len(folds))], [len(by_fold[f]) for f in folds]
    )
    around: list[npt.NDArray[np.float32]] = [_NOTHING] * len(everything)
    for own, other in _parts(part):
        forest = _fit_segment([everything[index] for index in other], seed)
        for index in own:
            analysis = everything[index].analysis
            odds = forest.decision(analysis.per_segment)[:, 0].astype(np.float64)
            around[index] = context(odds, analysis.segments)
    drafts: list[_Draft] = []
    order: list[int] = []
    for own, other in _parts(part):
        learned = [everything[index] for index in other]
        known = [around[index] for index in other]
        second, cut = _fit_context(learned, known, seed), _fit_cut(learned, known, seed)
        for index in own:
            analysis = everything[index].analysis
            scores = second_scores(second, cut, analysis, around[index], DECODING)
            most_odds = float(around[index][0, CONTEXT.index("most_odds")])
            drafts.append(_draft(everything[index], scores, most_odds))
            order.append(index)
    proposals: list[Proposals] = []
    for own, other in _parts(part[order]):
        learned_drafts = [drafts[index] for index in other]
        span, boundary = _fit_span(learned_drafts, seed), _fit_boundary(learned_drafts, seed)
        proposals += [_judged(drafts[index], span, boundary) for index in own]
    # Before any document leaves: the false alarms that the first look prevents are not spent again.
    thresholds = operating_points(proposals)
    gate, least_gate, proposals = _fit_gate(proposals, thresholds["balanced"], seed)
    forests = Forests(
        gate=gate,
        segment=_fit_segment(everything, seed),
        context=_fit_context(everything, around, seed),
        cut=_fit_cut(everything, around, seed),
        span=_fit_span(drafts, seed),
        boundary=_fit_boundary(drafts, seed),
    )
    return forests, proposals, least_gate, thresholds


def _fit_gate(
    proposals: Sequence[Proposals], balanced: float, seed: int
) -> tuple[Forest, float, list[Proposals]]:
    """The forest that lets clean documents leave, the least log-odds to stay, and what is left.

    Of the documents that `balanced` changes, `_MISSED` may leave: mostly those it is least sure
    of, and a larger share of those it should not change. They lose their proposals; no forest
    is asked about an article whose source it has seen.

    Args:
        balanced: the threshold of that preset.
    """
    rows = np.concatenate([item.example.gate for item in proposals])
    most = np.array([max(item.probability, default=0.0) for item in proposals])
    groups = [item.example.composed.groups[0] for item in proposals]
    parts = np.array([zlib.crc32(group.encode()) % _GATE_PARTS for group in groups])
    odds = np.zeros(len(proposals))
    for number in range(_GATE_PARTS):
        own = parts == number
        odds[own] = _gate_forest(rows[~own], most[~own], seed).decision(rows[own])[:, 0]
    changed = most >= balanced
    least = float(np.quantile(odds[changed], _MISSED))
    stay = [
        item if here >= least else replace(item, spans=[], right=item.right[:0],
                                           probability=item.probability[:0])
        for item, here in zip(proposals, odds, strict=True)
    ]  # fmt: skip
    return _gate_forest(rows, most, seed), least, stay


def _gate_forest(rows: npt.NDArray[np.float32], most: npt.NDArray[np.float64], seed: int) -> Forest:
    return export(_boosted(120, seed, depth=5, rate=0.1).fit(rows, most > 0.5))


def _parts(
    part: npt.NDArray[np.intp],
) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """For each part: the documents in it, and the documents outside it."""
    for number in range(_PARTS):
        yield np.flatnonzero(part == number), np.flatnonzero(part != number)


@dataclass(frozen=True, slots=True)
class _Draft:
    """Proposed spans of a document before the span forest has judged them."""

    example: Example
    runs: list[tuple[int, int]]
    rows: npt.NDArray[np.float32]
    right: npt.NDArray[np.bool_]
    most_odds: float
    odds: npt.NDArray[np.float64]


def _draft(example: Example, scores: Scores, most_odds: float) -> _Draft:
    """The spans the scores propose, with the gold answer: is most of it junk?"""
    runs = junk_runs(scores.segment - DECODING.bias, scores.start, scores.end)
    if not runs:
        empty = np.zeros((0, len(SPAN_FEATURES)), np.float32)
        return _Draft(example, [], empty, np.zeros(0, np.bool_), most_odds, scores.segment)
    rows = span_features(example.analysis, runs, scores.segment, scores.start, scores.end)
    lengths = np.diff(example.analysis.segments.cuts)
    body = lengths * (1 - example.junk)
    right = [
        float(body[first:end].sum()) <= 0.5 * float(lengths[first:end].sum()) for first, end in runs
    ]
    return _Draft(example, runs, rows, np.array(right), most_odds, scores.segment)


def _judged(draft: _Draft, span: Forest, boundary: Forest) -> Proposals:
    odds = span.decision(draft.rows)[:, 0].astype(np.float64)
    probability = 1.0 / (1.0 + np.exp(-odds))
    places = placed(draft.example.analysis, draft.odds, draft.runs, boundary)
    return Proposals(draft.example, places, draft.right, probability, draft.most_odds)


def _fit_boundary(drafts: Sequence[_Draft], seed: int) -> Forest:
    """Learn which of the places near a proposed boundary is the true one."""
    rows: list[npt.NDArray[np.float32]] = []
    right: list[npt.NDArray[np.bool_]] = []
    weights: list[npt.NDArray[np.float64]] = []
    rng = np.random.default_rng(seed)
    for draft in drafts:
        if not draft.runs:
            continue
        found = candidates(draft.example.analysis, draft.odds, draft.runs)
        gold = [place for run in draft.runs for place in _gold_boundaries(draft, run)]
        proposed = draft.example.analysis.segments.cuts[np.array(draft.runs).ravel()]
        for boundary, (first, last) in enumerate(pairwise(found.bounds.tolist())):
            near = found.places[first:last]
            true = near == gold[boundary]
            if not true.any():
                continue
            chosen = true | (rng.random(len(true)) < _PLACES / len(true))
            rows.append(found.rows[first:last][chosen])
            right.append(true[chosen])
            # Where the proposal is right there is little to learn.
            unmoved = gold[boundary] == proposed[boundary]
            weights.append(np.full(np.count_nonzero(chosen), 1.0 if unmoved else _MOVED))
    classifier = _boosted(200, seed, rate=0.1)
    classifier.fit(np.concatenate(rows), np.concatenate(right), np.concatenate(weights))
    return export(classifier)


def _gold_boundaries(draft: _Draft, run: tuple[int, int]) -> tuple[int, int]:
    """Where the junk under a proposed span starts, and the first character after it; or -1."""
    text, cuts = draft.example.composed.text, draft.example.analysis.segments.cuts
    start, end = int(cuts[run[0]]), int(cuts[run[1]])
    joined: list[list[int]] = []
    for span in draft.example.composed.spans:
        after = span.end + len(text[span.end :]) - len(text[span.end :].lstrip())
        if joined and span.start <= joined[-1][1]:
            joined[-1][1] = after
        else:
            joined.append([span.start, after])
    under = [part for part in joined if part[0] < end and part[1] > start]
    return (under[0][0], under[-1][1]) if under else (-1, -1)


def _fit_span(drafts: Sequence[_Draft], seed: int) -> Forest:
    rows = np.concatenate([draft.rows for draft in drafts])
    right = np.concatenate([draft.right for draft in drafts])
    clean = np.repeat(
        [not draft.example.composed.spans for draft in drafts],
        [len(draft.right) for draft in drafts],
    )
    return export(
        HistGradientBoostingClassifier(
            max_iter=120,
            max_depth=4,
            learning_rate=0.06,
            min_samples_leaf=60,
            l2_regularization=5.0,
            max_features=0.5,
            early_stopping=False,
            random_state=seed,
        ).fit(rows, right, np.where(~right & clean, _FALSE_ALARM, 1.0))
    )


def _boosted(
    trees: int, seed: int, *, depth: int = 6, rate: float = 0.15
) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=trees,
        max_depth=depth,
        max_leaf_nodes=31,
        learning_rate=rate,
        max_bins=64,
        min_samples_leaf=40,
        l2_regularization=1.0,
        max_features=0.5,
        early_stopping=False,
        random_state=seed,
    )


def _fit_segment(learned: Sequence[Example], seed: int) -> Forest:
    chosen, weight = _segment_sample(learned, seed)
    features = np.concatenate([example.analysis.per_segment for example in learned])[chosen]
    share = np.concatenate([example.junk for example in learned])[chosen]
    return export(_boosted(90, seed).fit(features, share > 0.5, sample_weight=weight))


def _fit_context(
    learned: Sequence[Example], around: Sequence[npt.NDArray[np.float32]], seed: int
) -> Forest:
    chosen, weight = _segment_sample(learned, seed)
    features = np.concatenate(
        [context_segments(e.analysis, facts) for e, facts in zip(learned, around, strict=True)]
    )[chosen]
    share = np.concatenate([example.junk for example in learned])[chosen]
    return export(_boosted(70, seed).fit(features, share > 0.5, sample_weight=weight))


def _segment_sample(
    learned: Sequence[Example], seed: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Which segments to learn from, and the weights of those."""
    share = np.concatenate([example.junk for example in learned])
    # Long documents have many segments, but one decision; a mixed segment says little.
    weight = np.concatenate([np.full(len(e.junk), len(e.junk) ** -0.4) for e in learned])
    weight *= np.where((share > 0.02) & (share < 0.98), 0.2, 1.0)
    counts = [np.count_nonzero(e.junk > 0.02) for e in learned]
    sizes = [len(e.junk) for e in learned]
    junk_chance = np.repeat(np.minimum(1.0, _JUNK_SEGMENTS / np.maximum(counts, 1)), sizes)
    chance = np.where(share > 0.02, junk_chance, _BODY_SHARE)
    chosen = np.random.default_rng(seed).random(len(share)) < chance
    weight /= chance
    return chosen, weight[chosen]


def _fit_cut(
    learned: Sequence[Example], around: Sequence[npt.NDArray[np.float32]], seed: int
) -> Forest:
    change = np.concatenate([example.change for example in learned])
    chosen = (change > 0) | (np.random.default_rng(seed).random(len(change)) < _CUT_SHARE)
    features = np.concatenate(
        [context_cuts(e.analysis, facts) for e, facts in zip(learned, around, strict=True)]
    )[chosen]
    weight = np.where(change[chosen] > 0, 1.0, 1.0 / _CUT_SHARE)
    return export(_boosted(45, seed, depth=4).fit(features, change[chosen], sample_weight=weight))


def fit_model(material: Material, *, folds: int, documents: int, seed: int) -> TextModel:
    """Train a text model on some material.

    Some documents are composed of junk from sources the tables have never seen, the rest of junk
    of familiar sources: what it meets in use is a mixture of both.

    Args:
        material: all there is to learn from.
        folds: how many parts the sources are divided into.
        documents: how many documents are composed per fold.
    """
    strange = Folds.split(material, folds, seed)
    fitter = TableFitter(material, strange, seed)
    by_fold: dict[int, list[Example]] = {fold: [] for fold in range(folds)}
    for split in (strange, replace(strange, familiar=True)):
        for fold in range(folds):
            others = [other for other in range(folds) if other != fold]
            tables = fitter.fit(material.select(split, others), others, familiar=split.familiar)
            # Where sources are strange, the figures must not rest on the phrasebook's style.
            drawn = material if split.familiar else material.collected()
            composer = Composer(drawn.select(split, [fold]), seed * 1000 + fold)
            unseen = documents // _STRANGE
            count = documents - unseen if split.familiar else unseen
            composed = list(composer.documents(count))
            by_fold[fold] += examples(composed, tables, strange=not split.familiar)
    tables = fitter.fit(material, range(folds), familiar=False)
    label_table = lexical.fit_label_table(fitter.samples, seed=seed)
    forests, proposals, least_gate, thresholds = fit_forests(by_fold, seed=seed)
    strange_ones = [item.example.strange for item in proposals]
    return TextModel(
        lexical=LexicalModel(tables.lexicon, label_table, {}),
        tables=tables,
        forests=forests,
        decoding=replace(
            DECODING,
            least_gate=least_gate,
            least_odds=least_odds(proposals, thresholds["strict"]),
        ),
        thresholds=thresholds,
        header={"validation": summary(proposals, strange_ones, thresholds)},
    )


def cross_validation(
    data: Path, *, folds: int = FOLDS, seed: int = 0
) -> Iterator[tuple[TextModel, Material]]:
    """For every fold: a model that saw none of its sources, and the fold's material.

    Compose held-out documents with `Composer(material, seed).documents(count)`.
    """
    material = text_data.load(data)
    split = Folds.split(material, folds, seed)
    for held_out in range(folds):
        known = material.select(split, [fold for fold in range(folds) if fold != held_out])
        model = fit_model(
            known, folds=folds - 1, documents=DOCUMENTS_IN_CROSS_VALIDATION, seed=seed
        )
        yield model, material.collected().select(split, [held_out])


def train(data: Path, out: Path, *, seed: int) -> None:
    """Train on all the material and write `text.npz` and its card `text.md` with a plot.

    The lexical tables in `lexical.npz` must be trained on the same data with the same seed.
    """
    material = text_data.load(data)
    model = fit_model(material, folds=FOLDS, documents=DOCUMENTS_PER_FOLD, seed=seed)
    header: dict[str, Any] = {
        "feature_names": list(FEATURES),
        "seed": seed,
        "decoding": asdict(model.decoding),
        "thresholds": model.thresholds,
        **model.header,
    }
    arrays = {
        **model.tables.characters.to_arrays("characters_"),
        **model.forests.to_arrays(),
        "known": model.tables.known.hashes,
        "shape_weights": model.tables.shapes.weights,
        "shape_scale": model.tables.shapes.scale,
        "passage_weights": model.tables.passages.weights,
        "passage_scale": model.tables.passages.scale,
    }
    model_file.save(out / "text.npz", KIND, header, arrays)
    write_text_card(out / "text.md", header)
    write_curve(out / "text.svg", header)
