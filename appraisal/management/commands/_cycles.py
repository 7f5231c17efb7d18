"""Finding the cycle that a command was told."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from appraisal.models import Cycle
from appraisal.selectors.cycles import cycles_named, months_text


def the_cycle(text: str, court_code: str) -> Cycle:
    """The one cycle meant by a code or number; otherwise an error that lists what there is."""
    found = cycles_named(text, court_code=court_code)
    if len(found) == 1:
        return found[0]
    if found:
        problem = _("Several courts have a cycle “%(text)s”; add --court.") % {"text": text}
    else:
        problem = _("There is no cycle “%(text)s”.") % {"text": text}
    there_is = [_listed(cycle) for cycle in Cycle.objects.select_related("court").order_by("pk")]
    raise CommandError("\n".join([problem, *(there_is or [_("No cycle has been opened yet.")])]))


def _listed(cycle: Cycle) -> str:
    return f"  {cycle.pk}  {cycle.court.code}  {cycle.code}  {months_text(cycle)}  {cycle.name}"
