"""Browser sessions of an account: noted at sign-in, limited in number, ended by their owner."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from courtparty.accounts.models import SignIn, User
from courtparty.accounts.rules import browser_name
from courtparty.audit.services import record


@transaction.atomic
def open_session(
    *, user: User, session_key: str, address: str | None, user_agent: str, at: datetime
) -> SignIn:
    """Note a sign-in. The oldest sessions beyond SESSIONS_PER_USER are ended."""
    # Two sign-ins at once wait for each other here, so that neither overlooks the other.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    sign_in = SignIn.objects.create(
        user=user,
        session_key=session_key,
        started_at=at,
        address=address,
        browser=browser_name(user_agent)[:120],
    )
    record("account.signed_in", by=user, on=user, court=user.court)
    newest_first = user.sign_ins.order_by("-started_at", "-pk").values_list("pk", flat=True)
    beyond = list(newest_first[settings.SESSIONS_PER_USER :])
    _end(SignIn.objects.filter(pk__in=beyond))
    return sign_in


@transaction.atomic
def move_session(*, old_key: str, new_key: str) -> None:
    """Follow a session whose key was changed."""
    SignIn.objects.filter(session_key=old_key).update(session_key=new_key)


@transaction.atomic
def close_session(*, session_key: str) -> None:
    """Forget the session that its owner signs out of."""
    SignIn.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end_session(*, sign_in_id: int, by: User) -> None:
    """End one of the own sessions, in whatever browser it is; no matter if it has ended."""
    if _end(by.sign_ins.filter(pk=sign_in_id)):
        record("account.signed_out_elsewhere", by=by, on=by, court=by.court)


def end_sessions(user: User, *, keep_session: str = "") -> int:
    """End all sessions of an account but one, in the caller's transaction. Returns how many."""
    return _end(user.sign_ins.exclude(session_key=keep_session))


@transaction.atomic
def forget_ended_sessions(*, at: datetime) -> int:
    """Drop the notes of sessions that have run out or were ended. Returns how many."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    return SignIn.objects.exclude(session_key__in=alive).delete()[0]


def _end(sign_ins: QuerySet[SignIn]) -> int:
    keys = list(sign_ins.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return SignIn.objects.filter(session_key__in=keys).delete()[0]
