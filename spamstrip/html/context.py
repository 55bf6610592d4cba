"""Second-stage features: what the first stage thinks of the segments around each one.

Stacked sequential learning (Cohen & Carvalho 2005): the first stage's probabilities are averaged
over neighbours, containers, and segments built alike, and given to a second model together with
the first stage's own features.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .segment import Page

FloatArray = npt.NDArray[np.float64]

_WINDOWS: Final = (2, 5, 15)
_LEVELS: Final = 5
_CERTAIN: Final = 0.6  # a segment this probable marks the extent of the main content


def context_features(
    page: Page, probability: npt.NDArray[np.float64], mass: npt.NDArray[np.float32]
) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Columns that describe the first stage's answers around each segment.

    Args:
        page: the segmented page.
        probability: float64 (n_segments,), the first stage's.
        mass: float32 (n_segments,), number of words of each segment.

    Returns: the column names and float32 (n_segments, n_columns).
    """
    n = len(probability)
    here = np.arange(n)
    p, weight = probability, mass.astype(np.float64) + 0.5
    sums = _Sums(_running(p), _running(p * weight), _running(weight))
    columns: dict[str, npt.NDArray[np.floating]] = {"p": p}
    for offset in (-1, 1):
        there = here + offset
        inside = (there >= 0) & (there < n)
        columns[f"p{offset:+d}"] = np.where(inside, p[np.clip(there, 0, n - 1)], 0)
    for width in _WINDOWS:
        low, high = np.maximum(here - width, 0), np.minimum(here + width + 1, n)
        columns[f"p_before{width}"] = (sums.plain[here] - sums.plain[low]) / width
        columns[f"p_after{width}"] = (sums.plain[high] - sums.plain[here + 1]) / width
        columns[f"p_around{width}"] = sums.ratio(low, high)
    columns |= _containers(page, sums)
    columns |= _alike(page, p, weight)
    columns |= _whole(page, p, weight, sums)
    matrix = np.stack(list(columns.values()), axis=1)
    return list(columns), np.ascontiguousarray(matrix, np.float32)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Running sums over the segments: of the probabilities, weighted by words, of the words."""

    plain: FloatArray
    weighted: FloatArray
    weights: FloatArray

    def ratio(self, first: npt.NDArray[np.integer], last: npt.NDArray[np.integer]) -> FloatArray:
        """Mean probability of a word in the segment ranges."""
        below = np.maximum(self.weights[last] - self.weights[first], 1e-9)
        result: FloatArray = (self.weighted[last] - self.weighted[first]) / below
        return result

    @property
    def total(self) -> float:
        """Expected words of main content, above zero."""
        return max(float(self.weighted[-1]), 1e-6)


def _containers(page: Page, sums: _Sums) -> dict[str, FloatArray]:
    elements = page.elements
    columns: dict[str, FloatArray] = {}
    at = page.block
    for level in range(_LEVELS):
        first = elements.first[at]
        last = np.maximum(elements.last[at], first + 1)
        columns[f"p_up{level}"] = (sums.plain[last] - sums.plain[first]) / (last - first)
        columns[f"p_up{level}_weighted"] = sums.ratio(first, last)
        columns[f"p_up{level}_share"] = (sums.weighted[last] - sums.weighted[first]) / sums.total
        at = elements.parent[at]
    return columns


def _alike(page: Page, p: FloatArray, weight: FloatArray) -> dict[str, FloatArray]:
    """Means over the segments with the same path, and with the same path one and two above."""
    elements = page.elements
    columns: dict[str, FloatArray] = {}
    for level, element in enumerate(
        (page.leaf, elements.parent[page.leaf], elements.parent[page.block])
    ):
        path = elements.path[element]
        mean = np.bincount(path, p) / np.maximum(np.bincount(path), 1)
        columns[f"p_alike{level}"] = mean[path]
    path = elements.path[page.leaf]
    words = np.maximum(np.bincount(path, weight), 1e-9)
    columns["p_alike_weighted"] = (np.bincount(path, p * weight) / words)[path]
    return columns


def _whole(page: Page, p: FloatArray, weight: FloatArray, sums: _Sums) -> dict[str, FloatArray]:
    """Where a segment stands in the expected content of the page."""
    n = len(p)
    here = np.arange(n)
    elements = page.elements
    order = np.empty(n)
    order[np.argsort(-p, kind="stable")] = here
    certain = p >= _CERTAIN
    before = np.maximum.accumulate(np.where(certain, here, -1))
    after = np.minimum.accumulate(np.where(certain, here, n)[::-1])[::-1]
    densest = _dense_element(page, sums.weighted)
    first, last = elements.first[densest], elements.last[densest]
    inside = (page.block >= densest) & (page.block < elements.end[densest])
    page_columns = {
        "p_page": sums.weighted[-1] / sums.weights[-1],
        "p_page_mass": np.log1p(sums.weighted[-1]),
        "p_certainty": float((p * weight * p).sum()) / sums.total,
        "p_densest": float(sums.ratio(first, last)),
        "p_densest_share": (sums.weighted[last] - sums.weighted[first]) / sums.total,
    }
    return {name: np.full(n, value) for name, value in page_columns.items()} | {
        "p_share_before": sums.weighted[:-1] / sums.total,
        "p_rank": order / n,
        "certain_before": np.log1p(np.where(before >= 0, here - before, n)),
        "certain_after": np.log1p(np.where(after < n, after - here, n)),
        "p_inside": inside.astype(np.float64),
    }


def _dense_element(page: Page, weighted: npt.NDArray[np.float64]) -> int:
    """The deepest element that holds nine tenths of the expected content."""
    elements = page.elements
    held = weighted[elements.last] - weighted[elements.first]
    return int(np.flatnonzero(held >= 0.9 * weighted[-1])[-1]) if len(held) else 0


def _running(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
