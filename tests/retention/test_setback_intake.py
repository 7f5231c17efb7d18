from datetime import date, datetime

import pytest
from django.utils import timezone, translation

from appraisal.models import Figure, FigureImport, Measure
from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from retention.models import RetentionSettings, Setback, TalkTask
from retention.services.setback_intake import (
    CannotRaise,
    enter_setback,
    raise_from_figures,
    raise_setback,
    withdraw_source,
)
from retention.services.setbacks import add_help
from tests.factories import make_officer, make_unit, make_user
from tests.retention.setbacks_cast import make_setback

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 2)
AT = timezone.make_aware(datetime(2026, 11, 2, 9))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def enter(officer, by, **fields):
    defaults = {"kind": "complaint", "happened_on": MONDAY, "at": AT}
    return enter_setback(officer_id=officer.pk, by=by, **defaults | fields)


def test_entered_setback_gets_a_talk_in_time_and_a_holder(officer, branch_secretary):
    setback = enter(officer, branch_secretary, detail=" 当事人投诉 ")

    assert (setback.state, setback.source, setback.source_key) == ("open", "hand", "")
    assert setback.talk_due_on == date(2026, 11, 9)
    assert Setback.objects.get().detail == "当事人投诉"
    task = TalkTask.objects.get()
    assert (task.kind, task.setback, task.due_on) == ("setback", setback, date(2026, 11, 9))
    assert task.holder == branch_secretary
    assert set(Entry.objects.values_list("verb", flat=True)) == {"setback.raised", "talk.planned"}
    kinds = Notice.objects.order_by("kind").values_list("kind", "user__username")
    assert list(kinds) == [("talk_to_hold", "branch.secretary"), ("talk_with_you", "officer")]


def test_days_until_the_talk_are_the_courts_own(court, officer, political):
    RetentionSettings.objects.create(court=court, talk_days=2)

    assert enter(officer, political).talk_due_on == date(2026, 11, 4)


def test_holder_is_the_head_where_the_branch_has_no_secretary(officer, head, political):
    enter(officer, political)

    assert TalkTask.objects.get().holder == head


def test_holder_is_the_political_department_where_nobody_else_is(officer, political):
    enter(officer, political)

    assert TalkTask.objects.get().holder == political


def test_holder_may_be_chosen(officer, branch_secretary, head, political):
    enter(officer, political, holder_id=head.pk)

    assert TalkTask.objects.get().holder == head


def test_entering_refuses_a_day_in_the_future(officer, political):
    with pytest.raises(CannotRaise, match="future"):
        enter(officer, political, happened_on=date(2026, 11, 3))

    assert not Setback.objects.exists()
    assert not TalkTask.objects.exists()


def test_entering_refuses_who_has_left(officer, political):
    officer.left_on = date(2026, 10, 1)
    officer.save()

    with pytest.raises(CannotRaise, match="left the court"):
        enter(officer, political)


def test_entering_refuses_oneself(officer, officer_user):
    with pytest.raises(CannotRaise, match="one's own"):
        enter(officer, officer_user)


def test_entering_the_same_twice_is_refused(officer, political):
    enter(officer, political)

    with pytest.raises(CannotRaise, match="there already"):
        enter(officer, political)

    assert Setback.objects.count() == TalkTask.objects.count() == 1


def test_one_withdrawn_may_be_entered_again(officer, political):
    make_setback(officer, happened_on=MONDAY, state="withdrawn")

    assert enter(officer, political).state == "open"


def test_raised_twice_with_one_key_changes_nothing(officer, branch_secretary):
    fields = {"kind": "not_promoted", "source_key": "promotion:7", "happened_on": MONDAY}
    first = raise_setback(officer_id=officer.pk, by=None, at=AT, **fields)
    Setback.objects.update(state="talked")

    again = raise_setback(officer_id=officer.pk, by=None, at=AT, **fields)

    assert again == first
    assert again.state == "talked"
    assert Setback.objects.count() == TalkTask.objects.count() == 1
    assert Entry.objects.filter(verb="setback.raised").count() == 1


def test_raised_needs_a_key(officer):
    with pytest.raises(ValueError, match="source_key"):
        raise_setback(
            officer_id=officer.pk, kind="other", source_key="", happened_on=MONDAY, by=None
        )


def test_days_of_a_raised_one_count_from_when_it_was_known(officer, branch_secretary):
    setback = raise_setback(
        officer_id=officer.pk,
        kind="discipline",
        source_key="d:1",
        happened_on=date(2026, 8, 1),
        by=None,
        at=AT,
    )

    assert setback.talk_due_on == date(2026, 11, 9)


def test_source_taken_back_withdraws_an_untouched_setback(court, officer, branch_secretary):
    raise_setback(
        officer_id=officer.pk, kind="other", source_key="k", happened_on=MONDAY, by=None, at=AT
    )

    assert withdraw_source(court=court, source_key="k")

    assert Setback.objects.get().state == "withdrawn"
    task = TalkTask.objects.get()
    assert (task.state, task.cancel_reason) == ("cancelled", "not_needed")
    assert not withdraw_source(court=court, source_key="k")


def test_source_taken_back_leaves_one_somebody_helped_in(court, officer, branch_secretary):
    setback = raise_setback(
        officer_id=officer.pk, kind="other", source_key="k", happened_on=MONDAY, by=None, at=AT
    )
    add_help(
        setback_id=setback.pk,
        measure="rest",
        text="",
        who_id=branch_secretary.pk,
        until=date(2026, 12, 1),
        by=branch_secretary,
        at=AT,
    )

    assert not withdraw_source(court=court, source_key="k")
    assert Setback.objects.get().state == "open"


# -- from case figures ----------------------------------------------------------------------------

ON = date(2026, 11, 10)
MORNING = timezone.make_aware(datetime(2026, 11, 10, 3))


@pytest.fixture
def figure(court):
    def build(officer, value, month=date(2026, 10, 1), code="revised"):
        measure, _new = Measure.objects.get_or_create(
            code=code,
            defaults={"name": code, "name_en": code, "headings": code, "aggregation": "sum"},
        )
        source = FigureImport.objects.create(court=officer.court, file_name="f.xlsx", created_at=AT)
        return Figure.objects.update_or_create(
            officer=officer,
            measure=measure,
            month=month,
            defaults={"value": value, "as_of": month, "source": source},
        )[0]

    return build


def test_figures_raise_one_setback_for_officer_and_month(officer, branch_secretary, figure):
    figure(officer, 2)
    figure(officer, 1, code="remanded")

    assert raise_from_figures(on=ON, at=MORNING) == 1
    assert raise_from_figures(on=ON, at=MORNING) == 0

    setback = Setback.objects.get()
    assert setback.source_key == f"revised:{officer.pk}:2026-10"
    assert (setback.kind, setback.source, setback.raised_by) == ("revised", "part", None)
    assert (setback.happened_on, setback.talk_due_on) == (date(2026, 10, 31), date(2026, 11, 17))
    assert TalkTask.objects.get().holder == branch_secretary


def test_figures_of_zero_and_of_long_ago_raise_nothing(officer, figure):
    figure(officer, 0)
    figure(officer, 4, month=date(2026, 7, 1))

    assert raise_from_figures(on=ON, at=MORNING) == 0


def test_figure_corrected_to_zero_withdraws_an_untouched_setback(officer, figure):
    figure(officer, 2)
    raise_from_figures(on=ON, at=MORNING)
    figure(officer, 0)

    raise_from_figures(on=ON, at=MORNING)

    assert Setback.objects.get().state == "withdrawn"
    assert TalkTask.objects.get().state == "cancelled"


def test_figure_corrected_to_zero_leaves_one_that_was_talked_about(officer, figure):
    figure(officer, 2)
    raise_from_figures(on=ON, at=MORNING)
    Setback.objects.update(state="talked")
    figure(officer, 0)

    raise_from_figures(on=ON, at=MORNING)

    assert Setback.objects.get().state == "talked"


def test_late_correction_still_reaches_an_old_untouched_setback(officer, figure):
    figure(officer, 2)
    raise_from_figures(on=ON, at=MORNING)
    figure(officer, 0)

    raise_from_figures(on=date(2027, 6, 1), at=MORNING)

    assert Setback.objects.get().state == "withdrawn"


def test_one_court_that_fails_keeps_no_other_from_its_own(
    officer, other_court, figure, monkeypatch, caplog
):
    department = make_unit(other_court, "民事审判庭")
    stranger = make_officer(court=other_court, department=department)
    figure(officer, 1)
    figure(stranger, 1)
    real = raise_setback

    def failing(*, officer_id, **fields):
        if officer_id == officer.pk:
            raise RuntimeError("broken")
        return real(officer_id=officer_id, **fields)

    monkeypatch.setattr("retention.services.setback_intake.raise_setback", failing)

    assert raise_from_figures(on=ON, at=MORNING) == 1
    assert Setback.objects.get().officer == stranger
    assert "failed" in caplog.text


def test_account_that_may_not_sign_in_is_no_holder(officer, branch_secretary, political):
    branch_secretary.is_active = False
    branch_secretary.save()

    enter(officer, political)

    assert TalkTask.objects.get().holder == political


def test_officer_never_holds_the_talk_with_oneself(court, civil, branch, political):
    secretary = make_user("own.secretary", "secretary", branch)
    own = make_officer(court=court, department=civil, branch=branch, user=secretary)

    enter(own, political)

    assert TalkTask.objects.get().holder == political
