"""The trained HTML model and the path from a segmented page to probabilities."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .. import model_file
from ..errors import ModelError
from ..lexical import LexicalModel
from ..ngrams import NgramTable
from ..trees import Forest
from . import shape
from .evidence import Characters, characters, overlap, word_scores
from .features import PAGE_TYPES, Evidence, named_features
from .head import Head
from .markup import MarkupTable
from .segment import Page

KIND: Final = "html"
SPAM: Final = 2  # column of `Evidence.words`
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the trees and the labels need to know of a page.

    Attributes:
        characters: the page's characters.
        shape: character shape of the segments.
        evidence: scores of the linear models.
    """

    characters: Characters
    shape: shape.Shape
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Probability:
    """float64 (n_segments,) each: being main content, being injected spam."""

    content: npt.NDArray[np.float64]
    spam: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HtmlModel:
    """The loaded model.

    Attributes:
        words: n-gram table with one output, main content.
        markup: markup table; column 0 is main content, then `labelling.LEARNED`, then the page
            types.
        lexical: the lexical model the trees were trained with; the file holds a copy, because
            another one's scores would mean something else to them.
        classes: character classes, see `shape.class_table`.
        content: the trees that tell main content.
        spam: the trees that tell injected spam.
        content_columns, spam_columns: names of the columns each of them reads.
        header: the model file's passport.
    """

    words: NgramTable
    markup: MarkupTable
    lexical: LexicalModel
    classes: npt.NDArray[np.uint8]
    content: Forest
    spam: Forest
    content_columns: tuple[str, ...]
    spam_columns: tuple[str, ...]
    header: dict[str, Any]

    @classmethod
    def load(cls, directory: Path) -> "HtmlModel":
        """Read `html.npz` from a directory.

        Raises:
            ModelError: the file is missing, damaged or of another version.
        """
        path = directory / "html.npz"
        stored = model_file.load(path, KIND)
        try:
            return cls._from_file(stored.arrays, stored.header)
        except KeyError as missing:
            raise ModelError(f"{path}: has no {missing}; run `spamstrip train`") from None

    @classmethod
    def _from_file(cls, arrays: dict[str, npt.NDArray[Any]], header: dict[str, Any]) -> "HtmlModel":
        table = NgramTable.from_arrays(arrays, "lexical_")
        kinds = NgramTable(table.fold, arrays["kinds_weights"], arrays["kinds_scale"])
        lexical = LexicalModel(table, kinds, header)
        words = NgramTable(table.fold, arrays["words_weights"], arrays["words_scale"])
        return cls(
            words=words,
            markup=MarkupTable.from_arrays(arrays),
            lexical=lexical,
            classes=shape.table_from_arrays(arrays["shape_starts"], arrays["shape_classes"]),
            content=Forest.from_arrays(arrays, "content_"),
            spam=Forest.from_arrays(arrays, "spam_"),
            content_columns=tuple(header["content_columns"]),
            spam_columns=tuple(header["spam_columns"]),
            header=header,
        )

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays for the model file."""
        return {
            "words_weights": self.words.weights,
            "words_scale": self.words.scale,
            **self.lexical.table.to_arrays("lexical_"),
            "kinds_weights": self.lexical.label_table.weights,
            "kinds_scale": self.lexical.label_table.scale,
            **self.markup.to_arrays(),
            **shape.table_to_arrays(self.classes),
            **self.content.to_arrays("content_"),
            **self.spam.to_arrays("spam_"),
        }

    def facts(self, page: Page, head: Head) -> Facts:
        """Evidence and shape of a page that has segments."""
        n = len(page.texts)
        fold = self.lexical.table.fold
        found = characters(page.texts, fold)
        markup = self.markup.scores(page.elements.signatures)
        evidence = Evidence(
            words=word_scores(found, (self.words, self.lexical.table), n),
            markup=markup,
            title=overlap(found, head.titles, fold, n),
            description=overlap(found, [head.description] if head.description else [], fold, n),
            page_types=markup[:, -len(PAGE_TYPES) :].mean(axis=0),
        )
        return Facts(found, shape.measure(found.codes, found.starts, self.classes), evidence)

    def probability(self, page: Page, head: Head, facts: Facts) -> Probability:
        """What each segment of a page is likely to be."""
        wanted = {*self.content_columns, *self.spam_columns}
        names, matrix = named_features(page, head, facts.shape, facts.evidence, wanted)
        place = {name: column for column, name in enumerate(names)}
        content = self.content.decision(select(place, matrix, self.content_columns))[:, 0]
        spam = self.spam.decision(select(place, matrix, self.spam_columns))[:, 0]
        return Probability(sigmoid(content), sigmoid(spam))


def select(place: dict[str, int], matrix: FloatArray, wanted: tuple[str, ...]) -> FloatArray:
    """The wanted columns in their order, column by column in memory, as the trees read them."""
    return matrix.T.take([place[name] for name in wanted], axis=0).T


def sigmoid(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Log-odds to probability."""
    clipped = np.clip(scores.astype(np.float64), -30, 30)
    result: npt.NDArray[np.float64] = 1 / (1 + np.exp(-clipped))
    return result
