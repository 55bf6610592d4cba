"""Long texts are looked at piece by piece: nothing is lost at the seams, and memory is bounded."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_models import text_model

from spamstrip.ngrams import code_points
from spamstrip.text import find_removals, model
from spamstrip.text.features import analyse
from spamstrip.text.pieces import joined, pieces, undivided
from spamstrip.text.signals import Signals, Tables, measure

PARAGRAPH = (
    "The harbour board has approved a two-year trial of night ferries between the islands. "
    "Ticket prices stay the same until the summer, the board's chair said on Monday.\n\n"
)
RUN = "kralbet.comSuperbet Deneme Bonusu Veren Sitelerwww.slottwogiris.orgCanl\u0131 Casino"
LONG = PARAGRAPH * (300_000 // len(PARAGRAPH))


@settings(max_examples=100, deadline=None)
@given(text=st.text("ab \n", max_size=120), longest=st.integers(4, 40))
def test_pieces_joined_are_the_text_and_none_is_too_long(text: str, longest: int) -> None:
    bounds = list(pieces(code_points(text), longest))
    assert [start for start, _ in bounds] == [0, *(end for _, end in bounds[:-1])]
    assert bounds[-1][1] == len(text)
    assert all(end - start <= longest for start, end in bounds)
    for start, end in bounds[:-1]:
        late = text[start + longest // 2 : start + longest]
        assert text[end - 1] == "\n" or "\n" not in late


def test_the_segments_of_pieces_are_those_of_the_text() -> None:
    tables = text_model().tables
    texts = ("One line.\nAnother.\n", "A third one. And more\n", "The end.")
    parts = [analyse(measure(code_points(text), tables), tables).segments for text in texts]
    whole = analyse(measure(code_points("".join(texts)), tables), tables).segments
    found = joined(parts)
    assert np.array_equal(found.cuts, whole.cuts)
    assert np.array_equal(found.kinds, whole.kinds)
    assert np.array_equal(found.line, whole.line)
    assert joined([undivided(5), undivided(3)]).cuts.tolist() == [0, 5, 8]


def test_junk_in_any_piece_is_cut_at_the_character() -> None:
    text = f"{LONG}{RUN}\n\n{LONG.rstrip()}\n\n{RUN}"
    assert len(list(pieces(code_points(text)))) > 2
    removals = find_removals(text, text_model(), "balanced")
    assert [removal.text.strip() for removal in removals] == [RUN, RUN]
    assert all(text[item.start : item.end] == item.text for item in removals)
    assert all(one.end <= other.start for one, other in pairwise(removals))


def test_no_more_than_a_piece_is_measured_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []

    def counting(codes: npt.NDArray[np.uint32], tables: Tables) -> Signals:
        measured.append(len(codes))
        return measure(codes, tables)

    monkeypatch.setattr(model, "measure", counting)
    text_model().propose(code_points(LONG))
    assert sum(measured) == len(LONG)
    assert max(measured) <= 1 << 18


def test_a_long_clean_text_stays_as_it_is() -> None:
    assert find_removals(LONG, text_model(), "balanced") == ()
