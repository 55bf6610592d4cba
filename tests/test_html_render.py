"""Rendering: nothing removed comes back, nothing kept is lost, the HTML is safe and stable."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from spamstrip.html.address import base_address, resolve_image, resolve_link
from spamstrip.html.render import (
    TextBlock,
    paragraphs_html,
    render_html,
    render_markdown,
    render_text,
    sanitise,
    text_blocks,
)
from spamstrip.html.segment import segment

URL = "https://site.example/dir/page"


def pruned(
    page: str,
    removed: Iterable[str] = (),
    url: str = URL,
    drop_link: Callable[[str, str], bool] | None = None,
) -> str:
    """HTML of a page without the segments whose text contains one of `removed`."""
    tree = LexborHTMLParser(page)
    segments = segment(tree)
    kept = {
        node.mem_id: node.text_content
        for text, nodes in zip(segments.texts, segments.nodes, strict=True)
        if not any(word in text for word in removed)
        for node in nodes
    }
    return render_html(tree, kept, url=url, drop_link=drop_link)


def markdown(page: str, removed: Iterable[str] = ()) -> str:
    return render_markdown(pruned(page, removed))


def text(page: str, removed: Iterable[str] = ()) -> str:
    segments = segment(LexborHTMLParser(page))
    kept = {
        number: part
        for number, part in enumerate(segments.texts)
        if not any(word in part for word in removed)
    }
    return render_text(text_blocks(segments, kept))


# --- HTML -----------------------------------------------------------------------------------


def test_structure_is_kept_and_wrappers_go() -> None:
    page = (
        "<div class=page><nav>Menü</nav><main><h2>Titel</h2><div><span>Ein <b>fetter </b>Satz."
        "</span></div><section><blockquote><p>Zitat</p></blockquote></section>"
        "<ul><li>eins<ul><li>zwei</li></ul></li></ul><hr></main></div>"
    )
    assert pruned(page, ["Menü"]) == (
        "<h2>Titel</h2>\n<p>Ein <b>fetter</b> Satz.</p>\n<blockquote><p>Zitat</p></blockquote>\n"
        "<ul><li>eins<ul><li>zwei</li></ul></li></ul>"
    )


def test_empty_elements_disappear_and_broken_lists_are_mended() -> None:
    page = "<p></p><ul><li> </li><p>stray</p><ul><li>below</li></ul></ul><b><i></i></b><p>end"
    assert pruned(page) == "<ul><li>stray<ul><li>below</li></ul></li></ul>\n<p>end</p>"
    assert pruned("<li>a</li><li>b</li>") == "<ul><li>a</li><li>b</li></ul>"
    assert pruned("<ul><li><ul><li>deep</li></ul></li></ul>") == "<ul><li>deep</li></ul>"


def test_blocks_inside_links_and_emphasis() -> None:
    page = "<a href=/c><h3>Karte</h3><p>Text</p></a><b><p>fett</p></b>"
    assert pruned(page) == (
        '<h3><a href="https://site.example/c">Karte</a></h3>\n'
        '<p><a href="https://site.example/c">Text</a></p>\n<p><b>fett</b></p>'
    )


def test_line_breaks_and_paragraphs() -> None:
    assert pruned("<div>a<br>b<br><br>c<br></div>") == "<p>a<br>b</p>\n<p>c</p>"
    assert pruned("<h2>a<br>b<div>c</div></h2>") == "<h2>a b c</h2>"


def test_tables_keep_their_grid_unless_they_are_layout() -> None:
    data = "<table><caption>C</caption><tr><th>a<th>b<tr><td>1<td><tr><td> <td> </table>"
    assert pruned(data) == (
        "<table><caption>C</caption><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td></td></tr></tbody></table>"
    )
    layout = "<table><tr><td><h2>T</h2><p>long</p></td><td>side</td></tr></table>"
    assert pruned(layout) == "<h2>T</h2>\n<p>long</p>\n<p>side</p>"
    assert pruned("<table><tr><td>one</td></tr><tr><td>two</td></tr></table>") == (
        "<p>one</p>\n<p>two</p>"
    )


def test_code_keeps_lines_and_language() -> None:
    page = (
        '<div class="highlight-source-rust"><pre>fn a() {\n    <span>1</span>;\n\n}\n</pre></div>'
    )
    assert pruned(page) == ('<pre><code class="language-rust">fn a() {\n    1;\n\n}</code></pre>')
    lines = "<pre><code class='hljs lang-py'><div>a = 1</div><div>  b</div><br>c</code></pre>"
    assert pruned(lines) == '<pre><code class="language-py">a = 1\n  b\n\nc</code></pre>'
    spans = "<pre class=highlighted><span class=line>a</span><span class=line>  b</span></pre>"
    assert pruned(spans) == "<pre><code>a\n  b</code></pre>"
    own = "<pre><span class=line>a</span>\n<span class=line>  b</span></pre>"
    assert pruned(own) == "<pre><code>a\n  b</code></pre>"
    assert pruned("<div class='lang-en'><pre>x</pre></div>") == "<pre><code>x</code></pre>"
    assert pruned("<pre data-lang='c++'>x</pre>") == (
        '<pre><code class="language-c++">x</code></pre>'
    )
    assert pruned("<pre class='brush: php; gutter: true'>x</pre>") == (
        '<pre><code class="language-php">x</code></pre>'
    )


def test_images_belong_to_kept_text() -> None:
    figure = "<figure><img src=a.png alt=''><figcaption>Bild</figcaption></figure><p>Text</p>"
    kept = '<figure><img src="https://site.example/dir/a.png" alt=""><figcaption>Bild</figcaption>'
    assert kept in pruned(figure)
    assert "img" not in pruned(figure, ["Bild"])
    advert = "<p>Ein Absatz.</p><div><a href=//ad.example><img src=ad.png alt=Ad></a>Werbung</div>"
    assert "img" not in pruned(advert, ["Werbung"])
    late = "<p>Text <img src='data:image/gif;base64,R0' data-src='/b.jpg' alt=b> hier</p>"
    assert 'src="https://site.example/b.jpg"' in pruned(late)
    assert "img" not in pruned("<p>x <img src=/pixel.gif width=1 height=1></p>")
    assert "img" not in pruned("<p>x <img src=/deco.png alt=''></p>")
    assert "img" not in pruned("<p>x</p><noscript><img src=/n.png alt=n></noscript>")


def test_links_are_resolved_refused_or_dropped() -> None:
    page = "<base href='/b/'><p><a href='x y'>a</a> <a href='#f'>b</a> <a href='mailto:q@r.s'>c</a>"
    assert pruned(page) == (
        '<p><a href="https://site.example/b/x%20y">a</a> '
        '<a href="https://site.example/b/#f">b</a> <a href="mailto:q@r.s">c</a></p>'
    )
    assert pruned("<a href=/x>a</a> <a href=#f>b</a>", url="") == '<p><a href="/x">a</a> b</p>'
    spam = "<p>Wir <a href=http://bad.example>gehen</a> nach <a href=http://ok.example>Rom</a></p>"
    assert pruned(spam, drop_link=lambda href, _: "bad" in href) == (
        '<p>Wir gehen nach <a href="http://ok.example">Rom</a></p>'
    )
    assert pruned(spam, drop_link=lambda _, words: words == "Rom").endswith("nach Rom</p>")


def test_words_never_run_together() -> None:
    assert pruned("<a href=/a>eins</a><a href=/b>zwei</a>", url="") == (
        '<p><a href="/a">eins</a> <a href="/b">zwei</a></p>'
    )
    share = "<p><span>Поделиться</span><a href=/f>Facebook</a><time>2024</time>"
    assert text(share) == "Поделиться Facebook 2024"
    assert LexborHTMLParser(pruned(share)).text() == text(share)
    assert pruned("<p>vor<span> </span>nach<b> und</b>!</p>") == "<p>vor nach <b>und</b>!</p>"
    assert pruned("<p>H<sub>2</sub>O, wort<b>teil</b></p>") == (
        "<p>H<sub>2</sub>O, wort<b>teil</b></p>"
    )


def test_partly_kept_text_is_cut_where_it_was_cut() -> None:
    tree = LexborHTMLParser("<p>Gut bis hier.spam spam <b>und weiter</b></p>")
    nodes = segment(tree).nodes[0]
    kept = {nodes[0].mem_id: "Gut bis hier.", nodes[1].mem_id: "und weiter"}
    assert render_html(tree, kept) == "<p>Gut bis hier. <b>und weiter</b></p>"
    assert render_html(tree, {}) == ""


def test_the_tree_is_not_changed() -> None:
    tree = LexborHTMLParser("<div><p>a</p><p>b</p></div>")
    before = tree.html
    kept = {node.mem_id: node.text_content for nodes in segment(tree).nodes for node in nodes}
    assert render_html(tree, kept) == render_html(tree, kept) == "<p>a</p>\n<p>b</p>"
    assert tree.html == before


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<p onclick=alert(1)>x",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='&#x6A;avascript&colon;alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a><a href='data:text/html,<script>alert(1)</script>'>y</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>' alt=x>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    "onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>x</noscript>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<textarea><img title='</textarea><img src onerror=alert(1)>'></textarea>",
    "<template><script>alert(1)</script></template>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "<p style='background:url(javascript:alert(1))'>x</p><style>*{x:expression(alert(1))}</style>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'><base href='javascript:/'>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>",
    "<a href=x><a href=y>z</a></a><b><p><i></b>q</i>",
    "<table><a href=/x><td><b>y</table>z",
    "<pre>\n\n\nx</pre>",
    "<select><option><img src=x onerror=alert(1)></select>",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_output_is_safe_and_a_fixed_point(attack: str) -> None:
    output = pruned(f"<p>vorher</p>{attack}<p>nachher</p>")
    assert sanitise(output) == output
    for element in LexborHTMLParser(output).css("*"):
        assert element.tag not in ("script", "style", "iframe", "svg", "math", "object", "form")
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not re.match(r"(?i)\s*(javascript|data|vbscript):", value or "")
    assert "<script" not in render_markdown(output).replace("\\<", "")


WORDS = st.sampled_from(["Wort", "слово", "كلمة", "คำ", "言葉", "a_b", "*", "&", "<", "1.", "#"])
TAG_NAMES = (
    "p div span b i a h2 ul li ol td tr table blockquote pre code figure figcaption dl dt dd br "
    "img section details summary em q ruby rt button sup form label"
)
TAGS = st.sampled_from(TAG_NAMES.split())
PAGES = st.lists(
    st.one_of(
        WORDS,
        st.just(" "),
        st.just("SPAM"),
        TAGS.map(lambda tag: f"<{tag} href='http://x.example' src='/i' onclick=z>"),
        TAGS.map(lambda tag: f"</{tag}>"),
    ),
    max_size=40,
).map("".join)


def letters(value: str) -> str:
    return re.sub(r"\s+", "", value)


@settings(max_examples=150, deadline=None)
@given(PAGES)
@example("<table><tr><td>SPAM<td>Wort<table><td>x</table></table>")
@example("<h2><ul><li>Wort</h2>SPAM")
@example("<h2><pre>Wort</pre>a_b")
def test_all_kept_text_is_there_in_order_and_nothing_else(page: str) -> None:
    tree = LexborHTMLParser(page)
    segments = segment(tree)
    clean = [part for part in segments.texts if "SPAM" not in part]
    output = pruned(page, ["SPAM"])
    assert "SPAM" not in output
    assert "onclick" not in output
    assert letters(LexborHTMLParser(output).text()) == letters("".join(clean))
    assert sanitise(output) == output
    render_markdown(output)
    assert letters(text(page, ["SPAM"])) == letters("".join(clean))


def test_deep_and_wide_pages_take_linear_time() -> None:
    def seconds(count: int, unit: str) -> float:
        start = time.process_time()
        render_markdown(pruned(unit * count + "x"))
        return time.process_time() - start

    for unit in ("<div>", "<b>", "<ul><li>", "<blockquote>a", "<table><tr><td>", "<p><a href=/>b"):
        seconds(10, unit)
        long = min(seconds(2_000, unit) for _ in range(2))  # the first may meet a busy machine
        assert long < 12 * max(seconds(500, unit), 0.02)


# --- Markdown -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<h1>T</h1><h3><b>U</b></h3>", "# T\n\n### U"),
        ("<p>a <b>b </b><i>c</i><code>d`e</code>", "a **b** *c*``` d`e ```".replace("```", "``")),
        ("<p>x<del>y</del><sup>2</sup>", "x~~y~~<sup>2</sup>"),
        ("<p>a<br>b", "a\\\nb"),
        ("<a href='/a(b)'>x</a>", "[x](<https://site.example/a(b)>)"),
        ("<a href='https://a.example/'>https://a.example/</a>", "<https://a.example/>"),
        ("<p>x <img src=/i.png alt='a[b]'>", "x ![a[b]](https://site.example/i.png)"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>",
         "- a\n  - b\n    1. c\n- d"),
        ("<ol start=9><li>a</li><li><p>b</p><p>c</p></li></ol>", "9. a\n10. b\n\n    c"),
        ("<pre><code class=language-js>a\n\n\nb</code></pre>", "```js\na\n\n\nb\n```"),
        ("<pre>```</pre>", "````\n```\n````"),
        ("<table><tr><th>a<th>b<tr><td>1|2<td>x<br>y</table>",
         "| a | b |\n| --- | --- |\n| 1\\|2 | x y |"),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>",
         "|  |  |\n| --- | --- |\n| a | b |\n|  | c |"),
        ("<table><tr><th colspan=2>a<tr><td>b<td>c</table>",
         "| a |  |\n| --- | --- |\n| b | c |"),
        ("<dl><dt>a<dd>b</dl>", "**a**\n\nb"),
        ("<p># a</p><p>1. b</p><p>- c</p><p>&gt; d</p><p>+ e</p><p>===</p>",
         "\\# a\n\n1\\. b\n\n\\- c\n\n\\> d\n\n\\+ e\n\n\\==="),
        ("<p>*a* _b_ c_d `e` [f](g) &lt;b&gt; &amp;amp; \\* ~x~",
         "\\*a\\* \\_b\\_ c_d \\`e\\` [f\\](g) \\<b> \\&amp; \\\\\\* \\~x\\~"),
        ("<p>3 &lt; 5 &amp; 7 &gt; 6, a-b, x = y | z", "3 < 5 & 7 > 6, a-b, x = y | z"),
        ("<p><b>「強調」</b>です", "<strong>「強調」</strong>です"),
        ("<p><b>强调</b>的，<b>x</b><b>y</b>", "**强调**的，**xy**"),
        ("<p>مرحبا <b>بكم</b>", "مرحبا **بكم**"),
    ],
)  # fmt: skip
def test_markdown(page: str, expected: str) -> None:
    assert markdown(page) == expected


def test_markdown_has_no_runs_of_blank_lines() -> None:
    page = "<p>a</p><hr><details><summary>b</summary><p>c</p></details><ul><li>d</ul><p>e"
    assert "\n\n\n" not in markdown(page)


def test_hostile_spans_stay_small() -> None:
    page = "<table>" + "<tr><td colspan=9999 rowspan=9999>x<td>y" * 50 + "</table>"
    assert len(markdown(page)) < 500_000


# --- text -----------------------------------------------------------------------------------


def test_text_paragraphs_lists_rows_and_code() -> None:
    page = (
        "<h1>Titel</h1><p>Absatz<br>Zeile</p><ul><li>eins<ul><li>zwei</li></ul></li>"
        "<li><p>drei</p></li></ul><table><tr><th>a<th>b<tr><td>1<td>2</table>"
        "<pre>x\n  y\n\nz</pre><dl><dt>t<dd>d</dl><p>Ende"
    )
    assert text(page) == (
        "Titel\n\nAbsatz\nZeile\n\neins\nzwei\ndrei\n\na\tb\n1\t2\n\nx\n  y\n\nz\n\nt\nd\n\nEnde"
    )


def test_text_items_with_several_paragraphs_are_layout() -> None:
    assert text("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>") == "a\n\nb\n\nc"
    assert text("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>") == "a\n\nb\n\nc"


def test_text_of_removed_cells_and_items() -> None:
    assert text("<ul><li>a<li>SPAM<li>c</ul>", ["SPAM"]) == "a\nc"
    assert text("<table><tr><td>a<td>SPAM<td>c</table>", ["SPAM"]) == "a\tc"


def test_render_text_joins_blocks() -> None:
    blocks = [
        TextBlock("a"), TextBlock(""), TextBlock("b", 1), TextBlock("c", 1), TextBlock("d", 2, 7),
        TextBlock("e\nf", 2, 7), TextBlock("g", 2, 8), TextBlock("h"),
    ]  # fmt: skip
    assert render_text(blocks) == "a\n\nb\nc\n\nd\te f\ng\n\nh"
    assert render_text([]) == ""


def test_text_without_a_page_is_escaped() -> None:
    assert paragraphs_html("a <b>\nc\n \n\n<script>alert(1)</script>\n") == (
        "<p>a &lt;b&gt;<br>\nc</p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )
    assert paragraphs_html("") == ""


def test_text_output_imports_no_html_libraries() -> None:
    code = (
        "import sys\nfrom spamstrip.html.render import render_text\n"
        "import spamstrip.html.metadata, spamstrip.html.visibility\n"
        "print(sorted({'bs4', 'nh3', 'markdownify', 'email'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- addresses ------------------------------------------------------------------------------


def test_addresses() -> None:
    assert resolve_link("//cdn.example/x", "") == "https://cdn.example/x"
    assert resolve_link("//cdn.example/x", "http://a.example/") == "http://cdn.example/x"
    assert resolve_link("a:b", "") == ""
    assert resolve_link("./a:b", "") == "./a:b"
    assert resolve_link("http://[broken", "") == ""
    assert resolve_link("tel:+90123", URL) == "tel:+90123"
    assert resolve_image({"srcset": "s.jpg 1x, t.jpg 2x"}, URL) == "https://site.example/dir/s.jpg"
    assert resolve_image({"src": "mailto:a@b"}, URL) == ""
    assert base_address("/x/", URL) == "https://site.example/x/"
    assert base_address("javascript:0", URL) == URL
    assert base_address("", "not a url") == ""


@given(st.text(max_size=40), st.sampled_from(["", URL]))
def test_any_address_is_web_or_nothing(address: str, base: str) -> None:
    resolved = resolve_link(address, base)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", resolved)
    assert scheme is None or scheme[1].lower() in ("http", "https", "mailto", "tel")
