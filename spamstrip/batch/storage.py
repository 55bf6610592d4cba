"""Reading compressed files and writing so that no reader ever sees half a file."""

import contextlib
import gzip
import io
import os
import shutil
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast

from .engine import require

COMPRESSIONS: Final = (".gz", ".zst")
GZIP_LEVEL: Final = 6
ZSTD_LEVEL: Final = 3

_TELL_EVERY: Final = 64
"""Asking the system for the position costs more than reading a short line."""

DAMAGED: Final = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a truncated or corrupt compressed stream raises."""


def split_compression(name: str) -> tuple[str, str]:
    """`("page.html", ".gz")` for "page.html.gz"; the second part is "" when uncompressed."""
    for suffix in COMPRESSIONS:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)], suffix
    return name, ""


def check_compression(suffix: str) -> None:
    """Raise BatchError when the package for this compression is not installed."""
    if suffix == ".zst":
        require("zstandard", "zstd", "reading or writing .zst")


def open_decompressed(raw: IO[bytes], suffix: str) -> BinaryIO:
    """A stream of the decompressed bytes of `raw`, across gzip members and zstd frames."""
    if suffix == ".gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw, mode="rb"))
    if suffix == ".zst":
        return cast(BinaryIO, io.BufferedReader(_ZstdStream(raw), 1 << 16))
    return cast(BinaryIO, raw)


class InputFile:
    """An input opened for streaming; a context manager.

    Attributes:
        stream: the decompressed bytes.
    """

    def __init__(self, path: Path | None, name: str, suffix: str = "") -> None:
        self.name = name
        self.path = path
        self._raw: IO[bytes] = sys.stdin.buffer if path is None else path.open("rb")
        self.stream = open_decompressed(self._raw, suffix)
        self._calls = self._position = 0

    def position(self) -> int:
        """Bytes of the file read so far, not to the byte; 0 for a pipe."""
        if self._calls % _TELL_EVERY == 0 and self.path is not None:
            self._position = self._raw.tell()
        self._calls += 1
        return self._position

    def __enter__(self) -> "InputFile":
        return self

    def __exit__(self, *exception: object) -> None:
        if self.path is not None:
            self._raw.close()


class _ZstdStream(io.RawIOBase):
    """Decompressed zstd that notices truncation, which the package's own reader does not."""

    def __init__(self, raw: IO[bytes]) -> None:
        zstandard = require("zstandard", "zstd", "reading .zst")
        self._error = zstandard.ZstdError
        self._context = zstandard.ZstdDecompressor()
        self._raw = raw
        self._frame: Any = None
        self._input = b""
        self._output = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._output:
            if not self._input:
                self._input = self._raw.read(1 << 16)
                if not self._input:
                    if self._frame is not None:
                        raise EOFError("zstd stream ended before its end-of-frame marker")
                    return 0
            if self._frame is None:
                self._frame = self._context.decompressobj()
            try:
                self._output = self._frame.decompress(self._input)
            except self._error as error:
                raise EOFError(f"damaged zstd stream: {error}") from error
            self._input = b""
            if self._frame.eof:
                self._input = self._frame.unused_data
                self._frame = None
        count = min(len(buffer), len(self._output))
        buffer[:count] = self._output[:count]
        self._output = self._output[count:]
        return count


def decompress(data: bytes, suffix: str, limit: int) -> bytes | None:
    """The decompressed bytes, or None when they are more than `limit`.

    Raises:
        EOFError, BadGzipFile, zlib.error: the data is truncated or corrupt.
    """
    if not suffix:
        return data if len(data) <= limit else None
    with open_decompressed(io.BytesIO(data), suffix) as stream:
        content = stream.read(limit + 1)
    return content if len(content) <= limit else None


def compress(data: bytes, suffix: str) -> bytes:
    """The compressed bytes; the same for the same data, without name or time in the header."""
    if suffix == ".gz":
        return gzip.compress(data, GZIP_LEVEL, mtime=0)
    if suffix == ".zst":
        zstandard = require("zstandard", "zstd", "writing .zst")
        return cast(bytes, zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(data))
    return data


class SegmentedFile:
    """A file written in segments, each durable and complete once `checkpoint` returns.

    A segment is one gzip member or zstd frame, so the file can be cut after any of them; the
    bytes depend on the data and on where the checkpoints are, on nothing else.
    """

    def __init__(self, path: Path, suffix: str, offset: int = 0) -> None:
        mode = "r+b" if offset else "wb"
        self._file = path.open(mode)
        self._file.truncate(offset)
        self._file.seek(offset)
        self._suffix = suffix
        self._segment: IO[bytes] | None = None

    def write(self, data: bytes) -> None:
        """Add to the current segment."""
        if self._segment is None:
            self._segment = self._open_segment()
        self._segment.write(data)

    def checkpoint(self) -> int:
        """End the segment and make it durable; returns the length of the file so far."""
        if self._segment is not None and self._segment is not self._file:
            self._segment.close()
        self._segment = None
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Close without a checkpoint."""
        with contextlib.suppress(OSError, ValueError):
            self._file.close()

    def _open_segment(self) -> IO[bytes]:
        if self._suffix == ".gz":
            return cast(
                IO[bytes],
                gzip.GzipFile("", "wb", GZIP_LEVEL, fileobj=self._file, mtime=0),
            )
        if self._suffix == ".zst":
            zstandard = require("zstandard", "zstd", "writing .zst")
            compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
            return cast(IO[bytes], compressor.stream_writer(self._file, closefd=False))
        return self._file


def sync_directory(directory: Path) -> None:
    """Make renames in `directory` durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new content for `path` that replaces it at once and durably, or not at all."""
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync_directory(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def remove_tree(directory: Path) -> None:
    """Delete a directory of temporary files, if it is there."""
    shutil.rmtree(directory, ignore_errors=True)
