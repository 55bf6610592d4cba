"""What a line says as a whole: every n-gram once, measured against the other lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spamstrip.ngrams import NgramTable, code_points, distinct_scores, fold, fold_table, hashes
from spamstrip.text.passages import line_odds
from spamstrip.text.segment import Segments

_BITS = 10


@pytest.fixture(scope="module")
def table() -> NgramTable:
    weights = np.random.default_rng(0).integers(-127, 128, (2**_BITS, 2)).astype(np.int8)
    return NgramTable(fold_table(), weights, np.array([0.5, 0.25], np.float32))


def _naive(line: str, table: NgramTable) -> np.ndarray:
    buckets = {int(b) for part in hashes(fold(code_points(line), table.fold), _BITS) for b in part}
    if not buckets:
        return np.zeros(2)
    total = table.weights[sorted(buckets)].astype(float).sum(axis=0)
    return total * table.scale / np.sqrt(len(buckets))


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), min_size=1))
def test_each_line_is_scored_by_its_own_different_ngrams(lines: list[str]) -> None:
    weights = np.random.default_rng(1).integers(-127, 128, (2**_BITS, 2)).astype(np.int8)
    table = NgramTable(fold_table(), weights, np.array([0.5, 0.25], np.float32))
    starts = np.cumsum([0, *map(len, lines[:-1])])
    scores = distinct_scores(table.folded("".join(lines)), starts, table)
    assert np.allclose(scores, [_naive(line, table) for line in lines], atol=1e-6)


def test_what_is_said_twice_counts_once(table: NgramTable) -> None:
    once = distinct_scores(table.folded("aaaaaa"), np.array([0]), table)
    often = distinct_scores(table.folded("a" * 60), np.array([0]), table)
    assert np.allclose(once, often)


def test_a_line_is_measured_against_the_others() -> None:
    segments = Segments(
        cuts=np.array([0, 50, 100, 200, 300]),
        kinds=np.array([1, 2, 1, 1, 1], np.uint8),
        line=np.array([0, 0, 1, 2]),
    )
    mean, above, lead = line_odds(np.array([1.0, 3.0, -4.0, -6.0]), segments).T
    assert mean.tolist() == [2.0, 2.0, -4.0, -6.0]
    assert above.tolist() == [7.0, 7.0, -2.0, -5.0]
    assert lead.tolist() == [6.0, 6.0, -6.0, -8.0]


def test_a_lone_line_is_measured_against_nothing() -> None:
    segments = Segments(np.array([0, 200]), np.array([1, 1], np.uint8), np.array([0]))
    assert line_odds(np.array([5.0]), segments).tolist() == [[5.0, 0.0, 0.0]]
