"""Reads of the table of heads' shares: which titles make a head, and whom that concerns."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from appraisal.models import HeadShare
from appraisal.models.index_sets import STAFF_CLASSES
from appraisal.rules.staff import StaffClass, head_share_of, staff_class_of
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, is_court_path, paths_with

VIEW, MANAGE = "appraisal.view_index_set", "appraisal.manage_index_set"


def head_share_table(court: Unit) -> list[tuple[list[str], Decimal]]:
    """(words in a title, share in per cent): what ``rules.staff.head_share_of`` takes."""
    rows = HeadShare.objects.filter(court=court).values_list("words", "share")
    return [(words.split(), share) for words, share in rows.order_by("position", "pk")]


def shares_listed(court: Unit, user: User) -> list[HeadShare]:
    return list(HeadShare.objects.visible_to(user).filter(court=court).order_by("position", "pk"))


def shares_kept_by(user: User) -> QuerySet[HeadShare]:
    """Rows of the courts whose index sets ``user`` keeps."""
    return HeadShare.objects.filter(court_scope(user, MANAGE)).select_related("court")


def courts_read(user: User) -> list[Unit]:
    """The courts whose index sets, shares and case points ``user`` reads in any state."""
    roots = {path[: Unit.steplen] for path in paths_with(user, VIEW)}
    return list(Unit.objects.courts().filter(path__in=roots).order_by("path"))


def courts_kept(user: User) -> QuerySet[Unit]:
    """The courts whose index sets, shares and case points ``user`` keeps."""
    paths = [path for path in paths_with(user, MANAGE) if is_court_path(path)]
    return Unit.objects.courts().filter(path__in=paths).order_by("path")


@dataclass(frozen=True, slots=True)
class HeadShown:
    """An officer whose title the table knows: the share, and the class that follows from it."""

    officer: Officer
    share: Decimal
    staff_class: str
    is_head: bool


def heads_shown(court: Unit, user: User) -> list[HeadShown]:
    """Everybody in service whose title carries a share, of those ``user`` sees. One query.

    Who has such a title without being a quota judge is listed too: a share above none makes no
    head of them, and the page says so.
    """
    table = head_share_table(court)
    officers = Officer.objects.visible_to(user).in_service().filter(court=court).exclude(title="")
    ordered = officers.select_related("department").order_by("department__path", "list_order", "pk")
    shown = []
    for officer in ordered:
        share = head_share_of(officer.title, table)
        if share is not None:
            found = staff_class_of(officer.category, share)
            label = str(STAFF_CLASSES[found])
            shown.append(HeadShown(officer, share, label, found is StaffClass.HEAD))
    return shown


def words_twice(court: Unit, words: list[str], *, beside: int | None = None) -> list[str]:
    """Which of ``words`` stand twice: among themselves, or in another row of the court."""
    others = HeadShare.objects.filter(court=court)
    if beside:
        others = others.exclude(pk=beside)
    taken = {word for text in others.values_list("words", flat=True) for word in text.split()}
    counted = Counter(words)
    return [word for word, times in counted.items() if times > 1 or word in taken]
