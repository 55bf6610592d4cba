"""Addresses of links and images: resolved, and refused when they are not plain web addresses."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urljoin, urlsplit

_LINK_SCHEMES: Final = frozenset(("http", "https", "mailto", "tel"))
_IMAGE_SCHEMES: Final = frozenset(("http", "https"))
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
# Browsers read a backslash as a slash; what stands before an @ is a name and a password.
_HOST: Final = re.compile(
    r"\s*(?:https?:)?[/\\]{2}(?:[^/?#\\]*@)?(?:www\.)?(\[[^\]/?#\\]*\]|[^/?#:\\]*)", re.IGNORECASE
)
# Where pages put the real address of an image that a script loads late.
_LAZY: Final = ("data-src", "data-lazy-src", "data-original", "src")


def resolve(address: str, base: str, schemes: frozenset[str]) -> str:
    """An absolute or relative address with one of `schemes`; "" when it has none of them.

    Control characters are taken out first, as browsers do, so that they cannot hide a scheme.
    """
    address = _CONTROL.sub("", address).strip().replace(" ", "%20")
    if not address or (address[0] == "#" and not base):
        return ""
    if address.startswith("//"):
        address = f"{urlsplit(base).scheme or 'https'}:{address}"
    try:
        absolute = urljoin(base, address) if base else address
        scheme = urlsplit(absolute).scheme.lower()
    except ValueError:
        return ""
    # Without a scheme it is relative, unless a colon could be read as the end of one.
    if scheme in schemes:
        return absolute
    colon = ":" in absolute.partition("/")[0]
    return "" if scheme or colon else absolute


def resolve_link(href: str, base: str) -> str:
    """The target of a link; "" when the link should not be one."""
    return resolve(href, base, _LINK_SCHEMES)


def resolve_image(attributes: Mapping[str, str | None], base: str) -> str:
    """The address of an image, late loading and `srcset` seen through; "" for tracking pixels."""
    if attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
        return ""
    for name in _LAZY:
        if address := resolve(attributes.get(name) or "", base, _IMAGE_SCHEMES):
            return address
    for name in ("srcset", "data-srcset"):
        first = (attributes.get(name) or "").strip().partition(" ")[0].rstrip(",")
        if address := resolve(first, base, _IMAGE_SCHEMES):
            return address
    return ""


def host_of(address: str) -> str:
    """The host of an absolute web address, without "www."; "" for all others."""
    found = _HOST.match(address)
    return found[1].strip().lower() if found else ""


def base_address(declared: str, url: str) -> str:
    """What relative addresses are resolved against: the page's `<base href>` or its own URL.

    "" when neither is an absolute web address.
    """
    for candidate in (declared, url):
        try:
            absolute = urljoin(url, candidate.strip()) if candidate else ""
            parts = urlsplit(absolute)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return absolute
    return ""
