"""How the cadre team in reach stands, for the start page: every figure in one query."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Func, IntegerField, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from cadres.models import Appointment, Breach, Post, StaffingRequest
from cadres.selectors.corrections import waiting_for
from courtparty.accounts.models import User

# Terms that end within so many months are counted; the pages name the exact days.
TERM_MONTHS = 6


@dataclass(frozen=True, slots=True)
class CadreOverview:
    """Counts within the units where the reader reads posts, and corrections that wait."""

    authorised: int
    occupied: int
    fulltime_staff: int
    breaches: int
    warnings: int
    awaiting_reply: int
    replies_overdue: int
    terms_ending: int
    terms_overdue: int
    corrections: int

    @property
    def vacant(self) -> int:
        return max(0, self.authorised - self.occupied)

    @property
    def breach_tone(self) -> str:
        return "danger" if self.breaches else "success"


def cadre_overview(user: User, *, on: date) -> CadreOverview | None:
    """One query; None, without any, for those who read no posts."""
    if not user.has_perm("cadres.view_post"):
        return None
    counts = User.objects.filter(pk=user.pk).values_list(*_counted(user, on))[0]
    return CadreOverview(*counts)


def _counted(user: User, on: date) -> list[Coalesce]:
    """One scalar subquery for each field, in order."""
    posts = Post.objects.visible_to(user).open(on=on)
    holders = Appointment.objects.in_force(on=on).filter(post__in=posts.values("pk"))
    seated = holders.filter(seat__isnull=False)
    findings = Breach.objects.visible_to(user).open().filter(exception=None)
    requests = StaffingRequest.objects.visible_to(user).awaiting_reply()
    terms = seated.filter(term_end__isnull=False)
    soon = _months_later(on, TERM_MONTHS)
    return [
        _figure(posts, Sum("authorised")),
        _figure(seated, Count("pk")),
        _figure(seated.filter(post__is_fulltime=True), Count("officer", distinct=True)),
        _figure(findings.filter(weight=Breach.Weight.BREACH), Count("pk")),
        _figure(findings.filter(weight=Breach.Weight.WARNING), Count("pk")),
        _figure(requests, Count("pk")),
        _figure(requests.filter(reply_due_on__lt=on), Count("pk")),
        _figure(
            terms.filter(term_end__gt=on, term_end__lte=soon), Count("post__unit", distinct=True)
        ),
        _figure(terms.filter(term_end__lte=on), Count("post__unit", distinct=True)),
        _figure(waiting_for(user), Count("pk")),
    ]


def _figure(rows: QuerySet, aggregate: Func) -> Coalesce:
    # Grouping by a constant makes the aggregate a subquery of one row.
    grouped = rows.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    figure = Subquery(grouped.annotate(figure=aggregate).values("figure"))
    return Coalesce(figure, 0, output_field=IntegerField())


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
