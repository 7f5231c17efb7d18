"""What every step of a hardship case has in common. Each is part of its caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.jobs.models import StoredFile
from courtparty.jobs.services import store_file
from courtparty.lib.conflicts import Conflict
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import CaseEvent, CaseFile, CaseMember, HardshipCase, HelpMeasure
from retention.rules.hardship import DONE_IN, does_of, limits_from, state_after
from retention.selectors.hardship import parts_of
from retention.selectors.settings import court_settings

Part, Event = CaseMember.Part, CaseEvent.Kind
MOST_FILES = 20


class CannotHelp(Exception):
    """The case can't be changed like this. Its text is for the user."""


def lock_case(case_id: int) -> HardshipCase:
    cases = HardshipCase.objects.select_for_update(of=("self",), no_key=True)
    related = cases.select_related("court", "officer__court", "account")
    case = related.filter(pk=case_id).first()
    if case is None:  # a draft, discarded in another window
        raise Conflict(_("This case does not exist any more. Nothing was saved."))
    return case


def open_for(case_id: int, act: str, *, by: User) -> HardshipCase:
    """The case, locked, in which ``by`` still has a part that may do ``act``, in a fit state."""
    case = lock_case(case_id)
    if act not in does_of(parts_of(case, by)):
        text = _("Your part in this case has changed meanwhile: nothing was saved.")
        raise Conflict(text, url="/")
    if case.state not in DONE_IN[act]:
        raise overtaken(case)
    return case


def overtaken(case: HardshipCase) -> Conflict:
    text = _("This case is “%(state)s” by now: it can't be done any more. Nothing was saved.")
    return Conflict(text % {"state": case.get_state_display()}, url=case.get_absolute_url())


def move_case(case: HardshipCase, action: str, **changed: Any) -> None:
    """Compare-and-set: of two at the same time one finds another state."""
    state = state_after(case.state, action)
    here = HardshipCase.objects.filter(pk=case.pk, state=case.state)
    if state is None or not here.update(state=state, **changed):
        raise overtaken(case)
    case.state = state
    for name, value in changed.items():
        setattr(case, name, value)


def write_texts(case: HardshipCase, **texts: str) -> None:
    """Encrypted texts are written through the row: they are bound to it."""
    for name, text in texts.items():
        setattr(case, name, text.strip())
    case.save(update_fields=list(texts))


def add_event(case: HardshipCase, kind: str, *, by: User | None, at: datetime) -> CaseEvent:
    return CaseEvent.objects.create(case=case, kind=kind, by=by, at=at)


def tell(
    people: Iterable[User | None],
    kind: str,
    event: CaseEvent,
    case: HardshipCase,
    *,
    has_way: bool = True,
) -> None:
    """Tell people of a step, except who took it. A notice holds nothing but the way to the case.

    ``has_way`` is off for those who have left it: the page is not there for them any more.
    """
    news = {one.pk: one for one in people if one and one.pk != event.by_id}
    told = [(one, f"hardship-{kind}:{event.pk}:{one.pk}") for one in news.values()]
    notify_many(told, kind=kind, url=case.get_absolute_url() if has_way else "")


def member_in(case: HardshipCase, part: str) -> User | None:
    members = case.members.current().filter(part=part).select_related("user")
    found = members.first()
    return found.user if found else None


def let_in(case: HardshipCase, user: User, part: str, *, by: User, at: datetime) -> CaseMember:
    """Make ``user`` a member; who is one already in this part stays it."""
    member, _is_new = CaseMember.objects.get_or_create(
        case=case,
        user=user,
        part=part,
        until=None,
        defaults={"since": timezone.localdate(at), "added_by": by},
    )
    return member


def let_out(members: QuerySet[CaseMember], *, at: datetime) -> int:
    return members.filter(until=None).update(until=timezone.localdate(at))


def refuse_future(day: date, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise CannotHelp(_("The date lies in the future."))


def opened_on(case: HardshipCase) -> date:
    return timezone.localdate(case.opened_at or case.created_at)


def next_number(court: Unit, year: int) -> int:
    """The next number of a court in a year. The court's row is locked: one at a time."""
    Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    last = HardshipCase.objects.filter(court=court, year=year).aggregate(last=Max("number"))
    return (last["last"] or 0) + 1


def opening(case: HardshipCase, *, at: datetime) -> dict[str, Any]:
    """What a case has from the day it is opened: that moment and its time limits."""
    settings = court_settings(case.court)
    limits = limits_from(
        timezone.localdate(at),
        verify_days=settings.verify_days,
        help_days=settings.help_days,
        calendar=working_calendar(),
    )
    return {
        "opened_at": at,
        "verify_due_on": limits.verify_due_on,
        "first_help_due_on": limits.first_help_due_on,
    }


def keep_files(
    case: HardshipCase,
    files: Sequence[UploadedFile],
    *,
    by: User,
    at: datetime,
    measure: HelpMeasure | None = None,
) -> int:
    """Keep papers, encrypted, under a name that tells nothing. Returns how many."""
    if case.files.count() + len(files) > MOST_FILES:
        text = _("A case holds at most %(most)s papers. Put several pages into one file.")
        raise CannotHelp(text % {"most": MOST_FILES})
    for file in files:
        ending = (file.name or "").rpartition(".")[2].lower()[:10]
        stored = store_file(
            file.read(),
            name=f"hardship.{ending}",
            content_type=file.content_type or "application/octet-stream",
            by=by,
            is_kept=True,
        )
        name = (file.name or "")[-200:]
        CaseFile.objects.create(
            case=case, measure=measure, file=stored, name=name, added_by=by, added_at=at
        )
    return len(files)


def drop_files(case: HardshipCase) -> None:
    stored = list(case.files.values_list("file", flat=True))
    case.files.all().delete()
    StoredFile.objects.filter(pk__in=stored).delete()
