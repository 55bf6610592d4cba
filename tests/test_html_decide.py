"""The decision over a page's probabilities."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spamstrip.html import decide

PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_an_uncertain_page_is_cut_lower_than_a_certain_one() -> None:
    words = np.full(4, 10.0)
    certain = decide.threshold(np.array([0.99, 0.98, 0.3, 0.01]), words, "balanced")
    uncertain = decide.threshold(np.array([0.4, 0.35, 0.3, 0.01]), words, "balanced")
    assert uncertain < 0.35 < certain


def test_presets_keep_less_from_gentle_to_strict() -> None:
    probability = np.linspace(0, 1, 50)
    words = np.ones(50)
    sizes = [decide.keep(probability, words, p).sum() for p in ("gentle", "balanced", "strict")]
    assert sizes[0] > sizes[1] > sizes[2]


@given(PROBABILITIES)
def test_something_is_always_kept(probabilities: list[float]) -> None:
    column = np.array(probabilities)
    for preset in ("gentle", "balanced", "strict"):
        assert decide.keep(column, np.ones(len(column)), preset)[np.argmax(column)]


def test_no_segments_no_decision() -> None:
    assert decide.keep(np.zeros(0), np.zeros(0), "balanced").shape == (0,)


def test_doubtful_scraps_outside_the_certain_content_go() -> None:
    probability = np.array([0.5, 0.95, 0.5, 0.97, 0.5, 0.5, 0.8, 0.5])
    words = np.array([2, 30, 2, 30, 2, 20, 2, 2])
    kept = decide.trim(np.ones(8, np.bool_), probability, words)
    assert kept.tolist() == [False, True, True, True, True, True, True, False]
    doubtful = np.full(8, 0.5)
    assert decide.trim(np.ones(8, np.bool_), doubtful, words).all()
