"""Day limits: who is reminded when, and once."""

from datetime import date

import pytest

from courtparty.notices.models import Notice
from retention.models import Achievement, AwardProposal
from retention.services.award_proposals import return_proposal
from retention.services.award_reminders import remind_awards
from tests.retention.awards_cast import (
    ANSWER,
    DAY,
    NOW,
    TODAY,
    make_achievement,
    make_checked,
    make_proposal,
    make_rung,
)

pytestmark = pytest.mark.django_db
DUE = date(2026, 7, 13)


def told(user):
    kinds = ("award_due", "award_late")
    found = Notice.objects.filter(user=user, kind__in=kinds).order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_the_head_is_reminded_before_on_the_day_and_after(officer, officer_user, head, political):
    make_achievement(officer, by=officer_user)

    assert remind_awards(on=date(2026, 7, 3)) == 0
    assert remind_awards(on=date(2026, 7, 6)) == 1
    assert remind_awards(on=date(2026, 7, 7)) == 0
    assert remind_awards(on=DUE) == 1
    assert remind_awards(on=date(2026, 7, 20)) == 1
    assert told(head) == ["award_due", "award_due", "award_late"]
    assert told(political) == []


def test_ten_working_days_late_it_is_told_above(officer, officer_user, head, political, president):
    make_achievement(officer, by=officer_user)

    assert remind_awards(on=DUE + 14 * DAY) == 3
    assert told(head) == told(political) == told(president) == ["award_late"]


@pytest.mark.parametrize("day", [date(2026, 7, 11), date(2026, 7, 12)])
def test_on_a_day_off_nobody_is_reminded(officer, head, day):
    make_achievement(officer, by=head)

    assert remind_awards(on=day) == 0


def test_each_desk_hears_of_what_lies_there(officer, court, head, political, president):
    rung = make_rung(court)
    first = make_proposal(officer, rung, by=head)
    make_checked(officer, rung, by=head, checker=political, title="另一项")

    remind_awards(on=DUE)
    assert (told(head), told(political), told(president)) == ([], ["award_due"], ["award_due"])
    return_proposal(proposal_id=first.pk, by=political, at=NOW, note=ANSWER)
    remind_awards(on=DUE + 7 * DAY)
    assert told(head) == ["award_late"]


def test_the_officer_concerned_is_not_reminded(officer, court, officer_user, head, political):
    AwardProposal.objects.filter(pk=make_proposal(officer, make_rung(court), by=head).pk).update(
        subject=None
    )
    officer.user = political
    officer.save()

    assert remind_awards(on=DUE) == 0
    assert told(political) == []


def test_what_is_closed_reminds_nobody(officer, head):
    Achievement.objects.filter(pk=make_achievement(officer, by=head).pk).update(state="declined")

    assert remind_awards(on=TODAY + 90 * DAY) == 0
