from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.officers import PlainSelect
from retention.models import BreakGlass
from retention.models.break_glass import BreakGlassQuerySet
from retention.selectors.break_glass import searched


class ReasonForm(forms.Form):
    """Why a file has to be opened. A word is no reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        validators=[MinLengthValidator(10, _("Say in a sentence what has happened."))],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What has happened, and why it can't wait. Stored encrypted; the officer, the stewards "
            "and whoever decides can read it."
        ),
    )


class RefusalForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why the file stays closed. Who asked and the officer can read it."),
    )


class BreakGlassFilter(FilterSet):
    q = CharFilter(
        label=_("Officer or who asked"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=BreakGlass.State.choices,
        widget=PlainSelect,
    )

    @property
    def found(self) -> BreakGlassQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value.strip())
