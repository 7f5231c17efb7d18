"""The full-time check against the database: what it reads, opens and clears; whom it tells."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from cadres.models import (
    Appointment,
    Approval,
    Breach,
    CadreSettings,
    FulltimeException,
    Officer,
    Post,
    Secondment,
    TermExtension,
)
from cadres.selectors import casework
from cadres.selectors.casework import CaseMonth, case_figures, register_case_figures
from cadres.selectors.fulltime import tally
from cadres.selectors.fulltime_facts import court_facts
from cadres.selectors.overview import cadre_overview
from cadres.services import fulltime
from cadres.services.fulltime import (
    CannotEnd,
    CannotRecord,
    check_all,
    check_court,
    end_exception,
    record_exception,
    refresh_breaches,
)
from cadres.tasks import check_fulltime
from courtparty.accounts.models import Unit
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from courtparty.notices.wording import text_of
from tests.cadres.establishment import make_appointment, make_approval, make_post
from tests.factories import make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 23)
SINCE = date(2025, 1, 1)
Kind = Post.Kind


def seat(unit, kind, officer, *, start=SINCE, **fields):
    """Somebody in a post of ``unit``, approved and within the term."""
    usual = {
        "term_end": date(2028, 1, 1) if kind != Kind.PARTY_AFFAIRS_CADRE else None,
        "higher_approval": make_approval(Unit.objects.get(path=unit.court_path)),
    }
    return make_appointment(make_post(unit, kind), officer, start, **usual | fields)


@pytest.fixture
def colleague(court, civil, branch):
    return make_officer(court=court, department=civil, branch=branch, name="李二")


@pytest.fixture
def cadre_officer(court, civil):
    return make_officer(court=court, department=civil, name="赵三", party_status="none")


def refresh(court, on=ON) -> int:
    with transaction.atomic():
        return refresh_breaches(court=court, on=on)


def open_codes(**filters) -> list[str]:
    found = Breach.objects.open().filter(**filters)
    return sorted(found.values_list("code", flat=True))


def at(on: date) -> datetime:
    return timezone.make_aware(datetime(on.year, on.month, on.day, 9))


def excuse(unit, code, by, *, on=ON, **fields) -> FulltimeException:
    usual = {
        "approval": {"number": "示组通〔2026〕88号", "issued_on": date(2026, 11, 1)},
        "starts_on": on,
        "ends_on": None,
        "at": at(on),
    }
    return record_exception(unit=unit, code=code, by=by, **usual | fields)


# -- what is read -------------------------------------------------------------------------------


def test_members_are_those_in_service_in_the_subtree(court, civil, party_org, branch, other_branch):
    group = make_unit(branch, "第一党小组", kind=Unit.Kind.GROUP)
    people = [
        {"branch": branch},
        {"branch": group, "party_status": "probationary_member"},
        {"branch": other_branch, "left_on": ON + timedelta(days=1)},
        {"branch": other_branch, "left_on": ON},
        {"branch": branch, "party_status": "league_member"},
        {"branch": None},
    ]
    for fields in people:
        make_officer(court=court, department=civil, **fields)

    facts = court_facts(court, on=ON)

    assert [
        (one.unit, one.kind, one.members, one.full_members, one.above)
        for one in facts.organisations
    ] == [
        (party_org.pk, "general_branch", 3, 2, ()),
        (branch.pk, "branch", 2, 1, (party_org.pk,)),
        (other_branch.pk, "branch", 1, 1, (party_org.pk,)),
    ]
    assert (facts.staff, facts.band_unit) == (5, party_org.pk)


def test_organisations_out_of_use_are_not_checked(court, branch, other_branch):
    Unit.objects.filter(pk=other_branch.pk).update(is_active=False)

    units = {one.unit for one in court_facts(court, on=ON).organisations}

    assert other_branch.pk not in units
    assert branch.pk in units


def test_the_band_of_a_court_with_two_organisations_is_shown_at_the_court(court, party_org):
    make_unit(court, "离退休干部党支部", kind=Unit.Kind.BRANCH)

    assert court_facts(court, on=ON).band_unit == court.pk


def test_holders_are_read_with_what_the_rules_ask(court, party_org, officer, colleague):
    held = seat(party_org, Kind.FULLTIME_DEPUTY, officer, nature=Appointment.Nature.ACTING)
    approval = make_approval(court)
    for end in (date(2028, 3, 1), date(2028, 6, 1)):
        TermExtension.objects.create(
            appointment=held,
            old_term_end=date(2028, 1, 1),
            new_term_end=end,
            approval=approval,
            at=at(ON),
        )
    for start, end in ((date(2025, 5, 1), date(2025, 6, 1)), (date(2026, 5, 1), None)):
        Secondment.objects.create(
            appointment=held, start=start, end=end, destination="县委", at=at(ON)
        )
    seat(party_org, Kind.SECRETARY, colleague, is_void=True)

    (holder,) = court_facts(court, on=ON).holders

    assert (holder.unit, holder.post, holder.officer) == (party_org.pk, held.post_id, officer.pk)
    assert (holder.is_fulltime, holder.is_acting, holder.has_seat) == (True, True, True)
    assert (holder.extended_to, holder.away) == (date(2028, 6, 1), date(2026, 5, 1))
    assert (holder.has_approval, holder.is_full_member) == (True, True)


def test_posts_left_are_read_by_their_last_end(court, party_org, officer, colleague):
    post = make_post(party_org, Kind.SECRETARY)
    make_appointment(post, officer, date(2021, 1, 1), date(2023, 1, 1))
    make_appointment(post, colleague, date(2023, 1, 1), date(2026, 1, 1))
    make_appointment(post, officer, date(2026, 2, 1), date(2026, 3, 1), is_void=True)
    make_appointment(post, officer, date(2026, 4, 1), date(2026, 12, 1))

    (past,) = court_facts(court, on=ON).vacated

    assert (past.unit, past.kind, past.end) == (party_org.pk, "secretary", date(2026, 1, 1))


def test_reading_a_court_costs_the_same_at_any_size(
    court, civil, party_org, branch, officer, colleague, django_assert_num_queries
):
    seat(party_org, Kind.FULLTIME_DEPUTY, officer)
    refresh(court)
    with django_assert_num_queries(12):
        refresh(court, ON + timedelta(days=1))
    for number in range(5):
        further = make_unit(party_org, f"第{number}支部", kind=Unit.Kind.BRANCH)
        member = make_officer(court=court, department=civil, branch=further)
        seat(further, Kind.BRANCH_SECRETARY, member, higher_approval=None)
        seat(further, Kind.FULLTIME_DEPUTY, member)
    refresh(court, ON + timedelta(days=2))

    with django_assert_num_queries(12):
        refresh(court, ON + timedelta(days=3))


# -- case work ----------------------------------------------------------------------------------


@pytest.fixture
def figures(monkeypatch):
    """What officers are said to have worked on, instead of appraisal's figures."""
    known = {}

    def source(officer_ids, since):
        return {pk: [m for m in known.get(pk, []) if m.month >= since] for pk in officer_ids}

    monkeypatch.setattr(casework, "_SOURCES", {})
    register_case_figures(source)
    register_case_figures(source)
    return known


def cases(*months: tuple[int, int], value="3") -> list[CaseMonth]:
    return [CaseMonth(date(year, month, 1), "结案", Decimal(value)) for year, month in months]


def test_a_source_is_asked_once_and_only_about_somebody(figures, officer):
    figures[officer.pk] = cases((2026, 4), (2026, 3))

    found = case_figures([officer.pk, officer.pk, 0], date(2026, 3, 1))

    assert {pk: [m.month for m in months] for pk, months in found.items()} == {
        officer.pk: [date(2026, 3, 1), date(2026, 4, 1)]
    }
    assert case_figures([], date(2026, 3, 1)) == {}


def test_a_full_time_holder_with_cases_becomes_a_breach_without_names_or_values(
    court, party_org, officer, figures
):
    seat(party_org, Kind.FULLTIME_DEPUTY, officer, start=date(2026, 2, 16))
    figures[officer.pk] = cases((2026, 2), (2026, 3), (2026, 10), (2026, 12))

    refresh(court)

    row = Breach.objects.get(code="fulltime_with_cases")
    assert (row.officer, row.unit, row.since) == (officer, party_org, date(2026, 3, 1))
    assert row.facts == {"months": 2, "first": "2026-03", "last": "2026-10", "from": "2026-03-01"}


def test_part_time_holders_may_have_cases(court, party_org, officer, figures):
    seat(party_org, Kind.SECRETARY, officer)
    figures[officer.pk] = cases((2026, 10))

    refresh(court)

    assert "fulltime_with_cases" not in open_codes()


# -- opened, kept, cleared ----------------------------------------------------------------------


def test_refresh_opens_what_it_finds_with_since_when(court, party_org, branch, officer):
    post = make_post(party_org, Kind.FULLTIME_DEPUTY)
    make_appointment(post, officer, date(2025, 1, 1), date(2026, 8, 1))

    breaches = refresh(court)

    rows = {(one.code, one.unit): one for one in Breach.objects.all()}
    assert {(code, unit.pk): row.since for (code, unit), row in rows.items()} == {
        ("no_fulltime_staff", party_org.pk): date(2026, 8, 1),
        ("no_secretary", party_org.pk): ON,
        ("below_general_branch", party_org.pk): ON,
        ("no_secretary", branch.pk): ON,
        ("below_branch", branch.pk): ON,
    }
    assert breaches == 3
    assert {row.seen_on for row in rows.values()} == {ON}
    assert {row.court for row in rows.values()} == {court}


def test_refresh_twice_changes_nothing(court, party_org, branch, officer):
    refresh(court)
    before = list(Breach.objects.order_by("pk").values())

    refresh(court)

    assert list(Breach.objects.order_by("pk").values()) == before


def test_refresh_keeps_since_and_marks_what_is_still_there(court, party_org, branch):
    refresh(court, date(2026, 11, 1))
    refresh(court)

    row = Breach.objects.open().get(code="no_secretary", unit=party_org)
    assert (row.since, row.seen_on) == (date(2026, 11, 1), ON)


def test_refresh_takes_over_new_numbers_and_a_corrected_day(
    court, party_org, branch, civil, officer, colleague
):
    post = make_post(party_org, Kind.FULLTIME_DEPUTY)
    held = make_appointment(post, officer, date(2025, 1, 1), date(2026, 8, 1))
    refresh(court, date(2026, 11, 1))
    Appointment.objects.filter(pk=held.pk).update(end=date(2026, 6, 1))
    make_officer(court=court, department=civil, branch=branch)

    refresh(court)

    row = Breach.objects.open().get(code="no_fulltime_staff")
    assert row.since == date(2026, 6, 1)
    assert row.facts == {"members": 3, "away": 0}


def test_refresh_clears_what_is_put_right_and_opens_it_anew(court, party_org, branch, officer):
    refresh(court, date(2026, 11, 1))
    held = seat(branch, Kind.BRANCH_SECRETARY, officer)
    refresh(court, date(2026, 11, 2))
    held.end, held.end_reason = date(2026, 11, 3), "other"
    held.save()
    refresh(court, date(2026, 11, 4))

    rows = Breach.objects.filter(code="no_secretary", unit=branch).order_by("pk")
    assert [(row.since, row.cleared_on) for row in rows] == [
        (date(2026, 11, 1), date(2026, 11, 2)),
        (date(2026, 11, 3), None),
    ]


def test_refresh_leaves_other_courts_alone(court, other_court, party_org):
    make_unit(other_court, "他院党总支", kind=Unit.Kind.GENERAL_BRANCH)
    refresh(other_court)
    before = list(Breach.objects.values())

    refresh(court)

    assert list(Breach.objects.filter(court=other_court).values()) == before


def test_refresh_reads_the_settings_of_the_court(court, party_org, branch, cadre_officer, officer):
    seat(court, Kind.PARTY_AFFAIRS_CADRE, cadre_officer)
    refresh(court)
    assert "no_fulltime_deputy" not in open_codes()
    CadreSettings.objects.create(court=court, fulltime_deputy_from=1)

    refresh(court)

    assert open_codes(code="no_fulltime_deputy") == ["no_fulltime_deputy"]


# -- the check, and whom it tells ---------------------------------------------------------------


def told(kind=fulltime.FOUND) -> dict[str, int]:
    """How often each account was told."""
    counts: dict[str, int] = {}
    for notice in Notice.objects.filter(kind=kind).select_related("user"):
        counts[notice.user.username] = counts.get(notice.user.username, 0) + 1
    return counts


def test_check_court_tells_keepers_and_secretaries_once(
    court, party_org, branch, other_branch, party_affairs, political, president, head, secretary,
    branch_secretary, outsider_political,
):  # fmt: skip
    check_court(court=court, on=ON)
    check_court(court=court, on=ON + timedelta(days=1))

    assert told() == {"cadre": 1, "political": 1, "secretary": 1, "branch.secretary": 1}
    counts = {one.user.username: one.params["count"] for one in Notice.objects.all()}
    # No staff and no secretary in the general branch, no secretary in either branch.
    assert counts == {"cadre": 4, "political": 4, "secretary": 4, "branch.secretary": 1}


def test_check_court_tells_of_what_is_new_only(court, party_org, branch, political):
    check_court(court=court, on=ON)
    further = make_unit(party_org, "第三党支部", kind=Unit.Kind.BRANCH)
    Breach.objects.filter(code="no_secretary", unit=party_org).update(cleared_on=ON)

    check_court(court=court, on=ON + timedelta(days=1))

    last = Notice.objects.filter(user=political).latest("pk")
    assert told() == {"political": 2}
    # The new branch, and the general branch whose finding came back.
    assert last.params["count"] == 2
    assert further.name not in text_of(last.kind, last.params)


def test_what_another_service_opened_is_told_of_by_the_next_check(court, party_org, political):
    refresh(court)
    assert not Notice.objects.exists()

    check_court(court=court, on=ON)

    assert told() == {"political": 1}


def test_warnings_and_excused_breaches_are_not_told(
    court, civil, branch, party_org, political, officer, colleague, cadre_officer
):
    seat(party_org, Kind.SECRETARY, officer)
    seat(branch, Kind.BRANCH_SECRETARY, colleague)
    excuse(party_org, "no_fulltime_staff", political)

    check_court(court=court, on=ON)

    assert open_codes(exception=None) == ["below_branch", "below_general_branch"]
    assert told() == {}


def test_check_court_is_in_the_log_with_who_asked(court, party_org, political):
    check_court(court=court, on=ON, by=political)
    check_court(court=court, on=ON)

    entries = Entry.objects.about(court).filter(verb="fulltime.checked").order_by("pk")
    assert [(one.actor, one.detail) for one in entries] == [
        (political, {"breaches": 2}),
        (None, {"breaches": 2}),
    ]


def test_check_all_goes_through_every_court_though_one_fails(
    court, other_court, party_org, monkeypatch, caplog
):
    make_unit(other_court, "他院党总支", kind=Unit.Kind.GENERAL_BRANCH)
    check = fulltime.court_facts

    def failing(one, *, on):
        if one == court:
            raise RuntimeError("broken")
        return check(one, on=on)

    monkeypatch.setattr(fulltime, "court_facts", failing)

    assert check_all(on=ON) == 1
    assert set(Breach.objects.values_list("court", flat=True)) == {other_court.pk}
    assert not Entry.objects.about(court).exists()
    assert f"full-time check of court {court.pk} failed" in caplog.text


def test_the_nightly_task_checks_today(court, party_org):
    check_fulltime()

    assert Breach.objects.first().seen_on == timezone.localdate()


# -- exceptions ---------------------------------------------------------------------------------


def test_record_exception_excuses_at_once_and_keeps_the_document(court, party_org, political):
    refresh(court)
    exception = excuse(
        party_org, "no_fulltime_staff", political, ends_on=date(2027, 6, 1), note=" 试点 "
    )

    row = Breach.objects.open().get(code="no_fulltime_staff")
    assert row.exception == exception
    assert exception.approval == Approval.objects.get(number="示组通〔2026〕88号")
    assert (exception.court, exception.by, exception.note) == (court, political, "试点")
    entry = Entry.objects.get(verb="exception.recorded")
    assert entry.detail == {"code": "no_fulltime_staff", "unit": party_org.pk}
    assert tally(political).exceptions == 1
    assert cadre_overview(political, on=ON).breaches == tally(political).breaches == 1


def test_an_excused_finding_counts_again_when_the_exception_is_over(court, party_org, political):
    excuse(party_org, "no_fulltime_staff", political, ends_on=date(2026, 12, 1))

    assert refresh(court, date(2026, 11, 30)) == 1
    assert refresh(court, date(2026, 12, 1)) == 2
    assert Breach.objects.get(code="no_fulltime_staff").exception is None


def test_an_exception_that_begins_later_excuses_nothing_yet(court, party_org, political):
    excuse(party_org, "no_fulltime_staff", political, starts_on=date(2026, 12, 1))

    assert refresh(court) == 2
    assert refresh(court, date(2026, 12, 1)) == 1


def test_an_exception_for_one_officer_excuses_no_other(
    court, party_org, political, officer, colleague, figures
):
    for one, kind in ((officer, Kind.PARTY_AFFAIRS_CADRE), (colleague, Kind.FULLTIME_DEPUTY)):
        seat(party_org, kind, one)
        figures[one.pk] = cases((2026, 10))
    excuse(party_org, "fulltime_with_cases", political, officer=officer)

    rows = Breach.objects.filter(code="fulltime_with_cases")
    assert {row.officer: row.exception_id is not None for row in rows} == {
        officer: True,
        colleague: False,
    }


def test_an_exception_of_the_unit_excuses_its_holders(
    court, party_org, political, officer, figures
):
    seat(party_org, Kind.PARTY_AFFAIRS_CADRE, officer)
    figures[officer.pk] = cases((2026, 10))
    excuse(party_org, "fulltime_with_cases", political)

    assert Breach.objects.get(code="fulltime_with_cases").exception is not None


def test_the_end_of_an_exception_is_told_once_while_the_finding_stands(
    court, party_org, political, secretary, branch_secretary
):
    check_court(court=court, on=ON)
    excuse(party_org, "no_fulltime_staff", political, ends_on=date(2026, 12, 1))
    check_court(court=court, on=date(2026, 11, 30))
    assert told(fulltime.ENDED) == {}

    for day in (1, 2, 10):
        check_court(court=court, on=date(2026, 12, day))

    assert told(fulltime.ENDED) == {"political": 1, "secretary": 1}


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        pytest.param("holder_left", {}, id="a record to put right"),
        pytest.param("nonsense", {}, id="no such rule"),
        pytest.param("below_committee", {}, id="not for a general branch"),
        pytest.param("no_fulltime_staff", {"ends_on": ON}, id="no day"),
        pytest.param(
            "no_fulltime_staff", {"starts_on": date(2026, 1, 1), "ends_on": ON}, id="over already"
        ),
    ],
)
def test_record_exception_refuses(party_org, political, code, fields):
    with pytest.raises(CannotRecord):
        excuse(party_org, code, political, **fields)

    assert not FulltimeException.objects.exists()
    assert not Approval.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("first_end", "starts_on", "is_refused"),
    [
        (None, date(2030, 1, 1), True),
        (date(2026, 12, 1), date(2026, 11, 30), True),
        (date(2026, 12, 1), date(2026, 12, 1), False),
    ],
)
def test_exceptions_of_one_kind_do_not_overlap(
    party_org, political, first_end, starts_on, is_refused
):
    excuse(party_org, "no_fulltime_staff", political, ends_on=first_end)
    excuse(party_org, "no_secretary", political)

    if is_refused:
        with pytest.raises(CannotRecord):
            excuse(party_org, "no_fulltime_staff", political, starts_on=starts_on)
    else:
        excuse(party_org, "no_fulltime_staff", political, starts_on=starts_on)

    assert FulltimeException.objects.count() == (2 if is_refused else 3)


def test_end_exception_makes_the_finding_count_again(court, party_org, political):
    exception = excuse(party_org, "no_fulltime_staff", political, starts_on=date(2026, 11, 1))

    end_exception(exception_id=exception.pk, seen_end=None, ends_on=ON, by=political, at=at(ON))

    exception.refresh_from_db()
    assert exception.ends_on == ON
    assert Breach.objects.get(code="no_fulltime_staff").exception is None
    entry = Entry.objects.get(verb="exception.ended")
    assert entry.detail == {"code": "no_fulltime_staff", "unit": party_org.pk}


@pytest.mark.parametrize(
    ("end", "new_end", "refusal"),
    [
        pytest.param(None, date(2026, 11, 1), CannotEnd, id="before it began"),
        pytest.param(date(2026, 12, 1), date(2026, 12, 1), CannotEnd, id="as it is"),
        pytest.param(date(2026, 12, 1), date(2027, 1, 1), CannotEnd, id="longer"),
    ],
)
def test_end_exception_refuses(party_org, political, end, new_end, refusal):
    exception = excuse(
        party_org, "no_fulltime_staff", political, starts_on=date(2026, 11, 1), ends_on=end
    )

    with pytest.raises(refusal):
        end_exception(
            exception_id=exception.pk, seen_end=end, ends_on=new_end, by=political, at=at(ON)
        )

    exception.refresh_from_db()
    assert exception.ends_on == end
    assert not Entry.objects.filter(verb="exception.ended").exists()


def test_end_exception_refuses_what_has_ended(party_org, political):
    exception = excuse(party_org, "no_secretary", political, ends_on=date(2026, 12, 1))

    with pytest.raises(CannotEnd):
        end_exception(
            exception_id=exception.pk,
            seen_end=date(2026, 12, 1),
            ends_on=date(2026, 11, 30),
            by=political,
            at=at(date(2026, 12, 2)),
        )


def test_whoever_ends_it_second_is_told_that_it_changed(party_org, political, party_affairs):
    exception = excuse(party_org, "no_secretary", political, starts_on=date(2026, 11, 1))
    facts = {"exception_id": exception.pk, "seen_end": None, "at": at(ON)}
    end_exception(ends_on=date(2026, 12, 1), by=political, **facts)

    with pytest.raises(Conflict):
        end_exception(ends_on=date(2026, 12, 5), by=party_affairs, **facts)

    exception.refresh_from_db()
    assert exception.ends_on == date(2026, 12, 1)


def test_counts_are_cut_to_the_readers_reach(
    court, party_org, branch, other_branch, secretary, branch_secretary, outsider_political
):
    refresh(court)

    assert tally(secretary).breaches == 4
    assert tally(branch_secretary).breaches == 1
    assert tally(outsider_political).breaches == 0
    assert Officer.objects.count() == 0
    assert make_user("second", Role.SECRETARY, other_branch).has_perm("cadres.view_fulltime")
