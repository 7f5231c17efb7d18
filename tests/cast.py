"""The cast: one court with people in every role, another court that must never be seen.

Each person and unit is made when it is first asked for. Tests ask by fixtures of the same names
(tests/conftest.py); a world that stays for a whole module asks a cast of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from courtparty.accounts.models import Unit
from courtparty.accounts.roles import Role
from tests.factories import make_court, make_officer, make_unit, make_user

Function, Kind = Unit.Function, Unit.Kind
Cast = Callable[[str], Any]
Maker = Callable[[Cast], Any]


def make_cast(more: dict[str, Maker] | None = None) -> Cast:
    makers = MAKERS | (more or {})
    made: dict[str, Any] = {}

    def cast(name: str) -> Any:
        if name not in made:
            made[name] = makers[name](cast)
        return made[name]

    return cast


@contextmanager
def kept_for_a_module(blocker: Any) -> Iterator[None]:
    """Rows made inside stay until the end; what each test does to them is undone after it."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def person(username: str, role: str, unit: str = "") -> Maker:
    return lambda cast: make_user(username, role, cast(unit) if unit else None)


def unit(above: str, name: str, kind: str = Kind.DEPARTMENT, function: str = "") -> Maker:
    return lambda cast: make_unit(cast(above), name, kind, function)


def member(username: str, name: str) -> Maker:
    """An officer with an account and no role."""

    def make(cast: Cast) -> Any:
        court = cast("court")
        where = {"department": cast("civil"), "branch": cast("branch")}
        user = make_user(username, court=court)
        return make_officer(court=court, name=name, user=user, **where)

    return make


def _outsider(cast: Cast) -> Any:
    """An officer of another court, with an account and no role."""
    court = cast("other_court")
    department = make_unit(court, "民事审判庭", function=Function.CIVIL)
    user = make_user("outsider", court=court)
    make_officer(court=court, department=department, name="钱外人", user=user)
    return user


MAKERS: dict[str, Maker] = {
    "court": lambda cast: make_court(),
    "other_court": lambda cast: make_court(code="other", name="另一县人民法院"),
    "civil": unit("court", "民事审判第一庭", function=Function.CIVIL),
    "filing": unit("court", "立案庭", function=Function.CASE_FILING),
    "party_org": unit("court", "中共示例县人民法院总支部委员会", Kind.GENERAL_BRANCH),
    "branch": unit("party_org", "第一党支部", Kind.BRANCH),
    "other_branch": unit("party_org", "第二党支部", Kind.BRANCH),
    "secretary": person("secretary", Role.SECRETARY, "party_org"),
    "branch_secretary": person("branch.secretary", Role.SECRETARY, "branch"),
    "party_affairs": person("cadre", Role.PARTY_AFFAIRS, "court"),
    "political": person("political", Role.POLITICAL, "court"),
    "head": person("head", Role.HEAD, "civil"),
    "steward": person("steward", Role.STEWARD, "court"),
    "union": person("union", Role.UNION, "court"),
    "appraiser": person("appraiser", Role.APPRAISER, "court"),
    "president": person("president", Role.PRESIDENT, "court"),
    "officer": member("officer", "张海燕"),
    "officer_user": lambda cast: cast("officer").user,
    "outsider": _outsider,
    "outsider_political": person("outsider.political", Role.POLITICAL, "other_court"),
    "system_admin": person("system", Role.SYSTEM),
    "security_admin": person("security", Role.SECURITY),
    "audit_admin": person("auditor", Role.AUDITOR),
}
