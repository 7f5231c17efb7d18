"""The full-time check and its exceptions at the same moment, on a database that lets them be."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from cadres.models import Breach, FulltimeException
from cadres.services.fulltime import CannotRecord, check_court, end_exception, record_exception
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from tests.accounts.test_concurrency import at_once, refused

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

ON = date(2026, 11, 23)
AT = timezone.make_aware(datetime(2026, 11, 23, 9))


def test_checks_at_once_open_each_finding_once_and_tell_once(court, party_org, branch, political):
    outcomes = at_once(*[lambda: check_court(court=court, on=ON)] * 6)

    assert outcomes == [3] * 6
    assert Breach.objects.open().count() == 5
    assert Notice.objects.filter(user=political, kind="fulltime_breach").count() == 1


def test_of_exceptions_recorded_at_once_one_is_kept(party_org, political):
    def record():
        return record_exception(
            unit=party_org,
            code="no_secretary",
            approval={"number": "示组通〔2026〕88号", "issued_on": ON},
            starts_on=ON,
            ends_on=None,
            by=political,
            at=AT,
        )

    outcomes = at_once(*[record] * 5)

    assert refused(outcomes, CannotRecord) == 4
    assert FulltimeException.objects.count() == 1


def test_of_ends_set_at_once_one_holds(party_org, political):
    exception = record_exception(
        unit=party_org,
        code="no_secretary",
        approval={"number": "示组通〔2026〕88号", "issued_on": ON},
        starts_on=ON,
        ends_on=None,
        by=political,
        at=AT,
    )

    def end(ends_on):
        return lambda: end_exception(
            exception_id=exception.pk, seen_end=None, ends_on=ends_on, by=political, at=AT
        )

    days = [ON + timedelta(days=number) for number in range(1, 6)]
    outcomes = at_once(*[end(day) for day in days])

    assert refused(outcomes, Conflict) == 4
    (kept,) = [one for one in outcomes if not isinstance(one, Exception)]
    exception.refresh_from_db()
    assert exception.ends_on == kept.ends_on
