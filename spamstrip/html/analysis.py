"""HTML mode: a page in, its main content out, with a label for everything that was removed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborHTMLParser

from ..lexical import OUTPUTS, LexicalModel
from ..records import Document, Metadata, Options, Removal, Result
from . import decide
from .coherence import completed, illustrating
from .head import Head, read_head
from .injected import injected_links
from .labelling import is_caption, label_segments, title_segment
from .links import doubtful_links, other_hosts, spam_links
from .metadata import article_body, page_metadata
from .model import Facts, HtmlModel, Probability
from .nesting import flatten
from .removals import removals
from .render import paragraphs_html, render_html, render_markdown, render_text, text_blocks
from .segment import Page, segment
from .spam_text import may_hold_spam, without_spam

if TYPE_CHECKING:
    from ..text import TextModel

_ARTICLE_BODY: Final = "articleBody"
_FEW_WORDS: Final = 60.0  # a page with fewer kept words may carry its article as data only
_REPEATED_WORDS: Final = 8.0  # a kept text of so many words is kept once
_INJECTED_SCORE: Final = 0.97
_CAPTION_LEAST: Final = 0.05  # less likely ones may belong to teasers in the middle
_SPAM_LIKELY: Final = 0.5  # removed segments so probable are labelled spam
# Segments so probable are removed from the main content; what that costs and leaves is printed by
# `benchmarks.extraction --injected`.
_SPAM_SURE: Final = 0.2
_MOST_LINKED: Final = 0.6  # of the characters of a text that may hold more than its links
_WORDS_SURE: Final = 10.0  # lexical log-odds of spam; social links and prices at shops have less
_SPAM_WORDS: Final = 5.0  # shorter texts say nothing about the page
_SPAM_PAGE: Final = 0.5  # share of the kept words that makes the main content itself spam


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to each segment of a page.

    Attributes:
        kept: bool (n_segments,).
        labels: a label for each segment, of `spamstrip.labels.LABELS`.
        scores: float64 (n_segments,), probability of not being main content.
        spam: float64 (n_segments,), probability of being spam.
        mixed: bool (n_segments,), not kept because of spam in it, although most of it is words
            and not links: a run of links may have been put at the end of a paragraph.
    """

    kept: npt.NDArray[np.bool_]
    labels: list[str]
    scores: npt.NDArray[np.float64]
    spam: npt.NDArray[np.float64]
    mixed: npt.NDArray[np.bool_]


def analyze(
    document: Document,
    options: Options,
    model: HtmlModel,
    text_model: "Callable[[], TextModel]",
    *,
    report: bool = True,
) -> Result:
    """The `Result` for an HTML document.

    Args:
        document: decoded, `kind` "html".
        options: what to keep and how to print it.
        model: the loaded HTML model.
        text_model: gives the loaded text model; called only where the kept text may hold spam.
        report: False leaves everything out of the result that `rendered` does not need.
    """
    source, flattened = flatten(document.text)
    warnings = ("nested too deeply: the inner levels were flattened",) if flattened else ()
    tree = LexborHTMLParser(source)
    structured = options.output in ("html", "markdown")
    page = segment(tree, keep_nodes=structured)
    title, metadata = "", Metadata()
    if report or structured:
        title, metadata = page_metadata(tree)
    if not page.texts:
        body = article_body(tree)
        rendered = paragraphs_html(body) if options.output == "html" else body
        return Result(body, rendered, (), title, "html", 0.0, metadata, warnings)
    head = read_head(tree, page.structured)
    facts = model.facts(page, head)
    probability = model.probability(page, head, facts)
    named = report or not options.include_captions or options.include_comments
    lexical = model.lexical if named else None
    decision = decide_page(page, facts, probability, options, lexical=lexical)
    hosts = other_hosts(page, head.address)
    decision = _without_injected(page, decision, hosts, model.lexical, head.address)
    mixed = np.flatnonzero(decision.mixed).tolist()
    searched = np.flatnonzero(decision.kept | decision.mixed).tolist()
    kept = {index: page.texts[index] for index in searched}
    starts: list[int] = facts.characters.starts.tolist()
    found: list[Removal] = []
    doubtful = doubtful_links(hosts, kept, model.lexical).union(mixed)
    if may_hold_spam(kept, decision.spam, doubtful, model.lexical):
        kept, found = without_spam(
            page, starts, kept, text_model(),
            doubtful=doubtful, preset=options.preset, most=_SPAM_PAGE,
        )  # fmt: skip
    # Where nothing was found in a mixed segment, all of it goes.
    uncut = [index for index in mixed if kept.get(index) == page.texts[index]]
    for index in uncut:
        del kept[index]
    removed: tuple[Removal, ...] = ()
    if report:
        left = decision.kept | decision.mixed
        left[uncut] = False
        removed = removals(page, starts, left, decision.labels, decision.scores)
        removed = tuple(sorted((*removed, *found), key=lambda removal: removal.start))
    text = render_text(text_blocks(page, kept))
    stated = _stated_body(tree, head, facts, decision)
    if stated:
        text = stated
    spam_score = _spam_score(facts, decision)
    rendered = text
    if structured:
        html = paragraphs_html(text) if stated else _html(tree, page, kept, model, metadata.url)
        rendered = render_markdown(html) if options.output == "markdown" else html
    return Result(text, rendered, removed, title, "html", spam_score, metadata, warnings)


def decide_page(
    page: Page,
    facts: Facts,
    probability: Probability,
    options: Options,
    *,
    lexical: LexicalModel | None,
) -> Decision:
    """Decide every segment of a page that has segments.

    Args:
        page, facts: the page.
        probability: of the model.
        options: what to keep.
        lexical: names kinds of boilerplate and spam; None leaves the labels out.
    """
    mass, content = facts.shape.mass, probability.content
    kept = decide.keep(content, mass.astype(np.float64) + 0.1, options.preset)
    kept = completed(page, kept, content, mass)
    keep_once(page, mass, kept)
    spam = probability.spam > _SPAM_SURE
    mixed = np.zeros(len(kept), np.bool_)
    if mass[kept & spam].sum() <= _SPAM_PAGE * mass[kept].sum():
        lengths = np.array([len(text) for text in page.texts])
        linked = page.link_characters
        mixed = kept & spam & (linked > 0) & (linked < _MOST_LINKED * lengths)
        kept &= ~spam
    kept = decide.trim(kept, content, mass)
    heading = title_segment(page, facts.evidence.title)
    if options.include_captions:
        captions = is_caption(page, facts)
        likely = (content >= _CAPTION_LEAST) | illustrating(page, kept, captions, mass)
        kept |= captions & likely & inside(kept, heading)
    labels = ["body"] * len(page.texts)
    if lexical is not None:
        labels = label_segments(page, facts, lexical, kept, probability.spam > _SPAM_LIKELY)
    if heading >= 0:
        labels[heading] = "title"
        kept[heading] = options.include_title
    if not options.include_captions:
        kept &= np.array([label != "caption" for label in labels])
    if options.include_comments:
        kept |= np.array([label == "comment" for label in labels])
    if not kept.any():  # the title was all there was
        kept[int(np.argmax(content))] = True
    scores = np.maximum(1 - content, probability.spam)
    return Decision(kept, labels, scores, probability.spam, mixed)


def inside(kept: npt.NDArray[np.bool_], heading: int) -> npt.NDArray[np.bool_]:
    """The segments between the title, or the first kept segment, and the last kept one."""
    between = np.zeros(len(kept), np.bool_)
    found = np.flatnonzero(kept)
    if len(found):
        first = min(heading, int(found[0])) if heading >= 0 else int(found[0])
        between[first : int(found[-1]) + 1] = True
    return between


def keep_once(page: Page, mass: npt.NDArray[np.float32], kept: npt.NDArray[np.bool_]) -> None:
    """Drop the later copies of a longer text: pages repeat their body for other screens."""
    seen: set[str] = set()
    for index in np.flatnonzero(kept & (mass >= _REPEATED_WORDS)):
        text = page.texts[index]
        kept[index] = text not in seen
        seen.add(text)


def _without_injected(
    page: Page,
    decision: Decision,
    hosts: Mapping[int, set[str]],
    lexical: LexicalModel,
    address: str,
) -> Decision:
    """The decision without the link blocks that `injected_links` knows for sure."""
    # A removed link block is called spam only where the trees or its words leave no doubt: social
    # links are hidden too. One verdict for neighbours, which were hidden together.
    injected = injected_links(page, hosts, lexical, address)
    sure = decision.kept | (decision.spam > _SPAM_SURE)
    numbers = np.flatnonzero(injected)
    for block in np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1):
        if not sure[block].any():
            words = [lexical.score(page.texts[index])[OUTPUTS.index("spam")] for index in block]
            injected[block] = np.array(words) > _WORDS_SURE
    left = sum(len(page.texts[index]) for index in np.flatnonzero(decision.kept & ~injected))
    gone = sum(len(page.texts[index]) for index in np.flatnonzero(decision.kept & injected))
    if not injected.any() or gone > left:  # nothing, or the page itself is spam
        return decision
    labels = [
        lexical.junk_label(page.texts[index], "spam") if found else label
        for index, (label, found) in enumerate(zip(decision.labels, injected, strict=True))
    ]
    score = injected * _INJECTED_SCORE
    return Decision(
        kept=decision.kept & ~injected,
        labels=labels,
        scores=np.maximum(decision.scores, score),
        spam=np.maximum(decision.spam, score),
        mixed=decision.mixed & ~injected,
    )


def _stated_body(tree: LexborHTMLParser, head: Head, facts: Facts, decision: Decision) -> str:
    """The article text that structured data carries, where the visible page lacks it."""
    if not any(_ARTICLE_BODY in script for script in head.structured):
        return ""
    kept_words = float(facts.shape.mass[decision.kept].sum())
    if kept_words >= _FEW_WORDS:
        return ""
    body = article_body(tree)
    return body if len(body.split()) > 2 * kept_words else ""


def _spam_score(facts: Facts, decision: Decision) -> float:
    """Probability that the page was polluted, or that its main content is spam."""
    mass, kept = facts.shape.mass, decision.kept
    total = max(float(mass[kept].sum()), 1.0)
    own = float((mass * decision.spam)[kept].sum()) / total
    found = float(decision.spam[~kept & (mass >= _SPAM_WORDS)].max(initial=0.0))
    return max(own if own > _SPAM_PAGE else 0.0, found)


def _html(
    tree: LexborHTMLParser, page: Page, kept: Mapping[int, str], model: HtmlModel, url: str
) -> str:
    nodes: dict[int, str] = {}
    for index, text in kept.items():
        whole = text == page.texts[index]
        for node in page.nodes[index]:
            content = node.text_content
            if whole or " ".join(content.split()) in text:
                nodes[node.mem_id] = content
    return render_html(tree, nodes, url=url, drop_link=spam_links(model.lexical, url))
