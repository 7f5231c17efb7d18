"""Opening, changing and closing posts: what the services do and refuse."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cadres.models import Appointment, Approval, Post
from cadres.rules.establishment import (
    KINDS_OF_UNIT,
    NumberChange,
    can_hold,
    persons_expected,
    seat_opened,
    seats_free,
    vacant_since,
)
from cadres.rules.posts import KINDS, staff_band
from cadres.services.approvals import CannotEnter
from cadres.services.posts import (
    CannotChange,
    CannotClose,
    CannotOpen,
    change_post,
    close_post,
    enter_post,
    open_post,
)
from courtparty.accounts.models import Unit
from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from tests.cadres.establishment import make_appointment, make_approval, make_post
from tests.factories import make_unit

DAY = date(2026, 3, 1)
DOCUMENT = {"number": "示组通〔2026〕7号", "issued_on": date(2026, 2, 20)}


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def approval(court) -> Approval:
    return make_approval(court)


def opened(unit, approval, political, kind="secretary", **facts) -> Post:
    facts = {"authorised": 1, "opened_on": DAY} | facts
    return open_post(unit=unit, kind=kind, approval=approval, by=political, **facts)


def changed(post, political, **facts) -> Post:
    now = {"name": post.name, "note": post.note, "authorised": post.authorised}
    facts = now | {"seen": post.authorised} | facts
    return change_post(post_id=post.pk, by=political, **facts)


# -- rules --------------------------------------------------------------------------------------


def test_every_kind_of_unit_and_of_post_is_known_to_the_rules():
    assert set(KINDS_OF_UNIT) == set(Unit.Kind.values)
    assert {kind for kinds in KINDS_OF_UNIT.values() for kind in kinds} == set(Post.Kind.values)
    assert set(KINDS) == set(Post.Kind.values)


@pytest.mark.parametrize(
    ("unit", "kind", "can"),
    [
        ("general_branch", "secretary", True),
        ("party_committee", "fulltime_deputy", True),
        ("branch", "branch_secretary", True),
        ("branch", "secretary", False),
        ("general_branch", "branch_secretary", False),
        ("group", "group_leader", True),
        ("department", "party_affairs_cadre", True),
        ("department", "secretary", False),
        ("court", "other", True),
    ],
)
def test_can_hold_knows_which_unit_has_which_posts(unit, kind, can):
    assert can_hold(unit, kind) is can


@pytest.mark.parametrize(
    ("periods", "since"),
    [
        pytest.param([], date(2024, 1, 1), id="never held"),
        pytest.param([(date(2024, 2, 1), None)], None, id="held"),
        pytest.param([(date(2024, 2, 1), date(2026, 3, 2))], None, id="last day"),
        pytest.param(
            [(date(2024, 2, 1), date(2026, 3, 1))], date(2026, 3, 1), id="first day vacant"
        ),
        pytest.param(
            [(date(2024, 2, 1), date(2025, 1, 1)), (date(2025, 1, 1), date(2025, 6, 1))],
            date(2025, 6, 1),
            id="after the last holder",
        ),
        pytest.param([(date(2026, 4, 1), None)], date(2024, 1, 1), id="the next one still to come"),
        pytest.param(
            [(date(2023, 1, 1), date(2023, 6, 1))], date(2024, 1, 1), id="held before it was opened"
        ),
    ],
)
def test_vacancy_runs_from_the_last_holder_or_from_the_authorisation(periods, since):
    assert vacant_since(periods, opened=date(2024, 1, 1), on=DAY) == since


def test_seat_that_a_later_document_added_is_open_from_then_on():
    changes = [
        NumberChange(date(2025, 1, 1), 1, 3),
        NumberChange(date(2025, 6, 1), 3, 2),
        NumberChange(date(2026, 1, 1), 2, 3),
    ]
    opened_on = date(2024, 1, 1)

    assert [seat_opened(seat, opened_on, changes) for seat in (1, 2, 3)] == [
        opened_on,
        date(2025, 1, 1),
        date(2026, 1, 1),
    ]


@pytest.mark.parametrize(
    ("taken", "authorised", "free"),
    [(set(), 2, [1, 2]), ({1}, 2, [2]), ({2}, 3, [1, 3]), ({1, 2}, 2, []), ({3}, 2, [1])],
)
def test_seats_free_never_exceed_the_number(taken, authorised, free):
    assert seats_free(taken, authorised) == free


@pytest.mark.parametrize(
    ("staff", "persons"),
    [(30, (1, 1)), (100, (1, 2)), (110, (2, 2)), (126, (2, 2)), (210, (3, 4)), (0, (1, 1))],
)
def test_band_in_whole_persons(staff, persons):
    band = staff_band(staff=staff, fulltime=0)

    assert persons_expected(band.least, band.most) == persons


# -- opening ------------------------------------------------------------------------------------


def test_open_post_adds_it_to_the_establishment(party_org, approval, political):
    post = opened(party_org, approval, political, name=" 机关  事务 ", note=" x ")

    post.refresh_from_db()
    assert (post.court, post.unit, post.name) == (approval.court, party_org, "机关 事务")
    assert (post.authorised, post.is_exclusive, post.is_fulltime) == (1, True, False)
    assert (post.opened_on, post.note, post.created_by) == (DAY, "x", political)
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject_pk, entry.court) == ("post.opened", post.pk, post.court)
    assert entry.detail == {
        "kind": "secretary",
        "unit": party_org.pk,
        "authorised": 1,
        "document": approval.pk,
    }
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        pytest.param("branch_secretary", {}, id="kind of another unit"),
        pytest.param("chairman", {}, id="no such kind"),
        pytest.param("fulltime_deputy", {}, id="full-time kind without the flag"),
        pytest.param("committee_member", {"authorised": 2}, id="exclusive with two seats"),
        pytest.param("committee_member", {"authorised": 0, "is_exclusive": False}, id="no seat"),
        pytest.param("other", {"authorised": 1000, "is_exclusive": False}, id="too many seats"),
    ],
)
def test_open_post_refuses_what_makes_no_post(party_org, approval, political, kind, facts):
    with pytest.raises(CannotOpen, match=r"\w"):
        opened(party_org, approval, political, kind, **facts)

    assert not Post.objects.exists()
    assert verbs() == []


def test_open_post_refuses_a_document_of_another_court(party_org, other_court, political):
    with pytest.raises(CannotOpen):
        opened(party_org, make_approval(other_court), political)


def test_open_post_refuses_a_unit_out_of_use(party_org, approval, political):
    party_org.is_active = False
    party_org.save()

    with pytest.raises(CannotOpen):
        opened(party_org, approval, political)


def test_open_post_refuses_a_second_exclusive_one(party_org, branch, approval, political):
    first = opened(party_org, approval, political)

    with pytest.raises(CannotOpen, match=party_org.name):
        opened(party_org, approval, political)

    opened(party_org, approval, political, name="兼")
    opened(branch, approval, political, "branch_secretary")
    Post.objects.filter(pk=first.pk).update(closed_on=date(2026, 4, 1))
    assert opened(party_org, approval, political).pk


def test_open_post_takes_several_that_are_not_exclusive(party_org, approval, political):
    for _time in range(2):
        opened(party_org, approval, political, "committee_member", is_exclusive=False, authorised=3)

    assert Post.objects.count() == 2


def test_enter_post_keeps_document_and_post_together(party_org, political):
    file = SimpleUploadedFile("批复.pdf", b"%PDF-1.7", content_type="application/pdf")
    post = enter_post(
        unit=party_org,
        kind="secretary",
        authorised=1,
        opened_on=DAY,
        document=DOCUMENT | {"file": file},
        by=political,
    )

    assert post.approval.number == "示组通〔2026〕7号"
    assert (post.approval.file.name, post.approval.file.expires_at) == ("批复.pdf", None)
    assert verbs() == ["approval.entered", "post.opened"]


def test_enter_post_that_is_refused_leaves_no_document(branch, political):
    file = SimpleUploadedFile("批复.pdf", b"%PDF-1.7", content_type="application/pdf")

    with pytest.raises(CannotOpen):
        enter_post(
            unit=branch,
            kind="secretary",
            authorised=1,
            opened_on=DAY,
            document=DOCUMENT | {"file": file},
            by=political,
        )

    assert (Approval.objects.count(), StoredFile.objects.count(), verbs()) == (0, 0, [])


def test_enter_post_refuses_a_number_with_another_date(party_org, court, political):
    make_approval(court, number=DOCUMENT["number"], issued_on=date(2025, 1, 1))

    with pytest.raises(CannotEnter):
        enter_post(
            unit=party_org,
            kind="secretary",
            authorised=1,
            opened_on=DAY,
            document=DOCUMENT,
            by=political,
        )

    assert not Post.objects.exists()


# -- changing -----------------------------------------------------------------------------------


@pytest.fixture
def members(party_org) -> Post:
    return make_post(party_org, "committee_member", authorised=3)


def test_change_post_renames_and_notes(members, political):
    changed(members, political, name="青年", note="x")

    members.refresh_from_db()
    assert (members.name, members.note) == ("青年", "x")
    assert Entry.objects.get().detail == {"fields": ["name", "note"]}


def test_change_post_without_a_change_writes_nothing(members, political):
    changed(members, political)

    assert verbs() == []


def test_change_post_gives_another_number_under_a_new_document(members, political):
    old = members.approval
    changed(members, political, authorised=5, changed_on=DAY, document=DOCUMENT)

    members.refresh_from_db()
    assert members.authorised == 5
    assert members.approval.number == DOCUMENT["number"]
    assert Approval.objects.filter(pk=old.pk).exists()
    kept = members.seat_changes.get()
    assert (kept.day, kept.before, kept.after, kept.by) == (DAY, 3, 5, political)
    assert (kept.replaced, kept.approval) == (old, members.approval)
    entry = Entry.objects.get(verb="post.changed")
    assert entry.detail == {
        "fields": ["authorised", "approval"],
        "before": 3,
        "after": 5,
        "day": "2026-03-01",
        "document": members.approval.pk,
    }


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"authorised": 5}, id="no document, no day"),
        pytest.param({"authorised": 5, "changed_on": DAY}, id="no document"),
        pytest.param({"authorised": 5, "document": DOCUMENT}, id="no day"),
        pytest.param(
            {"authorised": 0, "changed_on": DAY, "document": DOCUMENT}, id="no seat at all"
        ),
        pytest.param(
            {"authorised": 5, "changed_on": date(2019, 12, 31), "document": DOCUMENT},
            id="before it was opened",
        ),
    ],
)
def test_change_post_refuses_a_number_without_its_basis(members, political, facts):
    with pytest.raises(CannotChange):
        changed(members, political, **facts)

    members.refresh_from_db()
    assert (members.authorised, verbs()) == (3, [])
    assert Approval.objects.count() == 1


def test_change_post_refuses_a_day_to_come(members, political):
    tomorrow = timezone.localdate() + timedelta(days=1)

    with pytest.raises(CannotChange):
        changed(members, political, authorised=5, changed_on=tomorrow, document=DOCUMENT)


def test_change_post_refuses_fewer_seats_than_are_held(members, political, officer):
    make_appointment(members, officer, date(2026, 1, 1), seat=3)

    with pytest.raises(CannotChange, match="3"):
        changed(members, political, authorised=2, changed_on=DAY, document=DOCUMENT)

    members.refresh_from_db()
    assert members.authorised == 3
    assert verbs() == []


def test_change_post_may_drop_a_seat_that_is_free_again(members, political, officer):
    make_appointment(members, officer, date(2026, 1, 1), date(2026, 2, 1), seat=3)

    changed(members, political, authorised=2, changed_on=DAY, document=DOCUMENT)

    members.refresh_from_db()
    assert members.authorised == 2


def test_change_post_gives_an_exclusive_post_no_second_seat(party_org, political):
    post = make_post(party_org)

    with pytest.raises(CannotChange):
        changed(post, political, authorised=2, changed_on=DAY, document=DOCUMENT)


def test_change_post_refuses_the_name_of_another_exclusive_post(party_org, political):
    make_post(party_org, "other", name="甲")
    post = make_post(party_org, "other", name="乙")

    with pytest.raises(CannotChange, match="甲"):
        changed(post, political, name="甲")

    post.refresh_from_db()
    assert (post.name, verbs()) == ("乙", [])


def test_change_post_refuses_what_somebody_else_has_changed_meanwhile(members, political):
    Post.objects.filter(pk=members.pk).update(authorised=4)

    with pytest.raises(Conflict):
        changed(members, political, note="x")

    members.refresh_from_db()
    assert members.note == ""


def test_change_post_refuses_a_closed_one(members, political):
    Post.objects.filter(pk=members.pk).update(closed_on=DAY)

    with pytest.raises(Conflict) as conflict:
        changed(members, political, note="x")

    assert conflict.value.url == members.get_absolute_url()


# -- closing ------------------------------------------------------------------------------------


def closed(post, political, day=DAY) -> Post:
    return close_post(post_id=post.pk, closed_on=day, document=DOCUMENT, by=political)


def test_close_post_ends_it_and_keeps_its_history(party_org, political, officer):
    post = make_post(party_org)
    make_appointment(post, officer, date(2025, 1, 1), DAY)

    closed(post, political)

    post.refresh_from_db()
    assert (post.closed_on, post.closing_approval.number) == (DAY, DOCUMENT["number"])
    assert Appointment.objects.count() == 1
    assert verbs() == ["approval.entered", "post.closed"]
    assert not Post.objects.open(on=DAY).exists()
    assert Post.objects.open(on=DAY - timedelta(days=1)).get() == post


@pytest.mark.parametrize(
    ("start", "end", "nature"),
    [
        pytest.param(date(2026, 1, 1), None, "regular", id="held"),
        pytest.param(date(2026, 1, 1), date(2026, 3, 2), "acting", id="held on the day"),
        pytest.param(date(2026, 6, 1), None, "regular", id="held later"),
        pytest.param(date(2026, 1, 1), None, "seconded_in", id="seconded in"),
    ],
)
def test_close_post_refuses_while_somebody_holds_it(
    party_org, political, officer, start, end, nature
):
    post = make_post(party_org)
    make_appointment(post, officer, start, end, nature=nature)

    with pytest.raises(CannotClose):
        closed(post, political)

    post.refresh_from_db()
    assert (post.closed_on, verbs()) == (None, [])
    assert not Approval.objects.filter(number=DOCUMENT["number"]).exists()


def test_close_post_does_not_mind_what_was_entered_by_mistake(party_org, political, officer):
    post = make_post(party_org)
    make_appointment(post, officer, date(2025, 1, 1), is_void=True)

    assert closed(post, political).closed_on == DAY


def test_close_post_refuses_a_day_before_it_was_opened(party_org, political):
    post = make_post(party_org, opened_on=DAY)

    with pytest.raises(CannotClose, match="2026-03-01"):
        closed(post, political)


def test_close_post_refuses_a_second_time(party_org, political):
    post = make_post(party_org)
    closed(post, political)

    with pytest.raises(Conflict):
        closed(post, political, date(2026, 4, 1))

    post.refresh_from_db()
    assert post.closed_on == DAY
    assert verbs().count("post.closed") == 1


def test_departments_have_party_staff(court, political):
    department = make_unit(court, "政治部", function=Unit.Function.POLITICAL)

    post = opened(
        department,
        make_approval(court),
        political,
        "party_affairs_cadre",
        is_fulltime=True,
        is_exclusive=False,
        authorised=2,
    )

    assert post.authorised == 2
