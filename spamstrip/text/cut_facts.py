"""Facts about the cuts of a text: what meets there, and the signals on both sides."""

from typing import Final

import numpy as np
import numpy.typing as npt

from .characters import IS_BLANK, NEWLINE
from .segment import CUT_LINE, Segments

CHANNELS: Final = (
    "boilerplate", "spam", "far", "shape_boilerplate", "shape_spam", "known_share",
    "glued",
)  # fmt: skip
_WINDOWS: Final = (8, 16, 32, 64, 200)
_FAR_WINDOWS: Final = (32, 200)
_SHAPE_WINDOWS: Final = (16, 64)
PLACE_FACTS: Final = ("from_start", "to_end", "relative_place")
AROUND_FACTS: Final = tuple(
    f"{side}_{name}"
    for side in ("left", "right")
    for name in (
        *(
            f"{channel}_{width}"
            for width in (*_WINDOWS, "line", "document")
            for channel in ("boilerplate", "spam")
        ),
        *(f"far_{width}" for width in _FAR_WINDOWS),
        *(f"{channel}_{width}" for width in (*_SHAPE_WINDOWS, "line") for channel in CHANNELS[3:]),
    )
)
CUT_FACTS: Final = ("kind", "newlines", "class_before2", "class_before", "class_after",
               "class_after2", "gap", "same_script")  # fmt: skip


def places(segments: Segments) -> npt.NDArray[np.float32]:
    """Where each cut is, columns `PLACE_FACTS`."""
    total = segments.cuts[-1]
    return np.stack(
        (np.log1p(segments.cuts), np.log1p(total - segments.cuts), segments.cuts / total), axis=1
    ).astype(np.float32)


def around_facts(segments: Segments, channels: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Mean signal in windows on both sides of every cut, columns `AROUND_FACTS`."""
    cuts = segments.cuts
    here = channels[cuts]
    n_chars = int(cuts[-1])
    line_starts = cuts[:-1][segments.kinds[:-1] == CUT_LINE]
    index = np.searchsorted(line_starts, cuts, side="left")
    left_line = line_starts[np.maximum(index - 1, 0)]
    ends = np.append(line_starts[1:], n_chars)
    index = np.searchsorted(line_starts, cuts, side="right")
    right_line = ends[np.minimum(np.maximum(index - 1, 0), len(ends) - 1)]
    n_cuts = len(cuts)
    widths = np.array(_WINDOWS)[:, None]
    edges = np.empty((2, len(_WINDOWS) + 2, n_cuts), np.int64)
    np.maximum(cuts - widths, 0, out=edges[0, :-2])
    np.minimum(cuts + widths, n_chars, out=edges[1, :-2])
    edges[0, -2], edges[0, -1] = left_line, 0
    edges[1, -2], edges[1, -1] = right_line, n_chars
    difference = channels.take(edges, axis=0)  # (sides, windows, n_cuts, channels)
    difference -= here
    distance = edges - cuts  # negative on the left, where the running sum falls
    distance[distance == 0] = 1
    difference /= distance[..., None]
    half = len(AROUND_FACTS) // 2
    around = np.empty((n_cuts, len(AROUND_FACTS)), np.float32)
    n_other = len(CHANNELS[3:])
    n_signal = 2 * (len(_WINDOWS) + 2)
    for side in (0, 1):
        start = side * half
        signal = difference[side, :, :, :2].transpose(1, 0, 2).reshape(n_cuts, n_signal)
        around[:, start : start + n_signal] = signal
        for place, width in enumerate(_FAR_WINDOWS, start + n_signal):
            around[:, place] = difference[side, _WINDOWS.index(width), :, 2]
        start += n_signal + len(_FAR_WINDOWS)
        for row in (*(_WINDOWS.index(width) for width in _SHAPE_WINDOWS), len(_WINDOWS)):
            around[:, start : start + n_other] = difference[side, row, :, 3:]
            start += n_other
    return around


def newlines_before(segments: Segments, classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Newlines in the white space before each cut, at most 3; float32 (n_segments + 1,)."""
    counts = np.diff(np.searchsorted(np.flatnonzero(classes == NEWLINE), segments.cuts), prepend=0)
    return np.minimum(counts, 3).astype(np.float32)


def cut_facts(
    segments: Segments, classes: npt.NDArray[np.uint8], scripts: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """What meets at each cut, columns `CUT_FACTS`."""
    n_chars = len(classes)
    cuts = segments.cuts
    solid = np.flatnonzero(~IS_BLANK.take(classes))
    index = np.searchsorted(solid, cuts) - 1
    padded = np.concatenate((classes, [NEWLINE, NEWLINE]))
    if len(solid):
        before = np.where(index >= 0, solid[np.maximum(index, 0)], n_chars)
        before2 = np.where(index >= 1, solid[np.maximum(index - 1, 0)], n_chars)
    else:
        before = before2 = np.full_like(cuts, n_chars)
    padded_scripts = np.concatenate((scripts, np.zeros(2, np.uint8)))
    return np.stack(
        (
            segments.kinds,
            newlines_before(segments, classes),
            padded[before2],
            padded[before],
            padded[cuts],
            padded[cuts + 1],
            np.minimum(cuts - before, 4),
            padded_scripts[before] == padded_scripts[cuts],
        ),
        axis=1,
    ).astype(np.float32)
