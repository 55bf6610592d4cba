"""Which segments are main content, given their probabilities: one decision for the whole page."""

from typing import Final

import numpy as np
import numpy.typing as npt

from ..records import Preset

# The cut that is best for F1 is half the F1 it reaches (Lipton, Elkan & Naryanaswamy 2014), so
# an uncertain page is cut lower. The presets scale that cut.
_SCALE: Final[dict[Preset, float]] = {"gentle": 0.5, "balanced": 1.0, "strict": 1.5}
_MOST: Final = 0.5  # no segment that is more likely content than not is removed in `balanced`
_CERTAIN, _DOUBTFUL, _FEW_WORDS = 0.9, 0.58, 4  # see `trim`

FloatArray = npt.NDArray[np.float64]


def threshold(probability: FloatArray, words: FloatArray, preset: Preset) -> float:
    """The probability from which the segments of a page are kept.

    The expected F1 of keeping the k most probable segments is computed for every k; the cut is
    at the best. Args: float64 (n_segments,) both; `words` weighs the segments.
    """
    order = np.argsort(-probability, kind="stable")
    gained = np.cumsum((probability * words)[order])
    kept = np.cumsum(words[order])
    expected = 2 * gained / (kept + gained[-1] + 1e-9)
    cut = float(probability[order[int(np.argmax(expected))]])
    return min(min(cut, _MOST) * _SCALE[preset], 0.95)


def keep(probability: FloatArray, words: FloatArray, preset: Preset) -> npt.NDArray[np.bool_]:
    """bool (n_segments,): the segments that are kept; never none of a page that has some."""
    if not len(probability):
        return np.zeros(0, np.bool_)
    kept: npt.NDArray[np.bool_] = probability >= threshold(probability, words, preset)
    if not kept.any():
        kept[int(np.argmax(probability))] = True
    return kept


def trim(
    kept: npt.NDArray[np.bool_], probability: FloatArray, words: npt.NDArray[np.floating]
) -> npt.NDArray[np.bool_]:
    """The kept segments without the doubtful scraps outside the certain and the longer ones.

    A share button below an article is too few words for the expected F1 to care about; a reader
    does.

    Args:
        kept, probability, words: (n_segments,).
    """
    certain = probability >= _CERTAIN
    if not (kept & certain).any():
        return kept
    core = np.flatnonzero(kept & (certain | (words >= _FEW_WORDS) & (probability >= _MOST)))
    outside = np.ones(len(kept), np.bool_)
    outside[core[0] : core[-1] + 1] = False
    scraps = outside & (probability < _DOUBTFUL) & (words < _FEW_WORDS)
    result: npt.NDArray[np.bool_] = kept & ~scraps
    return result
