"""What a court sets for the cadre team."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cadres.models import CadreSettings
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record


class CannotSave(Exception):
    """The settings don't go together like this. Its text is for the user."""


@transaction.atomic
def change_settings(*, court: Unit, by: User, **values: Any) -> CadreSettings:
    """Keep what the court sets; it applies from now on, and nothing decided before changes.

    Refuses a reminder that would be due before the request has left. Nobody is told.
    """
    if values["remind_days"] >= values["reply_days"]:
        text = _("The reminder comes before the reply is due, so it needs fewer days than that.")
        raise CannotSave(text)
    settings, is_new = CadreSettings.objects.select_for_update(
        of=("self",), no_key=True
    ).get_or_create(court=court)
    changed = [name for name, value in values.items() if getattr(settings, name) != value]
    for name in changed:
        setattr(settings, name, values[name])
    if changed:
        settings.save(update_fields=changed)
    if changed or is_new:
        record("settings.changed", by=by, on=settings, court=court, fields=changed)
    return settings
