import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from spamstrip.decode import decode, looks_like_html
from spamstrip.errors import SourceError

RUSSIAN = "Совет проголосует в марте, и план будет готов к осени. " * 4
JAPANESE = "議会は三月に計画について投票する。市民の意見も聞くという。" * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings_are_told_by_their_mark(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding), "text").text == RUSSIAN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_told_by_its_zero_bytes(encoding: str) -> None:
    text = "The council will vote on the plan in March."
    assert decode(text.encode(encoding), "text").text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        ("Çığlıklar şehirde duyuldu, öğle güneşi yüksekti.", "iso-8859-9"),
    ],
)
def test_the_declared_encoding_of_a_page_is_used(text: str, encoding: str) -> None:
    page = f'<html><head><meta charset="{encoding}"></head><body><p>{text}</p></body></html>'
    document = decode(page.encode(encoding), "auto")
    assert document.text == page
    assert document.kind == "html"
    assert not document.warnings


def test_valid_utf8_wins_over_a_wrong_declaration() -> None:
    page = f'<html><head><meta charset="iso-8859-1"></head><body><p>{RUSSIAN}</p></body></html>'
    assert decode(page.encode(), "auto").text == page


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    data = RUSSIAN.encode()[:-1] + b"\xff end"
    document = decode(data, "text")
    assert document.text.startswith(RUSSIAN[:40])
    assert document.encoding == "utf-8"
    assert "broken bytes" in document.warnings[0]


def test_undeclared_western_text_is_read() -> None:
    text = "Le conseil a voté le plan après un long débat à l'hôtel de ville."
    assert decode(text.encode("cp1252"), "text").text == text


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, b"\x00" * 100, bytes(range(32)) * 9]
)
def test_binary_data_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(SourceError, match="binary data") as caught:
        decode(data, "auto")
    assert "\n" not in str(caught.value)


def test_a_few_zero_bytes_are_no_binary_data() -> None:
    assert decode(b"The vote\x00 is in March, the council said.", "text").text.count("\x00") == 1


@pytest.mark.parametrize("source", [None, 3, ["text"]])
def test_other_types_are_refused(source: object) -> None:
    with pytest.raises(SourceError, match="must be str, bytes or a BeautifulSoup tree"):
        decode(source, "auto")  # type: ignore[arg-type]


def test_soups_and_their_tags_are_pages() -> None:
    soup = BeautifulSoup("<main><p>One &amp; two</p></main>", "html.parser")
    assert decode(soup, "auto").kind == "html"
    assert decode(soup.main, "text").text == "<main><p>One &amp; two</p></main>"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><title>x</title>",
        "\ufeff\n <!-- saved --> <html lang=de><body>x",
        "<?xml version='1.0'?>\n<html xmlns='x'></html>",
        "<p>One paragraph</p>",
        "<div class='a'>text",
        "First part<br>second <b>part</b> and <i>third</i>",
    ],
)
def test_markup_is_told(text: str) -> None:
    assert looks_like_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Plain prose without any markup.",
        "<John> hello there\n<Mary> hello",
        "1 < 2 and 3 > 2, a <b c> d",
        "How to center a box.\n\nWrite this.\n\n<div class='x'>text</div> <p>a</p>\n\n"
        "Then reload.\n\nIt works.",
    ],
)
def test_prose_that_mentions_markup_stays_text(text: str) -> None:
    assert not looks_like_html(text)


def test_a_long_row_of_comments_is_passed_in_linear_time() -> None:
    assert not looks_like_html("<!-- a -->" * 5000 + "text")


@given(st.binary(max_size=400), st.sampled_from(["auto", "html", "text"]))
def test_any_bytes_give_a_document_or_the_documented_error(data: bytes, kind: str) -> None:
    try:
        document = decode(data, kind)
    except SourceError as error:
        assert str(error)
    else:
        assert document.kind in ("html", "text")
