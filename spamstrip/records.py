"""The records that pass between the stages; each stage makes a new one and changes none.

bytes | str | soup -> Document -> (segments, features, scores, labels) -> Result
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, get_args

from .errors import OptionError
from .labels import FAMILY_OF, Family

Kind = Literal["html", "text"]
Output = Literal["text", "markdown", "html", "json"]
Preset = Literal["gentle", "balanced", "strict"]

KINDS: Final = ("auto", "html", "text")
OUTPUTS: Final = get_args(Output)
PRESETS: Final = get_args(Preset)


@dataclass(frozen=True, slots=True)
class Options:
    """What to keep and how to print it; refused when it is built, not per document.

    Raises:
        OptionError: a value is not one of the allowed ones.
    """

    kind: Literal["auto", "html", "text"] = "auto"
    output: Output = "text"
    preset: Preset = "balanced"
    include_title: bool = True
    include_captions: bool = True
    include_comments: bool = False

    def __post_init__(self) -> None:
        for name, allowed in (("kind", KINDS), ("output", OUTPUTS), ("preset", PRESETS)):
            value = getattr(self, name)
            if value not in allowed:
                raise OptionError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")


@dataclass(frozen=True, slots=True)
class Document:
    """A decoded input.

    Attributes:
        text: the decoded source, markup included when `kind` is "html".
        kind: "html" or "text".
        encoding: the codec the bytes were decoded with; "utf-8" for a `str`.
        warnings: what went wrong while decoding, one line each.
    """

    text: str
    kind: Kind
    encoding: str = "utf-8"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """One removed span.

    Attributes:
        label: one of `spamstrip.labels.LABELS`.
        score: probability in 0..1 that the span is not main content.
        start, end: character offsets. In text, into the decoded source, so that
            `source[start:end] == text`; in HTML, into the page's own text (every segment
            of the page in document order, one per line).
        text: what was removed.
        path: HTML only: the tags from the root to the segment, for example "body>div>p".
        hidden: HTML only: the techniques that hide it from a reader, for example
            ("off_screen", "inline_style"); see `spamstrip.html.declarations.Hiding`.
    """

    label: str
    score: float
    start: int
    end: int
    text: str
    path: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def family(self) -> Family:
        """ "body", "boilerplate" or "spam"."""
        return FAMILY_OF[self.label]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says of itself in its own markup; empty strings where it says nothing."""

    author: str = ""
    date: str = ""
    language: str = ""
    site_name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer for one document.

    Attributes:
        text: the kept text.
        rendered: the kept content in the requested output format; what `clean()` returns.
        removed: every removed span in document order.
        title: the document's title, "" when none was found.
        kind: how the source was read, "html" or "text".
        spam_score: probability in 0..1 that the document was polluted with spam or, when
            its main content itself is spam, that the whole of it is.
        metadata: HTML only, see `Metadata`.
        warnings: what a user should know, one line each.
    """

    text: str
    rendered: str
    removed: tuple[Removal, ...]
    title: str
    kind: Kind
    spam_score: float
    metadata: Metadata = field(default_factory=Metadata)
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form: plain types only, without `rendered`."""
        record = asdict(self)
        del record["rendered"]
        for entry, removal in zip(record["removed"], self.removed, strict=True):
            entry["family"] = removal.family
            entry["hidden"] = list(removal.hidden)
        record["removed"] = list(record["removed"])
        record["warnings"] = list(record["warnings"])
        return record
