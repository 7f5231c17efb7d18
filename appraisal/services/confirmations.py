"""An officer's word on the own figures: confirmed, disputed, and reminded of."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import FigureImport, FigureSheet
from appraisal.rules.figures import month_span
from appraisal.selectors.figures import figure_keepers, outstanding_months
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_many
from courtparty.notices.services import notify_many

State = FigureSheet.State


class CannotConfirm(Exception):
    """The month's figures can't be confirmed now. Its text is for the user."""


class CannotDispute(Exception):
    """The month's figures can't be disputed now. Its text is for the user."""


@transaction.atomic
def confirm_figures(*, sheet_id: int, source_id: int, by: User, at: datetime) -> FigureSheet:
    """Confirm one own month, as seen: ``source_id`` is the import the page showed.

    A disputed month may be confirmed too, which takes the dispute back. Refuses when the figures
    have changed since, or are confirmed already.
    """
    sheet = FigureSheet.objects.own(by).select_related("officer__court").get(pk=sheet_id)
    confirmed = FigureSheet.objects.filter(
        pk=sheet.pk, source=source_id, state__in=[State.TO_CONFIRM, State.DISPUTED]
    ).update(state=State.CONFIRMED, decided_at=at, reason="")
    if confirmed != 1:
        raise CannotConfirm(_refusal(sheet, source_id))
    record("figures.confirmed", by=by, on=sheet, court=sheet.officer.court)
    return sheet


@transaction.atomic
def confirm_all_figures(*, up_to_source_id: int, by: User, at: datetime) -> int:
    """Confirm every own month still to be confirmed, as far as the page showed it.

    Months that were changed after the import ``up_to_source_id`` stay to be confirmed. Returns
    how many were confirmed.
    """
    # Workbooks are numbered when they are uploaded, and may be imported in another order.
    seen = FigureImport.objects.filter(pk=up_to_source_id).values("imported_at")
    waiting = (
        FigureSheet.objects.own(by).to_confirm().filter(source__imported_at__lte=Subquery(seen))
    )
    sheets = list(
        waiting.select_for_update(of=("self",), no_key=True).select_related("officer__court")
    )
    if not sheets:
        raise CannotConfirm(_("There is nothing to confirm."))
    FigureSheet.objects.filter(
        pk__in=[sheet.pk for sheet in sheets],
        state=State.TO_CONFIRM,
        source__in={sheet.source_id for sheet in sheets},
    ).update(state=State.CONFIRMED, decided_at=at, reason="")
    return record_many("figures.confirmed", by=by, on=sheets, court=sheets[0].officer.court)


@transaction.atomic
def dispute_figures(
    *, sheet_id: int, source_id: int, reason: str, by: User, at: datetime
) -> FigureSheet:
    """Dispute one own month with a reason, and tell those who import the court's figures.

    Refuses a month that is confirmed or disputed already, or has changed since the page was shown.
    """
    sheet = FigureSheet.objects.own(by).select_related("officer__court").get(pk=sheet_id)
    disputed = FigureSheet.objects.filter(
        pk=sheet.pk, source=source_id, state=State.TO_CONFIRM
    ).update(state=State.DISPUTED, decided_at=at)
    if disputed != 1:
        raise CannotDispute(_refusal(sheet, source_id))
    sheet.reason = reason
    sheet.save(update_fields=["reason"])
    court = sheet.officer.court
    record("figures.disputed", by=by, on=sheet, court=court)
    told = [
        (keeper, f"figures-disputed:{sheet.pk}:{source_id}:{keeper.pk}")
        for keeper in figure_keepers(court, on=timezone.localdate(at))
    ]
    url = reverse("appraisal:figure_sheet", args=[sheet.pk])
    notify_many(told, kind="figures_disputed", url=url)
    return sheet


def _refusal(sheet: FigureSheet, source_id: int) -> str:
    sheet.refresh_from_db(fields=["state", "source"])
    if sheet.source_id != source_id:
        return _("These figures have changed since you opened the page. Please look at them again.")
    return {
        State.CONFIRMED: _("You have already confirmed these figures."),
        State.DISPUTED: _("You have already disputed these figures."),
    }.get(State(sheet.state), _("This can't be done with these figures now."))


@transaction.atomic
def remind_to_confirm(*, on: date) -> int:
    """Tell each officer with an account, once for each import, which months wait for a word.

    Run twice, it tells once. Returns how many were told now.
    """
    by_months: defaultdict[str, list[tuple[User, str]]] = defaultdict(list)
    for user, source_id, months in outstanding_months(on=on):
        key = f"figures-confirm:{user.pk}:{source_id}"
        by_months[month_span(months)].append((user, key))
    url = reverse("appraisal:my_figures")
    return sum(
        notify_many(told, kind="figures_to_confirm", url=url, months=months)
        for months, told in by_months.items()
    )
