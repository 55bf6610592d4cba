"""Second-stage features: what the first stage thinks of the segments around each one.

Stacked sequential learning (Cohen & Carvalho 2005): the first stage's probabilities are averaged
over neighbours, containers, and segments built alike, and given to a second model together with
the first stage's own features.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from .segment import Page

_WINDOWS: Final = (2, 5, 15, 40)
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
    elements = page.elements
    p, weight = probability, mass.astype(np.float64) + 0.5
    sums, weighted, weights = _running(p), _running(p * weight), _running(weight)
    total = max(weighted[-1], 1e-6)
    names: list[str] = []
    columns: list[npt.NDArray[np.floating]] = []

    def add(name: str, values: npt.NDArray[np.floating] | float) -> None:
        names.append(name)
        columns.append(np.broadcast_to(values, (n,)))

    add("p", p)
    for offset in (-2, -1, 1, 2):
        there = here + offset
        add(f"p{offset:+d}", np.where((there >= 0) & (there < n), p[np.clip(there, 0, n - 1)], 0))
    for width in _WINDOWS:
        low, high = np.maximum(here - width, 0), np.minimum(here + width + 1, n)
        add(f"p_before{width}", (sums[here] - sums[low]) / width)
        add(f"p_after{width}", (sums[high] - sums[here + 1]) / width)
        add(f"p_around{width}", _ratio(weighted, weights, low, high))
    at = page.block
    for level in range(_LEVELS):
        first = elements.first[at]
        last = np.maximum(elements.last[at], first + 1)
        add(f"p_up{level}", (sums[last] - sums[first]) / (last - first))
        add(f"p_up{level}_weighted", _ratio(weighted, weights, first, last))
        add(f"p_up{level}_share", (weighted[last] - weighted[first]) / total)
        at = elements.parent[at]
    path = elements.path[page.leaf]
    size = np.maximum(np.bincount(path), 1)
    add("p_alike", (np.bincount(path, p) / size)[path])
    add(
        "p_alike_weighted",
        (np.bincount(path, p * weight) / np.maximum(np.bincount(path, weight), 1e-9))[path],
    )
    # Paths one and two elements up: the same place in repeated cards.
    for level, key in ((1, elements.parent[page.leaf]), (2, elements.parent[page.block])):
        path = elements.path[key]
        size = np.maximum(np.bincount(path), 1)
        add(f"p_alike_up{level}", (np.bincount(path, p) / size)[path])
    add("p_page", _ratio(weighted, weights, np.zeros(n, np.int64), np.full(n, n)))
    add("p_page_mass", np.log1p(weighted[-1]))
    add("p_share_before", weighted[:-1] / total)
    order = np.empty(n)
    order[np.argsort(-p, kind="stable")] = np.arange(n)
    add("p_rank", order / n)
    mean = weighted[-1] / weights[-1]
    spread = max(float((p * weight * p).sum() / weights[-1]), 1e-9)
    add("p_certainty", spread / max(mean, 1e-6))
    certain = p >= _CERTAIN
    before = np.maximum.accumulate(np.where(certain, here, -1))
    after = np.minimum.accumulate(np.where(certain, here, n)[::-1])[::-1]
    add("certain_before", np.log1p(np.where(before >= 0, here - before, n)))
    add("certain_after", np.log1p(np.where(after < n, after - here, n)))
    add("certain_gap", np.log1p(after - before))
    # The container that holds most of the certain content, and how far outside a segment is.
    densest = _dense_element(page, weighted)
    inside = (page.block >= densest) & (page.block < elements.end[densest])
    add("p_inside", inside.astype(np.float64))
    add("p_densest", _ratio(weighted, weights, *_range(page, densest, n)))
    add(
        "p_densest_share",
        (weighted[elements.last[densest]] - weighted[elements.first[densest]]) / total,
    )
    return names, np.ascontiguousarray(np.stack(columns, axis=1), np.float32)


def _range(page: Page, element: int, n: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    elements = page.elements
    return np.full(n, elements.first[element]), np.full(n, elements.last[element])


def _dense_element(page: Page, weighted: npt.NDArray[np.float64]) -> int:
    """The deepest element that holds nine tenths of the expected content."""
    elements = page.elements
    held = weighted[elements.last] - weighted[elements.first]
    return int(np.flatnonzero(held >= 0.9 * weighted[-1])[-1]) if len(held) else 0


def _running(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


def _ratio(
    above: npt.NDArray[np.float64],
    below: npt.NDArray[np.float64],
    first: npt.NDArray[np.integer],
    last: npt.NDArray[np.integer],
) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = (above[last] - above[first]) / np.maximum(
        below[last] - below[first], 1e-9
    )
    return result
