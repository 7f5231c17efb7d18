from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courtparty.jobs.forms import AttachmentField


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
