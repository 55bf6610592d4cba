"""`spamstrip train`: every model from the training data with one command."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from spamstrip.errors import SourceError

from . import html, lexical, text


class _Train(Protocol):
    def __call__(self, data: Path, out: Path, *, seed: int) -> None: ...


# In this order: the later models use the scores of the lexical one.
_STEPS: Final[dict[str, _Train]] = {
    "lexical": lexical.train,
    "text": text.train,
    "html": html.train,
}


def main(words: Sequence[str]) -> int:
    """Parse the command line of `spamstrip train`, run it, return the exit code."""
    parser = argparse.ArgumentParser(
        prog="spamstrip train",
        description="Train the models and write them with their model cards. "
        "The same data and seed give the same files.",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="training data")
    parser.add_argument(
        "--out", type=Path, default=Path("models"), metavar="DIR", help="default: models"
    )
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    parser.add_argument(
        "--only", choices=_STEPS, action="append", help="train just this model (repeatable)"
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    arguments = parser.parse_args(words)
    if not arguments.data.is_dir():
        raise SourceError(f"{arguments.data}: no such directory of training data")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.only or _STEPS:
        start = time.monotonic()
        _STEPS[name](arguments.data, arguments.out, seed=arguments.seed)
        seconds = time.monotonic() - start
        print(f"{name}: {arguments.out / name}.npz written after {seconds:.0f} s", flush=True)
    return 0
