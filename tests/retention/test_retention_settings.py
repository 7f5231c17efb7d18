from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courtparty.accounts.models import Grant
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from retention.forms.settings import FIELDS
from retention.models import RetentionSettings
from retention.selectors.settings import court_settings
from retention.services.settings import CannotSave, change_settings

pytestmark = pytest.mark.django_db

EDIT = reverse("retention:settings_edit")
VALUES = {
    "health_years": 12,
    "health_years_after_leaving": 2,
    "screening_months": 12,
    "break_glass_hours": 8,
    "leave_autumn_month": 10,
    "head_decides_days": 2,
    "political_decides_days": 5,
    "rest_months": 3,
    "verify_days": 7,
    "help_days": 15,
    "award_days": 20,
    "talk_days": 3,
    "follow_up_days": 14,
    "pause_share": 140,
    "pause_days": 10,
}


def test_every_setting_is_on_the_form():
    fields = {field.name for field in RetentionSettings._meta.get_fields()} - {"id", "court"}

    assert set(FIELDS) == fields == set(VALUES)


def test_court_settings_are_defaults_until_they_are_saved(court):
    settings = court_settings(court)

    assert (settings.pk, settings.pause_share, settings.pause_days) == (None, 150, 14)
    assert not RetentionSettings.objects.exists()


def test_change_settings_keeps_them_and_records_what_changed(court, political):
    change_settings(court=court, by=political, **VALUES)
    change_settings(court=court, by=political, **VALUES | {"pause_days": 11})
    change_settings(court=court, by=political, **VALUES | {"pause_days": 11})

    settings = court_settings(court)
    assert {name: getattr(settings, name) for name in VALUES} == VALUES | {"pause_days": 11}
    first, second = Entry.objects.order_by("pk")
    assert (first.verb, first.court) == ("retention_settings.changed", court)
    assert second.detail == {"fields": ["pause_days"]}


def test_change_settings_refuses_steps_of_leave_that_fall(court, political):
    with pytest.raises(CannotSave):
        change_settings(court=court, by=political, **VALUES | {"head_decides_days": 6})

    assert not RetentionSettings.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionSettings.objects.create(court=court, head_decides_days=30)


def test_settings_edit_shows_the_defaults_and_saves(client, court, political):
    client.force_login(political)
    shown = client.get(EDIT)

    response = client.post(EDIT, VALUES)

    assert shown.context["form"]["pause_share"].value() == 150
    assert response.url == f"{EDIT}?court={court.pk}"
    assert court_settings(court).pause_share == 140


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pause_share": "100"}, "pause_share"),
        ({"pause_days": "0"}, "pause_days"),
        ({"health_years": ""}, "health_years"),
        ({"leave_autumn_month": "13"}, "leave_autumn_month"),
        ({"head_decides_days": "6"}, "political_decides_days"),
        ({"talk_days": "x"}, "talk_days"),
    ],
)
def test_settings_edit_says_what_is_wrong(client, court, political, change, field):
    client.force_login(political)

    response = client.post(EDIT, VALUES | change)

    assert list(response.context["form"].errors) == [field]
    assert not RetentionSettings.objects.exists()


def test_an_empty_post_is_refused_and_not_taken_as_a_look(client, court, political):
    client.force_login(political)

    response = client.post(EDIT, {})

    assert set(response.context["form"].errors) == set(FIELDS)


def test_settings_edit_offers_the_own_courts(client, court, other_court, political):
    client.force_login(political)
    assert client.get(EDIT, {"court": other_court.pk}).status_code == 404
    assert client.get(EDIT, {"court": "x"}).status_code == 404

    Grant.objects.create(
        user=political, role=Role.POLITICAL, unit=other_court, starts_on=date(2026, 1, 1)
    )

    response = client.get(EDIT, {"court": other_court.pk})
    assert response.context["courts"] == [court, other_court]
    client.post(f"{EDIT}?court={other_court.pk}", VALUES)
    assert [one.court for one in RetentionSettings.objects.all()] == [other_court]
