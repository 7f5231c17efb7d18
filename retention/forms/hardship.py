"""Forms of a hardship case: applying, recommending, verifying, members, closing."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from courtparty.jobs.forms import AttachmentField
from retention.models import HardshipCase
from retention.models.hardship import HardshipCaseQuerySet
from retention.rules.hardship import OPEN, RATINGS
from retention.selectors.hardship import Person, searched

LONG = {"rows": 7, "maxlength": 4000}
SHORT = {"rows": 4, "maxlength": 2000}
STATES = [one for one in HardshipCase.State.choices if one[0] in (*OPEN, "closed")]


class HelpFilter(FilterSet):
    """The filters of the handler's list."""

    LATE, RUNNING = "late", "running"

    q = CharFilter(
        label=_("Number, or the officer's name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    state = ChoiceFilter(label=_("State"), empty_label=_("all"), choices=STATES, widget=PlainSelect)
    clock = ChoiceFilter(
        label=_("Clock"),
        empty_label=_("all"),
        choices=[(RUNNING, pgettext_lazy("a case", "open")), (LATE, _("late"))],
        method="by_clock",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: HardshipCaseQuerySet, *, on):
        super().__init__(data, queryset)
        self.on = on

    @property
    def found(self) -> HardshipCaseQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value)

    def by_clock(self, queryset, name, value):
        return queryset.late(on=self.on) if value == self.LATE else queryset.open()


def _choices(people: Sequence[Person]) -> list[tuple[str, str]]:
    return [("", "—"), *((str(one.pk), one.label) for one in people)]


class PersonField(forms.TypedChoiceField):
    """Somebody out of those who may be chosen, by their number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)


class CaseFields(forms.Form):
    """What has happened, who is turned to, and a first paper."""

    turned_to = PersonField(
        label=_("Whom you turn to"),
        help_text=_("This person coordinates the help, and alone opens it at first."),
    )
    kind = forms.ChoiceField(
        label=_("Kind of hardship"), choices=[("", "—"), *HardshipCase.Kind.choices]
    )
    story = forms.CharField(
        label=_("What has happened"),
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
        help_text=_(
            "A few sentences do: what has happened, since when, and what would help. It is "
            "encrypted."
        ),
    )
    file = AttachmentField(required=False, label=_("Paper"))

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["turned_to"].choices = _choices(people)

    @property
    def facts(self) -> dict[str, Any]:
        return _with_files(self.cleaned_data)


def _with_files(cleaned: dict[str, Any]) -> dict[str, Any]:
    """What a service takes: a list of files for the one field."""
    facts = dict(cleaned)
    file: UploadedFile | None = facts.pop("file", None)
    return {**facts, "files": [file] if file else []}


class ApplyForm(CaseFields):
    """An application. A draft may lack words; sending refuses that."""

    def __init__(self, *args: Any, is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["story"].required = not is_draft
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Row(Column("turned_to", css_class="col-md-7"), Column("kind", css_class="col-md-5")),
            "story",
            "file",
        )
        self.fields["file"].help_text = _(
            "A certificate or bill, if there is one: PDF, picture or Word. More can be added later."
        )


class RecommendForm(CaseFields):
    """A recommendation; the officer reads every word of it."""

    officer_id = forms.TypedChoiceField(
        label=_("Officer"),
        coerce=int,
        help_text=_("Officers in service with an account, in the units you look after."),
    )
    field_order = ["officer_id", "turned_to", "kind", "story", "file"]

    def __init__(self, *args: Any, officers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((str(pk), label) for pk, label in officers)]
        self.fields["officer_id"].choices = choices
        self.fields["turned_to"].label = _("Who is to handle it")
        self.fields["turned_to"].help_text = _(
            "Opens the case once the officer has consented; the officer may choose somebody else."
        )
        self.fields["story"].label = _("What you know of it")
        self.fields["story"].help_text = _(
            "The officer reads it first and decides. If the officer declines, it is deleted."
        )


class ConsentForm(forms.Form):
    """Whom the officer turns to with a recommendation."""

    turned_to = PersonField(
        label=_("Whom you turn to"), help_text=_("Only this person opens the case at first.")
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["turned_to"].choices = _choices(people)

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class PersonForm(forms.Form):
    """Somebody to let in, or to hand over to."""

    user_id = PersonField()

    def __init__(
        self, *args: Any, people: Sequence[Person], label: Any, help_text: Any = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_id"].choices = _choices(people)
        self.fields["user_id"].label = label
        self.fields["user_id"].help_text = help_text

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class NoForm(forms.Form):
    """A question that needs nothing but a yes."""

    @property
    def facts(self) -> dict[str, Any]:
        return {}


class VerifyForm(forms.Form):
    is_true = forms.TypedChoiceField(
        label=_("Is it as it was told?"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("yes, verified")), ("no", _("no, not verified"))],
        widget=forms.RadioSelect,
    )
    day = day_field(label=_("Verified on"))
    words = forms.CharField(
        label=_("What was found, and how"),
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
        help_text=_("Officer and coordinator read it. It is encrypted."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class VisitForm(forms.Form):
    day = day_field(label=_("Day of the visit"))
    notes = forms.CharField(
        label=_("Notes"),
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
        help_text=_("How it was, and what is still needed. The officer reads it; it is encrypted."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class PaperForm(forms.Form):
    file = AttachmentField(label=_("Paper"))

    @property
    def facts(self) -> dict[str, Any]:
        return _with_files(self.cleaned_data)


class WordForm(forms.Form):
    words = forms.CharField(
        label=_("How the case ends"),
        max_length=2000,
        widget=forms.Textarea(attrs=SHORT),
        help_text=_("The officer reads it, gives a rating, and that closes the case."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


RATING_WORDS = {
    1: _("1 – it did not help"),
    2: _("2 – it helped little"),
    3: _("3 – it helped in part"),
    4: _("4 – it helped"),
    5: _("5 – it helped very much"),
}


class CloseForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=pgettext_lazy("of help in a hardship", "Your rating"),
        coerce=int,
        choices=[(one, RATING_WORDS[one]) for one in RATINGS],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Your word on it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=SHORT),
        help_text=_("What helped, what came too late. The coordinator reads it; it is encrypted."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data
