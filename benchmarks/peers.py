"""The other tools, each behind one function, with the options a user of them would take.

A tool that is not installed is left out with a line; `pip install spamstrip[bench]` has all.
"""

import importlib.metadata
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

Extract = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Peer:
    """One tool: `extract` takes HTML (or text, for line filters) and returns the kept text."""

    name: str
    version: str
    extract: Extract


def html_peers(names: Sequence[str] = ()) -> list[Peer]:
    """The installed HTML extractors among `names` (all when empty)."""
    return _installed(_HTML, names)


def text_peers(names: Sequence[str] = ()) -> list[Peer]:
    """The installed tools for text documents among `names` (all when empty)."""
    return _installed(_TEXT, names)


def _installed(
    table: dict[str, tuple[str, Callable[[], Extract]]], names: Sequence[str]
) -> list[Peer]:
    peers = []
    for name in names or table:
        distribution, load = table[name]
        try:
            peers.append(Peer(name, importlib.metadata.version(distribution), load()))
        except ImportError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    return peers


def _trafilatura() -> Extract:
    import trafilatura

    def extract(html: str) -> str:
        return trafilatura.extract(html, include_comments=False) or ""

    return extract


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text

    def extract(html: str) -> str:
        return extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False)

    return extract


def _readability() -> Extract:
    import lxml.html
    from readability import Document

    def extract(html: str) -> str:
        summary = Document(html).summary()
        # Elements side by side must not glue their words together.
        return " ".join(lxml.html.fromstring(summary).itertext()) if summary.strip() else ""

    return extract


def _justext() -> Extract:
    import justext

    return _justext_paragraphs(justext.get_stoplist("English"))


def _justext_any_language() -> Extract:
    """jusText without stop words, its mode for languages it has no list of."""
    return _justext_paragraphs(frozenset(), stopwords_low=0, stopwords_high=0)


def _justext_paragraphs(stop_words: frozenset[str], **options: float) -> Extract:
    import justext

    def extract(html: str) -> str:
        paragraphs = justext.justext(html, stop_words, **options)
        return "\n\n".join(part.text for part in paragraphs if not part.is_boilerplate)

    return extract


def _newspaper() -> Extract:
    import newspaper

    def extract(html: str) -> str:
        article = newspaper.Article("https://example.org/", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return article.text or ""

    return extract


def _c4() -> Extract:
    return _c4_filter(filter_no_terminal_punct=True)


def _c4_any_ending() -> Extract:
    return _c4_filter(filter_no_terminal_punct=False)


def _c4_filter(**options: bool) -> Extract:
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    # The minimum number of sentences drops whole documents, which is no cleaning; it would
    # also load a sentence splitter per line.
    lines = C4QualityFilter(min_num_sentences=-1, **options)

    def extract(text: str) -> str:
        document = Document(text=text, id="")
        kept = lines.filter(document)
        return document.text if kept is True else ""

    return extract


def _wrapped(load: Callable[[], Extract]) -> Callable[[], Extract]:
    """An HTML extractor for text: every line becomes a paragraph of a bare page."""

    def load_wrapped() -> Extract:
        extract_html = load()

        def extract(text: str) -> str:
            lines = (line.strip() for line in text.splitlines())
            body = "\n".join(f"<p>{escape(line)}</p>" for line in lines if line)
            page = (
                f"<html><head><title></title></head><body><article>{body}</article></body></html>"
            )
            return extract_html(page)

        return extract

    return load_wrapped


def nothing() -> Peer:
    """The tool that does nothing, to read the others against."""
    return Peer("unchanged", "-", lambda text: text)


_HTML: dict[str, tuple[str, Callable[[], Extract]]] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "resiliparse": ("Resiliparse", _resiliparse),
    "readability-lxml": ("readability-lxml", _readability),
    "jusText": ("jusText", _justext),
    "newspaper4k": ("newspaper4k", _newspaper),
}
_TEXT: dict[str, tuple[str, Callable[[], Extract]]] = {
    "C4 lines": ("datatrove", _c4),
    "C4 lines, any ending": ("datatrove", _c4_any_ending),
    "trafilatura": ("trafilatura", _wrapped(_trafilatura)),
    "jusText, any language": ("jusText", _wrapped(_justext_any_language)),
}
