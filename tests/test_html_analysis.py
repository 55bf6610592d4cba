"""The whole way from a page to its main content, with the shipped model."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spamstrip

HEADLINE = "Ferry timetable to change after harbour works"
PARAGRAPHS = [
    "The ferry between the two islands will run every forty minutes from the first of May, the "
    "harbour office said on Tuesday, after eighteen months of work on the eastern pier.",
    "Until now the boats had to wait for high water, which left passengers standing in the rain "
    "for up to two hours on some winter mornings, according to the passengers' association.",
    "The new pier reaches forty metres further into the channel. Engineers drove two hundred "
    "steel piles into the clay, and replaced the old wooden ramp with one that floats.",
    "Prices stay as they are for residents. Visitors will pay two crowns more for each car, which "
    "the office says will cover a third of the loan over the next twenty years.",
    "A public meeting about the winter timetable takes place in the school hall in September.",
]
CAPTION = "The floating ramp on the day it was towed in. Photo: Harbour office"
COMMENT = "My grandmother waited there every Saturday, about time they fixed the thing, thanks!"


def page(*, extra: str = "", body: str = "") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return f"""<!doctype html><html lang="en"><head><title>{HEADLINE} - Island News</title>
<meta property="og:type" content="article"><link rel="canonical" href="https://news.example/f/1">
</head><body><header class="site-header"><a href="/">Island News</a><nav class="main-menu"><ul>
<li><a href="/local">Local</a></li><li><a href="/sport">Sport</a></li>
<li><a href="/weather">Weather</a></li><li><a href="/contact">Contact</a></li></ul></nav></header>
<main><article class="post"><h1 class="entry-title">{HEADLINE}</h1>
<div class="entry-meta">By <a rel="author" href="/staff/m">M. Berg</a>
<time datetime="2024-04-02">2 April 2024</time></div>
<div class="entry-content"><figure class="wp-caption"><img src="/ramp.jpg" alt="">
<figcaption class="wp-caption-text">{CAPTION}</figcaption></figure>{paragraphs}{body}</div>
<div class="share-buttons"><a href="#">Share on Facebook</a> <a href="#">Tweet</a></div></article>
<section class="related-posts"><h3>Related articles</h3><ul><li><a href="/f/2">Old pier to close
</a></li><li><a href="/f/3">Crew wanted for the summer</a></li></ul></section>
<section id="comments" class="comments-area"><h2 class="comments-title">One comment</h2>
<ol class="comment-list"><li class="comment" itemscope itemtype="https://schema.org/Comment">
<div class="comment-author">Anna</div><div class="comment-content"><p>{COMMENT}</p></div></li></ol>
<div class="comment-respond"><h3>Leave a Reply</h3><form class="comment-form"><p>Your email address
will not be published. Required fields are marked *</p><label>Name</label><input name="author">
<textarea></textarea><button>Post Comment</button></form></div></section></main>{extra}
<footer class="site-footer"><p>© 2024 Island News. All rights reserved.</p></footer></body>"""


def test_the_article_comes_back_whole_and_alone() -> None:
    text = spamstrip.clean(page(), kind="html", include_title=False, include_captions=False)
    assert text == "\n\n".join(PARAGRAPHS)


def test_title_caption_and_comments_come_and_go_with_their_options() -> None:
    for title in (True, False):
        for captions in (True, False):
            text = spamstrip.clean(
                page(), kind="html", include_title=title, include_captions=captions
            )
            assert (HEADLINE in text) == title
            assert captions or CAPTION not in text
            assert all(paragraph in text for paragraph in PARAGRAPHS)
    assert COMMENT not in spamstrip.clean(page(), kind="html")
    assert COMMENT in spamstrip.clean(page(), kind="html", include_comments=True)


def test_what_was_removed_is_labelled_and_located() -> None:
    result = spamstrip.analyze(page(), kind="html", include_title=False, include_captions=False)
    labels = {removal.text: removal.label for removal in result.removed}
    assert labels[HEADLINE] == "title"
    assert labels[CAPTION] == "caption"
    assert labels["Sport"] == "navigation"
    assert labels[COMMENT] == "comment"
    assert labels["© 2024 Island News. All rights reserved."] == "footer"
    ends = [0, *(removal.end for removal in result.removed)]
    starts = [removal.start for removal in result.removed]
    assert all(start >= end for start, end in zip(starts, ends[:-1], strict=True))
    assert all(0 <= removal.score <= 1 and removal.path for removal in result.removed)


SPAM_LINKS = " ".join(
    f'<a href="https://{name}.example-bets.com/">{name} casino giriş</a>'
    for name in ("kralbet", "superslot", "betwin", "jackpotx", "maxbahis", "slotgiris", "pokerx")
)


@pytest.mark.parametrize(
    "block",
    [
        f'<div style="display:none">{SPAM_LINKS}</div>',
        f'<div style="position:absolute;left:-9999px">{SPAM_LINKS}</div>',
        f"<marquee>{SPAM_LINKS}</marquee>",
        f"<p>{SPAM_LINKS}</p>",
    ],
)
def test_injected_links_go_and_the_article_stays(block: str) -> None:
    result = spamstrip.analyze(page(body=block, extra=block), kind="html")
    assert all(paragraph in result.text for paragraph in PARAGRAPHS)
    assert "casino" not in result.text
    assert result.spam_score > 0.5
    assert {removal.family for removal in result.removed if "casino" in removal.text} == {"spam"}


def test_a_clean_page_is_not_called_polluted() -> None:
    assert spamstrip.analyze(page(), kind="html").spam_score < 0.5


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>Only this.</p>", "Only this."),
        ("no markup at all", "no markup at all"),
        ("<pre>line one\n  line two</pre>", "line one\n  line two"),
        ("<p>unclosed <b>bold", "unclosed bold"),
    ],
)
def test_small_inputs_lose_nothing(html: str, text: str) -> None:
    assert spamstrip.clean(html, kind="html") == text


def test_the_body_is_taken_from_data_where_the_page_shows_none() -> None:
    body = " ".join(PARAGRAPHS)
    html = (
        f'<head><title>{HEADLINE}</title><script type="application/ld+json">{{"@type":'
        f'"NewsArticle", "headline": "{HEADLINE}", "articleBody": "{body}"}}</script></head>'
        "<body><div id=app>Loading</div></body>"
    )
    assert PARAGRAPHS[0] in spamstrip.clean(html, kind="html")


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="<>/abp dv=\"'\n&;#é中\u200b\ud800", max_size=200))
def test_any_text_gives_a_result(html: str) -> None:
    for output in ("text", "html"):
        assert isinstance(spamstrip.clean(html, kind="html", output=output), str)


@pytest.mark.parametrize("output", ["text", "markdown", "html", "json"])
def test_every_output_holds_the_article(output: str) -> None:
    rendered = spamstrip.clean(page(), kind="html", output=output)
    assert all(paragraph.split(",")[0] in rendered for paragraph in PARAGRAPHS)
    assert "Leave a Reply" not in rendered.partition('"removed"')[0]
