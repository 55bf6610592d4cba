"""Metadata from the page's own markup; broken markup gives less, never an error."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from spamstrip.html.metadata import article_body, page_metadata
from spamstrip.html.structured import main_item, names, read_items
from spamstrip.records import Metadata


def read(head: str, body: str = "", attributes: str = "") -> tuple[str, Metadata]:
    page = f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>"
    return page_metadata(LexborHTMLParser(page))


def ld(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "@id": "#site", "name": "Marktblatt", "inLanguage": "de-DE"},
        {"@type": "Person", "@id": "#p1", "name": "Ida Kern"},
        {
            "@type": ["NewsArticle"],
            "headline": "Br&uuml;cke bleibt bis M&auml;rz gesperrt",
            "author": [{"@id": "#p1"}, {"@type": "Person", "name": "Jo Vogt"}],
            "datePublished": "2025-02-03T08:00:00+01:00",
            "publisher": {"@type": "Organization", "name": "Marktblatt"},
            "articleBody": "Erster Absatz.\n\nZweiter &amp; letzter Absatz.",
        },
    ],
}


def test_json_ld_graph() -> None:
    head = ld(ARTICLE) + '<link rel=canonical href="https://marktblatt.example/a/1">'
    title, metadata = read(head, attributes="lang=de")
    assert title == "Brücke bleibt bis März gesperrt"
    assert metadata == Metadata(
        author="Ida Kern, Jo Vogt",
        date="2025-02-03",
        language="de",
        site_name="Marktblatt",
        url="https://marktblatt.example/a/1",
    )


def test_article_body_from_structured_data() -> None:
    tree = LexborHTMLParser(ld(ARTICLE))
    assert article_body(tree) == "Erster Absatz.\n\nZweiter & letzter Absatz."
    markup = {"@type": "JobPosting", "description": "<p>Ein Satz.</p><ul><li>Punkt</li></ul>"}
    assert article_body(LexborHTMLParser(ld(markup))) == "Ein Satz.\n\nPunkt"
    assert article_body(LexborHTMLParser("<p>none</p>")) == ""


@pytest.mark.parametrize(
    "broken",
    [
        '{"@type":"NewsArticle","headline":"Ein Titel","author":{"name":"A B"},}',
        '<!-- {"@type":"NewsArticle","headline":"Ein Titel","author":{"name":"A B"}} -->',
        '//<![CDATA[\n{"@type":"Article","headline":"Ein Titel","author":{"name":"A B"}}\n//]]>',
        '{"@type":"NewsArticle","headline":"Ein Titel","author":{"name":"A B"}};',
        '[{"@type":"NewsArticle","headline":"Ein\tTitel","author":["A B"]}]',
    ],
)
def test_json_ld_is_repaired(broken: str) -> None:
    title, metadata = read(ld(broken))
    assert title == "Ein Titel"
    assert metadata.author == "A B"


def test_hopeless_json_ld_still_gives_its_simple_fields() -> None:
    broken = (
        '{"@type":"Article","headline":"Ein \\"guter\\" Titel","datePublished":"2024-01-02" oops'
    )
    title, metadata = read(ld(broken))
    assert title == 'Ein "guter" Titel'
    assert metadata.date == "2024-01-02"


def test_related_articles_are_not_the_article() -> None:
    items = read_items(
        [
            json.dumps(
                [
                    {"@type": "BreadcrumbList", "name": "Start"},
                    {"@type": "NewsArticle", "headline": "Main", "articleBody": "Text."},
                    {"@type": "NewsArticle", "headline": "Other"},
                ]
            )
        ]
    )
    assert main_item(items)["headline"] == "Main"
    assert main_item([{"@type": "WebSite", "name": "x"}]) == {}


def test_names_follow_references() -> None:
    items = [{"@id": "a", "name": "Élodie"}, {"@id": "b"}]
    assert names([{"@id": "a"}, {"@id": "b"}, "  Bo  ", {"name": ["C", "D"]}, None], items) == [
        "Élodie",
        "Bo",
        "C",
        "D",
    ]


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("<title>Die Lage am Fluss | Der Bote</title>", "<h1>Die Lage am Fluss</h1>", 0),
        ("<title>Der Bote - Die Lage am Fluss</title>", "<h1>Die Lage am Fluss</h1>", 0),
        (
            '<title>Die Lage am Fluss — Der Bote</title><meta property="og:site_name" '
            'content="Der Bote">',
            "",
            0,
        ),
        (
            "<title>Die Lage am Fluss – derbote</title>"
            "<link rel=canonical href=https://www.derbote.example/x>",
            "",
            0,
        ),
        ('<title>x</title><meta property="og:title" content="Die Lage am Fluss">', "", 0),
        ("<title>Die Lage am Fluss</title>", "<h1>Willkommen</h1>", 0),
        ("<title>河边的情况_新闻</title>", "<h1>河边的情况</h1>", 1),
        ("<title>الوضع على النهر | الرسالة</title>", "<h1>الوضع على النهر</h1>", 2),
    ],
)
def test_title_without_the_name_of_the_site(head: str, body: str, expected: int) -> None:
    titles = ("Die Lage am Fluss", "河边的情况", "الوضع على النهر")
    assert read(head, body)[0] == titles[expected]


def test_a_dash_in_a_title_is_not_a_site() -> None:
    assert read("<title>Oslo - Bergen: 500 km</title>")[0] == "Oslo - Bergen: 500 km"
    assert read("<title>Well-known</title>")[0] == "Well-known"


@pytest.mark.parametrize(
    ("markup", "date"),
    [
        ('<meta property="article:published_time" content="2023-11-05T10:00:00Z">', "2023-11-05"),
        ('<meta name="DC.date" content="2023/11/5">', "2023-11-05"),
        ('<meta name=date content="Sun, 05 Nov 2023 10:00:00 +0000">', "2023-11-05"),
        ('<meta name=pubdate content="20231105">', "2023-11-05"),
        ('<meta name=date content="2023-13-45">', ""),
        ('<meta name=date content="soon">', ""),
        ('<link rel=canonical href="https://a.example/2023/11/05/x">', "2023-11-05"),
    ],
)
def test_dates_are_iso(markup: str, date: str) -> None:
    assert read(markup)[1].date == date


def test_microdata_microformats_and_relations() -> None:
    body = (
        "<div itemprop=author itemscope><span itemprop=name>Ana Paz</span></div>"
        '<time itemprop=datePublished datetime="2022-04-01T00:00">1 de abril</time>'
    )
    _, metadata = read("", body)
    assert (metadata.author, metadata.date) == ("Ana Paz", "2022-04-01")
    assert read("", '<a rel="author" href=/u>Lin Wei</a>')[1].author == "Lin Wei"
    assert read("", '<span class="p-author h-card">Kim</span>')[1].author == "Kim"
    assert read("", "<p class=byline>x <a href=/y>Olu Ade</a></p>")[1].author == "Olu Ade"
    assert read('<meta name=author content="https://x.example/u">')[1].author == ""
    assert read("", '<time datetime="2020-02-29">x</time>')[1].date == "2020-02-29"


@pytest.mark.parametrize(
    ("attributes", "head", "language"),
    [
        ("lang=pt_br", "", "pt-BR"),
        ("lang=zh-hant-tw", "", "zh-Hant-TW"),
        ("", '<meta http-equiv=content-language content="tr, en">', "tr"),
        ("", '<meta property="og:locale" content="ar_EG">', "ar-EG"),
        ('lang="{{lang}}"', "", ""),
    ],
)
def test_language(attributes: str, head: str, language: str) -> None:
    assert read(head, attributes=attributes)[1].language == language


def test_canonical_is_resolved_and_must_be_a_web_address() -> None:
    head = '<base href="https://a.example/d/"><link rel=canonical href="x?y=1">'
    assert read(head)[1].url == "https://a.example/d/x?y=1"
    assert read('<link rel=canonical href="javascript:alert(1)">')[1].url == ""
    assert read('<link rel=canonical href="http://[bad">')[1].url == ""
    both = '<link rel=canonical href="/x"><meta property="og:url" content="https://b.example/z">'
    assert read(both)[1].url == "https://b.example/x"


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.text(max_size=9) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "@type",
                        "@id",
                        "name",
                        "headline",
                        "author",
                        "datePublished",
                        "@graph",
                        "url",
                        "articleBody",
                        "publisher",
                        "inLanguage",
                        "x",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read(value: Any) -> None:
    script = ld(json.dumps(value).replace("</", "<\\/"))
    tree = LexborHTMLParser(script)
    page_metadata(tree)
    article_body(tree)


@given(st.text(alphabet="<>\"'=/ abhmtel1script{}[]:,", max_size=200))
def test_any_markup_is_read(markup: str) -> None:
    tree = LexborHTMLParser(markup)
    page_metadata(tree)
    article_body(tree)


def test_deep_and_large_structured_data() -> None:
    for text in ("[" * 200_000, '{"a":' * 100_000, '{"headline":"' + "\\" * 300_000):
        start = time.perf_counter()
        page_metadata(LexborHTMLParser(ld(text)))
        assert time.perf_counter() - start < 5
