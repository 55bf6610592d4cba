"""Progress on stderr: a bar with rate and time left on a terminal, plain lines elsewhere."""

import sys
import time
from typing import Any, Final, TextIO

from .report import plural

PLAIN_INTERVAL: Final = 30.0
"""Seconds between plain lines."""


class Progress:
    """Bytes of input done of a known or unknown total, and documents.

    Args:
        total: bytes of all inputs; 0 when unknown (a pipe).
        quiet: print nothing.
    """

    def __init__(self, total: int, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._total = total
        self._documents = 0
        self._position = 0
        self._started = self._printed = time.monotonic()
        self._bar: Any = None
        self._quiet = quiet
        if not quiet and self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=total or None, unit="B", unit_scale=True, file=self._stream, smoothing=0.05
            )

    def advance(self, size: int) -> None:
        """One more document, `size` more bytes of input read for it."""
        self._documents += 1
        self._position += size
        if self._bar is not None:
            self._bar.set_postfix(documents=self._documents, refresh=False)
            self._bar.update(size)
        elif not self._quiet and time.monotonic() - self._printed >= PLAIN_INTERVAL:
            self._print_line()

    def _print_line(self) -> None:
        self._printed = time.monotonic()
        elapsed = self._printed - self._started
        line = f"{plural(self._documents, 'document')}, {self._documents / elapsed:,.1f} per second"
        if self._total:
            share = min(1.0, self._position / self._total)
            line += f", {share:.1%}"
            if share > 0:
                line += f", about {elapsed * (1 - share) / share:,.0f} s left"
        print(f"spamstrip: {line}", file=self._stream, flush=True)

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.close()
