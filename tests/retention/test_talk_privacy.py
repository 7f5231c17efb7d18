"""Canaries in everything said or written: where each may show, and nowhere else."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.contrib import admin
from django.core import serializers
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from retention.models import PrivateNote, Setback, Talk, TalkFollowUp
from retention.models.talks import OfTalkQuerySet
from tests.access import EVERYONE
from tests.factories import make_user
from tests.retention.access.setbacks import ROWS
from tests.retention.setbacks_cast import make_rule_task, make_setback, make_talk, make_task

pytestmark = pytest.mark.django_db

HOLDER, OWN, FOLLOWERS = "branch_secretary", "officer_user", {"secretary", "political"}
BOTH = {HOLDER, OWN}
# Each canary, and who may ever read it.
READERS = {
    "CANARYPRIVATE": {HOLDER},
    "CANARYBEFORE": {HOLDER},
    "CANARYSHARED": BOTH,
    "CANARYVERSION": BOTH,
    "CANARYWORD": BOTH,
    "CANARYAGREED": BOTH,
    "CANARYDETAIL": {HOLDER, *FOLLOWERS},
    "CANARYHELP": {HOLDER, OWN, *FOLLOWERS},
    "CANARYFOLLOW": {HOLDER, *FOLLOWERS},
}


class World:
    """One of everything, with a canary in each text."""

    def __init__(self, officer, holder):
        now = timezone.now()
        self.officer = officer
        self.setback = make_setback(
            officer, state="helping", detail="CANARYDETAIL", next_follow_up_on=date(2026, 12, 1)
        )
        self.setback_help = self.setback.help.create(
            measure="rest",
            who=holder,
            until=date(2026, 12, 1),
            text="CANARYHELP",
            added_by=holder,
            added_at=now,
        )
        self.setback.follow_ups.create(
            day=date(2026, 11, 5), outcome="same", note="CANARYFOLLOW", by=holder, at=now
        )
        self.held_task = make_task(officer, holder, setback=self.setback, state="held")
        self.talk = make_talk(
            officer,
            holder,
            kind="care",
            task=self.held_task,
            shared_note="CANARYSHARED",
            own_word="CANARYWORD",
            acknowledged_at=now,
            private_note="CANARYBEFORE",
            agreed="CANARYAGREED",
        )
        PrivateNote.objects.create(
            talk=self.talk, author=holder, private_note="CANARYPRIVATE", written_at=now
        )
        self.talk.versions.create(
            number=1,
            held_on=self.talk.held_on,
            kind="heart",
            shared_note="CANARYVERSION",
            replaced_at=now,
        )
        self.talk_agreed = self.talk.shared_follow_up.get()
        self.talk_task = make_task(officer, holder)
        self.rule_task = make_rule_task(officer, holder)
        self.cancelled_task = make_task(officer, holder, state="cancelled", cancel_reason="away")


@pytest.fixture
def world(officer, branch_secretary, request):
    for name in EVERYONE:
        request.getfixturevalue(name)
    return World(officer, branch_secretary)


def text_of(response) -> str:
    if response.headers.get("Content-Type", "").startswith("application/vnd"):
        book = load_workbook(BytesIO(response.content))
        return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    return response.content.decode()


def addresses(world):
    pages = {name: row.args(world) for name, row in ROWS.items() if row.get is not None}
    found = [reverse(name, args=args) for name, args in pages.items()]
    found += [reverse("home"), reverse("my_records"), reverse("notices:inbox")]
    found += [reverse("audit:entry_list"), reverse("cadres:officer_list")]
    found.append(reverse("cadres:officer_detail", args=[world.officer.pk]))
    found += [
        f"{reverse('retention:setback_list')}?state=all",
        f"{reverse('retention:talk_list')}?state=all",
    ]
    return found


@pytest.mark.parametrize("role", EVERYONE)
def test_each_canary_shows_to_its_readers_alone(role, world, client, request):
    user = request.getfixturevalue(role)
    client.force_login(user)

    seen = {
        canary
        for address in addresses(world)
        for canary in re.findall(r"CANARY[A-Z]+", text_of(client.get(address)))
    }

    assert seen == {canary for canary, readers in READERS.items() if role in readers}


@pytest.mark.parametrize("role", ["secretary", "political", "party_affairs", "president"])
def test_exports_hold_no_canary(role, world, client, request):
    client.force_login(request.getfixturevalue(role))
    pages = ["talk_export", "talk_held_export", "talk_coverage_export"]
    if role in FOLLOWERS:
        pages.append("setback_export")

    books = [text_of(client.get(reverse(f"retention:{page}") + "?state=all")) for page in pages]

    assert "CANARY" not in "".join(books)
    assert "张海燕" in books[0]


def test_admin_has_no_table_of_talks_and_no_canary(world, client, political):
    registered = {model.__name__ for model in admin.site._registry}
    assert not registered & {"Talk", "PrivateNote", "TalkVersion", "TalkFollowUp", "SetbackHelp"}
    client.force_login(political)
    address = reverse("admin:retention_setback_change", args=[world.setback.pk])

    response = client.get(address)

    assert response.status_code == 200
    assert "CANARY" not in response.text


@pytest.mark.parametrize("role", [one for one in EVERYONE if one != HOLDER])
def test_private_notes_are_visible_to_their_author_alone(role, world, request):
    user = request.getfixturevalue(role)

    assert not PrivateNote.objects.visible_to(user).exists()
    visible = Talk.objects.visible_to(user).exists()
    assert visible == (role == OWN)
    assert OfTalkQuerySet(TalkFollowUp).visible_to(user).exists() == (role == OWN)


def test_author_who_lost_the_role_still_reads_the_own_notes(world, client, branch_secretary):
    branch_secretary.grants.update(ends_on=date(2026, 1, 2))
    client.force_login(branch_secretary)

    assert world.talk.get_absolute_url() in client.get(reverse("retention:talk_mine")).text
    page = client.get(world.talk.get_absolute_url()).text
    assert "CANARYPRIVATE" in page
    assert "CANARYSHARED" in page


def test_successor_in_the_role_reads_neither_note(world, client, branch):
    successor = make_user("successor", "secretary", branch)
    client.force_login(successor)

    assert client.get(world.talk.get_absolute_url()).status_code == 404
    private = reverse("retention:talk_private", args=[world.talk.pk])
    assert client.get(private).status_code == 404


def test_setback_of_oneself_is_handled_by_somebody_else(world, client, officer_user, court):
    officer_user.grants.create(role="political", unit=court, starts_on=date(2026, 1, 1))
    client.force_login(officer_user)

    assert (
        client.get(reverse("retention:setback_detail", args=[world.setback.pk])).status_code == 404
    )
    listed = client.get(reverse("retention:setback_list")).context["page_obj"]
    assert list(listed.object_list) == []
    assert not Setback.objects.visible_to(officer_user).exists()


def test_everything_written_is_encrypted_in_the_database(world):
    tables = [one for one in connection.introspection.table_names() if one.startswith("retention_")]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            assert "CANARY" not in str(cursor.fetchall())


def test_dump_log_and_notices_hold_no_canary(world):
    rows = [*Talk.objects.all(), *PrivateNote.objects.all(), *Setback.objects.all()]

    assert "CANARY" not in serializers.serialize("json", rows)
    assert "CANARY" not in str(list(Entry.objects.values()))
    assert "CANARY" not in str(list(Notice.objects.values()))


def test_register_does_not_even_read_the_notes(world, political):
    talk = Talk.objects.in_register(political).get()

    assert {"shared_note", "own_word"} <= talk.get_deferred_fields()


@pytest.mark.parametrize("role", ["party_affairs", "president"])
def test_that_there_was_a_setback_is_unknown_to_who_does_not_follow_them(
    role, world, client, request
):
    client.force_login(request.getfixturevalue(role))

    planned = client.get(reverse("retention:talk_list") + "?state=all").context["page_obj"]
    held = client.get(reverse("retention:talk_held")).context["page_obj"]

    assert {row.pk for row in planned.object_list} == {
        world.talk_task.pk,
        world.rule_task.pk,
        world.cancelled_task.pk,
    }
    assert list(held.object_list) == []
    page = reverse("retention:talk_task_detail", args=[world.held_task.pk])
    assert client.get(page).status_code == 404


def test_every_opening_by_somebody_else_is_on_the_officers_record(
    world, client, political, officer
):
    client.force_login(political)
    client.get(reverse("retention:setback_detail", args=[world.setback.pk]))

    entry = Entry.objects.about(officer).reads().get()
    assert (entry.verb, entry.actor, entry.detail) == (
        "setback.read",
        political,
        {"setback": world.setback.pk},
    )


def test_own_reading_is_not_recorded_and_the_holders_is(
    world, client, officer_user, branch_secretary, officer
):
    client.force_login(officer_user)
    client.get(world.talk.get_absolute_url())
    assert not Entry.objects.reads().exists()

    client.force_login(branch_secretary)
    client.get(world.talk.get_absolute_url())
    assert Entry.objects.about(officer).reads().get().verb == "talk.read"
