"""How an officer's entitlements stand, as a tile of *My records*."""

from datetime import date

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from retention.models import Entitlement
from retention.selectors.countable import OwnLine

State = Entitlement.State


def own_line(officer: Officer, *, on: date) -> OwnLine:
    late = Q(state=State.DUE, due_on__lt=on)
    counts = Entitlement.objects.filter(officer=officer).aggregate(
        late=Count("pk", filter=late),
        next=Min("due_on", filter=Q(state=State.DUE, due_on__gte=on)),
        all=Count("pk"),
    )
    text, tone = _("Nothing computed yet"), ""
    if counts["late"]:
        text = ngettext("%(n)s is late", "%(n)s are late", counts["late"]) % {"n": counts["late"]}
        tone = "danger"
    elif counts["next"]:
        text = _("next due on %(day)s") % {"day": counts["next"].isoformat()}
    elif counts["all"]:
        text, tone = _("nothing is owed"), "success"
    page = reverse("retention:my_entitlements")
    return OwnLine(_("My entitlements"), text, page, tone, "cash-coin")
