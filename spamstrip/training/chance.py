"""Seeded choices that everything composed for training is made with."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

_CONSONANTS = "bcdfghjklmnprstvyz"
_VOWELS = "aeiou"

T = TypeVar("T")


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of the options, uniformly."""
    return options[int(rng.integers(len(options)))]


def syllables(rng: np.random.Generator, count: int) -> str:
    """An invented word."""
    return "".join(
        pick(rng, _CONSONANTS) + pick(rng, _VOWELS) + (pick(rng, "lnrst") * int(rng.random() < 0.3))
        for _ in range(count)
    )
