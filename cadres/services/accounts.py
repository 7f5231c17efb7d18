"""Accounts for officers, with first passwords that are handed out once and stored nowhere."""

import re
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer, OfficerQuerySet
from courtparty.accounts.models import User
from courtparty.accounts.services.sessions import end_sessions
from courtparty.audit.services import record
from courtparty.lib.xlsx.writing import write_table

AT_ONCE = 200
# Without 0 and o, 1, l and i, which look alike on paper.
_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10


class CannotOpen(Exception):
    """No account or no new password for this officer. Its text is for the user."""


class Slip(NamedTuple):
    """What an officer is handed on paper. Never stored, never logged."""

    name: str
    department: str
    username: str
    password: str


class FirstPasswordHasher(Argon2PasswordHasher):
    """Argon2 at a lower cost, for first passwords only.

    They are random (31^10) where people's own are guessable, must be changed at first use, and
    the full cost, 0.15 s each, would hold up a court of 126 for twenty seconds. Django raises
    the cost when the password is first used.
    """

    time_cost, memory_cost, parallelism = 1, 8 * 1024, 1


def open_account(officer: Officer, *, by: User | None) -> Slip:
    """Open an account for one officer; see ``open_accounts``."""
    return open_accounts([officer], by=by)[0]


def open_accounts(officers: Iterable[Officer], *, by: User | None) -> list[Slip]:
    """Open an account with a first password for each officer, all or none.

    The user name is the name's pinyin, numbered where it is taken. The password must be changed
    at the first sign-in. Refuses more than 200 at a time, those who have left and those who have
    an account.
    """
    people = _at_most(officers)
    # Hashed before the transaction, so that nobody waits for the database meanwhile.
    secret = {person.pk: _new_secret() for person in people}
    try:
        with transaction.atomic():
            return [_open(person, *secret[person.pk], by=by) for person in people]
    except IntegrityError:
        text = _("Somebody else is opening accounts at this moment. Please try again.")
        raise CannotOpen(text) from None


def _at_most(officers: Iterable[Officer]) -> list[Officer]:
    if isinstance(officers, OfficerQuerySet):
        officers = officers.select_related("court", "department", "user")[: AT_ONCE + 1]
    people = list(officers)
    if len(people) > AT_ONCE:
        text = _("At most %(limit)s accounts at a time: choose a department.")
        raise CannotOpen(text % {"limit": AT_ONCE})
    return people


def _new_secret() -> tuple[str, str]:
    password = "".join(secrets.choice(_CHARACTERS) for _place in range(_LENGTH))
    return password, make_password(password, hasher=FirstPasswordHasher())


def _open(officer: Officer, password: str, hashed: str, *, by: User | None) -> Slip:
    user = User.objects.create(
        username=_free_username(officer.pinyin),
        name=officer.name,
        court=officer.court,
        password=hashed,
        must_change_password=True,
    )
    without = Officer.objects.in_service().filter(pk=officer.pk, user=None)
    if not without.update(user=user, updated_at=timezone.now()):
        raise CannotOpen(
            _("%(name)s has an account already, or has left.") % {"name": officer.name}
        )
    record("account.opened", by=by, on=user, court=officer.court, officer=officer.pk)
    return _slip(officer, user, password)


def _slip(officer: Officer, user: User, password: str) -> Slip:
    return Slip(officer.name, officer.department.display_name, user.username, password)


def _free_username(pinyin: str) -> str:
    base = re.sub(r"[^a-z0-9]", "", pinyin.lower())[:50] or "officer"
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


def renew_passwords(officers: Iterable[Officer], *, by: User) -> list[Slip]:
    """A new first password for officers who lost theirs, all or none; their sessions end.

    Refuses the own account, a closed one, and one that holds a role: whoever hands out
    passwords would otherwise hand out that role's rights, to themselves if they liked.
    """
    people = _at_most(officers)
    secret = {person.pk: _new_secret() for person in people}
    with transaction.atomic():
        return [_renew(person, *secret[person.pk], by=by) for person in people]


def _renew(officer: Officer, password: str, hashed: str, *, by: User) -> Slip:
    user = officer.user
    if user is None:
        raise CannotOpen(_("%(name)s has no account.") % {"name": officer.name})
    _refuse_renewal(officer, user, by=by)
    user.password, user.must_change_password = hashed, True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user)
    record("account.link_issued", by=by, on=user, court=officer.court, officer=officer.pk)
    return _slip(officer, user, password)


def _refuse_renewal(officer: Officer, user: User, *, by: User) -> None:
    if user.pk == by.pk:
        raise CannotOpen(_("Change your own password from the menu at the top right."))
    if not user.is_active:
        raise CannotOpen(_("The account of %(name)s is closed.") % {"name": officer.name})
    if user.grants.exclude(ends_on__lte=timezone.localdate()).exists():
        text = _(
            "The account of %(name)s holds a role. A system administrator issues a one-time link "
            "for it."
        )
        raise CannotOpen(text % {"name": officer.name})


def slips_workbook(slips: list[Slip]) -> bytes:
    """The slips to print, cut and hand out."""
    return write_table(
        title=_("First passwords. Hand out in person, then destroy this file."),
        headings=[_("Name"), _("Department"), _("User name"), _("First password")],
        rows=slips,
        text_columns=range(4),
        sheet_name=_("First passwords"),
        landscape=False,
    )
