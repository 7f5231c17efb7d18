from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from cadres.forms.approvals import DayInput
from cadres.forms.officers import PlainSelect
from courtparty.accounts.models import Unit
from retention.forms.days import coming_day_field
from retention.models import LeaveRequest
from retention.models.leave import Kind, LeaveRequestQuerySet
from retention.selectors.leave import searched
from retention.selectors.leave_levels import awaiting
from retention.selectors.leave_rules import KindShown
from retention.services.leave_checks import Wish

ONE_DAY = timedelta(days=1)
EARLIEST = date(2000, 1, 1)
_YEAR = [MinValueValidator(EARLIEST, _("Please check the year of this date."))]


class PlainForm(forms.Form):
    """A form drawn by a skeleton: the form tag and the buttons are the page's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


def days_row() -> Row:
    return Row(Column("start", css_class="col-md-6"), Column("last", css_class="col-md-6"))


class LeaveForm(PlainForm):
    """Leave as asked for. The last day is shown, and kept as the day after it."""

    kind = forms.ChoiceField(label=_("Kind of leave"))
    start = coming_day_field(label=_("First day"), validators=_YEAR)
    last = coming_day_field(label=_("Last day"), validators=_YEAR)
    hours = forms.DecimalField(
        label=_("Hours"),
        required=False,
        min_value=0,
        max_digits=3,
        decimal_places=1,
        help_text=_("For a make-up rest of part of one day; empty for whole days of 8 hours."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Kept encrypted. Of sick, maternity and check-up leave whoever decides sees the kind "
            "and the days; the reason is opened by the political department only, and you see "
            "who opened it."
        ),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: dict[str, KindShown], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = [(one.key, one.label) for one in kinds.values() if one.is_active]
        self.fields["kind"].choices = active
        self.helper.layout = Layout(
            Row(Column("kind", css_class="col-md-8"), Column("hours", css_class="col-md-4")),
            days_row(),
            "reason",
            "seen",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, last = cleaned.get("start"), cleaned.get("last")
        if start and last and last < start:
            self.add_error("last", _("The last day lies before the first one."))
        if cleaned.get("hours") is not None and cleaned.get("kind") != Kind.REST:
            self.add_error("hours", _("Hours are for make-up rest only. Leave them empty."))
        return cleaned

    @property
    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(
            kind=data["kind"],
            start=data["start"],
            end=data["last"] + ONE_DAY,
            reason=data["reason"],
            hours=data["hours"],
        )


class DecisionForm(PlainForm):
    APPROVE, REFUSE, RETURN = "approve", "refuse", "send_back"

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (APPROVE, _("approve")),
            (RETURN, _("send back to be changed")),
            (REFUSE, _("refuse")),
        ],
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label=_("Opinion"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you refuse or send back. The officer reads it."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        turns_down = cleaned.get("decision") in (self.REFUSE, self.RETURN)
        if turns_down and not (cleaned.get("opinion") or "").strip():
            self.add_error("opinion", _("Say why, so that the officer can do something about it."))
        return cleaned


class CancelForm(PlainForm):
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SeenForm(PlainForm):
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class EndEarlyForm(SeenForm):
    last_day = coming_day_field(
        label=_("Last day of leave"), help_text=_("Back at work the day after.")
    )


class LeaveFilter(FilterSet):
    MINE = "mine"

    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    waiting = ChoiceFilter(
        label=_("Waiting"),
        empty_label=_("all"),
        choices=[(MINE, _("for me"))],
        method="by_waiting",
        widget=PlainSelect,
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=[one for one in LeaveRequest.State.choices if one[0] != "drafted"],
        widget=PlainSelect,
    )
    kind = ChoiceFilter(
        label=_("Kind of leave"), empty_label=_("all"), choices=Kind.choices, widget=PlainSelect
    )
    department = ChoiceFilter(
        label=_("Department"),
        empty_label=_("all"),
        field_name="officer__department",
        widget=PlainSelect,
    )
    since = DateFilter(label=_("From"), field_name="end", lookup_expr="gt", widget=DayInput())
    until = DateFilter(label=_("Until"), field_name="start", lookup_expr="lte", widget=DayInput())

    def __init__(self, data, queryset: LeaveRequestQuerySet, *, units: list[Unit], user):
        super().__init__(data, queryset)
        self.user = user
        choices = [(str(one.pk), one.display_name) for one in units]
        self.filters["department"].extra["choices"] = choices

    @property
    def found(self) -> LeaveRequestQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value.strip())

    def by_waiting(self, queryset, name, value):
        return queryset.filter(pk__in=awaiting(self.user).values("pk"))
