"""The cast: one court with people in every role, another court that must never be seen."""

import hypothesis
import pytest
from django.core.management.commands import flush
from django.db import connections

from appraisal import triggers as appraisal_triggers
from cadres import triggers as cadres_triggers
from courtparty.accounts import triggers as accounts_triggers
from courtparty.accounts.models import Unit
from courtparty.accounts.roles import Role
from courtparty.audit import triggers as audit_triggers
from tests import services
from tests.factories import make_court, make_officer, make_unit, make_user

Function, Kind = Unit.Function, Unit.Kind


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    """No manifest is collected for tests."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def pytest_collection_modifyitems(config, items):
    services.leave_out(config, items)


def pytest_terminal_summary(terminalreporter):
    if line := services.left_out_line():
        terminalreporter.write_line(line)


# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("courtparty", deadline=None)
hypothesis.settings.load_profile("courtparty")

TRIGGERS = (audit_triggers, accounts_triggers, appraisal_triggers, cadres_triggers)


@pytest.fixture(autouse=True, scope="session")
def _database_can_be_emptied_between_tests():
    """The log refuses deletion, so the flush after a transactional test lifts the triggers."""
    original = flush.Command.handle

    def handle(self, **options):
        connection = connections[options["database"]]
        for triggers in TRIGGERS:
            triggers.remove(connection)
        try:
            return original(self, **options)
        finally:
            for triggers in TRIGGERS:
                triggers.install(connection)

    flush.Command.handle = handle
    yield
    flush.Command.handle = original


@pytest.fixture
def court(db):
    return make_court()


@pytest.fixture
def other_court(db):
    return make_court(code="other", name="另一县人民法院")


@pytest.fixture
def civil(court):
    return make_unit(court, "民事审判第一庭", function=Function.CIVIL)


@pytest.fixture
def filing(court):
    return make_unit(court, "立案庭", function=Function.CASE_FILING)


@pytest.fixture
def party_org(court):
    return make_unit(court, "中共示例县人民法院总支部委员会", kind=Kind.GENERAL_BRANCH)


@pytest.fixture
def branch(party_org):
    return make_unit(party_org, "第一党支部", kind=Kind.BRANCH)


@pytest.fixture
def other_branch(party_org):
    return make_unit(party_org, "第二党支部", kind=Kind.BRANCH)


@pytest.fixture
def secretary(party_org):
    return make_user("secretary", Role.SECRETARY, party_org)


@pytest.fixture
def branch_secretary(branch):
    return make_user("branch.secretary", Role.SECRETARY, branch)


@pytest.fixture
def party_affairs(court):
    return make_user("cadre", Role.PARTY_AFFAIRS, court)


@pytest.fixture
def political(court):
    return make_user("political", Role.POLITICAL, court)


@pytest.fixture
def head(civil):
    return make_user("head", Role.HEAD, civil)


@pytest.fixture
def steward(court):
    return make_user("steward", Role.STEWARD, court)


@pytest.fixture
def appraiser(court):
    return make_user("appraiser", Role.APPRAISER, court)


@pytest.fixture
def president(court):
    return make_user("president", Role.PRESIDENT, court)


@pytest.fixture
def officer(court, civil, branch):
    user = make_user("officer", court=court)
    return make_officer(court=court, department=civil, branch=branch, user=user)


@pytest.fixture
def officer_user(officer):
    return officer.user


@pytest.fixture
def outsider(other_court):
    """An officer of another court, with an account and no role."""
    department = make_unit(other_court, "民事审判庭", function=Function.CIVIL)
    user = make_user("outsider", court=other_court)
    make_officer(court=other_court, department=department, name="钱外人", user=user)
    return user


@pytest.fixture
def outsider_political(other_court):
    return make_user("outsider.political", Role.POLITICAL, other_court)


@pytest.fixture
def system_admin(db):
    return make_user("system", Role.SYSTEM)


@pytest.fixture
def security_admin(db):
    return make_user("security", Role.SECURITY)


@pytest.fixture
def audit_admin(db):
    return make_user("auditor", Role.AUDITOR)
