import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from spamstrip.trees import Forest, export


@pytest.mark.parametrize("n_classes", [2, 4])
def test_scores_equal_those_of_scikit_learn(n_classes: int) -> None:
    rng = np.random.default_rng(7)
    features = rng.normal(size=(900, 12)).astype(np.float32)
    cuts = np.linspace(-0.8, 0.8, n_classes - 1)
    target = np.digitize(features[:, 0] + features[:, 1] * features[:, 2], cuts)
    classifier = HistGradientBoostingClassifier(max_iter=15, max_depth=4, random_state=0)
    classifier.fit(features, target)
    unseen = rng.normal(size=(700, 12)).astype(np.float32)
    expected = classifier.decision_function(unseen).reshape(len(unseen), -1)
    forest = export(classifier)
    np.testing.assert_allclose(forest.decision(unseen), expected, atol=1e-5)
    restored = Forest.from_arrays(forest.to_arrays("x_"), "x_")
    np.testing.assert_array_equal(restored.decision(unseen), forest.decision(unseen))


def test_a_value_on_the_threshold_goes_the_way_it_went_in_training() -> None:
    # Values whose midpoint is not a float32, so that rounding the threshold up would flip it.
    low = np.float32(1.0)
    high = np.nextafter(low, np.float32(2.0))
    features = np.repeat([[low], [high]], 200, axis=0).astype(np.float32)
    target = np.repeat([0, 1], 200)
    classifier = HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5).fit(
        features, target
    )
    scores = export(classifier).decision(np.array([[low], [high]], np.float32))[:, 0]
    expected = classifier.decision_function(np.array([[low], [high]], np.float32))
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_no_rows_give_no_scores() -> None:
    features = np.arange(80, dtype=np.float32).reshape(40, 2)
    classifier = HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2)
    forest = export(classifier.fit(features, np.arange(40) > 20))
    assert forest.decision(np.empty((0, 2), np.float32)).shape == (0, 1)


def test_trees_too_deep_to_score_are_refused() -> None:
    features = np.arange(400, dtype=np.float32)[:, None]
    target = np.exp2(np.arange(400) % 23)  # no shallow tree separates these
    classifier = HistGradientBoostingRegressor(max_iter=1, min_samples_leaf=1, max_leaf_nodes=200)
    with pytest.raises(ValueError, match="max_depth"):
        export(classifier.fit(features, target))


def test_the_score_of_a_row_does_not_depend_on_the_rows_around_it() -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(300, 6)).astype(np.float32)
    classifier = HistGradientBoostingClassifier(max_iter=20, random_state=0)
    forest = export(classifier.fit(features, features[:, 0] > features[:, 1]))
    alone = np.concatenate([forest.decision(row[None]) for row in features])
    np.testing.assert_allclose(forest.decision(features), alone, atol=1e-5)
    np.testing.assert_array_equal(
        forest.decision(features), forest.decision(np.asfortranarray(features))
    )
