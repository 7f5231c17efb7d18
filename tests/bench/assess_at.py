"""The measuring inside the throw-away database: ``python -m tests.bench.assess_at fill 400000``.

``fill N`` makes N officers, ``bare`` runs the one statement, ``work FIRST STEP`` computes every
STEP-th cycle from FIRST on as one worker does, ``small`` measures a single court.
"""

import json
import os
import random
import resource
import sys
import time
from typing import Any

import django
from django.core.management import call_command

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count, Q, Sum  # noqa: E402

from appraisal.models import Cycle, Measure, Result  # noqa: E402
from appraisal.selectors.assessment import numbers  # noqa: E402
from appraisal.selectors.snapshots import agrees  # noqa: E402
from appraisal.services.assessment import assess_cycle  # noqa: E402
from tests.bench import assess_data, assess_sql  # noqa: E402

A_COURT = 1000
EXPLAINED = 200


def fill(officers: int, a_court: int = A_COURT) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    assess_data.fill(officers, a_court)
    return {"figures": officers * len(assess_data.MEASURES)}


def bare() -> dict[str, Any]:
    """The statement alone: once to warm up, then the faster of two."""
    text = assess_sql.statement(dict(Measure.objects.values_list("code", "pk")))
    seconds = []
    with connection.cursor() as cursor:
        cursor.execute(assess_sql.SETTINGS)
        for _time in range(3):
            begin = time.perf_counter()
            cursor.execute(text)
            row = cursor.fetchone()
            seconds.append(time.perf_counter() - begin)
    count, total, z_sum, vetoed, _places = row
    found = [count, f"{total:.2f}", f"{z_sum:.3f}", vetoed]
    return {"seconds": min(seconds[1:]), "found": found}


def work(first: int, step: int) -> dict[str, Any]:
    """Loaded and connected as a worker is that waits for jobs; begins when told."""
    cycles = list(Cycle.objects.order_by("pk").values_list("pk", flat=True))[first::step]
    numbers()
    print("ready", flush=True)
    sys.stdin.readline()
    begin = time.perf_counter()
    for cycle in cycles:
        assess_cycle(cycle_id=cycle, by=None)
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "memory": memory(), "processor": sum(os.times()[:2])}


def stored() -> dict[str, Any]:
    """What all results come to, and whether some of them, drawn by lot, can be explained."""
    row = Result.objects.aggregate(
        count=Count("pk"),
        total=Sum("total"),
        z_sum=Sum("z_score"),
        vetoed=Count("pk", filter=~Q(vetoes=[])),
    )
    ids = random.Random(1).sample(
        list(Result.objects.values_list("pk", flat=True)), min(EXPLAINED, row["count"])
    )
    found = Result.objects.filter(pk__in=ids).select_related("participant__officer")
    begin = time.perf_counter()
    wrong = sum(not agrees(result) for result in found)
    return {
        "found": [row["count"], f"{row['total']:.2f}", f"{row['z_sum']:.3f}", row["vetoed"]],
        "wrong": wrong,
        "explained": len(ids),
        "explaining": (time.perf_counter() - begin) / len(ids),
    }


def small(people: int) -> dict[str, Any]:
    """One court in the embedded database, from a cold process's first computing on."""
    call_command("migrate", verbosity=0)
    assess_data.fill_small(people)
    cycle = Cycle.objects.get()
    begin = time.perf_counter()
    assess_cycle(cycle_id=cycle.pk, by=None)
    return {"seconds": time.perf_counter() - begin, "memory": memory(), **stored()}


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    task, *sizes = sys.argv[1:]
    steps = {"fill": fill, "bare": bare, "work": work, "stored": stored, "small": small}
    print(json.dumps(steps[task](*map(int, sizes))))
