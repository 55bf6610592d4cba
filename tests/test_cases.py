"""Whole documents with a hand-written answer; adding a case is adding a folder, no code.

`fixtures/cases/<slug>/`: `input.html` or `input.txt`, `expected.txt`, `note.md` and
`expected.json` with
    kind            "html" or "text"
    removed         labels or families of which at least one removed span must exist each
    options         optional, options of `spamstrip.analyze`
    xfail           optional, why the text is not right yet; passing then fails the test
    xfail_removed   optional, the same for the labels

A text is compared character by character, only newlines at the very end aside; a clean text
must come back byte for byte. A page is compared line by line, white space folded.
"""

import difflib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import spamstrip
from spamstrip.labels import FAMILY_OF

CASES = Path(__file__).parent.parent / "fixtures" / "cases"
SLUGS = sorted(path.name for path in CASES.iterdir() if path.is_dir())


@dataclass(frozen=True)
class Case:
    source: bytes
    expected: str
    record: dict[str, Any]

    @property
    def kind(self):
        return self.record["kind"]


def read(slug):
    record = json.loads((CASES / slug / "expected.json").read_text(encoding="utf-8"))
    suffix = "html" if record["kind"] == "html" else "txt"
    source = (CASES / slug / f"input.{suffix}").read_bytes()
    expected = (CASES / slug / "expected.txt").read_bytes().decode("utf-8")
    return Case(source, expected, record)


@cache
def result_of(slug):
    case = read(slug)
    options = case.record.get("options", {})
    return spamstrip.analyze(case.source, kind=case.kind, **options)


def folded_lines(text):
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def parameters(key):
    """One parameter per case, marked where its `expected.json` names a known failure."""
    marked = []
    for slug in SLUGS:
        reason = read(slug).record.get(key)
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        marked.append(pytest.param(slug, id=slug, marks=marks))
    return marked


def difference(expected, found):
    lines = difflib.unified_diff(expected, found, "expected", "found", lineterm="", n=1)
    return "\n".join(line[:300] for line in lines)


@pytest.mark.parametrize("slug", parameters("xfail"))
def test_the_article_comes_back(slug):
    case, found = read(slug), result_of(slug).text
    if case.kind == "html":
        expected_lines, found_lines = folded_lines(case.expected), folded_lines(found)
        if found_lines != expected_lines:
            pytest.fail(difference(expected_lines, found_lines), pytrace=False)
        return
    if case.expected.encode() != case.source:
        case_expected, found = case.expected.rstrip("\r\n"), found.rstrip("\r\n")
    else:
        case_expected = case.expected
    if found != case_expected:
        lines = [text.splitlines(keepends=True) for text in (case_expected, found)]
        pytest.fail(difference(*([repr(line) for line in part] for part in lines)), pytrace=False)


@pytest.mark.parametrize("slug", parameters("xfail_removed"))
def test_what_was_removed_is_named(slug):
    removed = result_of(slug).removed
    names = {removal.label for removal in removed} | {removal.family for removal in removed}
    missing = set(read(slug).record["removed"]) - names
    assert not missing, f"not among the removed: {sorted(missing)}; found: {sorted(names)}"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_case_is_well_formed(slug):
    case = read(slug)
    assert case.expected.strip()
    assert (CASES / slug / "note.md").read_text(encoding="utf-8").strip()
    assert set(case.record["removed"]) <= {*FAMILY_OF, *FAMILY_OF.values()}
    if case.kind == "text":
        kept = iter(case.source.decode("utf-8"))
        assert all(character in kept for character in case.expected.rstrip("\n")), (
            "a text answer deletes, it never adds"
        )
