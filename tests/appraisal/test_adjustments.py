from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from appraisal.models import Adjustment, GradeExclusion, Result
from appraisal.services.adjustments import (
    CannotAdjust,
    exclude_from_grade,
    make_adjustment,
    readmit_to_grade,
    revoke_adjustment,
)
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from tests.appraisal.cycle_cast import put
from tests.appraisal.graded import AT, make_reviewed

REASON = "牵头化解系列纠纷，经考核委员会讨论"


@pytest.fixture
def cycle(court, civil):
    return make_reviewed(court, civil, ["88.50"])


@pytest.fixture
def participant(cycle):
    return cycle.participants.get()


def adjust(participant, by, **changes):
    fields = {
        "participant_id": participant.pk,
        "amount": Decimal("1.50"),
        "reason": REASON,
        "document": "考核委员会纪要〔2026〕1号",
        "decided_on": date(2026, 1, 19),
        "by": by,
        "at": AT,
    }
    with translation.override("en"):
        return make_adjustment(**fields | changes)


def test_adjustment_stands_beside_the_computed_total(participant, political):
    adjustment = adjust(participant, political)

    assert Result.objects.get().total == Decimal("88.50")
    stored = Adjustment.objects.get()
    assert (stored.pk, stored.amount, stored.reason) == (adjustment.pk, Decimal("1.50"), REASON)
    entry = Entry.objects.get(verb="adjustment.made")
    assert entry.detail == {
        "cycle": participant.cycle_id,
        "basis": "考核委员会纪要〔2026〕1号",
    }


def test_reason_is_sealed_in_the_database(participant, political):
    adjust(participant, political)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM appraisal_adjustment")
        (stored,) = cursor.fetchone()
    assert REASON not in stored


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"amount": Decimal(0)}, "Zero points"),
        ({"amount": Decimal("0.004")}, "Zero points"),
        ({"amount": Decimal("100.01")}, "More than 100 points"),
        ({"amount": Decimal("-100.01")}, "More than 100 points"),
        ({"reason": "  "}, "Give the committee's reason"),
        ({"document": " "}, "Name the minutes"),
        ({"decided_on": date(2026, 1, 21)}, "lies in the future"),
    ],
)
def test_unsound_adjustment_is_refused(participant, political, changes, text):
    with pytest.raises(CannotAdjust, match=text):
        adjust(participant, political, **changes)
    assert not Adjustment.objects.exists()


def test_a_decision_of_today_is_recorded_before_morning(participant, political):
    """At half past midnight here it is still yesterday in Greenwich."""
    adjust(participant, political, at=datetime(2026, 1, 20, 16, 30, tzinfo=UTC),
           decided_on=date(2026, 1, 21))  # fmt: skip

    assert Adjustment.objects.get().decided_on == date(2026, 1, 21)


@pytest.mark.parametrize("state", ["preparing", "collecting", "scoring", "closed"])
def test_adjustment_belongs_to_the_review(cycle, participant, political, state):
    put(cycle, state)
    with pytest.raises(CannotAdjust, match="while the cycle is being reviewed"):
        adjust(participant, political)


def test_nobody_adjusts_the_own_score(participant, political):
    participant.officer.user = political
    participant.officer.save()
    with pytest.raises(CannotAdjust, match="about oneself"):
        adjust(participant, political)


def test_second_adjustment_meets_the_first(participant, political, president):
    adjust(participant, political)
    with pytest.raises(Conflict, match="in force already"):
        adjust(participant, president)
    assert Adjustment.objects.count() == 1


def test_database_keeps_one_adjustment_in_force(participant, political):
    first = adjust(participant, political)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.create(
            participant=participant,
            amount=1,
            reason="r",
            document="d",
            decided_on=date(2026, 1, 1),
            made_by=political,
            made_at=AT,
        )
    assert Adjustment.objects.get() == first


def test_adjustment_taken_back_stays_on_record_and_makes_room(participant, political, president):
    first = adjust(participant, political)

    revoked = revoke_adjustment(adjustment_id=first.pk, by=president, at=AT)

    assert (revoked.revoked_by, revoked.revoked_at) == (president, AT)
    with pytest.raises(Conflict):
        revoke_adjustment(adjustment_id=first.pk, by=president, at=AT)
    second = adjust(participant, political, amount=Decimal(-2))
    assert list(Adjustment.objects.filter(revoked_at=None)) == [second]
    verbs = Entry.objects.filter(verb__startswith="adjustment.").order_by("pk")
    assert [entry.verb for entry in verbs] == [
        "adjustment.made",
        "adjustment.revoked",
        "adjustment.made",
    ]


def exclude(participant, by, **changes):
    fields = {
        "participant_id": participant.pk,
        "reason": "probation",
        "document": "组通〔2025〕3号",
        "by": by,
        "at": AT,
    }
    with translation.override("en"):
        return exclude_from_grade(**fields | changes)


def test_exclusion_is_recorded_and_withdrawn(participant, political):
    exclusion = exclude(participant, political)
    assert GradeExclusion.objects.get().reason == "probation"

    readmit_to_grade(exclusion_id=exclusion.pk, by=political)

    assert not GradeExclusion.objects.exists()
    verbs = Entry.objects.filter(verb__startswith="grade.").order_by("pk")
    assert [entry.verb for entry in verbs] == ["grade.excluded", "grade.readmitted"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"reason": "because"}, "Choose one of the reasons"),
        ({"document": ""}, "Name the document"),
        ({"reason": "other"}, "Say in the note"),
    ],
)
def test_unsound_exclusion_is_refused(participant, political, changes, text):
    with pytest.raises(CannotAdjust, match=text):
        exclude(participant, political, **changes)
    assert not GradeExclusion.objects.exists()


def test_same_exclusion_twice_is_a_conflict(participant, political, president):
    exclude(participant, political)
    with pytest.raises(Conflict, match="recorded already"):
        exclude(participant, president)
