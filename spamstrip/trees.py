"""Gradient-boosted trees as flat arrays, walked level by level in NumPy.

scikit-learn trains them (`HistGradientBoostingClassifier`); `export` flattens them; `Forest`
scores without importing scikit-learn. The two agree to float32 rounding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_ROWS_PER_CHUNK = 256  # keeps the (trees x rows) index matrices inside the L2 cache


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

    def decision(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Raw scores (log-odds), float32 (n_rows, n_outputs).

        Args:
            features: float32 (n_rows, n_features), C-contiguous, finite.
        """
        n_rows = features.shape[0]
        n_outputs = self.baseline.shape[0]
        scores = np.empty((n_rows, n_outputs), np.float32)
        for start in range(0, n_rows, _ROWS_PER_CHUNK):
            chunk = features[start : start + _ROWS_PER_CHUNK]
            leaves = self._leaves(chunk)
            by_output = self.value.take(leaves).reshape(n_outputs, -1, chunk.shape[0])
            scores[start : start + chunk.shape[0]] = by_output.sum(axis=1).T
        scores += self.baseline
        return scores

    def _leaves(self, chunk: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
        n_rows, n_features = chunk.shape
        cells = np.ascontiguousarray(chunk).ravel()
        row_offset = (np.arange(n_rows, dtype=np.int32) * n_features)[None, :]
        node = np.repeat(self.roots[:, None], n_rows, axis=1)
        for _ in range(self.depth):
            cell = self.feature.take(node)
            cell += row_offset
            step = cells.take(cell) > self.threshold.take(node)
            node = self.left.take(node)
            node += step
        return node

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


def export(classifier: Any) -> Forest:
    """Flatten a fitted `HistGradientBoostingClassifier` trained on float32 features.

    Thresholds are rounded down to float32, so that `x <= threshold` has the same answer for
    every float32 `x`. Missing values and categorical splits are not supported.
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
