"""The ladder of awards: rungs of a court, places left, and where an officer stands on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from appraisal.selectors.annual_grades import excellent_years
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import units_with
from courtparty.lib.words import listed, percentage
from retention.models import Award, AwardProposal, AwardRung
from retention.rules.awards import QuotaUse, free_again, quota_seats, suggested_rung

MANAGE = "retention.manage_awards"
RESULTS = "appraisal.view_result"


def rungs_of(court: Unit) -> QuerySet[AwardRung]:
    """All rungs of a court, from the lowest up."""
    return AwardRung.objects.filter(court=court).order_by("position")


def courts_kept(user: User) -> list[Unit]:
    """The courts whose ladder ``user`` keeps."""
    kept = units_with(user, MANAGE).filter(kind=Unit.Kind.COURT)
    return list(kept.order_by("path"))


def staff_of(court: Unit) -> int:
    return Officer.objects.filter(court=court).in_service().count()


def quota_use(rung: AwardRung, *, year: int) -> QuotaUse:
    """The places of a rung in a year: awards in force, and what is reported and may come."""
    return quota_uses([rung], year=year)[rung.pk]


def quota_uses(rungs: Iterable[AwardRung], *, year: int) -> dict[int, QuotaUse]:
    """The same for several rungs of one court. At most two queries and one for the staff."""
    rungs = list(rungs)
    used = dict.fromkeys((rung.pk for rung in rungs), 0)
    given = Award.objects.in_force().filter(rung__in=rungs, decided_on__year=year)
    reported = AwardProposal.objects.filter(
        rung__in=rungs, state=AwardProposal.State.REPORTED, decided_on__year=year
    )
    for rung_id in [
        *given.values_list("rung", flat=True),
        *reported.values_list("rung", flat=True),
    ]:
        used[rung_id] += 1
    by_share = [rung for rung in rungs if rung.quota_kind == AwardRung.Quota.PERCENT]
    staff = {court: staff_of(court) for court in {rung.court for rung in by_share}}
    return {
        rung.pk: QuotaUse(
            quota_seats(rung.quota_kind, rung.quota_value, staff=staff.get(rung.court, 0)),
            used[rung.pk],
        )
        for rung in rungs
    }


def quota_words(rung: AwardRung) -> str:
    """What the court has set: '20 % of the staff a year', '3 a year', 'no limit'."""
    if rung.quota_value is None:
        return _("no limit")
    value = f"{rung.quota_value.normalize():f}"
    if rung.quota_kind == AwardRung.Quota.PERCENT:
        return _("%(share)s of the staff a year") % {"share": percentage(value)}
    return _("%(number)s a year") % {"number": value}


def blocked_until(officer: Officer, rung: AwardRung, *, on: date) -> date | None:
    """The first day the same award is possible again; None when it is possible on ``on``."""
    if rung.interval_months is None:
        return None
    given = Award.objects.in_force().filter(officer=officer, rung=rung)
    last = given.aggregate(last=Max("decided_on"))["last"]
    if last is None:
        return None
    free = free_again(last, rung.interval_months)
    return free if on < free else None


@dataclass(frozen=True, slots=True)
class RungStanding:
    """One rung as an officer stands to it."""

    rung: AwardRung
    awards: list[Award]
    free_from: date | None
    is_next: bool
    suggestion: str

    @property
    def is_held(self) -> bool:
        return bool(self.awards)


def ladder_of(officer: Officer, *, on: date, with_appraisal: bool) -> list[RungStanding]:
    """The ladder of an officer, from the highest rung down. Two queries, three with appraisal.

    ``with_appraisal``: whether the reader may know results; without, nothing is suggested.
    """
    rungs = list(rungs_of(officer.court).filter(is_active=True))
    awards = list(
        Award.objects.in_force()
        .filter(officer=officer)
        .order_by("-decided_on")
        .select_related(None)
    )
    held = {rung.pk: [award for award in awards if award.rung_id == rung.pk] for rung in rungs}
    highest = max((rung.position for rung in rungs if held[rung.pk]), default=0)
    following = next((rung for rung in rungs if rung.position > highest), None)
    suggestion = _suggestion(officer, rungs, awards) if with_appraisal else {}
    return [
        RungStanding(
            rung,
            held[rung.pk],
            _free_from(rung, held[rung.pk], on),
            rung == following,
            suggestion.get(rung.pk, ""),
        )
        for rung in reversed(rungs)
    ]


def _free_from(rung: AwardRung, awards: list[Award], on: date) -> date | None:
    if rung.interval_months is None or not awards:
        return None
    free = free_again(awards[0].decided_on, rung.interval_months)
    return free if on < free else None


def _suggestion(officer: Officer, rungs: list[AwardRung], awards: list[Award]) -> dict[int, str]:
    """What closed annual appraisals suggest: {rung: why}. Nobody is given anything by it."""
    years = excellent_years([officer.pk]).get(officer.pk, frozenset())
    # An award of a year rewards the appraisal of the year before, whose result is known by then.
    rewarded: dict[int, int] = {}
    for award in awards:
        last = award.decided_on.year - 1
        rewarded[award.rung_id] = max(rewarded.get(award.rung_id, last), last)
    asked = {rung.pk: rung.excellent_years or 0 for rung in rungs}
    found = suggested_rung(years, asked, rewarded)
    if found is None:
        return {}
    words = _("Excellent in the annual appraisal of %(years)s.") % {"years": listed(found[1])}
    return {found[0]: words}


@dataclass(frozen=True, slots=True)
class RungLine:
    """A line of the table of rungs, in words."""

    rung: AwardRung
    quota: str
    use: QuotaUse


def ladder_table(rungs: QuerySet[AwardRung], *, year: int) -> list[RungLine]:
    """The rungs of the courts in reach from the highest down, with the places of a year."""
    found = list(rungs.order_by("court__path", "-position"))
    uses = quota_uses(found, year=year)
    return [RungLine(rung, quota_words(rung), uses[rung.pk]) for rung in found]
