"""The composer of polluted documents: seeded, gold spans exact, sources never mixed over folds."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("sklearn")

from spamstrip.labels import FAMILY_OF
from spamstrip.training.composer import (
    CLEAN_VARIANTS,
    HARD_VARIANTS,
    POLLUTED_VARIANTS,
    VARIANTS,
    Composed,
    Composer,
)
from spamstrip.training.text_articles import Extras, with_ending
from spamstrip.training.text_blocks import Parts
from spamstrip.training.text_data import EVERY, Folds, Item, Material
from spamstrip.training.text_junk import spam_sentences
from spamstrip.training.text_obfuscation import OBFUSCATIONS, obfuscate
from spamstrip.training.text_tables import interface_lines


def _items(label: str, texts: list[str], groups: str, language: str = "en") -> tuple[Item, ...]:
    return tuple(
        Item(text, language, groups[index % len(groups)], label, f"{label}-{index}")
        for index, text in enumerate(texts)
    )


def _material() -> Material:
    articles = [
        f"Title number {n}\n\nThe first paragraph of story {n} is here. It has two sentences.\n\n"
        f"The second paragraph quotes Anna Berg. Nobody else spoke.\n\nStory {n} ends."
        for n in range(12)
    ]
    strings = [f"Interface string number {n} of some kind" for n in range(12)]
    return Material(
        articles=_items("body", articles, "abc"),
        web_articles=(),
        hard_negatives=_items("body", ["A law about casinos and loans says this."] * 4, "ab"),
        ham_comments=_items("comment", ["I liked this story a lot."] * 4, "ab"),
        strings=_items("comment_form", strings, "xy") + _items("navigation", strings, "xy"),
        forms=_items("comment_form", ["Leave a Reply\nName\nEmail\nPost Comment"] * 4, "xy"),
        blocks=_items("footer", ["All rights reserved by the story house"] * 4, "xy"),
        endings=_items("body", ["Translated by Ada Berg"] * 4, "ab"),
        spam=_items(
            "gambling", ["Play at our casino tonight and win a very big bonus now"] * 6, "pq"
        ),
        spam_domains=_items("gambling", [f"brand{n}.example" for n in range(20)], "0123", ""),
        ordinary_domains=_items("body", [f"paper{n}.example" for n in range(20)], "0123", ""),
        brands=_items("gambling", [f"zorba{n}" for n in range(8)], "0123", "tr"),
    )


@pytest.fixture(scope="module")
def composed() -> list[Composed]:
    composer = Composer(_material(), seed=7)
    return [composer.compose(variant, "en") for variant in VARIANTS for _ in range(15)]


def test_spans_are_ordered_exact_and_labelled(composed: list[Composed]) -> None:
    for document in composed:
        position = 0
        for span in document.spans:
            text = document.text[span.start : span.end]
            assert position <= span.start < span.end <= len(document.text)
            assert text == text.strip()
            assert FAMILY_OF[span.label] != "body"
            position = span.end


def test_only_polluted_variants_have_junk(composed: list[Composed]) -> None:
    for document in composed:
        if document.variant in POLLUTED_VARIANTS:
            assert document.spans, document.variant
        else:
            assert document.variant in CLEAN_VARIANTS + HARD_VARIANTS
            assert document.spans == ()
            assert document.clean == document.text


def test_the_clean_text_is_the_article(composed: list[Composed]) -> None:
    by_name = {item.name: item.text.split() for item in _material().articles}
    checked = 0
    for document in composed:
        words = document.clean.split()
        article = by_name[document.article]
        if document.variant.startswith("run_glued") and words == article[: len(words)]:
            checked += 1
    assert checked > 5


def test_the_same_seed_gives_the_same_documents() -> None:
    first = list(Composer(_material(), seed=3).documents(30))
    assert first == list(Composer(_material(), seed=3).documents(30))
    assert first != list(Composer(_material(), seed=4).documents(30))


def test_variants_and_languages_can_be_chosen() -> None:
    documents = Composer(_material(), seed=1).documents(
        20, variants=("form", "run_head"), languages=("en",)
    )
    assert {document.variant for document in documents} == {"form", "run_head"}


def test_glued_runs_touch_the_body() -> None:
    for document in Composer(_material(), seed=2).documents(20, variants=("run_glued",)):
        (span,) = document.spans
        assert not document.text[span.start - 1].isspace()


def test_a_headline_between_two_blocks_of_furniture_stays() -> None:
    composer = Composer(_material(), seed=5)
    kept = [composer.compose("furniture", "en") for _ in range(40)]
    # Each article begins with a title of its own, so a second one was put above it.
    with_headline = [item for item in kept if item.clean.count("Title number") == 2]
    assert len(with_headline) > 10
    assert any(
        item.text[first.end : second.start].strip().startswith("Title number")
        for item in with_headline
        for first, second in pairwise(item.spans)
    )


def test_whole_blocks_are_taken_apart_to_make_new_ones() -> None:
    blocks = [
        ("related", "Read also:\n- The ferryman who stayed\n- Fog over the pier"),
        ("related", "SEE ALSO: How pears are cured"),
        ("navigation", "Home > Sport > Rowing"),
        ("navigation", "News\nCulture\nWeather\nContact"),
        ("navigation", "Skip to content"),
        ("byline_meta", "Tags: ferry, pier, harbour"),
        ("byline_meta", "Updated: 3 May"),
    ]
    items = [Item(text, "en", f"g{n}", label) for n, (label, text) in enumerate(blocks)]
    parts = Parts.of(items)
    assert parts.leads == ("Read also", "SEE ALSO")
    assert [text.strip() for text in parts.headlines] == [
        "The ferryman who stayed", "Fog over the pier", "How pears are cured",
    ]  # fmt: skip
    assert parts.homes == ("Home",)
    assert parts.sections == ("Sport", "Rowing", "Culture", "Weather", "Contact")
    assert parts.tagged == ("Tags",)


def test_teasers_stand_inside_articles_and_only_their_leads_are_known() -> None:
    related = _items("related", ["Read also: How pears are cured"], "x")
    footers = _items("footer", ["All rights reserved by the story house"] * 19, "x")
    material = dataclasses.replace(_material(), blocks=related + footers)
    composer = Composer(material, seed=3)
    spans = [composer.compose("boilerplate_middle", "en").spans for _ in range(40)]
    assert sum(span.label == "related" for found in spans for span in found) > 10
    assert {"Read also", "Read also:"} <= interface_lines(material)
    assert not any("pears" in line for line in interface_lines(material))


@pytest.mark.parametrize("longest", [250, 500])
def test_a_shortened_spam_text_begins_with_a_paragraph_and_ends_with_a_sentence(
    longest: int,
) -> None:
    paragraphs = [
        f"Offer {n}. " + f"You will win prize {n} with us tonight. " * 6 for n in range(5)
    ]
    item = Item("\n\n".join(part.strip() for part in paragraphs), "en", "a", "gambling")
    for seed in range(20):
        text = spam_sentences(np.random.default_rng(seed), item, longest)
        assert text in item.text
        assert text.startswith("Offer")
        assert text.endswith(".")
        assert 150 <= len(text) <= longest
    assert spam_sentences(np.random.default_rng(0), item, 9999) == item.text


def test_a_left_out_obfuscation_never_appears() -> None:
    composer = Composer(_material(), seed=5, leave_out=("leet", "emoji"))
    used = {document.detail for document in composer.documents(60, variants=("obfuscated",))}
    assert used == set(OBFUSCATIONS) - {"leet", "emoji"}


@pytest.mark.parametrize("kind", sorted(OBFUSCATIONS))
def test_every_obfuscation_changes_the_letters(kind: str) -> None:
    text = "best online casino bonus without deposit"
    assert obfuscate(text, kind, np.random.default_rng(1)) != text


def test_a_fold_shares_no_group_with_another() -> None:
    material = _material()
    folds = Folds.split(material, 2, seed=0)
    parts = [material.select(folds, [fold]) for fold in range(2)]
    for name in Material.__slots__:
        groups = [{item.group for item in getattr(part, name)} for part in parts]
        assert not groups[0] & groups[1], name
        sizes = sum(len(getattr(part, name)) for part in parts)
        assert sizes == len(getattr(material, name))


def test_forms_and_strings_of_one_program_share_a_fold() -> None:
    material = _material()
    folds = Folds.split(material, 2, seed=0)
    by_group = {item.group: folds.of("forms", item) for item in material.forms}
    assert all(folds.of("strings", item) == by_group[item.group] for item in material.strings)


def test_familiar_folds_know_all_boilerplate_but_divide_spam() -> None:
    material = _material()
    folds = dataclasses.replace(Folds.split(material, 2, seed=0), familiar=True)
    assert {folds.of("forms", item) for item in material.forms} == {EVERY}
    assert {folds.of("spam", item) for item in material.spam} == {0, 1}
    assert len(material.select(folds, [0]).forms) == len(material.forms)


def test_an_article_ends_in_one_to_three_different_last_lines() -> None:
    body = ["The first paragraph quotes Anna Berg. Nobody else spoke.", "The second one ends here."]
    endings = [f"Translated by Ada Berg and number {n}" for n in range(9)]
    extras = Extras(["paper.example"], ["A title"], endings, ["Ein Absatz."])
    rng = np.random.default_rng(3)
    ended = [with_ending(body, rng, extras) for _ in range(60)]
    assert {len(parts) - len(body) for parts in ended} == {1, 2, 3}
    assert all(parts[: len(body)] == body for parts in ended)
    assert all(len(set(parts)) == len(parts) for parts in ended)
