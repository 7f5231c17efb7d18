from datetime import timedelta
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.appointments import SEARCH, DayField, after, plain_helper
from cadres.forms.officers import PlainSelect
from cadres.selectors.officers import Reach
from courtparty.accounts.models import User
from retention.models import CauseKind, Departure, ExitInterview
from retention.models.departures import DepartureQuerySet
from retention.selectors.departures import searched
from retention.services.departures import FARTHEST_DAYS, MOST_CAUSES

FAR = timedelta(days=FARTHEST_DAYS)


class DepartureFilter(FilterSet):
    q = CharFilter(
        label=_("Name, pinyin or initials"), method="search", widget=forms.TextInput(attrs=SEARCH)
    )
    unit = ChoiceFilter(
        label=_("Department"),
        field_name="officer__department",
        empty_label=_("all"),
        widget=PlainSelect,
    )
    destination = ChoiceFilter(
        label=_("Where to"),
        empty_label=_("all"),
        choices=Departure.Destination.choices,
        widget=PlainSelect,
    )
    year = ChoiceFilter(label=_("Year"), empty_label=_("all"), method="in_year", widget=PlainSelect)
    coding = ChoiceFilter(
        label=_("Causes"),
        empty_label=_("all"),
        choices=[("open", _("not coded")), ("done", _("coded"))],
        method="by_coding",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: DepartureQuerySet, *, reach: Reach, years: list[int]):
        super().__init__(data, queryset)
        units = [(str(unit.pk), unit.display_name) for unit in reach.departments]
        self.filters["unit"].extra["choices"] = units
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    @property
    def found(self) -> DepartureQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value)

    def in_year(self, queryset, name, value):
        return queryset.filter(left_on__year=int(value))

    def by_coding(self, queryset, name, value):
        return queryset.filter(coded_at__isnull=value == "open")


class DepartureForm(forms.Form):
    """That somebody leaves. People give the last day; what is kept is the day after."""

    last_day = DayField(
        label=_("Last day at the court"),
        ahead=FAR,
        help_text=_("May lie ahead: an announced departure allows an exit interview in time."),
    )
    destination = forms.ChoiceField(
        label=_("Where to"), choices=[("", "—"), *Departure.Destination.choices]
    )
    announced_on = DayField(
        label=_("Announced on"),
        required=False,
        help_text=_("When the officer said so, or the document came. May stay empty."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept encrypted, read by the political department only."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(
            Row(
                Column("last_day", css_class="col-md-6"),
                Column("announced_on", css_class="col-md-6"),
            ),
            "destination",
            "note",
            "seen",
        )

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "left_on": after(cleaned["last_day"]),
            "destination": cleaned["destination"],
            "announced_on": cleaned["announced_on"],
            "note": cleaned["note"],
        }


class CauseFields(forms.Form):
    """One main cause, and others beside it."""

    main = forms.ChoiceField(label=_("Main cause"), widget=forms.RadioSelect)
    causes = forms.MultipleChoiceField(
        label=_("Other causes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Up to four beside the main one."),
    )

    def __init__(self, *args: Any, kinds: list[CauseKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.code, kind.display_name) for kind in kinds]
        self.fields["main"].choices = choices
        self.fields["causes"].choices = choices

    def clean_causes(self) -> list[str]:
        causes: list[str] = self.cleaned_data["causes"]
        main = self.cleaned_data.get("main")
        if len({*causes, main} - {None}) > MOST_CAUSES:
            raise forms.ValidationError(
                _("At most five causes in all: name those that weighed most.")
            )
        return causes


class CodeForm(CauseFields):
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("main", "causes", "seen")


class ReturnForm(forms.Form):
    returned_on = DayField(label=_("First day back at the court"), ahead=timedelta(0))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("returned_on")


class CauseForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("In Chinese."))
    name_en = forms.CharField(
        label=_("English name"),
        max_length=60,
        required=False,
        help_text=_("For readers in English; without one they read the Chinese name."),
    )
    position = forms.IntegerField(
        label=_("Position"), min_value=0, max_value=999, help_text=_("Small numbers come first.")
    )
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("Out of use, it can't be chosen any more. What was coded with it stays."),
    )

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["is_active"]
        self.helper = plain_helper(*self.fields)


# -- interviews ---------------------------------------------------------------------------------


class OfferForm(forms.Form):
    interviewer_id = forms.TypedChoiceField(
        label=_("Who holds the talk"),
        coerce=int,
        help_text=_("Only this person reads the notes. Better not the direct superior."),
    )
    planned_on = DayField(label=_("Proposed day"), ahead=FAR)
    place = forms.CharField(label=_("Place"), max_length=80, required=False)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(person.pk), str(person)) for person in people]
        self.fields["interviewer_id"].choices = [("", "—"), *choices]
        self.helper = plain_helper("interviewer_id", "planned_on", "place")


class HoldForm(CauseFields):
    held_on = DayField(label=_("Held on"), ahead=timedelta(0))
    text = forms.CharField(
        label=_("Confidential notes"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Kept encrypted. Nobody but you reads them, the officer neither."),
    )
    would_return = forms.ChoiceField(
        label=_("Would the officer come back?"),
        choices=[("", "—"), *ExitInterview.WouldReturn.choices],
    )
    summary = forms.CharField(
        label=_("Summary"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The officer reads it and decides whether it may be used. Only then does the political "
            "department read it, and the coded answers count in group figures."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["main"].label = _("Main cause, as the officer says")
        self.helper = plain_helper("held_on", "text", "main", "causes", "would_return", "summary")
