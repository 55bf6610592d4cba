"""Spam among the words of the main content: when to search for it, and what is cut.

The trees judge whole segments. A run of link texts at the end of the last paragraph is part of one,
and the text model finds it. Asking it about every page would cost more than most pages are worth.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from ..lexical import OUTPUTS, LexicalModel
from ..records import Preset, Removal
from .removals import Paths
from .segment import Page

if TYPE_CHECKING:
    from ..text import TextModel

_SPAM_POSSIBLE: Final = 0.05  # a segment that the trees think so likely to be spam
_STEP: Final = 16  # characters
_WINDOW: Final = 6  # steps
# Summed lexical log-odds of spam in a window, above the text's own level; most pages stay below.
_WINDOW_POSSIBLE: Final = 115.0
# Names of hosts glued to each other; names in code look alike, which costs them a search.
_GLUED_HOSTS: Final = re.compile(r"(?<!\w)(?:\w{3,}+\.){3}\w{3}")


def may_hold_spam(
    kept: Mapping[int, str],
    spam: npt.NDArray[np.float64],
    doubtful: Collection[int],
    lexical: LexicalModel,
) -> bool:
    """Whether the kept text should be searched: a segment or a stretch of it looks like spam.

    Args:
        kept: segment number -> text, at least one.
        spam: float64 (n_segments,), what the trees say.
        doubtful: segments whose links are, see `links.doubtful_links`.
    """
    if doubtful or spam[list(kept)].max() > _SPAM_POSSIBLE:
        return True
    if any(_GLUED_HOSTS.search(text) for text in kept.values()):
        return True
    folded = lexical.table.folded("\n".join(kept.values()))
    steps = lexical.table.sums(folded, np.arange(0, len(folded), _STEP))[:, OUTPUTS.index("spam")]
    running = np.concatenate(([0.0], np.cumsum(steps - np.median(steps))))
    reach = min(_WINDOW, len(steps))
    return bool((running[reach:] - running[:-reach]).max() > _WINDOW_POSSIBLE)


def without_spam(
    page: Page,
    starts: Sequence[int],
    kept: Mapping[int, str],
    model: "TextModel",
    *,
    doubtful: Collection[int],
    preset: Preset,
    most: float,
) -> tuple[dict[int, str], list[Removal]]:
    """Cut the spam that the text model finds in the kept text.

    Args:
        starts: where each segment begins in the page's own text, one segment per line.
        kept: segment number -> text.
        doubtful: segments whose links are doubtful: there, the threshold of `strict` is enough.
        most: share of the text above which nothing is cut: a page that is spam is reported, not
            emptied.
    """
    from ..text import find_removals  # most pages do without the stages of text

    text = "\n\n".join(kept.values())
    ends = np.cumsum([len(part) + 2 for part in kept.values()])
    linked = np.isin(list(kept), list(doubtful))
    least = model.thresholds[preset]
    spam = [
        removal
        for removal in find_removals(text, model, "strict" if doubtful else preset)
        if removal.family == "spam"
        and (removal.score >= least or linked[_touched(ends, removal)].any())
    ]
    if not spam or sum(len(removal.text) for removal in spam) > most * len(text):
        return dict(kept), []
    result: dict[int, str] = {}
    found: list[Removal] = []
    paths = Paths(page)
    position = 0
    for index, original in kept.items():
        end = position + len(original)
        rest, at = [], position
        for removal in spam:
            start, stop = max(removal.start, position), min(removal.end, end)
            if start >= stop:
                continue
            rest.append(text[at:start])
            at = stop
            place = starts[index] + start - position
            cut = text[start:stop]
            path = paths.of(int(page.leaf[index]))
            found.append(Removal(removal.label, removal.score, place, place + len(cut), cut, path))
        left = "".join([*rest, text[at:end]]).strip() if rest else original
        if left:
            result[index] = left
        position = end + 2
    return result, found


def _touched(ends: npt.NDArray[np.int64], removal: Removal) -> slice:
    """The parts of a text that a removal touches, given where they end, gaps included."""
    first, last = np.searchsorted(ends, (removal.start, removal.end - 1), side="right")
    return slice(int(first), int(last) + 1)
