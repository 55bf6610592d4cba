"""What the names of elements, classes, ids and roles say: a linear model over their words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_MOST_KNOWN: Final = 1 << 16  # names kept with their rows: sites repeat theirs on every page
_MAX_NAMES: Final = 20  # of one element; more are utility classes


def markup_words(signature: str) -> list[str]:
    """The words of a signature: `Elements.signatures` holds tag, then attribute values by line.

    Class names are split at case changes and punctuation, digits fall away; neighbouring words
    of one name also make a pair.

    >>> markup_words("div\\nentry-content mb2")
    ['<div>', 'entry', 'content', 'entry-content', 'mb']
    """
    tag, *values = signature.split("\n")
    words = [f"<{tag}>"]
    for name in " ".join(values).split()[:_MAX_NAMES]:
        words.extend(_name_words(name))
    return words


def _name_words(name: str) -> tuple[str, ...]:
    parts = _WORD.findall(name[:60])
    if not name.islower():
        parts = [part.lower() for part in parts]
    return (*parts, *map("-".join, pairwise(parts)))


@dataclass(frozen=True, slots=True)
class MarkupTable:
    """Learned weights of markup words.

    Attributes:
        rows: word -> row of `weights`.
        weights: float32 (n_words + 1, n_outputs); the last row is zeros, for unknown words.
    """

    rows: dict[str, int]
    weights: npt.NDArray[np.float32]
    _known: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)

    def scores(self, signatures: Sequence[str]) -> npt.NDArray[np.float32]:
        """Sum of the weights of each signature's words, float32 (n_signatures, n_outputs)."""
        if not signatures:
            return np.zeros((0, self.weights.shape[1]), np.float32)
        unknown = len(self.weights) - 1
        known = self._known
        rows: list[int] = []
        starts = []
        for signature in signatures:
            starts.append(len(rows))
            tag, _, values = signature.partition("\n")
            rows.append(self.rows.get(f"<{tag}>", unknown))
            for name in values.split()[:_MAX_NAMES]:
                found = known.get(name)
                rows.extend(self._name_rows(name) if found is None else found)
        return np.add.reduceat(self.weights[rows], starts, axis=0)

    def _name_rows(self, name: str) -> tuple[int, ...]:
        rows = tuple(self.rows[word] for word in _name_words(name) if word in self.rows)
        if len(self._known) < _MOST_KNOWN:
            self._known[name] = rows
        return rows

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays for a model file."""
        names = "\n".join(self.rows).encode()
        return {"markup_words": np.frombuffer(names, np.uint8), "markup_weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]]) -> "MarkupTable":
        """The inverse of `to_arrays`."""
        names = arrays["markup_words"].tobytes().decode().split("\n")
        return cls(dict(zip(names, range(len(names)), strict=True)), arrays["markup_weights"])
