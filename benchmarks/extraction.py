"""Main content of HTML pages: spamstrip beside other extractors.

    python -m benchmarks.extraction --data DATA               5-fold cross-validation by domain
    python -m benchmarks.extraction --data DIR --shipped      the shipped model, unseen pages

DATA is the training data (its `html/wcxb-dev` is scored, each page by a model trained without
its domain) or that WCXB directory itself. DIR is a directory in any layout of
`spamstrip.evaluation.gold`. Metrics: `spamstrip.evaluation.metrics`.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import spamstrip
from spamstrip.evaluation import Evaluation, Page, format_table, read_directory
from spamstrip.evaluation.metrics import bootstrap_mean
from spamstrip.evaluation.run import PageScores, score_page, summarise
from spamstrip.model_set import ModelSet, models_directory

from .common import OutputCache, attempt, heading, write_lines
from .injected import InjectedScore, Injector
from .injected import report as injected_report
from .peers import html_peers

Folds = Iterable[tuple[ModelSet, Sequence[Page]]]

_WCXB = Path("html") / "wcxb-dev"
_OURS = "spamstrip"
_BODY = "spamstrip body"  # titles and captions off


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmark and print its tables."""
    arguments = _parser().parse_args(words)
    directory, training = _directories(arguments.data)
    pages = read_directory(directory)[: arguments.limit]
    if arguments.articles:
        pages = [page for page in pages if page.page_type == "article"]
    peers = [] if arguments.no_peers else html_peers()
    print(heading("extraction", peers))

    systems: dict[str, dict[str, Any]] = {_OURS: {}}
    if arguments.article_only:
        systems[_BODY] = {"include_title": False, "include_captions": False}
    evaluations: dict[str, Evaluation] = {}
    injected: list[InjectedScore] = []
    if not arguments.peers_only:
        if arguments.shipped:
            folds: Folds = [(ModelSet(arguments.model), pages)]
        else:
            folds = _cross_validation(training, pages, arguments.folds, arguments.seed)
        injector = Injector(training, arguments.seed) if arguments.injected else None
        by_system, injected = _scored(folds, systems, arguments.preset, injector)
        for name, scores in by_system.items():
            evaluations[name] = summarise(sorted(scores, key=lambda score: score.name))
    for peer in peers:
        cache = OutputCache(arguments.cache, peer)
        scored = [score_page(p, cache.output(p.read_text(), peer.extract)) for p in pages]
        evaluations[peer.name] = summarise(scored)
    _report(evaluations)
    if injected:
        injected_report(injected)
    write_lines(
        arguments.pages,
        (
            {"system": name, **asdict(score)}
            for name, evaluation in evaluations.items()
            for score in evaluation.pages
        ),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--shipped", action="store_true", help="no training: the model in models/")
    parser.add_argument(
        "--model", type=Path, default=models_directory(), metavar="DIR", help="with --shipped"
    )
    parser.add_argument(
        "--article-only",
        action="store_true",
        help="also without titles and captions, as news benchmarks define the article body",
    )
    parser.add_argument(
        "--injected", action="store_true", help="also with spam put into the pages (training data)"
    )
    parser.add_argument("--articles", action="store_true", help="pages of type article only")
    parser.add_argument("--preset", default="balanced")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="the first pages only, for a trial")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peers-only", action="store_true")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep the peers' outputs here")
    parser.add_argument("--pages", type=Path, metavar="FILE", help="per-page results, JSON lines")
    return parser


def _directories(data: Path) -> tuple[Path, Path]:
    """The directory of pages, and the training data it belongs to."""
    if (data / _WCXB).is_dir():
        return data / _WCXB, data
    return data, data.resolve().parent.parent


def _scored(
    folds: Folds, systems: dict[str, dict[str, Any]], preset: str, injector: Injector | None
) -> tuple[dict[str, list[PageScores]], list[InjectedScore]]:
    """Every page scored with the model of its fold, once for each set of options."""
    scores: dict[str, list[PageScores]] = {name: [] for name in systems}
    injected = []
    for models, pages in folds:
        for name, options in systems.items():
            cleaner = spamstrip.Cleaner(model=models, kind="html", preset=preset, **options)
            for page in pages:
                html = page.read_text()
                kept = attempt(cleaner.clean, html)
                scores[name].append(score_page(page, kept))
                if injector is not None and name == _OURS:
                    injected.append(injector.score(cleaner.clean, html, kept))
    return scores, injected


def _cross_validation(training: Path, pages: Sequence[Page], folds: int, seed: int) -> Folds:
    from spamstrip.training.html import cross_validation

    left = {page.name: page for page in pages}
    models = None
    for model, held_out in cross_validation(
        training, folds=folds, seed=seed, models=models_directory()
    ):
        models = ModelSet(models_directory(), html=model)
        yield models, [left.pop(name) for name in sorted(held_out) if name in left]
    if models is not None and left:
        # Pages without gold text are in no fold, because nothing can be learned from them.
        yield models, list(left.values())


def _report(evaluations: dict[str, Evaluation]) -> None:
    for name, evaluation in evaluations.items():
        print(f"\n{name}\n{format_table(evaluation)}")
    print(f"\n{'word F1':<18}" + "".join(f"{name:>18}" for name in evaluations))
    first = next(iter(evaluations.values()))
    for row, by_type in enumerate([*first.by_type, first.overall]):
        cells = [[*e.by_type, e.overall][row].f1.mean for e in evaluations.values()]
        print(f"{by_type.page_type:<18}" + "".join(f"{cell:>18.3f}" for cell in cells))
    ours = evaluations.get(_OURS)
    if ours is None:
        return
    print("\npaired difference of word F1, spamstrip minus the other (95% interval)")
    for name, evaluation in evaluations.items():
        if evaluation is ours:
            continue
        pairs = zip(ours.pages, sorted(evaluation.pages, key=lambda s: s.name), strict=True)
        difference = bootstrap_mean([own.f1 - other.f1 for own, other in pairs if own.has_gold])
        print(f"{name:<18}{difference.mean:+.3f}  [{difference.low:+.3f}, {difference.high:+.3f}]")


if __name__ == "__main__":
    main()
