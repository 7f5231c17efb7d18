"""Workbooks of what was received: all faults at once, all or nothing, and round about again."""

from datetime import date
from decimal import Decimal

import pytest

from courtparty.audit.models import Entry
from courtparty.jobs.models import Job, StoredFile
from courtparty.jobs.registry import Refused
from courtparty.lib.xlsx import Fault, fault_text, read_workbook
from retention.models import Entitlement, Received, ReceivedImport
from retention.selectors.received_lists import import_report, received_listed
from retention.selectors.received_plans import plan_received
from retention.selectors.received_workbook import read_received
from retention.services import received_imports as services
from retention.services.entitlement_export import export_received, received_template
from tests.factories import make_officer, make_unit
from tests.retention.entitlements_cast import TODAY, make_ranked, make_received, make_rules
from tests.retention.received_books import HEADINGS, book, row

State = ReceivedImport.State


@pytest.fixture
def ranked(officer):
    return make_ranked(officer)


def to_the_end(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def uploaded(content, court, by):
    services.upload_received(content=content, filename="待遇.xlsx", court=court, by=by)
    return ReceivedImport.objects.order_by("-pk")[0]


def checked(content, court, by):
    found = uploaded(content, court, by)
    to_the_end(services.check_received(import_id=found.pk, on=TODAY))
    found.refresh_from_db()
    return found


def imported(found, by):
    services.confirm_received(import_id=found.pk, by=by)
    to_the_end(services.import_received(import_id=found.pk, by=by, on=TODAY))
    Job.objects.update(state=Job.State.DONE)
    found.refresh_from_db()
    return found


def faults_of(content, court):
    reading = to_the_end(read_received(content, filename="x.xlsx", on=TODAY))
    plan = plan_received(reading, court=court)
    return [(fault.ref, fault.code) for fault in plan.faults]


def test_a_good_workbook_is_shown_and_then_entered(court, ranked, political):
    make_rules(court)
    content = book([row(ranked), row(ranked, "年休假", "2026-05-06", period="2026", quantity=5)])

    found = checked(content, court, political)

    assert (found.state, found.counts["new"]) == (State.READY, 2)
    assert not Received.objects.exists()

    imported(found, political)

    assert (found.state, Received.objects.count()) == (State.IMPORTED, 2)
    assert set(Received.objects.values_list("kind", "quantity", "source")) == {
        ("rank_step", Decimal(1), found.pk),
        ("annual_leave", Decimal(5), found.pk),
    }
    past = Entitlement.objects.get(kind="rank_step", period="2024-03-01")
    assert (past.state, past.received_on) == ("received", date(2026, 4, 1))
    assert Entry.objects.get(verb="received_import.imported").detail["new"] == 2


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": ""}, ("B3", "name_missing")),
        ({"name": "李四"}, ("C3", "officer_unknown")),
        ({"name": "李四", "number": None}, ("B3", "officer_unknown")),
        ({"number": "990101198506150010"}, ("C3", "id_check_digit")),
        ({"number": 990101198506150021}, ("C3", "id_digits_lost")),
        ({"number": "12"}, ("C3", "id_length")),
        ({"kind": ""}, ("D3", "kind_missing")),
        ({"kind": "红包"}, ("D3", "kind_unknown")),
        ({"kind": "工资晋升"}, ("E3", "variant_missing")),
        ({"kind": "工资晋升", "variant": "升天"}, ("E3", "variant_unknown")),
        ({"variant": "级别"}, ("E3", "variant_extra")),
        ({"on": None}, ("F3", "received_on_missing")),
        ({"on": "去年"}, ("F3", "date_bad")),
        ({"on": "2026-04"}, ("F3", "day_needed")),
        ({"on": "2026-12-01"}, ("F3", "date_future")),
        ({"on": "1949-10-01"}, ("F3", "received_too_early")),
        ({"on": "2008-06-30"}, ("F3", "before_work")),
        ({"on": "=TODAY()"}, ("F3", "cell_formula")),
        ({"period": "2026"}, ("G3", "period_none")),
        ({"kind": "年休假", "quantity": 5, "period": "今年"}, ("G3", "period_year")),
        ({"kind": "年休假", "quantity": 5, "period": "2027"}, ("G3", "period_future")),
        ({"kind": "岗位津贴", "quantity": 5, "period": "2026"}, ("G3", "period_month")),
        ({"kind": "补休", "quantity": 5, "period": "2026-10"}, ("G3", "period_day")),
        ({"kind": "年休假"}, ("H3", "quantity_missing")),
        ({"kind": "年休假", "quantity": "五"}, ("H3", "quantity_bad")),
        ({"kind": "年休假", "quantity": -1}, ("H3", "quantity_bounds")),
        ({"kind": "年休假", "quantity": 61}, ("H3", "quantity_bounds")),
        ({"kind": "岗位津贴", "quantity": "1.005"}, ("H3", "quantity_bounds")),
        ({"quantity": 2}, ("H3", "quantity_one")),
        ({"document": "文" * 81}, ("I3", "too_long")),
    ],
)
def test_a_fault_is_named_with_its_cell(court, ranked, change, fault):
    assert faults_of(book([row(ranked, **change)]), court) == [fault]


def test_every_fault_of_a_workbook_is_told_at_once(court, ranked, political):
    content = book(
        [row(ranked), row(ranked, "红包"), row(ranked, on="去年"), row(ranked, name="李四")]
    )

    found = checked(content, court, political)

    assert (found.state, found.counts["errors"]) == (State.FAULTY, 3)
    shown = import_report(found)
    assert [(one.sheet, one.row, one.column) for one in shown.errors] == [
        ("待遇落实", 4, "D"), ("待遇落实", 5, "F"), ("待遇落实", 6, "C"),
    ]  # fmt: skip
    assert shown.can_be_marked
    with pytest.raises(services.CannotImportReceived):
        services.confirm_received(import_id=found.pk, by=political)
    assert not Received.objects.exists()


def test_an_officer_of_another_court_is_unknown_and_that_court_is_not_named(
    court, other_court, political, ranked
):
    elsewhere = make_officer(
        court=other_court, department=make_unit(other_court, "立案庭"), name="王五"
    )

    found = checked(book([row(elsewhere), row(elsewhere, number=None)]), court, political)

    assert [fault["code"] for fault in found.report["faults"]] == ["officer_unknown"] * 2
    texts = [str(fault_text(Fault.from_json(fault))) for fault in found.report["faults"]]
    assert not any("另一县" in text or "other" in text for text in texts)


def test_two_of_one_name_need_the_number(court, civil, ranked):
    make_officer(court=court, department=civil, name=ranked.name)

    assert faults_of(book([row(ranked, number=None)]), court) == [("B3", "officer_ambiguous")]
    assert faults_of(book([row(ranked)]), court) == []


def test_the_same_row_twice_is_a_fault(court, ranked):
    assert faults_of(book([row(ranked), row(ranked)]), court) == [("B4", "received_twice")]


def test_what_is_on_record_with_another_quantity_is_a_fault(court, ranked, political):
    make_received(
        ranked, "annual_leave", date(2026, 5, 6), political, period="2026", quantity=Decimal(4)
    )
    content = book([row(ranked, "年休假", "2026-05-06", period="2026", quantity=5)])

    assert faults_of(content, court) == [("H3", "received_differs")]


def test_headings_that_are_missing_are_named(court):
    found = faults_of(book([[1, "张三"]], ["序号", "姓名"]), court)

    assert {code for _ref, code in found} == {"heading_missing"}


def test_an_empty_list_is_a_fault(court):
    assert faults_of(book([]), court) == [("2", "no_received")]


def test_export_and_import_again_changes_nothing(court, ranked, political):
    make_rules(court)
    rows = [
        row(ranked, document=None),
        row(ranked, "工资晋升", "2026-01-01", variant="档次"),
        row(ranked, "工资晋升", "2026-01-01", variant="级别"),
        row(ranked, "年休假", "2026-05-06", period="2026", quantity=5),
        row(ranked, "岗位津贴", "2026-06-15", period="2026-05", quantity="300.50"),
        row(ranked, "补休", "2026-10-20", period="2026-10-03", quantity="7.5"),
        row(ranked, "健康体检", "2026-03-03"),
    ]
    imported(checked(book(rows), court, political), political)
    before = list(Received.objects.order_by("pk").values())

    content = export_received(received_listed(political).order_by("pk"), by=political, court=court)
    found = checked(content, court, political)

    assert (found.counts["new"], found.counts["unchanged"], found.counts["errors"]) == (0, 7, 0)
    imported(found, political)
    assert list(Received.objects.order_by("pk").values()) == before
    assert Entry.objects.get(verb="received.exported").detail == {"count": 7}


def test_what_changed_since_the_preview_is_not_imported(court, ranked, political):
    make_rules(court)
    found = checked(book([row(ranked)]), court, political)
    services.confirm_received(import_id=found.pk, by=political)
    make_received(ranked, "rank_step", date(2026, 4, 1), political, document="示政〔2026〕3号")

    with pytest.raises(Refused):
        to_the_end(services.import_received(import_id=found.pk, by=political, on=TODAY))

    found.refresh_from_db()
    assert (found.state, found.counts["new"], found.counts["unchanged"]) == (State.READY, 0, 1)
    assert Received.objects.count() == 1


def test_importing_twice_enters_once(court, ranked, political):
    make_rules(court)
    found = imported(checked(book([row(ranked)]), court, political), political)

    to_the_end(services.import_received(import_id=found.pk, by=political, on=TODAY))

    assert Received.objects.count() == 1


def test_discarding_deletes_the_file_and_is_done_once(court, ranked, political):
    found = checked(book([row(ranked)]), court, political)

    services.discard_received(import_id=found.pk, by=political)

    found.refresh_from_db()
    assert (found.state, found.report) == (State.DISCARDED, None)
    assert not StoredFile.objects.exists()
    with pytest.raises(services.CannotImportReceived):
        services.discard_received(import_id=found.pk, by=political)


def test_a_file_that_is_no_workbook_is_refused_with_the_reason(court, political):
    found = checked(b"PK\x03\x04 nothing", court, political)

    assert found.state == State.FAULTY
    assert import_report(found).refusal


def test_the_template_can_be_read_back_without_a_row(court):
    workbook = read_workbook(received_template(court), filename="t.xlsx")

    assert [cell.text for cell in workbook.sheets[0].rows[1].cells] == HEADINGS
    assert faults_of(received_template(court), court)[0][1] == "no_received"


def test_a_file_is_entered_at_once(court, ranked, political):
    make_rules(court)

    plan = services.import_received_file(
        book([row(ranked)]), filename="待遇.xlsx", court=court, by=political, on=TODAY
    )

    found = ReceivedImport.objects.get()
    assert (plan.counts["new"], found.state, found.file) == (1, State.IMPORTED, None)
    assert (found.created_by, found.counts) == (political, plan.counts)
    assert Received.objects.get().source == found
    assert Entitlement.objects.get(kind="rank_step", state="received").officer == ranked
    assert Entry.objects.get(verb="received_import.imported").detail["new"] == 1


def test_a_file_with_a_fault_is_not_entered(court, ranked, political):
    content = book([row(ranked), row(ranked, on="2027-01-01")])

    plan = services.import_received_file(
        content, filename="待遇.xlsx", court=court, by=political, on=TODAY
    )

    assert [fault.code for fault in plan.faults] == ["date_future"]
    assert (Received.objects.count(), ReceivedImport.objects.count()) == (0, 0)
