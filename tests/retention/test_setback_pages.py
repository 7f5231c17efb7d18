from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courtparty.lib.conflicts import Conflict
from retention.models import Setback, Talk, TalkTask
from retention.selectors.needs.setbacks import needs_of
from retention.selectors.own.setbacks import own_line
from retention.services import setbacks as care
from tests.factories import make_officer
from tests.retention.setbacks_cast import make_rule_task, make_setback, make_talk, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, request):
    def build(name):
        user = request.getfixturevalue(name)
        user.language = "en"
        user.save()
        client.force_login(user)
        return client

    return build


def url(name, *args):
    return reverse(f"retention:{name}", args=args)


# -- setbacks -------------------------------------------------------------------------------------


def test_setback_is_entered_in_two_steps(officer, branch_secretary, signed_in):
    client = signed_in("branch_secretary")
    found = client.get(url("setback_raise"), {"q": "zhang"})
    assert f"?officer={officer.pk}" in found.text

    today = timezone.localdate()
    response = client.post(
        f"{url('setback_raise')}?officer={officer.pk}",
        {"kind": "complaint", "happened_on": today, "detail": "x", "holder_id": ""},
    )

    setback = Setback.objects.get()
    assert response.url == setback.get_absolute_url()
    assert TalkTask.objects.get().holder == branch_secretary


@pytest.mark.parametrize("page", ["setback_raise", "talk_record", "talk_plan"])
def test_officer_out_of_reach_is_no_choice(page, signed_in, outsider, branch_secretary):
    address = f"{url(page)}?officer={outsider.officer.pk}"

    assert signed_in("branch_secretary").get(address).status_code == 404
    assert signed_in("branch_secretary").get(f"{url(page)}?officer=x").status_code == 404


def test_entering_says_why_it_refuses(officer, political, signed_in):
    tomorrow = timezone.localdate() + timedelta(days=1)

    response = signed_in("political").post(
        f"{url('setback_raise')}?officer={officer.pk}",
        {"kind": "complaint", "happened_on": tomorrow},
    )

    assert "lies in the future" in response.text
    assert not Setback.objects.exists()


def test_list_shows_who_is_late_and_with_whom(officer, branch_secretary, signed_in):
    setback = make_setback(officer, talk_due_on=timezone.localdate() - timedelta(days=7))
    make_task(officer, branch_secretary, setback=setback)

    page = signed_in("branch_secretary").get(url("setback_list"), {"state": "late"})

    row = page.context["page_obj"].object_list[0]
    assert (row.officer, row.holder, row.due.is_late) == ("张海燕", "branch.secretary", True)
    assert "1 talk after a setback is overdue" in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"open", "talked"}),
        ("?state=all", {"open", "talked", "better"}),
        ("?state=better", {"better"}),
        ("?state=follow", {"talked"}),
        ("?kind=bereavement", {"talked"}),
        ("?q=zhang", {"open", "talked"}),
        ("?q=nobody", set()),
        ("?state=none-of-these", set()),
    ],
)
def test_list_is_filtered(officer, political, signed_in, query, expected):
    today = timezone.localdate()
    make_setback(officer)
    make_setback(officer, kind="bereavement", state="talked", next_follow_up_on=today)
    make_setback(officer, kind="other", state="better", ended_on=today)

    page = signed_in("political").get(url("setback_list") + query)

    tones = {"talk due": "open", "talked with": "talked", "better": "better"}
    assert {tones[row.state] for row in page.context["page_obj"].object_list} == expected


@pytest.mark.parametrize("sort", ["officer", "-kind", "due", "-due", "state", "nonsense"])
def test_list_is_sorted_by_every_heading(officer, political, signed_in, sort):
    make_setback(officer)
    make_setback(officer, kind="other", state="withdrawn")

    page = signed_in("political").get(url("setback_list"), {"sort": sort, "state": "all"})

    assert page.context["page_obj"].paginator.count == 2


@pytest.mark.parametrize("name", ["setback_list", "talk_list", "talk_held"])
def test_lists_cost_the_same_with_one_row_and_with_three(
    name, court, civil, branch, officer, branch_secretary, client, django_assert_max_num_queries
):
    counts = []
    client.force_login(branch_secretary)
    client.get(url(name))  # what is kept between pages is read once
    for _round in range(3):
        one = make_officer(court=court, department=civil, branch=branch)
        task = make_task(one, branch_secretary, setback=make_setback(one))
        make_rule_task(one, branch_secretary)
        make_talk(one, branch_secretary, task=task)
        with django_assert_max_num_queries(60) as queries:
            assert client.get(url(name)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_page_of_a_setback_offers_what_can_be_done(officer, branch_secretary, signed_in):
    setback = make_setback(officer)

    page = signed_in("branch_secretary").get(setback.get_absolute_url())

    assert page.context["shown"].possible == {"help", "close", "withdraw", "change"}


def test_step_that_is_too_late_leads_back(officer, branch_secretary, signed_in):
    setback = make_setback(officer, state="withdrawn")

    response = signed_in("branch_secretary").get(url("setback_help", setback.pk))

    assert response.url == setback.get_absolute_url()


def test_help_follow_up_and_end_by_their_pages(officer, branch_secretary, signed_in):
    today = timezone.localdate()
    setback = make_setback(officer, state="talked")
    client = signed_in("branch_secretary")

    client.post(
        url("setback_help", setback.pk),
        {"measure": "rest", "who_id": branch_secretary.pk, "until": today, "text": ""},
    )
    given = setback.help.get()
    client.post(url("setback_help_done", setback.pk, given.pk))
    client.post(
        url("setback_follow_up", setback.pk), {"day": today, "outcome": "better", "note": ""}
    )
    client.post(url("setback_recover", setback.pk), {"on": today})

    setback.refresh_from_db()
    given.refresh_from_db()
    assert (setback.state, given.done_on) == ("better", today)


def test_conflict_is_answered_with_its_own_page(officer, branch_secretary, signed_in, monkeypatch):
    setback = make_setback(officer, state="talked")

    def overtaken(**_facts):
        raise Conflict("somebody was faster", url=setback.get_absolute_url())

    monkeypatch.setattr(care, "recover_setback", overtaken)
    response = signed_in("branch_secretary").post(
        url("setback_recover", setback.pk), {"on": timezone.localdate()}
    )

    assert response.status_code == 409
    assert setback.get_absolute_url() in response.text


def test_officer_reads_the_care_in_kind_words(officer, branch_secretary, officer_user, signed_in):
    setback = make_setback(officer, kind="discipline", detail="x")
    make_task(officer, branch_secretary, setback=setback)
    make_setback(officer, kind="other", state="withdrawn")

    page = signed_in("officer_user").get(url("my_talks"))

    assert "After a decision that is hard to bear" in page.text
    assert "In a hard time" not in page.text
    for judged in ("discipline", "penalty", "worse"):
        assert judged not in page.text


# -- talks ----------------------------------------------------------------------------------------


def posted(**fields):
    lines = {"agreed-TOTAL_FORMS": "5", "agreed-INITIAL_FORMS": "0"}
    return {"held_on": timezone.localdate(), "kind": "heart", **lines, **fields}


def test_planned_talk_is_entered_on_one_page(officer, branch_secretary, signed_in):
    task = make_task(officer, branch_secretary)

    response = signed_in("branch_secretary").post(
        url("talk_hold", task.pk),
        posted(
            shared_note="s",
            private_note="p",
            **{"agreed-0-text": "读书", "agreed-0-due_on": "2030-01-01"},
        ),
    )

    talk = Talk.objects.get()
    assert response.url == talk.get_absolute_url()
    assert (talk.task, talk.private_notes.get().private_note) == (task, "p")
    assert talk.shared_follow_up.get().text == "读书"


def test_form_says_beside_each_note_who_reads_it(officer, branch_secretary, signed_in):
    task = make_task(officer, branch_secretary)

    page = signed_in("branch_secretary").get(url("talk_hold", task.pk)).text

    assert "Read by you and the officer, and by nobody else" in page
    assert "Read by you alone" in page


def test_talk_without_a_plan_takes_up_a_planned_one(officer, branch_secretary, signed_in):
    task = make_rule_task(officer, branch_secretary, year=timezone.localdate().year)
    client = signed_in("branch_secretary")
    address = f"{url('talk_record')}?officer={officer.pk}"
    assert "branch secretary with a member" in client.get(address).text

    client.post(address, posted(task_id=task.pk))

    task.refresh_from_db()
    assert task.state == "held"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"kind": "care"}, "needs a shared note"),
        ({"held_on": "2999-01-01"}, "lies in the future"),
        ({"agreed-0-text": "x"}, "Agreed 1"),
        ({"agreed-0-text": "x", "agreed-0-due_on": "2020-01-01"}, "before the talk"),
        ({"agreed-TOTAL_FORMS": ""}, "ManagementForm"),
    ],
)
def test_entering_a_talk_says_what_is_wrong(officer, branch_secretary, signed_in, fields, text):
    task = make_task(officer, branch_secretary)

    response = signed_in("branch_secretary").post(url("talk_hold", task.pk), posted(**fields))

    assert text in response.text
    assert not Talk.objects.exists()


def test_head_holds_a_talk_by_rule_only_when_asked(officer, branch_secretary, head, signed_in):
    task = make_rule_task(officer, branch_secretary)
    client = signed_in("head")

    assert client.get(url("talk_hold", task.pk)).status_code == 404
    TalkTask.objects.update(holder=head)
    assert client.get(url("talk_hold", task.pk)).status_code == 200


def test_officer_acknowledges_with_a_word(officer, branch_secretary, officer_user, signed_in):
    talk = make_talk(officer, branch_secretary, shared_note="记录")
    client = signed_in("officer_user")
    assert "记录" in client.get(talk.get_absolute_url()).text

    client.post(url("talk_acknowledge", talk.pk), {"own_word": "谢谢"})

    talk.refresh_from_db()
    assert talk.acknowledged_at
    assert talk.own_word == "谢谢"


def test_calendar_shows_the_month_and_moves(officer, branch_secretary, signed_in):
    make_task(officer, branch_secretary, due_on=date(2026, 11, 12))
    client = signed_in("branch_secretary")

    page = client.get(url("talk_calendar"), {"month": "2026-11"})
    days = [day for week in page.context["weeks"] for day in week]

    assert [day.day for day in days if day.tasks] == [date(2026, 11, 12)]
    assert (page.context["before"], page.context["after"]) == ("2026-10", "2026-12")
    for wrong in ("2026-13", "x", "0000-01", "9999-12", "0001-01"):
        assert client.get(url("talk_calendar"), {"month": wrong}).status_code == 200


def test_coverage_counts_what_was_held(
    court, civil, branch, other_branch, officer, branch_secretary, secretary, signed_in
):
    other = make_officer(court=court, department=civil, branch=other_branch, name="李明")
    year = timezone.localdate().year
    make_rule_task(officer, branch_secretary, year=year, state="held")
    make_rule_task(other, None, year=year, due_on=date(2020, 1, 1))
    make_rule_task(
        other, None, year=year, pair="head_officer", state="cancelled", cancel_reason="away"
    )

    found = signed_in("secretary").get(url("talk_coverage")).context["found"]
    assert [(one.label, one.planned, one.held, one.late) for one in found.by_branch] == [
        ("第一党支部", 1, 1, 0),
        ("第二党支部", 1, 0, 1),
    ]
    assert (found.total.planned, found.total.held) == (2, 1)

    # A branch secretary sees the own branch alone.
    own = signed_in("branch_secretary").get(url("talk_coverage")).context["found"]
    assert [one.label for one in own.by_branch] == ["第一党支部"]


def test_rule_is_changed_on_its_page(court, political, signed_in):
    client = signed_in("political")
    address = url("talk_rule_change", court.pk, "head_officer")

    refused = client.post(address, {"times_per_year": 0, "certainty": "U"})
    assert refused.status_code == 200
    client.post(address, {"is_used": "on", "times_per_year": 2, "certainty": "U", "source": ""})

    assert court.talk_rules.get().times_per_year == 2
    assert client.get(url("talk_rule_change", court.pk, "nonsense")).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 2),
        ("?state=late", 1),
        ("?state=nobody", 1),
        ("?state=all", 3),
        ("?state=held", 1),
        ("?q=branch", 1),
        ("?pair=secretary_member", 1),
        ("?kind=rule&year=2026", 1),
        ("?branch=none", 0),
        ("?sort=-holder", 2),
    ],
)
def test_planned_talks_are_filtered(
    officer, branch_secretary, political, signed_in, query, expected
):
    make_rule_task(officer, branch_secretary, due_on=date(2020, 1, 1))
    make_task(officer, None)
    make_task(officer, political, state="held")

    page = signed_in("political").get(url("talk_list") + query)

    assert page.context["page_obj"].paginator.count == expected


# -- what waits, and My records -------------------------------------------------------------------


def test_what_waits_for_a_secretary(officer, branch_secretary, head, django_assert_num_queries):
    on = timezone.localdate()
    setback = make_setback(officer, talk_due_on=on - timedelta(days=1))
    make_task(officer, branch_secretary, setback=setback, due_on=on - timedelta(days=1))
    make_task(officer, head, due_on=on - timedelta(days=1))
    make_task(officer, None)
    branch_secretary.current_grants()

    with django_assert_num_queries(0):
        lines = list(needs_of(branch_secretary, on=on))

    counts = [line.rows.count() for line in lines]
    assert counts == [1, 0, 0, 0, 0, 1, 1, 1, 0]


def test_officer_has_the_own_lines_alone(officer, branch_secretary, officer_user):
    on = timezone.localdate()
    make_talk(officer, branch_secretary, agreed="·")

    assert [line.rows.count() for line in needs_of(officer_user, on=on)] == [0, 0, 0, 1, 1]


def test_platform_account_has_nothing_waiting(system_admin):
    assert list(needs_of(system_admin, on=timezone.localdate())) == []


def test_own_line_says_what_is_next(officer, branch_secretary, django_assert_num_queries):
    on = timezone.localdate()
    with django_assert_num_queries(2):
        assert own_line(officer, on=on).text

    task = make_task(officer, branch_secretary)
    assert str(task.due_on) in own_line(officer, on=on).text
    talk = make_talk(officer, branch_secretary)
    assert (str(talk.held_on) in own_line(officer, on=on).text, own_line(officer, on=on).tone) == (
        True,
        "info",
    )
