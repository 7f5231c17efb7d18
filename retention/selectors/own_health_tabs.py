"""The pages of one's own health, as the tabs above each of them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

TABS = (("my_health", _("Health file")), ("my_screening", _("Self-screening")))


def health_tabs(current: str) -> list[tuple[str, str, bool]]:
    """(label, address, is current) of each page; ``current`` is one of the names in TABS."""
    return [(str(label), reverse(f"retention:{name}"), name == current) for name, label in TABS]
