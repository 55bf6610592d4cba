"""Score a cleaner on a directory of inputs with gold texts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import metrics
from .gold import PAGE_TYPES, Page, read_directory
from .metrics import Interval

Clean = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PageScores:
    """What one page scored; the fields are those of `spamstrip.evaluation.metrics`.

    Attributes:
        has_gold: False for a page whose gold text has no word.
        with_rate, without_rate: None where the page has no such snippets.
    """

    name: str
    page_type: str
    has_gold: bool
    precision: float
    recall: float
    f1: float
    with_rate: float | None
    without_rate: float | None
    shingles: tuple[float, float, float]
    exact: bool
    recovered: bool


@dataclass(frozen=True, slots=True)
class TypeScores:
    """Averages over the pages of one type, or over all; every figure is in 0..1."""

    page_type: str
    pages: int
    precision: float
    recall: float
    f1: Interval
    with_rate: float
    without_rate: float
    shingle_f1: Interval
    exact: float
    recovered: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of one cleaner on one directory.

    Attributes:
        overall: over the pages whose gold text is not empty.
        all_pages_f1: word F1 over every page, empty gold included, as WCXB's script averages.
        by_type: one row per page type, in the order of `PAGE_TYPES`, others after them.
        pages: one record per page.
    """

    overall: TypeScores
    all_pages_f1: Interval
    by_type: tuple[TypeScores, ...]
    pages: tuple[PageScores, ...]


def score_page(page: Page, predicted: str) -> PageScores:
    """Score one output against its page."""
    precision, recall, f1 = metrics.word_prf(predicted, page.gold)
    with_rate, without_rate = metrics.snippet_rates(
        predicted, page.with_snippets, page.without_snippets
    )
    return PageScores(
        name=page.name,
        page_type=page.page_type,
        has_gold=bool(page.gold.strip()),
        precision=precision,
        recall=recall,
        f1=f1,
        with_rate=with_rate,
        without_rate=without_rate,
        shingles=metrics.shingle_counts(predicted, page.gold),
        exact=metrics.shingle_exact(predicted, page.gold),
        recovered=metrics.exact_recovery(predicted, page.gold),
    )


def summarise(scores: Sequence[PageScores], *, resamples: int = 1000, seed: int = 0) -> Evaluation:
    """Averages of page scores; pages without gold text count in `all_pages_f1` only."""
    counted = [score for score in scores if score.has_gold]
    found = {score.page_type for score in counted}
    ordered = [name for name in PAGE_TYPES if name in found] + sorted(found - set(PAGE_TYPES))
    return Evaluation(
        overall=_average("all", counted, resamples, seed),
        all_pages_f1=metrics.bootstrap_mean(
            [score.f1 for score in scores], resamples=resamples, seed=seed
        ),
        by_type=tuple(
            _average(name, [s for s in counted if s.page_type == name], resamples, seed)
            for name in ordered
        ),
        pages=tuple(scores),
    )


def evaluate(directory: Path, clean: Clean, *, resamples: int = 1000, seed: int = 0) -> Evaluation:
    """Run a cleaner over a directory and score it.

    Args:
        directory: in one of the layouts of `spamstrip.evaluation.gold`.
        clean: takes the decoded input, returns the kept text.
        resamples, seed: of the bootstrap intervals.

    Raises:
        SourceError: the directory has none of them.
    """
    scores = [score_page(page, clean(page.read_text())) for page in read_directory(directory)]
    return summarise(scores, resamples=resamples, seed=seed)


def format_table(evaluation: Evaluation) -> str:
    """The evaluation as an aligned table, one row per page type and one for all pages."""
    header = (
        f"{'page type':<15}{'pages':>6}  {'F1':<15}{'prec.':>6}{'recall':>8}"
        f"{'with':>7}{'without':>9}{'shingle F1':>12}{'exact':>7}"
    )
    rows = [header, "-" * len(header)]
    rows += [_row(scores) for scores in (*evaluation.by_type, evaluation.overall)]
    everything = evaluation.all_pages_f1
    empty = sum(not score.has_gold for score in evaluation.pages)
    if empty:
        rows.append(
            f"with the {empty} pages whose gold text is empty: F1 "
            f"{everything.mean:.3f} ± {everything.half_width:.3f}"
        )
    return "\n".join(rows)


def _row(scores: TypeScores) -> str:
    f1 = f"{scores.f1.mean:.3f} ± {scores.f1.half_width:.3f}"
    return (
        f"{scores.page_type:<15}{scores.pages:>6}  {f1:<15}{scores.precision:>6.3f}"
        f"{scores.recall:>8.3f}{scores.with_rate:>7.3f}{scores.without_rate:>9.3f}"
        f"{scores.shingle_f1.mean:>12.3f}{scores.exact:>7.3f}"
    )


def _average(page_type: str, scores: Sequence[PageScores], resamples: int, seed: int) -> TypeScores:
    return TypeScores(
        page_type=page_type,
        pages=len(scores),
        precision=_mean(score.precision for score in scores),
        recall=_mean(score.recall for score in scores),
        f1=metrics.bootstrap_mean([s.f1 for s in scores], resamples=resamples, seed=seed),
        with_rate=_mean(s.with_rate for s in scores if s.with_rate is not None),
        without_rate=_mean(s.without_rate for s in scores if s.without_rate is not None),
        shingle_f1=metrics.bootstrap_shingle_f1(
            [s.shingles for s in scores], resamples=resamples, seed=seed
        ),
        exact=_mean(score.exact for score in scores),
        recovered=_mean(score.recovered for score in scores),
    )


def _mean(values: Iterable[float]) -> float:
    collected = list(values)
    return sum(collected) / len(collected) if collected else float("nan")
