"""Trees of single documents, mirrored: one file in, one file out under the same relative name."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ...records import Result
from .. import storage
from ..items import Answer, Decoded, Limits, Record, Status

KIND_OF: Final = {".html": "html", ".htm": "html", ".xhtml": "html", ".txt": "text"}
EXTENSION_OF: Final = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json"}
PARTIAL: Final = "_spamstrip_partial"
RESERVED: Final = ("_manifest.jsonl", "_report.json", PARTIAL)
"""Names at the top of an output directory that belong to the run itself; never an input."""

GROUP_FILES: Final = 64
GROUP_BYTES: Final = 8 << 20
SYNC_THREADS: Final = 8
"""Several files synced at once share the disk's journal writes: a group of 64 takes a fraction
of the time of 64 syncs in a row."""


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """One document of a tree.

    Attributes:
        name: relative to the input directory, as a POSIX path.
        output: relative name of the cleaned document.
        error: why it cannot be read, "" when nothing is known against it.
    """

    path: Path
    name: str
    output: str
    size: int = 0
    mtime_ns: int = 0
    error: str = ""


def document_kind(name: str) -> str | None:
    """ "html" or "text" by extension, None for other files."""
    stem, _ = storage.split_compression(name)
    return KIND_OF.get(os.path.splitext(stem)[1].lower())  # noqa: PTH122


def walk(
    root: Path, accept: Callable[[str], bool], ignored: Callable[[str], None]
) -> Iterator[tuple[str, list[str], str]]:
    """Yield (relative directory, accepted file names, error) in one fixed order.

    Links to directories are not followed, so loops are harmless; everything not accepted is
    handed to `ignored`. A directory that cannot be listed is yielded with the error. What an
    earlier run keeps for itself in `root` is passed over.
    """
    waiting = [""]
    while waiting:
        directory = waiting.pop()
        try:
            with os.scandir(root / directory) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
                if not directory:
                    found = [entry for entry in found if entry.name not in RESERVED]
                names = [entry.name for entry in found if not _is_directory(entry)]
                below = [entry for entry in found if _is_directory(entry)]
        except OSError as error:
            yield directory, [], f"cannot list directory: {error.strerror}"
            continue
        accepted = []
        for name in names:
            if accept(name):
                accepted.append(name)
            else:
                ignored(_join(directory, name))
        for entry in below:
            if entry.is_symlink():
                ignored(_join(directory, entry.name))
        waiting.extend(
            _join(directory, entry.name) for entry in reversed(below) if not entry.is_symlink()
        )
        yield directory, accepted, ""


def _is_directory(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name


def claim_names(
    names: list[str], rename: Callable[[str], str], reserved: tuple[str, ...] = ()
) -> dict[str, str]:
    """Give each file of one directory an output name of its own, whatever else is there.

    A file whose name would not change keeps it; of the others, one that alone wants a name
    gets it; files that compete keep their whole name and add the extension (`a.html` and
    `a.htm` become `a.html.txt` and `a.htm.txt`), then a number.
    """
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(rename(name), []).append(name)
    claimed: dict[str, str] = {}
    taken = set(reserved)
    for target, owners in wanted.items():
        if target in owners and target not in taken:
            claimed[target] = target
            taken.add(target)
    for target, owners in wanted.items():
        if len(owners) == 1 and owners[0] not in claimed and target not in taken:
            claimed[owners[0]] = target
            taken.add(target)
    for name in names:
        if name in claimed:
            continue
        suffix = _target_suffix(rename(name))
        candidate, number = name + suffix, 1
        while candidate in taken:
            number += 1
            candidate = f"{name}~{number}{suffix}"
        claimed[name] = candidate
        taken.add(candidate)
    return claimed


def _target_suffix(target: str) -> str:
    stem, compression = storage.split_compression(target)
    return os.path.splitext(stem)[1] + compression  # noqa: PTH122


def output_name(output: str) -> Callable[[str], str]:
    """The rule that renames a document file for an output format, compression kept."""

    def rename(name: str) -> str:
        stem, compression = storage.split_compression(name)
        return os.path.splitext(stem)[0] + EXTENSION_OF[output] + compression  # noqa: PTH122

    return rename


def list_documents(
    root: Path, rename: Callable[[str], str], ignored: Callable[[str], None]
) -> Iterator[DocumentFile]:
    """Every document of the tree in the fixed order of `walk`."""
    for directory, names, error in walk(root, lambda n: document_kind(n) is not None, ignored):
        if error:
            yield DocumentFile(root / directory, directory or ".", "", error=error)
        claimed = claim_names(names, rename, RESERVED if not directory else ())
        for name in names:
            path = root / directory / name
            output = _join(directory, claimed[name])
            try:
                state = path.stat()
                problem = "" if path.is_file() else "not a regular file"
                yield DocumentFile(
                    path,
                    _join(directory, name),
                    output,
                    state.st_size,
                    state.st_mtime_ns,
                    problem,
                )
            except OSError as failure:
                yield DocumentFile(path, _join(directory, name), output, error=_describe(failure))


def _describe(error: OSError) -> str:
    return f"cannot read: {error.strerror or error}"


def read_document(file: DocumentFile, limits: Limits) -> Record:
    """The record of one file: its bytes still compressed, or why there are none."""
    if file.error:
        return Record(file.name, None, 0, status="failed", detail=file.error, context=file)
    if file.size > limits.max_bytes:
        detail = limits.too_large(file.size)
        return Record(
            file.name, None, file.size, file.size, status="failed", detail=detail, context=file
        )
    try:
        data = file.path.read_bytes()
    except OSError as error:
        return Record(
            file.name, None, 0, file.size, status="failed", detail=_describe(error), context=file
        )
    _, suffix = storage.split_compression(file.name)
    payload = (file.name, data, suffix, document_kind(file.name))
    return Record(file.name, payload, len(data), file.size, context=file)


@dataclass(frozen=True, slots=True)
class FileDecoder:
    """Payload of `read_document` to document; `kind` other than "auto" overrides the extension."""

    kind: str
    max_bytes: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """Both kinds occur in a tree unless one was asked for."""
        return ("html", "text") if self.kind == "auto" else (self.kind,)

    def decode(self, payload: Any) -> Decoded:
        """Decompress."""
        name, data, suffix, kind = payload
        content = storage.decompress(data, suffix, self.max_bytes)
        if content is None:
            raise ValueError(Limits(self.max_bytes, 0).too_large())
        kind = kind if self.kind == "auto" else self.kind
        return Decoded(content, kind, {"path": name})


@dataclass(frozen=True, slots=True)
class FileEncoder:
    """The rendered document as the bytes of a file, compressed like its source."""

    def encode(self, decoded: Decoded, result: Result, status: Status) -> bytes:  # noqa: ARG002
        """UTF-8; lone surrogates, which no encoding has, become question marks."""
        _, suffix = storage.split_compression(decoded.fields["path"])
        return storage.compress(result.rendered.encode("utf-8", "replace"), suffix)

    def keep(self, decoded: Decoded, status: Status, detail: str) -> bytes:
        """Not used: files are passed on as they are."""
        raise NotImplementedError


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


def entry_of(record: Record, answer: Answer, digest: str | None) -> dict[str, Any]:
    """The manifest entry of a document; `finish_entry` adds its output."""
    file: DocumentFile = record.context
    return {
        "document": file.name,
        "size": file.size,
        "mtime_ns": file.mtime_ns,
        "sha256": digest,
        "bytes_in": record.size,
        "status": answer.status,
        "detail": answer.detail,
        "seconds": round(answer.seconds, 4),
        "language": answer.language,
        "spam_score": answer.spam_score,
        "removed": answer.removed,
        "warnings": answer.warnings,
    }


def answer_of(entry: dict[str, Any]) -> Answer:
    """The answer a manifest entry remembers, without its output."""
    return Answer(
        entry["status"],
        detail=entry["detail"],
        seconds=entry["seconds"],
        language=entry["language"],
        spam_score=entry["spam_score"],
        removed=tuple((label, spans, size) for label, spans, size in entry["removed"]),
        warnings=entry["warnings"],
    )
