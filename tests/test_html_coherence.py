"""Lists and tables are kept whole, headings go with what they head, titles are not the site's."""

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

from spamstrip.html.coherence import completed, illustrating
from spamstrip.html.evidence import characters, overlap
from spamstrip.html.labelling import title_segment
from spamstrip.html.segment import Page, segment
from spamstrip.ngrams import fold_table


def _page(body: str) -> Page:
    return segment(LexborHTMLParser(f"<html><body>{body}</body></html>"))


def _completed(page: Page, kept: str, content: float = 0.3) -> str:
    marks = np.array([mark == "1" for mark in kept])
    assert len(marks) == len(page.texts)
    words = np.array([len(text.split()) for text in page.texts], float)
    found = completed(page, marks, np.full(len(marks), content), words)
    return "".join("1" if mark else "0" for mark in found)


def test_a_table_that_is_mostly_kept_is_kept_whole() -> None:
    rows = "".join(f"<tr><td>Part {n}</td><td>{n} kg</td></tr>" for n in range(3))
    page = _page(f"<table>{rows}</table>")
    assert _completed(page, "110111") == "111111"
    assert _completed(page, "100000") == "100000"
    assert _completed(page, "110111", content=0.02) == "110111"


def test_a_table_that_lays_out_the_page_is_not() -> None:
    cells = (
        "<td><ul><li>Home</li><li>News</li></ul></td><td><p>One.</p><p>Two.</p><p>Three.</p></td>"
    )
    page = _page(f"<table><tr>{cells}</tr></table>")
    assert _completed(page, "00111") == "00111"


@pytest.mark.parametrize(
    ("cells", "content", "kept", "expected"),
    [
        ("4 kg", 0.3, "100001", "111111"),  # the text runs on to it, over its heading
        ("4 kg", 0.1, "100001", "100001"),
        ("4 kg", 0.3, "000001", "000001"),
        ("<a href=/a>More</a>", 0.3, "100001", "100001"),
    ],
)
def test_a_table_the_text_runs_on_to_is_kept(
    cells: str, content: float, kept: str, expected: str
) -> None:
    table = f"<table><tr><td>{cells}</td><td>{cells}</td><td>{cells}</td></tr></table>"
    page = _page(f"<p>It comes in three sizes.</p><h2>Sizes</h2>{table}<p>Shut on Sunday.</p>")
    assert _completed(page, kept, content) == expected


def test_a_list_needs_kept_text_after_it_too() -> None:
    items = "<ul><li>Oats</li><li>Salt</li><li>Water</li></ul>"
    page = _page(f"<p>You need three things.</p>{items}<p>Stir them in a pot.</p>")
    assert _completed(page, "10001") == "11111"
    assert _completed(page, "10000") == "10000"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [("0", "1000111"), ("1", "1111111")],  # without its heading a list of links goes
)
def test_a_list_of_links_goes_with_its_heading(heading: str, expected: str) -> None:
    links = "<ul><li><a href=/a>A goat on the ferry</a></li><li><a href=/b>Fog</a></li></ul>"
    text = "<p>The ferry was late again on the day before the fair.</p>"
    page = _page(f"{text}<div><p>Read also</p>{links}</div>{text}{text}{text}")
    assert _completed(page, f"1{heading}11111") == expected


def test_captions_stay_with_kept_text_and_go_with_a_teaser() -> None:
    figure = "<figure><figcaption>The weir in a dry August</figcaption></figure>"
    text = "<p>The weir was built by the monks.</p>"
    page = _page(f"<div>{text}{figure}</div><div><p>Ten weirs to see.</p>{figure}</div>")
    captions = np.array([False, True, False, True])
    words = np.array([len(part.split()) for part in page.texts], float)
    kept = np.array([True, False, False, False])
    assert illustrating(page, kept, captions, words).tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("1011", "1111"),  # what follows is kept, and nearly all around it
        ("1001", "1001"),  # nothing of what it heads
        ("0010", "0010"),  # most around it is not kept
    ],
)
def test_a_heading_goes_with_what_it_heads(kept: str, expected: str) -> None:
    body = "<p>Long words before it all.</p><h2>Care</h2><p>Wipe it with a dry cloth.</p>"
    assert _completed(
        _page(f"<div>{body}<p>Never wash it in the river at night.</p></div>"), kept
    ) == (expected)


def test_a_last_heading_heads_nothing() -> None:
    page = _page("<div><p>One two three four five six seven eight.</p><h2>More</h2></div>")
    assert _completed(page, "10") == "10"


@pytest.mark.parametrize(
    ("body", "title", "expected"),
    [
        ("<h1>The Rook</h1><h3>How we cured the pears</h3>",
         "The Rook: How we cured the pears", "How we cured the pears"),
        ("<h1>Pears</h1><h2>Pears in August</h2>", "Pears in August | The Rook", "Pears in August"),
        ("<h1>How we cured pears</h1><h2>How we cured pears quickly</h2>",
         "How we cured pears quickly - The Rook", "How we cured pears"),
        ("<h1>Something else</h1><h2>Other</h2>", "The Rook", "Something else"),
        ("<a href=/>The Rook of Ballycorrin</a><div>How we cured the pears</div>",
         "How we cured the pears - The Rook of Ballycorrin", "How we cured the pears"),
    ],
)  # fmt: skip
def test_the_title_is_not_the_name_of_the_site(body: str, title: str, expected: str) -> None:
    page = _page(body)
    fold = fold_table()
    shared = overlap(characters(page.texts, fold), [title], fold, len(page.texts))
    assert page.texts[title_segment(page, shared)] == expected
