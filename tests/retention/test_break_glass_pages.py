"""The pages of an emergency opening, for who asks, who decides, and the officer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courtparty.audit.models import Entry
from retention.models import BreakGlass, HealthEntry
from retention.services.health_reading import file_of
from tests.factories import make_officer
from tests.retention.screening_cast import make_break_glass, make_opening, make_screening

pytestmark = pytest.mark.django_db

REASON = "在办公室昏倒,需要知道用药情况"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture(autouse=True)
def _in_english(political, president, steward, officer_user, head):
    for user in (political, president, steward, officer_user, head):
        user.language = "en"
        user.save()


def page(name, *args):
    return reverse(f"retention:break_glass_{name}", args=args)


def test_asking_begins_with_a_search_in_ones_own_scope(client, head, officer, court, filing):
    make_officer(court=court, department=filing, name="张海东")
    client.force_login(head)

    text = client.get(page("search"), {"q": "zhang"}).text

    assert page("ask", officer.pk) in text
    assert "张海东" not in text
    assert "Nobody of that name in your scope" in client.get(page("search"), {"q": "东"}).text
    assert "Enter a name" in client.get(page("search")).text


def test_asking_needs_a_reason_that_is_one(client, political, officer, president):
    client.force_login(political)

    short = client.post(page("ask", officer.pk), {"reason": "急"})
    assert "Say in a sentence what has happened." in short.text
    assert not BreakGlass.objects.exists()

    response = client.post(page("ask", officer.pk), {"reason": REASON}, follow=True)
    assert REASON in response.text
    again = client.post(page("ask", officer.pk), {"reason": REASON})
    assert "have asked for this officer&#x27;s file already" in again.text


def test_asking_for_who_is_out_of_reach_is_no_page(client, head, court, filing, outsider):
    elsewhere = make_officer(court=court, department=filing, name="周八")
    client.force_login(head)

    assert client.get(page("ask", elsewhere.pk)).status_code == 404
    assert client.post(page("ask", outsider.officer.pk), {"reason": REASON}).status_code == 404


def test_who_decides_reads_the_reason_and_approves(client, political, officer, president, now):
    one = make_break_glass(officer, political, reason=REASON, at=now)
    client.force_login(president)

    assert officer.name in client.get(page("queue")).text
    assert REASON in client.get(one.get_absolute_url()).text
    assert Entry.objects.filter(verb="break_glass.read", actor=president).count() == 1
    assert "for 24 hours" in " ".join(client.get(page("approve", one.pk)).text.split())
    client.post(page("approve", one.pk))

    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("approved", president)
    assert client.post(page("approve", one.pk)).status_code == 409
    assert client.post(page("refuse", one.pk), {"answer": "不"}).status_code == 409


def test_refusing_needs_an_answer(client, political, officer, president, now):
    one = make_break_glass(officer, political, at=now)
    client.force_login(president)

    client.post(page("refuse", one.pk), {"answer": ""})
    one.refresh_from_db()
    assert one.state == "asked"

    response = client.post(page("refuse", one.pk), {"answer": "请联系家属"}, follow=True)
    assert "请联系家属" in response.text
    assert "Refused." in response.text


def test_deciding_about_the_own_file_is_refused_on_the_page(
    client, political, president, court, civil, now
):
    himself = make_officer(court=court, department=civil, name="王院长", user=president)
    one = make_break_glass(himself, political, at=now)
    client.force_login(president)

    response = client.post(page("approve", one.pk))

    assert "This is decided by somebody who did not ask for it" in response.text
    assert page("approve", one.pk) not in client.get(one.get_absolute_url()).text
    one.refresh_from_db()
    assert one.state == "asked"


def test_reading_the_file_shows_the_health_file_and_no_screening(
    client, political, president, officer, now
):
    file = file_of(officer.pk)
    HealthEntry.objects.create(
        health_file=file, kind="allergy", text="青霉素过敏", created_at=now, updated_at=now
    )
    make_screening(officer)
    one = make_opening(officer, political, president, at=now)
    client.force_login(political)
    assert client.get(page("open", one.pk)).status_code == 405

    response = client.post(page("open", one.pk))

    assert "青霉素过敏" in response.text
    assert "opening number 1" in " ".join(response.text.split())
    assert "40 / 40" not in response.text
    assert "PSS" not in response.text
    reads = Entry.objects.about(officer).reads()
    assert [(e.verb, e.actor) for e in reads] == [("health.read", political)]


def test_an_empty_file_says_so(client, political, president, officer, now):
    one = make_opening(officer, political, president, at=now)
    client.force_login(political)

    assert "The health file is empty" in client.post(page("open", one.pk)).text


def test_the_end_closes_the_page(client, political, president, officer, now):
    one = make_opening(officer, political, president, at=now - timedelta(hours=25))
    client.force_login(political)

    assert client.post(page("open", one.pk)).status_code == 409
    text = client.get(one.get_absolute_url()).text
    assert "Read the file" not in text
    assert ">ended<" in text


def test_it_is_closed_earlier_by_who_asked(client, political, president, officer, now):
    one = make_opening(officer, political, president, at=now)
    client.force_login(political)

    response = client.post(page("end", one.pk), follow=True)

    assert "Closed." in response.text
    assert client.post(page("open", one.pk)).status_code == 409


def test_the_officer_sees_who_asked_and_why_and_changes_nothing(
    client, political, president, officer, officer_user, now
):
    one = make_opening(officer, political, president, at=now)
    client.force_login(officer_user)

    text = client.get(one.get_absolute_url()).text

    assert "昏倒在地" in text
    assert "Close it again" not in text
    refused = client.post(page("end", one.pk))
    assert "closed by who asked for it" in refused.text
    assert not Entry.objects.filter(verb="break_glass.read").exists()


def test_a_request_is_taken_back(client, political, president, officer, now):
    one = make_break_glass(officer, political, at=now)
    client.force_login(political)

    response = client.post(page("withdraw", one.pk), follow=True)

    assert "Taken back." in response.text
    assert client.post(page("withdraw", one.pk)).status_code == 409


def test_lists_hold_no_reason_and_cost_the_same_at_one_and_three(
    client, political, president, officer, court, civil, now, django_assert_max_num_queries
):
    make_break_glass(officer, political, reason=REASON, at=now)
    for user, name in ((political, "list"), (president, "queue")):
        BreakGlass.objects.exclude(officer=officer).delete()
        client.force_login(user)
        client.get(page(name))
        with django_assert_max_num_queries(40) as one:
            assert REASON not in client.get(page(name)).text
        for other in ("李四", "王五"):
            other = make_officer(court=court, department=civil, name=other)
            make_break_glass(other, political, reason=REASON, at=now)
        with django_assert_max_num_queries(40) as three:
            client.get(page(name))
        assert len(one) == len(three)


def test_the_queue_is_searched_and_filtered(
    client, political, president, officer, court, civil, now
):
    make_opening(officer, political, president, at=now)
    make_break_glass(make_officer(court=court, department=civil, name="李四"), political, at=now)
    client.force_login(president)

    waiting = client.get(page("queue"), {"state": "asked"}).text
    found = client.get(page("queue"), {"q": "海燕"}).text

    assert ("李四" in waiting, officer.name in waiting) == (True, False)
    assert ("李四" in found, officer.name in found) == (False, True)


def test_empty_lists_help(client, political, president):
    client.force_login(political)
    assert "You have not asked to open a file" in client.get(page("list")).text
    client.force_login(president)
    assert "Nobody has asked to open a file" in client.get(page("queue")).text
