import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courtparty.audit.models import Entry
from retention.models import CheckUp, CheckUpCampaign
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


def test_campaign_make_plans_and_shows_it(as_steward, civil, officer):
    facts = {
        "year": "2026", "name": "年度体检", "start": "2026-06-01", "last": "2026-06-30",
        "place": "三层", "provider": "县医院", "departments": [civil.pk],
    }  # fmt: skip

    response = as_steward.post(url("checkup_campaign_make"), facts, follow=True)

    campaign = CheckUpCampaign.objects.get()
    assert campaign.end.isoformat() == "2026-07-01"
    assert "2026-06-30" in response.text
    assert officer.name in response.text


def test_campaign_make_says_what_is_wrong(as_steward, officer):
    facts = {
        "year": "2026", "name": "x", "start": "2026-06-10", "last": "2026-06-01",
        "place": "y", "provider": "z",
    }  # fmt: skip

    response = as_steward.post(url("checkup_campaign_make"), facts)

    assert "The last day lies before the first." in response.text
    assert not CheckUpCampaign.objects.exists()


def test_campaign_page_has_chart_table_and_list(as_steward, campaign, officer):
    text = as_steward.get(campaign.get_absolute_url()).text

    assert "How far each department is" in text
    assert '<svg class="chart"' in text
    assert "0 / 1" in text
    assert officer.name in text


def test_campaign_list_counts_in_ones_scope_only(client, court, filing, officer, head, steward):
    make_officer(court=court, department=filing, name="王立案")
    campaign = cast.make_campaign(court, steward)
    client.force_login(head)

    listed = client.get(url("checkup_campaigns"))
    page = client.get(campaign.get_absolute_url())

    row = listed.context["page_obj"].object_list[0]
    assert (row.done, row.due) == (0, 1)
    assert "张海燕" in page.text
    assert "王立案" not in page.text
    assert "立案庭" not in page.text


@pytest.mark.parametrize("name", ["checkup_campaign", "checkup_export"])
def test_campaign_of_another_court_does_not_exist(client, campaign, outsider_political, name):
    client.force_login(outsider_political)

    assert client.get(url(name, campaign.pk)).status_code == 404


def test_planned_campaign_is_the_stewards_alone(client, court, officer, head, steward):
    planned = cast.make_campaign(court, steward, is_open=False)
    client.force_login(head)

    assert client.get(planned.get_absolute_url()).status_code == 404
    assert client.get(url("checkup_campaigns")).context["count"] == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"张海燕", "李明"}),
        ("q=lim", {"李明"}),
        ("state=due", {"张海燕"}),
        ("state=done", {"李明"}),
        ("state=excused", {"张海燕", "李明"}),
        ("q=nobody", set()),
    ],
)
def test_others_filter_by_done_and_due_only(
    client, court, civil, officer, head, steward, query, expected
):
    other = make_officer(court=court, department=civil, name="李明")
    excused = make_officer(court=court, department=civil, name="孙免")
    campaign = cast.make_campaign(court, steward)
    cast.finish(other, steward)
    excuse_checkup(checkup_id=cast.checkup_of(excused).pk, reason="x", by=steward)
    client.force_login(head)

    response = client.get(f"{campaign.get_absolute_url()}?{query}")

    names = {row.name for row in response.context["page_obj"].object_list}
    # A state that is no choice for them finds nothing.
    assert names == (set() if "excused" in query else expected)


def test_missed_is_due_to_others(client, court, officer, head, steward):
    campaign = cast.make_campaign(court, steward)
    CheckUp.objects.update(state="missed")
    client.force_login(head)

    row = client.get(campaign.get_absolute_url()).context["page_obj"].object_list[0]

    assert (row.state, row.label) == ("due", "due")


def test_export_is_exactly_the_list(client, court, civil, officer, head, steward):
    make_officer(court=court, department=civil, name="李明")
    campaign = cast.make_campaign(court, steward)
    client.force_login(head)

    response = client.get(f"{url('checkup_export', campaign.pk)}?q=lim")

    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if "xml" in name)
    assert "李明" in text
    assert "张海燕" not in text
    assert Entry.objects.get(verb="checkups.exported").detail == {"count": 1}


def test_ticked_ones_are_noted_as_done(as_steward, campaign, officer):
    checkup = cast.checkup_of(officer)

    response = as_steward.post(
        url("checkups_finish", campaign.pk),
        {"checkups": [checkup.pk], "done_on": "2026-06-01"},
        follow=True,
    )

    assert "Noted as done: 1." in response.text
    assert cast.checkup_of(officer).state == "done"


def test_ticking_nobody_or_a_day_ahead_is_refused(as_steward, campaign, officer):
    address = url("checkups_finish", campaign.pk)
    ahead = (timezone.localdate() + timedelta(days=3)).isoformat()

    nobody = as_steward.post(address, {"done_on": "2026-06-01"})
    future = as_steward.post(address, {"checkups": [cast.checkup_of(officer).pk], "done_on": ahead})

    assert (nobody.status_code, future.status_code) == (400, 400)
    assert "Tick at least one officer" in nobody.text
    assert "lies in the future" in future.text


def test_close_page_lists_who_is_still_due(as_steward, campaign, officer):
    text = as_steward.get(url("checkup_campaign_close", campaign.pk)).text

    assert "Still due" in text
    assert officer.name in text


def test_second_close_is_a_conflict(as_steward, campaign):
    address = url("checkup_campaign_close", campaign.pk)
    as_steward.post(address)

    assert as_steward.post(address).status_code == 409


def test_officers_are_added_from_a_list_of_those_who_are_not_in(as_steward, court, civil, campaign):
    late = make_officer(court=court, department=civil, name="孙后")
    page = as_steward.get(url("checkup_campaign_add", campaign.pk))
    assert page.context["form"].initial["officers"] == [late.pk]

    as_steward.post(
        url("checkup_campaign_add", campaign.pk),
        {"officers": [late.pk], "due_on": "2026-06-02"},
    )

    assert campaign.checkups.count() == 2


def test_one_checkup_is_done_excused_moved_and_taken_back(as_steward, campaign, officer):
    pk = cast.checkup_of(officer).pk

    as_steward.post(url("checkup_move", pk), {"due_on": "2026-06-03"})
    assert cast.checkup_of(officer).due_on.isoformat() == "2026-06-03"
    as_steward.post(url("checkup_finish", pk), {"done_on": "2026-06-01"})
    assert cast.checkup_of(officer).state == "done"
    again = as_steward.post(url("checkup_finish", pk), {"done_on": "2026-06-01"})
    assert "done or excused by now" in again.text
    as_steward.post(url("checkup_take_back", pk))
    assert cast.checkup_of(officer).state == "due"
    as_steward.post(url("checkup_excuse", pk), {"reason": cast.EXCUSE})
    assert cast.checkup_of(officer).state == "excused"
    assert cast.EXCUSE not in as_steward.get(url("checkup", pk)).text


@pytest.mark.parametrize("name", ["checkup_campaigns", "health_list", "follow_up_list"])
def test_lists_cost_the_same_at_one_and_three(as_steward, court, civil, officer, steward, name):
    counts = []
    as_steward.get(url(name))
    for number in range(2):
        for extra in range(1 + number):
            someone = make_officer(court=court, department=civil, name=f"李明{number}{extra}")
            campaign = cast.make_campaign(court, steward, name=f"{number}-{extra}")
            cast.make_result(someone, steward, campaign=campaign, recheck_on=TODAY + DAY)
            cast.make_follow_up(someone, steward)
        with CaptureQueriesContext(connection) as seen:
            as_steward.get(url(name))
        counts.append(len(seen))

    assert counts[0] == counts[1]
