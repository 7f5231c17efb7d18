"""Awards and achievements as one tile of *My records*."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from retention.models import Achievement, Award
from retention.selectors.countable import OwnLine


def own_line(officer: Officer, *, on: date) -> OwnLine:
    """Two counts."""
    awards = Award.objects.in_force().filter(officer=officer).count()
    waiting = Achievement.objects.under_way().filter(officer=officer).count()
    text = ngettext("%(count)s award", "%(count)s awards", awards) % {"count": awards}
    if waiting:
        under_way = ngettext(
            "%(count)s achievement under way", "%(count)s achievements under way", waiting
        )
        text = f"{text} · {under_way % {'count': waiting}}"
    return OwnLine(
        label=_("Awards"),
        text=text,
        url=reverse("retention:my_awards"),
        tone="success" if awards else "",
        icon="award",
    )
