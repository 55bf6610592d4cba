"""The public interface: what is exported, which inputs it takes, what it promises."""

import json
import pickle
import subprocess
import sys
import threading

import pytest
from bs4 import BeautifulSoup

import spamstrip
from spamstrip.labels import LABELS

ARTICLE = (
    "The town council met on Tuesday evening to discuss the future of the old harbour. "
    "Around sixty residents came, and most of them stayed until the end.\n\n"
    "Engineers presented two plans. The first keeps the stone quay and adds a walkway above it; "
    "the second replaces the quay with a wider one that ferries can use.\n\n"
    "A decision is expected in March, when the budget is settled."
)
FORM = (
    "Leave a Reply\n\nYour email address will not be published. Required fields are marked *\n\n"
    "Comment *\n\nName *\n\nEmail *\n\nWebsite\n\nPost Comment"
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Harbour plans - Town Paper</title></head>
<body><nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li>
<li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>Harbour plans</h1>{"".join(f"<p>{p}</p>" for p in ARTICLE.split(chr(10) * 2))}
</article></main>
<section id="comments" class="comments-area"><h3>Leave a Reply</h3><form id="commentform">
<p>Your email address will not be published.</p><label>Comment</label><label>Name</label>
</form></section>
<footer class="site-footer"><p>Copyright 2026 Town Paper. All rights reserved.</p></footer>
</body></html>"""


def test_the_public_names() -> None:
    assert sorted(spamstrip.__all__) == [
        "Cleaner",
        "Metadata",
        "ModelError",
        "OptionError",
        "Removal",
        "Result",
        "SourceError",
        "SpamstripError",
        "analyze",
        "clean",
    ]
    for name in spamstrip.__all__:
        assert getattr(spamstrip, name).__doc__


@pytest.mark.parametrize(
    "statement",
    [
        "import spamstrip; spamstrip.clean('The vote is in March.')",
        "import spamstrip; spamstrip.clean('<main><p>The vote is in March.</p></main>')",
    ],
)
def test_cleaning_imports_no_training_package(statement: str) -> None:
    code = f"{statement}; import sys; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "spamstrip.cleaner" in loaded
    assert not {"sklearn", "scipy", "joblib", "pandas"} & set(loaded)


def test_importing_is_light() -> None:
    code = "import spamstrip, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "bs4", "selectolax", "markdownify", "nh3"} & set(loaded)


def test_a_clean_article_comes_back_whole() -> None:
    result = spamstrip.analyze(ARTICLE)
    assert result.text == ARTICLE
    assert result.removed == ()
    assert result.kind == "text"
    assert result.spam_score < 0.5


def test_every_removed_span_can_be_found_in_the_source() -> None:
    source = f"{ARTICLE}\n\n{FORM}"
    result = spamstrip.analyze(source)
    assert result.text.strip() == ARTICLE
    assert result.removed
    for removal in result.removed:
        assert source[removal.start : removal.end] == removal.text
        assert removal.label in LABELS
        assert removal.family == "boilerplate"
        assert 0.0 <= removal.score <= 1.0


def test_a_page_gives_its_article() -> None:
    text = spamstrip.clean(PAGE)
    assert "The first keeps the stone quay" in text
    assert "A decision is expected in March" in text
    for junk in ("Sport", "email address", "All rights reserved"):
        assert junk not in text


def test_every_way_to_pass_a_page_gives_the_same() -> None:
    expected = spamstrip.clean(PAGE)
    assert spamstrip.clean(PAGE.encode()) == expected
    assert spamstrip.clean(bytearray(PAGE.encode())) == expected  # type: ignore[arg-type]
    assert spamstrip.clean(BeautifulSoup(PAGE, "html.parser")) == expected


def test_the_title_is_optional() -> None:
    assert "Harbour plans" in spamstrip.clean(PAGE)
    assert "Harbour plans" not in spamstrip.clean(PAGE, include_title=False)
    assert spamstrip.analyze(PAGE, include_title=False).title == "Harbour plans"


def test_json_output_holds_the_whole_result() -> None:
    result = spamstrip.analyze(f"{ARTICLE}\n\n{FORM}")
    record = json.loads(spamstrip.clean(f"{ARTICLE}\n\n{FORM}", output="json"))
    assert record == json.loads(json.dumps(result.to_dict()))
    assert record["removed"][0]["family"] == "boilerplate"
    assert record["text"] == result.text


def test_text_as_html_is_escaped_paragraphs() -> None:
    assert (
        spamstrip.clean("One & two < three.\nNext line.\n\nSecond paragraph.", output="html")
        == "<p>One &amp; two &lt; three.<br>\nNext line.</p>\n<p>Second paragraph.</p>"
    )


@pytest.mark.parametrize(
    ("option", "value"), [("kind", "pdf"), ("output", "docx"), ("preset", "harsh")]
)
def test_a_wrong_option_is_refused_before_any_work(option: str, value: str) -> None:
    with pytest.raises(spamstrip.OptionError, match=f"{option} must be one of .*; got '{value}'"):
        spamstrip.Cleaner(**{option: value})


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        spamstrip.Cleaner(colour="red")


def test_a_missing_model_directory_is_named(tmp_path) -> None:
    with pytest.raises(spamstrip.ModelError, match="no such model file"):
        spamstrip.Cleaner(model=tmp_path).clean("The vote is in March.")


def test_a_cleaner_pickles_small_and_works_after() -> None:
    cleaner = spamstrip.Cleaner(preset="gentle")
    cleaner.clean(ARTICLE)
    pickled = pickle.dumps(cleaner)
    assert len(pickled) < 1000
    copy = pickle.loads(pickled)
    assert copy.options == cleaner.options
    assert copy.clean(PAGE) == cleaner.clean(PAGE)


def test_threads_may_share_a_cleaner() -> None:
    cleaner = spamstrip.Cleaner()
    sources = [PAGE, f"{ARTICLE}\n\n{FORM}", ARTICLE] * 4
    expected = [cleaner.clean(source) for source in sources]
    answers: list[str | None] = [None] * len(sources)

    def work(index: int) -> None:
        answers[index] = cleaner.clean(sources[index])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(sources))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == expected


@pytest.mark.parametrize("kind", ["auto", "html", "text"])
@pytest.mark.parametrize("source", ["", " \n\t\n", b"", "\ufeff"])
def test_nothing_in_nothing_out(source: str | bytes, kind: str) -> None:
    assert spamstrip.clean(source, kind=kind).strip(" \n\t\ufeff") == ""  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["html", "text"])
@pytest.mark.parametrize(
    "source",
    [
        "The vote\x00 is in March, and the council will publish the result.",
        "The vote \ud800 is in March, and the council will publish the result.",
        "The vote is in <b>March, and the <p council <table><td will publish",
        "<html><body><p>The vote is in March, and the council wi",
    ],
)
def test_damaged_input_gives_its_words(source: str, kind: str) -> None:
    text = spamstrip.clean(source, kind=kind)  # type: ignore[arg-type]
    assert "The vote" in text
    assert "March" in text


@pytest.mark.parametrize("tag", ["div", "b", "table", "ul", "span", "blockquote", "a"])
def test_a_hundred_thousand_unclosed_elements(tag: str) -> None:
    source = f"<p>The vote is in March, the council said.</p>{f'<{tag}>' * 100_000}end"
    assert "The vote is in March" in spamstrip.clean(source, kind="html")


def test_a_hundred_thousand_nested_elements() -> None:
    source = "<div>" * 100_000 + "<p>The vote is in March.</p>" + "</div>" * 100_000
    assert "The vote is in March." in spamstrip.clean(source)
