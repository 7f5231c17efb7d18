"""The four concerns of a court in bulk: a check-up campaign, and all that falls due."""

from datetime import date

from django.utils import timezone

from cadres.models import Officer
from courtparty.accounts.models import Unit
from retention.models import CheckUp, CheckUpCampaign
from retention.services.entitlement_computing import compute_court
from retention.services.entitlement_rules import install_entitlement_rules


def fill(court: Unit, officers: list[Officer], *, on: date) -> None:
    campaign(officers, court)
    install_entitlement_rules(court)
    for _progress in compute_court(court_id=court.pk, by=None, on=on):
        pass


def campaign(officers: list[Officer], court: Unit) -> None:
    """Open since the spring; three of four have been."""
    now = timezone.now()
    made = CheckUpCampaign.objects.create(
        court=court, year=2026, name="2026年体检", start=date(2026, 3, 1), end=date(2026, 7, 1),
        place="县医院", provider="县医院", state="open", created_at=now, opened_at=now,
    )  # fmt: skip
    CheckUp.objects.bulk_create(
        (
            CheckUp(campaign=made, officer=one, due_on=date(2026, 3, n % 28 + 1),
                    state="done" if n % 4 else "due",
                    done_on=date(2026, 4, n % 28 + 1) if n % 4 else None)
            for n, one in enumerate(officers)
        ),
        batch_size=2000,
    )  # fmt: skip
