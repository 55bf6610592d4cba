"""The phrasebook: every entry is well formed, filled the same way each time, and divided fairly."""

import dataclasses

import numpy as np
import pytest

pytest.importorskip("sklearn")

from spamstrip.training import phrasebook
from spamstrip.training.text_data import Folds, Item, Material

_ENTRIES = list(phrasebook.entries())


def test_every_language_has_every_kind() -> None:
    kinds: dict[str, set[str]] = {}
    for entry in _ENTRIES:
        kinds.setdefault(entry.language, set()).add(entry.kind)
    assert len(kinds) >= 40
    assert {
        language for language, found in kinds.items() if found != set(phrasebook.KINDS)
    } == set()


def test_entries_are_filled_and_the_same_each_time() -> None:
    assert not [entry for entry in _ENTRIES if "{" in entry.text or not entry.text.strip()]
    assert list(phrasebook.entries()) == _ENTRIES


def test_variants_of_an_entry_differ() -> None:
    rng = np.random.default_rng(0)
    found = {phrasebook.filled("Play at {brand}, {domain}, call {phone}", rng) for _ in range(20)}
    assert len(found) == 20


def test_unknown_placeholders_are_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown placeholder \{city\}"):
        phrasebook.filled("Movers in {city}", np.random.default_rng(0))


def _items(group: str, *, written: bool) -> tuple[Item, ...]:
    return tuple(
        Item(f"Text {n} of {group}", "en", f"{group}-{n // 2}", "gambling", f"{group}-{n}", written)
        for n in range(40)
    )


def test_the_phrasebook_is_divided_entry_by_entry_and_can_be_left_out() -> None:
    empty = Material(**dict.fromkeys(Material.__slots__, ()))
    spam = _items("collected", written=False) + _items("phrasebook", written=True)
    material = dataclasses.replace(empty, spam=spam)
    assert material.collected().spam == _items("collected", written=False)
    for familiar in (False, True):
        folds = dataclasses.replace(Folds.split(material, 4, seed=0), familiar=familiar)
        written = [item for item in spam if item.written]
        by_group = {item.group: folds.of("spam", item) for item in written}
        assert set(by_group.values()) == {0, 1, 2, 3}
        assert all(folds.of("spam", item) == by_group[item.group] for item in written)
