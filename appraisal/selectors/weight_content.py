"""A derivation of weights as it is kept: every step from the judgements to the points."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from appraisal.rules.agreement import Concordance
from appraisal.rules.scoring import fingerprint
from appraisal.rules.weight_study import DerivedNode, Judgements
from appraisal.rules.weights import PLACES, PRECISE, Priorities
from appraisal.selectors.index_sets import stamp_of
from appraisal.selectors.weights import ExpertState, Study


def content_of(study: Study) -> dict[str, Any]:
    """What is kept when the weights of a study are taken; people are account numbers in it."""
    if study.derived is None:
        raise ValueError("nothing has been derived")
    shown, indicators = study.derived, study.hierarchy.indicators
    return {
        "experts": [state.expert.user_id for state in study.finished],
        # A list: databases keep no order of keys.
        "areas": [[area, list(codes)] for area, codes in study.hierarchy.areas.items()],
        "names": {code: [one.name, one.name_en] for code, one in indicators.items()},
        "nodes": [_node(node, study.finished) for node in shown.nodes],
        "weights": {code: str(weight) for code, weight in shown.weights.items()},
        "points": {code: str(given) for code, given in shown.points.items()},
        "before": {code: str(one.weight) for code, one in indicators.items()},
        "agreement": _agreement(shown.agreement),
    }


def stamp_of_study(study: Study) -> str:
    """Of everything that taking the weights would rest on: what was shown is what is taken."""
    content = content_of(study) if study.derived else {}
    return fingerprint([stamp_of(study.index_set), content])


def as_json(judgements: Judgements) -> dict[str, str]:
    return {f"{i}-{j}": str(value) for (i, j), value in sorted(judgements.items())}


def _node(node: DerivedNode, finished: list[ExpertState]) -> dict[str, Any]:
    name = node.branch.node
    pairs = zip(finished, node.experts, strict=True)
    return {
        "node": name,
        "items": list(node.branch.items),
        "experts": [
            {"judgements": as_json(state.judgements[name])} | _priorities(own)
            for state, own in pairs
        ],
        "combined": {f"{i}-{j}": _written(node.combined[i][j]) for i, j in node.branch.pairs},
        "agreement": _agreement(node.agreement),
    } | _priorities(node.result)


def _priorities(found: Priorities) -> dict[str, Any]:
    return {
        "weights": [str(weight) for weight in found.weights],
        "lambda_max": str(found.lambda_max),
        "ci": str(found.ci),
        "cr": str(found.cr),
    }


def _agreement(found: Concordance) -> dict[str, Any]:
    w = None if found.w is None else str(found.w)
    return {"w": w, "reason": found.reason.value if found.reason else ""}


def _written(value: Fraction) -> str:
    exact = PRECISE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return str(exact.quantize(PLACES, context=PRECISE))
