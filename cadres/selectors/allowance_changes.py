"""A run beside the one before it: how many officers are new, stopped or changed, and why.

Who differs at all is found in SQL, by the definition of ``rules.comparison``; the reasons are
worked out for the officers of one page only, so a run of 50,000 lines opens as a small one does.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import AllowanceLine, AllowanceRun, Officer
from cadres.rules.comparison import (
    CHANGED,
    NEW,
    STOPPED,
    Away,
    Change,
    Months,
    PaidLine,
    Reason,
    compare,
)
from cadres.selectors.officers import searched
from courtparty.accounts.models import User
from courtparty.lib.dates import ONE_DAY
from courtparty.lib.words import listed

WHAT: dict[str, str | Promise] = {
    NEW: gettext_lazy("new"),
    STOPPED: gettext_lazy("stopped"),
    CHANGED: gettext_lazy("changed"),
}
TONES = {NEW: "success", STOPPED: "danger", CHANGED: "warning"}


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    new: int = 0
    stopped: int = 0
    changed: int = 0
    same: int = 0


def earlier_run(run: AllowanceRun) -> AllowanceRun | None:
    """The run of the last month before that of ``run`` for which the court has one."""
    runs = AllowanceRun.objects.standing().filter(court=run.court_id, month__lt=run.month)
    return runs.order_by("-month").first()


def officers_changed(run: AllowanceRun, earlier: AllowanceRun) -> dict[int, str]:
    """Officers for whom the two runs differ, in the order of names: new, stopped or changed.

    One query, whose cost is that of reading both runs twice. Lines are counted, not looked for:
    PostgreSQL would expect so much of 50,000 look-ups that compiling them takes the most time.
    """
    unlike = _without_twin(run, earlier).values("officer")
    both = AllowanceLine.objects.filter(run__in=[run, earlier], officer__in=unlike)
    found = both.values_list("officer").annotate(
        here=Count("pk", filter=Q(run=run)), there=Count("pk", filter=Q(run=earlier))
    )
    flags = {(True, False): NEW, (False, True): STOPPED, (True, True): CHANGED}
    people = found.order_by("officer__pinyin", "officer")
    return {officer: flags[here > 0, there > 0] for officer, here, there in people}


def _without_twin(run: AllowanceRun, earlier: AllowanceRun) -> QuerySet[Any, Any]:
    """Lines that only one of the two runs has, and those that put another month right.

    All of a short month is as much as all of a long one: whole months count as nought of nought.
    """
    regular, is_whole = AllowanceLine.Kind.REGULAR, Q(days=F("month_days"))
    grouped = AllowanceLine.objects.filter(run__in=[run, earlier]).values(
        "officer",
        "appointment",
        "standard",
        "rate",
        "kind",
        part=Case(When(is_whole, then=0), default="days", output_field=IntegerField()),
        whole=Case(When(is_whole, then=0), default="month_days", output_field=IntegerField()),
    )
    counted = grouped.order_by().annotate(
        here=Count("pk", filter=Q(run=run)), there=Count("pk", filter=Q(run=earlier))
    )
    return counted.filter(~Q(kind=regular) | ~Q(here=F("there")))


def change_counts(changed: Mapping[int, str], *, officers: int) -> ChangeCounts:
    """How many differ; ``officers`` are those of the run itself."""
    counts = Counter(changed.values())
    return ChangeCounts(
        new=counts[NEW],
        stopped=counts[STOPPED],
        changed=counts[CHANGED],
        same=officers - counts[NEW] - counts[CHANGED],
    )


def changes_found(
    changed: Mapping[int, str], *, what: str, text: str, run: AllowanceRun, user: User
) -> list[int]:
    """Of ``officers_changed`` those of one kind, and whose name, pinyin or initials ``text`` is."""
    found = [officer for officer, became in changed.items() if what in ("", became)]
    if not text:
        return found
    named = searched(Officer.objects.filter(court=run.court_id), text, user=user)
    named_ids = set(named.values_list("pk", flat=True))
    return [officer for officer in found if officer in named_ids]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One officer's change, in words."""

    name: str
    department: str
    what: str
    tone: str
    before: Decimal
    now: Decimal
    difference: Decimal
    reasons: list[str] = field(default_factory=list)


def change_rows(
    officers: Sequence[int], run: AllowanceRun, earlier: AllowanceRun
) -> list[ChangeRow]:
    """The changes of the given officers, in their order. Three queries."""
    lines = _lines_of(officers, [run, earlier])
    months = Months(earlier.month, run.month, timezone.localdate(earlier.computed_at))
    changes = compare(lines.get(earlier.pk, []), lines.get(run.pk, []), months=months)
    by_officer = {change.officer: change for change in changes}
    people = Officer.objects.select_related("department").defer("id_number", "phone")
    known = people.in_bulk(officers)
    return [_row(known[pk], by_officer[pk]) for pk in officers if pk in by_officer]


def _row(officer: Officer, change: Change) -> ChangeRow:
    return ChangeRow(
        name=officer.name,
        department=officer.department.display_name,
        what=str(WHAT.get(change.what, "")),
        tone=TONES.get(change.what, "neutral"),
        before=change.before,
        now=change.now,
        difference=change.difference,
        reasons=[in_words(reason) for reason in change.reasons],
    )


def _lines_of(people: Sequence[int], runs: list[AllowanceRun]) -> dict[int, list[PaidLine]]:
    """The lines of some officers, by run, with what explains them."""
    found: dict[int, list[PaidLine]] = {}
    lines = AllowanceLine.objects.filter(run__in=runs, officer__in=people)
    lines = lines.select_related("appointment__post__unit", "standard", "officer")
    lines = lines.defer("officer__id_number", "officer__phone")
    for line in lines.prefetch_related("appointment__secondments").order_by("month", "pk"):
        found.setdefault(line.run_id, []).append(_paid_line(line))
    return found


def _paid_line(line: AllowanceLine) -> PaidLine:
    held, standard = line.appointment, line.standard
    away = sorted(held.secondments.all(), key=lambda one: one.start)
    return PaidLine(
        officer=line.officer_id,
        appointment=held.pk,
        standard=standard.pk,
        kind=line.kind,
        month=line.month,
        rate=line.rate,
        days=line.days,
        month_days=line.month_days,
        amount=line.amount,
        post=str(held.post),
        began=held.start,
        entered_on=timezone.localdate(held.created_at),
        standard_from=standard.start,
        ended=held.end,
        standard_until=standard.end,
        away=tuple(Away(one.start, one.end) for one in away),
        is_void=held.is_void,
        left_on=line.officer.left_on,
    )


def in_words(reason: Reason) -> str:
    """The sentence of a reason, in the reader's language."""
    return str(_TEXTS[reason.code]) % _FACTS.get(reason.code, _plain_facts)(reason)


# Ends are stored as the first day without; people think in last days.
_TEXTS: dict[str, str | Promise] = {
    "appointment_began": gettext_lazy("Appointed from %(day)s: %(post)s."),
    "appointment_ended": gettext_lazy("Last day in the post %(last)s: %(post)s."),
    "appointment_void": gettext_lazy("The appointment had been entered by mistake: %(post)s."),
    "officer_left": gettext_lazy("Last day at the court %(last)s."),
    "standard_began": gettext_lazy("The post is paid from %(day)s: %(post)s."),
    "standard_ended": gettext_lazy("The standard ended with %(last)s: %(post)s."),
    "standard_changed": gettext_lazy(
        "The standard changed from %(old)s to %(new)s a month: %(post)s."
    ),
    "standard_renewed": gettext_lazy(
        "A new standard of the same amount applies from %(day)s: %(post)s."
    ),
    "secondment_began": gettext_lazy("Seconded from %(day)s: %(post)s."),
    "secondment_ended": gettext_lazy("Back from secondment on %(day)s: %(post)s."),
    "entered_late": gettext_lazy(
        "In the post since %(day)s, but entered only after the earlier run was made: %(post)s."
    ),
    "counts_now": gettext_lazy(
        "This post is paid now; in the earlier run another of the officer's posts was: %(post)s."
    ),
    "counts_no_more": gettext_lazy(
        "This post is not paid any more; another of the officer's posts is: %(post)s."
    ),
    "days": gettext_lazy(
        "%(days)s of %(month_days)s days, before %(old_days)s of %(old_month_days)s: %(post)s."
    ),
    "post_changed": gettext_lazy("Another post from %(day)s: %(new)s. Before: %(old)s."),
    "arrears": gettext_lazy("Arrears of %(amount)s for %(months)s."),
    "arrears_before": gettext_lazy("The earlier run paid arrears of %(amount)s for %(months)s."),
    "recovery": gettext_lazy("%(amount)s taken back for %(months)s."),
    "recovery_before": gettext_lazy("The earlier run took back %(amount)s for %(months)s."),
    "other": gettext_lazy("No single reason is on record: compare the lines of both runs."),
}


def _plain_facts(reason: Reason) -> dict[str, str]:
    day = reason.day
    return {
        "post": reason.post,
        "day": day.isoformat() if day else "",
        "last": (day - ONE_DAY).isoformat() if day else "",
        "old": listed(reason.old),
        "new": listed(reason.new),
    }


def _facts_of_days(reason: Reason) -> dict[str, str]:
    (old_days, old_month_days), (days, month_days) = reason.old, reason.new
    return {
        "post": reason.post,
        "days": days,
        "month_days": month_days,
        "old_days": old_days,
        "old_month_days": old_month_days,
    }


def _facts_of_correction(reason: Reason) -> dict[str, str]:
    months = listed(f"{month:%Y-%m}" for month in reason.months)
    return {"amount": f"{abs(reason.amount):,.2f}", "months": months}


_FACTS: dict[str, Callable[[Reason], dict[str, str]]] = {
    "days": _facts_of_days,
    "arrears": _facts_of_correction,
    "arrears_before": _facts_of_correction,
    "recovery": _facts_of_correction,
    "recovery_before": _facts_of_correction,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside the one before it; without an earlier run everybody in it is new."""

    earlier: AllowanceRun | None
    changed: dict[int, str]
    counts: ChangeCounts
    difference: Decimal | None

    @property
    def sentence(self) -> str:
        """What a decision is about, in one sentence."""
        if self.earlier is None:
            return _("There is no earlier run to compare with.")
        text = _(
            "Compared with %(month)s: new %(new)s, stopped %(stopped)s, changed %(changed)s, "
            "same %(same)s; difference of the totals %(difference)s."
        )
        return text % {
            "month": f"{self.earlier.month:%Y-%m}",
            "new": f"{self.counts.new:,}",
            "stopped": f"{self.counts.stopped:,}",
            "changed": f"{self.counts.changed:,}",
            "same": f"{self.counts.same:,}",
            "difference": f"{self.difference:+,.2f}",
        }


def comparison_of(run: AllowanceRun, *, officers: int) -> Comparison:
    """Two queries; ``officers`` are those of the run."""
    earlier = earlier_run(run)
    if earlier is None:
        return Comparison(None, {}, ChangeCounts(new=officers), None)
    changed = officers_changed(run, earlier)
    counts = change_counts(changed, officers=officers)
    return Comparison(earlier, changed, counts, run.total - earlier.total)
