"""Looking at what a computing gave, and measures and indicators made for one example."""

from appraisal.models import Measure, Result
from appraisal.selectors.snapshots import lines_of


def result_of(officer):
    results = Result.objects.select_related("participant__officer")
    return results.get(participant__officer=officer)


def line_of(officer, code):
    return next(line for line in lines_of(result_of(officer)) if line.code == code)


def points_of(officer):
    result = result_of(officer)
    codes = result.participant.index_set.indicators.order_by("position", "code")
    return dict(zip(codes.values_list("code", flat=True), result.points, strict=True))


def make_measures(*codes, **fields):
    Measure.objects.bulk_create(
        Measure(code=code, name=code, name_en=code, headings=code, aggregation="sum", **fields)
        for code in codes
        if not Measure.objects.filter(code=code).exists()
    )
    Measure.objects.filter(code__in=codes).update(
        is_register=fields.get("is_register", False), aggregation="sum"
    )


def beside(code, kind, weight, params, numerator=None):
    return {
        "code": code, "name": code, "name_en": code, "area": "quantity", "kind": kind,
        "weight": weight, "numerator": numerator or [code], "params": params,
    }  # fmt: skip
