"""JSON Lines: one object per line, one document in a field of it, the other fields carried."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ...records import Result
from ..items import Decoded, Limits, Record, SkipDocument, Status
from ..storage import DAMAGED, InputFile
from .fields import extra_fields

CHUNK: Final = 1 << 20


def read_jsonl(source: InputFile, limits: Limits) -> Iterator[Record]:
    """Cut a file into lines without parsing them; blank lines are no records.

    A line over the size limit never enters memory: it is spooled to a temporary file, which
    becomes the record's context. A damaged stream ends with one failed record.
    """
    stream, name, index = source.stream, source.name, 0
    limit = limits.max_bytes
    while True:
        try:
            line = stream.readline(limit + 1)
            if len(line) > limit and not line.endswith(b"\n"):
                record = _spool(source, line, index, limits)
            else:
                record = None
        except DAMAGED as error:
            yield damaged(name, index, error)
            return
        if not line:
            return
        if record is None:
            content = line.strip()
            if not content:
                continue
            record = Record(f"{name}#{index}", content, len(line), source.position())
        yield record
        index += 1


def damaged(name: str, index: int, error: Exception) -> Record:
    """The failed record that stands for the unreadable rest of a file."""
    detail = f"file is truncated or corrupt after {index:,} records: {error}"
    return Record(f"{name}#{index}", None, 0, status="failed", detail=detail)


class SpooledLine:
    """A line on disk, without its line break; it goes when the record goes."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the record

    def read(self, size: int) -> bytes:
        """The next bytes."""
        return self.file.read(size)

    def __del__(self) -> None:
        self.file.close()


def _spool(source: InputFile, start: bytes, index: int, limits: Limits) -> Record:
    """Read the rest of an overlong line into a temporary file."""
    spooled = SpooledLine()
    size, chunk = 0, start
    while chunk:
        size += len(chunk)
        spooled.file.write(chunk.rstrip(b"\r\n"))
        if chunk.endswith(b"\n"):
            break
        chunk = source.stream.readline(CHUNK)
    spooled.file.seek(0)
    return Record(
        f"{source.name}#{index}",
        None,
        size,
        source.position(),
        status="failed",
        detail=limits.too_large(size),
        context=spooled,
    )


@dataclass(frozen=True, slots=True)
class RowDecoder:
    """A row (a dict) to its document.

    Attributes:
        text_field, html_field: where to look, in this order; "" for nowhere.
        kind: "auto", or the kind asked for.
    """

    text_field: str
    html_field: str
    kind: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds the fields can hold."""
        if self.kind != "auto":
            return (self.kind,)
        return (("text",) if self.text_field else ()) + (("html",) if self.html_field else ())

    def decode(self, payload: Any) -> Decoded:
        """The first of the two fields that is there and not null."""
        row: dict[str, Any] = payload
        for field, kind in ((self.text_field, "text"), (self.html_field, "html")):
            value = row.get(field) if field else None
            if value is None:
                continue
            if not isinstance(value, str | bytes):
                raise ValueError(f"field {field!r} holds {type(value).__name__}, not text")
            chosen = kind if self.kind == "auto" else self.kind
            return Decoded(value, chosen, row, _language_of(row), field)
        names = " or ".join(repr(name) for name in (self.text_field, self.html_field) if name)
        found = Decoded("", "text", row, field=self.text_field or self.html_field)
        raise SkipDocument(f"no {names} in the record (--text-field, --html-field)", found)


@dataclass(frozen=True, slots=True)
class LineDecoder:
    """A line of JSON to its document."""

    rows: RowDecoder

    @property
    def kinds(self) -> tuple[str, ...]:
        """As of the rows."""
        return self.rows.kinds

    def decode(self, payload: Any) -> Decoded:
        """Parse the line."""
        try:
            row = json.loads(payload)
        except json.JSONDecodeError as error:
            raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
        if not isinstance(row, dict):
            raise ValueError(f"a line must hold a JSON object, not {type(row).__name__}")
        return self.rows.decode(row)


def _language_of(row: dict[str, Any]) -> str:
    """What the record itself says, in the fields corpora use for it."""
    for name in ("language", "lang"):
        value = row.get(name)
        if isinstance(value, str):
            return value
    return ""


@dataclass(frozen=True, slots=True)
class LineEncoder:
    """A result as one line of JSON.

    Attributes:
        text_field: where the cleaned text goes.
        fields: names of `spamstrip.batch.formats.fields.FIELDS` to add.
    """

    text_field: str
    fields: tuple[str, ...] = ()

    def encode(self, decoded: Decoded, result: Result, status: Status) -> bytes:
        """The record with the cleaned text in place of its source."""
        row = dict(decoded.fields)
        if decoded.field != self.text_field:
            row.pop(decoded.field, None)
        row[self.text_field] = result.rendered
        return to_line({**row, **extra_fields(self.fields, result, status)})

    def keep(self, decoded: Decoded, status: Status, detail: str) -> bytes:
        """The record as it came, with the extra fields."""
        row = dict(decoded.fields)
        if not decoded.field:
            source = decoded.source
            text = source if isinstance(source, str) else source.decode("utf-8", "replace")
            row["html" if decoded.kind == "html" else self.text_field] = text
        return to_line({**row, **extra_fields(self.fields, None, status, detail)})


def to_line(row: dict[str, Any]) -> bytes:
    """One line of JSON in UTF-8, escaped where a string has lone surrogates."""
    try:
        return json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row, default=str).encode() + b"\n"
