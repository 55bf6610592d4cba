"""Name the kind of junk in a removed span; a form with a link run glued to it gets two names."""

from typing import Final

import numpy as np
import numpy.typing as npt

from ..labels import BOILERPLATE_LABELS
from ..lexical import JUNK_LABELS
from ..ngrams import ORDERS, NgramTable

_CHANGE: Final = 3.0  # log-odds another label must gain before a span is divided
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
    signal = table.signal(table.folded(text[start:end]))
    running = np.concatenate(
        (np.zeros((1, signal.shape[1])), np.cumsum(signal, axis=0, dtype=np.float64))
    )
    places = np.array([bound - start for bound, _ in bounds] + [end - start])
    line_starts = [index for index, (_, is_line) in enumerate(bounds) if is_line]
    pieces: list[int] = []  # index into places of each piece's start
    for first, last in zip(line_starts, [*line_starts[1:], len(bounds)], strict=True):
        pieces.append(first)
        if last - first > 1:
            divided = _family_change(running, places[first : last + 1])
            if divided:
                pieces.append(first + divided)
    edges = places[[*pieces, len(bounds)]]
    scores = _log_odds(running, edges[:-1], edges[1:])
    scores[:, table.scale == 0] = _NEVER
    path = _best_path(scores)
    result: list[tuple[str, int, int]] = []
    for index, label in enumerate(path):
        name = JUNK_LABELS[label]
        if result and result[-1][0] == name:
            result[-1] = (name, result[-1][1], start + int(edges[index + 1]))
        else:
            result.append((name, start + int(edges[index]), start + int(edges[index + 1])))
    return result


def _log_odds(
    running: npt.NDArray[np.float64], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Log-odds of every label for some pieces, float64 (n_pieces, n_labels)."""
    root = np.sqrt(len(ORDERS) * np.maximum(ends - starts, 1))
    return np.asarray((running[ends] - running[starts]) / root[:, None])


def _family_change(running: npt.NDArray[np.float64], places: npt.NDArray[np.int64]) -> int:
    """Where within a line boilerplate and spam meet, as an index into `places`; 0 for nowhere."""
    inner = places[1:-1]
    ends = np.full_like(inner, places[-1])
    before = _log_odds(running, np.full_like(inner, places[0]), inner)
    after = _log_odds(running, inner, ends)
    whole = _log_odds(running, places[:1], places[-1:])[0].max()
    gain = np.maximum(
        before[:, :_FAMILY].max(axis=1) + after[:, _FAMILY:].max(axis=1),
        before[:, _FAMILY:].max(axis=1) + after[:, :_FAMILY].max(axis=1),
    )
    best = int(np.argmax(gain))
    return best + 1 if gain[best] > whole + _CHANGE else 0


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
