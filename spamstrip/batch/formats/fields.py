"""The fields a run can add to every record, under one prefix so that none is overwritten."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from ...records import Result
from ..items import SPAM_VERDICT, Status

PREFIX: Final = "spamstrip_"

_OF_RESULT: Final[dict[str, Callable[[Result], Any]]] = {
    "title": lambda result: result.title,
    "kind": lambda result: result.kind,
    "labels": lambda result: sorted({removal.label for removal in result.removed}),
    "removed": lambda result: [
        {
            "label": removal.label,
            "family": removal.family,
            "score": round(float(removal.score), 6),
            "start": removal.start,
            "end": removal.end,
            "text": removal.text,
        }
        for removal in result.removed
    ],
    "spam_score": lambda result: round(float(result.spam_score), 6),
    "spam": lambda result: bool(result.spam_score >= SPAM_VERDICT),
}

FIELDS: Final = (*_OF_RESULT, "status", "error")
"""What `--fields` accepts. `status` is the outcome, `error` why a document was not cleaned."""


def extra_fields(
    wanted: Sequence[str], result: Result | None, status: Status, detail: str = ""
) -> dict[str, Any]:
    """The wanted fields with their prefix; None for what a document not cleaned cannot have."""
    values: dict[str, Any] = {}
    for name in wanted:
        if name == "status":
            value: Any = status
        elif name == "error":
            value = detail or None
        else:
            value = _OF_RESULT[name](result) if result is not None else None
        values[PREFIX + name] = value
    return values
