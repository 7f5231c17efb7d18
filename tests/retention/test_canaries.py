"""Whoever opens everything they can open sees of the four concerns what the table says, no more.

One world with a canary in every encrypted field and kept file stays for all tests of this module;
each test undoes what it did. The table is tests/retention/canaries/readers.py.
"""

import logging
from collections import defaultdict

import pytest
from django.db import transaction
from django.test import Client

from courtparty.audit.models import Entry
from tests.access import EVERYONE, OWN
from tests.cast import kept_for_a_module
from tests.retention.canaries.looking import (
    LIKE,
    bare_refusals,
    pages_of,
    stored_rows,
    tables_written,
)
from tests.retention.canaries.planting import (
    UNMARKED,
    canaries_in,
    canary,
    class_of,
    encrypted_fields,
    is_personal,
    kept_files,
    own_words,
    plant,
)
from tests.retention.canaries.readers import OPENED, READS, UNTRACED
from tests.retention.canaries.world import make_complete_world
from tests.retention.canaries.writing import forms_on, pages_with_forms, send, ways

pytestmark = pytest.mark.django_db

EMERGENCY_PAGE = "retention:break_glass_open"


@pytest.fixture(scope="module")
def planted(django_db_setup, django_db_blocker):
    with own_words(), kept_for_a_module(django_db_blocker):
        world = make_complete_world()
        world.planted = plant(world)
        yield world


def client_for(world, role: str) -> Client:
    client = Client()
    client.force_login(world.cast(role))
    return client


@pytest.mark.parametrize("role", [*EVERYONE, *LIKE])
def test_role_sees_of_the_four_concerns_what_the_table_says(planted, role, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    bare_refusals(monkeypatch)
    seen, in_emergency, untraced = set(), set(), set()
    readings = Entry.objects.reads().filter(actor=planted.cast(role))
    before = 0
    for name, text in pages_of(planted, client_for(planted, role), role):
        if found := canaries_in(text):
            (in_emergency if name == EMERGENCY_PAGE else seen).update(found)
            before, after = readings.count(), before
            if before == after:
                untraced.add(name)

    assert seen == READS.get(role, set())
    assert in_emergency == OPENED.get(role, set())
    assert role == OWN or untraced - set(UNTRACED) == set()
    assert canaries_in(caplog.text) == set()


def test_every_canary_is_read_by_somebody(planted):
    """So that the walk has reached the page of each."""
    read = set().union(*READS.values(), *OPENED.values())

    assert planted.planted ^ read == {"AssignmentPause.end_reason:another"}


def test_everything_encrypted_and_every_kept_file_has_a_canary(planted):
    fields = {class_of(field) for field in encrypted_fields()} - UNMARKED
    files = {f"{class_of(field)}!" for field in kept_files() if is_personal(field)}

    assert {name.partition(":")[0] for name in planted.planted} == fields | files


def test_no_column_of_any_table_holds_a_canary_in_clear(planted):
    assert {column for column, text in stored_rows() if canaries_in(text)} == set()


# -- writing everything ----------------------------------------------------------------------------

# Columns that hold what people write in clear, and why they may: it is about no single officer, or
# is what everybody who reads the list of these records reads.
PLAIN = {
    # What the court or its departments arrange for everybody, and words of its own tables.
    *(f"retention_awardrung.{name}" for name in ("name", "name_en", "decided_by", "source")),
    "retention_awardrung.certificate_text",
    "retention_budgetsource.name",
    "retention_causekind.name",
    "retention_causekind.name_en",
    *(f"retention_checkupcampaign.{name}" for name in ("name", "note", "place", "provider")),
    *(f"retention_entitlementrule.{name}" for name in ("name", "name_en", "note", "source")),
    "retention_leavekind.note",
    "retention_leavekind.source",
    "retention_retentionaction.title",
    "retention_screeningsettings.crisis_line",
    "retention_screeningsettings.local_help",
    "retention_talkrule.source",
    # What was achieved and the document that rewards it: announced.
    "retention_achievement.title",
    "retention_award.document_number",
    "retention_award.revoked_number",
    # The name of a workbook, of evidence, of an award's document. Files of health and hardship
    # are kept under a name of ours.
    "jobs_storedfile.name",
    "retention_receivedimport.file_name",
    # What was worked, why that is no overtime, why days of leave were put right; and where a talk
    # was held. Why somebody was away stands with the leave itself.
    "retention_leaveadjustment.reason",
    "retention_overtime.answer",
    "retention_overtime.work",
    "retention_talk.place",
}
NAMED_BY_PEOPLE = {
    *(f"retention:{name}" for name in ("achievement_add", "achievement_change")),
    *(f"retention:{name}" for name in ("my_achievement_add", "my_achievement_change")),
    "retention:proposal_reply",
    "retention:received_import",
}
AT_LEAST = 125


def test_what_people_write_is_in_no_log_notice_job_or_plain_column(planted, caplog):
    """Nothing of it in notices_notice, jobs_job and audit_entry either: they are not in PLAIN."""
    caplog.set_level(logging.DEBUG)
    text, taken, plain = canary("written"), set(), defaultdict(set)
    clients = {role: client_for(planted, role) for role in EVERYONE}
    for name, role in pages_with_forms():
        for kind, form in forms_on(planted, clients[role], name):
            for given in [] if kind in taken else ways(kind):
                with transaction.atomic(), tables_written() as tables:
                    if send(clients[role], form, text, given).status_code == 302:
                        taken.add(kind)
                    for column in columns_with(text, tables):
                        plain[column].add(kind)
                    transaction.set_rollback(True)

    assert len(taken) >= AT_LEAST
    assert set(plain) == PLAIN
    assert plain["jobs_storedfile.name"] == NAMED_BY_PEOPLE
    assert canaries_in(caplog.text) == set()


def columns_with(text: str, tables: set[str]) -> set[str]:
    return {column for column, held in stored_rows(tables) if text in held} if tables else set()
