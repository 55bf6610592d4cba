"""Name the kind of junk in a removed span; a form with a link run glued to it gets two names."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..labels import BOILERPLATE_LABELS
from ..lexical import JUNK_LABELS
from ..ngrams import ORDERS, NgramTable

_CHANGE: Final = 1.5  # log-odds another label must gain before a span is divided
_NEVER: Final = -1e9  # the score of a label without training text
_FAMILY: Final = len(BOILERPLATE_LABELS)  # spam labels start here


def labelled(
    text: str, bounds: list[tuple[int, bool]], end: int, table: NgramTable
) -> list[tuple[str, int, int]]:
    """Divide a span into pieces of one label each: (label, start, end), in order.

    Args:
        text: the text the span is in.
        bounds: start of the span and of every segment in it, each with whether a line starts.
        end: the end of the span.
        table: the label table of the lexical model.
    """
    start = bounds[0][0]
    places = np.array([bound - start for bound, _ in bounds] + [end - start])
    sums = table.sums(table.folded(text[start:end]), places[:-1])
    evidence = _Evidence(
        places, np.concatenate((np.zeros((1, sums.shape[1])), sums.cumsum(axis=0)))
    )
    line_starts = [index for index, (_, is_line) in enumerate(bounds) if is_line]
    edges: list[int] = []  # index into places of each piece's start
    for first, last in zip(line_starts, [*line_starts[1:], len(bounds)], strict=True):
        edges.append(first)
        if last - first > 1:
            divided = _family_change(evidence, first, last)
            if divided:
                edges.append(divided)
    edges.append(len(bounds))
    scores = evidence.log_odds(np.array(edges[:-1]), np.array(edges[1:]))
    scores[:, table.scale == 0] = _NEVER
    path = _best_path(scores)
    result: list[tuple[str, int, int]] = []
    for label, first, last in zip(path, edges[:-1], edges[1:], strict=True):
        name, piece_end = JUNK_LABELS[label], start + int(places[last])
        if result and result[-1][0] == name:
            result[-1] = (name, result[-1][1], piece_end)
        else:
            result.append((name, start + int(places[first]), piece_end))
    return result


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for each label up to each place a piece may start at.

    Attributes:
        places: int64 (n_places,), offsets into the span.
        running: float64 (n_places, n_labels), summed log-odds before each place.
    """

    places: npt.NDArray[np.int64]
    running: npt.NDArray[np.float64]

    def log_odds(
        self, firsts: npt.NDArray[np.intp], lasts: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float64]:
        """Log-odds of every label for pieces between two places, float64 (n_pieces, n_labels)."""
        lengths = np.maximum(self.places[lasts] - self.places[firsts], 1)
        root = np.sqrt(len(ORDERS) * lengths)
        return np.asarray((self.running[lasts] - self.running[firsts]) / root[:, None])


def _family_change(evidence: _Evidence, first: int, last: int) -> int:
    """The place between two others where boilerplate and spam meet; 0 for nowhere."""
    inner = np.arange(first + 1, last)
    before = evidence.log_odds(np.full_like(inner, first), inner)
    after = evidence.log_odds(inner, np.full_like(inner, last))
    whole = evidence.log_odds(np.array([first]), np.array([last]))[0].max()
    gain = np.maximum(
        before[:, :_FAMILY].max(axis=1) + after[:, _FAMILY:].max(axis=1),
        before[:, _FAMILY:].max(axis=1) + after[:, :_FAMILY].max(axis=1),
    )
    best = int(np.argmax(gain))
    return int(inner[best]) if gain[best] > whole + _CHANGE else 0


def _best_path(scores: npt.NDArray[np.float64]) -> list[int]:
    """The best label for each piece when a change of label costs `_CHANGE`."""
    total = scores[0]
    came_from = []
    for row in scores[1:]:
        best = int(np.argmax(total))
        change = total[best] - _CHANGE > total
        came_from.append(np.where(change, best, np.arange(len(total))))
        total = np.where(change, total[best] - _CHANGE, total) + row
    label = int(np.argmax(total))
    path = [label]
    for back in reversed(came_from):
        label = int(back[label])
        path.append(label)
    return path[::-1]
