"""The first look at a document: cheap facts, and nothing that is junk leaves unseen."""

import numpy as np
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


def _odds(text: str) -> float:
    row = gate_features(measure(code_points(text), text_model().tables), text_model().tables.known)
    return float(text_model().forests.gate.decision(row)[0, 0])


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(codec=None), min_size=1, max_size=400))
def test_any_text_has_the_named_facts(text: str) -> None:
    row = gate_features(measure(code_points(text), text_model().tables), text_model().tables.known)
    assert row.shape == (1, len(GATE_FEATURES))
    assert np.isfinite(row).all()


@pytest.mark.parametrize("junk", [f"\n\n{FORM}", f"\n\n{RUN}", RUN])
def test_junk_is_looked_at_and_speaks_louder_than_the_article(junk: str) -> None:
    assert _odds(ARTICLE + junk) >= text_model().decoding.least_gate
    assert _odds(ARTICLE + junk) > _odds(ARTICLE) + 1


def test_lines_that_are_known_interface_strings_are_counted() -> None:
    def known(text: str) -> tuple[float, float]:
        tables = text_model().tables
        row = gate_features(measure(code_points(text), tables), tables.known)[0]
        return row[GATE_FEATURES.index("known_lines")], row[GATE_FEATURES.index("known_share")]

    assert known(ARTICLE) == (0, 0)
    lines, share = known(f"{ARTICLE}\n\n  {FORM}\n")
    assert lines == 2
    assert 0 < share < 0.5
