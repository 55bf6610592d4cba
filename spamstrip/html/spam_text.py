"""Spam among the words of the main content: what the text model finds in them.

The trees judge whole segments. A run of link texts at the end of the last paragraph is part of one.
"""

from collections.abc import Mapping

from ..records import Preset, Removal
from ..text import TextModel, find_removals
from .removals import Paths, offsets
from .segment import Page


def without_spam(
    page: Page, kept: Mapping[int, str], model: TextModel, preset: Preset, *, most: float
) -> tuple[dict[int, str], list[Removal]]:
    """Cut the spam that the text model finds in the kept text.

    Args:
        most: share of the text above which nothing is cut: a page that is spam is reported, not
            emptied.
    """
    text = "\n\n".join(kept.values())
    spam = [r for r in find_removals(text, model, preset) if r.family == "spam"]
    if not spam or sum(len(removal.text) for removal in spam) > most * len(text):
        return dict(kept), []
    starts = offsets(page)
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
