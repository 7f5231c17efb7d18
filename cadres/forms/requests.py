from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import EARLIEST, ApprovalFields, day_field
from cadres.forms.officers import PlainSelect
from cadres.models import Post, StaffingRequest
from cadres.models.requests import StaffingRequestQuerySet
from cadres.rules.requests import BASES
from cadres.selectors.requests import LineShown, overdue, searched
from cadres.services.requests import MOST_LINES, PostAsked
from courtparty.accounts.models import Unit
from courtparty.jobs.forms import AttachmentField


class RequestFilter(FilterSet):
    OVERDUE, AWAITED = "overdue", "awaited"

    q = CharFilter(
        label=_("Subject, addressee or document number"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=StaffingRequest.State.choices,
        widget=PlainSelect,
    )
    reply = ChoiceFilter(
        label=_("Reply"),
        empty_label=_("all"),
        choices=[(AWAITED, _("awaited")), (OVERDUE, _("overdue"))],
        method="by_reply",
        widget=PlainSelect,
    )
    unit = ChoiceFilter(label=_("Party organisation"), empty_label=_("all"), widget=PlainSelect)

    def __init__(self, data, queryset: StaffingRequestQuerySet, *, units: list[Unit], on):
        super().__init__(data, queryset)
        self.on = on
        self.filters["unit"].extra["choices"] = [(str(one.pk), one.display_name) for one in units]

    @property
    def found(self) -> StaffingRequestQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value.strip())

    def by_reply(self, queryset, name, value):
        if value == self.OVERDUE:
            return overdue(queryset, on=self.on)
        return queryset.awaiting_reply()


# -- drafting -----------------------------------------------------------------------------------


class LineForm(forms.Form):
    """Posts of one kind. A line left as it is asks for nothing."""

    unit = forms.TypedChoiceField(
        label=_("For"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind of post"),
        choices=[("", "—"), *Post.Kind.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    name = forms.CharField(
        label=_("Name of the post"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    count = forms.IntegerField(
        label=pgettext_lazy("how many", "Number"),
        min_value=1,
        max_value=99,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    is_fulltime = forms.BooleanField(
        label=_("Full-time"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, units: dict[str, Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [
            ("", _("as above")),
            *((key, unit.display_name) for key, unit in units.items()),
        ]
        self.fields["unit"].coerce = units.get
        self.fields["unit"].empty_value = None


class LineFormSet(forms.BaseFormSet):
    def initial_form_count(self) -> int:
        """None: a line that was there may be emptied, which leaves it out."""
        return 0

    @property
    def is_long(self) -> bool:
        """Whether more than two lines say something, so that all have to be seen."""
        rest = self.forms[2:]
        return any(line.has_changed() if self.is_bound else line.initial for line in rest)


Lines = forms.formset_factory(
    LineForm, LineFormSet, extra=MOST_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES
)


class DraftForm(forms.Form):
    """A request with its lines, which are ``lines``, drawn below the other fields."""

    unit = forms.TypedChoiceField(label=_("Party organisation"))
    addressee = forms.CharField(
        label=_("Addressed to"),
        max_length=100,
        help_text=_("As the letter names it, for instance 中共示例县委组织部."),
    )
    title = forms.CharField(label=_("Subject"), max_length=120)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "Goes into the letter, which is in Chinese. Each line becomes a paragraph; the "
            "sentence that asks for the posts follows by itself."
        ),
    )
    on = day_field(
        label=_("Drafted on"),
        validators=[MinValueValidator(EARLIEST, _("Please check the year of this date."))],
    )
    file = AttachmentField(required=False, label=_("Attachment to the letter"))

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        units: list[Unit],
        lines: list[dict[str, Any]] | None = None,
        file_name: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [
            ("", "—"),
            *((key, unit.display_name) for key, unit in self.units.items()),
        ]
        self.fields["unit"].coerce = self.units.get
        if file_name:
            text = _("%(file)s is attached. Another file takes its place.")
            self.fields["file"].help_text = text % {"file": file_name}
        self.lines = Lines(data, prefix="line", initial=lines, form_kwargs={"units": self.units})
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "unit",
            "addressee",
            "title",
            "reason",
            Row(Column("on", css_class="col-md-4"), Column("file", css_class="col-md-8")),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.lines.is_valid():
            for error in self.lines.non_form_errors():
                self.add_error(None, error)
            for place, line in enumerate(self.lines, 1):
                self._add_line_errors(place, line)
        elif not any(line.cleaned_data for line in self.lines):
            self.add_error(None, _("Ask for at least one post."))
        return cleaned

    def _add_line_errors(self, place: int, line: LineForm) -> None:
        for name, errors in line.errors.items():
            words = {"place": place, "field": line.fields[name].label}
            for error in errors:
                text = _("Post %(place)s, %(field)s: %(error)s") % {**words, "error": error}
                self.add_error(None, text)

    @property
    def facts(self) -> dict[str, Any]:
        """What drafting takes."""
        unit = self.cleaned_data["unit"]
        posts = [
            PostAsked(**line.cleaned_data | {"unit": line.cleaned_data["unit"] or unit})
            for line in self.lines
            if line.cleaned_data
        ]
        return {**self.cleaned_data, "posts": posts}


class ChangeForm(DraftForm):
    """The same with the draft as it was shown: one that somebody else has changed is kept."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout.append("seen")


# -- the steps ----------------------------------------------------------------------------------


class StepFields(forms.Form):
    """The last step before this one, as the page showed it: another one means a conflict."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    on = day_field(label=_("Date"))
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StepForm(StepFields):
    """A step with its document, as ``cadres.rules.requests`` says for ``action``."""

    number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        help_text=_("As printed, for instance 示法党〔2026〕3号."),
    )
    file = AttachmentField(required=False, label=_("Scan or file"))

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        basis = BASES[action]
        self.fields["number"].required = basis.needs_number
        if not basis.asks_file:
            del self.fields["file"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "seen",
            Row(Column("number", css_class="col-md-7"), Column("on", css_class="col-md-5")),
            "note",
            *(["file"] if basis.asks_file else []),
        )

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class AnswerForm(ApprovalFields, StepFields):
    """The reply: how many posts of each line it grants, and its document."""

    approval_legend = _("Document of the reply")

    def __init__(self, *args: Any, lines: list[LineShown], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Received on")
        self.fields["on"].help_text = _("The posts are open from the date of the document.")
        self.granted = {f"granted_{line.pk}": line.pk for line in lines if line.left}
        for line in lines:
            if line.left:
                self.fields[f"granted_{line.pk}"] = _granted_field(line)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "seen",
            Fieldset(_("Posts granted"), *self.granted),
            self.approval_fieldset(),
            Fieldset(_("Receipt"), "on", "note"),
        )

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "seen": cleaned["seen"],
            "on": cleaned["on"],
            "note": cleaned["note"],
            "document": self.approval,
            "granted": {line: cleaned[name] for name, line in self.granted.items()},
        }


def _granted_field(line: LineShown) -> forms.IntegerField:
    text = _("Asked for: %(left)s. Enter 0 if it was refused.")
    return forms.IntegerField(
        label=f"{line.title} · {line.unit}",
        min_value=0,
        max_value=line.left,
        help_text=text % {"left": line.left},
    )
