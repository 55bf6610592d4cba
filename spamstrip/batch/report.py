"""Counting what a run did: the tally, `_report.json` and the summary on one screen."""

import heapq
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..labels import FAMILY_OF
from .items import SPAM_VERDICT, STATUSES, Answer

LISTED: Final = 20
"""Slowest and most spam-heavy documents that are named."""

FAILURES_LISTED: Final = 1000
UNKNOWN_LANGUAGE: Final = "unknown"


@dataclass(slots=True)
class Tally:
    """What happened to a set of documents; adding two tallies gives the tally of both sets.

    Attributes:
        earlier: those of them that an earlier run had finished.
        removed: label -> [spans, characters].
        languages: language -> [documents, spans, characters removed].
        slowest, spammiest: heaps of (seconds or score, name), the `LISTED` largest.
        skips, failures: (name, why), the first ones.
    """

    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    earlier: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    seconds: float = 0.0
    warnings: int = 0
    spam_heavy: int = 0
    removed: dict[str, list[int]] = field(default_factory=dict)
    languages: dict[str, list[int]] = field(default_factory=dict)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    spammiest: list[tuple[float, str]] = field(default_factory=list)
    skips: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """Outcomes counted."""
        return sum(self.statuses.values())

    def add(self, name: str, answer: Answer, bytes_in: int, bytes_out: int) -> None:
        """Count one document."""
        self.statuses[answer.status] += 1
        self.bytes_in += bytes_in
        self.bytes_out += bytes_out
        self.seconds += answer.seconds
        self.warnings += answer.warnings
        spans = sum(count for _, count, _ in answer.removed)
        characters = sum(count for _, _, count in answer.removed)
        _add(self.languages, _language(answer.language), [1, spans, characters])
        for label, *counts in answer.removed:
            _add(self.removed, label, counts)
        if answer.spam_score >= SPAM_VERDICT:
            self.spam_heavy += 1
            _keep_largest(self.spammiest, (round(answer.spam_score, 4), name))
        if answer.seconds:
            _keep_largest(self.slowest, (round(answer.seconds, 4), name))
        if answer.status == "skipped" and len(self.skips) < LISTED:
            self.skips.append((name, answer.detail))
        if answer.status == "failed" and len(self.failures) < FAILURES_LISTED:
            self.failures.append((name, answer.detail))

    def merge(self, other: "Tally") -> None:
        """Add another tally to this one."""
        for status, count in other.statuses.items():
            self.statuses[status] += count
        for name in ("earlier", "bytes_in", "bytes_out", "seconds", "warnings", "spam_heavy"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in ((self.removed, other.removed), (self.languages, other.languages)):
            for key, counts in theirs.items():
                _add(mine, key, counts)
        for entry in other.slowest:
            _keep_largest(self.slowest, entry)
        for entry in other.spammiest:
            _keep_largest(self.spammiest, entry)
        self.skips.extend(other.skips[: LISTED - len(self.skips)])
        self.failures.extend(other.failures[: FAILURES_LISTED - len(self.failures)])

    def to_dict(self) -> dict[str, Any]:
        """The form in which a manifest keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> "Tally":
        """The inverse of `to_dict`, after a trip through JSON: all of it is an earlier run's."""
        tally = cls(**record)
        tally.earlier = tally.documents
        tally.slowest = [(value, name) for value, name in tally.slowest]
        tally.spammiest = [(value, name) for value, name in tally.spammiest]
        tally.skips = [(name, detail) for name, detail in tally.skips]
        tally.failures = [(name, detail) for name, detail in tally.failures]
        return tally


def _language(tag: str) -> str:
    """The primary language of a tag. Anything else that pages write there is unknown."""
    primary = tag.strip().lower().replace("_", "-").partition("-")[0]
    return (
        primary
        if primary.isascii() and primary.isalpha() and len(primary) in (2, 3)
        else UNKNOWN_LANGUAGE
    )


def _add(table: dict[str, list[int]], key: str, counts: list[int]) -> None:
    row = table.setdefault(key, [0] * len(counts))
    for column, count in enumerate(counts):
        row[column] += count


def _keep_largest(heap: list[tuple[float, str]], entry: tuple[float, str]) -> None:
    if len(heap) < LISTED:
        heapq.heappush(heap, entry)
    else:
        heapq.heappushpop(heap, entry)


def make_report(tally: Tally, run: Mapping[str, Any]) -> dict[str, Any]:
    """The content of `_report.json`; `run` holds what the tally does not know (settings, time)."""
    return {
        **run,
        "documents": tally.documents,
        "from_earlier_runs": tally.earlier,
        "outcomes": dict(tally.statuses),
        "bytes_in": tally.bytes_in,
        "bytes_out": tally.bytes_out,
        "cleaning_seconds": round(tally.seconds, 3),
        "warnings": tally.warnings,
        "removed_by_label": {
            label: {"family": FAMILY_OF.get(label, "body"), "spans": spans, "characters": size}
            for label, (spans, size) in sorted(tally.removed.items())
        },
        "by_language": {
            language: {"documents": documents, "removed_spans": spans, "removed_characters": size}
            for language, (documents, spans, size) in sorted(tally.languages.items())
        },
        "spam_heavy": {
            "documents": tally.spam_heavy,
            "highest": [
                {"document": name, "spam_score": score}
                for score, name in sorted(tally.spammiest, reverse=True)
            ],
        },
        "slowest": [
            {"document": name, "seconds": seconds}
            for seconds, name in sorted(tally.slowest, reverse=True)
        ],
        "skipped": [{"document": name, "detail": detail} for name, detail in tally.skips],
        "failures": [{"document": name, "detail": detail} for name, detail in tally.failures],
    }


def print_report(report: Mapping[str, Any]) -> str:
    """The JSON text of a report: readable in every script, valid for names that are not UTF-8."""
    text = json.dumps(report, ensure_ascii=False, indent=1)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(report, indent=1)
    return text + "\n"


def summarize(report: Mapping[str, Any]) -> str:
    """The summary of a report for people, at most one screen."""
    outcomes, seconds = report["outcomes"], report["seconds"]
    earlier: int = report["from_earlier_runs"]
    rate = (report["documents"] - earlier) / seconds if seconds else 0.0
    counts = ", ".join(f"{outcomes[status]:,} {status}" for status in STATUSES)
    resumed = f", {earlier:,} of them finished by an earlier run" if earlier else ""
    lines = [
        f"{plural(report['documents'], 'document')}{resumed}: {counts}",
        f"{_size(report['bytes_in'])} in, {_size(report['bytes_out'])} out, "
        f"{seconds:,.1f} s, {rate:,.1f} documents per second",
        *_removed_lines(report),
    ]
    lines.extend(
        f"slowest: {entry['document']} ({entry['seconds']:.2f} s)"
        for entry in report["slowest"][:1]
    )
    if report["ignored_files"]:
        lines.append(f"ignored: {plural(report['ignored_files'], 'other file')}")
    lines += _named("skipped", report["skipped"], outcomes["skipped"], 1)
    lines += _named("failed", report["failures"], outcomes["failed"], 5)
    return "\n".join(lines)


def plural(count: int, noun: str) -> str:
    """ "1 document", "2,000 documents"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _removed_lines(report: Mapping[str, Any]) -> list[str]:
    """What was removed by label and by language, the most frequent ones."""
    lines = []
    labels, languages = report["removed_by_label"], report["by_language"]
    if labels:
        ranked = sorted(labels.items(), key=lambda item: -item[1]["characters"])[:8]
        found = ", ".join(f"{label} {row['characters']:,}" for label, row in ranked)
        lines.append(f"characters removed: {found}")
    if set(languages) - {UNKNOWN_LANGUAGE}:
        ranked = sorted(languages.items(), key=lambda item: -item[1]["documents"])[:8]
        found = ", ".join(
            f"{name} {row['documents']:,} ({row['removed_characters']:,})" for name, row in ranked
        )
        lines.append(f"documents by language (characters removed): {found}")
    if spam := report["spam_heavy"]["documents"]:
        lines.append(f"spam-heavy: {plural(spam, 'document')}")
    return lines


def _named(outcome: str, entries: list[dict[str, str]], count: int, most: int) -> list[str]:
    """A line for each of the first documents of an outcome, and how many there are besides."""
    lines = [f"{outcome}: {entry['document']}: {entry['detail']}" for entry in entries[:most]]
    if count > most:
        lines.append(f"{outcome}: {count - most:,} more, see the report")
    return lines


def _size(count: int) -> str:
    value = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000:
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= 1000
    return f"{value:,.1f} TB"
