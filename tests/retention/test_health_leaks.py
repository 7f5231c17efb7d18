import io
import zipfile

import pytest
from django.urls import reverse

from retention.services.checkups import excuse_checkup
from retention.services.health_corrections import ask_correction
from tests.factories import make_officer, make_user
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


LEAK_PAGES = [
    "home", "my_records", "notices:inbox", "cadres:officer_list", "retention:checkup_campaigns",
    "retention:my_health",
]  # fmt: skip


@pytest.mark.parametrize(
    "reader",
    ["political", "president", "head", "secretary", "branch_secretary", "party_affairs", "union",
     "appraiser", "outsider", "outsider_political", "audit_admin"],
)  # fmt: skip
def test_nobody_else_sees_a_finding_a_value_advice_or_note(
    client, request, court, civil, campaign, officer, steward, reader
):
    excused = make_officer(
        court=court, department=civil, name="孙免", user=make_user("excused", court=court)
    )
    second = cast.make_campaign(court, steward, name="zweite")
    excuse_checkup(checkup_id=cast.checkup_of(excused, second).pk, reason=cast.EXCUSE, by=steward)
    result = cast.make_result(
        officer, steward, campaign=campaign, recheck_on=TODAY + DAY, file=cast.report()
    )
    entry = cast.make_entry(officer, file=cast.report())
    task = cast.make_follow_up(officer, steward)
    correction = ask_correction(
        result_id=result.pk, proposed=cast.FINDING, reason=cast.NOTE, by=officer.user, at=NOW
    )
    client.force_login(request.getfixturevalue(reader))
    pages = [reverse(name) for name in LEAK_PAGES]
    pages += [url(name, one.pk) for one in (campaign, second) for name in
              ("checkup_campaign", "checkup_export")]  # fmt: skip
    pages += [reverse("cadres:officer_detail", args=[officer.pk])]
    refused = [
        url("health_list"), url("follow_up_list"), url("health_file", officer.pk),
        url("result_correct", result.pk), url("result_recheck", result.pk),
        url("result_file", result.pk), url("entry_file", entry.pk),
        url("follow_up_close", task.pk), url("health_correction_decline", correction.pk),
        url("my_health_entry_change", entry.pk), url("my_health_correct", result.pk),
        url("checkup", cast.checkup_of(officer, campaign).pk),
        url("result_enter", cast.checkup_of(officer, campaign).pk),
    ]  # fmt: skip

    seen = b"".join(_bytes_of(client.get(page)) for page in pages + refused)
    codes = {client.get(page).status_code for page in refused}

    assert codes <= {403, 404}
    assert [secret for secret in cast.SECRETS if secret.encode() in seen] == []


def _bytes_of(response) -> bytes:
    """What an answer says, a workbook unpacked."""
    if "spreadsheet" not in response.get("Content-Type", ""):
        return response.content
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def test_excused_are_in_nobody_elses_list(client, court, civil, campaign, officer, head, steward):
    excuse_checkup(checkup_id=cast.checkup_of(officer).pk, reason="x", by=steward)
    client.force_login(head)

    page = client.get(campaign.get_absolute_url())

    assert page.context["count"] == 0
    assert officer.name not in page.text
    assert "excused" not in page.text


def test_steward_of_another_court_reaches_nothing(client, campaign, officer, steward, other_court):
    result = cast.make_result(officer, steward, file=cast.report())
    client.force_login(make_user("other.steward", "steward", other_court))

    for address in (
        campaign.get_absolute_url(), url("health_file", officer.pk),
        url("result_correct", result.pk), url("result_file", result.pk),
        url("checkup", result.checkup_id), url("follow_up_plan", officer.pk),
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    assert officer.name not in client.get(url("health_list")).text
