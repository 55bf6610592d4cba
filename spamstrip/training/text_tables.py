"""Fit what the signals of a text are looked up in: n-gram tables and known interface strings."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from spamstrip.ngrams import fold_table
from spamstrip.text.characters import CharacterTables
from spamstrip.text.phrases import KnownStrings, phrase_hash
from spamstrip.text.signals import Tables

from . import lexical, ngram_model
from .text_blocks import Parts
from .text_data import Folds, Material

SHAPE_BITS: Final = 16


class TableFitter:
    """Fits the tables of signals to parts of the material; what all parts share is made once."""

    def __init__(self, material: Material, folds: Folds, seed: int) -> None:
        self.samples = lexical.samples(material, folds, seed)
        self._seed = seed
        self._characters = CharacterTables.build()
        self._shape_fold = self._characters.shape_fold()
        texts = self.samples.texts
        self._matrix = ngram_model.count_matrix(texts, lexical.BITS)
        self._passage_matrix = ngram_model.count_matrix(texts, lexical.BITS, once=True)
        self._shape_matrix = ngram_model.count_matrix(texts, SHAPE_BITS, self._shape_fold)
        table = fold_table()
        self._hash_of = {line: phrase_hash(line, table) for line in interface_lines(material)}

    def fit(self, known: Material, folds: Sequence[int], *, familiar: bool) -> Tables:
        """The tables of some folds; `known` is the material of these folds."""
        lexicon, shapes, passages = (
            lexical.fit_table(matrix, self.samples, folds, seed=self._seed, familiar=familiar)
            for matrix in (self._matrix, self._shape_matrix, self._passage_matrix)
        )
        hashes = {self._hash_of[line] for line in interface_lines(known)}
        strings = np.array(sorted(value for value in hashes if value is not None), np.uint64)
        return Tables(
            self._characters,
            lexicon,
            replace(shapes, fold=self._shape_fold),
            KnownStrings(strings),
            passages,
        )


def interface_lines(material: Material) -> set[str]:
    """The interface strings and form lines of the material, and what stands before teasers."""
    lines = {item.text for item in material.strings}
    parts = Parts.of(material.blocks)
    for lead in (*parts.leads, *parts.tagged):
        lines.update((lead, f"{lead}:"))
    whole = (*material.forms, *(item for item in material.blocks if item.label != "related"))
    return lines.union(line for item in whole for line in item.text.split("\n"))
