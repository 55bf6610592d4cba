"""The HTML model's figures and the card that is generated from them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from spamstrip.evaluation.metrics import bootstrap_mean, word_prf
from spamstrip.html.analysis import decide_page
from spamstrip.html.evidence import Characters, overlap
from spamstrip.html.features import Evidence
from spamstrip.html.model import Facts, HtmlModel, Probability
from spamstrip.html.shape import Shape
from spamstrip.records import Options, Preset

from .html_data import TrainingPage

_BANDS: Final = 10
_NONE: Final = np.zeros((0, 1), np.float32)


def decision_facts(page: TrainingPage, chars: Characters, shape: Shape, model: HtmlModel) -> Facts:
    """As much of a page's facts as the decision needs besides the probabilities.

    Args:
        model: one that never saw the page's domain.
    """
    title = overlap(chars, page.head.titles, model.lexical.table.fold, len(page.page.texts))
    markup = model.markup.scores(page.page.elements.signatures)
    return Facts(chars, shape, Evidence(_NONE, markup, title, _NONE[:, :1], _NONE[:, :1]))


def page_scores(
    page: TrainingPage, facts: Facts, probability: Probability, options: Options
) -> tuple[float, float, float]:
    """Word precision, recall and F1 of what is kept of a page."""
    decision = decide_page(page.page, facts, probability, options, lexical=None)
    kept = [page.page.texts[index] for index in np.flatnonzero(decision.kept)]
    return word_prf("\n".join(kept), page.gold)


def figures(
    pages: Sequence[TrainingPage], facts: Sequence[Facts], probabilities: Sequence[Probability]
) -> dict[str, Any]:
    """Cross-validated figures for the header: F1 by page type, presets, calibration.

    Args:
        pages: originals only.
        facts, probabilities: of each; the probabilities out of fold.
    """
    scores = {
        options: np.array(
            [
                page_scores(page, known, probability, options)
                for page, known, probability in zip(pages, facts, probabilities, strict=True)
            ]
        )
        for options in [Options(preset=preset) for preset in get_args(Preset)]
        + [Options(include_title=False)]
    }
    types = np.array([page.page_type for page in pages])
    result: dict[str, Any] = {"page_types": {}, "presets": {}}
    for name, options in (("default", Options()), ("no title", Options(include_title=False))):
        table = {}
        for page_type in ["all", *sorted(set(types.tolist()))]:
            chosen = np.ones(len(types), np.bool_) if page_type == "all" else types == page_type
            column = scores[options][chosen]
            interval = bootstrap_mean(column[:, 2].tolist())
            table[page_type] = [
                int(chosen.sum()),
                *(round(float(v), 4) for v in column.mean(axis=0)),
                round(interval.low, 4),
                round(interval.high, 4),
            ]
        result["page_types"][name] = table
    for preset in get_args(Preset):
        mean = scores[Options(preset=preset)].mean(axis=0)
        result["presets"][preset] = [round(float(value), 4) for value in mean]
    result["calibration"] = _calibration(pages, probabilities)
    return result


def _calibration(
    pages: Sequence[TrainingPage], probabilities: Sequence[Probability]
) -> list[list[float]]:
    """Per band of the probability: words in it, mean probability, share that is content."""
    p = np.concatenate([probability.content for probability in probabilities])
    share = np.concatenate([page.alignment.share for page in pages])
    words = np.concatenate([page.alignment.words for page in pages]).astype(np.float64)
    band = np.minimum((p * _BANDS).astype(int), _BANDS - 1)
    total = np.bincount(band, words, _BANDS)
    mean = np.bincount(band, words * p, _BANDS) / np.maximum(total, 1)
    true = np.bincount(band, words * share, _BANDS) / np.maximum(total, 1)
    return [[float(t), round(float(m), 3), round(float(s), 3)] for t, m, s in
            zip(total, mean, true, strict=True)]  # fmt: skip


def write_card(path: Path, header: Mapping[str, Any]) -> None:
    """Write the model card from the model file's header."""
    found = header["cross_validation"]
    lines = [
        "# The HTML model",
        "",
        *_PREFACE,
        "",
        "## Cross-validated accuracy",
        "",
        *_MEASURE,
        "",
    ]
    for name, table in found["page_types"].items():
        lines += [
            f"Options: {name}.",
            "",
            "| page type | pages | precision | recall | F1 | 95% interval |",
            "| --- | ---: | ---: | ---: | ---: | --- |",
        ]
        for page_type, (pages, precision, recall, f1, low, high) in table.items():
            lines.append(
                f"| {page_type} | {pages} | {precision:.3f} | {recall:.3f} | {f1:.3f} "
                f"| {low:.3f} to {high:.3f} |"
            )
        lines.append("")
    lines += [
        "## Operating points", "",
        "| preset | precision | recall | F1 |", "| --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    for preset, (precision, recall, f1) in found["presets"].items():
        lines.append(f"| {preset} | {precision:.3f} | {recall:.3f} | {f1:.3f} |")
    lines += [
        "", "## Calibration", "",
        "Words by the probability of their segment, and the share of them that is main content.",
        "", "| words | mean probability | main content |", "| ---: | ---: | ---: |",
    ]  # fmt: skip
    for words, mean, share in found["calibration"]:
        lines.append(f"| {words:.0f} | {mean:.3f} | {share:.3f} |")
    lines += ["", "## Training", "", *(_training(header)), "", *_WEAKNESSES]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _training(header: Mapping[str, Any]) -> list[str]:
    return [
        f"- {header['pages']} pages: {header['originals']} marked ones, "
        f"{header['injected']} of them again with injected spam, {header['foreign']} again with "
        "their text in another language; "
        f"{header['segments']} segments. Seed {header['seed']}.",
        f"- {len(header['content_columns'])} columns for main content, "
        f"{len(header['spam_columns'])} for spam; "
        f"{header['markup_words']} markup words.",
        "- Libraries: " + ", ".join(f"{k} {v}" for k, v in sorted(header["versions"].items())),
    ]


_PREFACE: Final = (
    "Scores every segment of a page: main content or not, injected spam or not, and which kind of "
    "boilerplate. Arrays and a JSON header, nothing that runs code. `docs/html.md` describes the "
    "method.",
    "",
    "Training data: the development pages of WCXB (Web Content Extraction Benchmark, CC BY 4.0); "
    "injected spam, articles and interface strings in other languages from the collections named "
    "in `docs/training.md`, with their licences.",
)
_MEASURE: Final = (
    "Five folds by registered domain: every page is scored by models that saw no page of its "
    "domain. Words are lower-cased `\\w+` runs, compared as multisets, averaged over pages; pages "
    "without gold text are left out.",
)
_WEAKNESSES: Final = (
    "## Known weaknesses",
    "",
    "- The training pages are English for the most part. The models of markup and structure know "
    "no language; the n-gram model of the text says little about others and is left out of a part "
    "of the training rows for that reason.",
    "- Product, collection and listing pages: which of the product tiles, filters, reviews and "
    "questions are main content is marked differently from site to site.",
    "- Readers' comments are main content on forum pages and not on articles; a discussion page "
    "that looks like an article, or the reverse, goes wrong as a whole.",
    "- Code blocks in articles are missing from the gold text of some pages and kept here.",
    "- Not for use where a lost paragraph does harm that nobody checks.",
)
