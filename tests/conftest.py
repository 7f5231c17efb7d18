"""Fixtures for all tests: the cast, and the surroundings that every test needs."""

import hypothesis
import pytest
from django.core.management.commands import flush
from django.db import connections

from appraisal import triggers as appraisal_triggers
from cadres import triggers as cadres_triggers
from courtparty.accounts import triggers as accounts_triggers
from courtparty.audit import triggers as audit_triggers
from retention import triggers as retention_triggers
from tests import databases, services
from tests.cast import MAKERS, make_cast


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The test database begins as a copy of one that was migrated once."""
    databases.copied_when_made(connections["default"])


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

TRIGGERS = (
    audit_triggers, accounts_triggers, appraisal_triggers, cadres_triggers, retention_triggers,
)  # fmt: skip


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
def cast(db):
    return make_cast()


def _fixture_of(name):
    @pytest.fixture(name=name)
    def made(cast):
        return cast(name)

    return made


for _name in MAKERS:
    globals()[f"the_{_name}"] = _fixture_of(_name)
