"""What was removed from a page: the text, where it stood, and how it was hidden."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..records import Removal
from .segment import Page
from .tags import TAGS
from .visibility import techniques

_PATH_TAGS: Final = 12  # of a removal's path, the innermost ones


def removals(
    page: Page,
    starts: Sequence[int],
    kept: npt.NDArray[np.bool_],
    labels: Sequence[str],
    scores: npt.NDArray[np.float64],
) -> tuple[Removal, ...]:
    """A record for every segment that is not kept; all arguments have one item a segment.

    Args:
        starts: where the segment begins in the page's own text, one segment per line.
    """
    paths = Paths(page)
    leaves, hiding = page.leaf.tolist(), page.elements.hiding[page.leaf].tolist()
    texts, score_of = page.texts, scores.tolist()
    return tuple(
        Removal(
            labels[index],
            score_of[index],
            starts[index],
            starts[index] + len(texts[index]),
            texts[index],
            paths.of(leaves[index]),
            techniques(hiding[index]),
        )
        for index in np.flatnonzero(~kept).tolist()
    )


class Paths:
    """The tags from the root to an element, the innermost dozen at most."""

    def __init__(self, page: Page) -> None:
        self._parent: list[int] = page.elements.parent.tolist()
        self._tag: list[int] = page.elements.tag.tolist()
        self._known: dict[int, str] = {}

    def of(self, element: int) -> str:
        """The path of one element, for example "html>body>div>p"."""
        chain: list[int] = []  # from the element to the root or to an element that is known
        inner = element
        while inner not in self._known and (not chain or chain[-1] != inner):
            chain.append(inner)
            inner = self._parent[inner]
        path = self._known.get(inner, "")
        for node in reversed(chain):
            name = TAGS[self._tag[node]] or "div"
            path = f"{path}>{name}" if path else name
            if path.count(">") == _PATH_TAGS:
                path = path.partition(">")[2]
            self._known[node] = path
        return path
