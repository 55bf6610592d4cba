"""Whole polluted web pages written by hand, in many languages: spamstrip beside other extractors.

    python -m benchmarks.pages

The pages are in `fixtures/pages`; none of them is training data. Word F1 is macro-averaged; author
and date count neither way. A block is found when all its letters stand in the output in a row, and
so is a phrase of the junk.
"""

import argparse
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import spamstrip
from spamstrip.evaluation.marked import MarkedPage, read_marked_pages

from .common import attempt, heading
from .peers import html_peers

PAGES = Path(__file__).parent.parent / "fixtures" / "pages"
_NEAR = 0.995  # word F1 from which a page counts as right


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an extractor made of one page: word F1, and shares of blocks and of junk found."""

    f1: float
    blocks: float
    junk: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--directory", type=Path, default=PAGES)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--each", action="store_true", help="a line for every page")
    options = parser.parse_args(arguments)
    peers = [] if options.no_peers else html_peers()
    cleaner = spamstrip.Cleaner(kind="html")
    systems: list[tuple[str, Callable[[str], str]]] = [("spamstrip", cleaner.clean)]
    systems += [(peer.name, peer.extract) for peer in peers]
    pages = list(read_marked_pages(options.directory))
    print(heading("pages", peers))
    print(f"{len(pages)} pages, {len({page.name.partition('-')[0] for page in pages})} languages")
    print(f"\n{'':<18}{'word F1':>9}{'right pages %':>15}{'blocks found %':>16}{'junk left %':>13}")
    for name, extract in systems:
        found = [measured(attempt(extract, page.html), page) for page in pages]
        right = 100 * np.mean([outcome.f1 >= _NEAR for outcome in found])
        blocks, junk = (
            100 * np.mean([getattr(o, part) for o in found]) for part in ("blocks", "junk")
        )
        f1 = np.mean([outcome.f1 for outcome in found])
        print(f"{name:<18}{f1:>9.4f}{right:>15.1f}{blocks:>16.1f}{junk:>13.1f}")
        if options.each and name == "spamstrip":
            for page, outcome in zip(pages, found, strict=True):
                print(f"  {page.name:<10}{outcome.f1:>15.4f}")


def measured(output: str, page: MarkedPage) -> Outcome:
    """Compare an extractor's output with the answer."""
    gold, kept = _counts("\n".join(page.content)), _counts(output)
    for word, count in _counts("\n".join(page.optional)).items():
        kept[word] -= min(count, max(kept[word] - gold[word], 0))
    common = (gold & kept).total()
    precision, recall = common / max(kept.total(), 1), common / max(gold.total(), 1)
    letters = _letters(output)
    return Outcome(
        f1=2 * precision * recall / max(precision + recall, 1e-9),
        blocks=float(np.mean([_letters(block) in letters for block in page.content])),
        junk=float(np.mean([_letters(phrase) in letters for phrase in page.junk])),
    )


def _counts(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


if __name__ == "__main__":
    main()
