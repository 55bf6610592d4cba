"""Text documents whose junk is marked by hand, `⟦like this⟧`, several to a file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BETWEEN: Final = "\n=====\n"
_HEAD: Final = re.compile(r"# \d+ (.+)")
_MARK: Final = re.compile("⟦([^⟦⟧]*)⟧")


@dataclass(frozen=True, slots=True)
class MarkedDocument:
    """A document with a hand-made answer.

    Attributes:
        language: ISO 639 code, the name of the file without digits at its end.
        kind: what it is, for example "form" or "clean".
        polluted, clean: the text with and without the junk.
    """

    language: str
    kind: str
    polluted: str
    clean: str


def read_marked(directory: Path) -> Iterator[MarkedDocument]:
    """The documents of all `*.txt` files of a directory, in the order of their names.

    Documents are separated by a line `=====`; each starts with a line `# number kind`.

    Raises:
        ValueError: a document without that line.
    """
    for path in sorted(directory.glob("*.txt")):
        for document in path.read_text(encoding="utf-8").strip().split(_BETWEEN):
            first, _, body = document.strip().partition("\n")
            head = _HEAD.fullmatch(first)
            if head is None:
                raise ValueError(f"{path}: not a line '# number kind': {first[:60]!r}")
            marked = body.strip()
            yield MarkedDocument(
                language=path.stem.rstrip("0123456789"),
                kind=head[1],
                polluted=_MARK.sub(r"\1", marked),
                clean=_MARK.sub("", marked),
            )


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A web page with a hand-made answer.

    Attributes:
        name: of its files, `language-number`.
        html: the page.
        content: the blocks of the main content in order, title and captions among them.
        optional: blocks that may be kept or not: author and date.
        junk: phrases of the junk, none of which stands in the main content.
    """

    name: str
    html: str
    content: tuple[str, ...]
    optional: tuple[str, ...]
    junk: tuple[str, ...]


def read_marked_pages(directory: Path) -> Iterator[MarkedPage]:
    """The pages `*.html` of a directory with their answers `*.gold`, in the order of their names.

    An answer has a block a line, each a letter, a tab and the text: T title, B body, C caption,
    M author or date, J junk.

    Raises:
        ValueError: a line that is none of these.
    """
    for path in sorted(directory.glob("*.gold")):
        blocks: dict[str, list[str]] = {letter: [] for letter in "TBCMJ"}
        content: list[str] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            letter, tab, text = line.partition("\t")
            if letter not in blocks or not tab:
                raise ValueError(f"{path}: not a letter, a tab and a text: {line[:60]!r}")
            blocks[letter].append(text)
            if letter in "TBC":
                content.append(text)
        yield MarkedPage(
            name=path.stem,
            html=path.with_suffix(".html").read_text(encoding="utf-8"),
            content=tuple(content),
            optional=tuple(blocks["M"]),
            junk=tuple(blocks["J"]),
        )
