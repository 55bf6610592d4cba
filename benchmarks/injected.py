"""Spam injected into real pages, by techniques and from sources no model was trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spamstrip.evaluation.metrics import bootstrap_mean, damage, leak
from spamstrip.training.html import HELD_OUT_TECHNIQUES, SPAM_FOLDS
from spamstrip.training.html_inject import inject
from spamstrip.training.text_data import Folds, load
from spamstrip.training.text_junk import JunkSource

from .common import attempt


@dataclass(frozen=True, slots=True)
class InjectedScore:
    """What one injected block left behind, in words; the page without it is the yardstick."""

    technique: str
    left: int
    spam_words: int
    lost: int
    article_words: int


class Injector:
    """Pollutes pages with the part of the spam that no HTML model learns from."""

    def __init__(self, training: Path, seed: int) -> None:
        material = load(training).collected()
        held_out = [SPAM_FOLDS - 1]
        unseen = material.select(Folds.split(material, SPAM_FOLDS, 0), held_out)
        self._source, self._spam = JunkSource.of(unseen), unseen.spam_paragraphs()
        self._random = np.random.default_rng(seed)

    def score(self, clean: Callable[[str], str], html: str, kept: str) -> InjectedScore:
        """Pollute a page, clean it, compare with `kept`, what the page gave without the spam."""
        injection = inject(self._random, html, self._source, self._spam, HELD_OUT_TECHNIQUES)
        found = attempt(clean, injection.html)
        lost, article_words = damage(found, kept, kept)
        left, spam_words = leak(found, kept, f"{kept}\n{injection.text}")
        return InjectedScore(injection.technique, left, spam_words, lost, article_words)


def report(scores: Sequence[InjectedScore]) -> None:
    """Print the shares over all pages and by technique."""
    print(f"\ninjected spam, {len(scores)} pages, techniques and sources unseen")
    print(f"{'technique':<20}{'pages':>6}{'spam words left %':>19}{'article words lost %':>22}")
    techniques = sorted({score.technique for score in scores})
    for technique in techniques:
        _row(technique, [score for score in scores if score.technique == technique])
    _row("all", scores)
    whole = bootstrap_mean([float(score.left == 0) for score in scores])
    print(
        f"pages without a word of it left: {100 * whole.mean:.1f}% ± {100 * whole.half_width:.1f}"
    )


def _row(name: str, scores: Sequence[InjectedScore]) -> None:
    left = 100 * sum(score.left for score in scores) / sum(score.spam_words for score in scores)
    words = max(1, sum(score.article_words for score in scores))
    lost = 100 * sum(score.lost for score in scores) / words
    print(f"{name:<20}{len(scores):>6}{left:>19.2f}{lost:>22.2f}")
