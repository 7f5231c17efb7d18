"""Setbacks, planned talks and held ones for tests, made without the services."""

import itertools
from datetime import date, timedelta

from django.utils import timezone

from retention.models import PrivateNote, Setback, Talk, TalkFollowUp, TalkTask

_serial = itertools.count(1)
HAPPENED = date(2026, 11, 2)


def make_setback(officer, **fields) -> Setback:
    defaults = {
        "kind": Setback.Kind.COMPLAINT,
        "happened_on": HAPPENED,
        "talk_due_on": date(2026, 11, 9),
        "raised_at": timezone.now(),
    }
    return Setback.objects.create(court=officer.court, officer=officer, **defaults | fields)


def make_task(officer, holder=None, **fields) -> TalkTask:
    defaults = {
        "kind": TalkTask.Kind.OTHER,
        "source_key": f"other:test-{next(_serial)}",
        "due_on": timezone.localdate() + timedelta(days=30),
        "created_at": timezone.now(),
    }
    if fields.get("setback"):
        defaults |= {
            "kind": TalkTask.Kind.SETBACK,
            "source_key": f"setback:{fields['setback'].pk}",
        }
    return TalkTask.objects.create(
        court=officer.court, officer=officer, holder=holder, **defaults | fields
    )


def make_rule_task(officer, holder=None, *, pair="secretary_member", **fields) -> TalkTask:
    year = fields.pop("year", 2026)
    defaults = {
        "kind": TalkTask.Kind.RULE,
        "pair": pair,
        "year": year,
        "source_key": f"rule:{year}:{pair}:{officer.pk}:1",
    }
    return make_task(officer, holder, **defaults | fields)


def make_talk(officer, holder, *, private_note="", agreed="", **fields) -> Talk:
    defaults = {
        "held_on": timezone.localdate(),
        "kind": Talk.Kind.HEART,
        "recorded_at": timezone.now(),
    }
    talk = Talk.objects.create(
        court=officer.court, officer=officer, holder=holder, **defaults | fields
    )
    if private_note:
        PrivateNote.objects.create(
            talk=talk, author=holder, private_note=private_note, written_at=timezone.now()
        )
    if agreed:
        TalkFollowUp.objects.create(talk=talk, text=agreed, due_on=talk.held_on)
    return talk
