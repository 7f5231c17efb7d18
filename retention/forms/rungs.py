from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Unit
from retention.models import AwardRung

MOST_POSITION = 9999


class RungForm(forms.ModelForm):
    class Meta:
        model = AwardRung
        fields = (
            "name", "name_en", "position", "level", "decided_by", "quota_kind", "quota_value",
            "interval_months", "excellent_years", "certainty", "source", "certificate_text",
            "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, courts: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._take_validators()
        self.courts = {str(court.pk): court for court in courts}
        first = []
        if len(courts) > 1:
            choices = [(key, court.display_name) for key, court in self.courts.items()]
            self.fields["court"] = forms.ChoiceField(label=_("Court"), choices=choices)
            first = ["court"]
        pairs = [
            ("name", "name_en"),
            ("position", "interval_months"),
            ("level", "decided_by"),
            ("quota_kind", "quota_value"),
            ("excellent_years", "certainty"),
        ]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            *first,
            *(Row(*(Column(name, css_class="col-md-6") for name in pair)) for pair in pairs),
            "source",
            "certificate_text",
            "is_active",
        )

    def _take_validators(self) -> None:
        """Those of the columns, which a form asks only where it checks the whole row."""
        for name in self._meta.fields or ():
            here = self.fields[name].validators
            column = AwardRung._meta.get_field(name)
            here.extend(one for one in column.validators if one not in here)
        # SQLite would store what PostgreSQL's column cannot hold.
        self.fields["position"].validators.append(MaxValueValidator(MOST_POSITION))

    def _post_clean(self) -> None:
        """The service checks what the row as a whole may be; here are the single fields."""

    @property
    def court(self) -> Unit:
        chosen = self.cleaned_data.get("court")
        return self.courts[chosen] if chosen else next(iter(self.courts.values()))

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}
