"""bytes | str | soup -> Document: find the encoding, tell HTML from plain text."""

import codecs
import re
from typing import TYPE_CHECKING, Final

from .errors import SourceError
from .records import Document, Kind

if TYPE_CHECKING:
    from bs4 import Tag

# UTF-32 before UTF-16: the little-endian mark of the one starts with that of the other.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SNIFFED: Final = 65_536  # bytes or characters looked at to guess what the source is
_MOSTLY: Final = 0.75  # share of non-ASCII bytes that form valid UTF-8 in damaged UTF-8

_CONTROL_BYTES: Final = bytes({*range(32), 127} - {*b"\t\n\v\f\r\x1b"})
_MAX_CONTROL_SHARE: Final = 0.1  # more control characters than that: not text

_TAG_NAMES: Final = (
    "a|abbr|address|article|aside|b|blockquote|body|br|button|caption|center|cite|code|dd|del|"
    "details|div|dl|dt|em|figcaption|figure|font|footer|form|frameset|h[1-6]|head|header|hr|html|i|"
    "iframe|img|input|ins|label|li|link|main|marquee|meta|nav|noscript|ol|option|p|picture|pre|q|s|"
    "script|section|select|small|span|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|"
    "tfoot|th|thead|time|title|tr|u|ul|video"
)
_TAG: Final = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
# Atomic and possessive: a long row of comments is passed in one way only, so in linear time.
_HTML_START: Final = re.compile(
    rf"\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*+<(?:!doctype\s+html|(?:{_TAG_NAMES})[\s/>])",
    re.IGNORECASE | re.DOTALL,
)


def decode(source: "str | bytes | bytearray | memoryview | Tag | Document", kind: str) -> Document:
    """Make a `Document` of anything `clean()` accepts.

    Bytes are decoded by their byte order mark, as UTF-8 where they are valid UTF-8, and else
    by the encoding the page declares or that BeautifulSoup's detector finds.

    Args:
        source: text, bytes, or a BeautifulSoup tree (read as HTML).
        kind: "auto", "html" or "text".

    Raises:
        SourceError: the source is of another type, or binary data.
    """
    if isinstance(source, Document):
        return source
    if isinstance(source, bytes | bytearray | memoryview):
        return _decode_bytes(bytes(source), kind)
    if isinstance(source, str):
        return Document(source, _resolve_kind(source, kind))
    if type(source).__module__.partition(".")[0] == "bs4":
        return Document(str(source), "html")
    raise SourceError(
        f"source must be str, bytes or a BeautifulSoup tree; got {type(source).__name__}"
    )


def _decode_bytes(data: bytes, kind: str) -> Document:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            body = data[len(mark) :] if encoding == "utf-8" else data
            text = body.decode(encoding, "replace")
            return Document(text, _resolve_kind(text, kind), encoding)
    encoding = _unmarked_utf16(data)
    if not encoding:
        _refuse_binary(data)
        try:
            # ISO-2022 encodings are valid ASCII; only they use the escape character.
            if b"\x1b" not in data:
                text = data.decode("utf-8")
                return Document(text, _resolve_kind(text, kind), "utf-8")
        except UnicodeDecodeError as error:
            if _is_damaged_utf8(data):
                text = data.decode("utf-8", "replace")
                warning = f"not valid UTF-8 at byte {error.start}; broken bytes became U+FFFD"
                return Document(text, _resolve_kind(text, kind), "utf-8", (warning,))
        encoding = _detect(data)
    text = data.decode(encoding, "replace")
    warnings: tuple[str, ...] = ()
    if "\ufffd" in text:
        warnings = (f"not valid {encoding}; broken bytes became U+FFFD",)
    return Document(text, _resolve_kind(text, kind), encoding, warnings)


def _unmarked_utf16(data: bytes) -> str:
    """ "utf-16-le" or "utf-16-be" when every second byte is mostly zero, else ""."""
    sample = data[:_SNIFFED]
    half = len(sample) // 2
    if half < 4:
        return ""
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.6 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 and odd < 0.1 else ""


def _refuse_binary(data: bytes) -> None:
    sample = data[:_SNIFFED]
    control = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    if control > _MAX_CONTROL_SHARE * len(sample):
        raise SourceError(
            f"binary data, not text or HTML (starts with {sample[:8].hex(' ')}); "
            "extract the text first"
        )


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few, rather than another encoding."""
    sample = data[:_SNIFFED]
    valid = len(sample.decode("utf-8", "ignore").encode("utf-8"))
    foreign = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    return len(sample) - valid < (1 - _MOSTLY) * foreign


def _detect(data: bytes) -> str:
    from bs4.dammit import EncodingDetector

    for encoding in EncodingDetector(data, is_html=True).encodings:
        try:
            data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
        return str(encoding)
    return "windows-1252"


def _resolve_kind(text: str, kind: str) -> Kind:
    if kind == "auto":
        return "html" if looks_like_html(text) else "text"
    return "html" if kind == "html" else "text"


def looks_like_html(text: str) -> bool:
    """Whether `text` is markup rather than prose that mentions some.

    True when it starts with a tag, or when most of its paragraphs hold tags.
    """
    sample = text[:_SNIFFED].removeprefix("\ufeff")
    if _HTML_START.match(sample):
        return True
    tags = list(_TAG.finditer(sample))
    if len(tags) < 3:
        return False
    paragraphs = [part for part in re.split(r"\n\s*\n", sample) if part.strip()]
    marked = sum(1 for part in paragraphs if _TAG.search(part))
    closing = sum(1 for tag in tags if tag.group().startswith("</"))
    return closing >= 2 and marked > len(paragraphs) / 2
