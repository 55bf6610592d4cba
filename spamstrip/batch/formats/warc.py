"""WARC (HTML responses) and WET (text): read through fastwarc, written as WET records."""

import codecs
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ...records import Result
from .. import storage
from ..engine import require
from ..items import Decoded, Limits, Record, Status
from ..storage import DAMAGED, InputFile
from .jsonl import damaged

HTML_TYPES: Final = ("text/html", "application/xhtml+xml")
_BOMS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "spamstrip")


def check_installed() -> None:
    """Raise BatchError when fastwarc is missing."""
    require("fastwarc", "warc", "WARC input")


def read_warc(source: InputFile, limits: Limits) -> Iterator[Record]:
    """HTML responses with a 2xx status and plain text conversions; other records are no documents.

    The stream is decompressed here, not by fastwarc, which takes a truncated gzip member for
    the end of the file.
    """
    warc = require("fastwarc.warc", "warc", "WARC input")
    wanted = warc.WarcRecordType.response | warc.WarcRecordType.conversion
    index = 0
    guarded = _Guard(source.stream)
    try:
        iterator = warc.ArchiveIterator(
            guarded, record_types=wanted, strict_mode=False, auto_decode="all"
        )
        for entry in iterator:
            kind = _kind_of(entry, warc)
            if not kind:
                continue
            expected = min(entry.content_length, limits.max_bytes + 1)
            content = entry.reader.read(limits.max_bytes + 1)
            if len(content) < expected and not _is_encoded(entry):
                guarded.error = guarded.error or EOFError("the last record is cut off")
                break
            large = len(content) > limits.max_bytes
            yield Record(
                f"{source.name}#{index}",
                None if large else _to_payload(entry, kind, content),
                len(content),
                source.position(),
                status="failed" if large else None,
                detail=limits.too_large() if large else "",
            )
            index += 1
    except (OSError, ValueError, RuntimeError) as error:
        guarded.error = guarded.error or error
    if guarded.error is not None:
        yield damaged(source.name, index, guarded.error)


class _Guard:
    """A stream that ends at damage and remembers it: C code must not see the exception."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        if self.error is not None:
            return b""
        try:
            # `read` would lose what it has read before the damage in the same call.
            data: bytes = self._stream.read1(size)
        except DAMAGED as error:
            self.error = error
            return b""
        return data

    def tell(self) -> int:
        position: int = self._stream.tell()
        return position

    def close(self) -> None:
        """The stream belongs to whoever opened it."""


def _kind_of(entry: Any, warc: Any) -> str:
    if entry.record_type == warc.WarcRecordType.conversion:
        content_type = (entry.headers.get("Content-Type") or "text/plain").lower()
        return "text" if content_type.startswith("text/plain") else ""
    content_type = (entry.http_content_type or "").lower()
    headers = entry.http_headers
    status = headers.status_code if headers is not None else None
    if content_type not in HTML_TYPES or status is None or not 200 <= status < 300:
        return ""
    return "html"


def _is_encoded(entry: Any) -> bool:
    """Whether the body has another length than the record says, being decoded on the way."""
    headers = entry.http_headers
    return headers is not None and any(
        name in headers for name in ("Content-Encoding", "Transfer-Encoding")
    )


def _to_payload(entry: Any, kind: str, content: bytes) -> tuple[Any, ...]:
    fields = {
        "id": (entry.headers.get("WARC-Record-ID") or "").strip("<>"),
        "url": entry.headers.get("WARC-Target-URI") or "",
        "date": entry.headers.get("WARC-Date") or "",
    }
    language = (entry.headers.get("WARC-Identified-Content-Language") or "").partition(",")[0]
    charset = entry.http_charset if kind == "html" else None
    return kind, content, charset, fields, language


@dataclass(frozen=True, slots=True)
class WarcDecoder:
    """Payload of `read_warc` to document."""

    kind: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """Both, unless one was asked for."""
        return ("html", "text") if self.kind == "auto" else (self.kind,)

    def decode(self, payload: Any) -> Decoded:
        """The HTTP header's charset goes before the page's own, after a byte order mark."""
        kind, content, charset, fields, language = payload
        source: str | bytes = content
        if charset and not content.startswith(_BOMS):
            try:
                source = content.decode(charset)
            except (LookupError, UnicodeDecodeError):
                source = content
        return Decoded(source, kind if self.kind == "auto" else self.kind, fields, language)


@dataclass(frozen=True, slots=True)
class WetEncoder:
    """A result as a `conversion` record; compressed record by record, as is usual for WARC."""

    suffix: str

    def encode(self, decoded: Decoded, result: Result, status: Status) -> bytes:  # noqa: ARG002
        """The cleaned text as a conversion record."""
        content = result.rendered.encode("utf-8", "replace")
        return self._record(decoded, "conversion", "text/plain", content)

    def keep(self, decoded: Decoded, status: Status, detail: str) -> bytes:  # noqa: ARG002
        """Text as it came; HTML as a resource record, so that nobody takes it for text."""
        source = decoded.source
        content = source if isinstance(source, bytes) else source.encode("utf-8", "replace")
        if decoded.kind == "html":
            return self._record(decoded, "resource", "text/html", content)
        return self._record(decoded, "conversion", "text/plain", content)

    def _record(self, decoded: Decoded, kind: str, content_type: str, content: bytes) -> bytes:
        fields = decoded.fields
        # The same input gives the same record id, so that runs can be compared byte for byte.
        identity = uuid.uuid5(_NAMESPACE, f"{fields['id']} {fields['url']} {fields['date']}")
        headers = {
            "WARC-Type": kind,
            "WARC-Target-URI": fields["url"],
            "WARC-Date": fields["date"],
            "WARC-Record-ID": f"<urn:uuid:{identity}>",
            "WARC-Refers-To": f"<{fields['id']}>" if fields["id"] else "",
            "WARC-Identified-Content-Language": decoded.language,
            "Content-Type": content_type,
            "Content-Length": str(len(content)),
        }
        lines = "".join(f"{key}: {value}\r\n" for key, value in headers.items() if value)
        data = b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + content + b"\r\n\r\n"
        return storage.compress(data, self.suffix)
