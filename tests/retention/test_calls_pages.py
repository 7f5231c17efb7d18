"""The steward's pages: a name and a number, and nothing of what was answered."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from retention.models import ScreeningAlert, ScreeningCampaign, ScreeningSettings
from retention.services import calls as call_services
from retention.services import screening_campaigns
from tests.factories import make_officer, make_user
from tests.retention.screening_cast import AT, make_alert, make_screening

pytestmark = pytest.mark.django_db

LIST = reverse("retention:alert_list")


@pytest.fixture
def reader(steward, client):
    """The steward, reading English."""
    steward.language = "en"
    steward.save()
    client.force_login(steward)
    return steward


def page(name, *args):
    return reverse(f"retention:{name}", args=args)


def test_the_list_names_whom_to_call_and_the_officer_sees_that(client, reader, officer):
    make_alert(officer)

    text = client.get(LIST).text

    assert officer.name in text
    assert officer.phone in text
    assert "call today" in text
    entry = Entry.objects.reads().get()
    assert (entry.actor, entry.subject_pk) == (reader, officer.pk)
    client.get(LIST)
    assert Entry.objects.reads().count() == 1


def test_the_list_costs_the_same_at_one_and_three(
    client, reader, officer, court, civil, django_assert_max_num_queries
):
    make_alert(officer)
    client.get(LIST)
    with django_assert_max_num_queries(40) as one:
        client.get(LIST)
    for name in ("李四", "王五"):
        make_alert(make_officer(court=court, department=civil, name=name))
    client.get(LIST)
    with django_assert_max_num_queries(40) as three:
        client.get(LIST)
    assert len(one) == len(three)


def test_the_list_is_searched_and_filtered(client, reader, officer, court, civil):
    make_alert(officer)
    other = make_officer(court=court, department=civil, name="李四")
    done = make_alert(other)
    call_services.call_made(alert_id=done.pk, note="", by=reader, at=AT)

    called = client.get(LIST, {"state": "called"}).text
    found = client.get(LIST, {"q": "lisi"}).text

    assert ("李四" in called, officer.name in called) == (True, False)
    assert ("李四" in found, officer.name in found) == (True, False)
    assert "Nothing matches" in client.get(LIST, {"q": "zzz"}).text


def test_an_empty_list_says_what_will_stand_there(client, reader):
    assert "Nobody is to be called" in client.get(LIST).text


def test_a_call_is_noted_and_closed(client, reader, officer):
    alert = make_alert(officer)

    client.post(page("alert_not_reached", alert.pk), {"note": "占线"})
    client.post(page("alert_called", alert.pk), {"note": "已通话"})
    text = client.get(page("alert_detail", alert.pk)).text
    assert "占线" in text
    assert "已通话" in text
    client.post(page("alert_close", alert.pk), {"note": ""})

    alert.refresh_from_db()
    assert alert.state == "closed"
    assert client.post(page("alert_close", alert.pk), {"note": ""}).status_code == 409
    assert officer.phone not in client.get(page("alert_detail", alert.pk)).text


def test_a_result_is_opened_only_while_the_officer_shows_it(client, reader, officer):
    taken = make_screening(officer, shares=True)
    alert = ScreeningAlert.objects.get()
    address = page("alert_result", alert.pk, taken.pk)

    text = client.get(address).text

    assert "40 / 40" in text
    assert "Felt nervous" not in text  # the score is shown, the single answers are not
    assert Entry.objects.filter(verb="screening.read").count() == 1
    taken.shares_with_steward = False
    taken.save()
    assert client.get(address).status_code == 404


def test_item_9_shows_no_result(client, reader, officer):
    alert = make_alert(officer)
    taken = officer.screenings.get()

    assert "What the officer shows you" not in client.get(page("alert_detail", alert.pk)).text
    assert client.get(page("alert_result", alert.pk, taken.pk)).status_code == 404


def test_another_courts_call_does_not_exist(client, reader, outsider):
    alert = make_alert(outsider.officer)

    assert outsider.officer.name not in client.get(LIST).text
    assert client.get(page("alert_detail", alert.pk)).status_code == 404


# -- invitations and settings -------------------------------------------------------------------


def test_everybody_is_invited_once_a_year(client, reader, officer, court, civil):
    make_officer(court=court, department=civil, name="李四")  # has no account
    make_officer(
        court=court, department=civil, name="王五", user=make_user("gone", is_active=False)
    )

    response = client.post(page("screening_campaign_start"), follow=True)

    assert "Invited: 1 officers." in response.text
    campaign = ScreeningCampaign.objects.get()
    assert (campaign.invited, campaign.started_by) == (1, reader)
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (officer.user, "screening_invited")
    again = client.post(page("screening_campaign_start"), follow=True)
    assert "already" in again.text
    assert Notice.objects.count() == 1


def test_the_timetable_invites_in_the_month_set(court, officer):
    ScreeningSettings.objects.create(court=court, invite_month=11)

    assert screening_campaigns.start_due_campaigns(at=AT.replace(day=22)) == 0  # a Sunday
    assert screening_campaigns.start_due_campaigns(at=AT.replace(month=12)) == 0
    assert screening_campaigns.start_due_campaigns(at=AT) == 1
    assert screening_campaigns.start_due_campaigns(at=AT) == 0
    assert ScreeningCampaign.objects.get().started_by is None


def test_the_timetable_leaves_alone_who_invites_by_hand(court, officer):
    ScreeningSettings.objects.create(court=court, invite_month=11, invites_yearly=False)

    assert screening_campaigns.start_due_campaigns(at=AT) == 0


def test_the_invitation_stands_on_the_own_page_taken_or_not(client, officer, court, steward):
    officer.user.language = "en"
    officer.user.save()
    client.force_login(officer.user)
    screening_campaigns.start_campaign(court=court, by=steward, at=timezone.now())

    for _round in range(2):
        text = " ".join(client.get(reverse("retention:my_screening")).text.split())
        assert "Everybody in your court is invited" in text
        if _round == 0:
            make_screening(officer, at=timezone.now())


def test_nothing_is_kept_of_who_followed_an_invitation():
    names = {field.name for field in ScreeningCampaign._meta.get_fields()}

    assert names == {"id", "court", "year", "start", "end", "invited", "started_by", "started_at"}


def test_settings_keep_the_crisis_line_which_is_empty_at_first(client, reader, court):
    address = page("screening_settings")
    first = client.get(address).text
    assert "No crisis line has been entered" in first
    assert 'name="crisis_line" maxlength="120"' in first

    data = {
        "crisis_line": "示例热线 00000",
        "local_help": "三楼谈话室",
        "invite_month": "9",
        "invite_days": "14",
    }
    client.post(address, data)

    saved = ScreeningSettings.objects.get(court=court)
    assert (saved.crisis_line, saved.invite_month, saved.invites_yearly) == (
        "示例热线 00000", 9, False,
    )  # fmt: skip
    entry = Entry.objects.get(verb="screening_settings.changed")
    assert "00000" not in str(entry.detail)


@pytest.mark.parametrize(("field", "value"), [("invite_month", "13"), ("invite_days", "3")])
def test_settings_refuse_what_cannot_be(client, reader, field, value):
    data = {"invite_month": "9", "invite_days": "14"} | {field: value}

    client.post(page("screening_settings"), data)

    assert not ScreeningSettings.objects.exists()
