"""Screening stays apart: appraisal can't read it, and nothing of it shows where it must not."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from retention.models import Screening
from retention.services import break_glass, calls, screening
from tests.access import EVERYONE
from tests.retention.screening_cast import ITEM9, make_alert, make_break_glass, make_screening

ROOT = Path(__file__).resolve().parents[2]
# Words that stand nowhere by chance.
NOTE, REASON, ANSWER = "金丝雀通话记录", "金丝雀申请理由说明", "金丝雀答复内容"


def sources(*apps_):
    for app in apps_:
        yield from sorted((ROOT / app).rglob("*.py"))
        yield from sorted((ROOT / "templates" / app).rglob("*.html"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize("app", ["appraisal", "cadres"])
def test_nothing_in_appraisal_imports_retention(app):
    found = [
        str(path.relative_to(ROOT))
        for path in sources(app)
        if path.suffix == ".py"
        and any(name == "retention" or name.startswith("retention.") for name in imported(path))
    ]

    assert found == []


def test_nothing_in_appraisal_names_screening_or_its_tables():
    words = ("screening", "pss10", "phq9", "retention_", "retention.")
    found = [
        (str(path.relative_to(ROOT)), word)
        for path in sources("appraisal")
        for word in words
        if word in path.read_text().lower()
    ]

    assert found == []


def test_no_field_of_appraisal_leads_to_retention_or_back():
    found = [
        str(field)
        for model in apps.get_app_config("appraisal").get_models()
        for field in model._meta.get_fields()
        if field.related_model and field.related_model._meta.app_label == "retention"
    ]
    # Nor does a screening hang on anything that appraisal owns.
    reached = {
        field.related_model._meta.app_label
        for field in Screening._meta.get_fields()
        if field.related_model
    }

    assert found == []
    assert reached == {"retention", "cadres"}


# -- canaries -----------------------------------------------------------------------------------


@pytest.fixture
def secrets(officer, steward, political, president):
    """Answers, a note, a reason and an answer to it, on everything that can hold them."""
    now = timezone.now()
    make_screening(officer, at=now)
    alert = make_alert(officer, at=now)
    calls.not_reached(alert_id=alert.pk, note=NOTE, by=steward, at=now)
    one = make_break_glass(officer, political, reason=REASON, at=now)
    break_glass.refuse_request(break_glass_id=one.pk, answer=ANSWER, by=president, at=now)
    return {"alert": alert, "one": one}


PAGES = [
    "home", "my_records", "notices:inbox", "cadres:officer_list", "retention:alert_list",
    "retention:break_glass_list", "retention:break_glass_queue", "retention:pressure_board",
    "retention:screening_campaign_list", "audit:entry_list", "appraisal:figure_list",
    "appraisal:cycle_list", "retention:my_screening",
]  # fmt: skip
# Where somebody reads what is about himself or what he wrote.
MAY_READ = {("officer_user", "retention:my_screening"): {NOTE}}


@pytest.mark.django_db
@pytest.mark.parametrize("role", EVERYONE)
def test_no_list_and_no_start_page_shows_a_secret(role, secrets, client, request):
    client.force_login(request.getfixturevalue(role))
    leaks = []
    for name in PAGES:
        text = client.get(reverse(name), follow=True).text
        marks = {NOTE, REASON, ANSWER} - MAY_READ.get((role, name), set())
        leaks += [(name, mark) for mark in sorted(marks) if mark in text]

    assert leaks == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", EVERYONE)
def test_scores_and_taking_part_show_on_the_own_page_only(role, secrets, client, request, officer):
    client.force_login(request.getfixturevalue(role))
    leaks = []
    for name in PAGES:
        if (role, name) == ("officer_user", "retention:my_screening"):
            continue
        text = client.get(reverse(name), follow=True).text
        leaks += [(name, mark) for mark in ("40 / 40", "1 / 27") if mark in text]
    for screening_ in Screening.objects.all():
        if role != "officer_user":
            assert client.get(screening_.get_absolute_url()).status_code == 404

    assert leaks == []


@pytest.mark.django_db
def test_log_and_notices_hold_nothing_of_it(secrets, officer, officer_user, steward, political):
    screening.withdraw_consent(officer=officer, instrument="pss10", at=timezone.now())
    texts = [str(entry.detail) for entry in Entry.objects.all()]
    texts += [f"{one.key} {one.params} {one.url} {one.text}" for one in Notice.objects.all()]

    for mark in (NOTE, REASON, ANSWER, officer.name, officer.phone, "item9", "shared", "severe"):
        assert not any(mark in text for text in texts)
    taken = Entry.objects.filter(verb__startswith="screening.").exclude(verb="screening.read")
    assert set(taken.values_list("actor", "subject_pk")) == {(None, None)}


@pytest.mark.django_db
def test_the_own_stewards_and_deciders_read_what_is_meant_for_them(
    secrets, client, steward, political, president, officer_user
):
    """The other side of the canaries: they sing where they should."""
    client.force_login(steward)
    assert NOTE in client.get(secrets["alert"].get_absolute_url()).text
    for user in (political, president, officer_user):
        client.force_login(user)
        text = client.get(secrets["one"].get_absolute_url()).text
        assert REASON in text
        assert ANSWER in text


@pytest.mark.django_db
def test_a_refused_form_writes_no_answer_into_the_log(client, officer, officer_user, caplog):
    screening.give_consent(officer=officer, instrument="phq9", at=timezone.now())
    client.force_login(officer_user)
    answers = {f"answer_{number}": value for number, value in enumerate(ITEM9, 1)}

    client.post(reverse("retention:screening_take", args=["phq9"]), answers | {"answer_2": "9"})

    assert not Screening.objects.exists()
    assert "answer_" not in caplog.text
