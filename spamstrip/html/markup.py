"""What the names of elements, classes, ids and roles say: a linear model over their words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
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


@lru_cache(maxsize=1 << 16)  # the same names come back on every page of a site, and across sites
def _name_words(name: str) -> tuple[str, ...]:
    parts = [part.lower() for part in _WORD.findall(name[:60])]
    return (*parts, *(f"{a}-{b}" for a, b in pairwise(parts)))


@dataclass(frozen=True, slots=True)
class MarkupTable:
    """Learned weights of markup words.

    Attributes:
        rows: word -> row of `weights`.
        weights: float32 (n_words + 1, n_outputs); the last row is zeros, for unknown words.
    """

    rows: dict[str, int]
    weights: npt.NDArray[np.float32]

    def scores(self, signatures: Sequence[str]) -> npt.NDArray[np.float32]:
        """Sum of the weights of each signature's words, float32 (n_signatures, n_outputs)."""
        unknown = len(self.weights) - 1
        get = self.rows.get
        rows: list[int] = []
        sizes = []
        for signature in signatures:
            words = markup_words(signature)
            rows.extend(get(word, unknown) for word in words)
            sizes.append(len(words))
        if not sizes:
            return np.zeros((0, self.weights.shape[1]), np.float32)
        starts = np.cumsum([0, *sizes[:-1]])
        return np.add.reduceat(self.weights[rows], starts, axis=0)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays for a model file."""
        names = "\n".join(self.rows).encode()
        return {"markup_words": np.frombuffer(names, np.uint8), "markup_weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]]) -> "MarkupTable":
        """The inverse of `to_arrays`."""
        names = arrays["markup_words"].tobytes().decode().split("\n")
        return cls({name: row for row, name in enumerate(names)}, arrays["markup_weights"])
