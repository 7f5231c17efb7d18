from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import ApprovalFields, day_field
from cadres.forms.officers import PlainSelect
from courtparty.accounts.models import User
from courtparty.jobs.forms import AttachmentField
from retention.models import Achievement, AwardProposal, AwardRung
from retention.models.awards import AwardProposalQuerySet, AwardQuerySet
from retention.selectors.award_proposals import MeetingRung, waiting_for
from retention.selectors.award_proposals import searched as searched_proposals
from retention.selectors.award_register import FUNCTIONS
from retention.selectors.award_register import searched as searched_awards
from retention.services.award_decisions import Decision, Document

SEARCH = {"type": "search", "autocomplete": "off", "maxlength": 60}


class ProposalFilter(FilterSet):
    """By itself only what is under way."""

    ALL = "all"

    q = CharFilter(label=_("Officer"), method="search", widget=forms.TextInput(attrs=SEARCH))
    waiting = ChoiceFilter(
        label=_("Next step"),
        empty_label=_("all"),
        choices=[("me", _("mine"))],
        method="waiting_for_me",
        widget=PlainSelect,
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("under way"),
        choices=[(ALL, _("all")), *AwardProposal.State.choices],
        method="in_state",
        widget=PlainSelect,
    )
    rung = ChoiceFilter(label=_("Award"), empty_label=_("all"), widget=PlainSelect)

    def __init__(
        self, data: Any, queryset: AwardProposalQuerySet, *, user: User, rungs: Iterable[AwardRung]
    ) -> None:
        super().__init__(data, queryset)
        self.user = user
        self.filters["rung"].extra["choices"] = rung_choices(rungs)

    @property
    def found(self) -> AwardProposalQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.under_way()

    def search(self, queryset, name, value):
        return searched_proposals(queryset, value.strip(), user=self.user)

    def waiting_for_me(self, queryset, name, value):
        return waiting_for(queryset, self.user)

    def in_state(self, queryset, name, value):
        return queryset if value == self.ALL else queryset.filter(state=value)


class AwardFilter(FilterSet):
    """By itself awards in force and revoked ones."""

    q = CharFilter(
        label=_("Officer or document number"),
        method="search",
        widget=forms.TextInput(attrs=SEARCH),
    )
    rung = ChoiceFilter(label=_("Award"), empty_label=_("all"), widget=PlainSelect)
    year = ChoiceFilter(label=_("Year"), empty_label=_("all"), method="in_year", widget=PlainSelect)
    function = ChoiceFilter(
        label=_("Function"),
        empty_label=_("all"),
        choices=list(FUNCTIONS.items()),
        field_name="officer__department__function",
        widget=PlainSelect,
    )
    document = ChoiceFilter(
        label=_("Document"),
        empty_label=_("all"),
        choices=[
            ("yes", pgettext_lazy("a document", "entered")),
            ("no", pgettext_lazy("a document", "missing")),
        ],
        method="with_document",
        widget=PlainSelect,
    )
    force = ChoiceFilter(
        label=_("Validity"),
        empty_label=_("all"),
        choices=[("yes", _("in force")), ("no", _("revoked"))],
        method="in_force",
        widget=PlainSelect,
    )

    def __init__(
        self,
        data: Any,
        queryset: AwardQuerySet,
        *,
        user: User,
        rungs: Iterable[AwardRung],
        years: Iterable[int],
    ) -> None:
        super().__init__(data, queryset)
        self.user = user
        self.filters["rung"].extra["choices"] = rung_choices(rungs)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    @property
    def found(self) -> AwardQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched_awards(queryset, value.strip(), user=self.user)

    def in_year(self, queryset, name, value):
        return queryset.filter(decided_on__year=int(value))

    def with_document(self, queryset, name, value):
        missing = queryset.filter(document_number="", revoked_on=None)
        return missing if value == "no" else queryset.exclude(document_number="")

    def in_force(self, queryset, name, value):
        return queryset.filter(revoked_on__isnull=value == "yes")


def rung_choices(rungs: Iterable[AwardRung]) -> list[tuple[str, str]]:
    return [(str(rung.pk), rung.display_name) for rung in rungs]


class ProposeForm(forms.Form):
    achievements = forms.TypedMultipleChoiceField(
        label=_("Achievements"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the proposal rests on. Each can be rewarded once."),
    )
    rung = forms.TypedChoiceField(label=_("Award"), coerce=int)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Why this award. Read by those who check and decide."),
    )

    def __init__(
        self,
        *args: Any,
        rungs: Iterable[AwardRung],
        achievements: Iterable[Achievement] | None,
        **kwargs: Any,
    ) -> None:
        """``achievements`` None: those of the proposal stay as they are."""
        super().__init__(*args, **kwargs)
        self.fields["rung"].choices = [("", _("Please choose")), *rung_choices(rungs)]
        if achievements is None:
            del self.fields["achievements"]
        else:
            self.fields["achievements"].choices = [
                (one.pk, f"{one.title} ({one.achieved_on.isoformat()})") for one in achievements
            ]


class ResubmitForm(ProposeForm):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NoteForm(forms.Form):
    """A step with a note, which ``is_needed`` or not; ``seen`` is the last step on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, is_needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = is_needed
        if is_needed:
            self.fields["note"].label = _("What has to be put right")


YES_NO = [
    ("grant", pgettext_lazy("a decision", "grant")),
    ("refuse", pgettext_lazy("a decision", "refuse")),
]


class OverQuotaFields(ApprovalFields):
    """The document that allows more than the quota; only where the quota is full."""

    approval_required = False
    approval_legend = _("Approval for more than the quota")


class DecideForm(OverQuotaFields):
    """The decision about one proposal."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(label=_("Decision"), choices=YES_NO, widget=forms.RadioSelect)
    on = day_field(label=_("Decided on"))
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For a refusal the reason, which the officer reads."),
    )
    document_number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        required=False,
        help_text=_("Of the award itself. It may be entered later, when it is printed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "seen",
            "decision",
            Row(
                Column("on", css_class="col-md-6"), Column("document_number", css_class="col-md-6")
            ),
            "note",
            self.approval_fieldset(),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse" and not cleaned.get("note", "").strip():
            self.add_error("note", _("A refusal needs its reason, for the officer to read."))
        return cleaned

    def decision_about(self, proposal_id: int) -> Decision:
        cleaned = self.cleaned_data
        is_granted = cleaned["decision"] == "grant"
        return Decision(proposal_id, is_granted, cleaned["note"], cleaned["seen"])

    @property
    def document(self) -> Document:
        return Document(self.cleaned_data["document_number"])


class ReplyForm(forms.Form):
    """What a higher body has answered."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(label=_("Reply"), choices=YES_NO, widget=forms.RadioSelect)
    on = day_field(label=_("Date of the document"))
    number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For a refusal the reason, which the officer reads."),
    )
    file = AttachmentField(required=False)

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "is_granted": cleaned["decision"] == "grant",
            "on": cleaned["on"],
            "note": cleaned["note"],
            "seen": cleaned["seen"],
            "document": Document(cleaned["number"], cleaned["on"], cleaned["file"]),
        }


class MeetingForm(OverQuotaFields):
    """What a meeting decides: for each proposal on the table one line of its own."""

    on = day_field(label=_("Day of the meeting"))
    document_number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        required=False,
        help_text=_("Of all awards of the meeting. It may be entered later."),
    )

    def __init__(self, *args: Any, table: list[MeetingRung], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for rung in table for line in rung.lines]
        later = ("", pgettext_lazy("a decision", "later"))
        for line in self.lines:
            pk = line.proposal.pk
            self.fields[f"decision_{pk}"] = forms.ChoiceField(
                label=line.proposal.officer.name,
                choices=[later, *YES_NO],
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"note_{pk}"] = forms.CharField(
                label=_("Note"),
                max_length=1000,
                required=False,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
            self.fields[f"seen_{pk}"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, initial=line.seen
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Row(
                Column("on", css_class="col-md-6"), Column("document_number", css_class="col-md-6")
            ),
            Fieldset(
                self.approval_legend,
                Row(
                    Column("number", css_class="col-md-6"),
                    Column("issued_on", css_class="col-md-6"),
                ),
                Row(
                    Column("issuer", css_class="col-md-6"),
                    Column("document_title", css_class="col-md-6"),
                ),
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines:
            pk = line.proposal.pk
            is_refused = cleaned.get(f"decision_{pk}") == "refuse"
            if is_refused and not (cleaned.get(f"note_{pk}") or "").strip():
                self.add_error(f"note_{pk}", _("A refusal needs its reason."))
        return cleaned

    @property
    def decisions(self) -> list[Decision]:
        cleaned = self.cleaned_data
        found = []
        for line in self.lines:
            pk = line.proposal.pk
            if decided := cleaned[f"decision_{pk}"]:
                note, seen = cleaned[f"note_{pk}"], cleaned[f"seen_{pk}"]
                found.append(Decision(pk, decided == "grant", note, seen))
        return found

    @property
    def document(self) -> Document:
        return Document(self.cleaned_data["document_number"])


class DocumentForm(forms.Form):
    number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        help_text=_("As printed, for instance 示法〔2026〕12号. It can't be changed afterwards."),
    )
    issued_on = day_field(label=_("Date of the document"))
    file = AttachmentField(required=False)


class RevokeForm(forms.Form):
    on = day_field(label=_("Revoked on"))
    number = forms.CharField(label=_("Document of the revocation"), max_length=60)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The officer reads it."),
    )
