"""Features of the segments of a page: one float32 matrix with named columns.

Families: the segment itself, what stands above it, containers around it, elements built alike,
neighbours, place on the page, the page as a whole. Every family is a few vector operations over
the page; nothing here loops over segments.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .head import Head
from .segment import MARKED, TAG_CODE, Page
from .shape import BRACKET, COMMA, DIGIT, LOWER, STOP, SYMBOL, UNSPACED, UPPER, Shape
from .visibility import Hiding

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

PAGE_TYPES: Final = (
    *("article", "collection", "documentation", "forum", "listing", "product", "service"),
)
PAGE_TYPE_COLUMNS: Final = tuple(f"page_type={name}" for name in PAGE_TYPES)
_HEADING_LEVEL: Final = np.array(
    [int(tag[1]) if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else 0 for tag in TAG_CODE]
)
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


class _Columns:
    """Collects named blocks of columns."""

    def __init__(self, n_rows: int) -> None:
        self.n_rows = n_rows
        self.names: list[str] = []
        self.blocks: list[npt.NDArray[np.floating]] = []

    def add(self, **columns: npt.NDArray[np.generic]) -> None:
        self.names.extend(columns)
        self.blocks.append(np.stack(list(columns.values()), axis=1, dtype=np.float32,
                                    casting="unsafe"))  # fmt: skip

    def block(self, names: list[str], values: npt.NDArray[np.generic]) -> None:
        self.names.extend(names)
        self.blocks.append(values.astype(np.float32))

    def page(self, **values: float) -> None:
        """Columns with one value for the whole page."""
        row = np.array(list(values.values()), np.float32)
        self.block(list(values), np.broadcast_to(row, (self.n_rows, len(row))))


@dataclass(frozen=True, slots=True)
class Core:
    """The columns that the context families average over segments.

    Attributes:
        values: float64 (n_segments, len(CORE)).
        sums: float64 (n_segments + 1, len(CORE) + 2), running sums of `values`, of the words and
            of the linked words.
        mass, link_density: float32 (n_segments,).
        heading: int (n_segments,), level 1 to 6, or 0.
        prose: float64 (n_segments,), words outside links.
    """

    values: npt.NDArray[np.float64]
    sums: npt.NDArray[np.float64]
    mass: FloatArray
    link_density: FloatArray
    heading: npt.NDArray[np.int64]
    prose: npt.NDArray[np.float64]

    @property
    def total(self) -> float:
        """Words of the page, at least 1."""
        return max(float(self.sums[-1, -2]), 1.0)


CORE: Final = ("running", "link", "words", "markup", "stop", "head", "short")
_NEAR: Final = ("running", "link", "words", "markup")  # the first columns of CORE


def named_features(
    page: Page, head: Head, shape: Shape, evidence: Evidence
) -> tuple[list[str], FloatArray]:
    """The features of a page that has segments.

    Returns: the column names, and float32 (n_segments, n_features), finite, C-contiguous.
    """
    columns = _Columns(len(page.texts))
    core = _core(page, shape, evidence)
    _own(columns, page, shape, evidence, core)
    columns.block(["links", "outbound", "outbound_share"], _links(page, head))
    _above(columns, page, evidence, core)
    _containers(columns, page, core)
    _alike(columns, page, core)
    _neighbours(columns, core)
    _place(columns, core)
    _whole(columns, page, head, core)
    columns.page(**dict(zip(PAGE_TYPE_COLUMNS, evidence.page_types.tolist(), strict=True)))
    return columns.names, np.concatenate(columns.blocks, axis=1)


def running_sums(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Sums before each row: float64, one row more than `values`, the first all zeros."""
    sums = np.zeros((len(values) + 1, *values.shape[1:]))
    np.cumsum(values, axis=0, out=sums[1:])
    return sums


def path_sums(page: Page, scores: FloatArray) -> npt.NDArray[np.float64]:
    """float64 (n_elements, k): per element, the sum of the signatures' scores down to it.

    An element adds its score at its place in document order and takes it back at its end, so
    the sums along all paths are one running sum.
    """
    elements = page.elements
    own = scores[elements.signature].astype(np.float64)
    steps = np.zeros((len(own) + 1, own.shape[1]))
    steps[:-1] = own
    for column in range(own.shape[1]):
        steps[:, column] -= np.bincount(elements.end, own[:, column], len(own) + 1)
    return np.cumsum(steps[:-1], axis=0)


def _core(page: Page, shape: Shape, evidence: Evidence) -> Core:
    mass = shape.mass
    length = np.maximum(shape.counts.sum(axis=1) - 1, 1)
    link_density = np.minimum(page.link_characters / length, 1).astype(np.float32)
    heading = _HEADING_LEVEL[page.elements.tag[page.block]]
    values = np.empty((len(mass), len(CORE)))
    values[:, 0] = np.minimum(np.log1p(mass), 4) * (1 - link_density)
    values[:, 1] = link_density
    values[:, 2] = evidence.words[:, 0]
    values[:, 3] = path_sums(page, evidence.markup[:, :1])[page.leaf, 0]
    values[:, 4] = shape.last == STOP
    values[:, 5] = heading > 0
    values[:, 6] = mass < 4
    linked = mass * link_density
    sums = running_sums(np.concatenate((values, mass[:, None], linked[:, None]), axis=1))
    return Core(values, sums, mass, link_density, heading, (mass - linked).astype(np.float64))


def _own(columns: _Columns, page: Page, shape: Shape, evidence: Evidence, core: Core) -> None:
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


def _above(columns: _Columns, page: Page, evidence: Evidence, core: Core) -> None:
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


def _containers(columns: _Columns, page: Page, core: Core) -> None:
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


def _container(columns: _Columns, name: str, page: Page, core: Core, at: IntArray) -> None:
    elements = page.elements
    first, end = elements.first[at], elements.end[at]
    last = np.maximum(elements.last[at], first + 1)
    inside = core.sums[last] - core.sums[first]
    size = last - first
    mass = inside[:, -2]
    columns.block(
        [f"{name}_mean_{column}" for column in CORE], inside[:, : len(CORE)] / size[:, None]
    )
    columns.add(
        **{
            f"{name}_mass": np.log1p(mass),
            f"{name}_share": mass / core.total,
            f"{name}_link_density": inside[:, -1] / np.maximum(mass, 1),
            f"{name}_segments": np.log1p(size),
            f"{name}_images": np.minimum(elements.images[end] - elements.images[at], 50),
            f"{name}_inputs": np.minimum(elements.inputs[end] - elements.inputs[at], 20),
        }
    )


def _densest(columns: _Columns, page: Page, core: Core) -> None:
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
    columns.page(densest_share=share)


def _siblings(page: Page) -> npt.NDArray[np.int64]:
    """Per element, how many children of its parent have its path, itself included."""
    elements = page.elements
    key = elements.parent.astype(np.int64) * (int(elements.path.max(initial=0)) + 1)
    _, inverse, counts = np.unique(key + elements.path, return_inverse=True, return_counts=True)
    repeats: npt.NDArray[np.int64] = counts[inverse]
    return repeats


def _alike(columns: _Columns, page: Page, core: Core) -> None:
    """Facts about all segments of the page whose elements have the same path."""
    path = page.elements.path[page.leaf]
    size = np.bincount(path)
    columns.add(alike=np.log1p(size)[path], alike_mass=np.log1p(np.bincount(path, core.mass))[path])
    sums = np.stack([np.bincount(path, column) for column in core.values.T], axis=1)
    means = sums / np.maximum(size, 1)[:, None]
    columns.block([f"alike_{column}" for column in CORE], means[path])


def _neighbours(columns: _Columns, core: Core) -> None:
    n = len(core.mass)
    here = np.arange(n)
    near = core.values[:, : len(_NEAR)]
    for offset in (-2, -1, 1, 2):
        there = here + offset
        outside = (there < 0) | (there >= n)
        values = near[np.clip(there, 0, n - 1)]
        values[outside] = -1
        columns.block([f"at{offset:+d}_{column}" for column in _NEAR], values)
    for width, used in ((3, len(_NEAR)), (10, len(_NEAR)), (30, len(CORE))):
        sums = core.sums[:, :used]
        low, high = np.maximum(here - width, 0), np.minimum(here + 1 + width, n)
        before = (sums[here] - sums[low]) / np.maximum(here - low, 1)[:, None]
        after = (sums[high] - sums[here + 1]) / np.maximum(high - here - 1, 1)[:, None]
        columns.block([f"before{width}_{column}" for column in CORE[:used]], before)
        columns.block([f"after{width}_{column}" for column in CORE[:used]], after)


def _place(columns: _Columns, core: Core) -> None:
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


def _whole(columns: _Columns, page: Page, head: Head, core: Core) -> None:
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
    columns.page(**{f"page_{name}": float(value) for name, value in values.items()})
