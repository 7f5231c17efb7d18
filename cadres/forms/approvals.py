from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.officers import PlainSelect
from cadres.models import Approval
from cadres.selectors.approvals import NOTHING, USES, searched_approvals, used_for
from courtparty.jobs.forms import AttachmentField

# No document of this state is older.
EARLIEST = date(1949, 10, 1)


class DayInput(forms.DateInput):
    """The browser's own calendar; the value is ISO whatever the language."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=DayInput(), **kwargs)


class ApprovalFields(forms.Form):
    """The fields of a document, to be inherited by forms whose record rests on one.

    A form that may do without sets ``approval_required`` to False: then number and date are
    given both or neither. ``approval`` is what ``enter_approval`` takes, or None.
    """

    approval_required = True
    approval_file_required = False
    approval_legend: str | Promise = _("Document")

    number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        help_text=_("A number that is on record already is taken up, with its file."),
    )
    issued_on = day_field(label=_("Date of the document"))
    issuer = forms.CharField(label=_("Issued by"), max_length=100, required=False)
    document_title = forms.CharField(
        label=_("Title of the document"), max_length=200, required=False
    )
    file = AttachmentField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("number", "issued_on"):
            self.fields[name].required = self.approval_required
        self.fields["file"].required = self.approval_file_required

    def approval_fieldset(self) -> Fieldset:
        return Fieldset(
            self.approval_legend,
            Row(Column("number", css_class="col-md-6"), Column("issued_on", css_class="col-md-6")),
            Row(
                Column("issuer", css_class="col-md-6"),
                Column("document_title", css_class="col-md-6"),
            ),
            "file",
        )

    def clean_issued_on(self) -> date | None:
        day = self.cleaned_data["issued_on"]
        if day and day < EARLIEST:
            raise forms.ValidationError(_("Please check the year of this date."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, issued_on = cleaned.get("number"), cleaned.get("issued_on")
        if number and not issued_on and "issued_on" not in self.errors:
            self.add_error("issued_on", _("Give the date of the document too."))
        if not number and "number" not in self.errors and (issued_on or cleaned.get("file")):
            self.add_error("number", _("Give the number of the document too."))
        return cleaned

    @property
    def approval(self) -> dict[str, Any] | None:
        cleaned = self.cleaned_data
        if not cleaned.get("number"):
            return None
        return {
            "number": cleaned["number"],
            "issued_on": cleaned["issued_on"],
            "issuer": cleaned["issuer"],
            "title": cleaned["document_title"],
            "file": cleaned["file"],
        }


class ApprovalFilter(FilterSet):
    """The filters over documents that come from ``with_uses``."""

    q = CharFilter(
        label=_("Number, title or issuer"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    use = ChoiceFilter(
        label=_("Used for"),
        empty_label=_("all"),
        choices=[
            *((name, use.label) for name, use in USES.items()),
            (NOTHING, _("nothing yet")),
        ],
        method="in_use",
        widget=PlainSelect,
    )
    has_file = ChoiceFilter(
        label=_("File"),
        empty_label=_("all"),
        choices=[("yes", _("with a file")), ("no", _("without a file"))],
        method="with_file",
        widget=PlainSelect,
    )

    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched_approvals(queryset, value)

    def in_use(self, queryset, name, value):
        return used_for(queryset, value)

    def with_file(self, queryset, name, value):
        return queryset.filter(file__isnull=value == "no")


class ApprovalCompleteForm(forms.Form):
    """Only what the document still lacks is asked for."""

    title = forms.CharField(label=_("Title of the document"), max_length=200, required=False)
    issuer = forms.CharField(label=_("Issued by"), max_length=100, required=False)
    file = AttachmentField(required=False)

    def __init__(self, *args: Any, approval: Approval, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {"title": approval.title, "issuer": approval.issuer, "file": approval.file_id}
        for name in [name for name, value in known.items() if value]:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.values()) and not self.errors:
            raise forms.ValidationError(_("Nothing has been filled in."))
        return cleaned
