"""Weak labels: what the segments of the training pages most likely are.

The collection marks main content only. What else a segment is comes from elements that say so
themselves (HTML, ARIA, schema.org) and from the lexical model's kinds for its text; the markup
table learns from these, so that class names of any site can say it too.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from spamstrip.html.evidence import Characters, word_scores
from spamstrip.html.labelling import LEARNED
from spamstrip.html.markup import markup_words
from spamstrip.html.segment import Page
from spamstrip.html.tags import MARKED
from spamstrip.labels import BOILERPLATE_LABELS
from spamstrip.lexical import LexicalModel

# Words of roles, properties and types in ARIA, schema.org and microformats.
_NAMES: Final = {
    "caption": ("figcaption", "caption"),
    "comment": ("comment", "comments", "user-comments"),
    "navigation": ("navigation", "menubar", "menu", "breadcrumb", "breadcrumbs"),
    "byline_meta": ("author", "date-published", "date-modified", "dt-published", "byline"),
    "footer": ("contentinfo",),
    "consent": ("dialog", "alertdialog"),
    "related": ("related",),
    "share": ("share",),
    "newsletter": ("newsletter", "subscribe"),
}
_TAGS: Final = {
    "caption": ("figcaption",),
    "navigation": ("nav",),
    "footer": ("footer",),
    "byline_meta": ("time",),
    "consent": ("dialog",),
}
_CLEAR: Final = 1.0  # lexical log-odds from which a text counts as of its kind
_LONGEST_NAME: Final = 25  # words: bylines and captions are short


def weak_labels(
    page: Page, characters: Characters, kept: npt.NDArray[np.bool_], lexical: LexicalModel
) -> npt.NDArray[np.int64]:
    """int (n_segments,): index in `LEARNED`, or -1 where nothing says what a segment is."""
    n = len(page.texts)
    labels = np.full(n, -1)
    scores = word_scores(characters, (lexical.label_table, lexical.table), n)
    kinds = scores[:, : len(BOILERPLATE_LABELS)]
    clear = (kinds.max(axis=1) > _CLEAR) & (scores[:, -2] > 0) & ~kept
    offset = LEARNED.index(BOILERPLATE_LABELS[0])
    labels[clear] = np.argmax(kinds, axis=1)[clear] + offset
    named = _named(page)
    sizes = np.array([len(text.split()) for text in page.texts])
    # From general to special: the later overrides.
    for label in ("footer", "navigation", "consent", "related", "share", "newsletter"):
        found = (named[label] | _within(page, _TAGS.get(label, ()))) & ~kept
        labels[found & (labels < 0)] = LEARNED.index(label)
    labels[named["comment"] & ~kept & (labels < 0)] = LEARNED.index("comment")
    for label in ("byline_meta", "caption"):
        found = (named[label] | _within(page, _TAGS[label])) & (sizes <= _LONGEST_NAME * 2)
        labels[found & (~kept | (label == "caption"))] = LEARNED.index(label)
    return labels


def _named(page: Page) -> dict[str, npt.NDArray[np.bool_]]:
    """Per label, the segments with an element at or above them that has one of its names."""
    elements = page.elements
    result = {}
    words = [set(markup_words(signature)[1:]) for signature in elements.signatures]
    for label, names in _NAMES.items():
        own = np.array([not found.isdisjoint(names) for found in words])[elements.signature]
        at = page.leaf
        hit = own[at]
        for _ in range(8):
            at = elements.parent[at]
            hit = hit | own[at]
        result[label] = hit
    return result


def _within(page: Page, tags: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    mask = sum(1 << MARKED.index(tag) for tag in tags)
    found: npt.NDArray[np.bool_] = (page.elements.within[page.leaf] & mask) != 0
    return found
