"""Storing notices and marking them read."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from courtparty.accounts.models import User
from courtparty.notices import tasks
from courtparty.notices.models import Notice


def notify(user: User, *, kind: str, key: str, url: str = "", **params: Any) -> bool:
    """Tell ``user`` once, inside the caller's transaction. Returns whether it was news.

    ``key`` says what is told, for instance ``figures-confirm:42:2026-11``; a second call with
    the same key changes nothing. The mail is handed to a worker after commit; when the broker
    is down the sweep sends it later, so a failed hand-over never fails the caller.
    """
    return notify_many([(user, key)], kind=kind, url=url, **params) == 1


def notify_many(told: list[tuple[User, str]], *, kind: str, url: str = "", **params: Any) -> int:
    """The same sentence for several people, each with an own key. Returns how many were news."""
    known = set(
        Notice.objects.filter(key__in=[key for _user, key in told]).values_list("key", flat=True)
    )
    now = timezone.now()
    notices = [_notice(user, key, kind, url, params, now) for user, key in told if key not in known]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=500)
    if any(notice.mail_state == Notice.Mail.OWED for notice in notices):
        transaction.on_commit(lambda: tasks.send_mail.delay(), robust=True)
    return len(notices)


def _notice(
    user: User, key: str, kind: str, url: str, params: dict[str, Any], now: datetime
) -> Notice:
    has_address = bool(user.email)
    return Notice(
        user=user,
        key=key,
        kind=kind,
        params=params,
        url=url,
        created_at=now,
        mail_state=Notice.Mail.OWED if has_address else Notice.Mail.NONE,
        mail_next_at=now if has_address else None,
    )


@transaction.atomic
def mark_read(*, notice_id: int, by: User, at: datetime) -> None:
    """Mark one of the reader's own notices as read; read ones keep their first moment."""
    Notice.objects.visible_to(by).unread().filter(pk=notice_id).update(read_at=at)


@transaction.atomic
def mark_all_read(*, by: User, at: datetime) -> int:
    return Notice.objects.visible_to(by).unread().update(read_at=at)
