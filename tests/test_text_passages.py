"""What a line says as a whole: every n-gram once, measured against the other lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spamstrip.ngrams import ORDERS, NgramTable, code_points, distinct, fold, fold_table, hashes
from spamstrip.text.passages import alone, line_odds
from spamstrip.text.segment import Segments

_BITS = 10


@pytest.fixture(scope="module")
def table() -> NgramTable:
    weights = np.random.default_rng(0).integers(-127, 128, (2**_BITS, 2)).astype(np.int8)
    return NgramTable(fold_table(), weights, np.array([0.5, 0.25], np.float32))


def _naive(line: str, table: NgramTable, start: int = 0) -> np.ndarray:
    """Score of the different n-grams of a line that end after `start`."""
    parts = hashes(fold(code_points(line), table.fold), _BITS)
    buckets = {
        int(bucket)
        for order, part in zip(ORDERS, parts, strict=True)
        for bucket in part[max(start - order + 1, 0) :]
    }
    if not buckets:
        return np.zeros(2)
    total = table.weights[sorted(buckets)].astype(float).sum(axis=0)
    return total * table.scale / np.sqrt(len(buckets))


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), min_size=1))
def test_each_line_is_scored_by_its_own_different_ngrams(lines: list[str]) -> None:
    weights = np.random.default_rng(1).integers(-127, 128, (2**_BITS, 2)).astype(np.int8)
    table = NgramTable(fold_table(), weights, np.array([0.5, 0.25], np.float32))
    bounds = np.cumsum([0, *map(len, lines)])
    found = distinct(table.folded("".join(lines)), bounds[:-1], bounds, table)
    expected = [_naive(line, table) for line in lines]
    assert np.allclose(found.whole, expected, atol=1e-6)
    assert np.allclose(found.before, expected, atol=1e-6)
    assert np.allclose(found.after, expected, atol=1e-6)


def test_parts_of_a_line_are_scored_without_the_rest(table: NgramTable) -> None:
    line, cut = "the boat leaves on the second of april.slot gacor slot gacor", 39
    found = distinct(table.folded(line), np.array([0]), np.array([0, cut, len(line)]), table)
    assert np.allclose(found.whole[0], _naive(line, table))
    assert np.allclose(found.before[0], _naive(line[:cut], table))
    assert np.allclose(found.before[1], found.whole[0])
    assert np.allclose(found.after[0], found.whole[0])
    assert np.allclose(found.after[1], _naive(line, table, cut))


def test_what_is_said_twice_counts_once(table: NgramTable) -> None:
    once, often = (
        distinct(table.folded("a" * n), np.array([0]), np.array([0, n]), table).whole
        for n in (6, 60)
    )
    assert np.allclose(once, often)


def test_a_line_is_measured_against_the_others() -> None:
    segments = Segments(
        cuts=np.array([0, 50, 100, 200, 300]),
        kinds=np.array([1, 2, 1, 1, 1], np.uint8),
        line=np.array([0, 0, 1, 2]),
    )
    mean, above, lead, before, after = line_odds(np.array([1.0, 3.0, -4.0, -6.0]), segments).T
    assert mean.tolist() == [2.0, 2.0, -4.0, -6.0]
    assert above.tolist() == [7.0, 7.0, -2.0, -5.0]
    assert lead.tolist() == [6.0, 6.0, -6.0, -8.0]
    assert before.tolist() == [1.0, 2.0, -4.0, -6.0]
    assert after.tolist() == [2.0, 3.0, -4.0, -6.0]


def test_a_lone_line_is_measured_against_nothing() -> None:
    segments = Segments(np.array([0, 200]), np.array([1, 1], np.uint8), np.array([0]))
    assert line_odds(np.array([5.0]), segments).tolist() == [[5.0, 0.0, 0.0, 5.0, 5.0]]


def test_paragraphs_that_share_terms_are_in_company_and_a_foreign_one_is_alone() -> None:
    lines = [
        "The harbour office will open the ferry timetable in May.\n",
        "Passengers of the ferry asked the harbour office for a roof.\n",
        "Quick loans without any paperwork, money today!\n",
    ]
    starts = np.cumsum([0, *map(len, lines)])[:-1]
    first, second, foreign = alone(fold(code_points("".join(lines)), fold_table()), starts)
    assert first < 0.8
    assert second < 0.8
    assert foreign == 1.0


def test_what_a_line_repeats_itself_is_no_company() -> None:
    line = "free spins free spins free spins\n"
    other = "the boat leaves on the second of april\n"
    share = alone(fold(code_points(line + other), fold_table()), np.array([0, len(line)]))
    assert share.tolist() == [1.0, 1.0]
