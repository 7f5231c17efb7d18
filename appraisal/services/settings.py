"""What a court sets for its appraisal."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appraisal.models import AppraisalSettings
from appraisal.rules.grades import QUOTA_LIMIT
from cadres.models import Approval
from cadres.services.approvals import CannotEnter, enter_approval
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record

THRESHOLDS = ("excellent_from", "competent_from", "basic_from")
HUNDRED = Decimal(100)


class CannotSave(Exception):
    """The settings don't go together like this. Its text is for the user, ``field`` is where."""

    def __init__(self, text: str, *, field: str) -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def change_settings(
    *, court: Unit, by: User, document: Mapping[str, Any] | None = None, **values: Any
) -> AppraisalSettings:
    """Keep what the court sets. It applies from now on: what a cycle has frozen stays.

    More than 20 % excellent rests on a document: the one given, or the one on record. Refuses
    more without one, a document where none is needed, and thresholds that rise from the best
    grade down. Nobody is told.
    """
    refuse_thresholds([values[name] for name in THRESHOLDS])
    settings, is_new = AppraisalSettings.objects.select_for_update(
        of=("self",), no_key=True
    ).get_or_create(court=court)
    percent = values["excellent_percent"]
    values["quota_approval"] = _approval(settings, percent, document, by=by)
    changed = [name for name, value in values.items() if getattr(settings, name) != value]
    for name in changed:
        setattr(settings, name, values[name])
    if changed:
        settings.save(update_fields=changed)
    if changed or is_new:
        record("appraisal_settings.changed", by=by, on=settings, court=court, fields=changed)
    return settings


def refuse_thresholds(points: list[Decimal]) -> None:
    """Points from excellent down: between 0 and 100, and never rising."""
    for name, value in zip(THRESHOLDS, points, strict=True):
        if not 0 <= value <= HUNDRED:
            raise CannotSave(_("Points from 0 to 100."), field=name)
    if points != sorted(points, reverse=True):
        text = _("A better grade can't begin at fewer points than the one below it.")
        raise CannotSave(text, field="excellent_from")


def _approval(
    settings: AppraisalSettings, percent: Decimal, document: Mapping[str, Any] | None, *, by: User
) -> Approval | None:
    if percent <= QUOTA_LIMIT:
        if document:
            text = _("A document is needed only for more than 20 %. Leave it empty.")
            raise CannotSave(text, field="number")
        return None
    if document:
        try:
            return enter_approval(court=settings.court, by=by, **document)
        except CannotEnter as refusal:
            raise CannotSave(str(refusal), field="number") from None
    if settings.quota_approval is None:
        text = _("More than 20 % needs the document by which the body above approved it.")
        raise CannotSave(text, field="number")
    return settings.quota_approval
