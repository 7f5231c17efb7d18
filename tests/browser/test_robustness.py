"""Workers that are killed and queues that are gone: every job ends, exactly once."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import office
from tests.browser.conftest import Site
from tests.cadres.roster_books import person, roster

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo site")]

MANY = 300
SWEPT_WITHIN = 90_000  # beat sweeps each half minute; a worker may be starting anew meanwhile

# An hour goes by: the dead worker's lease runs out, and the row has waited for long enough.
TIME_PASSES = """
from datetime import timedelta
from django.utils import timezone
from courtparty.jobs.models import Job
long_ago = timezone.now() - timedelta(hours=1)
Job.objects.filter(state="running").update(lease_until=long_ago)
Job.objects.filter(state="queued").update(created_at=long_ago)
"""
ATTEMPTS = """
from courtparty.jobs.models import Job
print("attempts", Job.objects.latest("pk").attempts, Job.objects.latest("pk").state)
"""


@pytest.fixture
def political(demo_site, page) -> Page:
    office.sign_in(page, demo_site.address, "political", demo_site.password)
    return page


def officers(page: Page, site: Site) -> int:
    page.goto(f"{site.address}/cadres/officers/")
    return int(re.search(r"\d+", page.locator(".list-footer p").first.inner_text())[0])


def many_people(first: int) -> dict:
    people = [
        person(number, sex="女" if number % 2 == 0 else "男", department="立案庭")
        for number in range(first, first + MANY)
    ]
    name = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "花名册.xlsx", "mimeType": name, "buffer": roster(*people)}


def kill_workers_at_work(page: Page, site: Site) -> list[int]:
    """kill -9 of the worker and of its children, as soon as one of them has the job in hand."""
    progress = f"{page.url}progress/"
    until = time.monotonic() + 30
    while "is-running" not in page.request.get(progress).text():
        assert time.monotonic() < until
    killed = site.processes("celery worker")
    for process in killed:
        os.kill(process, signal.SIGKILL)
    return killed


def test_import_of_a_killed_worker_is_done_once_by_the_next(demo_site, political):
    before = officers(political, demo_site)
    office.upload(political, f"{demo_site.address}/cadres/roster/", many_people(2))
    office.wait_for_job(political)
    political.click("a[href$='/confirm/']")
    office.confirm(political)

    killed = kill_workers_at_work(political, demo_site)
    assert "is-running" in political.request.get(f"{political.url}progress/").text()
    demo_site.manage("shell", "--no-imports", "-c", TIME_PASSES)
    political.wait_for_url("**/cadres/roster/*/", timeout=SWEPT_WITHIN)

    assert not set(killed) & set(demo_site.processes("celery worker"))
    expect(political.locator(".note-success")).to_contain_text(str(MANY))
    assert officers(political, demo_site) == before + MANY
    assert "attempts 2 done" in demo_site.manage("shell", "--no-imports", "-c", ATTEMPTS)


def test_upload_without_a_queue_waits_for_the_sweep(demo_site, political):
    before = officers(political, demo_site)
    demo_site.broker.fail()
    try:
        office.upload(political, f"{demo_site.address}/cadres/roster/", many_people(5002))
        expect(political).to_have_url(re.compile(r"/jobs/\d+/$"))
        expect(political.locator(".progress-card.is-queued")).to_be_visible()
    finally:
        demo_site.broker.work_again()
    demo_site.manage("shell", "--no-imports", "-c", TIME_PASSES)

    political.wait_for_url("**/cadres/roster/*/", timeout=SWEPT_WITHIN)

    assert office.figures_on_cards(political)[0] == str(MANY)
    political.click("form[action$='/discard/'] button")
    assert officers(political, demo_site) == before
