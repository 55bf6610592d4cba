"""Segmentation: what becomes one segment, its text, its links, its place in the tree."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from spamstrip.html.head import read_head
from spamstrip.html.segment import Page, segment


def page_of(html: str) -> Page:
    return segment(LexborHTMLParser(html))


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<p>one <b>two</b>\n three</p><p>four</p>", ["one two three", "four"]),
        ("<div>loose<p>inner</p>tail</div>", ["loose", "inner", "tail"]),
        ("<p>a<br>b</p>", ["a\nb"]),
        ("<p>a<br> <br>b</p>", ["a", "b"]),
        ("<pre>a\n  b\n</pre>", ["a\n  b"]),
        ("<table><tr><td>x</td><td>y</td></tr></table>", ["x", "y"]),
        ("<dl><dt>word</dt><dd>meaning</dd></dl>", ["word", "meaning"]),
        ("<ul><li>1<ul><li>2</li></ul></li></ul>", ["1", "2"]),
        ("a<hr>b", ["a", "b"]),
        ("<p>\u200b\ufeff</p><p>x</p>", ["x"]),
        ("<script>no</script><style>no</style><template><p>no</p></template>yes", ["yes"]),
        ("<select><option>no</option></select><textarea>no</textarea><p>yes</p>", ["yes"]),
        ("", []),
        ("<frameset><frame></frameset>", []),
        ("plain text", ["plain text"]),
    ],
)
def test_segments_are_the_runs_of_text_inside_one_block(html: str, texts: list[str]) -> None:
    assert page_of(html).texts == texts


def test_words_of_neighbouring_links_do_not_run_together() -> None:
    assert page_of('<p><a href="/a">Home</a><a href="/b">News</a></p>').texts == ["Home News"]


def test_words_in_neighbouring_elements_are_parted_at_a_change_of_case() -> None:
    assert page_of("<p><strong>newsletter</strong><span>Sign up</span></p>").texts == [
        "newsletter Sign up"
    ]


def test_parts_of_one_word_stay_together() -> None:
    html = "<p><span>D</span>rop cap, H<sub>2</sub>O, <b>bold</b>ly</p><code><i>f</i>oo</code>"
    assert page_of(html).texts == ["Drop cap, H2O, boldly", "foo"]


def test_hidden_inline_text_is_a_segment_of_its_own() -> None:
    page = page_of('<p>Seen <span style="display:none">not seen</span> seen</p>')
    assert page.texts == ["Seen", "not seen", "seen"]
    hidden = page.elements.hiding[page.leaf] != 0
    assert hidden.tolist() == [False, True, False]


def test_links_know_their_segment_and_their_share_of_it() -> None:
    page = page_of('<p>none</p><p>four <a href="/x">four</a></p><p><a name="n">anchor</a></p>')
    assert page.links == [(1, "/x")]
    assert page.link_characters.tolist() == [0, 4, 0]


def test_elements_span_their_segments() -> None:
    page = page_of("<div><p>a</p><p>b</p></div><div></div><p>c</p>")
    spans = {
        signature: (int(page.elements.first[i]), int(page.elements.last[i]))
        for i, signature in enumerate(page.elements.signatures[s] for s in page.elements.signature)
        if signature in ("html", "body")
    }
    assert spans == {"html": (0, 3), "body": (0, 3)}
    assert (page.elements.end > np.arange(len(page.elements.end))).all()


def test_structured_data_is_collected_from_head_and_body() -> None:
    script = '<script type="application/ld+json">{"@type": "%s"}</script>'
    tree = LexborHTMLParser(
        f"<head>{script % 'Product'}</head><body><p>x</p>{script % 'NewsArticle'}"
    )
    head = read_head(tree, segment(tree).structured)
    assert head.schema_types == {"product", "newsarticle"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", "<a href=x>", "</a>", "word ",
             "<td>", "<li>", "<ul>", "</ul>", "\u200b", "<pre>", "</pre>", "\n", "<table>", "<!--"]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_any_markup_gives_consistent_segments(parts: list[str]) -> None:
    page = page_of("".join(parts))
    n = len(page.texts)
    assert all(text.strip() for text in page.texts)
    assert len(page.block) == len(page.leaf) == len(page.nodes) == n
    assert all(0 <= index < n for index, _ in page.links)
    assert (page.elements.first <= page.elements.last).all()
    assert int(page.elements.last.max(initial=0)) <= n


def test_nodes_are_kept_only_when_asked_for() -> None:
    tree = LexborHTMLParser("<p>one <b>two</b></p><p>three</p>")
    assert [[node.text() for node in nodes] for nodes in segment(tree).nodes] == [
        ["one ", "two"],
        ["three"],
    ]
    bare = segment(tree, keep_nodes=False)
    assert bare.nodes == []
    assert bare.texts == segment(tree).texts


def test_time_is_linear_in_the_size_of_the_page() -> None:
    unit = '<div class="c"><p>Some words <a href="/x">and a link</a>.</p><span>more</span></div>'
    trees = [LexborHTMLParser(unit * count) for count in (2_000, 8_000)]
    times = []
    for tree in trees:
        start = time.perf_counter()
        segment(tree)
        times.append(time.perf_counter() - start)
    assert times[1] < 12 * times[0]
