"""What waits in entitlements: late pay for those who keep it, and an officer's own."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from retention.models import Entitlement, EntitlementRule, ReceivedImport
from retention.rules.entitlement_tables import PAY
from retention.selectors.countable import Countable
from retention.selectors.entitlement_rules import MANAGE


def needs_of(user: User, *, on: date) -> Iterator[Countable]:
    late = Entitlement.objects.late(on=on)
    if user.has_perm(MANAGE):
        page = reverse("retention:entitlement_list")
        kept = court_scope(user, MANAGE)
        yield Countable(
            _("Rank, pay or allowance is late"),
            f"{page}?when=late",
            late.filter(kept, kind__in=PAY, officer__left_on=None),
            tone="danger",
            icon="cash-coin",
        )
        yield Countable(
            _("Workbooks of received entitlements to be imported"),
            reverse("retention:received_import"),
            ReceivedImport.objects.filter(
                kept, state__in=[ReceivedImport.State.READY, ReceivedImport.State.FAULTY]
            ),
            icon="file-earmark-spreadsheet",
        )
        yield Countable(
            _("Default rules of entitlements that nobody has verified"),
            reverse("retention:entitlement_rule_list"),
            EntitlementRule.objects.in_force(on=on).filter(kept, is_shipped=True),
            icon="sliders",
        )
    yield Countable(
        _("Something you are entitled to is late"),
        reverse("retention:my_entitlements"),
        late.filter(officer__user=user, kind__in=PAY),
        tone="warning",
        icon="cash-coin",
    )
