from django import forms
from django.utils.translation import gettext_lazy as _


class PersonSearch(forms.Form):
    q = forms.CharField(
        label=_("Name, pinyin or initials"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class InviteForm(forms.Form):
    user = forms.IntegerField(min_value=1, max_value=2**62)
