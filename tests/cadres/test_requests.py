"""The services of staffing requests: what they change, log and tell, and what they refuse."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from cadres.models import (
    Approval,
    CadreSettings,
    Post,
    RequestLine,
    RequestStep,
    StaffingRequest,
)
from cadres.selectors.requests import replies_overdue, version_of
from cadres.services import requests as services
from cadres.services.requests import CannotDraft, CannotRecord, PostAsked
from cadres.tasks import remind_replies
from courtparty.accounts.models import Unit
from courtparty.accounts.selectors import holders_of
from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice, WorkingDay
from tests.cadres.establishment import make_approval, make_post
from tests.cadres.staffing import DRAFTED, SENT, answer, draft, scan, send, step

DEPUTY, CADRE, SECRETARY = "fulltime_deputy", "party_affairs_cadre", "secretary"


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00")


@pytest.fixture
def drafted(party_org, party_affairs) -> StaffingRequest:
    """One full-time deputy secretary and two Party-affairs cadres."""
    posts = [PostAsked(party_org, DEPUTY), PostAsked(party_org, CADRE, count=2)]
    return draft(party_org, by=party_affairs, posts=posts)


@pytest.fixture
def sent(drafted, party_affairs) -> StaffingRequest:
    return send(drafted, by=party_affairs)


def lines_of(staffing: StaffingRequest) -> list[RequestLine]:
    return list(staffing.lines.order_by("pk"))


def granting(staffing: StaffingRequest, *counts: int) -> dict[int, int]:
    return dict(zip([line.pk for line in lines_of(staffing)], counts, strict=True))


def verbs(staffing: StaffingRequest) -> list[str]:
    return list(Entry.objects.about(staffing).order_by("pk").values_list("verb", flat=True))


def actions(staffing: StaffingRequest) -> list[tuple[str, str]]:
    return list(staffing.steps.order_by("pk").values_list("action", "state"))


# -- drafting -----------------------------------------------------------------------------------


def test_draft_request_stores_lines_and_the_first_step(drafted, court, party_org, party_affairs):
    assert (drafted.court, drafted.unit, drafted.state) == (court, party_org, "drafted")
    assert [(line.kind, line.count, line.is_fulltime) for line in lines_of(drafted)] == [
        (DEPUTY, 1, True),
        (CADRE, 2, True),
    ]
    first = drafted.steps.get()
    assert (first.action, first.state, first.on, first.by) == (
        "draft",
        "drafted",
        DRAFTED,
        party_affairs,
    )
    entry = Entry.objects.get(verb="request.drafted")
    assert (entry.court, entry.actor, entry.detail) == (court, party_affairs, {"lines": 2})
    assert not Notice.objects.exists()


def test_draft_request_keeps_the_attachment(party_org, party_affairs):
    staffing = draft(party_org, by=party_affairs, file=scan("党组会议纪要.pdf"))

    kept = staffing.steps.get().file
    assert (kept.name, kept.content[:4], kept.expires_at) == ("党组会议纪要.pdf", b"%PDF", None)


@pytest.mark.parametrize(
    "posts",
    [
        pytest.param(lambda org, other: [], id="no post"),
        pytest.param(lambda org, other: [PostAsked(org, CADRE, name=str(n)) for n in range(7)],
                     id="seven lines"),
        pytest.param(lambda org, other: [PostAsked(other, CADRE)], id="a unit outside of it"),
        pytest.param(lambda org, other: [PostAsked(org, "branch_secretary")],
                     id="a kind it can't hold"),
        pytest.param(lambda org, other: [PostAsked(org, "king")], id="no such kind"),
        pytest.param(lambda org, other: [PostAsked(org, DEPUTY, count=2)], id="exclusive, two"),
        pytest.param(lambda org, other: [PostAsked(org, CADRE, count=0)], id="none of a kind"),
        pytest.param(lambda org, other: [PostAsked(org, CADRE, count=100)], id="a hundred"),
        pytest.param(lambda org, other: [PostAsked(org, CADRE), PostAsked(org, CADRE, count=2)],
                     id="the same twice"),
        pytest.param(lambda org, other: [PostAsked(org, SECRETARY)], id="it has that one"),
    ],
)  # fmt: skip
def test_draft_request_refuses(party_org, civil, party_affairs, posts):
    make_post(party_org, SECRETARY)

    with pytest.raises(CannotDraft):
        draft(party_org, by=party_affairs, posts=posts(party_org, civil))

    assert not StaffingRequest.objects.exists()
    assert not Entry.objects.filter(verb="request.drafted").exists()


def test_draft_request_allows_what_was_closed_or_has_another_name(party_org, party_affairs):
    make_post(party_org, SECRETARY, closed_on=date(2026, 1, 1))
    make_post(party_org, DEPUTY, name="政治工作")

    posts = [PostAsked(party_org, SECRETARY), PostAsked(party_org, DEPUTY, name="纪律检查")]

    assert draft(party_org, by=party_affairs, posts=posts).lines.count() == 2


def test_draft_request_is_for_a_party_organisation_in_use(party_org, civil, party_affairs):
    with pytest.raises(CannotDraft):
        draft(civil, by=party_affairs, posts=[PostAsked(civil, CADRE)])
    Unit.objects.filter(pk=party_org.pk).update(is_active=False)
    party_org.refresh_from_db()
    with pytest.raises(CannotDraft):
        draft(party_org, by=party_affairs)


def test_draft_request_refuses_a_day_to_come(party_org, party_affairs):
    tomorrow = timezone.localdate() + timedelta(days=1)

    with pytest.raises(CannotDraft):
        draft(party_org, by=party_affairs, on=tomorrow)


def test_change_draft_writes_it_anew(drafted, branch, party_affairs):
    change(drafted, branch, by=party_affairs, file=scan("新附件.pdf"))

    drafted.refresh_from_db()
    assert (drafted.unit, drafted.title, drafted.addressee) == (branch, "改", "示例县委组织部")
    assert [(line.unit, line.kind) for line in lines_of(drafted)] == [(branch, "branch_secretary")]
    first = drafted.steps.get()
    assert (first.on, first.file.name) == (date(2026, 9, 1), "新附件.pdf")
    assert verbs(drafted) == ["request.drafted", "request.changed"]


def test_change_draft_keeps_the_attachment(party_org, branch, party_affairs):
    staffing = draft(party_org, by=party_affairs, file=scan("纪要.pdf"))

    change(staffing, branch, by=party_affairs)

    assert staffing.steps.get().file.name == "纪要.pdf"


def test_change_draft_is_too_late_once_sent(sent, branch, party_affairs):
    with pytest.raises(Conflict) as refusal:
        change(sent, branch, by=party_affairs)

    assert refusal.value.url == sent.get_absolute_url()
    sent.refresh_from_db()
    assert sent.title != "改"
    assert sent.lines.count() == 2


def test_change_draft_overwrites_no_change_of_somebody_else(drafted, branch, party_affairs):
    seen = version_of(drafted)
    change(drafted, branch, by=party_affairs, seen=seen)

    with pytest.raises(Conflict) as refusal:
        change(drafted, branch, by=party_affairs, seen=seen, title="再改")

    assert refusal.value.url == drafted.get_absolute_url()
    drafted.refresh_from_db()
    assert drafted.title == "改"
    change(drafted, branch, by=party_affairs, seen=version_of(drafted))


def test_change_draft_stays_in_its_court(drafted, other_court, party_affairs):
    elsewhere = Unit.objects.add_child(other_court, {"kind": "general_branch", "name": "外院总支"})

    with pytest.raises(CannotDraft):
        change(drafted, elsewhere, by=party_affairs, posts=[PostAsked(elsewhere, CADRE)])


def change(staffing, unit, *, by, posts=None, file=None, title="改", seen=None):
    return services.change_draft(
        request_id=staffing.pk,
        unit=unit,
        title=title,
        seen=seen,
        addressee="示例县委组织部",
        reason="另述。",
        posts=posts or [PostAsked(unit, "branch_secretary")],
        on=date(2026, 9, 1),
        by=by,
        at=timezone.now(),
        file=file,
    )


# -- sending, chasing, withdrawing --------------------------------------------------------------


def test_send_request_counts_the_days_to_the_reply(drafted, party_affairs):
    WorkingDay.objects.all().delete()
    CadreSettings.objects.create(court=drafted.court, reply_days=10)
    WorkingDay.objects.create(day=date(2026, 9, 25), is_worked=False, name="中秋")

    sent = send(drafted, by=party_affairs, file=scan("请示.pdf"))

    # Sent on Monday, 14 September: ten working days, the 25th off.
    assert (sent.state, sent.reply_due_on) == ("sent", date(2026, 9, 29))
    last = sent.steps.order_by("-pk")[0]
    assert (last.action, last.number, last.on, last.file.name) == (
        "send",
        "示法党〔2026〕3号",
        SENT,
        "请示.pdf",
    )
    assert verbs(sent) == ["request.drafted", "request.sent"]
    assert not Notice.objects.exists()


def test_send_request_needs_a_number(drafted, party_affairs):
    with pytest.raises(CannotRecord):
        send(drafted, by=party_affairs, number="  ")

    drafted.refresh_from_db()
    assert (drafted.state, drafted.steps.count()) == ("drafted", 1)
    assert verbs(drafted) == ["request.drafted"]


@pytest.mark.parametrize("day", [DRAFTED - timedelta(days=1), date(2999, 1, 1), date.max])
def test_a_step_is_neither_before_the_one_before_nor_to_come(drafted, party_affairs, day):
    with pytest.raises(CannotRecord):
        send(drafted, by=party_affairs, on=day)

    assert actions(drafted) == [("draft", "drafted")]


def test_chase_reply_leaves_the_day_it_is_due(sent, party_affairs):
    due = sent.reply_due_on

    step(services.chase_reply, sent, by=party_affairs, note="电话催问", on=date(2026, 10, 20))

    sent.refresh_from_db()
    assert (sent.state, sent.reply_due_on) == ("sent", due)
    assert actions(sent)[-1] == ("chase", "sent")
    assert verbs(sent)[-1] == "request.chased"


@pytest.mark.parametrize("is_sent", [False, True])
def test_withdraw_request_ends_it(drafted, party_affairs, is_sent):
    staffing = send(drafted, by=party_affairs) if is_sent else drafted

    step(services.withdraw_request, staffing, by=party_affairs, note="改为内部调剂")

    staffing.refresh_from_db()
    assert (staffing.state, staffing.reply_due_on) == ("withdrawn", None)
    assert staffing.steps.order_by("-pk")[0].note == "改为内部调剂"
    assert verbs(staffing)[-1] == "request.withdrawn"


@pytest.mark.parametrize(
    "service",
    [
        services.send_request,
        services.chase_reply,
        services.resend_request,
        services.withdraw_request,
    ],
)
def test_a_withdrawn_request_stays_so(drafted, party_affairs, service):
    step(services.withdraw_request, drafted, by=party_affairs)

    with pytest.raises(Conflict):
        step(service, drafted, by=party_affairs, number="示法党〔2026〕9号")

    assert actions(drafted) == [("draft", "drafted"), ("withdraw", "withdrawn")]


def test_a_step_that_somebody_else_has_done_meanwhile_is_a_conflict(sent, party_affairs, political):
    seen = sent.steps.order_by("-pk")[0].pk
    step(services.chase_reply, sent, by=political, seen=seen)

    with pytest.raises(Conflict) as refusal:
        step(services.chase_reply, sent, by=party_affairs, seen=seen)

    assert refusal.value.url == sent.get_absolute_url()
    assert [action for action, _state in actions(sent)] == ["draft", "send", "chase"]


# -- the reply ----------------------------------------------------------------------------------


def test_answer_that_grants_all_opens_every_post(sent, party_affairs, party_org):
    answer(sent, granting(sent, 1, 2), by=party_affairs)

    sent.refresh_from_db()
    assert (sent.state, sent.reply_due_on) == ("approved", None)
    approval = Approval.objects.get()
    assert (approval.number, approval.issued_on, approval.issuer) == (
        "组通〔2026〕12号",
        date(2026, 10, 12),
        "示例县委组织部",
    )
    facts = ("kind", "authorised", "is_exclusive", "is_fulltime", "opened_on", "approval", "unit")
    assert list(Post.objects.order_by("pk").values_list(*facts)) == [
        (DEPUTY, 1, True, True, date(2026, 10, 12), approval.pk, party_org.pk),
        (CADRE, 2, False, True, date(2026, 10, 12), approval.pk, party_org.pk),
    ]
    assert [line.posts.count() for line in lines_of(sent)] == [1, 1]


def test_answer_in_part_opens_the_posts_it_grants(sent, party_affairs):
    first, second = lines_of(sent)

    answer(sent, {first.pk: 0, second.pk: 1}, by=party_affairs, note="先行核定一名")

    sent.refresh_from_db()
    assert (sent.state, sent.reply_due_on) == ("partly", None)
    assert [line.approved for line in lines_of(sent)] == [0, 1]
    assert list(Post.objects.values_list("kind", "authorised", "request_line")) == [
        (CADRE, 1, second.pk)
    ]
    last = sent.steps.order_by("-pk")[0]
    assert (last.action, last.number, last.on) == ("partly", "组通〔2026〕12号", date(2026, 10, 14))
    assert last.granted == {str(first.pk): 0, str(second.pk): 1}
    entry = Entry.objects.get(verb="request.answered")
    assert entry.detail == {"state": "partly", "granted": 1}


def test_answer_that_refuses_opens_nothing(sent, party_affairs):
    answer(sent, granting(sent, 0, 0), by=party_affairs)

    sent.refresh_from_db()
    assert (sent.state, actions(sent)[-1]) == ("refused", ("refuse", "refused"))
    assert not Post.objects.exists()


def test_answer_tells_those_who_read_the_request(
    sent, party_affairs, political, president, secretary, branch_secretary, head, outsider_political
):
    answer(sent, granting(sent, 1, 0), by=party_affairs)

    last = sent.steps.order_by("-pk")[0]
    told = {(one.user, one.kind, one.key, one.url) for one in Notice.objects.all()}
    assert told == {
        (user, "request_answered", f"request-answered:{last.pk}:{user.pk}", sent.get_absolute_url())
        for user in (political, president, secretary)
    }


def test_answer_keeps_the_file_with_the_document(sent, party_affairs):
    answer(sent, granting(sent, 0, 0), by=party_affairs, file=scan("批复.pdf"))

    last = sent.steps.order_by("-pk")[0]
    assert last.file == last.approval.file == StoredFile.objects.get()


@pytest.mark.parametrize("number", ["组通〔2026〕12号", "组通[2026] 12 号"])
def test_answer_with_a_document_on_record_keeps_both_files(sent, court, party_affairs, number):
    answer_file, known_file = scan("新扫描.pdf"), draft_file(party_affairs)
    known = make_approval(
        court, number="组通〔2026〕12号", issued_on=date(2026, 10, 12), file=known_file
    )

    answer(sent, granting(sent, 1, 0), by=party_affairs, file=answer_file, number=number)

    last = sent.steps.order_by("-pk")[0]
    assert (last.approval, last.approval.file) == (known, known_file)
    assert last.file.name == "新扫描.pdf"


def draft_file(by):
    return services.steps.kept_file(scan("原件.pdf"), by)


@pytest.mark.parametrize(
    ("counts", "document"),
    [
        pytest.param((2, 0), {}, id="more than asked for"),
        pytest.param((-1, 0), {}, id="less than nothing"),
        pytest.param((1, 0), {"issued_on": date(2026, 9, 13)}, id="older than the request"),
        pytest.param((1, 0), {"issued_on": date(2026, 10, 15)}, id="younger than its receipt"),
    ],
)
def test_answer_refuses(sent, party_affairs, political, counts, document):
    with pytest.raises(CannotRecord):
        answer(sent, granting(sent, *counts), by=party_affairs, **document)

    assert_untouched(sent)


def test_answer_refuses_a_number_on_record_with_another_date(sent, court, party_affairs, political):
    make_approval(court, number="组通〔2026〕12号", issued_on=date(2026, 10, 9))

    with pytest.raises(CannotRecord, match="2026-10-09"):
        answer(sent, granting(sent, 1, 0), by=party_affairs)

    assert_untouched(sent)


def test_answer_is_all_or_nothing_when_a_post_cannot_be_opened(
    sent, party_org, party_affairs, political
):
    make_post(party_org, DEPUTY)

    with pytest.raises(CannotRecord):
        # The second line could be opened, the first has been in the meantime.
        answer(sent, granting(sent, 1, 2), by=party_affairs, file=scan("批复.pdf"))

    assert_untouched(sent)
    assert Post.objects.count() == 1
    assert not StoredFile.objects.exists()


def assert_untouched(sent):
    sent.refresh_from_db()
    assert (sent.state, actions(sent)[-1]) == ("sent", ("send", "sent"))
    assert [line.approved for line in lines_of(sent)] == [0, 0]
    assert not Approval.objects.filter(number="组通〔2026〕12号", issued_on="2026-10-12").exists()
    assert not Entry.objects.filter(verb="request.answered").exists()
    assert not Notice.objects.exists()


def test_a_second_answer_is_a_conflict(sent, party_affairs, political):
    answer(sent, granting(sent, 1, 0), by=party_affairs)

    with pytest.raises(Conflict):
        answer(sent, granting(sent, 0, 2), by=political, number="组通〔2026〕13号")

    sent.refresh_from_db()
    assert (sent.state, Post.objects.count()) == ("partly", 1)
    assert not Approval.objects.filter(number="组通〔2026〕13号").exists()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_replies_entered_at_once_one_counts(sent, party_affairs, political):
    together, outcomes = Barrier(4), []
    counts = granting(sent, 1, 1)

    def enter(number: int) -> None:
        together.wait()
        try:
            answer(sent, counts, by=party_affairs, number=f"组通〔2026〕{number}号")
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connections.close_all()

    people = [Thread(target=enter, args=[number]) for number in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "done"]
    assert [action for action, _state in actions(sent)] == ["draft", "send", "partly"]
    assert (Approval.objects.count(), Post.objects.count()) == (1, 2)
    assert Notice.objects.filter(kind="request_answered").count() == 1


def test_a_draft_has_no_reply(drafted, party_affairs):
    with pytest.raises(Conflict):
        answer(drafted, granting(drafted, 1, 2), by=party_affairs)


def test_resend_request_asks_for_what_is_outstanding(sent, party_affairs):
    answer(sent, granting(sent, 0, 1), by=party_affairs)

    step(services.resend_request, sent, by=party_affairs, number="示法党〔2026〕8号",
         on=date(2026, 11, 2))  # fmt: skip

    sent.refresh_from_db()
    assert (sent.state, sent.reply_due_on) == ("sent", date(2026, 12, 14))
    with pytest.raises(CannotRecord):
        answer(sent, granting(sent, 1, 2), by=party_affairs, number="组通〔2026〕20号",
               issued_on=date(2026, 11, 9), on=date(2026, 11, 10))  # fmt: skip
    answer(sent, granting(sent, 1, 1), by=party_affairs, number="组通〔2026〕20号",
           issued_on=date(2026, 11, 9), on=date(2026, 11, 10))  # fmt: skip
    sent.refresh_from_db()
    assert sent.state == "approved"
    assert [line.approved for line in lines_of(sent)] == [1, 2]
    assert list(Post.objects.order_by("pk").values_list("kind", "authorised")) == [
        (CADRE, 1),
        (DEPUTY, 1),
        (CADRE, 1),
    ]
    assert verbs(sent)[2:] == ["request.answered", "request.resent", "request.answered"]


def test_refused_again_what_was_approved_stands(sent, party_affairs):
    answer(sent, granting(sent, 1, 0), by=party_affairs)
    step(services.resend_request, sent, by=party_affairs, number="示法党〔2026〕8号",
         on=date(2026, 11, 2))  # fmt: skip

    answer(sent, granting(sent, 0, 0), by=party_affairs, number="组通〔2026〕20号",
           issued_on=date(2026, 11, 9), on=date(2026, 11, 10))  # fmt: skip

    sent.refresh_from_db()
    assert sent.state == "partly"


# -- reminders ----------------------------------------------------------------------------------

DUE = date(2026, 10, 28)  # thirty working days after 14 September, 1 to 7 October off


@pytest.fixture
def awaited(sent) -> StaffingRequest:
    StaffingRequest.objects.filter(pk=sent.pk).update(reply_due_on=DUE)
    sent.refresh_from_db()
    return sent


@pytest.mark.parametrize(
    ("on", "kind", "rung"),
    [
        pytest.param(date(2026, 10, 21), "request_reply_due", "before", id="five days before"),
        pytest.param(DUE, "request_reply_due", "due", id="on the day"),
        pytest.param(date(2026, 11, 4), "request_reply_late", "late-5", id="five days late"),
    ],
)
def test_remind_replies_tells_those_who_keep_the_requests(
    awaited, party_affairs, political, president, secretary, outsider_political, on, kind, rung
):
    assert services.remind_replies(on=on) == 2
    assert services.remind_replies(on=on) == 0

    told = {(one.user, one.kind, one.key, one.params["day"]) for one in Notice.objects.all()}
    assert told == {
        (user, kind, f"request-reply:{awaited.pk}:2026-10-28:{rung}:{user.pk}", "2026-10-28")
        for user in (party_affairs, political)
    }


def test_remind_replies_goes_on_when_one_reminder_fails(
    awaited, party_org, party_affairs, monkeypatch
):
    other = send(draft(party_org, by=party_affairs), by=party_affairs)

    def holders(permission, unit, on):
        if unit == awaited.unit and not told:
            told.append(unit)
            raise RuntimeError
        return holders_of(permission, unit, on=on)

    told = []
    monkeypatch.setattr("cadres.services.requests.reminders.holders_of", holders)

    assert services.remind_replies(on=other.reply_due_on) > 0
    assert told == [awaited.unit]


def test_remind_replies_escalates_ten_days_late(
    awaited, party_affairs, political, president, secretary, head
):
    services.remind_replies(on=date(2026, 11, 11))

    assert {one.user for one in Notice.objects.all()} == {party_affairs, political, president}


@pytest.mark.parametrize(
    "on",
    [
        pytest.param(date(2026, 10, 20), id="too early"),
        pytest.param(date(2026, 10, 31), id="Saturday"),
        pytest.param(date(2026, 11, 3), id="holiday"),
    ],
)
def test_remind_replies_is_silent(awaited, party_affairs, on):
    WorkingDay.objects.create(day=date(2026, 11, 3), is_worked=False)

    assert services.remind_replies(on=on) == 0


def test_remind_replies_knows_each_courts_own_days(awaited, party_affairs):
    CadreSettings.objects.create(court=awaited.court, remind_days=6)

    assert services.remind_replies(on=date(2026, 10, 20)) == 1


def test_remind_replies_stops_with_the_reply(awaited, party_affairs):
    answer(awaited, granting(awaited, 0, 0), by=party_affairs)

    assert services.remind_replies(on=date(2026, 11, 11)) == 0


def test_the_nightly_task_reminds(awaited, party_affairs, time_machine):
    time_machine.move_to("2026-10-28T08:20:00+08:00")

    remind_replies()

    assert Notice.objects.get().key.endswith(f":due:{party_affairs.pk}")


def test_replies_overdue_counts_those_in_reach(
    awaited, political, secretary, branch_secretary, head, outsider_political,
    django_assert_num_queries,
):  # fmt: skip
    late = DUE + timedelta(days=1)

    counts = [replies_overdue(user, on=late) for user in (political, secretary, branch_secretary)]
    assert counts == [1, 1, 0]
    assert replies_overdue(outsider_political, on=late) == replies_overdue(head, on=late) == 0
    with django_assert_num_queries(1):
        assert replies_overdue(political, on=DUE) == 0


# -- files --------------------------------------------------------------------------------------


def test_read_attachment_is_recorded(party_org, party_affairs, political):
    staffing = draft(party_org, by=party_affairs, file=scan("纪要.pdf"))

    file = services.read_attachment(step=staffing.steps.get(), by=political)

    assert file.name == "纪要.pdf"
    entry = Entry.objects.get(verb="request.file_downloaded")
    assert (entry.actor, entry.detail) == (political, {"step": staffing.steps.get().pk})


def test_a_step_without_a_file_hands_out_nothing(drafted, political):
    assert services.read_attachment(step=drafted.steps.get(), by=political) is None
    assert not Entry.objects.filter(verb="request.file_downloaded").exists()


def test_a_step_shows_the_file_its_document_was_given_later(sent, party_affairs, political):
    answer(sent, granting(sent, 0, 0), by=party_affairs)
    last = sent.steps.order_by("-pk")[0]
    Approval.objects.filter(pk=last.approval_id).update(file=draft_file(party_affairs))

    last = RequestStep.objects.get(pk=last.pk)
    assert services.read_attachment(step=last, by=political).name == "原件.pdf"
