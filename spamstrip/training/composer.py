"""Compose polluted documents: clean article x junk x the ways real pollution is glued to it.

Seeded: the same material, seed and count give the same documents. Used to train the text
model and to measure it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from . import text_articles
from .chance import pick
from .draft import Draft, Span
from .text_blocks import Blocks
from .text_data import Item, Material
from .text_junk import JunkSource, link_run, spam_sentences
from .text_obfuscation import OBFUSCATIONS, obfuscate

CLEAN_VARIANTS: Final = ("clean", "clean_extra", "clean_short", "quoted_spam")
HARD_VARIANTS: Final = ("hard_negative", "hard_negative_embedded")
FORM_VARIANTS: Final = ("form", "form_flat", "form_glued")
FORM_RUN_VARIANTS: Final = ("form_run", "form_flat_run")
RUN_VARIANTS: Final = ("run_line", "run_middle", "run_head")
GLUED_VARIANTS: Final = ("run_glued", "run_glued_space", "run_glued_middle")
SPAM_VARIANTS: Final = ("spam_tail", "spam_middle", "spam_head", "spam_glued")
OTHER_VARIANTS: Final = (
    "boilerplate_tail",
    "boilerplate_middle",
    "boilerplate_head",
    "furniture",
    "comments",
    "several",
    "both_ends",
    "obfuscated",
    "obfuscated_run",
    "short_polluted",
)
POLLUTED_VARIANTS: Final = (
    FORM_VARIANTS
    + FORM_RUN_VARIANTS
    + RUN_VARIANTS
    + GLUED_VARIANTS
    + SPAM_VARIANTS
    + OTHER_VARIANTS
)
VARIANTS: Final = CLEAN_VARIANTS + HARD_VARIANTS + POLLUTED_VARIANTS
# Comments, related links and navigation words are written like articles: taught in equal
# number they would make every plain last line suspect.
_CHANCES: Final = {
    "clean": 9.0,
    "clean_extra": 3.0,
    "clean_short": 2.0,
    "hard_negative": 1.5,
    # A sober passage on gambling in an article on gardens is rarer on the web than spam there.
    "hard_negative_embedded": 0.4,
    "comments": 0.3,
    "both_ends": 0.6,
    "several": 0.7,
    "furniture": 3.0,
    "boilerplate_middle": 1.5,
    "spam_tail": 2.0,
    "spam_middle": 2.0,
    "spam_head": 2.0,
    "short_polluted": 0.7,
    "run_glued": 2.0,
    "run_glued_space": 2.0,
    "form_glued": 1.5,
    "form_flat_run": 1.5,
}
_PLACED: Final = 0.5  # chance of a block that is common in just that place
_ENDED: Final = 0.4  # chance of last lines as articles have them, before the junk
_LINK_LANGUAGES: Final = ("tr", "id", "en", "ru", "zh")  # of injected link runs anywhere
_GAPS: Final = ("\n\n", "\n", " ", "")


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed document.

    Attributes:
        text: the polluted text.
        spans: the junk in it, in order, without the white space around it.
        variant: one of `VARIANTS`.
        language: the article's.
        article: the article's identifier.
        groups: the sources of everything in it.
        detail: the kind of obfuscation, "" where there is none.
    """

    text: str
    spans: tuple[Span, ...]
    variant: str
    language: str
    article: str
    groups: tuple[str, ...]
    detail: str = ""

    @property
    def clean(self) -> str:
        """The text without the junk; its word sequence is the gold answer."""
        kept = []
        position = 0
        for span in self.spans:
            kept.append(self.text[position : span.start])
            position = span.end
        return "".join([*kept, self.text[position:]])


class Composer:
    """Composes documents from (a fold of) the material.

    Args:
        material: what to draw from; articles and at least one kind of junk must be there.
        seed: of all random choices.
        leave_out: obfuscation kinds never used.
    """

    def __init__(self, material: Material, seed: int, *, leave_out: Sequence[str] = ()) -> None:
        self._rng = np.random.default_rng(seed)
        self._articles = _by_language(material.articles + material.web_articles)
        self._hard = _by_language(material.hard_negatives)
        self._spam = _by_language(material.spam_paragraphs())
        self._source = JunkSource.of(material)
        self._blocks = Blocks.of(material)
        self._endings = {
            language: [item.text for item in items]
            for language, items in _by_language(material.endings).items()
        }
        self._titles = {
            language: tuple(item.text.split("\n")[0][:100] for item in items)
            for language, items in self._articles.items()
        }
        self._obfuscations = tuple(kind for kind in OBFUSCATIONS if kind not in leave_out)

    def documents(
        self, count: int, *, variants: Sequence[str] = VARIANTS, languages: Sequence[str] = ()
    ) -> Iterator[Composed]:
        """Compose `count` documents of random variants and languages.

        Args:
            count: how many.
            variants: which variants, with their usual chances.
            languages: which article languages; all when empty.
        """
        known = [language for language in languages or self._articles if language in self._articles]
        sizes = np.array([len(self._articles[language]) for language in known], float) ** 0.4
        chances = np.array([_CHANCES.get(variant, 1.0) for variant in variants])
        for _ in range(count):
            variant = variants[int(self._rng.choice(len(variants), p=chances / chances.sum()))]
            language = known[int(self._rng.choice(len(known), p=sizes / sizes.sum()))]
            yield self.compose(variant, language)

    def compose(self, variant: str, language: str) -> Composed:
        """Compose one document of a variant around an article of a language."""
        rng = self._rng
        article = pick(rng, self._articles[language])
        short = "short" in variant or rng.random() < 0.06
        body = text_articles.paragraphs(article, rng, short=short)
        if variant == "clean_extra" or rng.random() < 0.05:
            body = text_articles.with_extra(body, rng, self._extras(language))
        elif variant in POLLUTED_VARIANTS and rng.random() < _ENDED:
            body = text_articles.with_ending(body, rng, self._extras(language))
        groups = [article.group]
        draft = Draft(text_articles.choose_format(rng), rng)
        detail = ""
        if variant == "quoted_spam" and self._spam:
            spam = self._spam_item(language)
            groups.append(spam.group)
            body = text_articles.quoting(body, spam.text, rng)
        elif variant in HARD_VARIANTS and self._hard:
            body, language = self._hard_body(variant, body, language, groups)
        if variant in POLLUTED_VARIANTS:
            detail = self._pollute(variant, body, language, draft, groups)
        else:
            draft.body(body)
        text, spans = draft.finished()
        return Composed(
            text, spans, variant, language, article.name, tuple(dict.fromkeys(groups)), detail
        )

    def _extras(self, language: str) -> text_articles.Extras:
        """What passages that look like junk are made of; a foreign paragraph is English mostly."""
        rng = self._rng
        foreign = (
            "en" if language != "en" and rng.random() < 0.7 else pick(rng, sorted(self._articles))
        )
        article = pick(rng, self._articles.get(foreign, self._articles[language]))
        return text_articles.Extras(
            self._source.ordinary,
            self._titles[language],
            self._endings.get(language, ()),
            [part for part in article.text.split("\n\n") if part.strip()],
        )

    def _hard_body(
        self, variant: str, body: list[str], language: str, groups: list[str]
    ) -> tuple[list[str], str]:
        rng = self._rng
        if language not in self._hard:
            if variant == "hard_negative_embedded":
                return body, language
            language = pick(rng, sorted(self._hard))
        items = self._hard[language]
        start = int(rng.integers(len(items)))
        chosen = items[start : start + int(rng.integers(1, 5))]
        groups.extend(item.group for item in chosen)
        passage = [item.text for item in chosen]
        if variant == "hard_negative":
            return passage, language
        place = int(rng.integers(len(body) + 1))
        return [*body[:place], *passage, *body[place:]], language

    def _pollute(
        self, variant: str, body: list[str], language: str, draft: Draft, groups: list[str]
    ) -> str:
        """Write body and junk into the draft; returns the kind of obfuscation."""
        rng = self._rng
        cut = int(rng.integers(1, len(body))) if len(body) > 1 else 1
        detail = ""
        if variant in FORM_VARIANTS + FORM_RUN_VARIANTS:
            draft.body(body)
            self._form(variant, language, draft, groups)
        elif variant in RUN_VARIANTS + GLUED_VARIANTS:
            run = self._run(language)
            gap = {"run_glued": "", "run_glued_space": " ", "run_glued_middle": ""}.get(variant)
            draft.around(body, cut, [run], variant, gap)
        elif variant in SPAM_VARIANTS:
            spam = self._spam_item(language)
            groups.append(spam.group)
            text = spam_sentences(rng, spam, int(rng.choice((250, 500, 900))))
            gap = " " if variant == "spam_glued" else None
            draft.around(body, cut, [(text, spam.label)], variant, gap)
        elif variant in ("obfuscated", "obfuscated_run"):
            detail = pick(rng, self._obfuscations)
            text, label = self._run(language)
            if variant == "obfuscated":
                spam = self._spam_item(language)
                groups.append(spam.group)
                text, label = spam_sentences(rng, spam, 400), spam.label
            text = obfuscate(text, detail, rng)
            place = pick(rng, ("tail", "tail", "middle", "head"))
            draft.around(body, cut, [(text, label)], place, None)
        elif variant == "comments":
            draft.body(body)
            comments = self._blocks.comments(rng, language, self._remarks(language))
            draft.junk(comments, pick(rng, ("\n\n", "\n")))
        elif variant == "furniture":
            self._furniture(body, language, draft)
        elif variant.startswith("boilerplate"):
            blocks = [self._block_at(variant, language) for _ in range(int(rng.choice((1, 1, 2))))]
            draft.around(body, cut, blocks, variant, None)
        else:
            self._mixture(variant, body, language, draft, groups)
        return detail

    def _furniture(self, body: list[str], language: str, draft: Draft) -> None:
        """An article as a news site prints it: blocks before, between and after its paragraphs."""
        rng = self._rng
        gap = pick(rng, ("\n\n", "\n\n", "\n"))
        titles = self._titles[language]
        for _ in range(int(rng.integers(0, 3))):
            draft.junk([self._blocks.head_block(rng, language, titles)], gap)
        if rng.random() < 0.6:
            self._title(language, draft, gap)
        cuts = {0, len(body)}
        if len(body) > 1:
            cuts.update(rng.integers(1, len(body), int(rng.integers(0, 3))).tolist())
        for first, last in pairwise(sorted(cuts)):
            draft.body(body[first:last], gap)
            if last < len(body):
                draft.junk([self._block_at("boilerplate_middle", language)], gap)
        for _ in range(int(rng.integers(1, 5))):
            draft.junk([self._block(language)], gap)

    def _title(self, language: str, draft: Draft, gap: str) -> None:
        """A headline, mostly with what stands under it: date, author, share buttons."""
        rng = self._rng
        if headline := text_articles.headline(self._titles[language], rng):
            draft.body([headline], gap)
            if rng.random() < 0.6:
                draft.junk([self._blocks.under_title(rng, language)], gap)

    def _mixture(
        self, variant: str, body: list[str], language: str, draft: Draft, groups: list[str]
    ) -> None:
        rng = self._rng
        if variant == "both_ends" or rng.random() < 0.2:
            for _ in range(int(rng.integers(1, 4))):
                draft.junk([self._blocks.head_block(rng, language, self._titles[language])], "\n")
            if rng.random() < 0.5:
                self._title(language, draft, "\n")
        draft.body(body)
        for _ in range(1 if variant == "short_polluted" else int(rng.integers(2, 5))):
            kind = int(rng.choice(4, p=(0.3, 0.25, 0.2, 0.25)))
            if kind == 0:
                self._form(pick(rng, FORM_VARIANTS + FORM_RUN_VARIANTS), language, draft, groups)
            elif kind == 1:
                draft.junk([self._run(language)], pick(rng, _GAPS))
            elif kind == 2 and self._spam:
                spam = self._spam_item(language)
                groups.append(spam.group)
                draft.junk([(spam_sentences(rng, spam, 500), spam.label)], pick(rng, _GAPS[:2]))
            else:
                draft.junk([self._block(language)], pick(rng, _GAPS[:2]))

    def _form(self, variant: str, language: str, draft: Draft, groups: list[str]) -> None:
        rng = self._rng
        lines, group = self._blocks.form(rng, language)
        groups.append(group)
        flat = "flat" in variant
        text = (" " if flat else pick(rng, ("\n", "\n", "\n\n"))).join(lines)
        gap = pick(rng, (" ", "")) if variant == "form_glued" else pick(rng, ("\n\n", "\n"))
        if flat and rng.random() < 0.3:
            gap = " "
        draft.junk([(text, "comment_form")], gap)
        if variant in FORM_RUN_VARIANTS:
            draft.junk([self._run(language)], pick(rng, ("", "", " ", "\n")))

    def _run(self, language: str) -> tuple[str, str]:
        """A link run and its label."""
        rng = self._rng
        phrases = self._source.phrases
        languages = [language]
        if language not in phrases or rng.random() < 0.4:
            languages = [known for known in _LINK_LANGUAGES if known in phrases]
        languages = languages or sorted(phrases)
        longest = int(rng.choice((6, 12, 40)))
        return link_run(rng, self._source, languages, items=int(rng.integers(3, longest)))

    def _spam_item(self, language: str) -> Item:
        """A spam text, mostly in the language; every kind of spam there has the same chance."""
        rng = self._rng
        if language not in self._spam or rng.random() < 0.15:
            common = [known for known in ("en", "tr", "id", "ru") if known in self._spam]
            language = pick(rng, common or sorted(self._spam))
        items = self._spam[language]
        label = pick(rng, sorted({item.label for item in items}))
        return pick(rng, [item for item in items if item.label == label])

    def _block(self, language: str) -> tuple[str, str]:
        titles = self._titles[language]
        remarks = pick(self._rng, self._articles[language]).text
        return self._blocks.block(self._rng, language, titles, remarks)

    def _block_at(self, variant: str, language: str) -> tuple[str, str]:
        """A block as it stands in one place: breadcrumbs before an article, teasers inside it."""
        titles = self._titles[language]
        if variant == "boilerplate_head" and self._rng.random() < _PLACED:
            return self._blocks.head_block(self._rng, language, titles)
        if variant == "boilerplate_middle" and self._rng.random() < _PLACED:
            return self._blocks.related(self._rng, language, titles), "related"
        return self._block(language)

    def _remarks(self, language: str) -> list[str]:
        text = pick(self._rng, self._articles[language]).text
        return [part for part in text_articles.sentences(text) if 15 < len(part) < 200] or [
            text[:80]
        ]


def _by_language(items: Sequence[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.language, []).append(item)
    return found
