"""What each segment is: title, caption, byline, comment, or the kind of boilerplate.

Three sources: elements that say so themselves (HTML, ARIA and schema.org vocabulary), learned
weights of markup words, and the lexical model's kinds for the text.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from ..labels import BOILERPLATE_LABELS, SPAM_LABELS
from ..lexical import LexicalModel
from .core import path_sums
from .evidence import word_scores
from .model import Facts
from .segment import Page
from .tags import MARKED, TAG_CODE

# Columns 1.. of the markup table.
LEARNED: Final = ("caption", *BOILERPLATE_LABELS)
_STRUCTURAL: Final = 4.0  # log-odds that an element adds when it names its own kind
_TITLE_OVERLAP: Final = 0.75  # of an `h1` with the titles in the head
_LOWER_OVERLAP: Final = 0.9  # of another heading
_PLAIN_OVERLAP, _PLAIN_LENGTH = 0.95, 10  # of a text that is no heading, in characters
_FIRST_FACTOR: Final = 1.5  # a title in an `h1` may be so many times shorter
_BIT: Final = {name: 1 << bit for bit, name in enumerate(MARKED)}
_SAID_BY: Final = {
    "navigation": ("nav",),
    "footer": ("footer",),
    "caption": ("figcaption",),
    "byline_meta": ("time",),
    "consent": ("dialog",),
    "related": ("aside",),
}
_CAPTION_MARGIN: Final = 2.0  # learned log-odds from which a segment counts as a caption


def label_segments(
    page: Page,
    facts: Facts,
    lexical: LexicalModel,
    kept: npt.NDArray[np.bool_],
    spam: npt.NDArray[np.bool_],
) -> list[str]:
    """A label for every segment; a kept one is "body" or "caption".

    Args:
        page, facts: the page.
        lexical: names the kind of a text.
        kept, spam: bool (n_segments,), what is kept, and what is spam.
    """
    n_kinds = len(BOILERPLATE_LABELS)
    kinds = word_scores(facts.characters, (lexical.label_table,), len(page.texts))
    learned = facts.evidence.markup[:, 1 : 1 + len(LEARNED)]
    scores = path_sums(page, learned)[page.leaf] + structural_scores(page)
    scores[:, 1:] += kinds[:, :n_kinds]
    best = np.argmax(scores, axis=1)
    caption = LEARNED.index("caption")
    captions = (best == caption) & (scores[:, caption] > _CAPTION_MARGIN)
    scores[:, caption] = -np.inf
    names = np.array(LEARNED)[np.argmax(scores, axis=1)]
    names = np.where(spam, np.array(SPAM_LABELS)[np.argmax(kinds[:, n_kinds:], axis=1)], names)
    names = np.where(kept, "body", names)
    names = np.where(captions, "caption", names)
    labels: list[str] = names.tolist()
    return labels


def is_caption(page: Page, facts: Facts) -> npt.NDArray[np.bool_]:
    """bool (n_segments,): segments whose elements or class names say that they are a caption."""
    found: npt.NDArray[np.bool_] = (page.elements.within[page.leaf] & _BIT["figcaption"]) != 0
    found |= page.elements.tag[page.block] == TAG_CODE["caption"]
    column = 1 + LEARNED.index("caption")
    learned = path_sums(page, facts.evidence.markup[:, column : column + 1])
    found |= learned[page.leaf, 0] > _CAPTION_MARGIN
    return found


def structural_scores(page: Page) -> npt.NDArray[np.float32]:
    """What the elements around a segment say by their names; 0 or `_STRUCTURAL` each."""
    within = page.elements.within[page.leaf]
    scores = np.zeros((len(page.texts), len(LEARNED)), np.float32)
    for label, names in _SAID_BY.items():
        mask = sum(_BIT[name] for name in names)
        scores[:, LEARNED.index(label)] = np.where(within & mask, _STRUCTURAL, 0)
    tag = page.elements.tag[page.block]
    scores[tag == TAG_CODE["caption"], LEARNED.index("caption")] = _STRUCTURAL
    return scores


def title_segment(page: Page, overlap: npt.NDArray[np.float32]) -> int:
    """The segment that is the page's title, or -1.

    Of the headings that share their n-grams with the head's titles the longest, with `h1` before
    the others unless they are far longer: the site's own name stands in these titles too, and
    often in an `h1`. Else a lone `h1`. Where there is none, a plain text that the titles hold.
    """
    tag = page.elements.tag[page.block]
    first = tag == TAG_CODE["h1"]
    heading = (tag >= TAG_CODE["h1"]) & (tag <= TAG_CODE["h3"])
    lengths = np.array([len(text) for text in page.texts]) * np.where(first, _FIRST_FACTOR, 1.0)
    named = (first & (overlap >= _TITLE_OVERLAP)) | (heading & (overlap >= _LOWER_OVERLAP))
    found = np.flatnonzero(named)
    if len(found):
        return int(found[np.argmax(lengths[found])])
    found = np.flatnonzero(first)
    if len(found):
        return int(found[0]) if len(found) == 1 else -1
    # Some sites set their titles in no heading; a name of the site is a link.
    plain = (overlap >= _PLAIN_OVERLAP) & (lengths >= _PLAIN_LENGTH)
    plain &= (page.link_characters == 0) & (page.elements.hiding[page.leaf] == 0)
    found = np.flatnonzero(plain)
    return int(found[np.argmax(lengths[found])]) if len(found) else -1
