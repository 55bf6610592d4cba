"""What the proposals made out of fold are worth: operating points, curve, reliability, tables."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from spamstrip.text.characters import IS_BLANK

from .composer import CLEAN_VARIANTS, HARD_VARIANTS
from .text_examples import Example

# The share of clean documents a preset may change; its threshold is the lowest that holds this.
CHANGED_AT_MOST: Final = {"gentle": 0.003, "balanced": 0.01, "strict": 0.03}
_CURVE: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)
_BINS: Final = np.linspace(0.0, 1.0, 11)
_KEEPS: Final = CLEAN_VARIANTS + HARD_VARIANTS
# An article that quotes a whole spam message is rare on the web and a case of its own in the
# tables: it does not decide where a preset stands.
_ORDINARY: Final = tuple(variant for variant in _KEEPS if variant != "quoted_spam")


@dataclass(frozen=True, slots=True)
class Proposals:
    """The junk spans proposed for one document by forests that never saw its sources.

    Attributes:
        example: the document.
        spans: (start, end) offsets of each span.
        right: bool (n_runs,), whether most of a span is junk.
        probability: float64 (n_runs,), what the span forest says.
        most_odds: the largest first log-odds of a segment.
    """

    example: Example
    spans: list[tuple[int, int]]
    right: npt.NDArray[np.bool_]
    probability: npt.NDArray[np.float64]
    most_odds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a threshold does to one document, in characters."""

    exact: bool
    changed: bool
    lost: float
    body: float
    left: float
    junk: float


def outcome(proposals: Proposals, threshold: float) -> Outcome:
    """Remove the spans at or above a threshold and compare with the gold spans."""
    example = proposals.example
    solid = ~IS_BLANK.take(example.analysis.signals.classes)
    junk = np.zeros(len(solid), np.bool_)
    for span in example.composed.spans:
        junk[span.start : span.end] = True
    removed = np.zeros(len(solid), np.bool_)
    for (start, end), probability in zip(proposals.spans, proposals.probability, strict=True):
        if probability >= threshold:
            removed[start:end] = True
    junk, removed = junk[solid], removed[solid]
    return Outcome(
        exact=not bool((junk != removed).any()),
        changed=bool(removed.any()),
        lost=float(np.count_nonzero(removed & ~junk)),
        body=float(np.count_nonzero(~junk)),
        left=float(np.count_nonzero(junk & ~removed)),
        junk=float(np.count_nonzero(junk)),
    )


def operating_points(validation: Sequence[Proposals]) -> dict[str, float]:
    """The threshold of each preset: the lowest that changes few enough clean documents."""
    clean = [item for item in validation if item.example.composed.variant in _ORDINARY]
    highest = np.sort([item.probability.max() if item.spans else 0.0 for item in clean])[::-1]
    points = {}
    for preset, share in CHANGED_AT_MOST.items():
        allowed = int(share * len(highest))
        # Just above the score of the first document that may no longer be changed.
        points[preset] = float(min(np.nextafter(highest[allowed], 2.0), 0.999))
    return points


def least_odds(validation: Sequence[Proposals], threshold: float) -> float:
    """The first log-odds a document must reach to be looked at again.

    Args:
        threshold: of the strictest preset; of the documents it changes, 0.2% may be missed.
    """
    changed = [
        item.most_odds for item in validation if item.spans and item.probability.max() >= threshold
    ]
    return float(np.quantile(changed, 0.002)) if changed else -np.inf


def summary(
    validation: Sequence[Proposals], strange: Sequence[bool], thresholds: Mapping[str, float]
) -> dict[str, Any]:
    """Figures for the model card, plain JSON data.

    Args:
        validation: proposals for every document.
        strange: whether each document's junk is of sources the lexical table never saw.
        thresholds: per preset.
    """
    balanced = thresholds["balanced"]
    at_balanced = [outcome(item, balanced) for item in validation]

    def table(
        key: Callable[[Example], Hashable], *, polluted: bool, unseen_sources: bool = True
    ) -> dict[str, dict[str, Any]]:
        groups: dict[str, list[Outcome]] = {}
        for item, result, unseen in zip(validation, at_balanced, strange, strict=True):
            kept = item.example.composed.variant in _KEEPS
            if unseen == unseen_sources and not (polluted and kept):
                groups.setdefault(str(key(item.example)), []).append(result)
        return {name: _rates(results) for name, results in sorted(groups.items())}

    curve = []
    for threshold in sorted({*_CURVE, *thresholds.values()}):
        results = [outcome(item, threshold) for item in validation]
        clean = [
            result.changed
            for item, result in zip(validation, results, strict=True)
            if item.example.composed.variant in _ORDINARY
        ]
        curve.append(
            {"threshold": threshold, "clean_changed": float(np.mean(clean)), **_rates(results)}
        )
    return {
        "documents": len(validation),
        "by_variant": table(lambda example: example.composed.variant, polluted=False),
        "by_variant_familiar": table(
            lambda example: example.composed.variant, polluted=False, unseen_sources=False
        ),
        "by_language": table(lambda example: example.composed.language, polluted=True),
        "by_obfuscation": {
            name: rates
            for name, rates in table(lambda e: e.composed.detail, polluted=True).items()
            if name
        },
        "familiar": _rates(
            [
                result
                for item, result, unseen in zip(validation, at_balanced, strange, strict=True)
                if not unseen and item.example.composed.variant not in _KEEPS
            ]
        ),
        "curve": curve,
        "reliability": _reliability(validation),
    }


def _rates(results: Sequence[Outcome]) -> dict[str, Any]:
    body = sum(result.body for result in results)
    junk = sum(result.junk for result in results)
    return {
        "documents": len(results),
        "exact": float(np.mean([result.exact for result in results])) if results else None,
        "lost": sum(result.lost for result in results) / max(body, 1.0),
        "left": sum(result.left for result in results) / junk if junk else None,
    }


def _reliability(validation: Sequence[Proposals]) -> list[dict[str, float]]:
    probability = np.concatenate([item.probability for item in validation])
    right = np.concatenate([item.right for item in validation])
    bins = np.clip(np.digitize(probability, _BINS) - 1, 0, len(_BINS) - 2)
    return [
        {
            "from": float(_BINS[index]),
            "spans": int(np.count_nonzero(bins == index)),
            "mean_score": float(probability[bins == index].mean()),
            "share_right": float(right[bins == index].mean()),
        }
        for index in range(len(_BINS) - 1)
        if (bins == index).any()
    ]
