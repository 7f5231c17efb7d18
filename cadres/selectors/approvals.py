"""Documents, and what rests on each of them within the reader's reach."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cadres.models import (
    AllowanceStandard,
    Appointment,
    Approval,
    ElectionPlan,
    FulltimeException,
    Post,
    SeatChange,
    Secondment,
    StaffingRequest,
    TermExtension,
)
from courtparty.accounts.models import User
from courtparty.lib.words import listed

VIEW = "cadres.view_approval"
NOTHING = "nothing"
# Items of one kind that a page lists; no document carries more.
MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Use:
    """One way of resting on a document: in which rows, as what by which key, under which page.

    ``permission``: without it the page of such a row opens for nobody, so there is no link.
    """

    label: str | Promise
    rows: Callable[[User], QuerySet[Any]]
    keys: Mapping[str, str | Promise]
    page: str = ""
    permission: str = ""
    # From the row to the record its page is about; empty where the page lists them.
    about: str = "pk"
    joined: tuple[str, ...] = ()


def _of_appointments(model: Any) -> Callable[[User], QuerySet[Any]]:
    def rows(user: User) -> QuerySet[Any]:
        seen = Appointment.objects.visible_to(user).standing()
        return model.objects.filter(appointment__in=seen.order_by().values("pk"))

    return rows


def _standards(user: User) -> QuerySet[AllowanceStandard]:
    """Those in reach, and those by which the reader has been paid."""
    seen = AllowanceStandard.objects.visible_to(user).values("pk")
    own = AllowanceStandard.objects.filter(lines__officer__user=user).values("pk")
    return AllowanceStandard.objects.filter(Q(pk__in=seen) | Q(pk__in=own))


def _part_of_appointment(label: str | Promise, model: Any, key: str) -> Use:
    return Use(
        label,
        _of_appointments(model),
        {key: ""},
        "cadres:appointment_detail",
        "cadres.view_appointment",
        about="appointment_id",
        joined=("appointment__officer", "appointment__post__unit"),
    )


USES: Mapping[str, Use] = {
    "posts": Use(
        _("posts"),
        lambda user: Post.objects.visible_to(user),
        {"approval": _("post opened"), "closing_approval": _("post closed")},
        "cadres:post_detail",
        "cadres.view_post",
        joined=("unit",),
    ),
    "numbers": Use(
        _("authorised numbers"),
        lambda user: SeatChange.objects.filter(post__in=Post.objects.visible_to(user)),
        {"approval": _("in force"), "replaced": _("replaced")},
        "cadres:post_detail",
        "cadres.view_post",
        about="post_id",
        joined=("post__unit",),
    ),
    "requests": Use(
        _("staffing requests"),
        lambda user: StaffingRequest.objects.visible_to(user),
        {"steps__approval": ""},
        "cadres:request_detail",
        "cadres.view_request",
    ),
    "appointments": Use(
        _("appointments"),
        lambda user: Appointment.objects.visible_to(user).standing(),
        {
            "document": _("appointment"),
            "removal_document": _("removed from the post"),
            "higher_approval": _("approved by the higher body"),
        },
        "cadres:appointment_detail",
        "cadres.view_appointment",
        joined=("officer", "post__unit"),
    ),
    "extensions": _part_of_appointment(_("extensions of terms"), TermExtension, "approval"),
    "secondments": _part_of_appointment(_("secondments"), Secondment, "document"),
    "elections": Use(
        _("elections"),
        lambda user: ElectionPlan.objects.visible_to(user),
        {"document": ""},
        "cadres:term_list",
        "cadres.view_appointment",
        about="",
        joined=("unit",),
    ),
    "exceptions": Use(
        _("approved exceptions"),
        lambda user: FulltimeException.objects.visible_to(user),
        {"approval": ""},
        "cadres:exception_list",
        "cadres.view_fulltime",
        about="",
        joined=("unit",),
    ),
    "standards": Use(
        _("allowance standards"),
        _standards,
        {"approval": ""},
        "cadres:standard_detail",
        "cadres.view_standard",
    ),
}


def with_uses(approvals: QuerySet[Approval], user: User) -> QuerySet[Approval]:
    """The documents, each marked with the kinds of record in reach that rest on it."""
    marks = {}
    for name, use in USES.items():
        rests = Q(pk__in=[])
        for key in use.keys:
            rests |= Q(**{key: OuterRef("pk")})
        marks[f"has_{name}"] = Exists(use.rows(user).filter(rests))
    return approvals.annotate(**marks)


def used_for(approvals: QuerySet[Approval], use: str) -> QuerySet[Approval]:
    """Of documents from ``with_uses``: those something of that kind rests on, or nothing at all."""
    if use != NOTHING:
        return approvals.filter(**{f"has_{use}": True})
    return approvals.filter(**{f"has_{name}": False for name in USES})


def searched_approvals(approvals: QuerySet[Approval], text: str) -> QuerySet[Approval]:
    """By number, title or issuer; brackets of a number are found in whatever shape."""
    plain = " ".join(text.split())
    number = plain.translate(str.maketrans("[【（(［]】）)］", "〔〔〔〔〔〕〕〕〕〕"))
    named = Q(title__icontains=plain) | Q(issuer__icontains=plain)
    return approvals.filter(named | Q(number__icontains=number) | Q(number__icontains=plain))


ORDERS = {
    "number": ("number", "pk"),
    "day": ("issued_on", "pk"),
    "issuer": ("issuer", "-issued_on", "pk"),
    "entered": ("created_at", "pk"),
}
DEFAULT_ORDER = "-day"


def ordered_approvals(approvals: QuerySet[Approval], sort: str) -> QuerySet[Approval]:
    key = sort if sort.removeprefix("-") in ORDERS else DEFAULT_ORDER
    found = approvals.order_by(*ORDERS[key.removeprefix("-")])
    return found.reverse() if key.startswith("-") else found


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    pk: int
    court_id: int
    number: str
    court: str
    title: str
    issuer: str
    issued_on: date
    uses: list[str]
    has_file: bool


def approval_rows(approvals: QuerySet[Approval]) -> list[ApprovalRow]:
    """Lines of the list; ``approvals`` come from ``with_uses``."""
    return [
        ApprovalRow(
            pk=one.pk,
            court_id=one.court_id,
            number=one.number,
            court=one.court.display_name,
            title=one.title,
            issuer=one.issuer,
            issued_on=one.issued_on,
            uses=[str(use.label) for name, use in USES.items() if getattr(one, f"has_{name}")],
            has_file=one.file_id is not None,
        )
        for one in approvals.select_related("court")
    ]


@dataclass(frozen=True, slots=True)
class UseItem:
    """A record that rests on a document; ``page`` is empty where the reader can't open it."""

    text: str
    role: str
    page: str
    about: int | None


@dataclass(frozen=True, slots=True)
class UseGroup:
    label: str
    items: list[UseItem]
    has_more: bool


def uses_of(approval: Approval, user: User) -> list[UseGroup]:
    """What rests on the document within the reader's reach, kind by kind. One query a kind."""
    groups = [_group(approval, use, user) for use in USES.values()]
    return [group for group in groups if group.items]


def _group(approval: Approval, use: Use, user: User) -> UseGroup:
    rests = Q(pk__in=[])
    for key in use.keys:
        rests |= Q(**{key: approval.pk})
    rows = use.rows(user).filter(rests).select_related(*use.joined).order_by("pk").distinct()
    found = list(rows[: MOST_ITEMS + 1])
    can_open = not use.permission or user.has_perm(use.permission)
    items = [
        UseItem(
            text=_text(row),
            role=_role(row, use, approval),
            page=use.page if can_open else "",
            about=getattr(row, use.about) if use.about else None,
        )
        for row in found[:MOST_ITEMS]
    ]
    return UseGroup(capfirst(str(use.label)), items, has_more=len(found) > MOST_ITEMS)


def _text(row: Any) -> str:
    if isinstance(row, FulltimeException):
        return f"{row.unit.display_name} · {row.starts_on}"
    if isinstance(row, SeatChange):
        return f"{row.post} · {row.before} → {row.after}"
    if isinstance(row, ElectionPlan):
        return f"{row.unit.display_name} · {row.planned_on}"
    return str(getattr(row, "appointment", row))


def _role(row: Any, use: Use, approval: Approval) -> str:
    """What the document is for the row, where a row has several."""
    if len(use.keys) == 1:
        return ""
    return listed(
        role for key, role in use.keys.items() if getattr(row, f"{key}_id") == approval.pk
    )


def visible_approvals(ids: Iterable[int | None], user: User) -> set[int]:
    """Those of the documents whose pages the reader can open. One query."""
    wanted = {pk for pk in ids if pk}
    return set(Approval.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
