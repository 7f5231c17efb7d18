"""What a court sets for the four concerns."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from retention.models import RetentionSettings


class CannotSave(Exception):
    """The settings don't go together like this. Its text is for the user."""


@transaction.atomic
def change_settings(*, court: Unit, by: User, **values: Any) -> RetentionSettings:
    """Keep what the court sets; it applies from now on, and nothing decided before changes.

    Refuses a political department that would decide less leave than a head. Nobody is told.
    """
    if values["political_decides_days"] < values["head_decides_days"]:
        text = _("The political department decides at least as many days as the head alone.")
        raise CannotSave(text)
    settings, is_new = RetentionSettings.objects.select_for_update(
        of=("self",), no_key=True
    ).get_or_create(court=court)
    changed = [name for name, value in values.items() if getattr(settings, name) != value]
    for name in changed:
        setattr(settings, name, values[name])
    if changed:
        settings.save(update_fields=changed)
    if changed or is_new:
        record("retention_settings.changed", by=by, on=settings, court=court, fields=changed)
    return settings
