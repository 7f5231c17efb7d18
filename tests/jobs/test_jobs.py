from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from courtparty.jobs import runner, tasks
from courtparty.jobs.models import LEASE, MAX_ATTEMPTS, Job, StoredFile
from courtparty.jobs.registry import KINDS, Kind, Progress, Refused
from courtparty.jobs.services import CannotStart, cancel_job, start_job, store_file
from courtparty.lib.crypto import CannotDecrypt
from courtparty.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch):
    """Registers generator functions as kinds of work for one test."""

    def register(function, name="test.work"):
        monkeypatch.setitem(KINDS, name, Kind("Test work", function))
        return name

    return register


def three_steps(job):
    yield Progress(1, 3)
    yield Progress(2, 3)
    yield Progress(3, 3)
    return {"made": job.args.get("number", 0)}


def breaks(job):
    yield Progress(1, 3)
    raise RuntimeError("person's data")


def refuses(job):
    yield Progress(1, 3)
    raise Refused("Not like this.")


def start(kind, by, lock="lock", **args):
    return start_job(kind, by=by, lock=lock, court=None, return_url="/my/", **args)


def now():
    return timezone.now()


def test_start_pokes_a_worker_after_commit(
    work, political, monkeypatch, django_capture_on_commit_callbacks
):
    poked = []
    monkeypatch.setattr(tasks.run_job, "delay", poked.append)

    with django_capture_on_commit_callbacks(execute=True):
        job = start(work(three_steps), political)
        assert poked == []

    assert poked == [job.pk]
    assert (job.state, job.language, job.attempts) == (Job.State.QUEUED, "zh-hans", 0)


def test_broker_that_is_down_leaves_the_row_to_the_sweep(
    work, political, monkeypatch, django_capture_on_commit_callbacks
):
    def down(job_id):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.run_job, "delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        job = start(work(three_steps), political)

    later = now() + runner.POKE_AFTER + timedelta(seconds=1)
    assert runner.jobs_to_poke(at=now()) == []
    assert runner.jobs_to_poke(at=later) == [job.pk]


def test_two_unfinished_jobs_never_share_a_lock(work, political):
    kind = work(three_steps)
    job = start(kind, political)

    with pytest.raises(CannotStart):
        start(kind, political)

    runner.run_job(job_id=job.pk)
    assert start(kind, political).pk != job.pk


def test_run_ends_with_progress_and_result(work, political):
    job = start(work(three_steps), political, number=7)

    runner.run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == (Job.State.DONE, 3, 3, 100)
    assert job.result == {"made": 7}
    assert (job.lease_until, job.attempts) == (None, 1)
    assert not Notice.objects.exists()


def test_a_job_in_hand_is_not_taken_again(work, political):
    done = []

    def nested(job):
        yield Progress(1, 2)
        done.append(job.pk)
        runner.run_job(job_id=job.pk)
        yield Progress(2, 2)

    job = start(work(nested), political)
    runner.run_job(job_id=job.pk)
    runner.run_job(job_id=job.pk)

    assert done == [job.pk]


def test_each_step_renews_the_lease(work, political):
    leases = []

    def watching(job):
        for done in (1, 2):
            yield Progress(done, 2)
            leases.append(Job.objects.get(pk=job.pk).lease_until)

    job = start(work(watching), political)
    runner.run_job(job_id=job.pk)

    assert leases[0] < leases[1]
    assert leases[0] > job.created_at + LEASE - timedelta(seconds=5)


def test_a_dead_workers_job_is_taken_up_and_the_dead_one_stops(work, political):
    taken = []

    def hangs(job):
        yield Progress(1, 2)
        taken.append(job.attempts)
        if job.attempts == 1:
            # The lease runs out while this worker sleeps, and another one takes over.
            Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
            runner.run_job(job_id=job.pk)
        yield Progress(2, 2)
        taken.append(f"end of {job.attempts}")

    job = start(work(hangs), political)
    runner.run_job(job_id=job.pk)

    job.refresh_from_db()
    assert taken == [1, 2, "end of 2"]
    assert (job.state, job.attempts) == (Job.State.DONE, 2)


def test_refusal_is_told_in_its_own_words_and_not_repeated(work, political):
    job = start(work(refuses), political)

    runner.run_job(job_id=job.pk)
    runner.run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.message, job.attempts) == (Job.State.REFUSED, "Not like this.", 1)


def test_failure_is_tried_three_times_and_tells_nothing_personal(work, political, caplog):
    job = start(work(breaks), political)
    states = []

    for _attempt in range(MAX_ATTEMPTS + 1):
        runner.run_job(job_id=job.pk)
        states.append(Job.objects.get(pk=job.pk).state)

    job.refresh_from_db()
    assert states == [Job.State.QUEUED, Job.State.QUEUED, Job.State.FAILED, Job.State.FAILED]
    assert job.attempts == MAX_ATTEMPTS
    assert "person" not in job.message
    assert job.message
    assert "person's data" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_sweep_gives_up_what_three_workers_died_of(work, political):
    job = start(work(three_steps), political)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempts=MAX_ATTEMPTS, lease_until=now() - timedelta(seconds=1)
    )

    assert runner.jobs_to_poke(at=now()) == []

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.message


def test_sweep_leaves_alone_what_is_in_hand(work, political):
    job = start(work(three_steps), political)
    long_ago = now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempts=1, lease_until=now() + LEASE, created_at=long_ago
    )

    assert runner.jobs_to_poke(at=now()) == []


def test_sweep_task_pokes_what_waits(work, political, monkeypatch):
    poked = []
    monkeypatch.setattr(tasks.run_job, "delay", poked.append)
    job = start(work(three_steps), political)
    Job.objects.update(created_at=now() - timedelta(minutes=1))

    tasks.sweep()

    assert poked == [job.pk]


def test_cancel_stops_the_work_before_its_next_step(work, political):
    reached = []

    def cancelled_midway(job):
        yield Progress(1, 3)
        cancel_job(job_id=job.pk, by=job.created_by, at=now())
        yield Progress(2, 3)
        reached.append("third step")
        yield Progress(3, 3)

    job = start(work(cancelled_midway), political)
    runner.run_job(job_id=job.pk)

    job.refresh_from_db()
    assert reached == []
    assert (job.state, job.done) == (Job.State.CANCELLED, 1)


def test_cancel_is_for_ones_own_unfinished_job(work, political, head):
    job = start(work(three_steps), political)

    assert not cancel_job(job_id=job.pk, by=head, at=now())
    assert cancel_job(job_id=job.pk, by=political, at=now())
    assert not cancel_job(job_id=job.pk, by=political, at=now())
    runner.run_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_work_is_done_in_the_language_it_was_asked_in(work, political):
    job = start(work(breaks), political)
    Job.objects.filter(pk=job.pk).update(language="en", attempts=2)

    runner.run_job(job_id=job.pk)

    job.refresh_from_db()
    assert job.message == "An internal error. Nothing was changed by this step."


def test_long_work_ends_with_one_notice(work, political):
    job = start(work(three_steps), political)
    Job.objects.filter(pk=job.pk).update(created_at=now() - timedelta(minutes=1))

    runner.run_job(job_id=job.pk)
    runner.run_job(job_id=job.pk)

    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.url) == (political, "job_done", "/my/")


def test_files_are_kept_encrypted_until_they_expire(political):
    stored = store_file(b"secret", name="roster.xlsx", content_type="x", by=political)

    assert b"secret" not in bytes(stored.sealed)
    assert StoredFile.objects.get(pk=stored.pk).content == b"secret"
    assert runner.delete_expired_files(at=now()) == 0
    assert runner.delete_expired_files(at=stored.expires_at) == 1
    assert not StoredFile.objects.exists()


def test_a_file_does_not_open_as_another_one(political):
    stored = store_file(b"secret", name="a", content_type="x", by=political)
    other = store_file(b"other", name="b", content_type="x", by=political)
    other.sealed = stored.sealed

    with pytest.raises(CannotDecrypt):
        _ = other.content
