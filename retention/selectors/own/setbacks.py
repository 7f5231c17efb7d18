"""Talks on an officer's *My records*."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from cadres.models import Officer
from retention.models import Talk, TalkTask
from retention.selectors.countable import OwnLine


def own_line(officer: Officer, *, on: date) -> OwnLine:
    """The last talk and what is to be read, else the next one. Two queries."""
    last = Talk.objects.standing().filter(officer=officer).order_by("-held_on", "-pk")
    talk = last.defer("shared_note", "own_word").first()
    planned = TalkTask.objects.open().filter(officer=officer).select_related("holder")
    task = planned.order_by("due_on", "pk").first()
    is_unread = talk is not None and talk.acknowledged_at is None
    return OwnLine(
        label=_("Talks"),
        text=_text(talk, task),
        url=reverse("retention:my_talks"),
        tone="info" if is_unread else "",
        icon="chat-dots",
    )


def _text(talk: Talk | None, task: TalkTask | None) -> str:
    if talk and talk.acknowledged_at is None:
        return _("A note of the talk on %(day)s can be read.") % {"day": talk.held_on.isoformat()}
    if task and task.holder:
        words = {"name": str(task.holder), "day": task.due_on.isoformat()}
        return _("%(name)s will talk with you by %(day)s.") % words
    if task:
        return _("A talk with you is planned by %(day)s.") % {"day": task.due_on.isoformat()}
    if talk:
        return _("Last talk on %(day)s.") % {"day": talk.held_on.isoformat()}
    return _("No talk is planned.")
