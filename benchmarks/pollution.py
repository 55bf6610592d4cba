"""Polluted text documents: spamstrip beside line filters and extractors.

    python -m benchmarks.pollution --data DATA              cross-validation by source
    python -m benchmarks.pollution --data DATA --shipped    the shipped model (it saw the sources)

Documents are composed from the training data (`spamstrip.training.composer`). In the
cross-validation each is cleaned by a model that saw neither its article's source nor its
junk's. Metrics: `spamstrip.evaluation.metrics`.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import spamstrip
from spamstrip.evaluation.metrics import bootstrap_mean, damage, exact_recovery, leak
from spamstrip.model_set import ModelSet, models_directory
from spamstrip.training.composer import (
    CLEAN_VARIANTS,
    FORM_RUN_VARIANTS,
    FORM_VARIANTS,
    GLUED_VARIANTS,
    HARD_VARIANTS,
    POLLUTED_VARIANTS,
    RUN_VARIANTS,
    SPAM_VARIANTS,
    VARIANTS,
    Composed,
    Composer,
)
from spamstrip.training.text_data import load

from .common import OutputCache, attempt, heading, write_lines
from .peers import Peer, nothing, text_peers

_KEEPS = CLEAN_VARIANTS + HARD_VARIANTS
_GROUPS = {
    "forms": FORM_VARIANTS,
    "form + run": FORM_RUN_VARIANTS,
    "runs, own line": RUN_VARIANTS,
    "runs, glued": GLUED_VARIANTS,
    "spam paragraphs": SPAM_VARIANTS,
    "all polluted": POLLUTED_VARIANTS,
}
_UNCHANGED = {"clean": CLEAN_VARIANTS, "hard negatives": HARD_VARIANTS}


@dataclass(frozen=True, slots=True)
class Score:
    """What one system made of one document.

    Attributes:
        right: the clean article came back exactly, white space aside.
        unchanged: the output is the input, byte for byte.
        lost, article_words, left, junk_words: word counts, see `damage` and `leak`.
    """

    system: str
    document: int
    variant: str
    language: str
    right: bool
    unchanged: bool
    lost: int
    article_words: int
    left: int
    junk_words: int


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmark and print its tables."""
    arguments = _parser().parse_args(words)
    peers = [] if arguments.no_peers else [nothing(), *text_peers()]
    print(heading("pollution", peers[1:]))
    preset = arguments.preset
    scores: list[Score] = []
    for model, documents in _folds(arguments):
        cleaner = spamstrip.Cleaner(
            model=ModelSet(models_directory(), text=model) if model else None,
            kind="text",
            preset=preset,
        )
        systems = [("spamstrip", cleaner.clean), *_cached(peers, arguments.cache)]
        first = scores[-1].document + 1 if scores else 0
        for number, document in enumerate(documents, first):
            scores += [_score(name, extract, number, document) for name, extract in systems]
    _report(scores)
    write_lines(
        arguments.documents,
        ({name: getattr(score, name) for name in Score.__slots__} for score in scores),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pollution", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="training data")
    parser.add_argument("--shipped", action="store_true", help="no training: the model in models/")
    parser.add_argument("--count", type=int, default=4000, help="documents (default: 4000)")
    parser.add_argument("--preset", default="balanced")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep the peers' outputs here")
    parser.add_argument("--documents", type=Path, metavar="FILE", help="results, JSON lines")
    return parser


def _folds(arguments: argparse.Namespace) -> Iterator[tuple[Any, Iterable[Composed]]]:
    if arguments.shipped:
        composer = Composer(load(arguments.data), seed=arguments.seed + 1)
        yield None, _balanced(composer, arguments.count)
        return
    from spamstrip.training.text import cross_validation

    share = arguments.count // arguments.folds
    for model, held_out in cross_validation(
        arguments.data, folds=arguments.folds, seed=arguments.seed
    ):
        yield model, _balanced(Composer(held_out, seed=arguments.seed + 1), share)


def _balanced(composer: Composer, count: int) -> Iterator[Composed]:
    """The same number of documents of every variant, languages as they come."""
    each = max(1, count // len(VARIANTS))
    for variant in VARIANTS:
        yield from composer.documents(each, variants=(variant,))


def _cached(
    peers: Sequence[Peer], directory: Path | None
) -> list[tuple[str, Callable[[str], str]]]:
    systems = []
    for peer in peers:
        cache = OutputCache(directory if peer.version != "-" else None, peer)
        systems.append((peer.name, _through(cache, peer)))
    return systems


def _through(cache: OutputCache, peer: Peer) -> Callable[[str], str]:
    return lambda text: cache.output(text, peer.extract)


def _score(system: str, extract: Callable[[str], str], number: int, document: Composed) -> Score:
    polluted, gold = document.text, document.clean
    predicted = attempt(extract, polluted)
    lost, article_words = damage(predicted, gold, polluted)
    left, junk_words = leak(predicted, gold, polluted)
    return Score(
        system=system,
        document=number,
        variant=document.variant,
        language=document.language,
        right=exact_recovery(predicted, gold),
        unchanged=predicted == polluted,
        lost=lost,
        article_words=article_words,
        left=left,
        junk_words=junk_words,
    )


def _report(scores: Sequence[Score]) -> None:
    by_system: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        by_system[score.system].append(score)
    names = list(by_system)
    documents = len(by_system[names[0]])
    print(f"{documents} documents, {len({score.language for score in scores})} languages")

    _heading_row("exact recovery, %", names)
    for title, variants in _GROUPS.items():
        _row(title, [_share(_of(by_system[name], variants)) for name in names])
    _heading_row("nothing to remove, %", names)
    for title, variants in _UNCHANGED.items():
        kept = [_of(by_system[name], variants) for name in names]
        _row(f"{title}: same words", [_share(part) for part in kept])
        _row(f"{title}: byte for byte", [_share(part, "unchanged") for part in kept])
    _heading_row("words over all polluted documents, %", names)
    polluted = [_of(by_system[name], POLLUTED_VARIANTS) for name in names]
    _row("article words lost", [_ratio(part, "lost", "article_words") for part in polluted])
    _row("junk words left", [_ratio(part, "left", "junk_words") for part in polluted])
    _heading_row("by variant, %", names)
    for variant in VARIANTS:
        _row(variant, [_share(_of(by_system[name], (variant,))) for name in names])

    ours = by_system["spamstrip"]
    right = [float(score.right) for score in _of(ours, POLLUTED_VARIANTS)]
    interval = bootstrap_mean(right)
    print(
        f"\nspamstrip, all polluted: {100 * interval.mean:.1f}% "
        f"[{100 * interval.low:.1f}, {100 * interval.high:.1f}]"
    )
    _report_languages(ours)


def _report_languages(ours: Sequence[Score]) -> None:
    print(f"\n{'language':<10}{'polluted':>10}{'exact %':>9}{'clean':>7}{'unchanged %':>13}")
    for language in sorted({score.language for score in ours}):
        of_language = [score for score in ours if score.language == language]
        polluted, kept = _of(of_language, POLLUTED_VARIANTS), _of(of_language, _KEEPS)
        print(
            f"{language:<10}{len(polluted):>10}{_share(polluted):>9.1f}"
            f"{len(kept):>7}{_share(kept):>13.1f}"
        )


def _heading_row(title: str, names: Sequence[str]) -> None:
    print(f"\n{title:<38}" + "".join(f"{name:>22}" for name in names))


def _row(title: str, cells: Sequence[float]) -> None:
    print(f"{title:<38}" + "".join(f"{cell:>22.2f}" for cell in cells))


def _of(scores: Sequence[Score], variants: Sequence[str]) -> list[Score]:
    return [score for score in scores if score.variant in variants]


def _share(scores: Sequence[Score], what: str = "right") -> float:
    if not scores:
        return float("nan")
    return 100 * float(np.mean([getattr(score, what) for score in scores]))


def _ratio(scores: Sequence[Score], part: str, whole: str) -> float:
    total = sum(getattr(score, whole) for score in scores)
    return 100 * sum(getattr(score, part) for score in scores) / total if total else float("nan")


if __name__ == "__main__":
    main()
