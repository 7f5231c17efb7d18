from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import EARLIEST, day_field
from cadres.forms.officers import PlainSelect
from cadres.selectors.officers import Reach
from courtparty.accounts.models import User
from retention.forms.days import coming_day_field
from retention.forms.talk_choices import SEARCH, text_field
from retention.forms.talk_tasks import branch_choices, in_branch
from retention.models import Talk
from retention.models.talks import TalkQuerySet
from retention.rules.talks import NEEDS_SHARED_NOTE
from retention.selectors.talks import searched
from retention.services.talk_recording import MOST_AGREED, Agreed

SHARED_HELP = _(
    "Read by you and the officer, and by nobody else, not even a higher secretary. "
    "The officer is told that it can be read, and may add a word."
)
PRIVATE_HELP = _(
    "Read by you alone, for as long as you have this account. It is in no export, no other page "
    "and no log; nobody can ask to see it here."
)


class TalkFilter(FilterSet):
    """The filters of the register of held talks."""

    q = CharFilter(
        label=_("Name of the officer or of the holder"),
        method="search",
        widget=forms.TextInput(attrs=SEARCH),
    )
    kind = ChoiceFilter(
        label=_("Kind"), empty_label=_("all"), choices=Talk.Kind.choices, widget=PlainSelect
    )
    branch = ChoiceFilter(
        label=_("Party branch"), empty_label=_("all"), method="by_branch", widget=PlainSelect
    )
    year = ChoiceFilter(
        label=_("Year"), empty_label=_("all"), field_name="held_on__year", widget=PlainSelect
    )

    def __init__(self, data, queryset: TalkQuerySet, *, user: User, reach: Reach, years: list[int]):
        super().__init__(data, queryset)
        self.user = user
        self.filters["branch"].extra["choices"] = branch_choices(reach)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    @property
    def found(self) -> TalkQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value.strip(), user=self.user)

    def by_branch(self, queryset, name, value):
        return in_branch(queryset, value)


class SharedFields(forms.Form):
    """What both sides read of a talk."""

    held_on = day_field(
        label=_("Held on"),
        validators=[MinValueValidator(EARLIEST, _("Please check the year of this date."))],
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Talk.Kind.choices)
    place = forms.CharField(label=_("Place"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared_note"] = text_field(label=_("Shared note"), help_text=SHARED_HELP)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needs = cleaned.get("kind") in NEEDS_SHARED_NOTE
        if needs and not (cleaned.get("shared_note") or "").strip():
            text = _("A talk of this kind needs a shared note, so that the officer can read it.")
            self.add_error("shared_note", text)
        return cleaned


class AgreedForm(forms.Form):
    """One thing agreed, with its day; a line left empty says nothing."""

    text = forms.CharField(
        label=_("What was agreed"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    due_on = coming_day_field(label=_("Due on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget.attrs["class"] = "form-control"


AgreedLines = forms.formset_factory(
    AgreedForm, extra=MOST_AGREED, max_num=MOST_AGREED, absolute_max=MOST_AGREED
)


class RecordForm(SharedFields):
    """A talk that was held, on one page: two notes for two audiences, and what was agreed."""

    def __init__(
        self, data: Any = None, *, tasks: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["private_note"] = text_field(label=_("Private note"), help_text=PRIVATE_HELP)
        if tasks:
            self.fields["task_id"] = forms.TypedChoiceField(
                label=_("Planned talk"),
                choices=[*tasks, ("", _("none of these"))],
                coerce=int,
                empty_value=None,
                required=False,
                help_text=_("Which of the planned talks with this officer it was."),
            )
        self.lines = AgreedLines(data, prefix="agreed")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            *(["task_id"] if tasks else []),
            Row(
                Column("held_on", css_class="col-md-4"),
                Column("kind", css_class="col-md-4"),
                Column("place", css_class="col-md-4"),
            ),
            "shared_note",
            "private_note",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.lines.is_valid():
            for error in self.lines.non_form_errors():
                self.add_error(None, error)
            for place, line in enumerate(self.lines, 1):
                self._add_line_errors(place, line)
        held_on = cleaned.get("held_on")
        if held_on and any(one.due_on < held_on for one in self._agreed()):
            self.add_error(None, _("What was agreed can't be due before the talk."))
        return cleaned

    def _add_line_errors(self, place: int, line: AgreedForm) -> None:
        for name, errors in line.errors.items():
            for error in errors:
                words = {"place": place, "field": line.fields[name].label, "error": error}
                self.add_error(None, _("Agreed %(place)s, %(field)s: %(error)s") % words)

    def _agreed(self) -> list[Agreed]:
        filled = [getattr(line, "cleaned_data", {}) for line in self.lines]
        return [Agreed(**one) for one in filled if "text" in one and "due_on" in one]

    @property
    def facts(self) -> dict[str, Any]:
        """What recording takes."""
        return {**self.cleaned_data, "agreed": self._agreed()}


class CorrectForm(SharedFields):
    """The shared part anew; ``seen`` is how many versions there were when it was opened."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "seen",
            Row(
                Column("held_on", css_class="col-md-4"),
                Column("kind", css_class="col-md-4"),
                Column("place", css_class="col-md-4"),
            ),
            "shared_note",
        )


class PrivateNoteForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["private_note"] = text_field(
            label=_("Private note"), rows=8, help_text=PRIVATE_HELP
        )


class BackForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *Talk.BackReason.choices])


class AcknowledgeForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["own_word"] = text_field(
            label=_("Your own word"),
            rows=3,
            help_text=_(
                "If you like. Read by you and whoever talked with you; it stands as you wrote it."
            ),
        )
