"""Names of files: what they say of a document's kind, and what a cleaned one is called."""

import hashlib
import os
from collections.abc import Callable, Iterable
from typing import Final

from .storage import split_compression

KIND_OF: Final = {".html": "html", ".htm": "html", ".xhtml": "html", ".txt": "text"}
EXTENSION_OF: Final = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json"}

NAME_BYTES: Final = 255
"""The longest file name that common file systems take."""


def document_kind(name: str) -> str | None:
    """ "html" or "text" by extension, None for other files."""
    stem, _ = split_compression(name)
    return KIND_OF.get(os.path.splitext(stem)[1].lower())  # noqa: PTH122


def claim_names(
    names: Iterable[str], rename: Callable[[str], str], reserved: Iterable[str] = ()
) -> dict[str, str]:
    """Give each file of one directory an output name of its own, whatever else is there.

    A file whose name would not change keeps it; of the others, one that alone wants a name
    gets it; files that compete keep their whole name and add the extension (`a.html` and
    `a.htm` become `a.html.txt` and `a.htm.txt`), then a number. Names too long for a file
    system are cut and marked with a digest of the whole name.
    """
    names = list(names)
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(_fit(rename(name)), []).append(name)
    claimed: dict[str, str] = {}
    taken = set(reserved)
    for target, owners in wanted.items():
        if target in owners and target not in taken:
            claimed[target] = target
            taken.add(target)
    for target, owners in wanted.items():
        if len(owners) == 1 and owners[0] not in claimed and target not in taken:
            claimed[owners[0]] = target
            taken.add(target)
    for name in names:
        if name in claimed:
            continue
        suffix = _target_suffix(rename(name))
        candidate, number = _fit(name + suffix), 1
        while candidate in taken:
            number += 1
            candidate = _fit(f"{name}~{number}{suffix}")
        claimed[name] = candidate
        taken.add(candidate)
    return claimed


def _fit(name: str) -> str:
    if len(os.fsencode(name)) <= NAME_BYTES:
        return name
    suffix = _target_suffix(name)
    mark = "~" + hashlib.sha256(os.fsencode(name)).hexdigest()[:16] + suffix
    stem = name[: -len(suffix)] if suffix else name
    while len(os.fsencode(stem + mark)) > NAME_BYTES:
        stem = stem[:-1]
    return stem + mark


def _target_suffix(target: str) -> str:
    stem, compression = split_compression(target)
    return os.path.splitext(stem)[1] + compression  # noqa: PTH122


def output_name(output: str) -> Callable[[str], str]:
    """The rule that renames a document file for an output format, compression kept."""

    def rename(name: str) -> str:
        stem, compression = split_compression(name)
        return os.path.splitext(stem)[0] + EXTENSION_OF[output] + compression  # noqa: PTH122

    return rename
