"""Boundaries of junk are looked for at every place junk could start or end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_models import text_model

from spamstrip.ngrams import code_points
from spamstrip.text.boundary import BOUNDARY_FEATURES, END, candidates, placed
from spamstrip.text.features import Analysis, analyse
from spamstrip.text.signals import measure


def _analysed(text: str) -> Analysis:
    tables = text_model().tables
    return analyse(measure(code_points(text), tables), tables)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("They vote on the plan in March ", "best casino bonus today"),  # nothing but a space
        ("They vote on the plan in MARCH", "kralbrand.com giris"),
        ("Estos son los pasos:", "333128Bonos Enormes"),
        ("การประชุมครั้งนี้จัดขึ้นที่กรุงเทพ", "เว็บพนันออนไลน์"),  # Thai writes no spaces
        ("表决将于三月举行", "最佳赌场奖金"),
        ("They vote on the plan in March", "www.kralbrand.com"),
    ],
)
def test_every_place_junk_can_be_glued_to_is_a_candidate(before: str, after: str) -> None:
    analysis = _analysed(before + after)
    n_segments = len(analysis.segments.line)
    found = candidates(analysis, np.zeros(n_segments), [(0, n_segments)])
    assert len(before) in found.places[found.bounds[END] : found.bounds[END + 1]]


def test_no_place_behind_a_www_is_a_candidate() -> None:
    text = "They vote in March. www.kralbrand.com www.slot.com"
    analysis = _analysed(text)
    n_segments = len(analysis.segments.line)
    places = candidates(analysis, np.zeros(n_segments), [(0, n_segments)]).places
    assert text.index("www.") in places
    assert text.index("kralbrand") not in places


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(st.sampled_from("aB 1.\n中。www*،ж\u200b🎰"), min_size=1, max_size=200),
    data=st.data(),
)
def test_spans_keep_their_order_and_stay_in_the_text(text: str, data: st.DataObject) -> None:
    analysis = _analysed(text)
    n_segments = len(analysis.segments.line)
    bounds = (
        data.draw(st.lists(st.integers(0, n_segments), unique=True, min_size=2).map(sorted))
        if n_segments > 1
        else [0, 1]
    )
    runs = list(zip(bounds[::2], bounds[1::2], strict=False))
    odds = np.zeros(n_segments)
    if runs:
        found = candidates(analysis, odds, runs)
        assert found.bounds[-1] == len(found.places)
        assert found.rows.shape == (len(found.places), len(BOUNDARY_FEATURES))
        assert np.isfinite(found.rows).all()
    edges = [edge for span in placed(analysis, odds, runs, text_model().forests.boundary)
             for edge in span]  # fmt: skip
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))
