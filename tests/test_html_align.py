"""Alignment of a page's segments with its gold text; for training only."""

from spamstrip.training.html_align import align


def test_a_word_of_the_article_is_no_menu_entry() -> None:
    texts = ["Sport", "The team won the match.", "Sport is good for you.", "Sport"]
    found = align(texts, "The team won the match. Sport is good for you.")
    assert found.share.tolist() == [0, 1, 1, 0]
    assert found.gold_words == 10


def test_the_first_of_two_copies_is_the_main_content() -> None:
    copy = "The same long sentence is on the page twice."
    found = align([copy, "menu", copy], copy)
    assert found.share.tolist() == [1, 0, 0]
    assert found.repeated.tolist() == [False, False, True]


def test_a_segment_that_holds_more_than_the_gold_text_counts_in_part() -> None:
    gold = "one two three four five six"
    found = align([f"{gold} and a tail of other words"], gold)
    assert 0.4 < found.share[0] < 0.6


def test_text_out_of_order_is_still_main_content() -> None:
    first, second = "first part of the text here", "second part of the text there"
    assert align([second, first], f"{first} {second}").share.tolist() == [1, 1]


def test_empty_sides() -> None:
    assert align([], "words").share.shape == (0,)
    assert align(["words", ""], "").share.tolist() == [0, 0]
