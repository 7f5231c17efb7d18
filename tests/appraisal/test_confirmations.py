from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from appraisal.models import FigureImport, FigureSheet
from appraisal.services.confirmations import (
    CannotConfirm,
    CannotDispute,
    confirm_all_figures,
    confirm_figures,
    dispute_figures,
    remind_to_confirm,
)
from appraisal.services.figures import import_figures_file
from appraisal.tasks.figures import remind_figures_to_confirm
from courtparty.audit.models import Entry
from courtparty.celery import app
from courtparty.notices.models import Notice
from courtparty.schedule import SCHEDULE
from tests.appraisal.figure_books import book, fill, row
from tests.factories import make_officer

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def import_months(court, months, **numbers):
    """Figures of 张海燕 for these months of 2026."""

    def more(workbook):
        for month in months[1:]:
            name = f"2026-{month:02d}"
            fill(workbook.create_sheet(), [row(**numbers)], name=name, titles=[f"截至{name}-28"])

    first = f"2026-{months[0]:02d}"
    content = book([row(**numbers)], name=first, titles=[f"截至{first}-28"], edit=more)
    done = import_figures_file(content, filename="f.xlsx", court=court, by=None, on=ON)
    assert done.is_written, done.plan.faults


@pytest.fixture
def sheets(court, officer):
    import_months(court, [1, 2, 3])
    return list(FigureSheet.objects.order_by("month"))


def confirm(sheet, by, **other):
    values = {"sheet_id": sheet.pk, "source_id": sheet.source_id, "by": by, "at": AT}
    return confirm_figures(**values | other)


def dispute(sheet, by, **other):
    values = {
        "sheet_id": sheet.pk,
        "source_id": sheet.source_id,
        "reason": "结案应为7件",
        "by": by,
        "at": AT,
    }
    return dispute_figures(**values | other)


def test_figures_are_confirmed_once(sheets, officer_user):
    confirm(sheets[0], officer_user)

    sheets[0].refresh_from_db()
    assert (sheets[0].state, sheets[0].decided_at) == ("confirmed", AT)
    entry = Entry.objects.get(verb="figures.confirmed")
    assert (entry.actor, entry.subject_pk) == (officer_user, sheets[0].pk)
    with pytest.raises(CannotConfirm):
        confirm(sheets[0], officer_user)


def test_figures_of_others_are_nobody_elses_to_confirm(sheets, appraiser, outsider):
    for user in (appraiser, outsider):
        with pytest.raises(FigureSheet.DoesNotExist):
            confirm(sheets[0], user)
        with pytest.raises(FigureSheet.DoesNotExist):
            dispute(sheets[0], user)


def test_figures_changed_since_they_were_shown_are_not_confirmed(court, sheets, officer_user):
    import_months(court, [1], closed=5)

    with pytest.raises(CannotConfirm):
        confirm(sheets[0], officer_user)

    sheets[0].refresh_from_db()
    assert sheets[0].state == "to_confirm"
    confirm(sheets[0], officer_user)


def test_figures_of_all_months_are_confirmed_as_far_as_shown(court, sheets, officer_user):
    seen = sheets[0].source_id
    import_months(court, [3], closed=5)

    assert confirm_all_figures(up_to_source_id=seen, by=officer_user, at=AT) == 2

    states = FigureSheet.objects.order_by("month").values_list("state", flat=True)
    assert list(states) == ["confirmed", "confirmed", "to_confirm"]
    with pytest.raises(CannotConfirm):
        confirm_all_figures(up_to_source_id=seen, by=officer_user, at=AT)


def test_figures_of_a_workbook_uploaded_before_and_imported_after_were_not_shown(
    court, sheets, officer_user
):
    import_months(court, [3], closed=5)
    earlier = FigureImport.objects.get(pk=sheets[0].source_id)
    seen = FigureImport.objects.latest("pk")
    # The page shows what the second has changed; then the one uploaded first is imported.
    FigureImport.objects.filter(pk=earlier.pk).update(
        imported_at=seen.imported_at + timedelta(minutes=1)
    )

    assert confirm_all_figures(up_to_source_id=seen.pk, by=officer_user, at=AT) == 1

    states = FigureSheet.objects.order_by("month").values_list("state", flat=True)
    assert list(states) == ["to_confirm", "to_confirm", "confirmed"]


def test_figures_disputed_tell_those_who_import_them(
    sheets, officer_user, appraiser, political, head, outsider_political
):
    dispute(sheets[1], officer_user)

    sheets[1].refresh_from_db()
    assert (sheets[1].state, sheets[1].reason) == ("disputed", "结案应为7件")
    told = Notice.objects.filter(kind="figures_disputed")
    assert {notice.user for notice in told} == {appraiser, political}
    assert all("结案" not in str(notice.params) + notice.text for notice in told)
    raw = FigureSheet.objects.filter(pk=sheets[1].pk).values_list("reason", flat=True)[0]
    assert "结案" not in str(raw)


@pytest.mark.parametrize("first", [confirm, dispute], ids=["confirmed", "disputed"])
def test_figures_decided_are_not_disputed_again(sheets, officer_user, first):
    first(sheets[0], officer_user)

    with pytest.raises(CannotDispute):
        dispute(sheets[0], officer_user, reason="another")

    sheets[0].refresh_from_db()
    assert sheets[0].reason != "another"


def test_figures_disputed_may_be_confirmed_after_all(sheets, officer_user):
    dispute(sheets[0], officer_user)

    confirm(sheets[0], officer_user)

    sheets[0].refresh_from_db()
    assert (sheets[0].state, sheets[0].reason) == ("confirmed", "")


def test_figures_corrected_are_confirmed_again(court, sheets, officer_user):
    for sheet in sheets:
        confirm(sheet, officer_user)

    import_months(court, [1, 2, 3], closed=5)

    assert FigureSheet.objects.to_confirm().count() == 3
    latest = FigureSheet.objects.order_by("month").first()
    confirm(latest, officer_user)


# -- reminders --------------------------------------------------------------------------------


def test_reminder_tells_once_for_each_import(court, sheets, officer_user):
    assert remind_to_confirm(on=ON) == 1
    assert remind_to_confirm(on=ON) == 0

    notice = Notice.objects.get(kind="figures_to_confirm")
    assert notice.user == officer_user
    assert notice.params == {"months": "2026-01 … 2026-03"}
    assert notice.key == f"figures-confirm:{officer_user.pk}:{sheets[0].source_id}"

    import_months(court, [3], closed=5)
    assert remind_to_confirm(on=ON) == 1
    assert Notice.objects.filter(kind="figures_to_confirm").count() == 2


def test_reminder_leaves_alone_who_has_nothing_to_do(court, civil, sheets, officer_user):
    make_officer(court=court, department=civil, name="无账号")
    confirm_all_figures(up_to_source_id=sheets[0].source_id, by=officer_user, at=AT)

    assert remind_to_confirm(on=ON) == 0


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda user: setattr(user, "is_active", False), id="account closed"),
        pytest.param(lambda user: setattr(user.officer, "left_on", ON), id="left"),
    ],
)
def test_reminder_goes_to_those_in_service_with_an_account(sheets, officer_user, change):
    change(officer_user)
    officer_user.save()
    officer_user.officer.save()

    assert remind_to_confirm(on=ON) == 0


def test_reminder_task_is_the_one_in_the_timetable(sheets, officer_user):
    name = SCHEDULE["figures-remind"]["task"]

    assert app.tasks[name].name == remind_figures_to_confirm.name
    app.tasks[name]()
    assert Notice.objects.filter(user=officer_user).count() == 1
