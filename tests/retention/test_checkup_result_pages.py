import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courtparty.audit.models import Entry
from retention.models import CheckUpResult
from retention.services.health_corrections import ask_correction
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


def test_result_is_entered_with_values_and_report(as_steward, campaign, officer):
    pk = cast.checkup_of(officer).pk
    facts = {
        "done_on": "2026-06-01", "v_height": "170", "v_weight": "65,0", "v_systolic": "120",
        "v_diastolic": "80", "findings": cast.FINDING, "file": cast.report(),
    }  # fmt: skip

    as_steward.post(url("result_enter", pk), facts)

    result = CheckUpResult.objects.get()
    assert result.vitals == {
        "height": "170.0",
        "weight": "65.0",
        "systolic": "120",
        "diastolic": "80",
    }
    assert "22.5" in open_with_reason(as_steward, officer).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"v_pulse": "fast"}, "is no number"),
        ({"v_pulse": "700"}, "in a living adult"),
        ({"v_systolic": "80", "v_diastolic": "90"}, "higher than the diastolic"),
        ({"v_systolic": "120"}, "Enter both blood pressures"),
        ({"done_on": "1970-01-01", "findings": "x"}, "was not born yet"),
        ({"done_on": "2099-01-01", "findings": "x"}, "lies in the future"),
        ({"findings": "x", "recheck_on": "2026-05-01"}, "comes after the check-up"),
        ({}, "Enter at least one value"),
        ({"file": SimpleUploadedFile("a.pdf", b"no pdf")}, "is not what its ending"),
        ({"file": SimpleUploadedFile("a.docx", b"PK\x03\x04aaaaaaa")}, "PDF, JPG or PNG"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "not kept"),
    ],
)
def test_result_form_says_what_is_wrong(as_steward, campaign, officer, changed, words):
    response = as_steward.post(
        url("result_enter", cast.checkup_of(officer).pk), {"done_on": "2026-06-01"} | changed
    )

    assert response.status_code == 200
    assert words in response.text
    assert not CheckUpResult.objects.exists()


def test_save_and_next_goes_to_the_next_without_a_result(
    as_steward, court, civil, officer, steward
):
    other = make_officer(court=court, department=civil, name="李明")
    cast.make_campaign(court, steward)
    cast.finish(other, steward)
    cast.finish(officer, steward)

    response = as_steward.post(
        url("result_enter", cast.checkup_of(officer).pk),
        {"done_on": "2026-06-01", "v_pulse": "70", "next": "1"},
    )

    assert response.url == url("result_enter", cast.checkup_of(other).pk)


def test_correcting_records_the_reading_and_keeps_history(as_steward, campaign, officer, steward):
    result = cast.make_result(officer, steward)
    page = as_steward.get(url("result_correct", result.pk))
    assert cast.FINDING in page.text
    assert Entry.objects.filter(verb="health.read").count() == 1

    as_steward.post(
        url("result_correct", result.pk),
        {"done_on": "2026-06-01", "findings": "neu", "reason": "typo", "seen": "1"},
    )
    late = as_steward.post(
        url("result_correct", result.pk),
        {"done_on": "2026-06-01", "findings": "zu spät", "reason": "typo", "seen": "1"},
    )

    assert late.status_code == 409
    text = open_with_reason(as_steward, officer).text
    assert "neu" in text
    assert cast.FINDING in text


def test_asked_correction_is_shown_and_accepted_by_correcting(
    as_steward, campaign, officer, steward
):
    result = cast.make_result(officer, steward)
    ask_correction(result_id=result.pk, proposed="137", reason="", by=officer.user, at=NOW)
    assert "137" in as_steward.get(url("result_correct", result.pk)).text

    as_steward.post(
        url("result_correct", result.pk),
        {"done_on": "2026-06-01", "findings": "neu", "reason": "stimmt", "seen": "1"},
    )

    assert officer.health_file.corrections.get().state == "accepted"
