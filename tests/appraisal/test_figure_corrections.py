"""Figures put right by hand, or kept after a dispute, with the history both sides read."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appraisal.models import (
    Figure,
    FigureCorrection,
    FigureImport,
    FigureSheet,
    Measure,
    Participant,
    Result,
)
from appraisal.selectors.figure_sheets import sheet_details
from appraisal.selectors.figure_sources import source_text
from appraisal.selectors.results import result_shown
from appraisal.services.confirmations import confirm_figures, dispute_figures, remind_to_confirm
from appraisal.services.figure_entry import CannotCorrect, Seen, correct_figures, keep_figures
from appraisal.services.figures import figures_lock, import_figures_file
from courtparty.audit.models import Entry
from courtparty.jobs.services import start_job
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from tests.appraisal.cycle_cast import assess, make_cycle, make_figures, make_import, make_set
from tests.appraisal.figure_books import book, row
from tests.factories import make_officer, make_user

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def imported(court, content, **options):
    done = import_figures_file(content, filename="f.xlsx", court=court, by=None, on=ON, **options)
    assert done.is_written, done.plan.faults
    return done


@pytest.fixture
def sheet(court, officer):
    """10 carried over, 5 new, 6 closed, 9 pending."""
    imported(court, book([row()]))
    return FigureSheet.objects.get()


def seen(sheet):
    sheet.refresh_from_db()
    return Seen(sheet.source_id, sheet.state)


def correct(sheet, by, *, reason="系统漏计一件", was=None, **values):
    numbers = {code: None if value is None else Decimal(value) for code, value in values.items()}
    return correct_figures(
        sheet_id=sheet.pk, values=numbers, seen=was or seen(sheet), reason=reason, by=by, at=AT
    )


def keep(sheet, by, *, was=None, reason="与系统一致"):
    return keep_figures(sheet_id=sheet.pk, seen=was or seen(sheet), reason=reason, by=by, at=AT)


def dispute(sheet, by):
    return dispute_figures(
        sheet_id=sheet.pk, source_id=sheet.source_id, reason="结案应为7件", by=by, at=AT
    )


def stored(officer):
    rows = Figure.objects.filter(officer=officer).values_list("measure__code", "value")
    return {code: int(value) for code, value in rows}


# -- corrected --------------------------------------------------------------------------------


def test_correction_writes_figure_history_and_asks_again(sheet, officer_user, appraiser):
    confirm_figures(sheet_id=sheet.pk, source_id=sheet.source_id, by=officer_user, at=AT)

    delivery = correct(sheet, appraiser, closed=7, pending=8)

    made = delivery.figure_import
    assert (made.origin, made.state, made.imported_at) == ("correction", "imported", AT)
    assert made.reason == "系统漏计一件"
    numbers = stored(sheet.officer)
    assert (numbers["closed"], numbers["pending"], numbers["new"]) == (7, 8, 5)
    changed = Figure.objects.get(measure__code="closed")
    assert (changed.as_of, changed.source) == (date(2026, 11, 23), made)
    assert Figure.objects.get(measure__code="new").source != made
    old = FigureCorrection.objects.get(figure=changed)
    assert (old.old_value, old.new_value, old.source, old.corrected_at) == (6, 7, made, AT)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.decided_at, sheet.source) == ("to_confirm", None, made)
    entry = Entry.objects.get(verb="figures.corrected")
    assert (entry.actor, entry.subject_pk) == (appraiser, sheet.pk)
    assert entry.detail == {"month": "2026-01", "new": 0, "changed": 2}


def test_correction_tells_the_officer_once_and_nothing_personal(sheet, officer_user, appraiser):
    correct(sheet, appraiser, closed=7, pending=8)

    notice = Notice.objects.get(user=officer_user)
    assert (notice.kind, notice.params) == ("figures_corrected", {"month": "2026-01"})
    assert remind_to_confirm(on=ON) == 0
    raw = FigureImport.objects.filter(origin="correction").values_list("reason", flat=True)[0]
    assert "漏计" not in str(raw)


def test_correction_answers_a_dispute_and_keeps_it(sheet, officer_user, appraiser):
    dispute(sheet, officer_user)
    sheet.refresh_from_db()

    correct(sheet, appraiser, closed=7, pending=8)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.reason) == ("to_confirm", "")
    (answer,) = sheet_details([sheet])[0].timeline
    assert (answer.dispute, answer.reason) == ("结案应为7件", "系统漏计一件")
    assert {(one.measure.code, one.old, one.new) for one in answer.changes} == {
        ("closed", 6, 7),
        ("pending", 9, 8),
    }


def test_correction_adds_a_figure_the_workbook_lacked(sheet, appraiser):
    correct(sheet, appraiser, mediated=2)

    assert stored(sheet.officer)["mediated"] == 2
    (answer,) = sheet_details([sheet])[0].timeline
    assert [(one.measure.code, one.old, one.new) for one in answer.changes] == [
        ("mediated", None, 2)
    ]


def refused(sheet, by, **values):
    before = (stored(sheet.officer), FigureImport.objects.count(), seen(sheet))
    with pytest.raises(CannotCorrect) as caught:
        correct(sheet, by, **values)
    assert (stored(sheet.officer), FigureImport.objects.count(), seen(sheet)) == before
    assert not FigureCorrection.objects.exists()
    return {
        code: [fault.code for fault in faults]
        for (_officer, code), faults in caught.value.faults.items()
    }


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        pytest.param({"closed": "6"}, {}, id="nothing changed"),
        pytest.param({"closed": "-1"}, {"closed": ["figure_negative"]}, id="negative"),
        pytest.param({"closed": "6.5"}, {"closed": ["figure_not_whole"]}, id="not whole"),
        pytest.param({"closed": "1000000000"}, {"closed": ["figure_too_large"]}, id="too large"),
        pytest.param({"closed": None}, {"closed": ["entry_emptied"]}, id="taken away"),
        pytest.param(
            {"closed": "16"}, {"closed": ["figures_closed_over_accepted"]}, id="closed > accepted"
        ),
        pytest.param(
            {"review_score": "101"}, {"review_score": ["figure_over_maximum"]}, id="above 100"
        ),
        pytest.param({"case_points": "5"}, {"case_points": ["entry_not_entered"]}, id="derived"),
        pytest.param({"nonsense": "5"}, {"nonsense": ["entry_not_entered"]}, id="no measure"),
        pytest.param(
            {"reviews": "3", "reviews_upheld": "4"},
            {"reviews_upheld": ["figures_part_over_whole"]},
            id="part over whole",
        ),
    ],
)
def test_correction_that_cannot_be_is_refused_whole(sheet, appraiser, values, faults):
    assert refused(sheet, appraiser, **values) == faults


def test_correction_tells_what_hardly_agrees(sheet, appraiser):
    delivery = correct(sheet, appraiser, closed=7)

    assert len(delivery.remarks) == 1
    assert stored(sheet.officer)["closed"] == 7


def test_correction_waits_for_imports_and_computing(court, sheet, appraiser):
    start_job("appraisal.assess", by=appraiser, lock=figures_lock(court.pk), court=court)

    assert refused(sheet, appraiser, closed=7) == {}


def test_correction_of_figures_not_as_seen_is_a_conflict(court, sheet, officer_user, appraiser):
    was = seen(sheet)
    imported(court, book([row(closed=5)]))
    with pytest.raises(Conflict):
        correct(sheet, appraiser, was=was, closed=7)
    was = seen(sheet)
    confirm_figures(sheet_id=sheet.pk, source_id=was.source_id, by=officer_user, at=AT)
    with pytest.raises(Conflict):
        correct(sheet, appraiser, was=was, closed=7)

    assert stored(sheet.officer)["closed"] == 5
    assert not FigureImport.objects.filter(origin="correction").exists()


def test_nobody_corrects_own_figures(court, civil):
    keeper = make_user("keeper", "appraiser", court)
    officer = make_officer(court=court, department=civil, name="张海燕", user=keeper)
    imported(court, book([row()]))
    sheet = FigureSheet.objects.get(officer=officer)

    assert refused(sheet, keeper, closed=7) == {}
    with pytest.raises(CannotCorrect):
        keep(sheet, keeper, was=Seen(sheet.source_id, "disputed"))


# -- kept -------------------------------------------------------------------------------------


def test_dispute_is_answered_without_a_change(sheet, officer_user, appraiser):
    dispute(sheet, officer_user)
    before = stored(sheet.officer)

    keep(sheet, appraiser)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.reason, sheet.source.origin) == ("to_confirm", "", "correction")
    assert stored(sheet.officer) == before
    (answer,) = sheet_details([sheet])[0].timeline
    assert (answer.dispute, answer.reason, answer.changes) == ("结案应为7件", "与系统一致", [])
    assert Notice.objects.get(user=officer_user).kind == "figures_kept"
    assert Entry.objects.get(verb="figures.kept").subject_pk == sheet.pk
    confirm_figures(sheet_id=sheet.pk, source_id=sheet.source_id, by=officer_user, at=AT)


def test_figures_nobody_disputes_are_not_answered(sheet, officer_user, appraiser):
    with pytest.raises(CannotCorrect):
        keep(sheet, appraiser)
    dispute(sheet, officer_user)
    was = seen(sheet)
    confirm_figures(sheet_id=sheet.pk, source_id=was.source_id, by=officer_user, at=AT)

    with pytest.raises(Conflict):
        keep(sheet, appraiser, was=was)


# -- afterwards, a workbook -------------------------------------------------------------------


def test_workbook_that_would_undo_a_correction_says_so(court, sheet, appraiser):
    correct(sheet, appraiser, closed=7, pending=8)

    done = import_figures_file(
        book([row()]), filename="f.xlsx", court=court, by=None, on=ON, dry_run=True
    )

    told = [fault for fault in done.plan.faults if fault.code == "figures_by_hand"]
    assert [(fault.column, fault.is_error) for fault in told] == [("G", False), ("H", False)]
    assert (told[0].params["stored"], told[0].params["number"]) == ("7", "6")
    assert not [fault for fault in done.plan.faults if fault.is_error]


def test_workbook_of_someone_outside_an_open_cycle_says_so(court, civil, officer):
    cycle = make_cycle(court, state="collecting")
    fields = {"cycle": cycle, "department": civil, "function": "civil", "staff_class": "judge"}
    content = book([row()])

    def told():
        done = import_figures_file(
            content, filename="f.xlsx", court=court, by=None, on=ON, dry_run=True
        )
        found = [one for one in done.plan.faults if one.code == "figures_not_in_cycle"]
        return [(one.column, one.params["cycle"], one.is_error) for one in found]

    assert told() == [("C", cycle.name, False)]
    taking_part = Participant.objects.create(
        officer=officer, category=officer.category, excluded="no_set", **fields
    )
    assert told() == [("C", cycle.name, False)]
    taking_part.excluded, taking_part.index_set = "", make_set(court)
    taking_part.save()
    assert told() == []


def test_result_says_who_corrected_a_figure(court, officer, appraiser):
    make_set(court)
    source = make_import(court)
    make_figures(officer, source)
    month = FigureSheet.objects.create(officer=officer, month=date(2026, 1, 1), source=source)
    correct(month, appraiser, closed=15, within_limit=15)
    cycle = make_cycle(court)
    assess(cycle)

    shown = result_shown(Result.objects.get())

    (line,) = [one for one in shown.lines if one.indicator.code == "cases_closed"]
    january = next(month for month in line.months if month.month == "2026-01")
    made = FigureImport.objects.get(origin="correction")
    assert january.source == source_text(made)
    assert "appraiser" in january.source
    assert shown.agrees


def test_workbook_with_a_score_above_the_most_is_refused(court, sheet):
    Measure.objects.filter(code="mean_days").update(maximum=100)

    done = import_figures_file(
        book([row(days=100.5)]), filename="f.xlsx", court=court, by=None, on=ON
    )

    assert not done.is_written
    assert [fault.code for fault in done.plan.errors] == ["figure_over_maximum"]


# -- pages ------------------------------------------------------------------------------------


def page(client, user, name, sheet):
    client.force_login(user)
    return client.get(reverse(f"appraisal:{name}", args=[sheet.pk]))


def send(client, user, name, sheet, **data):
    client.force_login(user)
    sheet.refresh_from_db()
    fields = {"source": sheet.source_id, "state": sheet.state, "reason": "系统漏计一件"}
    return client.post(reverse(f"appraisal:{name}", args=[sheet.pk]), fields | data)


def fields_of(sheet, **changes):
    """What the form sends: every figure as it is, and these instead."""
    fields = {
        f"v{one.measure_id}": str(changes.pop(one.measure.code, int(one.value)))
        for one in Figure.objects.filter(officer=sheet.officer).select_related("measure")
    }
    assert not changes
    return fields


def test_figure_correct_corrects_and_goes_back(client, sheet, officer_user, appraiser):
    dispute(sheet, officer_user)
    assert "结案应为7件" in page(client, appraiser, "figure_correct", sheet).text

    response = send(
        client, appraiser, "figure_correct", sheet, **fields_of(sheet, closed=7, pending=8)
    )

    assert response.url == reverse("appraisal:figure_sheet", args=[sheet.pk])
    shown = page(client, appraiser, "figure_sheet", sheet).text
    assert "系统漏计一件" in shown
    assert "结案应为7件" in shown
    own = client_text(client, officer_user)
    assert "系统漏计一件" in own
    assert "appraiser" in own


def client_text(client, user):
    client.force_login(user)
    return client.get(reverse("appraisal:my_figures")).text


def test_figure_sheet_keeps_reasons_from_other_readers(
    client, sheet, officer_user, appraiser, head
):
    dispute(sheet, officer_user)
    correct(sheet, appraiser, closed=7, pending=8)

    text = page(client, head, "figure_sheet", sheet).text

    assert "系统漏计一件" not in text
    assert "结案应为7件" not in text
    assert "<del>6</del>" in text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        pytest.param({"reason": " "}, "reason", id="no reason"),
        pytest.param({"reason": "x" * 501}, "reason", id="long reason"),
        pytest.param({"closed": "seven"}, "closed", id="no number"),
        pytest.param({"closed": "99"}, "closed", id="closed > accepted"),
        pytest.param({"closed": ""}, "closed", id="emptied"),
        pytest.param({"source": "x"}, "source", id="no source"),
        pytest.param({"state": "x"}, "state", id="no state"),
    ],
)
def test_figure_correct_says_what_is_wrong(client, sheet, appraiser, data, field):
    closed = data.pop("closed", None)
    fields = fields_of(sheet, **({} if closed is None else {"closed": closed}))

    response = send(client, appraiser, "figure_correct", sheet, **fields | data)

    closed_field = f"v{Figure.objects.get(measure__code='closed').measure_id}"
    wrong = closed_field if field == "closed" else field
    assert response.status_code == 200
    assert wrong in response.context["form"].errors
    assert not FigureImport.objects.filter(origin="correction").exists()


def test_figure_correct_of_changed_figures_is_409(client, court, sheet, appraiser):
    was = sheet.source_id
    fields = fields_of(sheet, closed=7, pending=8)
    imported(court, book([row(old=9)]))

    response = send(client, appraiser, "figure_correct", sheet, **fields, source=was)

    assert response.status_code == 409


def test_figure_correct_warns_of_closed_and_other_cycles(client, court, civil, sheet, appraiser):
    cycle = make_cycle(court, state="collecting")
    fields = {"department": civil, "function": "civil", "staff_class": "judge"}
    past = make_cycle(court, code="past", name="旧考核")
    Participant.objects.create(
        cycle=past,
        officer=sheet.officer,
        category="quota_judge",
        index_set=make_set(court),
        **fields,
    )
    type(past).objects.filter(pk=past.pk).update(state="closed")

    warnings = page(client, appraiser, "figure_correct", sheet).context["warnings"]

    assert ["旧考核" in warnings[0], cycle.name in warnings[1]] == [True, True]


def test_figure_keep_answers(client, sheet, officer_user, appraiser):
    assert page(client, appraiser, "figure_keep", sheet).status_code == 302
    dispute(sheet, officer_user)
    assert "结案应为7件" in page(client, appraiser, "figure_keep", sheet).text

    response = send(client, appraiser, "figure_keep", sheet)

    assert response.url == reverse("appraisal:figure_sheet", args=[sheet.pk])
    assert "系统漏计一件" in client_text(client, officer_user)


def test_deliveries_by_hand_are_no_workbooks(client, sheet, appraiser):
    made = correct(sheet, appraiser, closed=7, pending=8).figure_import

    client.force_login(appraiser)
    listed = client.get(reverse("appraisal:figure_import")).context["imports"]
    assert made.pk not in {one.pk for one, _tone in listed}
    detail = reverse("appraisal:figure_import_detail", args=[made.pk])
    assert client.get(detail).status_code == 404


def test_figure_sheet_asks_as_often_for_three_corrections_as_for_one(client, sheet, appraiser):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert page(client, appraiser, "figure_sheet", sheet).status_code == 200
        return len(captured)

    correct(sheet, appraiser, closed=7, pending=8)
    queries()
    of_one = queries()
    correct(sheet, appraiser, closed=8, pending=7)
    correct(sheet, appraiser, closed=9, pending=6)

    assert queries() == of_one
