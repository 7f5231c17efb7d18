from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from appraisal.rules.checks import (
    DraftIndicator,
    Level,
    anchor_fault,
    failures,
    has_no_params,
    worst_level,
)
from appraisal.rules.operability import (
    Circumstances,
    MeasureFacts,
    Obtained,
    Replayed,
    economic_word,
)
from appraisal.rules.principles import DraftSet, check_index_set, weight_of
from appraisal.rules.staff import REQUIRED_AREAS, StaffClass

ON = date(2026, 11, 23)
MEASURES = {
    "closed": MeasureFacts(("结案", "Closed cases"), "件"),
    "new": MeasureFacts(("新收", "New cases"), "件"),
    "talks": MeasureFacts(("谈话", "Talks"), "次", is_register=True),
    "case_points": MeasureFacts(("案件权重分", "Case points"), "点", is_made=True),
}
SOUND = DraftIndicator(
    code="rate",
    kind="ratio",
    part="function",
    area="quality",
    weight=Decimal(20),
    numerator=["closed"],
    denominator=["new"],
    params={"zero_at": "0", "full_at": "1"},
    source="monthly report",
    owner="adjudication management",
    certainty="S",
    name="结案率",
    name_en="Closing rate",
)
WORDS = [
    {"word": "好", "word_en": "good", "score": "100", "text": "全部做到", "text_en": "all done"},
    {"word": "中", "word_en": "fair", "score": "70", "text": "多数做到", "text_en": "mostly"},
    {"word": "差", "word_en": "poor", "score": "0", "text": "没有做到", "text_en": "not done"},
]
RATED = replace(
    SOUND, code="rated", kind="graded", numerator=[], denominator=[], params={}, anchors=WORDS
)
JUDGE = [
    replace(SOUND, code=area, area=area) for area in REQUIRED_AREAS[StaffClass.JUDGE]
]  # five areas of 20
OBTAINED = Obtained(100, {"closed": 100, "new": 100}, "2026-10", {"closed", "new"})


def check(
    indicators=JUDGE,
    *,
    staff_class=StaffClass.JUDGE,
    groups=None,
    review_on=date(2027, 6, 1),
    **changes,
):
    circumstances = Circumstances(
        on=ON,
        measures=MEASURES,
        obtained=OBTAINED,
        replayed=Replayed("2026-10", people=6, moved=2),
    )
    draft = DraftSet(staff_class, indicators, groups or {}, review_on)
    return check_index_set(draft, replace(circumstances, **changes))


def found(findings, level=Level.FAIL):
    return [(one.code, one.indicator) for one in findings if one.level is level]


def changed(**changes):
    """A sound set whose first indicator is changed."""
    return [replace(JUDGE[0], **changes), *JUDGE[1:]]


def test_sound_set_has_neither_failures_nor_doubts():
    findings = check()

    assert found(findings) == []
    assert found(findings, Level.WARN) == []
    assert worst_level(findings) is Level.PASS


def test_every_principle_says_something_about_a_sound_set():
    assert [code for code, _indicator in found(check(), Level.PASS)] == [
        "weights_100",
        *["area_covered"] * 5,
        "function_part",
        "own_content",
        "verified",
        *["operable"] * 5,
        *["obtained"] * 2,
        "review_date",
        "replayed",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"weight": Decimal("19.99")}, [("weights_not_100", "")], id="weights"),
        pytest.param({"source": " "}, [("no_source", "quantity")], id="no source"),
        pytest.param({"owner": ""}, [("no_owner", "quantity")], id="no owner"),
        pytest.param({"numerator": []}, [("no_numerator", "quantity")], id="nothing counted"),
        pytest.param({"denominator": []}, [("no_denominator", "quantity")], id="no denominator"),
        pytest.param({"numerator": ["lost"]}, [("no_measure", "quantity")], id="no such measure"),
        pytest.param({"kind": "money"}, [("kind_unknown", "quantity")], id="no economic kind"),
        pytest.param({"params": {}}, [("params_empty", "quantity")], id="left to the court"),
        pytest.param({"params": {"zero_at": "0"}}, [("params_ratio", "quantity")], id="half"),
        pytest.param({"code": "quality"}, [("code_twice", "quality")], id="code twice"),
        pytest.param({"area": "bonus"}, [("area_missing", "")], id="area missing"),
        pytest.param({"name": "诉讼费收入"}, [("economic_word", "quantity")], id="money in a name"),
        pytest.param(
            {"name_en": "Revenue"}, [("economic_word", "quantity")], id="money in English"
        ),
        pytest.param({"source": "罚没台账"}, [("economic_word", "quantity")], id="money in source"),
    ],
)
def test_what_forbids_publishing(changes, expected):
    assert found(check(changed(**changes))) == expected


@pytest.mark.parametrize("weight", ["0", "-1", "100.01"])
def test_weight_out_of_bounds_forbids_publishing(weight):
    failed = found(check(changed(weight=Decimal(weight))))

    assert ("weight_out_of_bounds", "quantity") in failed


def test_every_failure_is_found_at_once():
    broken = changed(source="", owner="", params={}, weight=Decimal(10))

    assert found(check(broken)) == [
        ("weights_not_100", ""),
        ("no_source", "quantity"),
        ("no_owner", "quantity"),
        ("params_empty", "quantity"),
    ]


def test_empty_set_fails():
    assert failures(check([]))[0].code == "no_indicators"


# -- form -------------------------------------------------------------------------------------


def bonus(weight):
    return replace(
        SOUND,
        code=f"bonus{weight}",
        kind="bonus",
        area="bonus",
        weight=Decimal(weight),
        denominator=[],
        params={"per_event": "1"},
    )


VETO = replace(
    SOUND,
    code="veto",
    kind="veto",
    area="conduct",
    weight=Decimal(0),
    denominator=[],
    params={"at_most": "incompetent"},
)


def test_bonuses_and_vetoes_stand_outside_the_hundred():
    indicators = [*JUDGE, bonus(5), VETO]

    assert weight_of(indicators) == 100
    assert found(check(indicators)) == []


def test_bonuses_above_the_cap_seen_are_doubtful():
    (finding,) = [one for one in check([*JUDGE, bonus(5), bonus(1)]) if one.code == "bonus_high"]

    assert finding.level is Level.WARN
    assert finding.params == {"total": "6", "most": "5"}


def test_rated_indicators_need_rater_groups_of_100():
    indicators = [*JUDGE[1:], replace(RATED, area="quantity")]
    groups = {"head": Decimal(60), "peers": Decimal(30)}

    assert found(check(indicators)) == [("no_groups", "")]
    assert found(check(indicators, groups=groups)) == [("groups_not_100", "")]
    assert found(check(indicators, groups=groups | {"self": Decimal(10)})) == []


def test_head_share_belongs_to_heads_only():
    share = replace(
        SOUND, code="quantity", kind="head_share", area="quantity", denominator=[], params={}
    )

    assert found(check([share, *JUDGE[1:]])) == [("head_share_elsewhere", "quantity")]


# -- comprehensiveness ------------------------------------------------------------------------


@pytest.mark.parametrize("staff_class", StaffClass)
def test_each_staff_class_has_its_areas(staff_class):
    areas = REQUIRED_AREAS[staff_class]
    findings = check(
        [replace(SOUND, code=area, area=area) for area in areas], staff_class=staff_class
    )

    shares = [one.params["share"] for one in findings if one.code == "area_covered"]
    assert shares == ["20"] * len(areas)


def test_unverified_areas_of_heads_are_doubtful_only():
    findings = check([replace(SOUND, weight=Decimal(100), area="quantity")],
                     staff_class=StaffClass.HEAD)  # fmt: skip

    assert found(findings) == []
    assert [one.params["area"] for one in findings if one.code == "area_missing"] == [
        "quality",
        "leadership",
    ]


def test_bonus_covers_no_area():
    indicators = [*JUDGE[1:], replace(bonus(5), area="quantity")]

    assert ("area_missing", "") in found(check(indicators))


# -- pertinence -------------------------------------------------------------------------------


def test_small_function_part_is_doubtful_and_none_fails():
    small = [replace(one, part="common") for one in JUDGE[1:]]

    assert found(check([JUDGE[0], *small]), Level.WARN) == [("function_part_small", "")]
    assert found(check([replace(JUDGE[0], part="common"), *small])) == [("no_function_part", "")]


def test_same_content_as_another_function_is_doubtful():
    (finding,) = [one for one in check(same_as=("criminal",)) if one.code == "same_as"]

    assert (finding.level, finding.params) == (Level.WARN, {"function": "criminal"})


def test_unverified_numbers_are_counted():
    (finding,) = [one for one in check(changed(certainty="U")) if one.code == "unverified"]

    assert (finding.level, finding.params) == (Level.WARN, {"count": "1", "of": "5"})


# -- operability ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "cycle", "asked", "level", "code"),
    [
        pytest.param(100, "2026-10", True, Level.PASS, "obtained", id="all"),
        pytest.param(95, "2026-10", True, Level.PASS, "obtained", id="nearly all"),
        pytest.param(94, "2026-10", True, Level.WARN, "partly_obtained", id="most"),
        pytest.param(49, "2026-10", True, Level.FAIL, "hardly_obtained", id="asked in vain"),
        pytest.param(0, "2026-10", True, Level.FAIL, "hardly_obtained", id="asked, none"),
        pytest.param(49, "", False, Level.WARN, "partly_obtained", id="not asked, some"),
        pytest.param(0, "", False, Level.WARN, "never_obtained", id="not asked, none"),
    ],
)
def test_figures_must_have_come(count, cycle, asked, level, code):
    obtained = Obtained(
        100, {"closed": count, "new": 100}, cycle, {"closed", "new"} if asked else set()
    )

    finding = next(one for one in check(obtained=obtained) if one.params.get("measure") == "closed")

    assert (finding.level, finding.code) == (level, code)
    assert (finding.params["count"], finding.params["of"]) == (str(count), "100")


def test_stock_needs_one_figure_of_each_person_not_one_a_month():
    measures = MEASURES | {"closed": MeasureFacts(("结案",), is_stock=True)}
    obtained = replace(OBTAINED, counts={"closed": 10, "new": 100}, people=10)

    def level(people_with):
        findings = check(
            measures=measures, obtained=replace(obtained, people_with={"closed": people_with})
        )
        (found,) = [one for one in findings if one.params.get("measure") == "closed"]
        return found.level, found.params["of"]

    assert level(10) == (Level.PASS, "10")
    assert level(9) == (Level.WARN, "10")
    assert level(4) == (Level.FAIL, "10")


def test_nobody_to_look_at_is_doubtful():
    assert found(check(obtained=None), Level.WARN) == [("nobody_to_look_at", "")]


def test_grade_does_not_come_from_a_register():
    graded = changed(kind="graded", numerator=["talks"], denominator=[], params={})

    assert "graded_register" in [code for code, _name in found(check(graded), Level.FAIL)]


@pytest.mark.parametrize("measure", ["talks", "case_points"])
def test_registers_and_made_measures_need_no_monthly_figures(measure):
    counted = changed(kind="count", numerator=[measure], denominator=[], params={"per_month": "1"})
    findings = check(counted, obtained=replace(OBTAINED, counts={"closed": 100, "new": 100}))

    assert found(findings, Level.WARN) == []
    assert measure not in {one.params.get("measure") for one in findings}


def test_measure_counted_in_money_fails():
    measures = MEASURES | {"closed": MeasureFacts(("结案",), "万元")}

    findings = check(measures=measures)

    assert ("economic_unit", "quantity") in found(findings)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("诉讼费收缴", "诉讼费"),
        ("罚没款", "罚没"),
        ("执行到位金额", "金额"),
        ("业务收入", "收入"),
        ("court fees", "fees"),
        ("Income", "Income"),
        ("economic benefits", "economic benefits"),
        ("案卷接收入库", ""),
        ("Coffee", ""),
        ("economic crime cases", ""),
        ("结案数", ""),
    ],
)
def test_economic_word(text, word):
    assert economic_word(text) == word


@pytest.mark.parametrize(
    ("anchors", "fault"),
    [
        pytest.param(WORDS, "", id="complete"),
        pytest.param([], "anchors_few", id="none"),
        pytest.param(WORDS[:2], "anchors_few", id="two"),
        pytest.param([{**WORDS[0], "text_en": " "}, *WORDS[1:]], "anchors_incomplete", id="half"),
        pytest.param([WORDS[1], WORDS[0], WORDS[2]], "anchors_scores", id="not falling"),
        pytest.param([WORDS[0], WORDS[0], WORDS[2]], "anchors_scores", id="equal"),
        pytest.param([{**WORDS[0], "score": "101"}, *WORDS[1:]], "anchors_scores", id="above"),
        pytest.param([{**WORDS[0], "score": "x"}, *WORDS[1:]], "anchors_scores", id="no number"),
        pytest.param([{**WORDS[0], "score": 99.5}, *WORDS[1:]], "anchors_scores", id="a float"),
    ],
)
def test_anchor_fault(anchors, fault):
    assert anchor_fault(replace(RATED, anchors=anchors)) == fault


def test_grade_entered_as_a_figure_may_do_without_words():
    assert anchor_fault(replace(RATED, numerator=["closed"], anchors=[])) == ""


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("ratio", {}, True),
        ("ratio", {"zero_at": "", "full_at": None}, True),
        ("ratio", {"zero_at": "0"}, False),
        ("ladder", {}, True),
        ("ladder", {"m3": "0.18"}, False),
        ("veto", {}, True),
        ("veto", {"at_most": "incompetent"}, False),
        ("yes_no", {}, False),
        ("graded", {}, False),
        ("money", {}, False),
    ],
)
def test_has_no_params(kind, params, expected):
    assert has_no_params(kind, params) is expected


# -- adaptability -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "level", "code"),
    [
        pytest.param(None, Level.WARN, "no_review_date", id="none"),
        pytest.param(ON, Level.FAIL, "review_past", id="today"),
        pytest.param(date(2026, 11, 24), Level.PASS, "review_date", id="tomorrow"),
        pytest.param(date(2028, 11, 23), Level.PASS, "review_date", id="two years"),
        pytest.param(date(2028, 11, 24), Level.WARN, "review_late", id="later"),
    ],
)
def test_review_date(day, level, code):
    (finding,) = [one for one in check(review_on=day) if "review" in one.code]

    assert (finding.level, finding.code) == (level, code)


def test_without_a_closed_cycle_the_replay_is_doubtful():
    assert found(check(replayed=None), Level.WARN) == [("no_replay", "")]


def test_indicators_that_the_replay_left_out_are_named():
    replayed = Replayed("2026-10", people=6, moved=2, left_out=("quality",))

    assert found(check(replayed=replayed), Level.WARN) == [("not_replayed", "quality")]
