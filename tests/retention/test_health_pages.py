import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courtparty.audit.models import Entry
from retention.models import HealthEntry
from retention.services.checkups import excuse_checkup
from tests.factories import make_officer
from tests.retention import health_cast as cast

pytestmark = pytest.mark.django_db
NOW, TODAY, DAY = cast.NOW, cast.TODAY, cast.DAY


@pytest.fixture(autouse=True)
def _cast_reads_english(steward, head, political, president, secretary, officer_user, outsider):
    for user in (steward, head, political, president, secretary, officer_user, outsider):
        user.language = "en"
        user.save()


@pytest.fixture
def campaign(court, officer, steward):
    return cast.make_campaign(court, steward)


@pytest.fixture
def as_steward(client, steward):
    client.force_login(steward)
    return client


@pytest.fixture
def as_officer(client, officer_user):
    client.force_login(officer_user)
    return client


def url(name, *args):
    return reverse(f"retention:{name}", args=args)


def open_with_reason(client, officer, reason="checkup"):
    return client.post(url("health_file", officer.pk), {"reason": reason}, follow=True)


def test_file_asks_why_before_anything_is_shown(as_steward, campaign, officer, steward):
    cast.make_result(officer, steward)

    door = as_steward.get(url("health_file", officer.pk))
    assert "Why do you open it?" in door.text
    assert cast.FINDING not in door.text
    assert not Entry.objects.filter(verb="health.read").exists()
    empty = as_steward.post(url("health_file", officer.pk), {"reason": ""})
    assert cast.FINDING not in empty.text

    page = open_with_reason(as_steward, officer)

    assert cast.FINDING in page.text
    assert Entry.objects.filter(verb="health.read").count() == 1
    as_steward.get(url("health_file", officer.pk))
    assert Entry.objects.filter(verb="health.read").count() == 2


def test_reason_holds_for_one_file_and_half_an_hour(
    as_steward, court, civil, campaign, officer, steward
):
    other = make_officer(court=court, department=civil, name="李明")
    open_with_reason(as_steward, officer)

    assert "Why do you open it?" in as_steward.get(url("health_file", other.pk)).text
    session = as_steward.session
    past = (timezone.now() - timedelta(minutes=1)).isoformat()
    session["health_reasons"] = {str(officer.pk): ["checkup", past]}
    session.save()
    assert "Why do you open it?" in as_steward.get(url("health_file", officer.pk)).text


def test_steward_has_no_file_page_of_oneself(client, court, civil, steward):
    own = make_officer(court=court, department=civil, name="自己", user=steward)
    client.force_login(steward)

    assert client.get(url("health_file", own.pk)).status_code == 404
    assert "自己" not in client.get(url("health_list")).text


def test_attachment_needs_the_reason_and_is_recorded(as_steward, campaign, officer, steward):
    result = cast.make_result(officer, steward, file=cast.report())
    address = url("result_file", result.pk)

    assert as_steward.get(address).url == url("health_file", officer.pk)
    open_with_reason(as_steward, officer)
    response = as_steward.get(address)

    assert response.content == cast.PDF
    assert "体检报告" not in str(response.headers)
    assert Entry.objects.filter(verb="health.file_downloaded", is_read=True).count() == 1


@pytest.mark.parametrize(
    ("need", "is_found"),
    [
        ("follow_up", True),
        ("follow_up_due", True),
        ("recheck", True),
        ("recheck_due", True),
        ("result", False),
        ("correction", False),
        ("never", False),
    ],
)
def test_list_of_files_is_narrowed_by_what_waits(
    as_steward, campaign, officer, steward, need, is_found
):
    cast.make_result(officer, steward, recheck_on=TODAY + DAY)
    cast.make_follow_up(officer, steward)

    response = as_steward.get(f"{url('health_list')}?need={need}")

    assert (response.context["count"] == 1) is is_found
    assert not [secret for secret in cast.SECRETS if secret in response.text]


def test_follow_up_is_planned_closed_and_its_note_is_not_in_the_list(as_steward, officer, steward):
    today = timezone.localdate().isoformat()
    facts = {"kind": "call", "due_on": today, "note": cast.NOTE}
    as_steward.post(url("follow_up_plan", officer.pk), facts)
    task = officer.health_file.follow_ups.get()

    listed = as_steward.get(url("follow_up_list"))
    assert officer.name in listed.text
    assert cast.NOTE not in listed.text
    assert cast.NOTE in as_steward.get(url("follow_up_close", task.pk)).text
    assert Entry.objects.get(verb="health.read").detail["reason"] == "follow_up"
    as_steward.post(url("follow_up_close", task.pk), {"state": "done", "outcome": cast.OUTCOME})
    assert as_steward.get(url("follow_up_list")).context["count"] == 0
    past = as_steward.post(url("follow_up_plan", officer.pk), facts | {"due_on": "2020-01-01"})
    assert "The day is past." in past.text


def test_range_is_set_and_reset(as_steward, court, officer):
    as_steward.post(
        url("health_range_set"), {"code": "pulse", "sex": "", "low": "50", "source": "报告"}
    )
    text = as_steward.get(url("health_ranges")).text
    assert "≥ 50" in text
    wrong = as_steward.post(
        url("health_range_set"),
        {"code": "pulse", "low": "100", "high": "50", "source": "x"},
    )
    assert "begins above its end" in wrong.text


def test_my_health_shows_all_and_who_opened_it(client, campaign, officer, officer_user, steward):
    cast.make_result(officer, steward, recheck_on=TODAY + DAY)
    cast.make_entry(officer)
    cast.make_follow_up(officer, steward)
    client.force_login(steward)
    open_with_reason(client, officer, "recheck")
    client.force_login(officer_user)

    text = client.get(url("my_health")).text

    for words in (cast.FINDING, cast.ADVICE, cast.ENTRY, cast.NOTE, cast.SYSTOLIC):
        assert words in text
    assert "Health file opened" in text
    assert "A re-check that is due" in text
    assert not Entry.objects.filter(verb="health.read", actor=officer_user).exists()


def test_my_health_of_an_account_without_officer_says_so(client, political):
    client.force_login(political)

    assert "No officer" in client.get(url("my_health")).text


def test_my_health_shows_the_reason_of_an_excuse(as_officer, campaign, officer, steward):
    excuse_checkup(checkup_id=cast.checkup_of(officer).pk, reason=cast.EXCUSE, by=steward)

    assert cast.EXCUSE in as_officer.get(url("my_health")).text


def test_officer_adds_a_measurement_and_sees_the_trend(as_officer, campaign, officer, steward):
    cast.make_result(officer, steward)
    facts = {
        "kind": "measurement", "on": "2026-05-01", "v_systolic": "151", "v_diastolic": "91",
    }  # fmt: skip

    as_officer.post(url("my_health_entry_add"), facts)

    text = as_officer.get(url("my_health")).text
    assert "Systolic pressure over time (mmHg)" in text or "over time" in text
    assert "own measurement" in text
    wrong = as_officer.post(url("my_health_entry_add"), facts | {"kind": "allergy"})
    assert "choose that kind" in wrong.text


def test_officer_changes_and_removes_an_entry(as_officer, officer):
    entry = cast.make_entry(officer)
    as_officer.post(
        url("my_health_entry_change", entry.pk), {"kind": "medication", "text": "二甲双胍"}
    )
    assert HealthEntry.objects.get().text == "二甲双胍"
    assert "二甲双胍" in as_officer.get(url("my_health_entry_remove", entry.pk)).text

    as_officer.post(url("my_health_entry_remove", entry.pk))

    assert not HealthEntry.objects.exists()
    assert as_officer.post(url("my_health_entry_remove", entry.pk)).status_code == 404


def test_officer_asks_for_a_correction_and_takes_it_back(as_officer, campaign, officer, steward):
    result = cast.make_result(officer, steward)
    address = url("my_health_correct", result.pk)

    as_officer.post(address, {"proposed": "137"})
    again = as_officer.post(address, {"proposed": "137"})
    assert "already" in again.text
    correction = officer.health_file.corrections.get()
    as_officer.post(url("my_health_withdraw", correction.pk))

    correction.refresh_from_db()
    assert correction.state == "withdrawn"


def test_officer_downloads_everything(as_officer, campaign, officer, steward):
    cast.make_result(officer, steward, file=cast.report())

    response = as_officer.post(url("my_health_download"))

    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert len(archive.namelist()) == 2
