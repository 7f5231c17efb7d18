import pytest
from django.urls import reverse

from courtparty import navigation
from courtparty.accounts.models import User
from courtparty.navigation import GROUPS, ITEMS, navigation_for


@pytest.fixture(autouse=True)
def _addresses(monkeypatch):
    """Every address resolves, to its own name."""
    monkeypatch.setattr(navigation, "_address", lambda name: f"/{name}/")


def person(*permissions, is_platform=False):
    user = User(username="somebody", is_platform=is_platform)
    user.has_perm = lambda name, obj=None: name in permissions
    return user


def names(groups):
    return [[link.url.strip("/") for link in group.links] for group in groups]


def current(groups):
    return [link.url.strip("/") for group in groups for link in group.links if link.is_current]


def test_navigation_addresses_all_exist(monkeypatch):
    monkeypatch.undo()

    assert [reverse(item.url_name) for item in ITEMS if not reverse(item.url_name)] == []


def test_navigation_of_an_officer_is_their_own_group_only():
    own = [[item.url_name for item in ITEMS if item.group == group] for group in ("own", "mine")]

    assert names(navigation_for(person())) == own


def test_navigation_shows_what_is_permitted_under_its_mechanism():
    groups = navigation_for(person("cadres.view_officer", "appraisal.view_cycle"))

    assert names(groups)[2:] == [["cadres:officer_list"], ["appraisal:cycle_list"]]


def test_navigation_of_a_platform_account_has_no_personal_records():
    groups = navigation_for(person("audit.view_entries", is_platform=True))

    assert names(groups) == [["home", "notices:inbox"], ["audit:entry_list"]]


def test_navigation_of_few_links_is_unfolded():
    assert all(group.is_open for group in navigation_for(person("cadres.view_officer")))


def test_navigation_of_many_links_unfolds_where_one_is():
    everything = person(*(item.permission for item in ITEMS))

    groups = navigation_for(everything, view_name="retention:leave_list")

    opened = [str(group.label) for group in groups if group.is_open]
    assert opened == ["", str(GROUPS["treatment"])]


@pytest.mark.parametrize(
    ("view_name", "expected"),
    [
        pytest.param("cadres:officer_list", ["cadres:officer_list"], id="the page itself"),
        pytest.param("cadres:officer_detail", ["cadres:officer_list"], id="one of the list"),
        pytest.param("cadres:roster_import_confirm", ["cadres:roster_import"], id="a step"),
        pytest.param("appraisal:figure_import_detail", ["appraisal:figure_import"], id="not list"),
        pytest.param("appraisal:figure_sheet", ["appraisal:figure_list"], id="same noun"),
        pytest.param("admin:accounts_unit_changelist", ["admin:index"], id="a whole site"),
        pytest.param("password_change", [], id="not in the navigation"),
        pytest.param("", [], id="no page at all"),
    ],
)
def test_navigation_marks_where_one_is(view_name, expected):
    everything = person(*(item.permission for item in ITEMS))

    assert current(navigation_for(everything, view_name=view_name)) == expected
