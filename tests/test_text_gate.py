"""The first look at a document: cheap facts, and nothing that is junk leaves unseen."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_models import text_model

from spamstrip.ngrams import code_points
from spamstrip.text.gate import GATE_FEATURES, gate_features
from spamstrip.text.signals import measure

ARTICLE = (
    "The harbour board has approved a two-year trial of night ferries between the islands. "
    "Ticket prices stay the same until the summer, the board's chair said on Monday.\n\n"
    "Critics fear the noise. Ellen Marsh, who lives above the pier, has collected four hundred "
    "signatures.\n\nThe first boat leaves on 2 April."
)

FORM = "Leave a Reply\n\nYour email address will not be published. Required fields are marked *"
RUN = "kralbet.comSuperbet Deneme Bonusu Veren Sitelerslottwogiris.orgCanlı Casino"


def _row(text: str) -> npt.NDArray[np.float32]:
    tables = text_model().tables
    return gate_features(measure(code_points(text), tables), tables.known)


def _facts(text: str, *names: str) -> list[float]:
    row = _row(text)[0]
    return [float(row[GATE_FEATURES.index(name)]) for name in names]


def _odds(text: str) -> float:
    return float(text_model().forests.gate.decision(_row(text))[0, 0])


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(codec=None), min_size=1, max_size=400))
def test_any_text_has_the_named_facts(text: str) -> None:
    row = _row(text)
    assert row.shape == (1, len(GATE_FEATURES))
    assert np.isfinite(row).all()


@pytest.mark.parametrize("junk", [f"\n\n{FORM}", f"\n\n{RUN}", RUN])
def test_junk_is_looked_at_and_speaks_louder_than_the_article(junk: str) -> None:
    assert _odds(ARTICLE + junk) >= text_model().decoding.least_gate
    assert _odds(ARTICLE + junk) > _odds(ARTICLE) + 1


def test_lines_that_are_known_interface_strings_are_counted() -> None:
    assert _facts(ARTICLE, "known_lines", "known_share") == [0, 0]
    lines, share = _facts(f"{ARTICLE}\n\n  {FORM}\n", "known_lines", "known_share")
    assert lines == 2
    assert 0 < share < 0.5


def test_what_is_glued_together_is_counted() -> None:
    names = ("glued_case", "glued_mark", "glued_digit", "glued_script")
    assert _facts("One word. Two words, three and 12.", *names) == [0, 0, 0, 0]
    assert _facts("siteKral", *names) == [1, 0, 0, 0]
    assert _facts("end.Kral (one)two", *names) == [0, 2, 0, 0]
    assert _facts("24bet", *names) == [0, 0, 1, 0]
    assert _facts("казиноbet", *names) == [0, 0, 0, 1]


def test_lines_are_counted_and_measured() -> None:
    names = ("open_lines", "open_lines_at_end", "shortest", "last")
    open_lines, at_end, shortest, last = _facts("A whole sentence.\n\n No end \n1234567", *names)
    assert open_lines == pytest.approx(2 / 3)
    assert at_end == 2
    assert shortest == pytest.approx(math.log1p(len("No end")))
    assert last == pytest.approx(math.log1p(7))
