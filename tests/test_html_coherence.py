"""Lists and tables are kept whole, headings go with what they head, titles are not the site's."""

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

from spamstrip.html.coherence import completed
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
