from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.forms.approvals import EARLIEST, ApprovalFields, day_field
from cadres.forms.officers import PlainSelect
from cadres.models import Post
from cadres.rules.establishment import KINDS_OF_UNIT, can_hold
from cadres.rules.posts import KINDS
from cadres.selectors.posts import LedgerRow, searched_posts
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import units_with
from courtparty.lib.words import listed

# Nobody authorises posts further ahead.
AHEAD = timedelta(days=366)


def _label(field: str) -> str:
    return capfirst(str(Post._meta.get_field(field).verbose_name))


class LedgerForm(forms.Form):
    """The filters of the ledger. A unit out of reach is no choice."""

    q = forms.CharField(
        label=_("Unit, post, or holder's name, pinyin or initials"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    unit = forms.ChoiceField(label=_("Unit and below"), required=False, widget=PlainSelect)
    kind = forms.ChoiceField(
        label=_("Kind of post"),
        required=False,
        choices=[("", _("all")), *Post.Kind.choices],
        widget=PlainSelect,
    )
    fulltime = forms.ChoiceField(
        label=_("Full-time"),
        required=False,
        choices=[("", _("all")), ("yes", _("full-time")), ("no", _("part-time"))],
        widget=PlainSelect,
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("state of a post", "open")),
            ("vacant", _("with a vacancy")),
            ("full", _("fully occupied")),
            ("planned", _("authorised from a later day")),
            ("closed", pgettext_lazy("state of a post", "closed")),
            ("all", _("all")),
        ],
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(unit.pk), indented(unit)) for unit in units]
        self.fields["unit"].choices = [("", _("all")), *choices]


def indented(unit: Unit) -> str:
    return "　" * (unit.depth - 1) + unit.display_name


class LedgerFilter:
    """The rows of the ledger that the filters let through; none when a filter makes no sense."""

    def __init__(self, data: Any, rows: list[LedgerRow], units: list[Unit]) -> None:
        self.form = LedgerForm(data, units=units)
        self.rows = rows
        self.units = {str(unit.pk): unit for unit in units}

    @cached_property
    def found(self) -> list[LedgerRow]:
        if not self.form.is_valid():
            return []
        asked = self.form.cleaned_data
        rows = [row for row in self.rows if self._is_asked(row, asked)]
        return searched_posts(rows, asked["q"]) if asked["q"] else rows

    def _is_asked(self, row: LedgerRow, asked: dict[str, str]) -> bool:
        unit = self.units.get(asked["unit"])
        return (
            _in_state(row, asked["state"])
            and (unit is None or row.unit.path.startswith(unit.path))
            and asked["kind"] in ("", row.kind)
            and asked["fulltime"] in ("", "yes" if row.is_fulltime else "no")
        )


def _in_state(row: LedgerRow, state: str) -> bool:
    if state == "all":
        return True
    return row.state == state if state else row.is_counted


class PlaceForm(forms.Form):
    """Which unit gets the post, and of which kind: the rest has defaults by that."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), empty_label="—")
    kind = forms.ChoiceField(label=_("Kind of post"), choices=[("", "—"), *Post.Kind.choices])

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_with(user, "cadres.manage_post").filter(is_active=True)
        self.fields["unit"].queryset = units.filter(kind__in=KINDS_OF_UNIT).order_by("path")
        self.fields["unit"].label_from_instance = indented
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("unit", "kind")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unit, kind = cleaned.get("unit"), cleaned.get("kind")
        if unit and kind and not can_hold(unit.kind, kind):
            kinds = [str(Post.Kind(one).label) for one in KINDS_OF_UNIT[unit.kind]]
            text = _("%(unit)s can hold: %(kinds)s.")
            words = {"unit": unit.display_name, "kinds": listed(kinds)}
            self.add_error("kind", forms.ValidationError(text, params=words))
        return cleaned


class PostForm(ApprovalFields):
    """The rest of a new post of one kind, with what is usual for the kind filled in."""

    name = forms.CharField(
        label=_label("name"),
        max_length=60,
        required=False,
        help_text=_("Only where the kind does not say enough, for instance a portfolio."),
    )
    authorised = forms.IntegerField(label=_label("authorised"), min_value=1, max_value=999)
    is_exclusive = forms.BooleanField(
        label=_label("is_exclusive"),
        required=False,
        help_text=_("Held by one person at a time; the authorised number is then 1."),
    )
    is_fulltime = forms.BooleanField(
        label=_label("is_fulltime"),
        required=False,
        help_text=_(
            "Whoever holds it does nothing else: counts towards the 1–2 % of article 30, and the "
            "full-time check looks for case work."
        ),
    )
    opened_on = day_field(label=_label("opened_on"))
    note = forms.CharField(label=_label("note"), max_length=200, required=False)

    field_order = ["authorised", "name", "is_exclusive", "is_fulltime", "opened_on", "note"]
    approval_legend = _("The document that authorises it")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        facts = KINDS[kind]
        usual = {"authorised": 1, "is_exclusive": facts.is_exclusive, "is_fulltime": False}
        super().__init__(*args, initial=usual | kwargs.pop("initial", {}), **kwargs)
        self.is_always_fulltime = facts.is_fulltime
        if facts.is_fulltime:
            del self.fields["is_fulltime"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Row(
                Column("authorised", css_class="col-md-6"),
                Column("opened_on", css_class="col-md-6"),
            ),
            "name",
            "is_exclusive",
            *([] if facts.is_fulltime else ["is_fulltime"]),
            "note",
            self.approval_fieldset(),
        )

    def clean_opened_on(self) -> date:
        return _plausible(self.cleaned_data["opened_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_exclusive") and cleaned.get("authorised", 1) != 1:
            text = _("An exclusive post has one seat: leave the number at 1, or untick exclusive.")
            self.add_error("authorised", text)
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """What ``enter_post`` takes beside the place and the document."""
        names = ("name", "authorised", "is_exclusive", "opened_on", "note")
        fulltime = self.is_always_fulltime or self.cleaned_data["is_fulltime"]
        return {name: self.cleaned_data[name] for name in names} | {"is_fulltime": fulltime}


def _plausible(day: date) -> date:
    if not EARLIEST <= day <= timezone.localdate() + AHEAD:
        raise forms.ValidationError(_("Please check the year of this date."))
    return day


class PostChangeForm(ApprovalFields):
    """The document is needed only where the number changes."""

    name = forms.CharField(label=_label("name"), max_length=60, required=False)
    note = forms.CharField(label=_label("note"), max_length=200, required=False)
    authorised = forms.IntegerField(label=_label("authorised"), min_value=1, max_value=999)
    changed_on = day_field(
        label=_("New number applies from"),
        required=False,
        help_text=_("The vacancy clock of an added seat starts on this day."),
    )
    # The number the person has before them: another one by now means that somebody was faster.
    seen = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ["name", "note", "authorised", "changed_on"]
    approval_required = False
    approval_legend = _("The document for another number")

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        known = {name: getattr(post, name) for name in ("name", "note", "authorised")}
        super().__init__(*args, initial=known | {"seen": post.authorised}, **kwargs)
        self.post = post
        self.helper = FormHelper()
        self.helper.form_tag = False
        number: list[Any] = [
            Fieldset(
                _("Authorised number"),
                Row(
                    Column("authorised", css_class="col-md-6"),
                    Column("changed_on", css_class="col-md-6"),
                ),
            ),
            self.approval_fieldset(),
        ]
        if post.is_exclusive:
            kept = ("name", "note", "seen")
            self.fields = {name: self.fields[name] for name in kept}
            number = []
        self.helper.layout = Layout("name", "note", *number, "seen")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("authorised", self.post.authorised) == self.post.authorised:
            if cleaned.get("number"):
                text = _("The number is as it was: a document is entered only with another one.")
                self.add_error("number", text)
            return cleaned
        text = _("Another number needs this.")
        for name in ("changed_on", "number", "issued_on"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, text)
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """What ``change_post`` takes; a document that nothing needs is not entered."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "note": cleaned["note"],
            "seen": cleaned["seen"],
            "authorised": cleaned.get("authorised", cleaned["seen"]),
            "changed_on": cleaned.get("changed_on"),
            "document": None if self.post.is_exclusive else self.approval,
        }


class PostCloseForm(ApprovalFields):
    closed_on = day_field(
        label=_("First day without the post"),
        help_text=_("The day before it is the last day of the post."),
    )

    field_order = ["closed_on"]
    approval_legend = _("The document that closes it")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("closed_on", self.approval_fieldset())

    def clean_closed_on(self) -> date:
        return _plausible(self.cleaned_data["closed_on"])
