"""Segmentation loses nothing and cuts where junk can be glued on."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_models import text_model

from spamstrip.ngrams import code_points
from spamstrip.text import TextModel
from spamstrip.text.characters import DIGIT, EMOJI, LETTER, LOWER, STYLED, TERMINAL, UPPER
from spamstrip.text.features import CUT_FEATURES, SEGMENT_FEATURES, Analysis, analyse
from spamstrip.text.phrases import KnownStrings, phrase_hash
from spamstrip.text.segment_facts import LINE_FACTS, OWN_FACTS
from spamstrip.text.signals import measure


@pytest.fixture
def model() -> TextModel:
    return text_model()


def _analysed(model: TextModel, text: str) -> Analysis:
    return analyse(measure(code_points(text), model.tables), model.tables)


def _pieces(model: TextModel, text: str) -> list[str]:
    cuts = _analysed(model, text).segments.cuts
    return [text[start:end] for start, end in itertools.pairwise(cuts)]


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(codec=None), min_size=1, max_size=300))
def test_segments_joined_are_the_text(text: str) -> None:
    assert "".join(_pieces(text_model(), text)) == text


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


@pytest.mark.parametrize("name", ["lezgo.com", "8bet.com", "Kralbrand.com", "казино.com"])
def test_an_address_is_not_cut_behind_its_www(model: TextModel, name: str) -> None:
    before = "They vote in March"
    cuts = _analysed(model, f"{before}www.{name}").segments.cuts
    assert len(before) in cuts
    assert len(before) + len("www.") not in cuts


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
    classes, _ = model.tables.characters.look_up(code_points(char))
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


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "The mail read: “Win big at our casino today. Sign up now.” He deleted it.",
            "Sign up now.",
        ),
        ('The mail read: "Win big at our casino. Sign up now." He deleted it.', "Sign up now."),
        ("Die Nachricht lautete: «Jetzt spielen. Sofort gewinnen.» Er löschte sie.", "Sofort"),
        ("通知写着：「立即注册。领取奖金。」他把它删了。", "领取奖金"),
    ],
)
def test_quotations_are_seen(model: TextModel, text: str, quoted: str) -> None:
    analysis = _analysed(model, text)
    share = analysis.own[:, OWN_FACTS.index("quoted")]
    cuts = analysis.segments.cuts
    inside = int(np.searchsorted(cuts, text.index(quoted), side="right")) - 1
    assert share[inside] > 0.8
    assert share[-1] < 0.2


@pytest.mark.parametrize("mark", ["", ">> "])
def test_a_known_lead_before_an_unknown_headline_is_seen(model: TextModel, mark: str) -> None:
    hashed = phrase_hash("Read also:", model.tables.lexicon.fold)
    known = KnownStrings(np.array([hashed], np.uint64))
    text = f"The ferry is late again.\n{mark}Read also: Baker wins a goat\nThey read also: nothing."
    measured = measure(code_points(text), model.tables)
    analysis = analyse(measured, replace(model.tables, known=known))
    lead = analysis.line[:, LINE_FACTS.index("line_lead")]
    lines = [lead[analysis.segments.line == number].max() for number in range(3)]
    assert lines == [0, np.log1p(np.float32(len("read also:"))), 0]


def test_an_apostrophe_opens_no_quotation(model: TextModel) -> None:
    analysis = _analysed(model, "It’s the boys’ boat. They don’t row. That’s all.")
    assert not analysis.own[:, OWN_FACTS.index("quoted")].any()


def test_long_stretches_are_cut_at_spaces(model: TextModel) -> None:
    text = " ".join(["ข้อความภาษาไทยที่ไม่มีเครื่องหมาย"] * 30)
    pieces = _pieces(model, text)
    assert max(map(len, pieces)) < 400
    assert "".join(pieces) == text
