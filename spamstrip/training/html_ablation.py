"""What each part of the HTML model is worth: cross-validated word F1 without it.

    python -m spamstrip.training.html_ablation --data DIR [--without FAMILY]

prints the decision's ablations for the whole model, or the whole table for a model trained
without a family of columns. One run takes about as long as training.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from spamstrip.evaluation.metrics import word_prf
from spamstrip.html import decide
from spamstrip.html.analysis import keep_once
from spamstrip.lexical import LexicalModel
from spamstrip.model_set import models_directory

from .html import fit_all
from .html_corpus import Corpus, build_corpus
from .html_data import read_pages

FAMILIES: Final = {
    "words": r"^words$|_words$|^boilerplate$|^spam$|governor_words",
    "markup": r"markup",
    "containers": r"^(up\d|card|section|densest)_",
    "alike": r"^alike",
    "neighbours": r"^at[+-]|^before|^after",
    "page": r"^page_",
    "page types": r"^page_type=",
    "place": r"position|from_|governor|next_heading",
    "shape": r"^(upper|title_words|digits|stops|commas|brackets|symbols|first_|last_|word_length)",
}
"""Family -> regular expression on the column names."""

Decide = Callable[[int, npt.NDArray[np.float64]], npt.NDArray[np.bool_]]


def report(corpus: Corpus, probability: npt.NDArray[np.float64], decision: Decide) -> str:
    """Word F1 over all pages and by page type, titles as the model decides."""
    by_type: dict[str, list[float]] = {}
    for number, page in enumerate(corpus.pages):
        kept = decision(number, probability[corpus.rows(number)])
        text = "\n".join(page.page.texts[index] for index in np.flatnonzero(kept))
        by_type.setdefault(page.page_type, []).append(word_prf(text, page.gold)[2])
    everything = [score for scores in by_type.values() for score in scores]
    cells = [f"{np.mean(scores):.3f}" for _, scores in sorted(by_type.items())]
    return " | ".join([f"{np.mean(everything):.4f}", *cells])


def main() -> None:
    """Train once, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=models_directory())
    parser.add_argument("--without", choices=FAMILIES, default=None)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    lexical = LexicalModel.load(arguments.models)
    corpus = build_corpus(list(read_pages(arguments.data)), lexical)
    without = FAMILIES[arguments.without] if arguments.without else ""
    trained = fit_all(corpus, lexical, (), arguments.seed, final=False, without=without)

    def best(number: int, p: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        kept = repeated(number, p)
        keep_once(corpus.pages[number].page, corpus.shapes[number].mass, kept)
        return kept

    def repeated(number: int, p: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        return decide.keep(p, corpus.shapes[number].mass.astype(np.float64) + 0.1, "balanced")

    def fixed(number: int, p: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        kept: npt.NDArray[np.bool_] = (p >= 0.5) | (p >= p.max())
        keep_once(corpus.pages[number].page, corpus.shapes[number].mass, kept)
        return kept

    share = np.concatenate([page.alignment.share for page in corpus.pages])
    types = sorted({page.page_type for page in corpus.pages})
    print(" | ".join(["variant", "all", *types]))
    name = f"without {arguments.without}" if arguments.without else "whole model"
    print(f"{name} | {report(corpus, trained.content, best)}")
    print(f"one threshold, 0.5 | {report(corpus, trained.content, fixed)}")
    print(f"repeated texts kept | {report(corpus, trained.content, repeated)}")
    print(f"perfect segment labels | {report(corpus, share.astype(np.float64), fixed)}")


if __name__ == "__main__":
    main()
