import json
from pathlib import Path

import numpy as np
import pytest

from spamstrip import model_file
from spamstrip.errors import ModelError

ARRAYS = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "bias": np.array(2, np.int8)}
HEADER = {"feature_names": ["length", "link_density"], "seed": 3}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.npz"
    model_file.save(path, "toy", HEADER, ARRAYS)
    return path


def test_what_was_saved_is_loaded(path: Path) -> None:
    loaded = model_file.load(path, "toy", HEADER["feature_names"])
    assert loaded.header["seed"] == 3
    assert loaded.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(loaded.arrays[name], array)


def test_the_same_arrays_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.npz"
    model_file.save(again, "toy", HEADER, dict(reversed(ARRAYS.items())))
    assert again.read_bytes() == path.read_bytes()


def test_no_temporary_file_stays(path: Path) -> None:
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("kind", "names", "message"),
    [
        ("other", None, "kind is 'toy', expected 'other'"),
        ("toy", ["length"], "feature list"),
    ],
)
def test_a_mismatch_is_refused(
    path: Path, kind: str, names: list[str] | None, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        model_file.load(path, kind, names)


def test_changed_arrays_are_refused(path: Path) -> None:
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["weights"] = arrays["weights"] + 1
    np.savez(path, **arrays)
    with pytest.raises(ModelError, match="checksum"):
        model_file.load(path, "toy")


def test_another_format_is_refused(path: Path) -> None:
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    header = json.loads(arrays["header"].tobytes()) | {"format": 0}
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(path, **arrays)
    with pytest.raises(ModelError, match="format is 0"):
        model_file.load(path, "toy")


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.npz"
    np.savez(path, header=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelError, match="not a readable model file"):
        model_file.load(path, "toy")


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04 broken"])
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.npz"):
        model_file.load(path, "toy")


def test_a_truncated_file_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(ModelError):
        model_file.load(path, "toy")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model file"):
        model_file.load(tmp_path / "absent.npz", "toy")
