"""Pages nested deeper than any browser shows."""

import time

import spamstrip
from spamstrip.html.nesting import flatten


def test_ordinary_pages_come_back_as_they_are() -> None:
    html = "<div>" * 500 + "x" + "</div>" * 500
    assert flatten(html) == (html, False)


def test_deep_pages_lose_levels_and_no_text() -> None:
    html = "<div>" * 30_000 + "the text" + "</div>" * 30_000 + "<p>after</p>"
    flat, changed = flatten(html)
    assert changed
    assert "the text" in flat
    assert "after" in flat
    assert flat.count("<div>") == 1_000 == flat.count("</div>")


def test_many_siblings_are_not_deep() -> None:
    html = "<div>a</div><br><p>b<li>c" * 20_000
    assert flatten(html) == (html, False)


def test_a_hundred_thousand_nested_elements_take_no_time() -> None:
    start = time.perf_counter()
    for tag in ("div", "b", "p", "table", "ul"):
        assert "inside" in spamstrip.clean(f"<{tag}>" * 100_000 + "inside", kind="html")
    assert time.perf_counter() - start < 30
