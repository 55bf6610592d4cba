"""The records that pass between the stages of a batch, and its errors."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from ..errors import SpamstripError
from ..records import Result

Status = Literal["cleaned", "unchanged", "skipped", "failed"]
STATUSES: Final = ("cleaned", "unchanged", "skipped", "failed")

SPAM_VERDICT: Final = 0.5
"""Documents with this spam score or more count as spam-heavy."""


class BatchError(SpamstripError):
    """The run cannot start: a path, format or option is wrong. Nothing was written."""


class RunStoppedError(SpamstripError):
    """The run stopped before its end (full disk, `--on-error fail`); `--resume` continues it."""


class SkipDocument(Exception):  # noqa: N818 - a signal of a decoder, not an error
    """A record holds nothing to clean.

    Args:
        reason: why, one sentence.
        decoded: what it does hold, to be passed on.
    """

    def __init__(self, reason: str, decoded: "Decoded") -> None:
        super().__init__(reason)
        self.decoded = decoded


@dataclass(frozen=True, slots=True)
class Record:
    """One input document before it was cleaned.

    Attributes:
        name: how manifest and report call it: a relative path, or "shard#index".
        payload: what the decoder turns into a document; crosses the process border.
        size: bytes of the document as stored; batches and limits count these.
        position: bytes of the input file read so far, for progress.
        status, detail: set when the reader already knows the outcome (unreadable, too large).
        context: what the writer needs again; never leaves the main process.
    """

    name: str
    payload: Any
    size: int
    position: int = 0
    status: Status | None = None
    detail: str = ""
    context: Any = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """A record as the cleaner sees it.

    Attributes:
        source: the document.
        kind: "html", "text" or "auto".
        fields: everything the record carries besides the document.
        language: what the record says of its language, "" when it says nothing.
        field: the field the document came from, "" outside of records.
    """

    source: str | bytes
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one document.

    Attributes:
        output: the encoded result; None when there is none (skipped, failed).
        detail: why a document was skipped or failed.
        seconds: wall time of decoding, cleaning and encoding it.
        removed: (label, spans, characters) per label.
    """

    status: Status
    output: Any = None
    detail: str = ""
    seconds: float = 0.0
    language: str = ""
    spam_score: float = 0.0
    removed: tuple[tuple[str, int, int], ...] = ()
    warnings: int = 0


class Decoder(Protocol):
    """Turns a payload into a document; picklable, runs in the workers."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of document it can give, so that a worker loads those models first."""

    def decode(self, payload: Any) -> Decoded:
        """The document in `payload`.

        Raises:
            SkipDocument: there is nothing to clean.
            ValueError: the payload is damaged.
        """


class Encoder(Protocol):
    """Turns a result into what the sink writes; picklable, runs in the workers."""

    def encode(self, decoded: Decoded, result: Result, status: Status) -> Any:
        """The output of a cleaned document."""

    def keep(self, decoded: Decoded, status: Status, detail: str) -> Any:
        """The output of a document passed on as it came."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: bytes after decompression, seconds of wall time."""

    max_bytes: int
    timeout: float

    def too_large(self, size: int | None = None) -> str:
        """The sentence for a document over the size limit."""
        found = "" if size is None else f"{size:,} bytes, "
        return f"too large: {found}limit {self.max_bytes:,} (--max-bytes)"
