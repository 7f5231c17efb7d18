"""What a court sets for its appraisal, and what the timetable opens and announces by it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from appraisal.models import AppraisalSettings, Cycle
from appraisal.selectors.settings import settings_of
from appraisal.services import timetable as services
from appraisal.services.settings import CannotSave, change_settings
from appraisal.services.timetable import announce_last_days, open_due_cycles
from appraisal.tasks import timetable
from cadres.models import Approval
from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from courtparty.schedule import SCHEDULE
from tests.appraisal.cycle_cast import make_cycle
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAGE = reverse("appraisal:appraisal_settings")
VALUES = {
    "excellent_percent": Decimal(20),
    "excellent_from": Decimal(90),
    "competent_from": Decimal(70),
    "basic_from": Decimal(60),
    "minimum_months": 6,
    "routine_share": Decimal(0),
    "rating_days": 10,
    "opens_monthly": False,
    "opens_quarterly": False,
    "opens_annual": False,
    "opening_day": 1,
}
DOCUMENT = {"number": "组通〔2026〕3号", "issued_on": date(2026, 1, 5)}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 2, tzinfo=UTC))


def sent(**changes):
    """The form as a browser sends it: ticks only where they are set."""
    values = VALUES | changes
    return {name: str(value) for name, value in values.items() if value is not False}


# -- the service ------------------------------------------------------------------------------


def test_without_a_row_the_defaults_hold(court):
    settings = settings_of(court)

    assert settings.pk is None
    assert {name: getattr(settings, name) for name in VALUES} == VALUES


def test_settings_are_kept_and_recorded_with_what_changed(court, appraiser):
    change_settings(court=court, by=appraiser, **VALUES)
    settings = change_settings(
        court=court, by=appraiser, **VALUES | {"routine_share": Decimal(30), "rating_days": 5}
    )

    assert settings_of(court) == settings
    assert (settings.routine_share, settings.rating_days) == (30, 5)
    entries = Entry.objects.about(settings).filter(verb="appraisal_settings.changed")
    assert [one.detail["fields"] for one in entries.order_by("pk")] == [
        [],
        ["routine_share", "rating_days"],
    ]


def test_nothing_changed_is_not_recorded(court, appraiser):
    for _time in range(2):
        change_settings(court=court, by=appraiser, **VALUES)

    assert Entry.objects.filter(verb="appraisal_settings.changed").count() == 1


def test_more_than_twenty_percent_rests_on_a_document(court, appraiser):
    more = VALUES | {"excellent_percent": Decimal(25)}
    with translation.override("en"), pytest.raises(CannotSave, match="needs the document"):
        change_settings(court=court, by=appraiser, **more)
    assert not AppraisalSettings.objects.exists()

    settings = change_settings(court=court, by=appraiser, document=DOCUMENT, **more)
    assert settings.quota_approval == Approval.objects.get()

    again = change_settings(court=court, by=appraiser, **more | {"excellent_percent": Decimal(23)})
    assert again.quota_approval == Approval.objects.get()
    less = change_settings(court=court, by=appraiser, **VALUES)
    assert less.quota_approval is None


@pytest.mark.parametrize(
    ("changes", "document", "field", "reason"),
    [
        pytest.param({}, DOCUMENT, "number", "Leave it empty", id="needless document"),
        pytest.param(
            {"excellent_percent": Decimal(21)},
            DOCUMENT | {"issued_on": date(2027, 1, 1)},
            "number",
            "future",
            id="document of the future",
        ),
        pytest.param({"competent_from": Decimal(95)}, None, "excellent_from", "fewer", id="order"),
        pytest.param({"basic_from": Decimal(71)}, None, "excellent_from", "fewer", id="low order"),
        pytest.param(
            {"excellent_from": Decimal(101)}, None, "excellent_from", "0 to 100", id="max"
        ),
    ],
)
def test_settings_refuse_what_does_not_go_together(
    court, appraiser, changes, document, field, reason
):
    with translation.override("en"), pytest.raises(CannotSave, match=reason) as refused:
        change_settings(court=court, by=appraiser, document=document, **VALUES | changes)

    assert refused.value.field == field
    assert not AppraisalSettings.objects.exists()


# -- the page ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_says_how_sure_each_default_is(client, appraiser, language):
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)

    form = client.get(PAGE).context["form"]

    helped = [name for name in form.fields if form.fields[name].help_text]
    assert set(VALUES) <= set(helped)


def test_the_page_saves_and_comes_back(client, court, appraiser):
    client.force_login(appraiser)

    response = client.post(PAGE, sent(opens_monthly="on", opening_day=5))

    assert response.url == f"{PAGE}?court={court.pk}"
    settings = AppraisalSettings.objects.get()
    assert (settings.opens_monthly, settings.opens_annual, settings.opening_day) == (True, False, 5)


def test_the_page_takes_the_document_and_shows_it(client, appraiser):
    client.force_login(appraiser)

    client.post(
        PAGE,
        sent(excellent_percent=25) | {"number": "组通〔2026〕3号", "issued_on": "2026-01-05"},
    )

    assert "组通〔2026〕3号" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"excellent_percent": 25}, "number", id="no document"),
        pytest.param({"excellent_percent": 26}, "excellent_percent", id="above the limit"),
        pytest.param({"excellent_from": "60"}, "excellent_from", id="order"),
        pytest.param({"minimum_months": 13}, "minimum_months", id="thirteen months"),
        pytest.param({"opening_day": 29}, "opening_day", id="no day of February"),
        pytest.param({"routine_share": "101"}, "routine_share", id="above a hundred"),
        pytest.param({"rating_days": ""}, "rating_days", id="empty"),
    ],
)
def test_the_page_says_at_the_field_why_it_refuses(client, appraiser, changes, field):
    client.force_login(appraiser)

    response = client.post(PAGE, sent(**changes))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not AppraisalSettings.objects.exists()


@pytest.mark.parametrize(
    "who", ["secretary", "party_affairs", "political", "president", "head", "officer_user"]
)
def test_the_page_is_for_appraisal_administrators(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(PAGE, sent()).status_code == 403


def test_the_settings_of_another_court_are_not_found(client, appraiser, other_court):
    client.force_login(appraiser)

    assert client.post(f"{PAGE}?court={other_court.pk}", sent()).status_code == 404
    assert not AppraisalSettings.objects.exists()


# -- opening by the timetable -------------------------------------------------------------------

JANUARY = date(2026, 1, 10)


def automatic(court, **changes):
    wanted = {"opens_monthly": True, "opens_quarterly": True, "opens_annual": True}
    return AppraisalSettings.objects.create(court=court, **wanted | changes)


def test_the_timetable_opens_what_the_court_wants_once(court, other_court, appraiser):
    automatic(court)
    AppraisalSettings.objects.create(court=other_court)

    assert [open_due_cycles(on=JANUARY) for _time in range(2)] == [3, 0]

    found = Cycle.objects.order_by("code").values_list("code", "kind", "state", "opened_by")
    assert list(found) == [
        ("2025-12", "monthly", "preparing", None),
        ("2025-Q4", "quarterly", "preparing", None),
        ("2025-annual", "annual", "preparing", None),
    ]
    assert Entry.objects.filter(verb="cycle.opened", actor=None).count() == 3
    told = Notice.objects.filter(kind="cycle_opened").values_list("user__username", flat=True)
    assert list(told) == ["appraiser"] * 3


def test_the_timetable_leaves_alone_what_was_opened_by_hand(court):
    automatic(court, opens_quarterly=False, opens_annual=False)
    make_cycle(
        court, kind="monthly", code="dec", start=date(2025, 12, 1), end=date(2026, 1, 1),
        state="collecting",
    )  # fmt: skip

    assert open_due_cycles(on=JANUARY) == 0


def test_a_code_that_is_taken_keeps_no_other_cycle_from_being_opened(court):
    automatic(court)
    make_cycle(court, code="2025-Q4")

    assert open_due_cycles(on=JANUARY) == 2


def test_a_court_that_fails_keeps_no_other_from_its_cycles(court, other_court, monkeypatch, caplog):
    automatic(court)
    automatic(other_court)
    opening = services.open_cycle

    def failing(**fields):
        if fields["court"] == court:
            raise RuntimeError
        return opening(**fields)

    monkeypatch.setattr(services, "open_cycle", failing)

    assert open_due_cycles(on=JANUARY) == 3
    assert not Cycle.objects.filter(court=court).exists()
    assert f"court {court.pk} failed" in caplog.text


def test_names_are_in_the_language_of_the_site(court):
    automatic(court, opens_quarterly=False, opens_annual=False)
    with translation.override("en"):
        open_due_cycles(on=JANUARY)

    assert not Cycle.objects.get().name.startswith("Appraisal")


# -- last days ------------------------------------------------------------------------------------

UNTIL = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        pytest.param(date(2026, 11, 30), None, id="four working days before"),
        pytest.param(date(2026, 12, 1), "cycle_ends_soon", id="three working days before"),
        pytest.param(date(2026, 12, 4), "cycle_ends_today", id="the day"),
        pytest.param(date(2026, 12, 5), "cycle_overdue", id="the day after"),
    ],
)
def test_the_last_day_is_announced_once(court, appraiser, political, president, on, kind):
    cycle = make_cycle(court, state="collecting", collect_until=UNTIL)

    told = [announce_last_days(on=on) for _time in range(2)]

    assert told == ([2, 0] if kind else [0, 0])
    notices = Notice.objects.order_by("user__username")
    assert [(one.kind, one.user.username, one.url) for one in notices] == (
        [(kind, name, cycle.get_absolute_url()) for name in ("appraiser", "political")]
        if kind
        else []
    )


@pytest.mark.parametrize("state", ["preparing", "scoring", "closed"])
def test_only_cycles_that_collect_are_announced(court, appraiser, state):
    make_cycle(court, state=state, collect_until=UNTIL)

    assert announce_last_days(on=UNTIL) == 0


def test_a_new_last_day_is_announced_anew(court, appraiser):
    cycle = make_cycle(court, state="collecting", collect_until=UNTIL)
    announce_last_days(on=UNTIL)
    Cycle.objects.filter(pk=cycle.pk).update(collect_until=date(2026, 12, 11))

    assert announce_last_days(on=date(2026, 12, 11)) == 1


def test_both_are_on_the_timetable(court, appraiser):
    tasks = {entry["task"] for entry in SCHEDULE.values()}
    assert {timetable.open_due_cycles.name, timetable.announce_last_days.name} <= tasks

    timetable.open_due_cycles()
    timetable.announce_last_days()


def test_a_platform_without_courts_opens_nothing(db):
    make_user("nobody")

    assert (open_due_cycles(on=JANUARY), announce_last_days(on=JANUARY)) == (0, 0)
