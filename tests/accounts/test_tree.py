import pytest

from courtparty.accounts.models import Unit
from courtparty.accounts.services import tree
from courtparty.audit.models import Entry
from tests.factories import make_unit

pytestmark = pytest.mark.django_db

Kind, Function = Unit.Kind, Unit.Function


def add(parent, by, kind=Kind.DEPARTMENT, name="刑事审判庭", function=Function.CRIMINAL):
    return tree.add_unit(parent_id=parent.pk, kind=kind, name=name, function=function, by=by)


def change(unit, by, **new):
    unit.refresh_from_db()
    values = {name: getattr(unit, name) for name in ("name", "name_en", "function", "is_active")}
    return tree.change_unit(unit_id=unit.pk, by=by, **values | new)


def test_added_department_lies_below_its_court(court, political):
    unit = add(court, political)

    assert Unit.objects.get_parent(unit) == court
    assert (unit.name, unit.function) == ("刑事审判庭", "criminal")
    entry = Entry.objects.get()
    assert (entry.verb, entry.court, entry.subject_pk) == ("unit.created", court, unit.pk)


def test_party_organisation_has_no_function(court, political):
    unit = add(court, political, kind=Kind.BRANCH, name="第三党支部")

    assert unit.function == ""


@pytest.mark.parametrize(
    ("kind", "function", "name", "reason"),
    [
        pytest.param(Kind.COURT, "", "x", "does not lie below", id="court in a court"),
        pytest.param(Kind.GROUP, "", "x", "does not lie below", id="group without branch"),
        pytest.param(Kind.DEPARTMENT, "", "x", "needs a function", id="no function"),
        pytest.param(Kind.DEPARTMENT, "civil", "民事审判第一庭", "already", id="name taken"),
        pytest.param(Kind.DEPARTMENT, "civil", "  ", "needs a name", id="no name"),
    ],
)
def test_add_unit_refuses(court, civil, political, kind, function, name, reason):
    with pytest.raises(tree.CannotChangeUnit, match=reason):
        add(court, political, kind=kind, function=function, name=name)

    assert Unit.objects.count() == 2
    assert not Entry.objects.exists()


def test_changed_unit_is_logged_by_its_items(civil, court, political):
    unit = change(civil, political, name="民一庭", function=Function.TRIBUNAL)

    assert (unit.name, unit.function) == ("民一庭", "tribunal")
    entry = Entry.objects.get()
    assert (entry.verb, entry.court) == ("unit.changed", court)
    assert entry.detail == {"fields": ["name", "function"]}


def test_unchanged_unit_is_not_logged(civil, political):
    change(civil, political)

    assert not Entry.objects.exists()


def test_change_unit_refuses_the_name_of_a_sister(civil, filing, political):
    with pytest.raises(tree.CannotChangeUnit, match="already"):
        change(filing, political, name=civil.name)


def test_same_name_in_another_court_is_no_matter(civil, other_court, outsider_political):
    make_unit(other_court, "立案庭")
    unit = add(other_court, outsider_political, name=civil.name, function=Function.CIVIL)

    assert unit.name == civil.name


def test_unit_goes_out_of_use_after_those_below_it(party_org, branch, political):
    with pytest.raises(tree.CannotChangeUnit, match="below this one"):
        change(party_org, political, is_active=False)

    change(branch, political, is_active=False)
    assert not change(party_org, political, is_active=False).is_active


def test_court_stays_in_use(court, political):
    with pytest.raises(tree.CannotChangeUnit, match="court"):
        change(court, political, is_active=False)


def test_moved_unit_takes_what_is_below_along(court, party_org, branch, political):
    group = make_unit(branch, "第一党小组", kind=Kind.GROUP)
    committee = make_unit(court, "机关党委", kind=Kind.PARTY_COMMITTEE)

    tree.move_unit(unit_id=party_org.pk, parent_id=committee.pk, by=political)

    below = Unit.objects.within(Unit.objects.get(pk=committee.pk)).order_by("path")
    assert [unit.pk for unit in below] == [committee.pk, party_org.pk, branch.pk, group.pk]
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    assert Entry.objects.get().detail == {"fields": ["parent"], "parent": committee.pk}


def test_move_to_where_it_is_changes_nothing(party_org, branch, political):
    tree.move_unit(unit_id=branch.pk, parent_id=party_org.pk, by=political)

    assert not Entry.objects.exists()


def test_move_unit_refuses_another_court(branch, other_court, political):
    with pytest.raises(tree.CannotChangeUnit, match="another court"):
        tree.move_unit(unit_id=branch.pk, parent_id=other_court.pk, by=political)


def test_move_unit_refuses_a_place_below_itself(party_org, branch, political):
    with pytest.raises(tree.CannotChangeUnit, match="below itself"):
        tree.move_unit(unit_id=party_org.pk, parent_id=branch.pk, by=political)


def test_move_unit_refuses_a_place_that_does_not_fit(civil, branch, political):
    with pytest.raises(tree.CannotChangeUnit, match="does not lie below"):
        tree.move_unit(unit_id=civil.pk, parent_id=branch.pk, by=political)
