import pytest

from cadres.rules.roster_plan import (
    Change,
    KnownOfficer,
    NewUnit,
    OfficerRow,
    chosen_units,
    department_function,
    look_alikes,
    missing_units,
    party_org_kind,
    plan_digest,
    plan_roster,
    row_ranges,
)
from courtparty.lib.dates import PartialDate

VALUES = {
    "name": "张海燕",
    "birth": PartialDate(1985, 6, 15),
    "department": "立案庭",
    "branch": "第一党支部",
    "phone": "19900000000",
    "party_status": "full_member",
}


def row(id_hash="a", number=3, **values):
    return OfficerRow("花名册", number, id_hash, VALUES | values)


def known(id_hash="a", pk=1, in_service=True, **values):
    return KnownOfficer(pk, id_hash, in_service, VALUES | values)


def counts(rows, existing):
    found = plan_roster(rows, existing).counts
    return found["new"], found["changed"], found["unchanged"], found["left"]


@pytest.mark.parametrize(
    ("rows", "existing", "expected"),
    [
        pytest.param([row()], [], (1, 0, 0, 0), id="new"),
        pytest.param([row()], [known()], (0, 0, 1, 0), id="unchanged"),
        pytest.param([row(phone="")], [known()], (0, 1, 0, 0), id="emptied"),
        pytest.param([row(branch="")], [known(branch="")], (0, 0, 1, 0), id="both empty"),
        pytest.param([row(birth=None)], [known()], (0, 1, 0, 0), id="date emptied"),
        pytest.param([], [known()], (0, 0, 0, 1), id="left"),
        pytest.param([], [known(in_service=False)], (0, 0, 0, 0), id="left long ago"),
        pytest.param([row()], [known(in_service=False)], (0, 1, 0, 0), id="returned"),
        pytest.param([row("b")], [known()], (1, 0, 0, 1), id="another ID number"),
    ],
)
def test_everybody_is_in_one_place(rows, existing, expected):
    assert counts(rows, existing) == expected


def test_changes_say_old_and_new():
    plan = plan_roster([row(phone="19911111111", department="政治部")], [known()])

    assert plan.changed[0].changes == (
        Change("department", "立案庭", "政治部"),
        Change("phone", "19900000000", "19911111111"),
    )


@pytest.mark.parametrize(
    ("stored", "read", "is_changed"),
    [
        pytest.param((1985, 6, 15), (1985, 6), False, id="month covers the day"),
        pytest.param((1985, 6), (1985, 6, 15), True, id="day is finer"),
        pytest.param((1985, 6, 15), (1985, 7), True, id="another month"),
        pytest.param((1985, 6, 15), (1985, 6, 16), True, id="another day"),
    ],
)
def test_a_known_day_is_kept_where_only_the_month_is_written(stored, read, is_changed):
    plan = plan_roster([row(birth=PartialDate(*read))], [known(birth=PartialDate(*stored))])

    assert bool(plan.changed) == is_changed


def test_a_column_the_workbook_lacks_changes_nothing():
    partial = OfficerRow("花名册", 3, "a", {"name": "张海燕", "department": "立案庭"})

    assert counts([partial], [known()]) == (0, 0, 1, 0)


def test_returned_is_counted_among_the_changed():
    plan = plan_roster([row()], [known(in_service=False)])

    assert plan.changed[0].returned
    assert plan.counts["returned"] == 1


@pytest.mark.parametrize(
    ("values", "found"),
    [
        pytest.param({}, 1, id="all the same"),
        pytest.param({"birth": PartialDate(1985, 6)}, 1, id="birth to the month"),
        pytest.param({"birth": None}, 1, id="birth unknown"),
        pytest.param({"birth": PartialDate(1985, 7)}, 0, id="another birth"),
        pytest.param({"department": "政治部"}, 0, id="another department"),
    ],
)
def test_look_alikes_have_name_birth_and_department_in_common(values, found):
    existing = [known()]
    plan = plan_roster([row("b", **values)], existing)

    assert len(look_alikes(plan, existing)) == found


def test_someone_in_the_workbook_twice_by_name_is_no_look_alike():
    existing = [known()]

    assert look_alikes(plan_roster([row(), row("b", 4)], existing), existing) == []


def units(rows, **known_units):
    given = {"departments": [], "branches": [], "has_party_org": False} | known_units
    return missing_units(rows, court_name="示例县人民法院", **given)


def test_missing_units_are_proposed_with_their_rows():
    rows = [row(str(n), n, department="刑事审判庭") for n in range(3, 53)]

    assert units(rows, branches=["第一党支部"]) == (
        NewUnit(
            "department",
            "刑事审判庭",
            "criminal",
            tuple(("花名册", n) for n in range(3, 53)),
        ),
    )


def test_missing_branches_bring_their_organisation():
    rows = [row(str(n), n) for n in range(3, 53)]
    found = units(rows, departments=["立案庭"])

    assert [(unit.kind, unit.name) for unit in found] == [
        ("general_branch", "中共示例县人民法院总支部委员会"),
        ("branch", "第一党支部"),
    ]
    assert [unit.kind for unit in units(rows, has_party_org=True)] == ["department", "branch"]


@pytest.mark.parametrize(
    ("members", "kind"),
    [(0, "none"), (49, "none"), (50, "general_branch"), (99, "general_branch"),
     (100, "party_committee")],
)  # fmt: skip
def test_organisation_by_number_of_members(members, kind):
    assert party_org_kind(members) == kind


def test_choices_replace_what_was_proposed():
    proposed = (
        NewUnit("department", "综合庭", "other"),
        NewUnit("general_branch", "中共示例县人民法院总支部委员会"),
        NewUnit("branch", "第一党支部"),
    )
    choices = {"department:综合庭": "civil", "party_org": "party_committee"}

    chosen = chosen_units(proposed, choices, court_name="示例县人民法院")
    without = chosen_units(proposed, {"party_org": "none"}, court_name="示例县人民法院")

    assert [(unit.kind, unit.name, unit.function) for unit in chosen] == [
        ("department", "综合庭", "civil"),
        ("party_committee", "中共示例县人民法院机关委员会", ""),
        ("branch", "第一党支部", ""),
    ]
    assert [unit.kind for unit in without] == ["department", "branch"]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("立案庭", "case_filing"), ("刑事审判庭", "criminal"), ("民事审判第二庭", "civil"),
        ("行政审判庭", "administrative_cases"), ("执行局", "enforcement"),
        ("审判管理办公室", "adjudication_management"), ("政治部", "political"),
        ("综合办公室", "general_office"), ("司法警察大队", "judicial_police"),
        ("法警队", "judicial_police"), ("城关人民法庭", "tribunal"), ("院领导", "leadership"),
        ("食堂", "other"),
    ],
)  # fmt: skip
def test_function_is_guessed_from_the_name(name, function):
    assert department_function(name) == function


def test_row_ranges_are_short():
    assert row_ranges([9, 4, 5, 6, 12, 13]) == "4–6, 9, 12–13"


def test_digest_is_of_the_plan_and_changes_with_it():
    plan = plan_roster([row(), row("b", 4)], [known(), known("c", 2)])
    same = plan_roster([row(), row("b", 4)], [known("c", 2), known()])
    other = plan_roster([row(), row("b", 4, phone="")], [known(), known("c", 2)])

    assert plan_digest(plan, ()) == plan_digest(same, ())
    assert plan_digest(plan, ()) != plan_digest(other, ())
    assert plan_digest(plan, ()) != plan_digest(plan, (NewUnit("branch", "第一党支部"),))
