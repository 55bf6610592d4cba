"""Where a stream of outputs goes: one file written under a temporary name, or a pipe."""

import sys
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from . import storage


class Sink(Protocol):
    """Takes outputs in order; what it has at a checkpoint survives a crash."""

    def write(self, output: Any, context: Any) -> int:
        """Add one output; returns its bytes."""

    def checkpoint(self) -> dict[str, Any]:
        """Make everything so far durable; the state to open the sink with again."""

    def finish(self) -> None:
        """Give the output its final name."""

    def close(self) -> None:
        """Release files; nothing more is made durable."""


def partial_path(path: Path) -> Path:
    """The name of an output until it is complete."""
    return path.with_name(path.name + ".partial")


class ByteSink:
    """A file of concatenated outputs (JSON Lines, WARC), compressed in segments.

    Args:
        state: of the checkpoint to continue from, empty for a new file.
    """

    def __init__(self, path: Path, suffix: str, state: dict[str, Any]) -> None:
        self._path = path
        self._partial = partial_path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = storage.SegmentedFile(self._partial, suffix, state.get("offset", 0))

    def write(self, output: Any, context: Any) -> int:  # noqa: ARG002
        """Add bytes, or a spooled file chunk by chunk."""
        if isinstance(output, bytes):
            self._file.write(output)
            return len(output)
        size = 0
        while chunk := output.read(1 << 20):
            self._file.write(chunk)
            size += len(chunk)
        self._file.write(b"\n")
        return size + 1

    def checkpoint(self) -> dict[str, Any]:
        """End the compressed segment and sync."""
        return {"offset": self._file.checkpoint()}

    def finish(self) -> None:
        """Rename; the last checkpoint made the content durable."""
        self._file.close()
        self._partial.replace(self._path)
        storage.sync_directory(self._path.parent)

    def close(self) -> None:
        """Leave the partial file for a resume."""
        self._file.close()


class PipeSink:
    """Standard output: no checkpoints, only order."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout.buffer

    def write(self, output: Any, context: Any) -> int:  # noqa: ARG002
        """Pass on at once, so that a pipe keeps flowing."""
        size = 0
        if not isinstance(output, bytes):
            while chunk := output.read(1 << 20):
                size += self._stream.write(chunk)
            output = b"\n"
        size += self._stream.write(output)
        self._stream.flush()
        return size

    def checkpoint(self) -> dict[str, Any]:
        """Nothing to remember."""
        return {}

    def finish(self) -> None:
        """Nothing to rename."""

    def close(self) -> None:
        """The stream is not ours to close."""
