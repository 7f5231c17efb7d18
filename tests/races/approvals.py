"""Rounds of people who approve, or make, the same allowance run at the same moment.

A process of its own, on a database in a file or on a server: tests in one transaction cannot show
this. Prints one line of JSON for ``tests/cadres/test_races.py``.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from cadres.models import AllowanceLine, AllowanceRun, Appointment, Post  # noqa: E402
from cadres.services.allowance_runs import draft_run  # noqa: E402
from courtparty.accounts.models import Unit  # noqa: E402
from courtparty.accounts.roles import Role  # noqa: E402
from courtparty.audit.models import Entry  # noqa: E402
from courtparty.notices.models import Notice  # noqa: E402
from tests.cadres.establishment import make_appointment, make_post, make_standard  # noqa: E402
from tests.factories import make_court, make_officer, make_unit, make_user  # noqa: E402

MOST = 8
FASTER = "记录已被他人修改"


class World:
    """A court with eight who approve, one who made and one who checked, and one post that pays."""

    def __init__(self) -> None:
        self.court = make_court()
        organisation = make_unit(self.court, "机关党总支", kind=Unit.Kind.GENERAL_BRANCH)
        department = make_unit(self.court, "政治部")
        officer = make_officer(court=self.court, department=department)
        self.maker = make_user("maker", Role.PARTY_AFFAIRS, self.court)
        self.checker = make_user("checker", Role.POLITICAL, self.court)
        self.presidents = [
            make_user(f"president{n}", Role.PRESIDENT, self.court) for n in range(MOST)
        ]
        post = make_post(organisation, Post.Kind.SECRETARY)
        self.appointment = make_appointment(post, officer, date(2000, 1, 1))
        self.standard = make_standard(self.court, post.kind, "800.00", date(2000, 1, 1))
        self.clients = [self._client(user) for user in self.presidents]

    def _client(self, user) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        return client

    def checked_run(self, month: date) -> AllowanceRun:
        now = timezone.now()
        run = AllowanceRun.objects.create(
            court=self.court, month=month, computed_at=now, fingerprint="f" * 64, officers=1
        )
        AllowanceLine.objects.create(
            run=run,
            officer=self.appointment.officer,
            appointment=self.appointment,
            standard=self.standard,
            kind=AllowanceLine.Kind.REGULAR,
            month=month,
            rate=800,
            days=28,
            month_days=28,
            due=800,
            amount=800,
        )
        AllowanceRun.objects.filter(pk=run.pk).update(
            state=AllowanceRun.State.CHECKED,
            total=800,
            made_by=self.maker,
            made_at=now,
            checked_by=self.checker,
            checked_at=now,
        )
        return run


def at_once(actions: list[Callable[[], object]]) -> list[object]:
    together, outcomes = Barrier(len(actions)), [None] * len(actions)

    def act(place: int, action: Callable[[], object]) -> None:
        together.wait()
        try:
            outcomes[place] = action()
        except Exception as error:
            outcomes[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [Thread(target=act, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def approve(client: Client, run: AllowanceRun) -> str:
    answer = client.post(
        reverse("cadres:run_approve", args=[run.pk]), {"fingerprint": run.fingerprint}
    )
    if answer.status_code == 409:
        return "told" if FASTER in answer.content.decode() else "refused without a word"
    return "won" if answer.status_code == 302 else f"status {answer.status_code}"


def approving(world: World, number: int) -> dict[str, int]:
    """One round: who won, who was told, and what the database holds afterwards."""
    run = world.checked_run(date(2001 + number // 12, number % 12 + 1, 1))
    people = world.clients[: 2 + number % (MOST - 1)]
    outcomes = Counter(at_once([lambda c=client: approve(c, run) for client in people]))
    kept = AllowanceRun.objects.filter(court=world.court, month=run.month)
    told = Notice.objects.filter(url=run.get_absolute_url())
    entries = Entry.objects.filter(
        subject_model="cadres.allowancerun", subject_pk=run.pk, verb="run.approved"
    )
    expected = Counter(won=1, told=len(people) - 1)
    return {
        "clients": len(people),
        "as expected": int(outcomes == +expected),
        "one run": int([one.state for one in kept] == ["approved"]),
        "one entry": int(entries.count() == 1),
        "one notice each": int(
            told.count() == told.values("user").distinct().count() and told.exists()
        ),
        "odd": [key for key in outcomes if key not in ("won", "told")],
    }


def making(world: World, number: int) -> dict[str, int]:
    """Several make the same month's run at once: one run stands, with its lines once."""
    month = date(2025 + number // 12, number % 12 + 1, 1)
    people = 2 + number % (MOST - 1)

    def make() -> str:
        draft_run(court=world.court, month=month, by=world.maker, at=timezone.now())
        return "made"

    outcomes = at_once([make] * people)
    runs = AllowanceRun.objects.filter(court=world.court, month=month).standing()
    lines = AllowanceLine.objects.filter(run__in=runs, month=month)
    return {
        "one run": int(runs.count() == 1),
        "lines once": int(lines.count() == 1),
        "odd": [
            outcome for outcome in outcomes if outcome not in ("made", "Conflict", "CannotDraft")
        ],
    }


def main(rounds: int, makings: int) -> None:
    call_command("collectstatic", verbosity=0, interactive=False)
    world = World()
    approved = [approving(world, number) for number in range(rounds)]
    assert Appointment.objects.count() == 1
    made = [making(world, number) for number in range(makings)]
    print(json.dumps({"approved": approved, "made": made}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
