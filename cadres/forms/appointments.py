from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import EARLIEST, ApprovalFields, DayInput
from cadres.forms.officers import PlainSelect
from cadres.models import Appointment, Post, Secondment
from cadres.models.appointments import AppointmentQuerySet
from cadres.rules.appointments import ELECTED, is_long_extension, last_day
from cadres.selectors.appointment_plans import OWN, RUNNING
from cadres.selectors.appointments import (
    OVERDUE,
    STATES,
    in_state,
    of_officers,
    term_within,
)
from cadres.selectors.officers import Reach
from courtparty.accounts.models import Unit, User
from courtparty.lib.dates import ONE_DAY

# Appointments are entered a year ahead at most, terms and secondments end within ten.
AHEAD, FAR_AHEAD = timedelta(days=366), timedelta(days=3660)
SEARCH = {"type": "search", "autocomplete": "off", "maxlength": 60}


class DayField(forms.DateField):
    """A day from the browser's calendar, in a year that can be meant."""

    widget = DayInput

    def __init__(self, *, ahead: timedelta = AHEAD, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ahead = ahead

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and not EARLIEST <= value <= timezone.localdate() + self.ahead:
            raise forms.ValidationError(_("Please check the year of this date."))


def after(day: date | None) -> date | None:
    """The end of a half-open period that people gave by its last day."""
    return day + ONE_DAY if day else None


def indented(unit: Unit) -> str:
    return "　" * (unit.depth - 1) + unit.display_name


def plain_helper(*layout: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper


def _half(*names: str) -> Row:
    return Row(*(Column(name, css_class="col-md-6") for name in names))


# -- list ---------------------------------------------------------------------------------------


class AppointmentFilter(FilterSet):
    """The filters of the list. A unit out of reach is no choice, and finds nobody."""

    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs=SEARCH),
    )
    unit = ChoiceFilter(
        label=_("Unit and below"), empty_label=_("all"), method="below", widget=PlainSelect
    )
    kind = ChoiceFilter(
        label=_("Kind of post"),
        field_name="post__kind",
        empty_label=_("all"),
        choices=Post.Kind.choices,
        widget=PlainSelect,
    )
    nature = ChoiceFilter(
        label=_("Nature"),
        empty_label=_("all"),
        choices=Appointment.Nature.choices,
        widget=PlainSelect,
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=STATES["in_force"],
        choices=[
            *((state, words) for state, words in STATES.items() if state != "in_force"),
            ("all", _("all")),
        ],
        method="standing_as",
        widget=PlainSelect,
    )
    within = ChoiceFilter(
        label=_("Term ends"),
        empty_label=_("any time"),
        choices=[
            (OVERDUE, _("has ended")),
            ("1", _("within a month")),
            ("3", _("within 3 months")),
            ("6", _("within 6 months")),
            ("12", _("within a year")),
        ],
        method="term_ending",
        widget=PlainSelect,
    )

    def __init__(
        self, data: Any, queryset: AppointmentQuerySet, *, user: User, reach: Reach, on: date
    ) -> None:
        super().__init__(data, queryset)
        self.user, self.reach, self.on = user, reach, on
        self.filters["unit"].extra["choices"] = [
            (str(unit.pk), indented(unit)) for unit in reach.inside
        ]

    @property
    def found(self) -> AppointmentQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else in_state(found, "in_force", on=self.on)

    def search(self, queryset, name, value):
        return of_officers(queryset, value, user=self.user)

    def below(self, queryset, name, value):
        path = self.reach.units[int(value)].path
        return queryset.filter(post__unit__path__startswith=path)

    def standing_as(self, queryset, name, value):
        return queryset if value == "all" else in_state(queryset, value, on=self.on)

    def term_ending(self, queryset, name, value):
        return term_within(queryset, value, on=self.on)


# -- appointing ---------------------------------------------------------------------------------


class PostSearch(forms.Form):
    """The first step: which post."""

    officer = forms.CharField(required=False, max_length=19, widget=forms.HiddenInput)
    unit = forms.ChoiceField(label=_("Unit and below"), required=False, widget=PlainSelect)
    kind = forms.ChoiceField(
        label=_("Kind of post"),
        required=False,
        choices=[("", _("all")), *Post.Kind.choices],
        widget=PlainSelect,
    )
    vacant = forms.ChoiceField(
        label=_("Seats"),
        required=False,
        choices=[("", _("with a vacancy")), ("all", _("all"))],
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        choices = [(key, indented(unit)) for key, unit in self.units.items()]
        self.fields["unit"].choices = [("", _("all")), *choices]

    @property
    def asked(self) -> dict[str, Any]:
        cleaned = self.cleaned_data if self.is_valid() else {}
        return {
            "unit": self.units.get(cleaned.get("unit", "")),
            "kind": cleaned.get("kind", ""),
            "with_full": cleaned.get("vacant") == "all",
        }


class OfficerSearch(forms.Form):
    """The second step: who."""

    post = forms.CharField(max_length=19, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Name, pinyin or initials of the officer"),
        required=False,
        widget=forms.TextInput(attrs=SEARCH),
    )


class PeriodForm(forms.Form):
    """The third step, sent by GET: from when and how. The document follows with the last."""

    start = DayField(label=_("First day in the post"))
    nature = forms.ChoiceField(label=_("Nature"), choices=Appointment.Nature.choices)
    term = forms.ChoiceField(
        label=_("Term"),
        choices=[
            (OWN, _("a new term from the first day")),
            (RUNNING, _("the running term of the organisation, as after a by-election")),
        ],
        required=False,
    )
    last = DayField(
        label=_("Last day in the post"),
        required=False,
        help_text=_("Only to enter somebody who has left the post already."),
    )
    end_reason = forms.ChoiceField(
        label=_("Reason of the end"),
        choices=[("", "—"), *Appointment.EndReason.choices],
        required=False,
    )
    note = forms.CharField(label=_("Note"), max_length=100, required=False)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_elected = post.kind in ELECTED
        if not is_elected:
            del self.fields["term"]
        self.helper = plain_helper(
            _half("start", "nature"),
            *(["term"] if is_elected else []),
            _half("last", "end_reason"),
            "note",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, last, reason = (cleaned.get(name) for name in ("start", "last", "end_reason"))
        if start and last and last < start:
            self.add_error("last", _("The last day lies before the first day in the post."))
        if last and not reason and "end_reason" not in self.errors:
            self.add_error("end_reason", _("Say why the appointment ended."))
        if reason and not last and "last" not in self.errors:
            self.add_error("last", _("Give the last day in the post too."))
        return cleaned

    @property
    def plan(self) -> dict[str, Any]:
        """What ``plan_of`` takes beside post and officer."""
        cleaned = self.cleaned_data
        return {
            "start": cleaned["start"],
            "end": after(cleaned["last"]),
            "nature": cleaned["nature"],
            "term": cleaned.get("term") or OWN,
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What ``appoint`` takes beside post, officer and documents."""
        rest = {name: self.cleaned_data[name] for name in ("end_reason", "note")}
        return self.plan | rest


class PapersForm(ApprovalFields):
    """The last step: the document the appointment rests on."""

    approval_legend = _("The document that appoints")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(self.approval_fieldset())


class HigherPapersForm(PapersForm):
    approval_required = False
    approval_legend: str | Promise = _("Approval of the higher body, if there is one yet")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="higher", **kwargs)


# -- changing -----------------------------------------------------------------------------------


class ApproveForm(ApprovalFields):
    approval_legend = _("Approval of the higher body")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(self.approval_fieldset())


class ExtendForm(ApprovalFields):
    """A term made longer. More than a year takes a second look: no limit has been verified."""

    approval_legend = _("The document that allows it")

    last = DayField(label=_("The term then lasts until (last day)"), ahead=FAR_AHEAD)
    for_all = forms.BooleanField(
        label=_("Also for everybody else of this organisation whose term ends on the same day"),
        required=False,
    )
    is_meant = forms.BooleanField(
        label=_("Longer than a year: this is what the document says"), required=False
    )
    known = forms.DateField(widget=forms.HiddenInput)

    field_order = ["last", "for_all", "is_meant", "known"]

    def __init__(self, *args: Any, appointment: Appointment, others: int, **kwargs: Any) -> None:
        self.appointment = appointment
        initial = {"known": appointment.term_end, "for_all": bool(others)}
        super().__init__(*args, initial=initial, **kwargs)
        if not others:
            del self.fields["for_all"]
        # The second look is asked for only once there is something to look at.
        asked = ("for_all", "is_meant") if self.is_bound else ("for_all",)
        shown = [name for name in asked if name in self.fields]
        self.helper = plain_helper("last", *shown, self.approval_fieldset(), "known")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        last, known = cleaned.get("last"), self.appointment.term_end
        is_long = last and known and is_long_extension(known, last + ONE_DAY)
        if is_long and not cleaned.get("is_meant"):
            text = _(
                "The term becomes more than a year longer. Check the document, and tick this if "
                "it says so."
            )
            self.add_error("is_meant", text)
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "known_term_end": self.cleaned_data["known"],
            "term_end": self.cleaned_data["last"] + ONE_DAY,
            "for_all": self.cleaned_data.get("for_all", False),
            "document": self.approval,
        }


class EndForm(ApprovalFields):
    approval_required = False
    approval_legend = _("The document that removes, if there is one")

    last = DayField(
        label=_("Last day in the post"),
        help_text=_("A day in the past will do: what was paid for later days is recovered."),
    )
    reason = forms.ChoiceField(
        label=_("Reason of the end"), choices=[("", "—"), *Appointment.EndReason.choices]
    )

    field_order = ["last", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(_half("last", "reason"), self.approval_fieldset())

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "on": cleaned["last"] + ONE_DAY,
            "reason": cleaned["reason"],
            "document": self.approval,
        }


class EndChangeForm(EndForm):
    approval_legend = _("Another document, if the one on record was wrong")

    known = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        end = appointment.end
        initial = {
            "last": last_day(end) if end else None,
            "reason": appointment.end_reason,
            "known": end,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.helper.layout.append("known")

    @property
    def facts(self) -> dict[str, Any]:
        return super().facts | {"known_end": self.cleaned_data["known"]}


class ReopenForm(forms.Form):
    known = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        kwargs["initial"] = {"known": appointment.end}
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("known")


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=_("What was wrong?"),
        max_length=100,
        help_text=_("For instance: wrong officer, entered twice. It stays on record."),
    )

    helper = plain_helper("reason")


class SecondmentForm(ApprovalFields):
    approval_required = False
    approval_legend = _("The document, if there is one")

    destination = forms.CharField(label=_("Seconded to"), max_length=100)
    start = DayField(label=_("First day away"))
    last = DayField(
        label=_("Last day away"),
        required=False,
        ahead=FAR_AHEAD,
        help_text=_("Leave empty while it is not known."),
    )

    field_order = ["destination", "start", "last"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("destination", _half("start", "last"), self.approval_fieldset())

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "destination": cleaned["destination"],
            "start": cleaned["start"],
            "end": after(cleaned["last"]),
            "document": self.approval,
        }


class SecondmentEndForm(forms.Form):
    last = DayField(label=_("Last day away"), ahead=FAR_AHEAD)
    known = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, secondment: Secondment, **kwargs: Any) -> None:
        end = secondment.end
        kwargs["initial"] = {"known": end, "last": last_day(end) if end else None}
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("last", "known")

    @property
    def facts(self) -> dict[str, Any]:
        return {"on": self.cleaned_data["last"] + ONE_DAY, "known_end": self.cleaned_data["known"]}
