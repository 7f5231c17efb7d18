"""What *My records* says of the reader's own posts: held now, and paid last."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from cadres.models import AllowanceLine, Appointment
from cadres.selectors.allowances import DECIDED
from courtparty.accounts.models import User


@dataclass(frozen=True, slots=True)
class PaidMonth:
    month: date
    total: Decimal


@dataclass(frozen=True, slots=True)
class OwnPosts:
    """The posts held on a day, and the latest month an allowance was decided for."""

    held: list[Appointment]
    paid: PaidMonth | None


def own_posts(user: User, *, on: date) -> OwnPosts:
    """Two queries."""
    held = Appointment.objects.in_force(on=on).filter(officer__user=user)
    lines = AllowanceLine.objects.filter(officer__user=user, run__state__in=DECIDED)
    months = lines.order_by().values_list("run__month").annotate(total=Sum("amount"))
    latest = months.order_by("-run__month").first()
    return OwnPosts(
        held=list(held.select_related("post__unit").order_by("start", "pk")),
        paid=PaidMonth(*latest) if latest else None,
    )
