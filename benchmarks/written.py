"""Whole polluted documents written by hand, in many languages: spamstrip beside line filters.

    python -m benchmarks.written

The documents are in `fixtures/polluted`; none of them is training data. Metrics:
`spamstrip.evaluation.metrics`; words are counted over all documents together.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import spamstrip
from spamstrip.evaluation.marked import MarkedDocument, read_marked
from spamstrip.evaluation.metrics import damage, exact_recovery, leak

from .common import attempt, heading
from .peers import nothing, text_peers

_WIDTH = 23  # of a column
DOCUMENTS = Path(__file__).parent.parent / "fixtures" / "polluted"


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.written", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--no-peers", action="store_true")
    arguments = parser.parse_args(words)
    peers = [] if arguments.no_peers else [nothing(), *text_peers()]
    systems: list[tuple[str, Callable[[str], str]]] = [
        (preset, spamstrip.Cleaner(kind="text", preset=preset).clean)
        for preset in ("balanced", "gentle", "strict")
    ]
    systems += [(peer.name, peer.extract) for peer in peers]
    documents = list(read_marked(DOCUMENTS))
    print(heading("written", peers[1:]))
    print(f"{len(documents)} documents, {len({item.language for item in documents})} languages")
    outputs = {
        name: [attempt(extract, item.polluted) for item in documents] for name, extract in systems
    }
    _report(documents, outputs)


def _report(documents: Sequence[MarkedDocument], outputs: dict[str, list[str]]) -> None:
    _heading_row("exact recovery, %", outputs)
    kinds = sorted({item.kind for item in documents})
    for kind in [*kinds, "all"]:
        chosen = [at for at, item in enumerate(documents) if kind in (item.kind, "all")]
        cells = [_exact(documents, found, chosen) for found in outputs.values()]
        print(f"{kind:<16}{len(chosen):>5}" + "".join(f"{cell:>{_WIDTH}.1f}" for cell in cells))
    _heading_row("words, %", outputs)
    everything = list(zip(documents, zip(*outputs.values(), strict=True), strict=True))
    lost = np.array([[damage(text, item.clean, item.polluted) for text in texts]
                     for item, texts in everything])  # fmt: skip
    left = np.array([[leak(text, item.clean, item.polluted) for text in texts]
                     for item, texts in everything])  # fmt: skip
    for title, counts in (("article words lost", lost), ("junk words left", left)):
        shares = 100 * counts[:, :, 0].sum(axis=0) / counts[:, :, 1].sum(axis=0)
        print(f"{title:<21}" + "".join(f"{share:>{_WIDTH}.2f}" for share in shares))
    print(f"\n{'language':<10}{'exact %':>8}  of polluted documents, balanced")
    for language in sorted({item.language for item in documents}):
        chosen = [at for at, item in enumerate(documents)
                  if item.language == language and item.kind != "clean"]  # fmt: skip
        print(f"{language:<10}{_exact(documents, outputs['balanced'], chosen):>8.1f}")


def _heading_row(title: str, outputs: dict[str, list[str]]) -> None:
    print(f"\n{title:<21}" + "".join(f"{name:>{_WIDTH}}" for name in outputs))


def _exact(
    documents: Sequence[MarkedDocument], found: Sequence[str], chosen: Sequence[int]
) -> float:
    return 100 * float(np.mean([exact_recovery(found[at], documents[at].clean) for at in chosen]))


if __name__ == "__main__":
    main()
