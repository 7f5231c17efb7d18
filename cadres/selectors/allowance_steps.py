"""Which step of a run is open to whom, and in words why one is not."""

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import AllowanceRun
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope, paths_with

MAKE, CHECK = "cadres.make_run", "cadres.check_run"
APPROVE, PAY = "cadres.approve_run", "cadres.pay_run"
State = AllowanceRun.State

# The states in order, as the page shows them.
WAY = (State.DRAFT, State.SUBMITTED, State.CHECKED, State.APPROVED, State.PAID)
WAITS: dict[str, str | Promise] = {
    State.DRAFT: gettext_lazy("Who makes the run hands it over for checking."),
    State.SUBMITTED: gettext_lazy(
        "Somebody of the political department other than the maker checks it."
    ),
    State.CHECKED: gettext_lazy(
        "Somebody of the leadership other than the maker and the checker approves it."
    ),
    State.APPROVED: gettext_lazy("Finance pays it, and the payment is entered here."),
    State.PAID: gettext_lazy(
        "Nothing: it is paid and changes no more. What turns out wrong is put right in a later run."
    ),
    State.DISCARDED: gettext_lazy("Nothing: it is discarded. The month can be computed anew."),
}
FORWARD = ("submit", "check", "approve")
NEXT_STEPS: dict[str, str] = {
    State.DRAFT: "submit",
    State.SUBMITTED: "check",
    State.CHECKED: "approve",
    State.APPROVED: "pay",
}


def is_held(user: User, permission: str, run: AllowanceRun) -> bool:
    return run.court.path in paths_with(user, permission)


def steps_open(run: AllowanceRun, user: User) -> list[str]:
    """The steps that ``user`` may take now, the way forward first."""
    makes, checks = is_held(user, MAKE, run), is_held(user, CHECK, run)
    approves, pays = is_held(user, APPROVE, run), is_held(user, PAY, run)
    is_second = user.pk != run.made_by_id
    is_third = is_second and user.pk != run.checked_by_id
    possible: dict[str, list[tuple[str, bool]]] = {
        State.DRAFT: [("submit", makes), ("recompute", makes), ("discard", makes)],
        State.SUBMITTED: [("check", checks and is_second), ("return", checks)],
        State.CHECKED: [("approve", approves and is_third), ("return", checks or approves)],
        State.APPROVED: [("pay", pays)],
    }
    # A stale run is computed again, or goes back, before anybody takes it further.
    blocked = FORWARD if run.is_stale else ()
    steps = possible.get(run.state, [])
    return [step for step, is_open in steps if is_open and step not in blocked]


def why_not(run: AllowanceRun, user: User) -> str:
    """Why a step that ``user`` has the right to is kept from this person; empty if none is."""
    has_made, has_checked = user.pk == run.made_by_id, user.pk == run.checked_by_id
    if run.state == State.SUBMITTED and has_made and is_held(user, CHECK, run):
        return _("You made this run, so somebody else has to check it.")
    if run.state != State.CHECKED or not is_held(user, APPROVE, run):
        return ""
    if has_made:
        return _("You made this run, so somebody else has to approve it.")
    return _("You checked this run, so somebody else has to approve it.") if has_checked else ""


def runs_needing(user: User) -> list[tuple[AllowanceRun, str]]:
    """Runs that wait for ``user``, with what for: submit, check, approve or pay. One query.

    Never a step that the three-people rule keeps from this person. Without any of the rights
    no query is made.
    """
    if not any(user.has_perm(permission) for permission in (MAKE, CHECK, APPROVE, PAY)):
        return []
    made, checked = Q(made_by=user), Q(checked_by=user)
    waiting = (
        (Q(state=State.DRAFT) & court_scope(user, MAKE))
        | (Q(state=State.SUBMITTED) & ~made & court_scope(user, CHECK))
        | (Q(state=State.CHECKED) & ~made & ~checked & court_scope(user, APPROVE))
        | (Q(state=State.APPROVED) & court_scope(user, PAY))
    )
    runs = AllowanceRun.objects.filter(waiting).only("month", "state").order_by("month", "pk")
    return [(run, NEXT_STEPS[run.state]) for run in runs]
