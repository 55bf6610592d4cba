"""Gradient-boosted trees as flat arrays, walked level by level in NumPy.

scikit-learn trains them (`HistGradientBoostingClassifier`); `export` flattens them; `Forest`
scores without importing scikit-learn. The two agree to float32 rounding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_ROWS_PER_CHUNK: Final = 128  # keeps the (trees x rows) index matrices inside the L2 cache
_DEEPEST: Final = 12  # levels; scoring takes memory for two to the power of that


@dataclass(frozen=True, slots=True)
class Forest:
    """An additive ensemble of regression trees, one score per row and output.

    The children of a node stand side by side, so one step is `left[node] + (x > threshold)`;
    a leaf has an infinite threshold and is its own left child.

    Attributes:
        roots: int32 (n_trees,), the index of each tree's first node; the trees of one output
            are contiguous.
        feature, threshold, left, value: (n_nodes,), int32, float32, int32, float32.
        baseline: float32 (n_outputs,), added to the sums of the leaf values.
        depth: the largest number of steps from a root to a leaf.
    """

    roots: npt.NDArray[np.int32]
    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    baseline: npt.NDArray[np.float32]
    depth: int
    _levels: "_Levels" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_levels", _Levels.of(self))

    def decision(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Raw scores (log-odds), float32 (n_rows, n_outputs).

        Args:
            features: float32 (n_rows, n_features), finite; quickest with contiguous columns.
        """
        n_rows, n_outputs = features.shape[0], self.baseline.shape[0]
        scores = np.empty((n_rows, n_outputs), np.float32)
        for start in range(0, n_rows, _ROWS_PER_CHUNK):
            chunk = features[start : start + _ROWS_PER_CHUNK]
            by_output = self._levels.values(chunk).reshape(n_outputs, -1, chunk.shape[0])
            scores[start : start + chunk.shape[0]] = by_output.sum(axis=1).T
        scores += self.baseline
        return scores

    def to_arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """The arrays for a model file, names starting with `prefix`."""
        names = ("roots", "feature", "threshold", "left", "value", "baseline")
        return {f"{prefix}{name}": getattr(self, name) for name in names} | {
            f"{prefix}depth": np.array(self.depth, np.int32)
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> "Forest":
        """The inverse of `to_arrays`."""
        names = ("roots", "feature", "threshold", "left", "value", "baseline")
        return cls(
            **{name: arrays[f"{prefix}{name}"] for name in names},
            depth=int(arrays[f"{prefix}depth"].item()),
        )


@dataclass(frozen=True, slots=True)
class _Levels:
    """The same trees filled up to complete binary trees, level by level.

    The children of node k of a level are 2k and 2k + 1 of the next, so a step needs no child
    indices: one random access less for every level, tree and row.

    Attributes:
        feature: per level int64 (n_trees * 2**level,).
        threshold: per level float32, the same shape.
        value: float32 (n_trees * 2**depth,), of the leaves.
    """

    feature: list[npt.NDArray[np.int64]]
    threshold: list[npt.NDArray[np.float32]]
    value: npt.NDArray[np.float32]

    @classmethod
    def of(cls, forest: Forest) -> "_Levels":
        """Fill up the trees of a forest; a leaf above the last level is its own descendants."""
        node = forest.roots
        feature, threshold = [], []
        for _ in range(forest.depth):
            feature.append(forest.feature[node].astype(np.int64))
            threshold.append(forest.threshold[node])
            left = forest.left[node]
            node = np.stack((left, left + (left != node)), axis=1).ravel()
        return cls(feature, threshold, forest.value[node])

    def values(self, chunk: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The leaf values of every tree and row, float32 (n_trees, n_rows)."""
        # Column by column: the rows at one node read neighbouring cells. Indices are int64,
        # because `take` would convert all others.
        columns = np.ascontiguousarray(chunk.T)
        cells, n_rows = columns.ravel(), columns.shape[1]
        row = np.arange(n_rows)
        if not self.feature:
            return np.repeat(self.value[:, None], n_rows, axis=1)
        step = columns.take(self.feature[0], axis=0) > self.threshold[0][:, None]
        node = 2 * np.arange(len(step))[:, None] + step
        for feature, threshold in zip(self.feature[1:], self.threshold[1:], strict=True):
            cell = (feature * n_rows).take(node)
            cell += row
            step = cells.take(cell) > threshold.take(node)
            node += node
            node += step
        return self.value.take(node)


def export(classifier: Any) -> Forest:
    """Flatten a fitted `HistGradientBoostingClassifier` trained on float32 features.

    Thresholds are rounded down to float32, so that `x <= threshold` has the same answer for
    every float32 `x`. Missing values and categorical splits are not supported.

    Raises:
        ValueError: a tree is deeper than the 12 levels that scoring is made for.
    """
    roots: list[int] = []
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    value: list[float] = []
    depth = 0
    iterations = classifier._predictors
    for output in range(len(iterations[0])):
        for trees in iterations:
            nodes = trees[output].nodes
            roots.append(len(left))
            depth = max(depth, int(nodes["depth"].max()))
            # Breadth first, children side by side: (index in nodes, index here).
            queue = [(0, len(left))]
            for column in (feature, threshold, left, value):
                column.append(0)
            for source, here in queue:
                node = nodes[source]
                if node["is_leaf"]:
                    threshold[here], left[here] = np.inf, here
                    value[here] = float(node["value"])
                    continue
                feature[here] = int(node["feature_idx"])
                threshold[here] = _round_down(float(node["num_threshold"]))
                left[here] = len(left)
                for child in ("left", "right"):
                    queue.append((int(node[child]), len(left)))
                    for column in (feature, threshold, left, value):
                        column.append(0)
    if depth > _DEEPEST:
        raise ValueError(f"max_depth must be at most {_DEEPEST}; got a tree of depth {depth}")
    return Forest(
        roots=np.array(roots, np.int32),
        feature=np.array(feature, np.int32),
        threshold=np.array(threshold, np.float32),
        left=np.array(left, np.int32),
        value=np.array(value, np.float32),
        baseline=np.asarray(classifier._baseline_prediction, np.float32).reshape(-1),
        depth=depth,
    )


def _round_down(threshold: float) -> float:
    rounded = np.float32(threshold)
    return float(np.nextafter(rounded, np.float32(-np.inf)) if rounded > threshold else rounded)
