"""Computing what officers are due, and what entering something changes."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from appraisal.selectors.annual_grades import annual_grades
from cadres.models import AllowanceLine, AllowanceRun, Officer, Post
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Refused
from courtparty.jobs.services import CannotStart
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from retention.models import (
    Entitlement,
    EntitlementComputing,
    EntitlementRule,
    Overtime,
    Received,
    Waiver,
)
from retention.services import entitlement_computing as computing
from retention.services.entitlement_rules import install_entitlement_rules
from retention.services.received import (
    CannotEnterReceived,
    enter_received,
    void_received,
    waive,
    withdraw_waiver,
)
from tests.cadres.establishment import make_appointment, make_post, make_standard
from tests.factories import make_officer, make_unit
from tests.retention.entitlements_cast import (
    TODAY,
    computed,
    make_grade,
    make_ranked,
    make_received,
    make_rules,
)

State = Entitlement.State
NOW = timezone.now()


@pytest.fixture
def ranked(officer):
    return make_ranked(officer)


@pytest.fixture
def rules(court):
    return make_rules(court)


def one(officer, kind, **fields):
    return Entitlement.objects.get(officer=officer, kind=kind, **fields)


def entered(officer, by, **fields):
    values = {
        "officer_id": officer.pk,
        "kind": "rank_step",
        "variant": "",
        "received_on": date(2026, 4, 1),
        "period": "",
        "quantity": Decimal(1),
        "document": "示政〔2026〕3号",
        "by": by,
        "on": TODAY,
    }
    return enter_received(**values | fields)


def rows():
    columns = [field.attname for field in Entitlement._meta.fields if field.name != "computed_at"]
    return list(Entitlement.objects.order_by("pk").values_list(*columns))


# -- computing --------------------------------------------------------------------------------


def test_computing_a_court_writes_what_is_due(court, ranked, rules):
    found = computed(court)

    due = one(ranked, "rank_step")
    assert (due.state, due.due_on, due.rule) == (State.DUE, date(2026, 3, 1), rules["rank_step"])
    assert found == {"officers": 1, "entitlements": Entitlement.objects.count()}
    assert Entry.objects.get(verb="entitlements.computed").detail["officers"] == 1


def test_computing_again_writes_nothing(court, ranked, rules):
    computed(court)
    before = rows()

    computed(court)

    assert rows() == before
    last = EntitlementComputing.objects.order_by("-pk")[0]
    assert (last.written, last.removed, last.entitlements) == (0, 0, len(before))


def test_many_new_rows_are_the_same_as_few(court, ranked, rules, monkeypatch):
    """More than a batch of new rows is copied in on PostgreSQL."""
    computed(court)
    few = [row[1:] for row in rows()]
    Entitlement.objects.all().delete()
    monkeypatch.setattr(computing, "ROWS_AT_A_TIME", 1)

    computed(court)

    assert [row[1:] for row in rows()] == few
    assert len(few) > 1


def test_computing_follows_a_corrected_roster(court, ranked, rules):
    computed(court)
    ranked.rank_since = PartialDate.parse_iso("2024-05-01")
    ranked.save(update_fields=["rank_since"])

    computed(court)

    assert one(ranked, "rank_step").due_on == date(2026, 5, 1)


def test_computing_shortens_by_a_closed_excellent_year(court, ranked, rules, political):
    make_grade(ranked, 2024, "excellent", political)

    computed(court)

    assert one(ranked, "rank_step").due_on == date(2025, 9, 1)


def test_grades_of_open_cycles_do_not_count(court, ranked, political):
    make_grade(ranked, 2024, "excellent", political, state="publicity")
    make_grade(ranked, 2025, "competent", political)

    assert annual_grades([ranked.pk]) == {ranked.pk: {2025: "competent"}}


def test_computing_reads_overtime_of_its_officer(court, ranked, rules, political, head):
    Overtime.objects.create(
        officer=ranked, day=date(2026, 10, 3), hours=Decimal("7.5"), used=Decimal(4),
        expires_on=date(2027, 4, 3), work="值班", state="confirmed", entered_by=political,
        entered_at=NOW, decided_by=head, decided_at=NOW,
    )  # fmt: skip

    computed(court)

    rest = one(ranked, "makeup_rest")
    assert (rest.state, rest.quantity, rest.received) == (State.DUE, Decimal("7.5"), Decimal(4))


def test_computing_compares_allowances_with_what_was_paid(
    court, branch, ranked, rules, political, party_affairs, president
):
    post = make_post(branch, Post.Kind.SECRETARY)
    appointment = make_appointment(post, ranked, date(2026, 1, 1))
    standard = make_standard(court, Post.Kind.SECRETARY, "300.00")
    run = AllowanceRun.objects.create(
        court=court, month=date(2026, 10, 1), made_by=party_affairs, computed_at=NOW
    )
    AllowanceLine.objects.create(
        run=run, officer=ranked, appointment=appointment, standard=standard, kind="regular",
        month=run.month, rate=300, days=31, month_days=31, due=300, amount=300,
    )  # fmt: skip
    AllowanceRun.objects.filter(pk=run.pk).update(
        state="paid", checked_by=political, approved_by=president, paid_by=party_affairs,
        paid_on=date(2026, 11, 9),
    )  # fmt: skip

    computed(court)

    found = Entitlement.objects.filter(kind="allowance").order_by("period")
    assert [(row.period, row.state, row.received) for row in found] == [
        ("2026-09", State.DUE, 0),
        ("2026-10", State.RECEIVED, 300),
        ("2026-11", State.DUE, 0),
    ]
    assert found[0].due_on == date(2026, 10, 16)


def test_computing_has_leave_as_the_leave_pages_count_it(court, officer, rules):
    computed(court)

    leave = one(officer, "annual_leave")
    assert (leave.period, leave.quantity, leave.state) == ("2026", 10, State.DUE)


def test_computing_says_which_facts_are_missing(court, officer, rules):
    computed(court)

    found = one(officer, "checkup")
    assert (found.state, found.due_on, found.explained) == (
        State.MISSING, None, [["checkup_missing", {}]],
    )  # fmt: skip


def test_computing_leaves_out_who_left_except_what_was_owed(court, ranked, rules):
    computed(court)
    Officer.objects.filter(pk=ranked.pk).update(left_on=date(2026, 6, 1))

    computed(court)

    assert list(Entitlement.objects.values_list("kind", "state")) == [("rank_step", State.DUE)]


def test_computing_without_rules_removes_what_is_open(court, ranked, rules):
    computed(court)
    EntitlementRule.objects.update(end=date(2026, 11, 1))

    computed(court)

    assert not Entitlement.objects.exists()


def test_computing_refuses_a_table_that_cannot_be_read(court, ranked, rules):
    EntitlementRule.objects.filter(kind="checkup").update(table={"months": "x"})

    with pytest.raises(Refused, match="checkup|months|table"):
        computed(court)
    assert not Entitlement.objects.exists()


def test_computing_many_takes_as_many_queries_as_few(
    court, civil, ranked, rules, django_assert_max_num_queries
):
    for number in range(30):
        make_ranked(make_officer(court=court, department=civil, name=f"干警{number}"))

    with django_assert_max_num_queries(60):
        computed(court)
    with django_assert_max_num_queries(45):
        computed(court)


def test_all_courts_are_computed_though_one_fails(court, other_court, ranked, rules, monkeypatch):
    elsewhere = make_officer(court=other_court, department=make_unit(other_court, "立案庭"))
    make_ranked(elsewhere)
    make_rules(other_court)
    EntitlementRule.objects.filter(court=court, kind="checkup").update(table={})

    assert computing.compute_all(on=TODAY) == 1
    assert set(Entitlement.objects.values_list("court", flat=True)) == {other_court.pk}


def test_asking_twice_is_refused_while_the_first_is_under_way(court, political):
    computing.ask_computing(court=court, by=political, return_url="/")

    with pytest.raises(CannotStart):
        computing.ask_computing(court=court, by=political, return_url="/")
    assert Job.objects.count() == 1


def test_installing_rules_twice_adds_nothing(court):
    assert install_entitlement_rules(court) == 7
    assert install_entitlement_rules(court) == 0
    assert EntitlementRule.objects.filter(is_shipped=True).count() == 7


# -- received ---------------------------------------------------------------------------------


def test_entering_settles_the_term_and_begins_the_next(court, ranked, rules, political):
    computed(court)

    received = entered(ranked, political)

    past = one(ranked, "rank_step", period="2024-03-01")
    now = one(ranked, "rank_step", period="2026-04-01")
    assert (past.state, past.received_on, past.due_on) == (
        State.RECEIVED, date(2026, 4, 1), date(2026, 3, 1),
    )  # fmt: skip
    assert (now.state, now.due_on) == (State.DUE, date(2028, 4, 1))
    assert Entry.objects.get(verb="received.entered").subject_pk == received.pk
    assert Notice.objects.get(kind="received_entered").user == ranked.user


def test_taking_an_entry_back_makes_it_due_again(court, ranked, rules, political):
    computed(court)
    before = rows()
    received = entered(ranked, political)

    void_received(received_id=received.pk, reason="填错", by=political, on=TODAY, at=NOW)

    received.refresh_from_db()
    assert (received.voided_by, received.voided_reason) == (political, "填错")
    assert [row[3:] for row in rows()] == [row[3:] for row in before]
    assert Notice.objects.filter(kind="received_voided", user=ranked.user).exists()


def test_an_entry_is_taken_back_once(court, ranked, rules, political):
    received = entered(ranked, political)
    void_received(received_id=received.pk, reason="填错", by=political, on=TODAY, at=NOW)

    with pytest.raises(Conflict):
        void_received(received_id=received.pk, reason="再", by=political, on=TODAY, at=NOW)


def test_what_was_received_stays_when_the_roster_moves_on(court, ranked, rules, political):
    computed(court)
    entered(ranked, political)
    make_ranked(ranked, "四级主任科员", "2026-04")

    computed(court)

    assert one(ranked, "rank_step", period="2024-03-01").state == State.RECEIVED


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"received_on": date(2026, 11, 24)}, "received_on"),
        ({"received_on": date(1949, 1, 1)}, "received_on"),
        ({"received_on": date(2008, 6, 30)}, "received_on"),
        ({"quantity": Decimal(2)}, "quantity"),
        ({"period": "2026"}, "period"),
        ({"variant": "step"}, "variant"),
        ({"kind": "wage_step"}, "variant"),
        ({"kind": "annual_leave", "quantity": Decimal(5), "period": "2026-01"}, "period"),
        ({"kind": "annual_leave", "quantity": Decimal(61), "period": "2026"}, "quantity"),
        ({"kind": "annual_leave", "quantity": Decimal(0), "period": "2026"}, "quantity"),
        ({"kind": "annual_leave", "quantity": Decimal(5), "period": "2027"}, "period"),
        ({"kind": "allowance", "quantity": Decimal("1.001"), "period": "2026-10"}, "quantity"),
        ({"kind": "allowance", "quantity": Decimal(1), "period": "2026-13"}, "period"),
        ({"kind": "makeup_rest", "quantity": Decimal(25), "period": "2026-10-03"}, "quantity"),
    ],
)
def test_entering_refuses(ranked, rules, political, fields, field):
    with pytest.raises(CannotEnterReceived) as refused:
        entered(ranked, political, **fields)

    assert refused.value.field == field
    assert "%" not in str(refused.value)
    assert not Received.objects.exists()
    assert not Notice.objects.exists()


def test_entering_the_same_twice_is_refused(ranked, rules, political):
    entered(ranked, political)

    with pytest.raises(CannotEnterReceived):
        entered(ranked, political)
    assert Received.objects.count() == 1


def test_leave_by_hand_adds_to_the_year(court, officer, rules, political):
    entered(officer, political, kind="annual_leave", quantity=Decimal(10), period="2026")

    assert one(officer, "annual_leave").state == State.RECEIVED


# -- not to be given --------------------------------------------------------------------------


def test_waiving_keeps_an_entitlement_from_being_due(court, ranked, rules, political):
    computed(court)
    due = one(ranked, "rank_step")

    waiver = waive(
        entitlement_id=due.pk, reason="处分期内", document="示纪〔2026〕1号", by=political,
        on=TODAY, at=NOW,
    )  # fmt: skip
    computed(court)

    due.refresh_from_db()
    assert due.state == State.WAIVED
    assert Waiver.objects.get().reason == "处分期内"
    assert Entry.objects.get(verb="entitlement.waived").detail == {"kind": "rank_step"}
    assert Notice.objects.get(kind="entitlement_waived").user == ranked.user

    withdraw_waiver(waiver_id=waiver.pk, by=political, on=TODAY, at=NOW)

    due.refresh_from_db()
    assert due.state == State.DUE
    with pytest.raises(Conflict):
        withdraw_waiver(waiver_id=waiver.pk, by=political, on=TODAY, at=NOW)


def test_waiving_what_is_not_open_is_a_conflict(court, ranked, rules, political):
    make_received(ranked, "rank_step", date(2026, 4, 1), political)
    computed(court)
    past = one(ranked, "rank_step", state=State.RECEIVED)

    with pytest.raises(Conflict):
        waive(entitlement_id=past.pk, reason="r", document="d", by=political, on=TODAY, at=NOW)
