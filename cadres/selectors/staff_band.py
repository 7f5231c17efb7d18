"""Full-time Party staff against all staff, court by court, beside what the regulation expects."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count

from cadres.models import Officer
from cadres.rules.establishment import persons_expected
from cadres.rules.posts import BAND, StaffBand, staff_band
from cadres.selectors.officers import COUNTS_LIFE, Reach
from cadres.selectors.posts import LedgerRow, fulltime_officers
from courtparty.accounts.models import Unit
from courtparty.accounts.scope import is_court_path

# The picture shows shares from nothing to this, or to what there is when that is more.
SCALE = Decimal("0.03")
ROOM = Decimal("1.1")
WIDTH = 560
TONES = {"none": "danger", "below": "warning", "inside": "success", "above": "info"}


@dataclass(frozen=True, slots=True)
class CourtBand:
    """The band of one court; ``vacancies`` are its full-time posts' seats nobody holds."""

    court: Unit
    band: StaffBand
    vacancies: int

    @property
    def fewest(self) -> int:
        return persons_expected(self.band.least, self.band.most)[0]

    @property
    def most(self) -> int:
        return persons_expected(self.band.least, self.band.most)[1]

    @property
    def missing(self) -> int:
        """Persons up to the lower bound."""
        is_short = self.band.verdict in ("none", "below")
        return self.fewest - self.band.fulltime if is_short else 0

    @property
    def to_ask_for(self) -> int:
        """Persons for whom there is no full-time post yet."""
        return max(0, self.missing - self.vacancies)

    @property
    def tone(self) -> str:
        return TONES[self.band.verdict]

    @property
    def is_small(self) -> bool:
        """Below one person by the lower share: a small unit names one all the same."""
        return self.band.least < 1

    @property
    def places(self) -> dict[str, str]:
        """Where the band and the share lie in the picture."""
        share = self.band.share or Decimal(0)
        scale = max(SCALE, share * ROOM)
        low, high = BAND
        places = {"low": low, "high": high, "wide": high - low, "share": share}
        return {name: f"{value / scale * WIDTH:.0f}" for name, value in places.items()}


def court_bands(reach: Reach, rows: Iterable[LedgerRow]) -> list[CourtBand]:
    """One band for each court that lies whole in reach. At most one query."""
    courts = [unit for unit in reach.inside if is_court_path(unit.path)]
    staff = _staff_of(courts, reach.changed)
    fulltime: dict[int, list[LedgerRow]] = {court.pk: [] for court in courts}
    for row in rows:
        if row.is_fulltime and row.court_id in fulltime:
            fulltime[row.court_id].append(row)
    return [
        CourtBand(
            court=court,
            band=staff_band(
                staff=staff.get(court.pk, 0), fulltime=len(fulltime_officers(fulltime[court.pk]))
            ),
            vacancies=sum(row.vacant for row in fulltime[court.pk]),
        )
        for court in sorted(courts, key=lambda unit: unit.path)
    ]


def _staff_of(courts: list[Unit], changed: str) -> dict[int, int]:
    """Officers in service by court, counted once after each change of a roster.

    As head counts are: counting 50,000 officers would take longer than the page. ``changed`` is
    empty where the reach was read without the moment of the last change.
    """
    key = f"staff:{'.'.join(str(court.pk) for court in courts)}:{changed}"
    staff: dict[int, int] | None = cache.get(key) if changed else None
    if staff is None:
        in_service = Officer.objects.filter(court__in=courts).in_service().order_by()
        staff = dict(in_service.values_list("court").annotate(people=Count("pk")))
        if changed:
            cache.set(key, staff, COUNTS_LIFE)
    return staff
