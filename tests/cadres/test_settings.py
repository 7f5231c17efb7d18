from datetime import date

import pytest
from django.urls import reverse

from cadres.models import CadreSettings
from cadres.selectors.settings import court_settings
from cadres.services.settings import CannotSave, change_settings
from courtparty.accounts.models import Grant
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry

EDIT = reverse("cadres:settings_edit")
VALUES = {
    "is_run_automatic": False,
    "run_day": 20,
    "paid_month": "previous",
    "reply_days": 20,
    "remind_days": 3,
    "term_notice_months": 6,
    "fulltime_deputy_from": 80,
}


def test_court_settings_are_defaults_until_they_are_saved(court):
    settings = court_settings(court)

    assert (settings.pk, settings.run_day, settings.paid_month) == (None, 25, "current")
    assert not CadreSettings.objects.exists()


def test_change_settings_keeps_them_and_records_what_changed(court, political):
    change_settings(court=court, by=political, **VALUES)
    change_settings(court=court, by=political, **VALUES | {"run_day": 21})

    settings = court_settings(court)
    assert {name: getattr(settings, name) for name in VALUES} == VALUES | {"run_day": 21}
    first, second = Entry.objects.order_by("pk")
    assert (first.verb, first.court) == ("settings.changed", court)
    assert second.detail == {"fields": ["run_day"]}


def test_change_settings_without_a_change_writes_nothing(court, political):
    change_settings(court=court, by=political, **VALUES)
    change_settings(court=court, by=political, **VALUES)

    assert Entry.objects.count() == 1


def test_change_settings_refuses_a_reminder_before_the_request_has_left(court, political):
    with pytest.raises(CannotSave):
        change_settings(court=court, by=political, **VALUES | {"remind_days": 20})

    assert not CadreSettings.objects.exists()


def test_settings_edit_shows_the_defaults_and_saves(client, court, party_affairs):
    client.force_login(party_affairs)
    shown = client.get(EDIT)
    data = VALUES | {"is_run_automatic": ""}

    response = client.post(EDIT, data)

    assert shown.context["form"]["run_day"].value() == 25
    assert response.url == f"{EDIT}?court={court.pk}"
    assert court_settings(court).run_day == 20


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"run_day": "29"}, "run_day"),
        ({"run_day": "0"}, "run_day"),
        ({"reply_days": ""}, "reply_days"),
        ({"remind_days": "20"}, "remind_days"),
        ({"paid_month": "next"}, "paid_month"),
    ],
)
def test_settings_edit_says_what_is_wrong(client, court, political, change, field):
    client.force_login(political)

    response = client.post(EDIT, VALUES | change)

    assert list(response.context["form"].errors) == [field]
    assert not CadreSettings.objects.exists()


def test_settings_edit_offers_the_own_courts(client, court, other_court, political):
    client.force_login(political)
    assert client.get(EDIT, {"court": other_court.pk}).status_code == 404
    assert client.get(EDIT, {"court": "x"}).status_code == 404

    Grant.objects.create(
        user=political, role=Role.POLITICAL, unit=other_court, starts_on=date(2026, 1, 1)
    )

    response = client.get(EDIT, {"court": other_court.pk})
    assert response.context["courts"] == [court, other_court]
    assert response.context["court"] == other_court
    client.post(f"{EDIT}?court={other_court.pk}", VALUES)
    assert [one.court for one in CadreSettings.objects.all()] == [other_court]
