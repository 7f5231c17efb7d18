"""Hostile addresses, last days and files, sent to every page of retention by who may open it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from tests.access import EVERYONE, OWN, Row
from tests.cast import kept_for_a_module, make_cast
from tests.retention.access import ROWS
from tests.test_access import client_for, make_world, session_of

pytestmark = pytest.mark.django_db

# Every name that a page of retention reads from its address; each gets every value.
ASKED = (
    "page", "q", "year", "month", "day", "quarter", "officer", "court", "unit", "department",
    "sort", "state", "kind", "report", "with", "mentee", "figure", "code", "start", "last",
    "without", "period", "variant", "basis", "show", "when", "phase", "branch", "rung",
)  # fmt: skip
VALUES = (
    "%00", "x", "%C2%B2", "-1", "99999999999999999999", "9" * 5000, "0000-00-00", "0001-01",
    "9999-12", "9999-12-31", "NaN", "%F0%9F%98%80", "%ED%A0%80", "%27%22%3C%25s%7Bx%7D",
)  # fmt: skip
# The longest value goes to a few names only: an address has an end.
FEW = ("page", "q", "year", "officer", "without")
# Lists, calendars, boards, exports and forms; a page of one record has its number in the path.
WITHOUT_NUMBER = Row().args
PAGES = sorted(name for name, one in ROWS.items() if one.get and one.args is WITHOUT_NUMBER)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        cast = make_cast()
        made = make_world(cast)
        made.sessions = {role: session_of(cast(role)) for role in EVERYONE}
        yield made


def readers(name):
    """One who reads the page for others, and the officer where there is an own page."""
    allowed = ROWS[name].get
    first = next((role for role in ("political", "steward") if role in allowed), allowed[0])
    return {first, OWN} & set(allowed)


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_address_is_no_error(name, world):
    address = reverse(name, args=ROWS[name].args(world))
    wrong = []
    for role in sorted(readers(name)):
        for value in VALUES:
            asked = FEW if len(value) > 100 else ASKED
            query = "&".join(f"{one}={value}" for one in asked)
            with transaction.atomic():
                answer = client_for(world, role).get(f"{address}?{query}")
                transaction.set_rollback(True)
            if answer.status_code not in (200, 302, 404):
                wrong.append((role, value[:20], answer.status_code))
    assert wrong == []


# Alone: beside other nonsense a filter would not get as far.
ALONE = [
    ("retention:break_glass_search", "political", "q=%00"),
    ("retention:departure_enter", "political", "officer=%C2%B2"),
    ("retention:departure_enter", "political", f"officer={'9' * 5000}"),
    ("retention:departure_enter", "political", "q=%00"),
    ("retention:leave_calendar", OWN, f"year={'9' * 5000}"),
    ("retention:leave_calendar", OWN, "month=0001-01"),
    ("retention:leave_calendar", OWN, "year=9999"),
    ("retention:leave_count", OWN, "officer=%C2%B2"),
    (
        "retention:leave_count", OWN,
        "kind=annual&start=2026-12-01&last=2026-12-01&without=%C2%B2",
    ),
    ("retention:leave_count", OWN, "kind=annual&start=9999-12-31&last=9999-12-31"),
    ("retention:talk_calendar", "political", "month=9999-12"),
    ("retention:help_report", "political", "report=%C2%B2"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "role", "query"), ALONE)
def test_one_hostile_word_alone_is_no_error(name, role, query, world):
    answer = client_for(world, role).get(f"{reverse(name)}?{query}")

    assert answer.status_code in (200, 302, 404)


# -- days and numbers of forms --------------------------------------------------------------------

BEYOND = ["0001-01-01", "9999-12-31"]
LASTS = [
    ("retention:checkup_campaign_make", "steward", {"name": "a", "year": "2026"}, "last"),
    ("retention:leave_plan_mine", OWN, {}, "last"),
    ("retention:mentoring_add", "political", {"aims": "a"}, "last_day"),
    ("retention:leave_ask", OWN, {"kind": "annual"}, "last"),
]


@pytest.mark.parametrize("day", BEYOND)
@pytest.mark.parametrize(("name", "role", "facts", "last"), LASTS)
def test_a_last_day_beyond_all_calendars_is_a_fault_of_its_field(
    name, role, facts, last, day, world
):
    with transaction.atomic():
        answer = client_for(world, role).post(
            reverse(name), facts | {"start": "2026-12-01", last: day}
        )
        transaction.set_rollback(True)

    assert answer.status_code in (200, 400, 422)
    assert last in answer.context["form"].errors


def test_flexible_work_has_a_last_day_in_a_year_that_can_be_meant(world):
    name = "retention:help_measure_propose"
    page = reverse(name, args=ROWS[name].args(world))
    facts = {"kind": "flexible", "text": "a", "start": "2026-12-01", "last_day": "9999-12-31"}

    answer = client_for(world, "union").post(page, facts)

    assert "last_day" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("name", "field"), [("talk_plan", "due_on"), ("setback_raise", "happened_on")]
)
def test_a_day_that_nobody_can_wait_for_is_refused(name, field, world):
    """Working days are counted one by one: to the year 9999 that takes a page its seconds."""
    page = f"{reverse(f'retention:{name}')}?officer={world.officer.pk}"

    answer = client_for(world, "political").post(page, {field: "9999-12-31"})

    assert answer.status_code == 200
    assert answer.context["form"].errors


FILES = {
    "program.pdf": b"MZ\x90\x00",
    "empty.pdf": b"",
    "page.png": b"<html><script>",
    "page.svg": b"<svg onload='x'>",
    "old.docx": b"\xd0\xcf\x11\xe0 no zip",
    "no-ending": b"%PDF-1.7",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("page", ["my_health_entry_add", "my_achievement_add", "help_apply"])
def test_a_file_that_is_not_what_it_says_is_refused(page, name, world):
    file = SimpleUploadedFile(name, FILES[name], content_type="application/pdf")
    facts = {"kind": "other", "text": "a", "title": "a", "achieved_on": "2026-03-02", "story": "a"}

    with transaction.atomic():
        answer = client_for(world, OWN).post(
            reverse(f"retention:{page}"), facts | {"file": file, "files": file}
        )
        transaction.set_rollback(True)

    assert answer.status_code == 200
    assert {"file", "files"} & answer.context["form"].errors.keys()
