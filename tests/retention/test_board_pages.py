from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courtparty.audit.models import Entry
from retention.models import (
    AssignmentPause,
    BoardYear,
    CauseKind,
    Departure,
    ExitInterview,
    RetentionAction,
)
from retention.services.board_years import close_due_years
from tests.appraisal.cycle_cast import make_figures, make_import
from tests.factories import make_officer
from tests.retention.board_cast import (
    make_action,
    make_departure,
    make_interview,
    make_leavers,
    make_pause,
    make_staff,
    make_suggestion,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate(now)


def sign_in(client, user):
    user.language = "en"
    user.save()
    client.force_login(user)
    return client


def url(name, *args):
    return reverse(f"retention:{name}", args=args)


def cells(response):
    book = load_workbook(BytesIO(response.content))
    return [[cell for row in sheet.iter_rows(values_only=True) for cell in row] for sheet in book]


# -- the board ----------------------------------------------------------------------------------


@pytest.fixture
def closed(court, civil, filing, political, now, today):
    make_staff(court, civil, 10)
    make_staff(court, filing, 2)
    make_leavers(court, civil, political, 6, year=today.year - 2, main="pay")
    make_leavers(court, civil, political, 5, year=today.year - 2, main="caseload")
    close_due_years(on=date(today.year, 3, 1), at=now)
    return today.year - 2


def test_board_shows_turnover_and_causes(client, closed, political):
    response = sign_in(client, political).get(url("board"), {"year": closed})

    assert response.context["board"].year == closed
    assert "Turnover by year" in response.text
    assert f"Why people left, {closed}" in response.text
    assert "case filing" not in response.text.split("<main")[1]


def test_board_exports_exactly_what_it_shows(client, closed, political):
    sign_in(client, political)
    board = client.get(url("board"), {"year": closed}).context["board"]

    response = client.get(url("board_export"), {"year": closed})

    sheets = cells(response)
    assert len(sheets) == 1 + len(board.divisions) + sum(bool(one.rows) for one in board.causes)
    words = [cell for sheet in sheets for cell in sheet]
    assert "case filing" not in words
    assert [row.label for row in board.years] == [cell for cell in sheets[0] if cell in words[:99]
        and str(cell).isdecimal() and len(str(cell)) == 4]  # fmt: skip
    assert Entry.objects.filter(verb="board.exported").get().detail["year"] == closed


def test_board_without_a_closed_year_says_what_to_do(client, court, officer, political):
    assert "No year is closed yet" in sign_in(client, political).get(url("board")).text


@pytest.mark.parametrize("query", [{"unit": "0"}, {"unit": "x"}])
def test_board_of_a_unit_out_of_reach_is_not_there(client, court, secretary, query):
    sign_in(client, secretary)

    assert client.get(url("board"), query).status_code == 404
    assert client.get(url("board"), {"unit": court.pk}).status_code == 404


@pytest.mark.parametrize("year", ["", "x", "99999", "1990", "²²²²"])
def test_board_takes_a_year_it_does_not_have_as_the_last_one(client, closed, political, year):
    board = sign_in(client, political).get(url("board"), {"year": year}).context["board"]

    assert board.year == closed + 1


def test_closing_a_year_asks_first_and_says_what_is_not_coded(
    client, court, civil, political, today
):
    make_leavers(court, civil, political, 2, year=today.year - 1)
    Departure.objects.update(coded_at=None)
    sign_in(client, political)
    address = url("board_close", court.pk, today.year - 1)

    assert "not coded: 2" in client.get(address).text
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 409

    assert BoardYear.objects.get().closed_by == political


def test_a_running_year_is_not_closed(client, court, civil, political, today):
    sign_in(client, political)

    response = client.post(url("board_close", court.pk, today.year), follow=True)

    assert "once it is over" in response.text
    assert not BoardYear.objects.exists()


# -- departures ---------------------------------------------------------------------------------


def test_a_departure_is_found_entered_coded_and_taken_back(client, officer, political, today):
    sign_in(client, political)
    found = client.get(url("departure_enter"), {"q": "zhy"})
    assert f"?officer={officer.pk}" in found.text

    entered = client.post(
        url("departure_enter") + f"?officer={officer.pk}",
        {"last_day": today + timedelta(days=20), "destination": "lawyer"},
    )
    departure = Departure.objects.get()
    assert entered.url == departure.get_absolute_url()
    assert departure.left_on == today + timedelta(days=21)

    client.post(url("departure_code", departure.pk), {"main": "pay", "causes": ["family"]})
    shown = client.get(departure.get_absolute_url()).text
    assert "Pay" in shown
    assert "Family" in shown
    client.post(url("departure_withdraw", departure.pk))
    assert "taken back" in client.get(departure.get_absolute_url()).text
    reads = Entry.objects.about(officer).reads()
    assert {entry.verb for entry in reads} == {"departure.read"}


def test_a_departure_before_joining_is_refused_at_its_field(client, officer, political):
    response = sign_in(client, political).post(
        url("departure_enter") + f"?officer={officer.pk}",
        {"last_day": "2001-01-01", "destination": "lawyer"},
    )

    assert "in work since" in response.context["form"].errors["last_day"][0]
    assert not Departure.objects.exists()


def test_a_second_departure_has_no_page(client, officer, political):
    make_departure(officer, political)

    response = sign_in(client, political).get(url("departure_enter") + f"?officer={officer.pk}")

    assert response.status_code == 404


def test_coding_without_a_main_cause_says_so(client, officer, political):
    departure = make_departure(officer, political)

    response = sign_in(client, political).post(
        url("departure_code", departure.pk), {"causes": ["pay"]}
    )

    assert list(response.context["form"].errors) == ["main"]


def test_coding_what_somebody_has_coded_since_is_a_conflict(client, officer, political):
    departure = make_departure(officer, political)
    sign_in(client, political)
    client.post(url("departure_code", departure.pk), {"main": "pay"})

    response = client.post(url("departure_code", departure.pk), {"main": "family", "seen": ""})

    assert response.status_code == 409


def test_the_list_filters_sorts_and_exports(client, court, civil, officer, political, today):
    make_departure(officer, political)
    make_leavers(court, civil, political, 2, year=today.year - 1, main="pay")
    sign_in(client, political)

    def names(**query):
        page = client.get(url("departure_list"), query).context["page_obj"]
        return [row.name for row in page.object_list]

    assert names() == ["张海燕", "离乙1", "离甲0"]
    assert names(coding="open") == ["张海燕"]
    assert names(year=str(today.year - 1), sort="left") == ["离甲0", "离乙1"]
    assert names(q="zhang") == ["张海燕"]
    assert names(q="nobody") == []
    words = cells(client.get(url("departure_export"), {"coding": "open"}))[0]
    assert "张海燕" in words
    assert "离甲0" not in words


def test_the_list_takes_the_same_queries_at_one_row_and_three(
    client, court, civil, political, today, django_assert_max_num_queries
):
    sign_in(client, political)
    make_leavers(court, civil, political, 1, year=today.year - 1)
    client.get(url("departure_list"))
    with django_assert_max_num_queries(99) as one:
        client.get(url("departure_list"))
    make_leavers(court, civil, political, 2, year=today.year - 1)
    with django_assert_max_num_queries(99) as three:
        client.get(url("departure_list"))

    assert len(one) == len(three)


def test_causes_are_worded_by_the_court(client, court, political):
    sign_in(client, political)
    assert "These are the defaults" in client.get(url("cause_list")).text

    client.post(url("cause_add"), {"name": "子女教育", "name_en": "Schools", "position": "45"})
    client.post(
        url("cause_change", "pay"),
        {"name": "工资", "name_en": "Wages", "position": "10", "is_active": "on"},
    )

    assert "Schools" in client.get(url("cause_list")).text
    assert CauseKind.objects.get(code="pay").name_en == "Wages"
    again = client.post(url("cause_add"), {"name": "工资", "name_en": "", "position": "1"})
    assert "with this name" in str(again.context["form"].errors["name"])


# -- interviews ---------------------------------------------------------------------------------


def test_an_interview_from_offer_to_summary(client, officer, political, branch_secretary, today):
    departure = make_departure(officer, political, today + timedelta(days=20), at=timezone.now())
    sign_in(client, political)
    client.post(
        url("interview_offer", departure.pk),
        {"interviewer_id": branch_secretary.pk, "planned_on": today, "place": "Room 3"},
    )
    interview = ExitInterview.objects.get()

    sign_in(client, officer.user)
    assert "Room 3" in client.get(url("my_pauses")).text
    client.post(url("interview_answer", interview.pk), {"word": "accept"})

    sign_in(client, branch_secretary)
    assert "张海燕" in client.get(url("interview_list")).text
    client.post(
        url("interview_hold", interview.pk),
        {
            "held_on": today, "text": "SECRETWORDS", "summary": "THESUMMARY", "main": "pay",
            "would_return": "no",
        },
    )  # fmt: skip
    assert "SECRETWORDS" in client.get(interview.get_absolute_url()).text

    sign_in(client, political)
    hidden = client.get(interview.get_absolute_url()).text
    assert "THESUMMARY" not in hidden
    assert "SECRETWORDS" not in hidden

    sign_in(client, officer.user)
    own = client.get(url("my_pauses")).text
    assert "THESUMMARY" in own
    assert "SECRETWORDS" not in own
    client.post(url("interview_answer", interview.pk), {"word": "allow"})

    sign_in(client, political)
    allowed = client.get(interview.get_absolute_url()).text
    assert "THESUMMARY" in allowed
    assert "SECRETWORDS" not in allowed


def test_an_answer_that_is_no_word_is_refused(client, officer, political, branch_secretary, now):
    departure = make_departure(
        officer, political, timezone.localdate(now) + timedelta(days=20), at=now
    )
    interview = make_interview(departure, branch_secretary, political, at=now)

    response = sign_in(client, officer.user).post(
        url("interview_answer", interview.pk), {"word": "perhaps"}, follow=True
    )

    assert "Choose one of the buttons" in response.text
    interview.refresh_from_db()
    assert interview.state == "offered"


# -- caseload and pauses ------------------------------------------------------------------------


@pytest.fixture
def judges(court, civil, today):
    source = make_import(court)
    first = today.replace(day=1)
    months = []
    for _number in range(6):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(first)
    found = []
    for number, pending in enumerate([20, 20, 20, 20, 60]):
        judge = make_officer(court=court, department=civil, name=f"法{'甲乙丙丁戊'[number]}")
        make_figures(judge, source, months=months, pending=pending, new=5, closed=5)
        found.append(judge)
    return found


def test_a_head_sees_the_own_department_beside_its_peers(client, court, filing, judges, head):
    make_officer(court=court, department=filing, name="别庭法官")

    response = sign_in(client, head).get(url("caseload"))

    rows = response.context["page_obj"].object_list
    assert [(row.officer.name, row.percent, row.is_over) for row in rows][0] == ("法戊", 300, True)
    assert len(rows) == 5
    assert "别庭法官" not in response.text


def test_a_secretary_sees_no_judges_caseload(client, judges, secretary):
    assert sign_in(client, secretary).get(url("caseload")).status_code == 403


def test_caseload_filters_sorts_and_exports(client, judges, political):
    sign_in(client, political)

    def names(**query):
        page = client.get(url("caseload"), query).context["page_obj"]
        return [row.officer.name for row in page.object_list]

    assert names(only="over") == ["法戊"]
    assert names(q="法甲") == ["法甲"]
    assert names(sort="pending")[-1] == "法戊"
    words = cells(client.get(url("caseload_export"), {"only": "over"}))[0]
    assert "法戊" in words
    assert "法甲" not in words


def test_caseload_without_figures_says_what_to_do(client, officer, head):
    assert "No case figures yet" in sign_in(client, head).get(url("caseload")).text


def test_a_pause_from_suggestion_to_the_officers_page(client, officer, head, today):
    pause = make_suggestion(officer)
    sign_in(client, head)
    proposed = client.get(url("pause_approve", pause.pk)).context["form"]
    assert proposed["last_day"].value() == today + timedelta(days=13)

    client.post(
        url("pause_approve", pause.pk),
        {"start": today, "last_day": today + timedelta(days=6), "reason": "REMARK"},
    )

    pause.refresh_from_db()
    assert (pause.state, pause.end) == ("paused", today + timedelta(days=7))
    assert "REMARK" in sign_in(client, officer.user).get(url("my_pauses")).text


def test_a_pause_that_ends_before_it_begins_is_refused_at_its_field(client, officer, head, today):
    response = sign_in(client, head).post(
        url("pause_order"),
        {
            "officer_id": officer.pk, "basis": "leave", "start": today,
            "last_day": today - timedelta(days=1),
        },
    )  # fmt: skip

    assert list(response.context["form"].errors) == ["last_day"]
    assert not AssignmentPause.objects.exists()


def test_a_judge_of_another_department_is_no_choice(client, court, filing, head, today):
    other = make_officer(court=court, department=filing, name="别庭法官")

    response = sign_in(client, head).post(
        url("pause_order"),
        {"officer_id": other.pk, "basis": "leave", "start": today, "last_day": today},
    )

    assert list(response.context["form"].errors) == ["officer_id"]


def test_reading_a_pause_is_shown_to_the_officer(client, officer, head, president, now, today):
    pause = make_pause(officer, head, today, at=now)
    sign_in(client, president).get(pause.get_absolute_url())

    entry = Entry.objects.about(officer).reads().get()
    assert (entry.actor, entry.verb) == (president, "pause.read")


def test_pauses_filter_by_phase_and_export(client, court, civil, officer, head, now, today):
    make_pause(officer, head, today, at=now)
    make_suggestion(make_officer(court=court, department=civil, name="李二"))
    sign_in(client, head)

    def names(**query):
        page = client.get(url("pause_list"), query).context["page_obj"]
        return [row.name for row in page.object_list]

    assert names() == ["李二", "张海燕"]
    assert names(phase="running") == ["张海燕"]
    assert names(phase="suggested") == ["李二"]
    assert names(phase="over") == names(phase="planned") == names(phase="closed") == []
    assert "张海燕" in cells(client.get(url("pause_export")))[0]


# -- actions ------------------------------------------------------------------------------------


def test_an_action_from_entry_to_result(client, court, head, political, today):
    sign_in(client, political)
    client.post(
        url("action_add"),
        {
            "unit": court.pk, "title": "Two clerks", "figure": "caseload", "why": "Median up",
            "responsible_id": head.pk, "due_on": today + timedelta(days=10),
        },
    )  # fmt: skip
    action = RetentionAction.objects.get()

    sign_in(client, head)
    assert "Two clerks" in client.get(url("action_list"), {"mine": "yes"}).text
    client.post(url("action_follow", action.pk), {"on": today, "text": "Asked the county"})
    client.post(
        url("action_close", action.pk), {"state": "done", "closed_on": today, "result": "Came"}
    )

    shown = client.get(action.get_absolute_url()).text
    assert "Asked the county" in shown
    assert "Came" in shown
    sign_in(client, political).post(url("action_reopen", action.pk))
    action.refresh_from_db()
    assert action.state == "doing"


def test_an_action_without_somebody_responsible_is_refused_at_its_field(
    client, court, political, today
):
    response = sign_in(client, political).post(
        url("action_add"),
        {"unit": court.pk, "title": "x", "figure": "other", "why": "y", "due_on": today},
    )

    assert list(response.context["form"].errors) == ["responsible_id"]


def test_actions_filter_and_export(client, court, head, political, now, today):
    make_action(court, head, political, today + timedelta(days=3), at=now)
    late = make_action(court, political, political, today, at=now)
    RetentionAction.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=9))
    sign_in(client, political)

    def rows(**query):
        page = client.get(url("action_list"), query).context["page_obj"]
        return [row.responsible for row in page.object_list]

    assert rows() == ["political", "head"]
    assert rows(state="overdue") == ["political"]
    assert rows(mine="due") == ["political"]
    assert rows(q="clerks", figure="caseload") == ["political", "head"]
    assert rows(figure="gaps") == []
    assert "Two more clerks for civil trial" in cells(client.get(url("action_export")))[0]
