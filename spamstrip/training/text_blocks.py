"""Blocks of boilerplate for composed documents: forms, share bars, navigation, comments..."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from . import text_articles
from .chance import pick
from .text_data import Item, Material

_SERVICES: Final = (
    "Facebook", "Twitter", "X", "WhatsApp", "Telegram", "LinkedIn", "Pinterest", "Reddit",
    "Tumblr", "Email", "Print", "VK", "Line", "Copy Link", "Messenger", "Bluesky", "Instagram",
)  # fmt: skip
_KINDS: Final = (
    "share", "share", "newsletter", "newsletter", "consent", "consent", "footer", "footer",
    "advert", "navigation", "navigation", "byline_meta", "related", "navigation_words",
)  # fmt: skip
_AT_HEAD: Final = ("navigation", "consent", "newsletter", "advert", "share", "byline_meta")
_UNDER_TITLE: Final = ("byline_meta", "share", "advert")
_WHOLE: Final = 0.5  # chance of a whole block where its language has some
_TRAIL: Final = re.compile(r"\s*[»>›→/]\s*")
_BREADCRUMBS: Final = re.compile(r"[^\d«‹←|]{2,30}(?:[»>›→/][^\d«‹←|»>›→/]{2,40}){2,}")
_TRAIL_MARKS: Final = (" > ", " » ", " / ", " › ", " → ", "  ")
_COLON: Final = re.compile("[:：]")
_COMMA: Final = re.compile("[,،、，]")
_BULLET: Final = re.compile(r"^[\W\d]+")
_SEPARATORS: Final = ("\n", "\n", "\n", " | ", " ", " · ", " » ", ", ", "")


@dataclass(frozen=True, slots=True)
class Parts:
    """Pieces of whole blocks in one language, to be put together anew.

    Attributes:
        leads: what stands before related headlines ("Read also").
        headlines: of other articles.
        homes, sections: first and later steps of breadcrumbs.
        tagged: what stands before a list of tags.
    """

    leads: tuple[str, ...]
    headlines: tuple[str, ...]
    homes: tuple[str, ...]
    sections: tuple[str, ...]
    tagged: tuple[str, ...]

    @classmethod
    def of(cls, items: Iterable[Item]) -> "Parts":
        """Take whole blocks apart."""
        leads, headlines, homes, sections, tagged = [], [], [], [], []
        for item in items:
            first, *others = item.text.split("\n")
            head = _COLON.split(first)
            if item.label == "related" and (others or len(head) > 1):
                leads.append(head[0].strip())
                headlines += [_BULLET.sub("", line) for line in [*others, *head[1:]]]
            elif item.label == "navigation" and not others and _BREADCRUMBS.fullmatch(first):
                home, *steps = _TRAIL.split(first)
                homes.append(home)
                sections += steps
            elif item.label == "navigation" and len(others) > 2:  # a menu, a line for each place
                sections += [line for line in others if len(line) < 25]
            elif item.label == "byline_meta" and len(head) == 2 and len(_COMMA.split(head[1])) > 2:
                tagged.append(head[0])
        kept = (leads, headlines, homes, sections, tagged)
        return cls(*(tuple(text for text in texts if 0 < len(text) < 100) for texts in kept))


_NO_PARTS: Final = Parts((), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Blocks:
    """What blocks are made of, by language.

    Attributes:
        strings: interface strings by label and language.
        forms: whole comment forms.
        remarks: what readers wrote.
        printed: comments as sites print them, with name, date and the words around.
        whole: whole blocks of other kinds.
        parts: what those are made of.
    """

    strings: dict[tuple[str, str], tuple[str, ...]]
    forms: dict[str, tuple[Item, ...]]
    remarks: dict[str, tuple[str, ...]]
    printed: dict[str, tuple[str, ...]]
    whole: dict[str, tuple[Item, ...]]
    parts: dict[str, Parts]

    @classmethod
    def of(cls, material: Material) -> "Blocks":
        """Index (a fold of) the material."""
        strings: dict[tuple[str, str], list[str]] = {}
        for item in material.strings:
            strings.setdefault((item.label, item.language), []).append(item.text)
        forms: dict[str, list[Item]] = {}
        for item in material.forms:
            forms.setdefault(item.language, []).append(item)
        remarks: dict[str, list[str]] = {}
        printed: dict[str, list[str]] = {}
        for item in material.ham_comments:
            found = printed if item.written else remarks
            found.setdefault(item.language, []).append(item.text)
        whole: dict[str, list[Item]] = {}
        for item in material.blocks:
            whole.setdefault(item.language, []).append(item)
        return cls(
            {key: tuple(texts) for key, texts in strings.items()},
            {language: tuple(items) for language, items in forms.items()},
            {language: tuple(texts) for language, texts in remarks.items()},
            {language: tuple(texts) for language, texts in printed.items()},
            {language: tuple(items) for language, items in whole.items()},
            {language: Parts.of(items) for language, items in whole.items()},
        )

    def form(self, rng: np.random.Generator, language: str) -> tuple[list[str], str]:
        """The lines of a comment form, and their source.

        A language without whole forms gets one put together from strings, or another's form.
        """
        if language in self.forms and rng.random() < 0.9:
            form = pick(rng, self.forms[language])
            lines = form.text.split("\n")
            if len(lines) > 3 and rng.random() < 0.4:
                lines = lines[: int(rng.integers(2, len(lines)))]
            return lines, form.group
        known = self.strings.get(("comment_form", language), ())
        if len(known) < 4 and "en" in self.forms:
            form = pick(rng, self.forms["en"])
            return form.text.split("\n"), form.group
        if len(known) < 4:
            known = self._strings("comment_form", "en")
        return self._lines(rng, known, int(rng.integers(3, 8))), "strings"

    def block(
        self, rng: np.random.Generator, language: str, titles: Sequence[str], article: str
    ) -> tuple[str, str]:
        """A block of boilerplate and its label."""
        if language in self.whole and rng.random() < _WHOLE:
            found = pick(rng, self.whole[language])
            return found.text, found.label
        kind = pick(rng, _KINDS)
        words = [word for word in article.split() if word.isalpha() and 2 < len(word) < 14]
        known = self._strings("navigation", language)
        if kind == "related":
            return self.related(rng, language, titles), "related"
        if kind == "byline_meta":
            shown = [" ".join(pick(rng, words) for _ in range(int(rng.integers(1, 3))))
                     for _ in range(int(rng.integers(1, 6)))] if words else []  # fmt: skip
            lead = pick(rng, self.parts.get(language, _NO_PARTS).tagged or known)
            lead += pick(rng, (": ", ": ", " ", "\n"))
            return (lead + pick(rng, (", ", ", ", " · ", " #", " ")).join(shown)).strip(), kind
        if kind == "navigation_words":
            return self._navigation(rng, language, words), "navigation"
        if kind == "share" and rng.random() < 0.5:
            return self._share(rng, language), "share"
        chosen = self._strings(kind, language)
        count = int(rng.integers(1, 9 if kind == "navigation" else 6))
        lines = self._lines(rng, chosen, count)
        separator = pick(rng, _SEPARATORS) if kind in ("navigation", "share", "footer") else "\n"
        if kind in ("consent", "newsletter") and rng.random() < 0.4:
            separator = " "
        if kind == "footer" and rng.random() < 0.5:
            name = " ".join(pick(rng, words).capitalize() for _ in range(2)) if words else "News"
            lines.insert(int(rng.integers(2)), f"© {int(rng.integers(2005, 2026))} {name}")
        return separator.join(lines), kind

    def head_block(
        self, rng: np.random.Generator, language: str, titles: Sequence[str]
    ) -> tuple[str, str]:
        """A block that stands before the article: navigation, breadcrumbs, a consent banner..."""
        if found := self._whole(rng, language, _AT_HEAD):
            return found.text, found.label
        words = [word for title in titles[:60] for word in title.split() if word.isalpha()]
        if rng.random() < 0.4:
            return self._trail(rng, language, words), "navigation"
        if rng.random() < 0.25:
            consent = self._strings("consent", language)
            return " ".join(self._lines(rng, consent, int(rng.integers(1, 4)))), "consent"
        return self._navigation(rng, language, words), "navigation"

    def under_title(self, rng: np.random.Generator, language: str) -> tuple[str, str]:
        """A block between title and text: who posted it and when, share buttons, a label."""
        if found := self._whole(rng, language, _UNDER_TITLE):
            return found.text, found.label
        if rng.random() < 0.5:
            return self._share(rng, language), "share"
        known = self._strings("navigation", language)
        date = _date(rng)
        words = self._lines(rng, known, int(rng.integers(1, 4)))
        return pick(rng, _SEPARATORS[:-1]).join([*words, date]), "byline_meta"

    def comments(
        self, rng: np.random.Generator, language: str, remarks: Sequence[str]
    ) -> list[tuple[str, str]]:
        """A heading, some readers' comments with name and date, perhaps a form after them."""
        known = self._strings("comment_form", language)
        written = self.remarks.get(language, ())
        pieces = [(pick(rng, known), "comment")]
        printed = self.printed.get(language, ())
        for _ in range(int(rng.integers(1, 5))):
            if printed and rng.random() < _WHOLE:
                pieces.append((pick(rng, printed), "comment"))
                continue
            remark = pick(rng, written if written and rng.random() < 0.7 else remarks)
            people = text_articles.names(" ".join(remarks)) or ["user" + str(rng.integers(99))]
            date = _date(rng)
            clock = f"{rng.integers(24):02}:{rng.integers(60):02}"
            head = pick(rng, ("{0}\n{1} {2}", "{0} {1}, {2}", "{0} | {1}", "{0}:")).format(
                pick(rng, people), date, clock
            )
            reply = f"\n{pick(rng, known)}" if rng.random() < 0.6 else ""
            pieces.append((f"{head}\n{remark}{reply}", "comment"))
        if rng.random() < 0.5:
            pieces.append(("\n".join(self.form(rng, language)[0]), "comment_form"))
        return pieces

    def _whole(self, rng: np.random.Generator, language: str, labels: Sequence[str]) -> Item | None:
        """In some of the cases a whole block of these kinds, where the language has one."""
        known = [item for item in self.whole.get(language, ()) if item.label in labels]
        return pick(rng, known) if known and rng.random() < _WHOLE else None

    def related(self, rng: np.random.Generator, language: str, titles: Sequence[str]) -> str:
        """Headlines of other articles under a lead, or one behind it in the same line."""
        parts = self.parts.get(language, _NO_PARTS)
        lead = pick(rng, parts.leads or self._strings("navigation", language))

        def title() -> str:
            if parts.headlines and rng.random() < 0.5:
                return pick(rng, parts.headlines)
            return text_articles.headline(titles, rng)

        if rng.random() < 0.45:
            lead = lead.upper() if rng.random() < 0.2 else lead
            mark = pick(rng, ("", "", "", ">> ", "► ", "» ", "• ", "["))
            line = mark + lead + pick(rng, (": ", ": ", ": ", " – ", " ")) + title()
            return line + ("]" if mark == "[" else "")
        mark = pick(rng, ("", "", "- ", "• ", "→ ", "» "))
        shown = [mark + title() for _ in range(int(rng.integers(1, 6)))]
        return "\n".join([lead + pick(rng, ("", ":")), *shown])

    def _trail(self, rng: np.random.Generator, language: str, words: Sequence[str]) -> str:
        """Breadcrumbs: from the home page to the section."""
        parts = self.parts.get(language, _NO_PARTS)
        known = [text for text in self._strings("navigation", language) if len(text) < 20]
        home = pick(rng, parts.homes or known or ["Home"])
        steps = [
            pick(rng, parts.sections) if parts.sections and rng.random() < 0.6
            else " ".join(pick(rng, words) for _ in range(int(rng.integers(1, 3)))).capitalize()
            for _ in range(int(rng.integers(1, 4)) if words else 0)
        ]  # fmt: skip
        return pick(rng, _TRAIL_MARKS).join([home, *steps])

    def _navigation(self, rng: np.random.Generator, language: str, words: Sequence[str]) -> str:
        known = [text for text in self._strings("navigation", language) if len(text) < 25]
        items = [
            pick(rng, known) if known and (not words or rng.random() < 0.4)
            else pick(rng, words or ["Home"]).capitalize()
            for _ in range(int(rng.integers(3, 13)))
        ]  # fmt: skip
        return pick(rng, (*_SEPARATORS[:-1], " > ", " / ")).join(items)

    def _share(self, rng: np.random.Generator, language: str) -> str:
        services = [_SERVICES[at] for at in rng.permutation(len(_SERVICES))[: rng.integers(2, 8)]]
        known = self._strings("share", language)
        lead = [pick(rng, known)] if rng.random() < 0.7 else []
        return pick(rng, ("\n", " ", " | ", "", ", ")).join([*lead, *services])

    def _strings(self, label: str, language: str) -> tuple[str, ...]:
        for key in ((label, language), (label, "en"), ("navigation", language)):
            if len(self.strings.get(key, ())) >= 2:
                return self.strings[key]
        return next(iter(self.strings.values()))

    @staticmethod
    def _lines(rng: np.random.Generator, known: Sequence[str], count: int) -> list[str]:
        order = rng.permutation(len(known))
        if count <= 2:  # a lone word is not recognisable as junk, by nobody
            long = [index for index in order if len(known[index].encode()) >= 16]
            order = np.array(long or list(order))
        return [known[index] for index in order[:count]]


def _date(rng: np.random.Generator) -> str:
    return f"{rng.integers(1, 29)}.{rng.integers(1, 13)}.{rng.integers(2006, 2026)}"
