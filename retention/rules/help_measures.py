"""The steps of a measure of help, and which of them cost money. Pure."""

from decimal import Decimal

# (state before, action) → state after.
TRANSITIONS = {
    ("proposed", "approve"): "approved",
    ("proposed", "refuse"): "refused",
    ("proposed", "cancel"): "cancelled",
    ("approved", "carry_out"): "done",
    ("approved", "cancel"): "cancelled",
}
# A case with one of these can't be closed, nor only followed.
OPEN = ("proposed", "approved")
# Of these the amount is taken out of the budget.
CHARGED = ("approved", "done")

MOST = Decimal("1000000.00")


def state_after(state: str, action: str) -> str | None:
    return TRANSITIONS.get((state, action))


def lacks(kind: str, *, amount: Decimal | None, has_source: bool, has_period: bool) -> str:
    """What a proposal lacks: amount, source, period, or that it has one too many; empty if none.

    Money always names where it comes from; aid is money; flexible work has a first and last day.
    """
    if amount is not None and not has_source:
        return "source"
    if has_source and amount is None:
        return "amount"
    if kind == "aid" and amount is None:
        return "amount"
    if amount is not None and not Decimal(0) < amount <= MOST:
        return "range"
    if (kind == "flexible") != has_period:
        return "period" if kind == "flexible" else "no_period"
    return ""
