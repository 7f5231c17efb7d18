from django import forms
from django.utils.translation import gettext_lazy as _

from cadres.selectors.accounts import DepartmentNeed


class OpenAccountsForm(forms.Form):
    OPEN, RENEW = "open", "renew"

    action = forms.ChoiceField(choices=[(OPEN, ""), (RENEW, "")])
    department = forms.ChoiceField(label=_("Department"), required=False)

    def __init__(self, *args, needs: list[DepartmentNeed], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [
            ("", _("all departments")),
            *((str(need.unit.pk), need.unit.display_name) for need in needs),
        ]
