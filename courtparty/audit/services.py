"""Adding to the log, sealing it, and proving that nobody changed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from courtparty.audit.models import Entry, Seal
from courtparty.audit.rules import GENESIS, entry_hash

if TYPE_CHECKING:
    from courtparty.accounts.models import Unit, User

SEAL_AT_A_TIME = 2000


def record(
    verb: str,
    *,
    by: "User | None",
    on: Model | None = None,
    court: "Unit | None" = None,
    **detail: Any,
) -> Entry:
    """Add one entry, inside the caller's transaction. ``detail`` holds nothing personal."""
    return Entry.objects.create(**_fields(verb, by, on, court, detail, is_read=False))


def record_read(
    verb: str,
    *,
    by: "User",
    on: Model,
    court: "Unit | None" = None,
    **detail: Any,
) -> Entry:
    """Note that ``by`` opened a sensitive record; whom it concerns can see that."""
    return Entry.objects.create(**_fields(verb, by, on, court, detail, is_read=True))


def record_many(
    verb: str, *, by: "User | None", on: Iterable[Model], court: "Unit | None" = None, **detail: Any
) -> int:
    """One entry for each of ``on`` in a few statements. Returns how many."""
    entries = [Entry(**_fields(verb, by, one, court, detail, is_read=False)) for one in on]
    Entry.objects.bulk_create(entries, batch_size=1000)
    return len(entries)


def _fields(
    verb: str,
    by: "User | None",
    on: Model | None,
    court: "Unit | None",
    detail: dict[str, Any],
    *,
    is_read: bool,
) -> dict[str, Any]:
    return {
        "at": timezone.now(),
        "actor": by,
        "verb": verb,
        "is_read": is_read,
        "court": court,
        "subject_model": on._meta.label_lower if on is not None else "",
        "subject_pk": on.pk if on is not None else None,
        "detail": detail,
    }


@transaction.atomic
def seal_entries() -> int:
    """Link the oldest unsealed entries to the chain. Returns how many were linked.

    Two sealers at once cannot fork the chain: the second breaks on UNIQUE(prev_hash) and its
    whole batch is undone; the next run takes those entries up again.
    """
    last = Seal.objects.order_by("-number").first()
    number, prev_hash = (last.number, last.hash) if last else (0, GENESIS)
    seals = []
    for entry in Entry.objects.unsealed().order_by("pk")[:SEAL_AT_A_TIME]:
        number += 1
        digest = entry_hash(content_of(entry), prev_hash=prev_hash)
        seals.append(Seal(entry=entry, number=number, prev_hash=prev_hash, hash=digest))
        prev_hash = digest
    Seal.objects.bulk_create(seals, batch_size=500)
    return len(seals)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found. ``broken_at`` is the number of the first bad seal."""

    sealed: int
    unsealed: int
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None


def verify_chain() -> Verdict:
    """Recompute every seal in order. Changes nothing."""
    prev_hash, broken_at = GENESIS, None
    seals = Seal.objects.select_related("entry").order_by("number").iterator(1000)
    for number, seal in enumerate(seals, 1):
        expected = entry_hash(content_of(seal.entry), prev_hash=prev_hash)
        if (seal.number, seal.prev_hash, seal.hash) != (number, prev_hash, expected):
            broken_at = seal.number
            break
        prev_hash = seal.hash
    return Verdict(Seal.objects.count(), Entry.objects.unsealed().count(), broken_at)


def check_log(*, by: "User") -> Entry:
    """Check the chain, and put down in the log itself what was found and how far it reached.

    The last hash is written down as well: kept on paper, it proves later that nothing was cut off.
    """
    verdict = verify_chain()
    last = Seal.objects.order_by("-number").first()
    return record(
        "log.verified",
        by=by,
        sealed=verdict.sealed,
        unsealed=verdict.unsealed,
        broken_at=verdict.broken_at,
        last_hash=last.hash if last else "",
    )


def content_of(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "verb": entry.verb,
        "is_read": entry.is_read,
        "court": entry.court_id,
        "subject": [entry.subject_model, entry.subject_pk],
        "detail": entry.detail,
    }
