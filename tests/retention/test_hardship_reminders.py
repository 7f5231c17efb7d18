"""Reminders of hardship help, what waits for whom, and the yearly report."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from courtparty.accounts.models import Grant, User
from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from retention.models import HardshipCase, HardshipReport
from retention.selectors.needs.hardship import needs_of
from retention.selectors.own.hardship import own_line
from retention.services import hardship as services
from retention.tasks.hardship import freeze_hardship_reports, remind_hardship
from tests.factories import make_officer, make_user
from tests.retention.hardship_cast import (
    carry_out,
    decide,
    make_case,
    make_recommended,
    make_source,
    make_verified,
    make_verifying,
    propose,
    propose_aid,
    propose_flexible,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)
    with translation.override("en"):
        yield


def reminded(day: str) -> dict[str, list[str]]:
    """What the nightly job tells on a day of 2026: kind → who."""
    before = set(Notice.objects.values_list("pk", flat=True))
    services.remind_cases(on=date.fromisoformat(f"2026-{day}"))
    found: dict[str, list[str]] = {}
    for one in Notice.objects.exclude(pk__in=before).select_related("user").order_by("pk"):
        found.setdefault(one.kind, []).append(one.user.username)
    return found


def test_verification_is_reminded_of_on_the_ladder(officer, union, party_affairs):
    make_verifying(officer, union, party_affairs)  # due on 7 December

    assert reminded("12-02") == {}
    assert reminded("12-03") == {"help_verify_due": ["union", "cadre"]}
    assert reminded("12-04") == {}
    assert reminded("12-05") == {}  # Saturday
    assert reminded("12-07") == {"help_verify_due": ["union", "cadre"]}
    assert reminded("12-14") == {"help_verify_late": ["union", "cadre"]}
    assert reminded("12-14") == {}


def test_ten_days_late_the_officer_is_told_and_nobody_outside(officer, union, president):
    make_case(officer, union)
    found = reminded("12-21")

    assert found == {
        "help_verify_late": ["union"],
        "help_late_officer": ["officer"],
        "help_first_due": ["union"],
    }


def test_first_help_is_reminded_of_until_it_is_given(officer, union, party_affairs, president):
    case = make_verified(officer, union, party_affairs)
    measure = decide(propose(case, president, by=union))
    assert reminded("12-21") == {"help_first_due": ["union"]}
    carry_out(measure, by=union)

    assert reminded("12-28") == {}


def test_a_decision_is_asked_for_again_every_five_days(officer, union, party_affairs, president):
    case = make_verified(officer, union, party_affairs)
    propose(case, president, by=union)

    assert reminded("11-27") == {}
    assert reminded("11-30") == {"help_decision_awaited": ["president"]}
    assert reminded("12-01") == {}


def test_the_end_of_flexible_work_is_announced_once(officer, union, party_affairs, president):
    case = make_verified(officer, union, party_affairs)
    decide(propose_flexible(case, president, TODAY, TODAY + timedelta(days=15), by=union))

    assert reminded("11-27") == {}
    assert reminded("11-30")["help_flexible_ending"] == ["officer", "union"]
    assert reminded("12-01") == {}


def test_a_case_without_a_handler_is_told_of_without_content(officer, union, president):
    case = make_case(officer, union)
    Grant.objects.filter(user=union).update(ends_on=TODAY)

    assert reminded("11-24") == {
        "help_without_coordinator": ["officer"],
        "help_orphaned": ["president"],
    }
    notice = Notice.objects.get(kind="help_orphaned")
    assert (notice.url, notice.params) == (reverse("retention:help_orphan_list"), {})
    assert reminded("11-25") == {}
    assert case.reference not in notice.text


def test_one_that_fails_keeps_no_other_from_being_reminded(officer, union, monkeypatch, caplog):
    first, _second = make_case(officer, union), make_case(officer, union)
    real = services.reminders._remind_limits

    def fail_first(case, **facts):
        if case.pk == first.pk:
            raise RuntimeError
        return real(case, **facts)

    monkeypatch.setattr(services.reminders, "_remind_limits", fail_first)
    assert reminded("12-03") == {"help_verify_due": ["union"]}
    assert f"reminder of hardshipcase {first.pk} failed" in caplog.text


def test_the_tasks_call_the_services(officer, union, time_machine):
    make_case(officer, union)
    time_machine.move_to("2026-12-07T08:45:00+08:00", tick=False)
    remind_hardship()
    time_machine.move_to("2027-01-01T06:50:00+08:00", tick=False)
    freeze_hardship_reports()

    assert Notice.objects.filter(kind="help_verify_due").count() == 1
    assert HardshipReport.objects.get().year == 2026


# -- what waits for whom ------------------------------------------------------------------------


def waiting(user: User, on: date = TODAY) -> dict[str, int]:
    fresh = User.objects.get(pk=user.pk)
    needs = {str(one.title): one.rows.count() for one in needs_of(fresh, on=on)}
    return {title: count for title, count in needs.items() if count}


def test_what_waits_for_each_role(officer, union, party_affairs, president, branch_secretary, head):
    make_case(officer, union)
    make_verifying(officer, union, party_affairs)
    case = make_verified(officer, union, party_affairs)
    propose(case, president, by=union)
    make_recommended(officer, union, by=branch_secretary)

    assert waiting(union) == {"Hardship cases to take up": 1}
    assert waiting(union, date(2026, 12, 31)) == {
        "Hardship cases to take up": 1,
        "Hardship cases that are late": 3,
    }
    assert waiting(party_affairs) == {"Hardships you are to verify": 1}
    assert waiting(president) == {"Measures of help to decide": 1}
    assert waiting(officer.user) == {"Help in a hardship: your answer is awaited": 1}
    assert waiting(branch_secretary) == waiting(head) == {}


def test_what_waits_reads_nothing_before_it_is_counted(union, django_assert_num_queries):
    user = User.objects.get(pk=union.pk)
    user.current_grants()

    with django_assert_num_queries(0):
        assert len(list(needs_of(user, on=TODAY))) == 5


def test_the_tile_of_my_records(officer, union, branch_secretary, django_assert_num_queries):
    assert own_line(officer, on=TODAY).text.startswith("In a hardship you can ask")
    make_case(officer, union)
    with django_assert_num_queries(1):
        line = own_line(officer, on=TODAY)
    assert (line.text, line.tone) == ("2026-001: applied, to be taken up", "")
    assert own_line(officer, on=date(2026, 12, 8)).tone == "warning"
    make_recommended(officer, union, by=branch_secretary)

    assert HardshipCase.objects.count() == 2


# -- the report ---------------------------------------------------------------------------------


def helped(officer, union, party_affairs, president, source, number: int):
    user = make_user(f"helped.{number}", court=officer.court)
    where = {"court": officer.court, "department": officer.department, "branch": officer.branch}
    one = make_officer(name="甲", user=user, **where)
    case = make_verified(one, union, party_affairs)
    carry_out(decide(propose_aid(case, president, source, "100.00", by=union)), by=union)
    facts = {"case_id": case.pk, "rating": 4, "words": "", "by": user, "at": timezone.now()}
    return services.close_case(**facts)


@pytest.fixture
def six_helped(officer, court, union, party_affairs, president):
    source = make_source(court)
    for number in range(6):
        helped(officer, union, party_affairs, president, source, number)


def freeze(year: int) -> int:
    return services.freeze_reports(at=timezone.make_aware(datetime(year, 1, 4, 6, 50)))


def test_a_report_is_written_once_the_year_is_over(six_helped, court, president, political):
    assert freeze(2026) == 0
    assert (freeze(2027), freeze(2027)) == (1, 0)
    report = HardshipReport.objects.get()

    assert report.figures["total"] == {
        "people": 6,
        "days": "0",
        "rating": "4.0",
        "amount": "600.00",
    }
    told = Notice.objects.filter(kind="help_report_ready").values_list("user__username", flat=True)
    assert sorted(told) == ["political", "president"]
    assert Entry.objects.filter(verb="hardship.report_frozen").get().actor is None


def test_a_report_never_changes(six_helped):
    freeze(2027)

    for change in (
        lambda: HardshipReport.objects.update(figures={}),
        lambda: HardshipReport.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_later_years_do_not_count_again(six_helped):
    freeze(2027)
    freeze(2028)

    assert HardshipReport.objects.get(year=2027).figures["total"]["people"] is None


def test_the_report_is_shown_and_exported(six_helped, president):
    freeze(2027)
    president.language = "en"
    president.save()
    client = Client()
    client.force_login(president)
    page = client.get(reverse("retention:help_report"))
    book = load_workbook(BytesIO(client.get(reverse("retention:help_report_export")).content))

    assert page.context["shown"].total.figures == (6, Decimal(0), Decimal("4.0"), Decimal("600"))
    assert "left out" in page.text
    assert book.sheetnames == ["By kind of hardship", "By kind of help", "By rating"]
    last = [cell.value for cell in list(book.worksheets[0].rows)[-1]]
    assert last == ["Everybody", 6, 0, 4, 600]
    assert "甲" not in page.text


def test_another_court_has_no_report_here(six_helped, outsider_political):
    freeze(2027)
    client = Client()
    client.force_login(outsider_political)
    report = HardshipReport.objects.get()

    assert client.get(reverse("retention:help_report")).context["report"] is None
    asked = client.get(reverse("retention:help_report"), {"report": report.pk})
    assert asked.status_code == 404
