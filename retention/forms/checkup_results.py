from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadres.forms.approvals import day_field
from courtparty.jobs.forms import AttachmentField
from retention.forms.days import coming_day_field
from retention.rules.vitals import (
    ENTERED,
    GROUPS,
    VITALS,
    Ranges,
    faults_of,
    read_value,
    usual_range,
)
from retention.selectors.health_values import (
    GROUP_NAMES,
    fault_in_words,
    label_with_unit,
    range_in_words,
)
from retention.services.checkup_results import Finding

REPORTS = ("pdf", "jpg", "jpeg", "png")
TEXT_LIMIT = 4000


def _report_help() -> str:
    return gettext("PDF or picture (JPG, PNG). It is kept encrypted, under a neutral name.")


class ReportField(AttachmentField):
    """A report or scan: PDF or picture, with the contents its ending says."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Report as a file"))
        kwargs.setdefault("help_text", lazy(_report_help, str)())
        accepted = ",".join(f".{ending}" for ending in REPORTS)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accepted}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        file = super().clean(data, initial)
        ending = (file.name or "").rpartition(".")[2].lower() if file else ""
        if file and ending not in REPORTS:
            raise forms.ValidationError(
                _("Files of the kind “.%(ending)s” are not kept here: PDF, JPG or PNG."),
                code="kind",
                params={"ending": ending[:10]},
            )
        return file


class VitalsForm(forms.Form):
    """A field for each value of the table, named ``v_`` and its code; an empty one is missing."""

    def __init__(self, *args: Any, sex: str = "", ranges: Ranges | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for code in ENTERED:
            self.fields[f"v_{code}"] = _value_field(code, sex, ranges or {})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.vitals: dict[str, Decimal] = {}
        for code in ENTERED:
            text = cleaned.get(f"v_{code}", "")
            if text:
                self._read(code, text)
        for fault in faults_of(self.vitals):
            self.add_error(f"v_{fault.code}", fault_in_words(fault))
        return cleaned

    def _read(self, code: str, text: str) -> None:
        try:
            self.vitals[code] = read_value(code, text)
        except ValueError:
            message = _("“%(text)s” is no number. Write for instance 5.2.")
            self.add_error(f"v_{code}", message % {"text": text})

    @staticmethod
    def value_rows() -> Iterator[Fieldset]:
        for group in GROUPS:
            codes = [code for code in ENTERED if VITALS[code].group == group]
            columns = [Column(f"v_{code}", css_class="col-6 col-md-3") for code in codes]
            yield Fieldset(GROUP_NAMES[group], Row(*columns))


def _value_field(code: str, sex: str, ranges: Ranges) -> forms.CharField:
    usual = range_in_words(usual_range(code, sex, ranges))
    return forms.CharField(
        label=label_with_unit(code),
        max_length=12,
        required=False,
        help_text=_("usual %(range)s") % {"range": usual} if usual else "",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class ResultForm(VitalsForm):
    """What a check-up found."""

    done_on = day_field(label=_("Check-up done on"))
    findings = forms.CharField(
        label=_("Findings"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    advice = forms.CharField(
        label=_("Advice"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    recheck_on = coming_day_field(
        label=_("Re-check due"),
        required=False,
        help_text=_("The officer is reminded. Leave it empty if nothing has to be checked again."),
    )
    file = ReportField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.parts())

    def parts(self) -> list[Any]:
        return [
            "done_on",
            *self.value_rows(),
            Fieldset(
                _("Findings and advice"),
                "findings",
                "advice",
                Row(
                    Column("recheck_on", css_class="col-md-4"),
                    Column("file", css_class="col-md-8"),
                ),
            ),
        ]

    @property
    def finding(self) -> Finding:
        return Finding(
            vitals=self.vitals,
            findings=self.cleaned_data["findings"],
            advice=self.cleaned_data["advice"],
            recheck_on=self.cleaned_data["recheck_on"],
        )


class CorrectForm(ResultForm):
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The officer reads it beside what the result said before."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def parts(self) -> list[Any]:
        return [*super().parts(), "reason", "seen"]


def initial_values(vitals: Mapping[str, str]) -> dict[str, str]:
    return {f"v_{code}": text for code, text in vitals.items()}


class RecheckForm(forms.Form):
    done_on = day_field(label=_("Re-check done on"))
