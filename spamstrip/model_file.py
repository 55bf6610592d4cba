"""Model files: NumPy arrays and a JSON header in one `.npz`, nothing that can run code.

The header is the model's passport: format number, kind, feature names, data digest, seed,
library versions, cross-validated scores, and a checksum over the arrays. A file that does
not match the code that reads it is refused.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .errors import ModelError

FORMAT: Final = 1
_RETRAIN = "run `spamstrip train` or install the models of this version"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A loaded model file: `header` is plain JSON data, `arrays` maps names to arrays."""

    header: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]


def save(
    path: Path, kind: str, header: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]
) -> None:
    """Write a model file atomically and deterministically (same arrays, same bytes)."""
    stored = {name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)}
    passport = {**header, "format": FORMAT, "kind": kind, "checksum": _checksum(stored)}
    encoded = json.dumps(passport, sort_keys=True, ensure_ascii=False).encode()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            np.savez(stream, header=np.frombuffer(encoded, np.uint8), **stored)  # type: ignore[arg-type]
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def load(path: Path, kind: str, feature_names: Sequence[str] | None = None) -> ModelFile:
    """Read and verify a model file.

    Args:
        path: the `.npz` file.
        kind: the kind of model expected, as given to `save`.
        feature_names: the columns the code computes; must equal the header's list.

    Raises:
        ModelError: the file is missing, damaged, of another format, kind or feature list.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        header = json.loads(arrays.pop("header").tobytes())
    except FileNotFoundError:
        raise ModelError(f"{path}: no such model file; {_RETRAIN}") from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: not a readable model file ({error}); {_RETRAIN}") from error
    for name, expected in (("format", FORMAT), ("kind", kind)):
        if header.get(name) != expected:
            found = header.get(name)
            raise ModelError(f"{path}: {name} is {found!r}, expected {expected!r}; {_RETRAIN}")
    if header.get("checksum") != _checksum(arrays):
        raise ModelError(f"{path}: the checksum does not match, the file is damaged; {_RETRAIN}")
    if feature_names is not None and header.get("feature_names") != list(feature_names):
        raise ModelError(f"{path}: its feature list is not this version's; {_RETRAIN}")
    return ModelFile(header, arrays)


def _checksum(arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name}:{array.dtype.str}:{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
