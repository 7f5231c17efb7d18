"""The table of heads' shares: which titles make a head, and what share of cases goes with them."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from appraisal.models import HeadShare
from appraisal.rules.staff import HEAD_SHARES
from appraisal.selectors.head_shares import words_twice
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record

LONGEST = 200


class CannotSetShare(Exception):
    """The share can't be kept like this. Its text is for the user."""


@transaction.atomic
def seed_head_shares(court: Unit, *, by: User | None) -> int:
    """Give a court that has no table of shares the usual one. Returns how many rows were added.

    A court that has any row keeps its table as it is.
    """
    if HeadShare.objects.filter(court=court).exists():
        return 0
    rows = [
        HeadShare(
            court=court,
            words=" ".join(seed.words),
            share=seed.share,
            certainty=seed.certainty,
            position=position,
        )
        for position, seed in enumerate(HEAD_SHARES, start=1)
    ]
    HeadShare.objects.bulk_create(rows)
    record("head_shares.seeded", by=by, court=court, rows=len(rows))
    return len(rows)


@transaction.atomic
def add_head_share(
    *, court: Unit, words: str, share: Decimal, certainty: str, by: User
) -> HeadShare:
    """Add titles and their share. Cycles frozen from then on count with it.

    Refuses words that another row has already, and shares outside 0 to 100.
    """
    court = Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    last = HeadShare.objects.filter(court=court).aggregate(last=Max("position"))["last"] or 0
    row = HeadShare(court=court, position=last + 1)
    return _keep(row, words=words, share=share, certainty=certainty, by=by)


@transaction.atomic
def change_head_share(
    *, head_share_id: int, words: str, share: Decimal, certainty: str, by: User
) -> HeadShare:
    """Change titles or share. Participants frozen before keep the share they were frozen with.

    Refuses words that another row has already, and shares outside 0 to 100.
    """
    row = _locked(head_share_id)
    return _keep(row, words=words, share=share, certainty=certainty, by=by)


@transaction.atomic
def remove_head_share(*, head_share_id: int, by: User) -> None:
    """Take titles out of the table: who has them is judged like everybody else of the category."""
    row = _locked(head_share_id)
    record("head_share.removed", by=by, on=row, court=row.court, share=str(row.share))
    row.delete()


def _locked(head_share_id: int) -> HeadShare:
    row = HeadShare.objects.select_related("court").filter(pk=head_share_id).first()
    if row is None:
        raise CannotSetShare(_("This row has been removed meanwhile."))
    # One change of a court's table at a time: words must not come to stand in two rows.
    Unit.objects.select_for_update(no_key=True).get(pk=row.court_id)
    return row


def _keep(row: HeadShare, *, words: str, share: Decimal, certainty: str, by: User) -> HeadShare:
    listed = words.split()
    text = " ".join(listed)
    if not listed or len(text) > LONGEST:
        raise CannotSetShare(_("Enter one title or several, separated by spaces."))
    if not Decimal(share).is_finite() or not 0 <= share <= 100:
        raise CannotSetShare(_("A share lies between 0 and 100 %."))
    twice = words_twice(row.court, listed, beside=row.pk)
    if twice:
        refusal = _("“%(words)s” stands in the table already.")
        raise CannotSetShare(refusal % {"words": " ".join(twice)})
    row.words, row.share, row.certainty = text, share, certainty
    row.save()
    record("head_share.set", by=by, on=row, court=row.court, share=str(share))
    return row
