"""How an extraction is scored: each function takes the texts and returns plain numbers.

HTML: `word_prf` (the definition of WCXB, the web content extraction benchmark), `shingle_counts`
and `shingle_prf` (the definition of scrapinghub's article-extraction-benchmark), `snippet_rates`.
Text: `exact_recovery`, `damage`, `leak`. Intervals: `bootstrap_mean`, `bootstrap_shingle_f1`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Prf = tuple[float, float, float]

_WORD: Final = re.compile(r"\w+")
# Scripts written without spaces: a run of `\w` is no word there, so a character counts as one.
_TEXT_WORD: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff]+"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% confidence interval."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the length of the interval, to print as `mean ± half_width`."""
        return (self.high - self.low) / 2


def word_prf(predicted: str, gold: str) -> Prf:
    r"""Precision, recall and F1 over words, in 0..1: the definition of WCXB.

    Words are the lower-cased `\w+` runs, compared as multisets, order ignored; a benchmark
    averages the three over its pages (macro). An empty gold text scores (1, 1, 1) when the
    prediction has no word either and (0, 0, 0) otherwise, as WCXB has it.

    >>> word_prf("One two", "one two three four")
    (1.0, 0.5, 0.6666666666666666)
    """
    predicted_words = Counter(_WORD.findall(predicted.lower()))
    gold_words = Counter(_WORD.findall(gold.lower()))
    if not gold_words:
        return (0.0, 0.0, 0.0) if predicted_words else (1.0, 1.0, 1.0)
    overlap = (predicted_words & gold_words).total()
    if not overlap:
        return (0.0, 0.0, 0.0)
    precision = overlap / predicted_words.total()
    recall = overlap / gold_words.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def shingle_counts(predicted: str, gold: str, size: int = 4) -> Prf:
    r"""True positives, false positives and false negatives of one page; they sum to 1.

    Shingles are runs of `size` consecutive `\w+` tokens (case kept), as multisets; a text of
    fewer tokens is one shingle. The counts are divided by their sum, so that a long page does
    not weigh more than a short one (article-extraction-benchmark). Two empty texts: (0, 0, 0).
    """
    predicted_shingles = _shingles(predicted, size)
    gold_shingles = _shingles(gold, size)
    shared = (predicted_shingles & gold_shingles).total()
    counts = (shared, predicted_shingles.total() - shared, gold_shingles.total() - shared)
    total = sum(counts)
    if not total:
        return (0.0, 0.0, 0.0)
    return (counts[0] / total, counts[1] / total, counts[2] / total)


def shingle_prf(counts: Sequence[Prf]) -> Prf:
    """Precision, recall and F1 of a set of pages from their `shingle_counts`.

    Precision is averaged over the pages that predicted something, recall over those whose gold
    text is not empty; F1 is the harmonic mean of the two averages, not an average itself.
    """
    table = np.asarray(counts, np.float64).reshape(-1, 3)
    return _shingle_prf(table)


def shingle_exact(predicted: str, gold: str) -> bool:
    r"""Whether the two texts have the same `\w+` tokens in the same order.

    Its mean over the pages is the "accuracy" of the article-extraction-benchmark.
    """
    return _WORD.findall(predicted) == _WORD.findall(gold)


def snippet_rates(
    predicted: str, with_snippets: Sequence[str], without_snippets: Sequence[str]
) -> tuple[float | None, float | None]:
    """Share of the `with` snippets found and of the `without` snippets leaked, in 0..1.

    A snippet is found when it is a substring, both lower-cased and their white space folded to
    single spaces. None where the page has no snippets of the kind: such a page stays out of
    the average (WCXB's own script counts it as 1, also for `without`).
    """
    folded = _folded(predicted)
    rates = []
    for snippets in (with_snippets, without_snippets):
        wanted = [folded_snippet for snippet in snippets if (folded_snippet := _folded(snippet))]
        rates.append(sum(snippet in folded for snippet in wanted) / len(wanted) if wanted else None)
    return rates[0], rates[1]


def exact_recovery(predicted: str, gold: str) -> bool:
    """Whether both are the same sequence of words (runs between white space, case kept)."""
    return predicted.split() == gold.split()


def damage(predicted: str, gold: str, polluted: str) -> tuple[int, int]:
    r"""Words of the article that were lost, and how many it has.

    Words are `\w+` runs as multisets; in scripts written without spaces (Chinese, Japanese
    kana, Thai, Lao, Khmer, Burmese) every character is one. A word that the polluted text has
    only glued to junk ("endKralbrand") and that stayed so is not lost.
    """
    gold_words = _text_words(gold)
    found = _text_words(predicted)
    missing = gold_words - found
    leftovers = list((found - gold_words).elements())
    glued = 0
    for word in ((gold_words - _text_words(polluted)) & missing).elements():
        for index, token in enumerate(leftovers):
            if token.startswith(word) or token.endswith(word):
                del leftovers[index]
                glued += 1
                break
    return missing.total() - glued, gold_words.total()


def leak(predicted: str, gold: str, polluted: str) -> tuple[int, int]:
    """Junk words left in the prediction, and how many the polluted text has.

    Junk is what the polluted text has beyond the gold text; words are those of `damage`. A
    word glued to junk counts as one junk word.
    """
    gold_words = _text_words(gold)
    junk = _text_words(polluted) - gold_words
    left = (_text_words(predicted) - gold_words) & junk
    return left.total(), junk.total()


def bootstrap_mean(values: Sequence[float], *, resamples: int = 1000, seed: int = 0) -> Interval:
    """The mean with its percentile bootstrap interval (Efron 1979); NaN for no values.

    For a paired difference of two systems pass the differences page by page.
    """
    column = np.asarray(values, np.float64)
    if not len(column):
        return Interval(float("nan"), float("nan"), float("nan"))
    means = [float(column[rows].mean()) for rows in _resampled(len(column), resamples, seed)]
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(column.mean()), float(low), float(high))


def bootstrap_shingle_f1(
    counts: Sequence[Prf], *, resamples: int = 1000, seed: int = 0
) -> Interval:
    """The F1 of `shingle_prf` with its percentile bootstrap interval over pages."""
    table = np.asarray(counts, np.float64).reshape(-1, 3)
    if not len(table):
        return Interval(float("nan"), float("nan"), float("nan"))
    scores = [_shingle_prf(table[rows])[2] for rows in _resampled(len(table), resamples, seed)]
    low, high = np.quantile(scores, (0.025, 0.975))
    return Interval(_shingle_prf(table)[2], float(low), float(high))


def _resampled(n_rows: int, resamples: int, seed: int) -> list[npt.NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    return [random.integers(0, n_rows, n_rows) for _ in range(resamples)]


def _shingle_prf(table: npt.NDArray[np.float64]) -> Prf:
    true_positive, false_positive, false_negative = table.T
    predicted = true_positive + false_positive
    gold = true_positive + false_negative
    precision = _mean_share(true_positive, predicted)
    recall = _mean_share(true_positive, gold)
    if not precision + recall:
        return precision, recall, 0.0
    return precision, recall, 2 * precision * recall / (precision + recall)


def _mean_share(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> float:
    counted = whole > 0
    return float((part[counted] / whole[counted]).mean()) if counted.any() else 0.0


def _shingles(text: str, size: int) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if len(words) <= size:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[start:] for start in range(size)), strict=False))


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _text_words(text: str) -> Counter[str]:
    return Counter(_TEXT_WORD.findall(text))
