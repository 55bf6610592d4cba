"""Link blocks that somebody injected into a page: hidden or not, they link away and sell.

The trees see few such blocks, because injected pages are rare among the pages they learn from.
The limits below were set on development pages without injected spam, so that no main content among
their links to other hosts is marked.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from ..lexical import OUTPUTS, LexicalModel
from .address import host_of
from .segment import Page
from .visibility import Hiding

_SPAM: Final = OUTPUTS.index("spam")
_TRICK: Final = int(Hiding.TRICK)
_HIDDEN: Final = int(Hiding.TRICK | Hiding.FOLDED | Hiding.WEAK)
# (link characters / characters, hosts other than the page's own, lexical log-odds of spam)
_LIMITS_TRICK: Final = (0.5, 1, -np.inf)
_LIMITS_HIDDEN: Final = (0.8, 2, 1.0)
_LIMITS_VISIBLE: Final = (0.8, 3, 2.0)


def injected_links(
    page: Page, hosts: Mapping[int, set[str]], lexical: LexicalModel, url: str
) -> npt.NDArray[np.bool_]:
    """Which segments are injected link blocks, bool (n_segments,).

    Args:
        page: the segmented page.
        hosts: see `links.other_hosts`.
        lexical: scores the texts that look like one; the others cost nothing.
        url: the page's address, "" when unknown.
    """
    injected = np.zeros(len(page.texts), np.bool_)
    hiding = page.elements.hiding[page.leaf]
    tricked = (hiding & _TRICK) != 0
    block = np.cumsum(np.diff(tricked, prepend=False))  # of neighbours that are hidden alike
    together: dict[int, set[str]] = {}
    for segment, others in hosts.items():
        together.setdefault(int(block[segment]), set()).update(others)
    for segment, others in hosts.items():
        bits = int(hiding[segment])
        share, least, limit = _LIMITS_VISIBLE
        # Without the page's address one host may be its own; a list of links has more.
        if bits & _TRICK and (host_of(url) or len(together[int(block[segment])]) > 1):
            share, least, limit = _LIMITS_TRICK
        elif bits & _HIDDEN:
            share, least, limit = _LIMITS_HIDDEN
        text = page.texts[segment]
        if len(others) < least or page.link_characters[segment] < share * len(text):
            continue
        injected[segment] = bool(np.isneginf(limit)) or float(lexical.score(text)[_SPAM]) > limit
    return injected
