import pytest

from courtparty.jobs.models import Job
from courtparty.jobs.registry import KINDS, Kind, Progress
from courtparty.jobs.runner import run_job
from courtparty.jobs.services import start_job

pytestmark = pytest.mark.django_db


def steps(job):
    yield Progress(1, 1)


@pytest.fixture
def job(political, client, settings, monkeypatch):
    settings.LANGUAGE_CODE = "en"
    client.cookies["django_language"] = "en"
    monkeypatch.setitem(KINDS, "test.work", Kind("Test work", steps))
    return start_job("test.work", by=political, lock="x", court=None, return_url="/my/")


def test_job_detail_shows_progress_and_may_be_cancelled(client, job, political):
    client.force_login(political)

    page = client.get(f"/jobs/{job.pk}/").text

    assert "Test work" in page
    assert f'hx-get="/jobs/{job.pk}/progress/"' in page
    assert f'action="/jobs/{job.pk}/cancel/"' in page


def test_job_detail_leads_back_when_done(client, job, political):
    client.force_login(political)
    run_job(job_id=job.pk)

    assert client.get(f"/jobs/{job.pk}/").url == "/my/"
    assert client.get(f"/jobs/{job.pk}/progress/")["HX-Redirect"] == f"/jobs/{job.pk}/"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (Job.State.REFUSED, "for the reason above"),
        (Job.State.FAILED, "tell the system administrator"),
        (Job.State.CANCELLED, "You cancelled this work"),
    ],
)
def test_job_detail_says_how_it_ended_and_what_to_do(client, job, political, state, said):
    client.force_login(political)
    Job.objects.filter(pk=job.pk).update(state=state, message="Because of this.")

    page = " ".join(client.get(f"/jobs/{job.pk}/").text.split())

    assert said in page
    assert "Because of this." in page
    assert 'href="/my/"' in page
    assert "hx-get" not in page


def test_job_progress_is_the_fragment_alone(client, job, political):
    client.force_login(political)

    response = client.get(f"/jobs/{job.pk}/progress/")

    assert response.text.lstrip().startswith("<div")
    assert "<html" not in response.text


def test_job_cancel(client, job, political):
    client.force_login(political)

    first = client.post(f"/jobs/{job.pk}/cancel/", follow=True)
    second = client.post(f"/jobs/{job.pk}/cancel/", follow=True)

    assert "Cancelled." in first.text
    assert "This had already finished." in second.text
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


@pytest.mark.parametrize("page", ["", "progress/"])
def test_jobs_of_others_are_not_found(client, job, head, page):
    client.force_login(head)

    assert client.get(f"/jobs/{job.pk}/{page}").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404


def test_jobs_need_a_sign_in(client, job):
    assert client.get(f"/jobs/{job.pk}/").status_code == 302
    assert client.get(f"/jobs/{job.pk}/cancel/").status_code == 405
