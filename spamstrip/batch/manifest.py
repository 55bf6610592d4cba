"""The log of a run: what is finished, from which input, with which outcome.

One JSON object per line, ASCII, appended and synced after the outputs it speaks of are
durable. The first line holds the settings; a run is only continued with the same ones. A line
cut off by a crash is dropped when the manifest is opened again.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Final

from .items import BatchError

FORMAT: Final = 1


class Manifest:
    """An open manifest, locked against a second run on the same output.

    Raises:
        BatchError: another run holds it, or an earlier run had other settings.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any], *, resume: bool) -> None:
        self.path = path
        self._file = _open_locked(path)
        self._reader: IO[bytes] | None = None
        self._offsets: dict[str, int] = {}
        self._is_bare = False
        try:
            os.ftruncate(self._file, self._load(settings) if resume else 0)
            if os.lseek(self._file, 0, os.SEEK_END) == 0:
                self.append([{"run": FORMAT, "settings": dict(settings)}])
            self._is_bare = not self._offsets
        except BaseException:
            self.close()
            raise

    def append(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Write entries durably; each names its input under "document" or "stream"."""
        lines = "".join(json.dumps(entry) + "\n" for entry in entries).encode("ascii")
        while lines:
            lines = lines[os.write(self._file, lines) :]
        os.fsync(self._file)
        self._is_bare = False

    def last(self, kind: str, name: str) -> dict[str, Any] | None:
        """The newest entry about this input from before this run, None when there is none."""
        offset = self._offsets.get(f"{kind}:{name}")
        if offset is None:
            return None
        if self._reader is None:
            self._reader = self.path.open("rb")
        self._reader.seek(offset)
        entry: dict[str, Any] = json.loads(self._reader.readline())
        return entry

    def __enter__(self) -> "Manifest":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close; a run that failed before anything was finished leaves no trace."""
        if kind is not None and self._is_bare:
            self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Release the lock."""
        if self._reader is not None:
            self._reader.close()
        os.close(self._file)

    def _load(self, settings: Mapping[str, Any]) -> int:
        """Index the entries; returns where the last one that is complete ends."""
        end = 0
        with self.path.open("rb") as stream:
            for line in stream:
                entry = _parse(line)
                if entry is None:
                    break
                if "run" in entry:
                    _check_settings(self.path, entry, settings)
                for kind in ("document", "stream"):
                    if kind in entry:
                        self._offsets[f"{kind}:{entry[kind]}"] = end
                end += len(line)
        return end


def _open_locked(path: Path) -> int:
    """A descriptor, because a buffer that a full disk refused would be written again on close."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise BatchError(f"another run is writing there: {path} is locked") from error
    return descriptor


def _parse(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _check_settings(path: Path, entry: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    if entry["run"] != FORMAT:
        raise BatchError(
            f"cannot resume: {path} has format {entry['run']}, this version reads {FORMAT}; "
            "use --overwrite to start again"
        )
    earlier = entry["settings"]
    for name in {**settings, **earlier}:
        if earlier.get(name) != settings.get(name):
            raise BatchError(
                f"cannot resume: the earlier run had {name}={earlier.get(name)!r}, this one "
                f"{settings.get(name)!r}; use the same, or --overwrite to start again"
            )


def digest_file(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_models(directory: Path) -> str:
    """One digest over all model files, so that a run is not continued with other models."""
    digest = hashlib.sha256()
    for path in sorted(directory.glob("*.npz")):
        digest.update(f"{path.name} {digest_file(path)}\n".encode())
    return digest.hexdigest()[:16]
