"""Rounds of people who take the same step of a cycle, and timetables that open the same cycle.

A process of its own, on a database in a file or on a server: tests in one transaction cannot show
this. Prints one line of JSON for ``tests/appraisal/test_cycle_races.py``.
"""

import json
import sys
from collections import Counter
from datetime import date

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from appraisal.models import AppraisalSettings, Cycle, CycleStep, Participant  # noqa: E402
from appraisal.services.timetable import open_due_cycles  # noqa: E402
from courtparty.accounts.roles import Role  # noqa: E402
from courtparty.audit.models import Entry  # noqa: E402
from courtparty.notices.models import Notice  # noqa: E402
from tests.appraisal.cycle_cast import make_published_set  # noqa: E402
from tests.factories import make_court, make_officer, make_unit, make_user  # noqa: E402
from tests.races.approvals import at_once  # noqa: E402

MOST = 6


class World:
    """A court with six who manage its cycles, two officers to be appraised and one set."""

    def __init__(self) -> None:
        self.court = make_court()
        department = make_unit(self.court, "民事审判第一庭", function="civil")
        self.officers = [make_officer(court=self.court, department=department) for _n in range(2)]
        make_published_set(self.court)
        managers = [make_user(f"appraiser{n}", Role.APPRAISER, self.court) for n in range(MOST)]
        self.clients = [self._client(user) for user in managers]
        # Who imports figures is told when collecting begins.
        make_user("political", Role.POLITICAL, self.court)

    def _client(self, user) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        return client

    def cycle(self, month: date) -> Cycle:
        return Cycle.objects.create(
            court=self.court,
            code=f"{month:%Y-%m}",
            name=f"{month:%Y-%m}",
            kind=Cycle.Kind.MONTHLY,
            start=month,
            end=date(month.year + month.month // 12, month.month % 12 + 1, 1),
            opened_at=timezone.now(),
        )


def begin(client: Client, cycle: Cycle) -> str:
    url = reverse("appraisal:cycle_move", args=[cycle.pk, "collecting"])
    answer = client.post(url, {"seen": "preparing"})
    if answer.status_code == 409:
        return "told"

    return "moved" if answer.status_code == 302 else f"status {answer.status_code}"


def moving(world: World, number: int) -> dict[str, object]:
    """One round: how many moved it, who was told, and what the database holds afterwards."""
    cycle = world.cycle(date(2020 + number // 12, number % 12 + 1, 1))
    people = world.clients[: 2 + number % (MOST - 1)]
    outcomes = Counter(at_once([lambda c=client: begin(c, cycle) for client in people]))
    entries = Entry.objects.filter(
        subject_model="appraisal.cycle", subject_pk=cycle.pk, verb="cycle.moved"
    )
    told = Notice.objects.filter(url=cycle.get_absolute_url(), kind="cycle_collecting")
    return {
        "as expected": outcomes == +Counter(moved=1, told=len(people) - 1),
        "one step": CycleStep.objects.filter(cycle=cycle).count() == 1,
        "frozen once": Participant.objects.filter(cycle=cycle).count() == len(world.officers),
        "one entry": entries.count() == 1,
        "one notice each": told.count() == told.values("user").distinct().count() == MOST,
        "odd": [key for key in outcomes if key not in ("moved", "told")],
    }


def opening(world: World, number: int) -> dict[str, object]:
    """Several timetables on the same morning: the cycle is opened once."""
    on = date(2025 + number // 12, number % 12 + 1, 1)
    outcomes = at_once([lambda: str(open_due_cycles(on=on))] * (2 + number % (MOST - 1)))
    opened = Cycle.objects.filter(court=world.court, end=on, kind=Cycle.Kind.MONTHLY)
    return {
        "one cycle": opened.count() == 1,
        "counted once": sum(int(one) for one in outcomes if str(one).isdigit()) == 1,
        "odd": [one for one in outcomes if not str(one).isdigit()],
    }


def main(rounds: int) -> None:
    call_command("collectstatic", verbosity=0, interactive=False)
    world = World()
    moved = [moving(world, number) for number in range(rounds)]
    AppraisalSettings.objects.create(court=world.court, opens_monthly=True)
    opened = [opening(world, number) for number in range(rounds)]
    print(json.dumps({"moved": moved, "opened": opened}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
