"""Every shipped index set: whole, in both languages, honest about its numbers, without money."""

import json
import re
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone, translation

from appraisal.models import CaseWeightTable, HeadShare, IndexSet, Indicator, Measure, RaterGroup
from appraisal.rules.checks import anchor_fault, parameter_fault
from appraisal.rules.measures import MEASURES
from appraisal.rules.scoring import PARAMETERS, Kind
from appraisal.rules.staff import AREAS, REQUIRED_AREAS, StaffClass
from appraisal.selectors.index_sets import draft_of, rules_of
from appraisal.selectors.shipped_sets import DATA, FUNCTIONS, shipped_index_sets
from appraisal.services.index_sets import check_index_set, publish_index_set
from appraisal.services.shipped_sets import install_index_sets
from courtparty.accounts.models import Unit
from courtparty.audit.models import Entry

SETS = shipped_index_sets()
BY_CODE = {one["code"]: one for one in SETS}
TRIAL = ["case_filing", "criminal", "civil", "tribunal", "administrative_cases", "enforcement"]
OFFICES = ["political", "general_office", "judicial_police"]

# domain.md, composition seen in real courts; of heads only the share of cases is from there.
COMPOSITION = {
    "judge": {"quantity": 45, "quality": 20, "efficiency": 15, "effect": 10, "research": 10},
    "support": {"assessment": 15, "conduct": 20, "performance": 65},
    "administrative": {"tasks": 70, "satisfaction": 30},
    "head": {"quantity": 30, "quality": 20, "leadership": 50},
}
LADDER = {
    "m3": "0.18", "m4": "0.29", "m5": "0.42", "m6": "0.55", "m7": "0.63", "m8": "0.70",
    "m9": "0.76", "m10": "0.82", "m11": "0.88", "m12": "0.93",
}  # fmt: skip
MONEY = re.compile(
    r"元|金额|标的额|创收|罚款|罚没|收费|诉讼费|奖金|利润|营收|产值|执行到位|money|yuan|revenue|fees?\b|income"
)
# Judges' sets have ranges that were not published, except those with defaults to try at once.
WITH_DEFAULTS = {"civil-judge", "tribunal-judge"}
TO_FILL = {code for code, one in BY_CODE.items() if one["staff_class"] == "judge"} - WITH_DEFAULTS
each_set = pytest.mark.parametrize("shipped", SETS, ids=lambda one: one["code"])


def within_hundred(shipped):
    return [one for one in shipped["indicators"] if one["kind"] not in ("bonus", "veto")]


# -- the data -----------------------------------------------------------------------------------


def test_functions_have_the_classes_that_work_there():
    classes = {function: set() for function in FUNCTIONS}
    for one in SETS:
        classes[one["function"]].add(one["staff_class"])

    assert len(FUNCTIONS) == 10  # nine, and tribunals outside the court's seat
    assert all(classes[function] == {"judge", "support", "head"} for function in TRIAL)
    assert all(classes[function] == {"administrative", "head"} for function in OFFICES)
    assert classes["adjudication_management"] == set(COMPOSITION)
    assert set(FUNCTIONS) <= set(Unit.Function.values)
    assert len(BY_CODE) == len(SETS) == 28


@each_set
def test_weights_total_100_as_composed_in_courts(shipped):
    areas = Counter()
    for one in within_hundred(shipped):
        areas[one["area"]] += Decimal(one["weight"])

    assert sum(areas.values()) == 100
    assert areas == COMPOSITION[shipped["staff_class"]]
    assert set(areas) >= set(REQUIRED_AREAS[StaffClass(shipped["staff_class"])])


@each_set
def test_bonus_is_capped_at_five_and_a_veto_says_how_far_it_limits(shipped):
    outside = {
        one["kind"]: one for one in shipped["indicators"] if one["kind"] in ("bonus", "veto")
    }

    assert outside["bonus"]["weight"] == "5"
    assert outside["veto"]["weight"] == "0"
    assert outside["veto"]["params"]["at_most"] in ("basically_competent", "incompetent")


@each_set
def test_common_and_function_part_make_the_set_and_no_code_stands_twice(shipped):
    weights = Counter()
    for one in within_hundred(shipped):
        weights[one["part"]] += Decimal(one["weight"])
    codes = Counter(one["code"] for one in shipped["indicators"])

    assert weights["function"] >= 40
    assert weights["common"] >= 10
    assert set(codes.values()) == {1}


@each_set
def test_every_indicator_counts_known_measures_with_source_owner_and_area(shipped):
    measures = {seed.code for seed in MEASURES}
    for one in shipped["indicators"]:
        assert set(one["numerator"]) | set(one["denominator"]) <= measures, one["code"]
        assert one["numerator"] or one["kind"] == "graded"
        assert one["source"]
        assert one["owner"]
        assert one["area"] in AREAS
        assert one["kind"] in list(Kind)


@each_set
def test_every_indicator_says_in_both_languages_how_sure_it_is(shipped):
    for one in shipped["indicators"]:
        assert one["certainty"] in ("R", "S", "U")
        assert one["name"]
        assert one["basis"]
        assert re.fullmatch(r"[\x20-\x7e…]+", one["name_en"] + one["basis_en"]), one["code"]
        assert (one["certainty"] == "U") == ("未核实" in one["basis"]), one["code"]
        assert (one["certainty"] == "U") == ("Unverified" in one["basis_en"]), one["code"]


@each_set
def test_texts_fit_their_columns(shipped):
    for one in shipped["indicators"]:
        for name in ("code", "name", "name_en", "source", "owner", "basis", "basis_en"):
            assert len(one[name]) <= Indicator._meta.get_field(name).max_length, (one["code"], name)
    for name in ("code", "name", "name_en", "basis"):
        assert len(shipped[name]) <= IndexSet._meta.get_field(name).max_length


@each_set
def test_parameters_are_sound_or_left_to_the_court_which_is_said(shipped):
    for one in shipped["indicators"]:
        kind, params = one["kind"], one["params"]
        if kind in ("range", "count") and not params:
            assert "须由本院填写" in one["basis"], one["code"]
            assert "to fill in" in one["basis_en"] or "fill it in" in one["basis_en"]
            assert shipped["code"] in TO_FILL
        else:
            fault = parameter_fault(kind, params, has_denominator=bool(one["denominator"]))
            assert fault == "", (one["code"], fault)
            assert set(params) <= {*PARAMETERS[Kind(kind)], "at_most"}


@each_set
def test_national_ranges_carry_no_numbers(shipped):
    national = [one for one in shipped["indicators"] if "全国" in one["basis"]]

    assert all(one["kind"] == "range" and one["params"] == {} for one in national)
    assert bool(national) == (shipped["code"] in TO_FILL - {"adjudication-management-judge"})


@each_set
def test_what_was_removed_as_harmful_is_not_there(shipped):
    text = json.dumps(shipped, ensure_ascii=False)

    assert "人均结案" not in {one["name"] for one in shipped["indicators"]}
    assert not re.search(r"延长审限|extension|排名榜|ranking list", text)


def test_ladder_of_judges_is_the_one_seen():
    for shipped in SETS:
        if shipped["staff_class"] == "judge":
            (ladder,) = [one for one in shipped["indicators"] if one["kind"] == "ladder"]
            assert (ladder["params"], ladder["certainty"]) == (LADDER, "S")


def test_heads_of_trial_functions_carry_a_share_of_the_cases():
    heads = {one["function"]: one for one in SETS if one["staff_class"] == "head"}
    shared = {
        function: [one for one in head["indicators"] if one["kind"] == "head_share"]
        for function, head in heads.items()
    }

    assert {function for function, found in shared.items() if found} == set(TRIAL)
    assert all(one["numerator"] == ["closed"] for found in shared.values() for one in found)


@each_set
def test_graded_indicators_have_words_with_scores_in_both_languages(shipped):
    for one in shipped["indicators"]:
        if one["kind"] != "graded":
            assert one["anchors"] == []
            continue
        assert [word["word"] for word in one["anchors"]] == ["优秀", "良好", "一般", "较差"]
        for word in one["anchors"]:
            assert all(word[name] for name in ("word_en", "text", "text_en"))
            assert 0 <= Decimal(word["score"]) <= 100


@each_set
def test_who_is_rated_has_raters_whose_weights_total_100(shipped):
    is_rated = any(
        one["kind"] == "graded" and not one["numerator"] for one in shipped["indicators"]
    )
    groups = shipped["raters"]

    assert bool(groups) == is_rated == (shipped["staff_class"] != "judge")
    assert not groups or sum(Decimal(group["weight"]) for group in groups) == 100
    kinds = {group["kind"] for group in groups}
    assert ("served" in kinds) == (shipped["staff_class"] == "support")
    assert ("subordinates" in kinds) == (shipped["staff_class"] == "head")


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_no_file_speaks_of_money(path):
    assert MONEY.findall(path.read_text(encoding="utf-8")) == []


def test_every_file_is_used():
    assert {path.stem for path in DATA.glob("*.json")} == {*FUNCTIONS, "common", "anchors"}


# -- installed ----------------------------------------------------------------------------------


@pytest.fixture
def installed(court, appraiser):
    return {one.code: one for one in install_index_sets(court, by=appraiser)}


@pytest.mark.django_db
def test_install_gives_drafts_with_indicators_groups_shares_and_points(court, installed):
    assert {one.state for one in installed.values()} == {IndexSet.State.DRAFT}
    assert list(installed) == list(BY_CODE)
    for code, shipped in BY_CODE.items():
        assert installed[code].indicators.count() == len(shipped["indicators"])
        assert installed[code].rater_groups.count() == len(shipped["raters"])
    assert Measure.objects.count() == len(MEASURES)
    assert HeadShare.objects.filter(court=court).exists()
    assert CaseWeightTable.objects.get(court=court).state == "draft"


@pytest.mark.django_db
def test_install_again_changes_nothing_and_is_recorded_once(court, appraiser, installed):
    Measure.objects.filter(code="closed").update(name="审结")
    HeadShare.objects.filter(court=court, words="庭长").update(share=60)
    entries = Entry.objects.count()

    assert install_index_sets(court, by=appraiser) == []

    assert Entry.objects.count() == entries
    assert IndexSet.objects.count() == len(SETS)
    assert Measure.objects.get(code="closed").name == "审结"
    assert HeadShare.objects.get(court=court, words="庭长").share == 60
    drafted = Entry.objects.filter(verb="index_set.drafted")
    assert {(entry.actor, entry.court) for entry in drafted} == {(appraiser, court)}
    assert drafted.count() == len(SETS)


@pytest.mark.django_db
def test_install_leaves_what_a_court_has_published_and_adds_the_rest(court, appraiser, installed):
    one = installed["civil-judge"]
    check_index_set(index_set_id=one.pk, by=appraiser, at=timezone.now())
    publish_index_set(index_set_id=one.pk, by=appraiser)
    Indicator.objects.filter(index_set=installed["civil-head"]).delete()
    RaterGroup.objects.filter(index_set=installed["civil-head"]).delete()
    installed["civil-head"].delete()

    new = install_index_sets(court, by=appraiser)

    assert [index_set.code for index_set in new] == ["civil-head"]
    assert IndexSet.objects.get(code="civil-judge").state == IndexSet.State.PUBLISHED


@pytest.mark.django_db
def test_courts_have_their_own_drafts(court, other_court, installed):
    theirs = install_index_sets(other_court)

    assert len(theirs) == len(SETS)
    assert {one.court for one in theirs} == {other_court}


@pytest.mark.django_db
def test_sets_pass_the_check_unless_the_court_has_to_fill_something_in(appraiser, installed):
    states = {}
    for code, one in installed.items():
        check = check_index_set(index_set_id=one.pk, by=appraiser, at=timezone.now())
        failed = {finding["code"] for finding in check.findings if finding["level"] == "fail"}
        assert failed <= {"params_empty"}, code
        one.refresh_from_db()
        states[code] = one.state

    assert {code for code, state in states.items() if state == "draft"} == TO_FILL


@pytest.mark.django_db
def test_shipped_anchors_fall_and_rules_can_be_computed_with(installed):
    for one in installed.values():
        for indicator in one.indicators.filter(kind="graded"):
            assert anchor_fault(draft_of(indicator)) == "", (one.code, indicator.code)
    rules = rules_of([installed["civil-judge"].pk])[installed["civil-judge"].pk]

    assert rules[0].code == "cases_closed"
    assert {rule.code: rule.params for rule in rules}["mediation_rate"] == {
        "low": Decimal("0.2"),
        "high": Decimal("0.6"),
        "margin": Decimal("0.2"),
    }


# -- by button and by command -------------------------------------------------------------------


@pytest.mark.django_db
def test_button_gives_the_managed_courts_their_drafts_once(client, court, other_court, appraiser):
    client.force_login(appraiser)

    for _time in range(2):
        response = client.post(reverse("appraisal:index_set_install"))
        assert response.url.startswith(reverse("appraisal:index_set_list"))

    assert set(IndexSet.objects.values_list("court", "drafted_by")) == {(court.pk, appraiser.pk)}
    assert IndexSet.objects.count() == len(SETS)


@pytest.mark.django_db
def test_command_publishes_what_passes_and_says_what_is_to_be_filled_in(court, capsys):
    with translation.override("en"):
        call_command("install_index_sets", "--court=slx")
        drafted = capsys.readouterr().out.splitlines()
        call_command("install_index_sets", "--court=slx", "--publish")
        call_command("install_index_sets", "--court=slx", "--publish")

    out = capsys.readouterr().out.splitlines()
    assert drafted == sorted(f"{code} v1: draft" for code in BY_CODE)
    assert "civil-judge v1: published" in out
    at = out.index("criminal-judge v1: draft")
    assert out[at + 1].startswith("  Case work")
    published = IndexSet.objects.filter(state="published").values_list("code", flat=True)
    assert set(published) == set(BY_CODE) - TO_FILL


@pytest.mark.django_db
def test_command_refuses_an_unknown_court():
    with translation.override("en"), pytest.raises(CommandError, match="no court with the code"):
        call_command("install_index_sets", "--court=nowhere")
