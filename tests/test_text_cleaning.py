"""Promises of text mode: only deletion, exact offsets, idempotence, any string gives a result."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shared_models import text_model

from spamstrip.labels import FAMILY_OF
from spamstrip.ngrams import code_points
from spamstrip.records import PRESETS, Document, Options
from spamstrip.text import analyze, cleaning, find_removals
from spamstrip.text.features import analyse
from spamstrip.text.model import Proposal, Span, TextModel
from spamstrip.text.pieces import undivided
from spamstrip.text.signals import measure
from spamstrip.text.tidy import keep, tidy_span, to_source

ARTICLE = (
    "Council delays harbour vote\n\n"
    "The city council postponed a decision on the harbour redevelopment on Tuesday after "
    "residents packed the chamber to object to the loss of public moorings.\n\n"
    '"We heard you," councillor Dana Reyes told the crowd. The proposal needs more work.\n\n'
    "The council will vote on the plan in March."
)
FORM = "Leave a Reply\n\nYour email address will not be published. Required fields are marked *"
RUN = "girişbrandone.combrandtwogiris.orgbrandthree.comKralbrandDeneme Bonusu Veren Siteler"


def cleaned(text: str, preset: str = "balanced") -> str:
    removed = find_removals(text, text_model(), preset)
    return keep(text, [(removal.start, removal.end) for removal in removed])


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


PIECES = st.sampled_from(
    [ARTICLE, FORM, RUN, "\n\n", "\n", "\r\n", " ", "", "*", "中文。", "🎰", "\0", "\ud800", "a.b",
     "Share this: Facebook Twitter", "© 2024 Example", "1xwin88.example "]
)  # fmt: skip
POLLUTED = st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=8).map("".join)


@settings(max_examples=60, deadline=None)
@given(text=POLLUTED, preset=st.sampled_from(PRESETS))
@example(text="", preset="balanced")
@example(text="\ud800\0\ufeff", preset="strict")
@example(text=ARTICLE + "\n\n" + FORM + " " + RUN, preset="balanced")
def test_only_deletion_exact_offsets_and_idempotence(text: str, preset: str) -> None:
    removed = find_removals(text, text_model(), preset)
    position = 0
    for removal in removed:
        assert position <= removal.start < removal.end <= len(text)
        assert text[removal.start : removal.end] == removal.text
        assert removal.label in FAMILY_OF
        assert FAMILY_OF[removal.label] != "body"
        assert 0.0 <= removal.score <= 1.0
        position = removal.end
    left = keep(text, [(removal.start, removal.end) for removal in removed])
    assert find_removals(left, text_model(), preset) == ()


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec=None), max_size=400))
def test_any_string_gives_a_result(text: str) -> None:
    result = analyze(Document(text, "text"), Options(), text_model())
    assert 0.0 <= result.spam_score <= 1.0
    assert result.rendered == result.text
    assert result.title == ""


def test_the_example_that_started_it_is_exact() -> None:
    article = (
        "...and the council will vote on the plan in March.\n"
        "Reporting was contributed by A. Writer and B. Writer."
    )
    assert cleaned(f"{article}\n\n{FORM} {RUN}Superbrand") == article


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_are_kept_as_they_are(newline: str) -> None:
    text = f"{ARTICLE}\n\n{FORM} {RUN}\n".replace("\n", newline)
    assert cleaned(text) == (ARTICLE + "\n").replace("\n", newline)


def test_a_clean_article_is_unchanged() -> None:
    assert cleaned(ARTICLE) == ARTICLE


def test_presets_only_move_the_threshold() -> None:
    thresholds = text_model().thresholds
    assert thresholds["gentle"] > thresholds["balanced"] > thresholds["strict"]
    text = f"{ARTICLE}\n\n{FORM} {RUN}"
    removed = [
        sum(len(r.text) for r in find_removals(text, text_model(), name)) for name in PRESETS
    ]
    assert removed[0] <= removed[1] <= removed[2]


def test_a_document_that_is_all_junk_is_kept_and_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    junk = f"{RUN} slot gacor casino bonus\nhttps://kralbet88.example slot gacor casino bonus"
    proposal = Proposal(undivided(len(junk)), [Span(0, len(junk) - 20, 0.9)])
    monkeypatch.setattr(TextModel, "propose", lambda _, codes: proposal)
    result = analyze(Document(junk, "text"), Options(), text_model())
    assert result.text == junk
    assert result.spam_score == 0.9


@pytest.mark.parametrize(
    ("text", "junk", "expected"),
    [
        ("End.\n\nJUNK", "JUNK", "End."),
        ("End.\n\nJUNK\n", "JUNK", "End.\n"),
        ("End. JUNK", "JUNK", "End."),
        ("End.JUNK", "JUNK", "End."),
        ("JUNK\n\nStart.", "JUNK", "Start."),
        ("One.\n\nJUNK\n\nTwo.", "JUNK", "One.\n\nTwo."),
        ("One.\n\nJUNK Two.", "JUNK", "One.\n\nTwo."),
        ("One. JUNK\n\nTwo.", "JUNK", "One.\n\nTwo."),
        ("One.JUNK\nTwo.", "JUNK", "One.\nTwo."),
        ("One JUNKTwo", "JUNK", "One Two"),
        ("OneJUNK Two", "JUNK", "One Two"),
        ("One.\r\nJUNK\r\nTwo.", "JUNK", "One.\r\nTwo."),
    ],
)
def test_white_space_is_tidied_at_the_cut(text: str, junk: str, expected: str) -> None:
    start = text.index(junk)
    assert keep(text, [tidy_span(text, start, start + len(junk))]) == expected


@given(
    text=st.text("abcdef", min_size=1, max_size=30),
    marks=st.lists(st.booleans(), min_size=30, max_size=30),
    bounds=st.tuples(st.integers(0, 30), st.integers(0, 30)),
)
def test_offsets_are_mapped_back_to_the_source(
    text: str, marks: list[bool], bounds: tuple[int, int]
) -> None:
    removed = [(index, index + 1) for index in range(len(text)) if marks[index]]
    left = keep(text, removed)
    start, end = sorted(min(bound, len(left)) for bound in bounds)
    spans = to_source(removed, start, end)
    assert "".join(text[first:last] for first, last in spans) == left[start:end]


def test_comments_can_be_kept() -> None:
    text = f"{ARTICLE}\n\n{FORM}"
    for removal in find_removals(text, text_model(), "balanced"):
        assert removal.family == "boilerplate"
    kept = analyze(Document(text, "text"), Options(include_comments=True), text_model())
    assert all(removal.label != "comment" for removal in kept.removed)


def test_neighbouring_spans_take_one_gap_together() -> None:
    text = "One ends here.\n\nLeave a Reply\nYour email *\n\nTwo starts here."
    model = text_model()
    segments = analyse(measure(code_points(text), model.tables), model.tables).segments
    first, second = text.index("Leave"), text.index("Your")
    spans = [Span(first, second, 0.9), Span(second, text.index("Two"), 0.95)]
    (group,) = cleaning._touching(text, spans)
    removed = cleaning._removals(text, segments, group, model)
    assert [removal.end for removal in removed[:-1]] == [removal.start for removal in removed[1:]]
    assert {removal.score for removal in removed} == {0.9, 0.95}
    left = keep(text, [(removal.start, removal.end) for removal in removed])
    assert left == "One ends here.\n\nTwo starts here."


def test_a_proposed_span_of_white_space_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "JUNK\nThe first boat leaves on 2 April, the chair of the harbour board said on Monday."
    proposals = [Proposal(undivided(len(text)), [Span(0, 4, 0.99), Span(4, 5, 0.2)]), None]
    monkeypatch.setattr(TextModel, "propose", lambda _, codes: proposals.pop(0))
    (removal,) = find_removals(text, text_model(), "balanced")
    assert removal.text == "JUNK\n"
