"""Features of the segments of a page: one float32 matrix with named columns.

Families: the segment itself, what stands above it, containers around it, elements built alike,
neighbours, place on the page, the page as a whole. Every family is a few vector operations over
the page; nothing here loops over segments.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .columns import Columns
from .core import CORE, NEAR, Core, measure_core
from .head import Head
from .segment import Page
from .shape import BRACKET, COMMA, DIGIT, LOWER, STOP, SYMBOL, UNSPACED, UPPER, Shape
from .tags import MARKED, TAG_CODE
from .visibility import Hiding

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

PAGE_TYPES: Final = (
    *("article", "collection", "documentation", "forum", "listing", "product", "service"),
)
PAGE_TYPE_COLUMNS: Final = tuple(f"page_type={name}" for name in PAGE_TYPES)
_BLOCK_TAGS: Final = ("p", "div", "li", "td", "dd", "pre", "button", "figcaption", "blockquote")
_WITHIN: Final = (
    *("nav", "header", "footer", "aside", "article", "main", "section", "ul", "ol", "table"),
    *("form", "figure", "figcaption", "blockquote", "details", "button", "label", "li", "pre"),
    *("code", "strong", "time", "noscript", "dialog"),
)
_COUNTED_BLOCKS: Final = ("li", "td", "pre", "h2", "h3", "button", "dd", "p")
_COUNTED: Final = ("article", "main", "form", "time", "table", "section")
_PAGE_KINDS: Final = ("article", "product", "website")
_SCHEMA: Final = (
    *("question", "product", "breadcrumblist", "offer", "itemlist", "organization", "webpage"),
    *("faqpage", "discussionforumposting", "service", "person", "article"),
)
_HIDING: Final = (("trick", Hiding.TRICK), ("folded", Hiding.FOLDED), ("weak", Hiding.WEAK))
_LEVELS: Final = 4  # containers looked at: the block and so many less one above it
_CLIMB: Final = 8  # steps from the densest container up
_CARD_STEPS: Final = 10
_SECTION_STEPS: Final = 16
_SECTION_SHARE: Final = 0.1  # of the page's words
_PROSE: Final = 12  # words of a segment that counts as running text


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the linear models say of each segment, computed before the features.

    Attributes:
        words: float32 (n_segments, 3), scores of the text: main content, boilerplate, spam.
        markup: float32 (n_signatures, k), scores of the elements' names and classes; the first
            column is main content.
        title: float32 (n_segments,), share of a segment's n-grams that the titles hold.
        description: the same for the page's description.
        page_types: float32 (len(PAGE_TYPES),), log-odds of the page types.
    """

    words: FloatArray
    markup: FloatArray
    title: FloatArray
    description: FloatArray
    page_types: FloatArray


def named_features(
    page: Page,
    head: Head,
    shape: Shape,
    evidence: Evidence,
    wanted: Collection[str] | None = None,
) -> tuple[list[str], FloatArray]:
    """The features of a page that has segments.

    Args:
        page, head, shape, evidence: the page.
        wanted: names of the columns to return, best as a set; None for all.

    Returns: the column names, and float32 (n_segments, n_features), finite, column by column in
        memory.
    """
    columns = Columns(len(page.texts), wanted)
    core = measure_core(page, shape, evidence.words[:, 0], evidence.markup)
    _own(columns, page, shape, evidence, core)
    columns.block(["links", "outbound", "outbound_share"], _links(page, head))
    _above(columns, page, evidence, core)
    _containers(columns, page, core)
    _alike(columns, page, core)
    _neighbours(columns, core)
    _place(columns, core)
    _whole(columns, page, head, core)
    columns.add(**dict(zip(PAGE_TYPE_COLUMNS, evidence.page_types.tolist(), strict=True)))
    return columns.names, columns.matrix()


def _own(columns: Columns, page: Page, shape: Shape, evidence: Evidence, core: Core) -> None:
    counts, mass = shape.counts, core.mass
    length = np.maximum(counts.sum(axis=1) - 1, 1)  # without the closing line break
    letters = np.maximum(counts[:, LOWER : UNSPACED + 1].sum(axis=1), 1)
    n_words = np.maximum(mass, 1)
    tag = page.elements.tag[page.block]
    earlier, copies = _copies(page.texts)
    columns.add(
        log_mass=np.log1p(mass),
        log_length=np.log1p(length),
        link_density=core.link_density,
        bold=np.minimum(page.bold_characters / length, 1),
        word_length=length / n_words,
        title_words=shape.title_words / n_words,
        upper=counts[:, UPPER] / letters,
        unspaced=counts[:, UNSPACED] / letters,
        digits=counts[:, DIGIT] / length,
        stops=counts[:, STOP],
        stops_per_word=np.minimum(counts[:, STOP] / n_words, 1),
        commas=counts[:, COMMA] / length,
        brackets=counts[:, BRACKET] / length,
        symbols=counts[:, SYMBOL] / length,
        first_class=shape.first,
        last_class=shape.last,
        heading=core.heading,
        images=np.diff(page.images_before, prepend=0),
        title_overlap=evidence.title,
        description_overlap=evidence.description,
        copies=np.minimum(copies, 20),
        earlier_copies=np.minimum(earlier, 5),
    )
    codes = np.array([TAG_CODE[name] for name in _BLOCK_TAGS])
    columns.block([f"tag={name}" for name in _BLOCK_TAGS], tag[:, None] == codes)
    columns.block(["words", "boilerplate", "spam"], evidence.words)


def _links(page: Page, head: Head) -> npt.NDArray[np.float64]:
    """Number of links of each segment, of those to other hosts than the page's own, and share."""
    counts = np.zeros((len(page.texts), 3))
    own = head.host
    for segment, href in page.links:
        counts[segment, 0] += 1
        if href[:4] == "http" or href[:2] == "//":
            parts = href.split("/", 3)
            if len(parts) > 2 and parts[2].removeprefix("www.") != own:
                counts[segment, 1] += 1
    counts[:, 2] = counts[:, 1] / np.maximum(counts[:, 0], 1)
    return np.minimum(counts, 50)


def _copies(texts: list[str]) -> tuple[list[int], list[int]]:
    """Per segment, how many earlier segments have its text, and how many have it in all."""
    seen: dict[str, int] = {}
    earlier = []
    for text in texts:
        count = seen.get(text, 0)
        earlier.append(count)
        seen[text] = count + 1
    return earlier, [seen[text] for text in texts]


def _above(columns: Columns, page: Page, evidence: Evidence, core: Core) -> None:
    elements = page.elements
    own = evidence.markup[elements.signature, 0]
    at = page.leaf
    above = [own[at]]
    for _ in range(12):
        at = elements.parent[at]
        above.append(own[at])
    stacked = np.stack(above)
    columns.add(
        path_markup=core.values[:, 3],
        **{f"markup_up{step}": stacked[step] for step in range(5)},
        markup_lowest=stacked.min(axis=0),
        markup_highest=stacked.max(axis=0),
        depth=elements.depth[page.block],
    )
    within = elements.within[page.leaf]
    bits = np.array([MARKED.index(name) for name in _WITHIN])
    columns.block([f"within={name}" for name in _WITHIN], (within[:, None] >> bits) & 1)
    hiding = elements.hiding[page.leaf]
    masks = np.array([int(bits) for _, bits in _HIDING])
    columns.block([f"hidden_{name}" for name, _ in _HIDING], (hiding[:, None] & masks) != 0)


def _containers(columns: Columns, page: Page, core: Core) -> None:
    """Facts about the elements around a segment: the nearest, the repeated, the large."""
    elements = page.elements
    siblings = _siblings(page)
    at = page.block
    for level in range(_LEVELS):
        _container(columns, f"up{level}", page, core, at)
        columns.add(**{f"up{level}_siblings": np.minimum(siblings[at], 50)})
        at = elements.parent[at]
    # The card: the nearest element above with siblings built alike.
    card = page.block
    for _ in range(_CARD_STEPS):
        card = np.where(siblings[card] > 1, card, elements.parent[card])
    _container(columns, "card", page, core, card)
    columns.add(card_siblings=np.minimum(siblings[card], 100), card_tag=elements.tag[card])
    # The section: the nearest element above that holds a good share of the page.
    section = page.block
    large = core.sums[elements.last, -2] - core.sums[elements.first, -2]
    large = large >= core.total * _SECTION_SHARE
    for _ in range(_SECTION_STEPS):
        section = np.where(large[section], section, elements.parent[section])
    _container(columns, "section", page, core, section)
    _densest(columns, page, core)


def _container(columns: Columns, name: str, page: Page, core: Core, at: IntArray) -> None:
    elements = page.elements
    first, end = elements.first.take(at), elements.end.take(at)
    last = np.maximum(elements.last.take(at), first + 1)
    size = last - first
    mass = core.within(-2, first, last)
    for number, column in enumerate(CORE):
        if columns.wants(f"{name}_mean_{column}"):
            mean = core.within(number, first, last) / size
            columns.add(**{f"{name}_mean_{column}": mean})
    if columns.wants(f"{name}_mass"):
        columns.add(**{f"{name}_mass": np.log1p(mass)})
    if columns.wants(f"{name}_share"):
        columns.add(**{f"{name}_share": mass / core.total})
    if columns.wants(f"{name}_link_density"):
        linked = core.within(-1, first, last)
        columns.add(**{f"{name}_link_density": linked / np.maximum(mass, 1)})
    if columns.wants(f"{name}_segments"):
        columns.add(**{f"{name}_segments": np.log1p(size)})
    for kind, counts, most in (("images", elements.images, 50), ("inputs", elements.inputs, 20)):
        if columns.wants(f"{name}_{kind}"):
            inside = np.minimum(counts.take(end) - counts.take(at), most)
            columns.add(**{f"{name}_{kind}": inside})


def _densest(columns: Columns, page: Page, core: Core) -> None:
    """How far a segment is from the container with most running text right below it."""
    elements = page.elements
    n_elements = len(elements.parent)
    prose = np.where(core.mass >= _PROSE, core.mass * (1 - core.link_density) ** 2, 0)
    parent = elements.parent[page.block]
    direct = np.bincount(parent, prose, n_elements)
    direct = direct + 0.5 * np.bincount(elements.parent[parent], prose, n_elements)
    densest = int(np.argmax(direct))
    share = direct[densest] / max(float(prose.sum()), 1.0)
    distance = np.full(len(core.mass), _CLIMB)
    for step in range(_CLIMB):
        inside = (page.block >= densest) & (page.block < elements.end[densest])
        distance = np.where(inside, np.minimum(distance, step), distance)
        densest = int(elements.parent[densest])
    columns.add(densest_distance=distance)
    columns.add(densest_share=share)


def _siblings(page: Page) -> npt.NDArray[np.int64]:
    """Per element, how many children of its parent have its path, itself included."""
    elements = page.elements
    key = elements.parent.astype(np.int64) * (int(elements.path.max(initial=0)) + 1)
    _, inverse, counts = np.unique(key + elements.path, return_inverse=True, return_counts=True)
    repeats: npt.NDArray[np.int64] = counts[inverse]
    return repeats


def _alike(columns: Columns, page: Page, core: Core) -> None:
    """Facts about all segments of the page whose elements have the same path."""
    path = page.elements.path[page.leaf]
    size = np.bincount(path)
    columns.add(alike=np.log1p(size)[path], alike_mass=np.log1p(np.bincount(path, core.mass))[path])
    for name, values in zip(CORE, core.values.T, strict=True):
        if columns.wants(f"alike_{name}"):
            means = np.bincount(path, values) / np.maximum(size, 1)
            columns.add(**{f"alike_{name}": means.take(path)})


def _neighbours(columns: Columns, core: Core) -> None:
    n = len(core.mass)
    here = np.arange(n)
    for offset in (-2, -1, 1, 2):
        first, last = min(max(offset, 0), n), max(min(n + offset, n), 0)
        for number, column in enumerate(NEAR):
            if columns.wants(f"at{offset:+d}_{column}"):
                values = np.full(n, -1.0)
                values[max(-offset, 0) :][: max(last - first, 0)] = core.values[first:last, number]
                columns.add(**{f"at{offset:+d}_{column}": values})
    for width, used in ((3, len(NEAR)), (10, len(NEAR)), (30, len(CORE))):
        low, high = np.maximum(here - width, 0), np.minimum(here + 1 + width, n)
        n_before, n_after = np.maximum(here - low, 1), np.maximum(high - here - 1, 1)
        for number, column in enumerate(CORE[:used]):
            if columns.wants(f"before{width}_{column}"):
                before = core.within(number, low, here) / n_before
                columns.add(**{f"before{width}_{column}": before})
            if columns.wants(f"after{width}_{column}"):
                after = core.within(number, here + 1, high) / n_after
                columns.add(**{f"after{width}_{column}": after})


def _place(columns: Columns, core: Core) -> None:
    n = len(core.mass)
    here = np.arange(n)
    middle = core.sums[:-1, -2]
    first_h1 = np.flatnonzero(core.heading == 1)
    h1 = int(first_h1[0]) if len(first_h1) else 0
    gap = here - h1 if len(first_h1) else np.zeros(n)
    mass_gap = middle - middle[h1] if len(first_h1) else np.zeros(n)
    # The heading that governs a segment: the last one before it.
    governor = np.maximum.accumulate(np.where(core.heading > 0, here, -1))
    governed = governor >= 0
    at = np.maximum(governor, 0)
    following = np.minimum.accumulate(np.where(core.heading > 0, here, n)[::-1])[::-1]
    columns.add(
        position=here / max(n, 1),
        mass_position=middle / core.total,
        from_start=np.log1p(here),
        from_end=np.log1p(n - 1 - here),
        from_h1=np.sign(gap) * np.log1p(np.abs(gap)),
        mass_from_h1=np.sign(mass_gap) * np.log1p(np.abs(mass_gap)),
        governor_level=np.where(governed, core.heading[at], 0),
        governor_words=np.where(governed, core.values[at, 2], 0),
        governor_markup=np.where(governed, core.values[at, 3], 0),
        governor_distance=np.where(governed, np.log1p(here - at), 9),
        next_heading_distance=np.log1p(following - here),
    )


def _whole(columns: Columns, page: Page, head: Head, core: Core) -> None:
    elements = page.elements
    n = max(len(core.mass), 1)
    total = core.total
    blocks = np.bincount(elements.tag[page.block], minlength=len(TAG_CODE))
    tags = np.bincount(elements.tag, minlength=len(TAG_CODE))
    long = float(core.prose[core.mass >= 25].sum())
    values = {
        "segments": np.log1p(n),
        "mass": np.log1p(total),
        "link_density": core.sums[-1, -1] / total,
        "long": np.log1p(long),
        "long_share": long / total,
        "paragraphs": np.log1p((core.prose >= _PROSE).sum()),
        "images": np.log1p(elements.images[-1]),
        "inputs": np.log1p(elements.inputs[-1]),
        "longest": np.log1p(core.mass.max(initial=0)),
        "path_depth": head.path_depth,
    }
    values |= {name: np.log1p(blocks[TAG_CODE[name]]) for name in _COUNTED_BLOCKS}
    values |= {f"n_{name}": np.log1p(tags[TAG_CODE[name]]) for name in _COUNTED}
    means = core.sums[-1, : len(CORE)] / n
    values |= {f"mean_{name}": mean for name, mean in zip(CORE, means, strict=True)}
    values |= {f"kind={kind}": head.kind.startswith(kind) for kind in _PAGE_KINDS}
    types = head.schema_types
    values |= {f"schema={name}": any(t.endswith(name) for t in types) for name in _SCHEMA}
    columns.add(**{f"page_{name}": float(value) for name, value in values.items()})
