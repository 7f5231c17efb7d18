"""Where a figure comes from, in words: the one place that says so."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import FigureImport

Origin = FigureImport.Origin


def source_text(source: FigureImport) -> str:
    """A workbook's name, or by whom and when figures were entered, corrected or kept by hand.

    Reads ``created_by``: select it with the source.
    """
    if source.origin == Origin.WORKBOOK:
        return source.file_name
    name = str(source.created_by) if source.created_by else _("the system itself")
    day = timezone.localdate(source.created_at)
    if source.origin == Origin.CORRECTION and not changed_something(source):
        return _("kept by %(name)s on %(day)s") % {"name": name, "day": day.isoformat()}
    return by_hand_text(source.origin, name=name, day=day, file_name=source.file_name)


def by_hand_text(origin: str, *, name: str, day: date, file_name: str = "") -> str:
    """The same from plain values, as a snapshot keeps them; ``day`` is the figures' as-of day."""
    values = {"name": name, "day": day.isoformat(), "file": file_name}
    if origin == Origin.CORRECTION:
        return _("corrected by hand by %(name)s on %(day)s") % values
    if file_name:
        return _("%(file)s, entered by %(name)s on %(day)s") % values
    return _("entered by hand by %(name)s on %(day)s") % values


def delivery_text(origin: str, source: str, as_of: date) -> str:
    """As a snapshot keeps it: a workbook's name, or who entered the figures; and as of when."""
    if origin == Origin.WORKBOOK:
        return source
    return by_hand_text(origin, name=source or _("the system itself"), day=as_of)


def changed_something(source: FigureImport) -> bool:
    """Whether a delivery had new numbers; an answer that keeps the figures has none."""
    return bool(source.counts.get("new") or source.counts.get("changed"))


def source_texts(source_ids: Iterable[int]) -> dict[int, str]:
    """{number of a delivery: its source in words}. One query."""
    found = FigureImport.objects.filter(pk__in=set(source_ids)).select_related("created_by")
    return {one.pk: source_text(one) for one in found.defer("report", "reason")}
