"""Talks after a setback: seen where setbacks are followed, not wherever talks are."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from courtparty.accounts.models import Grant
from courtparty.accounts.roles import Role
from retention.models import Talk, TalkTask
from retention.services.setback_intake import enter_setback
from retention.services.talk_recording import record_talk
from tests.factories import make_officer

AT = timezone.make_aware(datetime(2026, 11, 23, 10, 0))


@pytest.mark.django_db
def test_the_talk_after_a_setback_is_seen_only_where_setbacks_are_followed(
    court, civil, branch, other_branch, party_affairs, political
):
    """A Party-affairs cadre keeps the register of the court, and is secretary of one branch."""
    Grant.objects.create(
        user=party_affairs, role=Role.SECRETARY, unit=branch, starts_on=date(2026, 1, 1)
    )
    near = make_officer(court=court, department=civil, branch=branch, name="周八")
    far = make_officer(court=court, department=civil, branch=other_branch, name="吴九")
    for officer in (near, far):
        enter_setback(
            officer_id=officer.pk,
            kind="bereavement",
            happened_on=date(2026, 11, 20),
            by=political,
            at=AT,
            holder_id=political.pk,
        )
        record_talk(
            officer_id=officer.pk,
            held_on=date(2026, 11, 23),
            kind="care",
            by=political,
            at=AT,
            shared_note="x",
        )

    assert [one.officer for one in TalkTask.objects.in_scope(party_affairs)] == [near]
    assert [one.officer for one in Talk.objects.in_register(party_affairs)] == [near]
