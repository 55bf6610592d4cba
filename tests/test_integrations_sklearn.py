"""The scikit-learn transformer: the estimator contract, pipelines, workers."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from spamstrip import OptionError, clean
from spamstrip.integrations.sklearn import SpamStripper

DOCUMENTS = [
    "The council will vote on the plan in March.\n",
    "<html><body><article><p>The bridge opens on Monday.</p></article></body></html>",
    b"The council will vote on the plan in March.\n",
]


# scikit-learn's own generator stops after the first check for estimators that do not take
# matrices; these are all the others that do not feed numbers to the estimator.
CHECKS = [
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
]


@pytest.mark.parametrize("name", CHECKS)
def test_estimator_checks(name):
    getattr(estimator_checks, name)("SpamStripper", SpamStripper())


def test_it_does_what_clean_does():
    cleaned = SpamStripper().fit_transform(DOCUMENTS)
    assert isinstance(cleaned, np.ndarray)
    assert cleaned.tolist() == [clean(document) for document in DOCUMENTS]
    copy = clone(SpamStripper(kind="text", preset="gentle"))
    assert copy.get_params()["preset"] == "gentle"
    assert copy.transform(np.array(DOCUMENTS[:1])).tolist() == [clean(DOCUMENTS[0], kind="text")]


def test_workers_change_nothing():
    documents = [f"Sentence number {number} is about a bridge.\n" for number in range(70)]
    one = SpamStripper(kind="text").transform(documents)
    two = SpamStripper(kind="text", n_jobs=2).transform(documents)
    assert one.tolist() == two.tolist()


def test_in_a_pipeline():
    pipeline = make_pipeline(SpamStripper(kind="text"), TfidfVectorizer())
    assert pipeline.fit_transform(["The vote is in March.", "The bridge is open."]).shape[0] == 2


def test_wrong_use():
    with pytest.raises(OptionError, match="preset must be one of"):
        SpamStripper(preset="brutal").fit(DOCUMENTS)
    with pytest.raises(TypeError, match="single string"):
        SpamStripper().transform("one document")
    assert SpamStripper().transform([]).shape == (0,)
