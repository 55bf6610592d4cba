"""The few facts of each segment that its surroundings are described by, and their sums."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .segment import Page
from .shape import STOP, Shape
from .tags import TAG_CODE

FloatArray = npt.NDArray[np.float32]

CORE: Final = ("running", "link", "words", "markup", "stop", "head", "short")
NEAR: Final = CORE[:4]
_HEADING_LEVEL: Final = np.array(
    [int(tag[1]) if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else 0 for tag in TAG_CODE]
)


@dataclass(frozen=True, slots=True)
class Core:
    """The columns that the context families average over segments.

    Attributes:
        values: float64 (n_segments, len(CORE)).
        sums: float64 (n_segments + 1, len(CORE) + 2), running sums of `values`, of the words and
            of the linked words.
        mass, link_density: float32 (n_segments,).
        heading: int (n_segments,), level 1 to 6, or 0.
        prose: float64 (n_segments,), words outside links.
    """

    values: npt.NDArray[np.float64]
    sums: npt.NDArray[np.float64]
    mass: FloatArray
    link_density: FloatArray
    heading: npt.NDArray[np.int64]
    prose: npt.NDArray[np.float64]

    def within(
        self, column: int, first: npt.NDArray[np.integer], last: npt.NDArray[np.integer]
    ) -> npt.NDArray[np.float64]:
        """Sums of a column of `sums` over ranges of segments."""
        sums = self.sums[:, column]
        inside: npt.NDArray[np.float64] = sums.take(last) - sums.take(first)
        return inside

    @property
    def total(self) -> float:
        """Words of the page, at least 1."""
        return max(float(self.sums[-1, -2]), 1.0)


def running_sums(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Sums before each row: float64, one row more than `values`, the first all zeros."""
    sums = np.zeros((values.shape[1], len(values) + 1)).T
    np.cumsum(values, axis=0, out=sums[1:])
    return sums


def path_sums(page: Page, scores: FloatArray) -> npt.NDArray[np.float64]:
    """float64 (n_elements, k): per element, the sum of the signatures' scores down to it.

    An element adds its score at its place in document order and takes it back at its end, so
    the sums along all paths are one running sum.
    """
    elements = page.elements
    own = scores[elements.signature].astype(np.float64)
    steps = np.zeros((len(own) + 1, own.shape[1]))
    steps[:-1] = own
    for column in range(own.shape[1]):
        steps[:, column] -= np.bincount(elements.end, own[:, column], len(own) + 1)
    return np.cumsum(steps[:-1], axis=0)


def measure_core(page: Page, shape: Shape, words: FloatArray, markup: FloatArray) -> Core:
    """The core columns of a page that has segments.

    Args:
        page, shape: the page.
        words: float32 (n_segments,), scores of the texts as main content.
        markup: float32 (n_signatures, k), scores of the elements; column 0 is main content.
    """
    mass = shape.mass
    length = np.maximum(shape.counts.sum(axis=1) - 1, 1)
    link_density = np.minimum(page.link_characters / length, 1).astype(np.float32)
    heading = _HEADING_LEVEL[page.elements.tag[page.block]]
    values = np.empty((len(CORE), len(mass))).T  # every column contiguous, as they are read
    values[:, 0] = np.minimum(np.log1p(mass), 4) * (1 - link_density)
    values[:, 1] = link_density
    values[:, 2] = words
    values[:, 3] = path_sums(page, markup[:, :1])[page.leaf, 0]
    values[:, 4] = shape.last == STOP
    values[:, 5] = heading > 0
    values[:, 6] = mass < 4
    linked = mass * link_density
    sums = running_sums(np.concatenate((values, mass[:, None], linked[:, None]), axis=1))
    return Core(values, sums, mass, link_density, heading, (mass - linked).astype(np.float64))
