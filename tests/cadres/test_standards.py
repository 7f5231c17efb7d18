"""Setting and ending what a kind of post is paid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from cadres.models import AllowanceRun, AllowanceStandard, Approval, Post
from cadres.services.allowance_runs import draft_run
from cadres.services.standards import CannotSet, end_standard, set_standard, take_back_standard
from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from tests.accounts.test_concurrency import at_once
from tests.cadres.establishment import make_standard

JANUARY, MARCH, APRIL = date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 1)


def basis(number: str = "示人社〔2026〕3号", **fields) -> dict:
    file = SimpleUploadedFile("basis.pdf", b"%PDF-1.4 " + number.encode())
    return {"number": number, "issued_on": date(2025, 12, 20), "file": file} | fields


def set_one(court, by, **fields) -> AllowanceStandard:
    facts = {
        "kind": Post.Kind.SECRETARY,
        "amount": Decimal("600.00"),
        "start": JANUARY,
        "several": "highest",
    }
    fields.setdefault("approval", basis())
    return set_standard(court=court, by=by, **facts | fields)


def periods(court) -> list[tuple]:
    rows = AllowanceStandard.objects.filter(court=court).order_by("start")
    return list(rows.values_list("amount", "start", "end"))


def test_set_standard_keeps_the_basis_with_its_file(court, political):
    standard = set_one(
        court, political,
        several="sum", pays_acting=False, pays_seconded_in=True, pays_seconded_out=False,
        end=APRIL, note=" 试行 ",
    )  # fmt: skip

    stored = AllowanceStandard.objects.get()
    assert stored == standard
    assert (stored.kind, stored.amount, stored.start, stored.end) == (
        "secretary", Decimal("600.00"), JANUARY, APRIL,
    )  # fmt: skip
    assert (stored.several, stored.note, stored.created_by) == ("sum", "试行", political)
    flags = stored.pays_acting, stored.pays_seconded_in, stored.pays_seconded_out
    assert flags == (False, True, False)
    assert stored.approval.number == "示人社〔2026〕3号"
    assert stored.approval.file.content.startswith(b"%PDF")
    entry = Entry.objects.get(verb="standard.set")
    assert (entry.actor, entry.subject_pk) == (political, standard.pk)
    assert entry.detail == {"kind": "secretary", "document": stored.approval.pk}


def test_set_standard_takes_up_a_document_on_record_with_its_file(court, political):
    first = set_one(court, political)

    second = set_one(court, political, kind=Post.Kind.DEPUTY_SECRETARY, approval=basis(file=None))

    assert second.approval == first.approval
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    "approval",
    [
        pytest.param(None, id="no document"),
        pytest.param({}, id="nothing of it"),
        pytest.param(basis(number="  "), id="no number"),
        pytest.param(basis(file=None), id="no file"),
        pytest.param(basis(issued_on=date(2999, 1, 1)), id="date in the future"),
    ],
)
def test_set_standard_refuses_without_a_basis(court, political, approval):
    set_one(court, political, start=date(2025, 1, 1), approval=basis("旧文号"))
    entries = Entry.objects.count()

    with pytest.raises(CannotSet):
        set_one(court, political, approval=approval)

    # Nothing is half done: the standard in force goes on, and no document is left behind.
    assert periods(court) == [(Decimal("600.00"), date(2025, 1, 1), None)]
    assert list(Approval.objects.values_list("number", flat=True)) == ["旧文号"]
    assert Entry.objects.count() == entries


def test_set_standard_refuses_a_known_number_with_another_date(court, political):
    set_one(court, political)

    with pytest.raises(CannotSet, match="2025-12-20"):
        set_one(court, political, kind="group_leader", approval=basis(issued_on=date(2025, 12, 21)))

    assert AllowanceStandard.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "600.005", "10000000.00", "1E+9"])
def test_set_standard_refuses_amounts_that_are_none(court, political, amount):
    with pytest.raises(CannotSet):
        set_one(court, political, amount=Decimal(amount))

    assert not AllowanceStandard.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("end", [JANUARY, date(2025, 12, 31)])
def test_set_standard_refuses_an_end_that_is_not_after_the_start(court, political, end):
    with pytest.raises(CannotSet):
        set_one(court, political, end=end)

    assert not AllowanceStandard.objects.exists()


def test_a_successor_ends_the_standard_in_force_on_its_first_day(court, political):
    first = set_one(court, political)
    before = AllowanceStandard.objects.get().changed_at

    set_one(court, political, amount=Decimal("800.00"), start=MARCH)

    assert periods(court) == [
        (Decimal("600.00"), JANUARY, MARCH),
        (Decimal("800.00"), MARCH, None),
    ]
    first.refresh_from_db()
    assert first.changed_at > before
    ended = Entry.objects.get(verb="standard.ended")
    assert ended.detail == {"kind": "secretary", "end": "2026-03-01"}


def test_standards_of_other_kinds_and_courts_are_left_alone(court, political, other_court):
    make_standard(court, "group_leader", "1.00")
    make_standard(other_court, "secretary", "2.00")

    set_one(court, political)

    assert AllowanceStandard.objects.filter(end=None).count() == 3


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(JANUARY, None, id="on the same day"),
        pytest.param(date(2025, 12, 1), None, id="open, before it"),
        pytest.param(date(2025, 12, 1), date(2026, 1, 2), id="into it"),
        pytest.param(date(2026, 2, 1), date(2026, 2, 2), id="within a closed one"),
    ],
)
def test_set_standard_refuses_an_overlap(court, political, start, end):
    set_one(court, political, end=APRIL if start.month == 2 else None)
    before = periods(court)

    with pytest.raises(CannotSet):
        set_one(court, political, start=start, end=end, approval=basis("另一文号"))

    assert periods(court) == before
    assert not Approval.objects.filter(number="另一文号").exists()


def test_a_standard_may_come_before_another(court, political):
    set_one(court, political)

    set_one(court, political, start=date(2025, 1, 1), end=JANUARY, amount=Decimal("500.00"))

    assert [amount for amount, *_period in periods(court)] == [Decimal("500.00"), Decimal("600.00")]


def test_the_database_itself_refuses_two_at_a_time(court):
    make_standard(court, "secretary", "1.00", JANUARY)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_standard(court, "secretary", "2.00", MARCH)


def test_end_standard_sets_and_moves_the_end(court, political):
    standard = set_one(court, political)

    end_standard(standard_id=standard.pk, end=APRIL, by=political)
    end_standard(standard_id=standard.pk, end=MARCH, by=political)

    assert periods(court) == [(Decimal("600.00"), JANUARY, MARCH)]
    ended = Entry.objects.filter(verb="standard.ended").order_by("pk")
    assert [entry.detail["end"] for entry in ended] == ["2026-04-01", "2026-03-01"]


def test_end_standard_refuses_what_makes_no_sense(court, political):
    standard = set_one(court, political, end=MARCH)
    set_one(court, political, start=MARCH)
    entries = Entry.objects.count()

    for end in (JANUARY, date(2025, 1, 1), MARCH, APRIL):
        with pytest.raises(CannotSet):
            end_standard(standard_id=standard.pk, end=end, by=political)

    assert [end for _amount, _start, end in periods(court)] == [MARCH, None]
    assert Entry.objects.count() == entries


def drafts(court, *months) -> None:
    for month in months:
        draft_run(court=court, month=month, by=None, at=timezone.now())


def stale() -> list[int]:
    runs = AllowanceRun.objects.filter(is_stale=True).order_by("month")
    return [month.month for month in runs.values_list("month", flat=True)]


def test_a_new_standard_makes_the_runs_from_its_month_on_stale(court, political, other_court):
    drafts(court, date(2026, 2, 1), MARCH, APRIL)
    drafts(other_court, MARCH)

    set_one(court, political, start=date(2026, 3, 20))

    assert stale() == [3, 4]


def test_the_end_of_a_standard_makes_stale_what_it_concerns(court, political):
    standard = set_one(court, political)
    drafts(court, date(2026, 2, 1), MARCH, APRIL)

    end_standard(standard_id=standard.pk, end=date(2026, 4, 9), by=political)
    assert stale() == [4]

    # Moved to an earlier day: what changes begins there.
    end_standard(standard_id=standard.pk, end=date(2026, 3, 9), by=political)
    assert stale() == [3, 4]


def test_a_standard_is_not_paid_longer_without_a_document(court, political):
    standard = set_one(court, political, end=APRIL)

    with pytest.raises(CannotSet, match="文件|document"):
        end_standard(standard_id=standard.pk, end=date(2100, 1, 1), by=political)

    assert periods(court) == [(Decimal("600.00"), JANUARY, APRIL)]


def test_a_standard_entered_by_mistake_is_taken_back_and_its_place_is_free(court, political):
    wrong = set_one(court, political, amount=Decimal("60000.00"), note="第一版")
    drafts(court, MARCH)

    taken_back = take_back_standard(standard_id=wrong.pk, reason="  多写 两个零 ", by=political)

    assert (taken_back.is_void, taken_back.note) == (True, "第一版; 多写 两个零")
    assert stale() == [3]
    assert Entry.objects.get(verb="standard.taken_back").subject_pk == wrong.pk
    right = set_one(court, political, approval=basis("示人社〔2026〕4号"))
    assert list(AllowanceStandard.objects.standing()) == [right]


@pytest.mark.parametrize("reason", ["", "   "])
def test_taking_back_needs_a_reason(court, political, reason):
    standard = set_one(court, political)

    with pytest.raises(CannotSet):
        take_back_standard(standard_id=standard.pk, reason=reason, by=political)

    assert not AllowanceStandard.objects.get().is_void


def test_a_standard_is_taken_back_once_and_not_ended_afterwards(court, political):
    standard = set_one(court, political)
    take_back_standard(standard_id=standard.pk, reason="误录", by=political)

    with pytest.raises(CannotSet):
        take_back_standard(standard_id=standard.pk, reason="误录", by=political)
    with pytest.raises(CannotSet):
        end_standard(standard_id=standard.pk, end=APRIL, by=political)

    assert Entry.objects.filter(verb="standard.taken_back").count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_successors_set_at_once_leave_no_gap_and_no_overlap(court, political):
    set_one(court, political)

    def successor(days: int):
        return lambda: set_one(
            court, political, start=MARCH + timedelta(days=days), approval=basis(f"第{days}号")
        )

    outcomes = at_once(*map(successor, range(4)))

    assert all(isinstance(one, AllowanceStandard | CannotSet) for one in outcomes)
    found = periods(court)
    assert found[-1][2] is None
    assert all(one[2] == two[1] for one, two in zip(found, found[1:], strict=False))
