"""Writing the documents of a tree, many small files durably and fast."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from . import storage
from .formats.directory import PARTIAL, DocumentFile

GROUP_FILES: Final = 64
GROUP_BYTES: Final = 8 << 20
SYNC_THREADS: Final = 8
"""Several files synced at once share the disk's journal writes: a group of 64 takes a fraction
of the time of 64 syncs in a row."""


class TreeWriter:
    """Writes documents in groups: temporary files, one sync for all, renames, then the log.

    Args:
        root: the output directory.
        log: called with the outputs' entries once they are durable.
    """

    def __init__(self, root: Path, log: Callable[[list[dict[str, Any]]], None]) -> None:
        self._root = root
        self._log = log
        self._partial = root / PARTIAL
        storage.remove_tree(self._partial)
        self._partial.mkdir(parents=True)
        self._group: list[tuple[Path, Path] | None] = []
        self._entries: list[dict[str, Any]] = []
        self._bytes = 0
        self._pool = ThreadPoolExecutor(SYNC_THREADS)

    def write(self, output: str, data: bytes, entry: dict[str, Any]) -> None:
        """Add a cleaned document to the group."""
        temporary = self._partial / str(len(self._group))
        temporary.write_bytes(data)
        self._add((temporary, self._root / output), entry, len(data))

    def keep(self, file: DocumentFile, entry: dict[str, Any]) -> int:
        """Add a document as it is, under its own name.

        Returns: its size; -1 when it cannot be read, so that there is nothing to keep.
        """
        temporary = self._partial / str(len(self._group))
        size = 0
        with temporary.open("wb") as stream:
            try:
                for chunk in _read_chunks(file.path):
                    size += stream.write(chunk)
            except _UnreadableError:
                return -1
        self._add((temporary, self._root / file.name), entry, size)
        return size

    def note(self, entry: dict[str, Any]) -> None:
        """Add an outcome that has no output."""
        self._add(None, entry, 0)

    def _add(self, paths: tuple[Path, Path] | None, entry: dict[str, Any], size: int) -> None:
        self._group.append(paths)
        self._entries.append(entry)
        self._bytes += size
        if len(self._group) >= GROUP_FILES or self._bytes >= GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        """Make the group durable and log it."""
        moves = [paths for paths in self._group if paths is not None]
        list(self._pool.map(_sync_file, [temporary for temporary, _ in moves]))
        directories = {target.parent for _, target in moves}
        for directory in directories:
            directory.mkdir(parents=True, exist_ok=True)
        for temporary, target in moves:
            temporary.replace(target)
        list(self._pool.map(storage.sync_directory, directories))
        if self._entries:
            self._log(self._entries)
        self._group, self._entries, self._bytes = [], [], 0

    def close(self) -> None:
        """Remove the temporary files."""
        self._pool.shutdown()
        storage.remove_tree(self._partial)


class _UnreadableError(Exception):
    """The source failed, not the output."""


def _read_chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as source:
            while chunk := source.read(1 << 20):
                yield chunk
    except OSError as error:
        raise _UnreadableError from error


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
