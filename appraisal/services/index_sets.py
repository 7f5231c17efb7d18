"""Checking index sets by the four principles, sending them back, and publishing them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import IndexSet, IndexSetCheck
from appraisal.rules.checks import Finding, Level, failures
from appraisal.selectors.index_set_checks import findings_of
from appraisal.selectors.index_set_findings import reasons_of
from appraisal.selectors.index_set_replay import replay_of
from appraisal.selectors.index_sets import stamp_of
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict


class CannotPublish(Exception):
    """The set is not fit to be published, or has not been checked. Its text is for the user.

    ``reasons`` has every finding that forbids it.
    """

    def __init__(self, text: str, reasons: list[str] | None = None) -> None:
        super().__init__(text)
        self.reasons = reasons or []


def check_index_set(*, index_set_id: int, by: User | None, at: datetime) -> IndexSetCheck:
    """Check a draft by the four principles and keep the report; nothing failing: it is checked.

    The last closed cycle is replayed under it before anything is locked. Refuses, as a conflict,
    what is no draft and what was changed while it was being checked. Nobody is told.
    """
    index_set = found_set(index_set_id)
    _must_be(index_set, IndexSet.State.DRAFT)
    stamp = stamp_of(index_set)
    replay = replay_of(index_set)
    findings = findings_of(index_set, at=at, replay=replay)
    return _keep(index_set, stamp, findings, replay, by=by, at=at)


@transaction.atomic
def _keep(
    index_set: IndexSet,
    stamp: str,
    findings: list[Finding],
    replay: dict[str, Any] | None,
    *,
    by: User | None,
    at: datetime,
) -> IndexSetCheck:
    Unit.objects.select_for_update(no_key=True).get(pk=index_set.court_id)
    fresh = found_set(index_set.pk)
    if fresh.state != IndexSet.State.DRAFT or stamp_of(fresh) != stamp:
        raise changed_meanwhile(fresh)
    number = index_set.checks.aggregate(last=Max("number"))["last"] or 0
    check = IndexSetCheck.objects.create(
        index_set=index_set,
        number=number + 1,
        findings=[_as_json(finding) for finding in findings],
        replay=replay,
        made_by=by,
        made_at=at,
    )
    failed = len(failures(findings))
    if not failed:
        IndexSet.objects.filter(pk=index_set.pk).update(state=IndexSet.State.CHECKED)
    record(
        "index_set.checked",
        by=by,
        on=index_set,
        court=index_set.court,
        failed=failed,
        doubtful=sum(finding.level is Level.WARN for finding in findings),
    )
    return check


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "level": finding.level.value,
        "principle": finding.principle.value,
        "code": finding.code,
        "indicator": finding.indicator,
        "params": dict(finding.params),
    }


@transaction.atomic
def reopen_draft(*, index_set_id: int, by: User) -> IndexSet:
    """Take a checked set back to a draft, to be edited. Its reports stay. Nobody is told.

    Refuses, as a conflict, what is not checked.
    """
    index_set = found_set(index_set_id)
    reopened = IndexSet.objects.filter(pk=index_set_id, state=IndexSet.State.CHECKED).update(
        state=IndexSet.State.DRAFT
    )
    if not reopened:
        raise wrong_state(index_set)
    record("index_set.reopened", by=by, on=index_set, court=index_set.court)
    index_set.refresh_from_db()
    return index_set


@transaction.atomic
def publish_index_set(
    *, index_set_id: int, by: User | None, at: datetime | None = None
) -> IndexSet:
    """Publish a checked set; the one published before for the same staff is retired.

    Refuses a set that has not passed its check, and with every reason one that would not pass it
    any more, for instance because a measure is gone. From then on it never changes, which the
    database enforces. Nobody is told: published sets are open to everyone of the court.
    """
    index_set = found_set(index_set_id)
    # Two sets for the same staff are published one after the other.
    Unit.objects.select_for_update(no_key=True).get(pk=index_set.court_id)
    at = at or timezone.now()
    if index_set.state == IndexSet.State.DRAFT:
        raise CannotPublish(_("Only a set that has passed its check can be published."))
    _must_be(index_set, IndexSet.State.CHECKED)
    last = index_set.checks.order_by("-number").first()
    findings = findings_of(index_set, at=at, replay=last.replay if last else None)
    if reasons := reasons_of(findings, index_set):
        raise CannotPublish(_("The index set can't be published any more as it is."), reasons)
    _retire_former(index_set, by)
    published = IndexSet.objects.filter(pk=index_set_id, state=IndexSet.State.CHECKED).update(
        state=IndexSet.State.PUBLISHED, published_by=by, published_at=at
    )
    if not published:
        raise wrong_state(index_set)
    record("index_set.published", by=by, on=index_set, court=index_set.court)
    index_set.refresh_from_db()
    return index_set


def _retire_former(index_set: IndexSet, by: User | None) -> None:
    former = IndexSet.objects.published().filter(
        court=index_set.court, function=index_set.function, staff_class=index_set.staff_class
    )
    for one in former.exclude(pk=index_set.pk):
        if IndexSet.objects.published().filter(pk=one.pk).update(state=IndexSet.State.RETIRED):
            record("index_set.retired", by=by, on=one, court=index_set.court)


# -- refusals that the editing services share --------------------------------------------------


def found_set(index_set_id: int) -> IndexSet:
    """The set with its court; a conflict when somebody has deleted the draft meanwhile."""
    index_set = IndexSet.objects.select_related("court").filter(pk=index_set_id).first()
    if index_set is None:
        text = _("The index set has been deleted.")
        raise Conflict(text, url=reverse("appraisal:index_set_list"))
    return index_set


def _must_be(index_set: IndexSet, state: IndexSet.State) -> None:
    if index_set.state != state:
        raise wrong_state(index_set)


def wrong_state(index_set: IndexSet) -> Conflict:
    """What can't be done to a set in the state in which it is."""
    state = found_set(index_set.pk).state
    if state == IndexSet.State.CHECKED:
        text = _("“%(name)s” has passed its check. Take it back to a draft to change it.")
    elif state == IndexSet.State.DRAFT:
        text = _("“%(name)s” is a draft again. Have it checked first.")
    else:
        text = _("“%(name)s” has been published and never changes. Copy it into a new version.")
    return Conflict(text % {"name": index_set}, url=index_set.get_absolute_url())


def changed_meanwhile(index_set: IndexSet) -> Conflict:
    text = _("“%(name)s” has been changed since you opened it, so your change was not saved.")
    return Conflict(text % {"name": index_set}, url=index_set.get_absolute_url())
