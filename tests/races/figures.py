"""Rounds of people who correct, confirm or enter the same month's figures at once.

A process of its own, on a database in a file or on a server: tests in one transaction cannot show
this. Prints one line of JSON for ``tests/appraisal/test_figure_races.py``.
"""

import json
import sys
from collections import Counter
from datetime import date
from decimal import Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from appraisal.models import (  # noqa: E402
    Figure,
    FigureCorrection,
    FigureImport,
    FigureSheet,
    Measure,
)
from courtparty.accounts.roles import Role  # noqa: E402
from tests.appraisal.cycle_cast import make_import, make_set  # noqa: E402
from tests.factories import make_court, make_officer, make_unit, make_user  # noqa: E402
from tests.races.approvals import at_once  # noqa: E402

MOST = 5
SCORE = {
    "code": "score", "name": "评查得分", "name_en": "Score", "part": "function",
    "area": "quality", "kind": "graded", "weight": "100", "numerator": ["review_score"],
    "params": {},
}  # fmt: skip


class World:
    """A court with five who keep its figures, and an officer who has some."""

    def __init__(self) -> None:
        self.court = make_court()
        self.department = make_unit(self.court, "民事审判第一庭", function="civil")
        user = make_user("officer", court=self.court)
        self.officer = make_officer(court=self.court, department=self.department, user=user)
        make_set(self.court, [SCORE])
        self.source = make_import(self.court)
        keepers = [make_user(f"keeper{n}", Role.APPRAISER, self.court) for n in range(MOST)]
        self.own = self._client(user)
        self.clients = [self._client(user) for user in keepers]
        self.closed = Measure.objects.get(code="closed")
        self.score = Measure.objects.get(code="review_score")

    def _client(self, user) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        return client

    def sheet(self, month: date) -> FigureSheet:
        Figure.objects.create(
            officer=self.officer, measure=self.closed, month=month, value=Decimal(100),
            as_of=month, source=self.source,
        )  # fmt: skip
        return FigureSheet.objects.create(officer=self.officer, month=month, source=self.source)


def month_of(number: int, year: int) -> date:
    return date(year + number // 12, number % 12 + 1, 1)


def outcome(answer) -> str:
    names = {302: "done", 409: "told", 200: "refused"}
    return names.get(answer.status_code, f"status {answer.status_code}")


def correct(client: Client, world: World, sheet: FigureSheet, value: int) -> str:
    data = {"source": sheet.source_id, "state": sheet.state, "reason": "更正"}
    data[f"v{world.closed.pk}"] = str(value)
    return outcome(client.post(reverse("appraisal:figure_correct", args=[sheet.pk]), data))


def confirm(world: World, sheet: FigureSheet) -> str:
    """The page answers with a redirect either way; what the database holds is asked afterwards."""
    url = reverse("appraisal:figures_confirm", args=[sheet.pk])
    answer = world.own.post(url, {"source": sheet.source_id})
    return "asked" if answer.status_code == 302 else f"status {answer.status_code}"


def correcting(world: World, number: int) -> dict[str, object]:
    """One round of several corrections and the officer's own confirmation."""
    sheet = world.sheet(month_of(number, 2020))
    people = world.clients[: 2 + number % (MOST - 1)]
    actions = [
        lambda c=client, v=n: correct(c, world, sheet, 90 + v) for n, client in enumerate(people)
    ]
    outcomes = Counter(at_once([*actions, lambda: confirm(world, sheet)]))
    made = FigureImport.objects.filter(origin="correction", counts__sheet=sheet.pk)
    history = FigureCorrection.objects.filter(figure__month=sheet.month)
    figure = Figure.objects.get(month=sheet.month)
    sheet.refresh_from_db()
    corrected = outcomes["done"] == 1
    return {
        "one at most": outcomes["done"] <= 1,
        "others told": outcomes["told"] == len(people) - outcomes["done"],
        "one delivery": made.count() == history.count() == outcomes["done"],
        "figure agrees": (figure.source_id != world.source.pk) == corrected,
        # Whoever came first: corrected figures are never confirmed by who has not seen them.
        "never confirmed unseen": sheet.state == ("to_confirm" if corrected else "confirmed"),
        "odd": [key for key in outcomes if key not in ("done", "told", "asked")],
    }


def entering(world: World, number: int) -> dict[str, object]:
    """Several people enter the same empty cell: the first number stands, the others are told."""
    month = month_of(number, 2026)
    query = f"?month={month:%Y-%m}&group=d{world.department.pk}"
    url = reverse("appraisal:figure_entry") + query
    field = f"v{world.officer.pk}-{world.score.pk}"
    people = world.clients[: 2 + number % (MOST - 1)]
    actions = [
        lambda c=client, v=n: outcome(c.post(url, {"shown": "[]", field: str(80 + v)}))
        for n, client in enumerate(people)
    ]
    outcomes = Counter(at_once(actions))
    figures = Figure.objects.filter(month=month, measure=world.score)
    return {
        "one stored": outcomes["done"] == figures.count() == 1,
        "others refused": outcomes["refused"] == len(people) - 1,
        "no correction": not FigureCorrection.objects.filter(figure__in=figures).exists(),
        "odd": [key for key in outcomes if key not in ("done", "refused")],
    }


def main(rounds: int) -> None:
    call_command("collectstatic", verbosity=0, interactive=False)
    world = World()
    corrected = [correcting(world, number) for number in range(rounds)]
    entered = [entering(world, number) for number in range(min(rounds, 10))]
    print(json.dumps({"corrected": corrected, "entered": entered}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
