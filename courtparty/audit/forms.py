"""The filters of the log."""

from datetime import date, datetime, time, timedelta

import django_filters as filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courtparty.audit.models import Entry
from courtparty.audit.wording import VERBS

# A day at either end of the calendar has no neighbour to count to.
DAYS = [MinValueValidator(date(1949, 10, 1)), MaxValueValidator(date(2100, 12, 31))]


def _courts(request: object) -> QuerySet[Model]:
    # The log lies below the accounts, so it knows their models by its own foreign keys only.
    units = Entry._meta.get_field("court").related_model
    return units._default_manager.filter(depth=1).order_by("path")


def _verbs() -> list[tuple[str, str]]:
    return sorted(((verb, str(words)) for verb, words in VERBS.items()), key=lambda pair: pair[1])


def _day_field() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EntryFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("User name or name"), method="done_by")
    verb = filters.ChoiceFilter(label=_("what"), choices=_verbs)
    court = filters.ModelChoiceFilter(label=_("court"), queryset=_courts)
    reads = filters.ChoiceFilter(
        label=_("kind"),
        method="of_kind",
        choices=[("reads", _("reading only")), ("changes", _("changes only"))],
    )
    since = filters.DateFilter(
        label=_("from"), method="since_day", widget=_day_field(), validators=DAYS
    )
    until = filters.DateFilter(
        label=_("to (inclusive)"), method="until_day", widget=_day_field(), validators=DAYS
    )

    class Meta:
        model = Entry
        fields: list[str] = []

    def done_by(self, entries: QuerySet, name: str, text: str) -> QuerySet:
        text = text.strip()
        people = Entry._meta.get_field("actor").related_model._default_manager.filter(
            Q(username__icontains=text) | Q(name__icontains=text)
        )
        return entries.filter(actor__in=people.values("pk"))

    def of_kind(self, entries: QuerySet, name: str, kind: str) -> QuerySet:
        return entries.filter(is_read=kind == "reads")

    def since_day(self, entries: QuerySet, name: str, day) -> QuerySet:
        return entries.filter(at__gte=_midnight(day))

    def until_day(self, entries: QuerySet, name: str, day) -> QuerySet:
        return entries.filter(at__lt=_midnight(day + timedelta(days=1)))


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
