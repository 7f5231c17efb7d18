import pytest
from django.urls import reverse

from courtparty.notices.models import Notice
from courtparty.notices.services import notify

INBOX = reverse("notices:inbox")


@pytest.fixture
def notice(political):
    notify(political, kind="correction_asked", key="correction:1:1", url="/cadres/corrections/")
    return Notice.objects.get()


def shown(response) -> list[str]:
    return [one.key for one in response.context["page"].object_list]


def test_inbox_shows_own_notices_newest_first(client, political, head, notice):
    notify(head, kind="correction_asked", key="for somebody else")
    notify(political, kind="account_rights_changed", key="second")
    client.force_login(political)

    assert shown(client.get(INBOX)) == ["second", "correction:1:1"]


def test_inbox_tells_in_the_readers_language(client, political, notice):
    political.language = "en"
    political.save()
    client.force_login(political)

    assert "An officer asks for a correction of personal data." in client.get(INBOX).text


def test_inbox_can_be_cut_to_the_unread(client, political, notice):
    notify(political, kind="account_rights_changed", key="second")
    client.force_login(political)
    client.post(reverse("notices:notice_open", args=[notice.pk]))

    assert shown(client.get(INBOX, {"show": "unread"})) == ["second"]


def test_notice_open_marks_it_read_and_leads_on(client, political, notice):
    client.force_login(political)

    response = client.post(reverse("notices:notice_open", args=[notice.pk]))

    assert response.url == "/cadres/corrections/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_notice_open_knows_own_notices_only(client, head, notice):
    client.force_login(head)

    assert client.post(reverse("notices:notice_open", args=[notice.pk])).status_code == 404


def test_notice_read_all_marks_the_own_ones(client, political, head, notice):
    notify(head, kind="account_rights_changed", key="second")
    client.force_login(political)

    assert client.post(reverse("notices:notice_read_all")).url == INBOX

    assert [one.user for one in Notice.objects.unread()] == [head]


def test_inbox_without_notices_says_what_comes_here(client, political):
    client.force_login(political)

    response = client.get(INBOX)

    assert shown(response) == []
    assert 'class="empty"' in response.text


def test_inbox_costs_the_same_for_one_and_three_notices(
    client, political, notice, django_assert_num_queries
):
    client.force_login(political)
    client.get(INBOX)
    with django_assert_num_queries(6):
        client.get(INBOX)
    for key in ("second", "third"):
        notify(political, kind="account_rights_changed", key=key)

    with django_assert_num_queries(6):
        client.get(INBOX)
