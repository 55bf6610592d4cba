"""The lexical model: what the characters alone say about boilerplate and spam.

Two outputs per character (see `spamstrip.ngrams`), used as features by the text and the HTML
model, and a small table that names the kind of junk once a span is known to be junk.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from . import model_file
from .labels import BOILERPLATE_LABELS, SPAM_LABELS
from .ngrams import ORDERS, NgramTable, full_hashes

KIND: Final = "lexical"
OUTPUTS: Final = ("boilerplate", "spam")
JUNK_LABELS: Final = BOILERPLATE_LABELS + SPAM_LABELS


@dataclass(frozen=True, slots=True)
class LexicalModel:
    """The loaded lexical model.

    Attributes:
        table: log-odds per character, columns `OUTPUTS`; against articles of all kinds.
        label_table: log-odds per character, columns `JUNK_LABELS`.
        header: the model file's passport.
    """

    table: NgramTable
    label_table: NgramTable
    header: dict[str, Any]

    @classmethod
    def load(cls, directory: Path) -> "LexicalModel":
        """Read `lexical.npz` from a directory.

        Raises:
            ModelError: the file is missing, damaged or of another version.
        """
        stored = model_file.load(directory / "lexical.npz", KIND, OUTPUTS)
        table = NgramTable.from_arrays(stored.arrays, "table_")
        label_table = NgramTable(
            table.fold, stored.arrays["label_weights"], stored.arrays["label_scale"]
        )
        return cls(table, label_table, stored.header)

    def score(self, text: str) -> npt.NDArray[np.float32]:
        """Log-odds of a whole text, float32 (n_outputs,): the signal's sum over its root length."""
        root = np.sqrt(max(len(ORDERS) * len(text), 1))
        return np.asarray(_summed(self.table, text) / root, np.float32)

    def junk_label(self, text: str, family: str) -> str:
        """The most likely label of a junk text among the labels of its family."""
        signal = _summed(self.label_table, text[:4000])
        signal[self.label_table.scale == 0] = -np.inf  # a label without training text
        first = len(BOILERPLATE_LABELS)
        if family == "boilerplate":
            return BOILERPLATE_LABELS[int(np.argmax(signal[:first]))]
        return SPAM_LABELS[int(np.argmax(signal[first:]))]


def _summed(table: NgramTable, text: str) -> npt.NDArray[np.float64]:
    """Summed log-odds of a whole text, which may be empty; float64 (n_outputs,)."""
    folded = table.folded(text)
    total = table.totals(full_hashes(folded), len(folded)).sum(axis=0)
    return np.asarray(total * table.scale, np.float64)
