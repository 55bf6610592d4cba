"""The isolated process: it receives documents on one socket and answers one by one.

It holds the models and may crash, hang or be killed; whoever started it notices, because the
answer to one known document is missing. It ends when its socket is closed.
"""

import contextlib
import faulthandler
import math
import os
import pickle
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from ..errors import ModelError, OptionError, SpamstripError
from ..records import Options, Result
from .items import Answer, Decoded, Decoder, Encoder, SkipDocument, Status

READY: Final = "ready"
ORPHAN_GRACE: Final = 30.0
"""Seconds a worker outlives its time limit when nobody is left to kill it."""

_WARM_UP: Final = {"html": "<p>one</p>", "text": "one", "auto": "one"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """All a worker needs to know about a job; small when pickled.

    Attributes:
        make_cleaner: builds the cleaner for one kind of document, called once per kind.
    """

    make_cleaner: Callable[[Options], Any]
    options: Options
    decoder: Decoder
    encoder: Encoder


@dataclass(frozen=True, slots=True)
class Fatal:
    """The worker cannot work at all, for every document alike: no model, a wrong option."""

    message: str


def default_cleaner(options: Options, model: Path | None = None) -> Any:
    """A `spamstrip.Cleaner` with these options and the models of a directory."""
    from ..cleaner import Cleaner

    return Cleaner.from_options(options, model=model)


class Workbench:
    """A recipe in use: its cleaners are built on first use and kept."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._cleaners: dict[str, Any] = {}

    def warm_up(self) -> None:
        """Load the models now, so that the first document is not charged for it."""
        for kind in self.recipe.decoder.kinds:
            self._cleaner(kind).analyze(_WARM_UP[kind])

    def answer(self, payload: Any) -> Answer:
        """Clean one document; every exception that is its own fault becomes an answer."""
        started = time.perf_counter()
        recipe = self.recipe
        try:
            decoded = recipe.decoder.decode(payload)
            result = self._cleaner(decoded.kind).analyze(decoded.source)
            status: Status = "unchanged" if _is_unchanged(decoded, result) else "cleaned"
            output = recipe.encoder.encode(decoded, result, status)
        except SkipDocument as reason:
            return Answer("skipped", detail=str(reason))
        except (ModelError, OptionError):  # no document's fault
            raise
        except Exception as error:  # any input gives an outcome; the run goes on
            seconds = time.perf_counter() - started
            return Answer("failed", detail=_describe(error), seconds=seconds)
        return Answer(
            status,
            output,
            seconds=time.perf_counter() - started,
            language=(decoded.language or result.metadata.language),
            spam_score=float(result.spam_score),
            removed=_count_removed(result),
            warnings=len(result.warnings),
        )

    def _cleaner(self, kind: str) -> Any:
        if kind not in self._cleaners:
            options = replace(self.recipe.options, kind=kind)  # type: ignore[arg-type]
            self._cleaners[kind] = self.recipe.make_cleaner(options)
        return self._cleaners[kind]


def _describe(error: Exception) -> str:
    plain = isinstance(error, SpamstripError) or type(error) is ValueError
    text = str(error) if plain else f"{type(error).__name__}: {error}"
    return (text.splitlines() or [type(error).__name__])[0][:500]


def _is_unchanged(decoded: Decoded, result: Result) -> bool:
    if result.kind == "text" and not result.removed:
        return True
    return result.rendered == decoded.source


def _count_removed(result: Result) -> tuple[tuple[str, int, int], ...]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for removal in result.removed:
        counts[removal.label][0] += 1
        counts[removal.label][1] += len(removal.text)
    return tuple((label, *counts[label]) for label in sorted(counts))  # type: ignore[misc]


def serve(connection: Connection) -> None:
    """Answer batches until the other side closes; one message (recipe, timeout, payloads) each."""
    benches: dict[bytes, Workbench] = {}
    while True:
        try:
            message, timeout, payloads = connection.recv()
        except EOFError:
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if message not in benches:
                benches.clear()
                try:
                    benches[message] = _prepare(message)
                except Exception as error:  # whoever asked has to know, whatever it is
                    connection.send(Fatal(_describe(error)))
                    continue
            connection.send(READY)
            with _OrphanLimit(timeout) as limit:
                for payload in payloads:
                    limit.renew()
                    connection.send(_answer(benches[message], payload))


def _answer(bench: Workbench, payload: Any) -> Answer | Fatal:
    try:
        return bench.answer(payload)
    except (ModelError, OptionError) as error:
        return Fatal(_describe(error))


def _prepare(message: bytes) -> Workbench:
    """The workbench of a recipe, with its models loaded."""
    bench = Workbench(pickle.loads(message))
    bench.warm_up()
    return bench


class _OrphanLimit:
    """Ends this process when it hangs in C code with nobody left to kill it.

    The watchdog of `faulthandler` is a C thread; it needs neither the interpreter lock nor a
    signal handler that would have to wait for the hanging call. Setting it starts a thread, so
    it is not set anew for every short document.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._renewed = -math.inf
        self._silence = os.open(os.devnull, os.O_WRONLY)

    def __enter__(self) -> "_OrphanLimit":
        return self

    def renew(self) -> None:
        """Allow the time of one more document."""
        now = time.monotonic()
        if now - self._renewed >= self._timeout:
            self._renewed = now
            seconds = 2 * self._timeout + ORPHAN_GRACE
            faulthandler.dump_traceback_later(seconds, exit=True, file=self._silence)

    def __exit__(self, *exception: object) -> None:
        faulthandler.cancel_dump_traceback_later()
        os.close(self._silence)


def main() -> None:
    """Serve on the inherited socket whose number is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process decides what Ctrl-C means
    serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    # The recipe refers to this module by its import path; run the imported one, not __main__.
    from spamstrip.batch.worker import main as imported_main

    imported_main()
