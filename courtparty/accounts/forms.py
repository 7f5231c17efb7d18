"""Forms of accounts, grants and sign-in, and the filters of their lists."""

import django_filters as filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import PLATFORM_ROLES, Role
from courtparty.accounts.selectors import units_for_role


def _layout(*fields: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper


class SignInForm(AuthenticationForm):
    # One sentence for every refusal: it does not tell which accounts there are.
    error_messages = {
        "invalid_login": _("User name and password do not fit an account that may sign in."),
        "inactive": _("User name and password do not fit an account that may sign in."),
    }

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().lower()


class NewPasswordForm(PasswordChangeForm):
    field_order = ["old_password", "new_password1", "new_password2"]

    def clean_new_password1(self) -> str:
        """A first password is known to whoever handed it out: keeping it is no change."""
        password = self.cleaned_data["new_password1"]
        if self.user.must_change_password and self.user.check_password(password):
            raise forms.ValidationError(_("Choose a password of your own before you go on."))
        return password


class ChoosePasswordForm(SetPasswordForm):
    pass


class AccountForm(forms.ModelForm):
    helper = _layout("username", "name", "email", "is_platform", "court")

    class Meta:
        model = User
        fields = ["username", "name", "email", "is_platform", "court"]
        help_texts = {
            "email": _("Notices are sent there as well. May be empty."),
            "court": _("Empty for a platform account only."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["court"].queryset = Unit.objects.courts().order_by("path")

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().lower()

    def clean(self) -> dict:
        data = super().clean()
        if data.get("is_platform") and data.get("court"):
            self.add_error("court", _("A platform account belongs to no court."))
        elif not data.get("is_platform") and not data.get("court") and "court" not in self.errors:
            self.add_error("court", _("Choose the court this account belongs to."))
        return data


class AccountFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("User name, name or e-mail"), method="found_by")
    court = filters.ModelChoiceFilter(
        label=_("court"), queryset=lambda request: Unit.objects.courts().order_by("path")
    )
    state = filters.ChoiceFilter(
        label=_("state"),
        method="in_state",
        choices=[
            ("open", _("open")),
            ("closed", _("closed")),
            ("never", _("never signed in")),
        ],
    )
    kind = filters.ChoiceFilter(
        label=_("kind"),
        method="of_kind",
        choices=[("platform", _("platform account")), ("court", _("account of a court"))],
    )

    class Meta:
        model = User
        fields: list[str] = []

    def found_by(self, accounts: QuerySet, name: str, text: str) -> QuerySet:
        text = text.strip()
        fitting = Q(username__icontains=text) | Q(name__icontains=text) | Q(email__iexact=text)
        return accounts.filter(fitting)

    def in_state(self, accounts: QuerySet, name: str, state: str) -> QuerySet:
        if state == "never":
            return accounts.filter(is_active=True, last_login=None)
        return accounts.filter(is_active=state == "open")

    def of_kind(self, accounts: QuerySet, name: str, kind: str) -> QuerySet:
        return accounts.filter(is_platform=kind == "platform")


class GrantFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("User name or name"), method="found_by")
    role = filters.ChoiceFilter(label=_("role"), choices=Role.choices)
    court = filters.ModelChoiceFilter(
        label=_("court"),
        field_name="user__court",
        queryset=lambda request: Unit.objects.courts().order_by("path"),
    )
    state = filters.ChoiceFilter(
        label=_("state"),
        method="in_state",
        choices=[("in_force", _("in force")), ("to_come", _("to come")), ("ended", _("ended"))],
    )

    class Meta:
        model = Grant
        fields: list[str] = []

    def found_by(self, grants: QuerySet, name: str, text: str) -> QuerySet:
        text = text.strip()
        return grants.filter(Q(user__username__icontains=text) | Q(user__name__icontains=text))

    def in_state(self, grants: QuerySet, name: str, state: str) -> QuerySet:
        today = timezone.localdate()
        if state == "in_force":
            return grants.in_force(on=today)
        if state == "to_come":
            return grants.filter(starts_on__gt=today).exclude(ends_on__lte=today)
        return grants.filter(ends_on__lte=today)


class ChooseRoleForm(forms.Form):
    """To whom, and what; sent by GET, so that the next step has an address."""

    account = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("Of the account that gets the role.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    helper = _layout("account", "role")

    def clean_account(self) -> User:
        username = self.cleaned_data["account"].strip().lower()
        account = User.objects.select_related("court").filter(username=username).first()
        if account is None:
            raise forms.ValidationError(_("There is no account with this user name."))
        return account


class GrantForm(forms.Form):
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        help_text=_("The role reaches this unit and everything below it."),
    )
    on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("The document or decision it rests on.")
    )

    def __init__(self, data, account: User, role: str):
        super().__init__(data, initial={"on": timezone.localdate()})
        if role in PLATFORM_ROLES:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units_for_role(account, role)
            self.fields["unit"].empty_label = _("Choose a unit")
        self.helper = _layout(*self.fields)

    def clean_on(self):
        if self.cleaned_data["on"] < timezone.localdate():
            raise forms.ValidationError(_("A role cannot begin in the past."))
        return self.cleaned_data["on"]

    def to_grant(self) -> dict:
        unit = self.cleaned_data.get("unit")
        return {
            "unit_id": unit.pk if unit else None,
            "basis": self.cleaned_data["basis"],
            "on": self.cleaned_data["on"],
        }
