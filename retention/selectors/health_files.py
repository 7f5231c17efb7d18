"""The contents of a health file, for its officer, the steward, and who broke the glass.

Whoever shows them to somebody else than the officer opens the file by ``open_file`` first, which
records the reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from cadres.models import Officer
from courtparty.jobs.models import StoredFile
from retention.models import (
    CheckUpResult,
    FollowUp,
    HealthCorrection,
    HealthEntry,
    HealthFile,
    ResultChange,
)
from retention.rules.vitals import Ranges
from retention.selectors.health_trends import Trend, trends_of
from retention.selectors.health_values import ValueShown, own_ranges, values_shown

# The order in which an emergency asks for them.
ENTRY_ORDER = ("contact", "allergy", "medication", "condition", "measurement", "other")


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """How a result read before a correction."""

    pk: int
    at: datetime
    by: str
    reason: str
    values: list[ValueShown]
    findings: str
    advice: str
    recheck_on: str
    file: StoredFile | None


@dataclass(frozen=True, slots=True)
class ResultShown:
    """What one check-up found, in words."""

    pk: int
    checkup: int
    campaign: str
    place: str
    done_on: date
    values: list[ValueShown]
    findings: str
    advice: str
    recheck_on: date | None
    rechecked_on: date | None
    file: StoredFile | None
    entered_at: datetime
    entered_by: str
    version: int
    changes: list[ChangeShown]
    has_open_correction: bool

    @property
    def is_recheck_open(self) -> bool:
        return self.recheck_on is not None and self.rechecked_on is None

    @property
    def outside(self) -> list[ValueShown]:
        return [value for value in self.values if value.place in ("low", "high")]


@dataclass(frozen=True, slots=True)
class EntryShown:
    """What the officer added, in words."""

    pk: int
    kind: str
    kind_label: str
    on: date | None
    text: str
    values: list[ValueShown]
    file: StoredFile | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpShown:
    """What the steward has to do or did."""

    pk: int
    what: str
    due_on: date
    note: str
    state: str
    state_label: str
    closed_on: date | None
    outcome: str
    by: str


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """What the officer asked to have put right, and the answer."""

    pk: int
    result: int
    done_on: date
    proposed: str
    reason: str
    state: str
    state_label: str
    asked_at: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class FileContent:
    """All of a health file, newest first; what counts in an emergency stands in ``urgent``."""

    officer: Officer
    results: list[ResultShown]
    entries: list[EntryShown]
    follow_ups: list[FollowUpShown]
    corrections: list[CorrectionShown]
    trends: list[Trend]

    @property
    def is_empty(self) -> bool:
        return not (self.results or self.entries or self.follow_ups or self.corrections)

    @property
    def earlier(self) -> list[ResultShown]:
        return self.results[1:]

    @property
    def urgent(self) -> list[EntryShown]:
        return [entry for entry in self.entries if entry.kind in ENTRY_ORDER[:3]]


def file_content(officer: Officer) -> FileContent:
    """Everything in the health file of an officer, in words. Seven queries, whatever is in it."""
    ranges = own_ranges(officer.court)
    corrections = _corrections(officer)
    asked = {one.result for one in corrections if one.state == HealthCorrection.State.ASKED}
    results = [_result(one, officer.sex, ranges, asked) for one in results_of(officer)]
    entries = _entries(officer, ranges)
    return FileContent(
        officer=officer,
        results=results,
        entries=entries,
        follow_ups=_follow_ups(officer),
        corrections=corrections,
        trends=trends_of(results, entries, officer.sex, ranges),
    )


def health_file_of(officer: Officer) -> HealthFile | None:
    return HealthFile.objects.filter(officer=officer).first()


def results_of(officer: Officer) -> QuerySet[CheckUpResult]:
    """Newest first, without the contents of files."""
    results = CheckUpResult.objects.filter(checkup__officer=officer)
    changes = ResultChange.objects.select_related("by", "file").defer("file__sealed")
    return (
        results.select_related("checkup__campaign", "file", "entered_by")
        .prefetch_related(Prefetch("changes", changes))
        .defer("file__sealed")
        .order_by("-checkup__done_on", "-pk")
    )


def _result(result: CheckUpResult, sex: str, ranges: Ranges, asked: set[int]) -> ResultShown:
    changes = sorted(result.changes.all(), key=lambda change: -change.version)
    return ResultShown(
        pk=result.pk,
        checkup=result.checkup_id,
        campaign=result.checkup.campaign.name,
        place=result.checkup.campaign.provider,
        done_on=_day_of(result),
        values=values_shown(result.vitals, sex, ranges),
        findings=result.findings,
        advice=result.advice,
        recheck_on=result.recheck_on,
        rechecked_on=result.rechecked_on,
        file=result.file,
        entered_at=result.entered_at,
        entered_by=str(result.entered_by or ""),
        version=result.version,
        changes=[_change(change, sex, ranges) for change in changes],
        has_open_correction=result.pk in asked,
    )


def _day_of(result: CheckUpResult) -> date:
    """The day of the check-up: one with a result is done."""
    return result.checkup.done_on or result.checkup.due_on


def _change(change: ResultChange, sex: str, ranges: Ranges) -> ChangeShown:
    before: Mapping[str, Any] = change.before
    return ChangeShown(
        pk=change.pk,
        at=change.at,
        by=str(change.by or ""),
        reason=change.reason,
        values=values_shown(before["vitals"], sex, ranges),
        findings=before["findings"],
        advice=before["advice"],
        recheck_on=before["recheck_on"] or "",
        file=change.file,
    )


def _entries(officer: Officer, ranges: Ranges) -> list[EntryShown]:
    entries = HealthEntry.objects.filter(health_file__officer=officer)
    entries = entries.select_related("file").defer("file__sealed").order_by("-on", "-pk")
    shown = [
        EntryShown(
            pk=entry.pk,
            kind=entry.kind,
            kind_label=str(entry.get_kind_display()),
            on=entry.on,
            text=entry.text,
            values=values_shown(entry.vitals, officer.sex, ranges),
            file=entry.file,
            updated_at=entry.updated_at,
        )
        for entry in entries
    ]
    return sorted(shown, key=lambda entry: ENTRY_ORDER.index(entry.kind))


def _follow_ups(officer: Officer) -> list[FollowUpShown]:
    tasks = FollowUp.objects.filter(health_file__officer=officer).select_related("closed_by")
    shown = [
        FollowUpShown(
            pk=task.pk,
            what=str(task.get_kind_display()),
            due_on=task.due_on,
            note=task.note,
            state=task.state,
            state_label=str(task.get_state_display()),
            closed_on=task.closed_on,
            outcome=task.outcome,
            by=str(task.closed_by or ""),
        )
        for task in tasks.order_by("-due_on", "-pk")
    ]
    return sorted(shown, key=lambda task: task.state != FollowUp.State.OPEN)


def _corrections(officer: Officer) -> list[CorrectionShown]:
    asked = HealthCorrection.objects.filter(health_file__officer=officer)
    return [
        CorrectionShown(
            pk=one.pk,
            result=one.result_id,
            done_on=_day_of(one.result),
            proposed=one.proposed,
            reason=one.reason,
            state=one.state,
            state_label=str(one.get_state_display()),
            asked_at=one.asked_at,
            answer=one.answer,
        )
        for one in asked.select_related("result__checkup").order_by("-asked_at", "-pk")
    ]
