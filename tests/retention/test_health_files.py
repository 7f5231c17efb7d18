import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import (
    FollowUp,
    HealthEntry,
)
from retention.selectors.checkups import own_checkups
from retention.selectors.health_files import file_content
from retention.services.checkup_reminders import remind_all
from retention.services.checkup_results import correct_result
from retention.services.follow_ups import (
    CannotFollow,
    close_follow_up,
    move_follow_up,
    plan_follow_up,
)
from retention.services.health_download import CannotDownload, pack_file
from retention.services.health_entries import CannotAdd, add_entry, change_entry, remove_entry
from retention.services.health_reading import open_file
from tests.retention import health_cast as cast

pytestmark = pytest.mark.django_db
NOW, TODAY, DAY = cast.NOW, cast.TODAY, cast.DAY


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def campaign(court, officer, steward):
    return cast.make_campaign(court, steward)


@pytest.fixture
def result(campaign, officer, steward):
    return cast.make_result(officer, steward, file=cast.report())


def told(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def details(verb: str) -> dict:
    return Entry.objects.get(verb=verb).detail


def correct(result, by, **changed):
    facts = {"done_on": TODAY, "reason": "另一份报告", "seen": 1, "at": NOW}
    finding = changed.pop("finding", None) or cast.finding(findings="更正后")
    return correct_result(result_id=result.pk, finding=finding, by=by, **facts | changed)


def test_opening_is_recorded_on_the_officer_with_reason_and_right(officer, steward):
    file = open_file(officer_id=officer.pk, by=steward, reason="checkup", via="steward")

    entry = Entry.objects.get(verb="health.read")
    assert (entry.is_read, entry.actor, entry.subject_pk) == (True, steward, officer.pk)
    assert entry.subject_model == "cadres.officer"
    assert entry.detail == {"reason": "checkup", "via": "steward"}
    assert file == officer.health_file


def test_opening_ones_own_leaves_no_trace(officer, officer_user):
    open_file(officer_id=officer.pk, by=officer_user, reason="", via="steward")

    assert not Entry.objects.exists()


def test_officer_adds_changes_and_removes_an_entry_with_its_file(officer, officer_user):
    entry = cast.make_entry(officer, file=cast.report())
    facts = {"kind": "medication", "text": "x", "on": None, "vitals": {}, "at": NOW}

    change_entry(entry_id=entry.pk, by=officer_user, file=cast.report("b.pdf"), **facts)

    assert StoredFile.objects.count() == 1
    assert HealthEntry.objects.get().kind == "medication"
    remove_entry(entry_id=entry.pk, by=officer_user)
    assert not StoredFile.objects.exists()
    assert not HealthEntry.objects.exists()
    with pytest.raises(Conflict):
        remove_entry(entry_id=entry.pk, by=officer_user)


def test_nobody_else_writes_into_the_own_entries(officer, steward):
    entry = cast.make_entry(officer)

    with pytest.raises(CannotAdd):
        add_entry(
            officer_id=officer.pk, kind="other", text="x", on=None, vitals={}, by=steward, at=NOW
        )
    with pytest.raises(Conflict):
        remove_entry(entry_id=entry.pk, by=steward)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": ""}, "Write what"),
        ({"kind": "measurement", "text": "x"}, "enter the day"),
        ({"on": TODAY + DAY}, "future"),
        ({"on": date(1950, 1, 1)}, "before your birth"),
        (
            {"kind": "measurement", "on": TODAY, "vitals": {"pulse": Decimal(1)}},
            "living adult",
        ),
    ],
)
def test_entry_refuses_bad_input(officer, changed, words):
    with pytest.raises(CannotAdd, match=words):
        cast.make_entry(officer, **changed)

    assert not HealthEntry.objects.exists()


def test_values_of_checkup_and_own_measurement_make_a_trend(result, officer):
    cast.make_entry(
        officer,
        kind="measurement",
        text="",
        on=TODAY - 30 * DAY,
        vitals={"systolic": Decimal(150), "diastolic": Decimal(90)},
    )

    trend = next(one for one in file_content(officer).trends if one.code == "systolic")

    assert [(point.day, point.shown.value, point.is_own) for point in trend.points] == [
        (TODAY - 30 * DAY, "150", True),
        (TODAY, cast.SYSTOLIC, False),
    ]
    assert "173" in trend.chart
    assert trend.latest.shown.place == "high"


def test_follow_up_reminds_the_steward_only_and_is_closed_once(officer, steward, head):
    task = cast.make_follow_up(officer, steward)

    assert remind_all(on=TODAY) == 1
    assert told(steward) == ["health_follow_up_due"]
    closing = {"follow_up_id": task.pk, "state": "done", "by": steward, "at": NOW}
    with pytest.raises(CannotFollow, match="what came"):
        close_follow_up(outcome=" ", **closing)
    close_follow_up(outcome=cast.OUTCOME, **closing)
    with pytest.raises(Conflict):
        close_follow_up(outcome="again", **closing)

    task = FollowUp.objects.get()
    assert (task.state, task.closed_on, task.outcome) == ("done", TODAY, cast.OUTCOME)
    assert remind_all(on=TODAY + 7 * DAY) == 0


def test_follow_up_is_moved_and_refuses_the_past(officer, steward):
    task = cast.make_follow_up(officer, steward)

    move_follow_up(follow_up_id=task.pk, due_on=TODAY + 9 * DAY, by=steward, at=NOW)

    task.refresh_from_db()
    assert task.due_on == TODAY + 9 * DAY
    planned = {"officer_id": officer.pk, "kind": "call", "note": "", "by": steward, "at": NOW}
    with pytest.raises(CannotFollow, match="past"):
        plan_follow_up(due_on=TODAY - DAY, **planned)
    with pytest.raises(CannotFollow, match="three years"):
        plan_follow_up(due_on=TODAY + 3000 * DAY, **planned)


def test_content_costs_the_same_for_one_and_three(
    court, officer, steward, django_assert_num_queries
):
    for number in range(3):
        campaign = cast.make_campaign(court, steward, name=f"c{number}")
        made = cast.make_result(officer, steward, campaign=campaign, file=cast.report())
        correct(made, steward, finding=cast.finding(findings="new"))
        cast.make_entry(officer)
        cast.make_follow_up(officer, steward)
        with django_assert_num_queries(6):
            content = file_content(officer)
        assert len(content.results) == number + 1


def test_download_has_everything_and_is_the_officers_alone(result, officer, officer_user, steward):
    cast.make_entry(officer, file=cast.report())
    cast.make_follow_up(officer, steward)
    packing = {"officer": officer, "checkups": own_checkups(officer), "readings": [], "on": TODAY}

    content = pack_file(by=officer_user, **packing)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        with zipfile.ZipFile(io.BytesIO(archive.read(names[0]))) as book:
            sheets = "".join(
                book.read(name).decode() for name in book.namelist() if name.endswith(".xml")
            )
    assert names == [
        "health-file-2026-06-01.xlsx",
        f"attachments/01-checkup-{result.checkup_id}.pdf",
        "attachments/02-entry-20260601.pdf",
    ]
    for text in (cast.FINDING, cast.ADVICE, cast.ENTRY, cast.NOTE):
        assert text in sheets
    assert details("health.downloaded") == {}
    with pytest.raises(CannotDownload):
        pack_file(by=steward, **packing)
