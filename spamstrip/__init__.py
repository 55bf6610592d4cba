"""Give it a polluted page or text, get the article back and nothing else.

Example:
    >>> import spamstrip
    >>> spamstrip.clean("The council will vote on the plan in March.")
    'The council will vote on the plan in March.'
"""

from typing import TYPE_CHECKING

from .cleaner import Cleaner
from .errors import ModelError, OptionError, SourceError, SpamstripError
from .records import Kind, Metadata, Output, Preset, Removal, Result

if TYPE_CHECKING:
    from typing import Literal

    from bs4 import Tag

__version__ = "0.1.0"

__all__ = [
    "Cleaner",
    "Metadata",
    "ModelError",
    "OptionError",
    "Removal",
    "Result",
    "SourceError",
    "SpamstripError",
    "analyze",
    "clean",
]


def clean(
    source: "str | bytes | Tag",
    *,
    kind: "Literal['auto'] | Kind" = "auto",
    output: Output = "text",
    preset: Preset = "balanced",
    include_title: bool = True,
    include_captions: bool = True,
    include_comments: bool = False,
) -> str:
    """Return the main content of a page or text, without boilerplate and spam.

    Args:
        source: HTML or plain text, as `str`, `bytes` or a BeautifulSoup tree.
        kind: how to read `source`; "auto" tells HTML from text by its look.
        output: the format of the answer: "text", "markdown", "html" (sanitised) or "json"
            (the whole `Result`).
        preset: how much to remove: "gentle", "balanced" or "strict".
        include_title: HTML only: keep the page's title.
        include_captions: HTML only: keep captions of figures and tables.
        include_comments: keep readers' comments.

    Returns:
        The kept content. Plain text comes back as slices of the input, in order.

    Raises:
        OptionError: an option has a value that is not allowed.
        SourceError: `source` is binary data or of a wrong type.
        ModelError: the model file is missing, damaged or of another version.

    Example:
        >>> clean("The vote is in March.")
        'The vote is in March.'
    """
    return Cleaner(
        kind=kind,
        output=output,
        preset=preset,
        include_title=include_title,
        include_captions=include_captions,
        include_comments=include_comments,
    ).clean(source)


def analyze(
    source: "str | bytes | Tag",
    *,
    kind: "Literal['auto'] | Kind" = "auto",
    output: Output = "text",
    preset: Preset = "balanced",
    include_title: bool = True,
    include_captions: bool = True,
    include_comments: bool = False,
) -> Result:
    """Like `clean`, but return the whole `Result`: kept text, removals, scores, metadata."""
    return Cleaner(
        kind=kind,
        output=output,
        preset=preset,
        include_title=include_title,
        include_captions=include_captions,
        include_comments=include_comments,
    ).analyze(source)
