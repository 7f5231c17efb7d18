from datetime import date

import pytest
from django.utils import translation

from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.notices.models import Notice
from retention.models import (
    CheckUp,
    CheckUpResult,
    FollowUp,
    HealthDeletion,
    HealthEntry,
    HealthFile,
    ResultChange,
    RetentionSettings,
)
from retention.services import health_expiry
from retention.services.checkup_results import correct_result
from retention.services.checkups import excuse_checkup
from tests.factories import make_officer
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


def expire(on):
    return health_expiry.expire_health(on=on, at=NOW)


def test_old_results_are_announced_and_deleted_a_month_later(result, officer, officer_user, court):
    last_day = TODAY.replace(year=TODAY.year + 10)

    assert expire(last_day - 31 * DAY) == 0
    assert not HealthDeletion.objects.exists()
    assert expire(last_day - 29 * DAY) == 0
    assert told(officer_user)[-1] == "health_expiry_soon"
    assert expire(last_day) == 0
    assert CheckUpResult.objects.exists()
    assert expire(last_day + DAY) == 1

    assert not CheckUpResult.objects.exists()
    assert not StoredFile.objects.exists()
    assert CheckUp.objects.get().state == "done"
    assert details("health.expired") == {
        "rule": "age",
        "results": 1,
        "entries": 0,
        "follow_ups": 0,
        "files": 1,
    }
    assert Notice.objects.filter(kind="health_expiry_soon").count() == 1


def test_records_kept_longer_by_now_are_not_deleted(result, court):
    last_day = TODAY.replace(year=TODAY.year + 10)
    expire(last_day - 29 * DAY)
    RetentionSettings.objects.create(court=court, health_years=20)

    assert expire(last_day + DAY) == 0

    assert CheckUpResult.objects.exists()
    assert HealthDeletion.objects.get().state == "dropped"


def test_shorter_time_still_gives_a_month_of_notice(result, court):
    RetentionSettings.objects.create(court=court, health_years=1)
    day = TODAY.replace(year=TODAY.year + 5)

    assert expire(day) == 0
    assert HealthDeletion.objects.get().deletes_on == day + 30 * DAY
    assert expire(day + 29 * DAY) == 0
    assert expire(day + 30 * DAY) == 1


def test_file_of_who_left_is_deleted_as_a_whole(result, officer, steward):
    cast.make_entry(officer, file=cast.report())
    cast.make_follow_up(officer, steward)
    correct(result, steward, file=cast.report("new.pdf"))
    officer.left_on = TODAY
    officer.save()
    day = TODAY.replace(year=TODAY.year + 3) + DAY

    expire(day)
    assert expire(day + 30 * DAY) == 1

    for model in (CheckUpResult, ResultChange, HealthEntry, FollowUp, HealthFile, StoredFile):
        assert not model.objects.exists()
    assert details("health.expired") == {
        "rule": "left",
        "results": 1,
        "entries": 1,
        "follow_ups": 1,
        "files": 3,
    }


def test_who_came_back_keeps_the_file(result, officer):
    officer.left_on = TODAY
    officer.save()
    day = TODAY.replace(year=TODAY.year + 3) + DAY
    expire(day)
    officer.left_on = None
    officer.save()

    assert expire(day + 30 * DAY) == 0

    assert CheckUpResult.objects.exists()


def test_reason_of_an_old_excuse_is_deleted_too(campaign, court, civil, officer, steward):
    excuse_checkup(checkup_id=cast.checkup_of(officer).pk, reason=cast.EXCUSE, by=steward)
    day = TODAY.replace(year=TODAY.year + 10) + 40 * DAY

    expire(day)
    assert expire(day + 30 * DAY) == 1

    assert not CheckUp.objects.exists()


def test_recent_records_stay_when_older_ones_go(court, civil, officer, steward):
    old = cast.make_campaign(court, steward, name="old")
    cast.make_result(officer, steward, campaign=old, done_on=date(2017, 1, 1))
    new = cast.make_campaign(court, steward, name="new")
    kept = cast.make_result(officer, steward, campaign=new)
    make_officer(court=court, department=civil, name="李明")

    expire(date(2026, 12, 20))
    assert expire(date(2027, 1, 19)) == 1

    assert list(CheckUpResult.objects.all()) == [kept]
