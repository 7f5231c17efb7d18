import pytest

from courtparty.accounts import rules
from courtparty.accounts.models import Unit
from courtparty.accounts.roles import PERMISSIONS, PLATFORM_ROLES, Role

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)


def test_every_business_role_has_its_kinds_of_unit_and_no_platform_role_has():
    assert set(rules.ROLE_UNIT_KINDS) == set(Role.values) - PLATFORM_ROLES


def test_kinds_in_the_rules_are_the_kinds_of_the_tree():
    named = set(rules.PARENT_KINDS).union(
        *rules.PARENT_KINDS.values(), *rules.ROLE_UNIT_KINDS.values()
    )

    assert named == set(Unit.Kind.values)


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("secretary", {"party_committee", "general_branch", "branch", "group"}),
        ("head", {"department"}),
        ("political", {"court"}),
        ("steward", {"court"}),
        ("system", set()),
    ],
)
def test_a_role_is_held_on_kinds_that_fit(role, kinds):
    assert {kind for kind in Unit.Kind.values if rules.may_hold_on(role, kind)} == kinds


@pytest.mark.parametrize(
    ("kind", "parent", "expected"),
    [
        ("department", "court", True),
        ("department", "branch", False),
        ("branch", "general_branch", True),
        ("group", "branch", True),
        ("group", "court", False),
        ("court", "court", False),
    ],
)
def test_a_unit_lies_below_units_that_fit(kind, parent, expected):
    assert rules.may_lie_below(kind, parent) is expected


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        pytest.param(CHROME, "Chrome · Windows", id="chrome"),
        pytest.param(CHROME + " Edg/126.0.0.0", "Edge · Windows", id="edge says chrome too"),
        pytest.param("Mozilla/5.0 (X11; Linux) Firefox/128.0", "Firefox · Linux", id="firefox"),
        pytest.param("curl/8", "", id="unknown"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_browser_is_named_in_short(user_agent, expected):
    assert rules.browser_name(user_agent) == expected


def test_platform_roles_carry_no_right_to_business_records():
    rights = set().union(*(PERMISSIONS[role] for role in PLATFORM_ROLES))

    # Two reference tables that every court shares: what day is worked, and what is counted.
    shared = {right for right in rights if right.endswith(("_workingday", "_measure"))}
    assert {right.split(".")[0] for right in rights - shared} == {"accounts", "audit", "jobs"}
