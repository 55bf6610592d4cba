"""The metrics against hand-counted examples and against their definitions."""

import gzip
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spamstrip.errors import SourceError
from spamstrip.evaluation import evaluate, format_table, metrics, read_directory
from spamstrip.evaluation.gold import registered_domain

words = st.lists(st.sampled_from(["a", "b", "c", "dd", "Ee"]), max_size=12).map(" ".join)


def test_words_are_compared_as_multisets_in_lower_case():
    assert metrics.word_prf("The the cat", "the cat sat") == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_order_does_not_count_for_words():
    assert metrics.word_prf("b a", "a b") == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("predicted", "gold", "f1"), [("", "", 1.0), ("x", "", 0.0), ("", "x", 0.0), ("...", "!", 1.0)]
)
def test_empty_sides(predicted, gold, f1):
    assert metrics.word_prf(predicted, gold) == (f1, f1, f1)


@given(words, words)
def test_precision_and_recall_change_places(first, second):
    precision, recall, f1 = metrics.word_prf(first, second)
    if first and second:
        assert metrics.word_prf(second, first) == pytest.approx((recall, precision, f1))


def test_shingle_counts_are_shares_of_one_page():
    # Four shingles of gold, two of them predicted, one of the prediction is wrong.
    gold, predicted = "a b c d e f g", "a b c d e x"
    assert metrics.shingle_counts(predicted, gold) == pytest.approx((2 / 5, 1 / 5, 2 / 5))


def test_a_short_text_is_one_shingle():
    assert metrics.shingle_counts("a b", "a b") == (1.0, 0.0, 0.0)
    assert metrics.shingle_counts("", "a b") == (0.0, 0.0, 1.0)


def test_shingle_f1_is_the_harmonic_mean_of_two_averages():
    # Page one: precision 1, recall 1/2; page two predicted nothing: no precision, recall 0.
    precision, recall, f1 = metrics.shingle_prf([(0.5, 0.0, 0.5), (0.0, 0.0, 1.0)])
    assert (precision, recall) == (1.0, 0.25)
    assert f1 == pytest.approx(0.4)


def test_exact_match_is_about_tokens_in_order():
    assert metrics.shingle_exact("One, two.", "One two")
    assert not metrics.shingle_exact("two One", "One two")


def test_snippets_ignore_white_space_and_are_absent_when_there_are_none():
    assert metrics.snippet_rates("One\n two three", ["one two", "four"], ["THREE"]) == (0.5, 1.0)
    assert metrics.snippet_rates("text", [], []) == (None, None)


def test_exact_recovery_ignores_white_space_only():
    assert metrics.exact_recovery("a  b\n", "a b")
    assert not metrics.exact_recovery("a B", "a b")


def test_damage_counts_lost_article_words():
    assert metrics.damage("one three", "one two three", "one two three junk") == (1, 3)


def test_a_word_left_glued_to_junk_is_leak_not_damage():
    gold, polluted = "it will end", "it will endKralbrand casino"
    assert metrics.damage(polluted, gold, polluted) == (0, 3)
    assert metrics.leak(polluted, gold, polluted) == (2, 2)
    assert metrics.damage("it will", gold, polluted) == (1, 3)
    assert metrics.leak("it will end", gold, polluted) == (0, 2)


def test_scripts_without_spaces_count_characters():
    assert metrics.damage("春眠", "春眠不覚", "春眠不覚暁") == (2, 4)


def test_the_interval_is_seeded_and_holds_the_mean():
    values = [0.1, 0.9, 0.5, 0.7, 0.3]
    first, second = metrics.bootstrap_mean(values), metrics.bootstrap_mean(values)
    assert first == second
    assert first.low < first.mean < first.high
    assert math.isnan(metrics.bootstrap_mean([]).mean)
    assert first != metrics.bootstrap_mean(values, seed=1)


def test_the_interval_of_shingle_f1_holds_its_value():
    counts = [(0.5, 0.0, 0.5), (1.0, 0.0, 0.0), (0.2, 0.3, 0.5)]
    interval = metrics.bootstrap_shingle_f1(counts)
    assert interval.mean == metrics.shingle_prf(counts)[2]
    assert interval.low <= interval.mean <= interval.high


def test_registered_domains():
    assert registered_domain("https://a.b.example.com/x") == "example.com"
    assert registered_domain("https://www.example.co.uk") == "example.co.uk"
    assert registered_domain("nonsense") == ""


@pytest.fixture
def wcxb(tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "ground-truth").mkdir()
    for name, text, page_type in (("0001", "One two", "article"), ("0002", "", "category")):
        record = {
            "url": f"https://news.example.org/{name}",
            "_internal": {"page_type": {"primary": page_type}},
            "ground_truth": {"main_content": text, "with": ["one two"], "without": ["menu"]},
        }
        gold = tmp_path / "ground-truth" / f"{name}.json"
        gold.write_text(json.dumps(record), encoding="utf-8")
        page = gzip.compress(f"<p>{text}</p><nav>Menu</nav>".encode())
        (tmp_path / "html" / f"{name}.html.gz").write_bytes(page)
    return tmp_path


def test_a_wcxb_directory_is_read(wcxb):
    first, second = read_directory(wcxb)
    assert (first.name, first.gold, first.domain) == ("0001", "One two", "example.org")
    assert first.read_text() == "<p>One two</p><nav>Menu</nav>"
    assert second.page_type == "collection"


def test_pages_without_gold_count_only_in_the_second_average(wcxb):
    evaluation = evaluate(wcxb, lambda source: "One two menu" if "One" in source else "x")
    assert evaluation.overall.pages == 1
    assert evaluation.overall.f1.mean == pytest.approx(0.8)
    assert evaluation.all_pages_f1.mean == pytest.approx(0.4)
    assert (evaluation.overall.with_rate, evaluation.overall.without_rate) == (1.0, 1.0)
    assert "article" in format_table(evaluation)


def test_pairs_are_read_and_scored(tmp_path):
    (tmp_path / "a.txt").write_text("One two junk", encoding="utf-8")
    (tmp_path / "a.expected.txt").write_text("One two", encoding="utf-8")
    evaluation = evaluate(tmp_path, lambda source: source.removesuffix(" junk"))
    assert evaluation.overall.recovered == 1.0
    assert evaluation.by_type[0].page_type == "text"


def test_the_layout_of_the_article_benchmark_is_read(tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "ab.html").write_text("<p>x</p>", encoding="utf-8")
    gold = {"ab": {"articleBody": "x y", "url": "https://example.com/"}}
    (tmp_path / "ground-truth.json").write_text(json.dumps(gold), encoding="utf-8")
    (page,) = read_directory(tmp_path)
    assert (page.gold, page.page_type, page.domain) == ("x y", "article", "example.com")


def test_a_directory_of_something_else_is_refused(tmp_path):
    with pytest.raises(SourceError, match="nothing to evaluate"):
        read_directory(tmp_path)
    (tmp_path / "b.expected.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SourceError, match=r"no b\.html or b\.txt"):
        read_directory(tmp_path)
