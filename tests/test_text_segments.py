"""Segmentation loses nothing and cuts where junk can be glued on."""

import functools
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spamstrip.model_set import models_directory
from spamstrip.ngrams import code_points
from spamstrip.text import TextModel
from spamstrip.text.characters import DIGIT, EMOJI, LETTER, LOWER, STYLED, TERMINAL, UPPER
from spamstrip.text.features import CUT_FEATURES, SEGMENT_FEATURES, Analysis, analyse


@functools.cache
def _model() -> TextModel:
    return TextModel.load(models_directory())


@pytest.fixture
def model() -> TextModel:
    return _model()


def _analysed(model: TextModel, text: str) -> Analysis:
    return analyse(code_points(text), model.tables, model.lexical.table, model.known)


def _pieces(model: TextModel, text: str) -> list[str]:
    cuts = _analysed(model, text).segments.cuts
    return [text[start:end] for start, end in itertools.pairwise(cuts)]


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(codec=None), min_size=1, max_size=300))
def test_segments_joined_are_the_text(text: str) -> None:
    assert "".join(_pieces(_model(), text)) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("They vote in March.", "giriş Kralbrand"),  # sentence end without a space
        ("Sie stimmen im März ab", "KralbrandGüncel"),  # a capital inside a word
        ("Required fields are marked *", "girişbrand.com"),
        ("表决将于三月举行。", "kralbrand.com"),
        ("表决将于三月举行", "kralbrand giriş"),  # scripts meet
        ("Голосование в марте", "kralbrand.com"),
        ("They vote in March", "88slot"),
        ("They vote in March", "https://brand.example"),
        ("The vote is near", "🎰 casino"),
        ("Line one", "\nLine two"),
    ],
)
def test_a_cut_stands_where_junk_is_glued(model: TextModel, before: str, after: str) -> None:
    cuts = _analysed(model, before + after).segments.cuts
    assert len(before) + len(after) - len(after.lstrip()) in cuts


@pytest.mark.parametrize(
    ("char", "expected"),
    [
        ("a", LOWER),
        ("İ", UPPER),
        ("中", LETTER),
        ("๓", DIGIT),
        ("。", TERMINAL),
        ("।", TERMINAL),
        ("𝗯", STYLED),
        ("🎰", EMOJI),
        ("\U0002a6d6", LETTER),  # an ideograph beyond the tables
    ],
)
def test_character_classes(model: TextModel, char: str, expected: int) -> None:
    classes, _ = model.tables.look_up(code_points(char))
    assert classes.tolist() == [expected]


def test_features_have_the_named_columns_and_are_finite(model: TextModel) -> None:
    analysis = _analysed(model, "One line.\n\nAnother line: brand.example\ud800\0 x")
    n_segments = len(analysis.segments.line)
    assert analysis.per_segment.shape == (n_segments, len(SEGMENT_FEATURES))
    assert analysis.per_cut().shape == (n_segments - 1, len(CUT_FEATURES))
    assert np.isfinite(analysis.per_segment).all()
    assert np.isfinite(analysis.per_cut()).all()
    assert len(set(SEGMENT_FEATURES)) == len(SEGMENT_FEATURES)
    assert len(set(CUT_FEATURES)) == len(CUT_FEATURES)


def test_own_vocabulary_is_known_only_far_away(model: TextModel) -> None:
    sentence = "The harbour council postponed the mooring plan again. "
    text = sentence + "x" * 500 + "\n" + sentence
    analysis = _analysed(model, text)
    far = analysis.per_segment[:, SEGMENT_FEATURES.index("far")]
    assert far[0] >= 0.4
    lone = _analysed(model, sentence + "y" * 500).per_segment
    assert lone[0, SEGMENT_FEATURES.index("far")] < 0.3
