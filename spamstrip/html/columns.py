"""Collects the named columns of a feature matrix."""

from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt


class Columns:
    """Collects named columns, those that are wanted."""

    def __init__(self, n_rows: int, wanted: Collection[str] | None) -> None:
        self.n_rows = n_rows
        self.wanted = wanted
        self.names: list[str] = []
        self.values: list[npt.NDArray[np.generic] | float] = []

    def add(self, **columns: npt.NDArray[np.generic] | float) -> None:
        """Columns by name; a number stands for a column of the page as a whole."""
        for name, values in columns.items():
            if self.wanted is None or name in self.wanted:
                self.names.append(name)
                self.values.append(values)

    def wants(self, name: str) -> bool:
        """Whether a column that takes time to compute is wanted."""
        return self.wanted is None or name in self.wanted

    def block(self, names: Iterable[str], values: npt.NDArray[np.generic]) -> None:
        """The columns of a matrix."""
        self.add(**dict(zip(names, values.T, strict=True)))

    def matrix(self) -> npt.NDArray[np.float32]:
        """float32 (n_rows, n_columns), column by column in memory."""
        rows = np.empty((len(self.values), self.n_rows), np.float32)
        for row, values in zip(rows, self.values, strict=True):
            row[:] = values
        return rows.T
