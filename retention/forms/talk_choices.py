"""What forms of setbacks and talks have in common: choosing an officer, a person, a day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import User

SEARCH = {"type": "search", "autocomplete": "off", "maxlength": 60}
LONGEST = 4000


class OfficerSearch(forms.Form):
    """The first step of whatever is entered about somebody: who."""

    q = forms.CharField(
        label=_("Name, pinyin or initials of the officer"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=SEARCH),
    )


def text_field(*, rows: int = 5, required: bool = False, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        **kwargs,
    )


def person_field(people: list[User], *, empty: str | None = None, **kwargs: Any):
    """One of ``people`` by their account; a number that is none of them is no choice."""
    choices: list[tuple[str, Any]] = [] if empty is None else [("", empty)]
    choices += [(str(one.pk), str(one)) for one in people]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=int,
        empty_value=None,
        required=empty is None,
        **kwargs,
    )
