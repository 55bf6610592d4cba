"""Character shape and the character evidence of a page."""

import numpy as np

from spamstrip.html import shape
from spamstrip.html.evidence import characters, overlap
from spamstrip.ngrams import fold_table

TABLE = shape.class_table()
FOLD = fold_table()


def measured(*texts: str) -> shape.Shape:
    chars = characters(texts, FOLD)
    return shape.measure(chars.codes, chars.starts, TABLE)


def test_words_are_counted_in_scripts_with_and_without_spaces() -> None:
    mass = measured("Two words", "три русских слова", "中文字符", "नमस्ते दुनिया", "").mass
    assert mass.tolist() == [2, 3, 2, 2, 0]


def test_sentence_ends_are_seen_behind_quotes_and_in_any_script() -> None:
    last = measured('He said "yes."', "终于结束了。", "क्या यह है।", "no end").last
    assert (last == shape.STOP).tolist() == [True, True, True, False]


def test_the_table_survives_the_model_file() -> None:
    arrays = shape.table_to_arrays(TABLE)
    restored = shape.table_from_arrays(arrays["shape_starts"], arrays["shape_classes"])
    assert (restored == TABLE).all()


def test_overlap_with_the_title() -> None:
    texts = ("The council votes on the plan", "Something else entirely")
    found = overlap(characters(texts, FOLD), ["The Council Votes on the Plan | News"], FOLD, 2)
    assert found[0] > 0.9
    assert found[1] < 0.2
    assert (overlap(characters(texts, FOLD), [], FOLD, 2) == np.zeros(2)).all()
