"""Trees of single documents, mirrored: one file in, one file out under the same relative name."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ...records import Result
from .. import storage
from ..items import Answer, Decoded, Limits, Record, Status
from ..names import claim_names, document_kind

PARTIAL: Final = "_spamstrip_partial"
RESERVED: Final = ("_manifest.jsonl", "_report.json", PARTIAL)
"""Names at the top of an output directory that belong to the run itself; never an input."""


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


@dataclass(frozen=True, slots=True)
class Folder:
    """One directory of a tree.

    Attributes:
        path: relative to the root, "" for the root itself.
        files: names of the accepted files, sorted.
        folders: names of all directories in it; no output file may take one of them.
        error: why it cannot be listed, "" when it can.
    """

    path: str
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    error: str = ""

    def claim_names(self, names: Iterable[str], rename: Callable[[str], str]) -> dict[str, str]:
        """Output names for files of this directory, see `claim_names`."""
        reserved = self.folders if self.path else (*self.folders, *RESERVED)
        return claim_names(names, rename, reserved)

    def join(self, name: str) -> str:
        """The path of a file in it, relative to the root."""
        return f"{self.path}/{name}" if self.path else name


def walk(
    root: Path, accept: Callable[[str], bool], ignored: Callable[[str], None]
) -> Iterator[Folder]:
    """Yield every directory in one fixed order.

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
            yield Folder(directory, error=f"cannot list directory: {error.strerror}")
            continue
        accepted = tuple(name for name in names if accept(name))
        folder = Folder(directory, accepted, tuple(entry.name for entry in below))
        for name in names:
            if not accept(name):
                ignored(folder.join(name))
        for entry in reversed(below):
            if entry.is_symlink():
                ignored(folder.join(entry.name))
            else:
                waiting.append(folder.join(entry.name))
        yield folder


def _is_directory(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def list_documents(
    root: Path, rename: Callable[[str], str], ignored: Callable[[str], None]
) -> Iterator[DocumentFile]:
    """Every document of the tree in the fixed order of `walk`."""
    for folder in walk(root, lambda name: document_kind(name) is not None, ignored):
        if folder.error:
            yield DocumentFile(root / folder.path, folder.path or ".", "", error=folder.error)
        claimed = folder.claim_names(folder.files, rename)
        for file in folder.files:
            name, output = folder.join(file), folder.join(claimed[file])
            path = root / name
            try:
                state = path.stat()
                problem = "" if path.is_file() else "not a regular file"
                yield DocumentFile(
                    path,
                    name,
                    output,
                    state.st_size,
                    state.st_mtime_ns,
                    problem,
                )
            except OSError as failure:
                yield DocumentFile(path, name, output, error=_describe(failure))


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
