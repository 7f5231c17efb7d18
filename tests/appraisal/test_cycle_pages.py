"""The pages of cycles: list, one cycle, its steps, its people, computing, export."""

from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appraisal.models import Cycle, FigureSheet, Participant
from appraisal.selectors.cycle_lacks import all_lacks
from appraisal.selectors.cycle_people import departments_reached
from appraisal.selectors.cycles import distributions, runs_of
from appraisal.services.assessment import assess_cycle
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from tests.appraisal.cycle_cast import (
    MONTHS,
    annual,
    assess,
    assess_anew,
    begin_scoring,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_published_set,
    make_rated_cycle,
    moved,
    put,
)
from tests.factories import make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db

ROLES_WITHOUT = ["secretary", "party_affairs", "steward", "officer_user", "system_admin"]
READERS_ONLY = ["head", "political", "president"]
LIST = reverse("appraisal:cycle_list")


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 2, tzinfo=UTC))


@pytest.fixture(autouse=True)
def in_english(request):
    """The people of these tests read English, unless a test says otherwise."""
    for who in ("appraiser", "political", "head"):
        if who in request.fixturenames:
            user = request.getfixturevalue(who)
            user.language = "en"
            user.save()


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def index_set(court, source):
    return make_published_set(court)


@pytest.fixture
def cycle(court, index_set):
    return make_cycle(court)


@pytest.fixture
def computed(cycle, officer, source):
    make_figures(officer, source)
    assess(cycle)
    return cycle


def page_of(cycle, name, *args):
    return reverse(f"appraisal:{name}", args=[cycle.pk, *args])


def queries(client, url):
    with CaptureQueriesContext(connection) as found:
        response = client.get(url)
    assert response.status_code == 200
    return len(found)


# -- list -------------------------------------------------------------------------------------


def test_cycle_list_shows_own_courts_only(client, court, other_court, appraiser):
    mine, theirs = make_cycle(court), make_cycle(other_court, name="别院考核")
    client.force_login(appraiser)

    response = client.get(LIST)

    assert [row[0] for row in response.context["rows"]] == [mine]
    assert theirs.name not in response.text


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        pytest.param({}, ["m", "s"], id="all, newest first"),
        pytest.param({"q": "专项"}, ["s"], id="name"),
        pytest.param({"q": "M"}, ["m"], id="code"),
        pytest.param({"kind": "monthly"}, ["m"], id="kind"),
        pytest.param({"state": "scoring"}, ["s"], id="state"),
        pytest.param({"year": "2026"}, ["m", "s"], id="year"),
        pytest.param({"year": "1999"}, [], id="no such year"),
        pytest.param({"kind": "weekly"}, [], id="no such kind"),
    ],
)
def test_cycle_list_is_narrowed(client, court, appraiser, query, codes):
    make_cycle(court, code="s", state="scoring", name="专项")
    make_cycle(court, code="m", kind="monthly", start=MONTHS[-1], name="月度")
    client.force_login(appraiser)

    response = client.get(LIST, query)

    assert [row[0].code for row in response.context["rows"]] == codes
    if query and not codes:
        assert "Nothing matches" in response.text


def test_cycle_list_without_cycles_says_what_to_do(client, appraiser):
    client.force_login(appraiser)

    response = client.get(LIST)

    assert "No cycle has been opened yet" in response.text
    assert response.text.count(reverse("appraisal:cycle_open")) == 2


def test_cycle_list_asks_as_much_for_three_as_for_one(client, court, appraiser):
    client.force_login(appraiser)
    make_cycle(court)
    client.get(LIST)
    one = queries(client, LIST)
    for code in ("b", "c"):
        make_cycle(court, code=code)

    assert queries(client, LIST) == one


@pytest.mark.parametrize("who", ROLES_WITHOUT)
@pytest.mark.parametrize("page", ["cycle_list", "cycle_detail", "participant_list"])
def test_cycle_pages_need_the_right_to_see_cycles(client, request, computed, who, page):
    client.force_login(request.getfixturevalue(who))
    args = [] if page == "cycle_list" else [computed.pk]

    assert client.get(reverse(f"appraisal:{page}", args=args)).status_code == 403


@pytest.mark.parametrize(
    "page",
    ["cycle_detail", "participant_list", "cycle_export"],
)
def test_a_cycle_of_another_court_is_not_found(client, cycle, outsider_political, page):
    client.force_login(outsider_political)

    assert client.get(page_of(cycle, page)).status_code == 404


def test_nothing_of_another_court_is_managed(client, cycle, officer, other_court):
    client.force_login(make_user("their.appraiser", "appraiser", other_court))

    for url in (
        page_of(cycle, "cycle_move", "collecting"),
        page_of(cycle, "cycle_assess"),
        page_of(cycle, "participant_add"),
        page_of(cycle, "participant_leave_out", officer.pk),
        page_of(cycle, "participant_take_in", officer.pk),
        page_of(cycle, "participant_months", officer.pk),
    ):
        assert client.post(url).status_code == 404
    cycle.refresh_from_db()
    assert cycle.state == "preparing"


# -- opening ----------------------------------------------------------------------------------


def test_cycle_open_page_opens_and_goes_to_the_cycle(client, court, appraiser):
    client.force_login(appraiser)

    response = client.post(
        reverse("appraisal:cycle_open"),
        {"kind": "special", "first": "2026-01", "last": "2026-10", "code": "", "name": ""},
    )

    cycle = Cycle.objects.get()
    assert response.url == cycle.get_absolute_url()
    assert (cycle.end, cycle.opened_by) == (date(2026, 11, 1), appraiser)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param({"last": "2026-12"}, "not begun yet", id="service refuses"),
        pytest.param({"last": "Oct"}, "year and month", id="no month"),
        pytest.param({"last": "9999-12"}, "year and month", id="the last month there is"),
        pytest.param({"code": "a b"}, "code", id="no code"),
    ],
)
def test_cycle_open_page_says_why_it_refuses(client, court, appraiser, data, reason):
    appraiser.language = "en"
    appraiser.save()
    client.force_login(appraiser)
    asked = {"kind": "special", "first": "2026-01", "last": "2026-10"}

    response = client.post(reverse("appraisal:cycle_open"), asked | data)

    assert response.status_code == 200
    assert reason in response.text
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("who", [*ROLES_WITHOUT, "head", "political", "president"])
def test_cycle_open_page_is_for_those_who_manage_cycles(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("appraisal:cycle_open")).status_code == 403


# -- one cycle --------------------------------------------------------------------------------


def test_a_cycle_being_prepared_shows_who_would_take_part(
    client, cycle, court, filing, officer, appraiser
):
    make_officer(court=court, department=filing)
    client.force_login(appraiser)

    response = client.get(cycle.get_absolute_url())

    roll = response.context["roll"]
    assert (roll.taking_part, roll.functions) == (1, (("civil trial", 1),))
    assert roll.reasons == (("no published index set for this function and staff class", 1),)
    assert "Who would take part now" in response.text
    assert page_of(cycle, "cycle_move", "collecting") in response.text
    assert response.context["bars"] == []


def test_a_cycle_says_who_lacks_what_with_the_way_there(client, cycle, officer, source, appraiser):
    make_figures(officer, source, months=MONTHS[1:])
    make_figures(officer, source, months=MONTHS[:1], closed=None)
    client.force_login(appraiser)

    response = client.get(cycle.get_absolute_url())

    (lack,) = response.context["lacks"]
    assert lack.name == officer.name
    assert [(item.month, item.text) for item in lack.items] == [("2026-01", "Closed cases")]
    assert "month=2026-01" in lack.items[0].url
    assert client.get(lack.items[0].url).status_code == 200


def test_the_next_step_is_computing_until_there_is_no_gap(
    client, cycle, officer, source, appraiser
):
    make_figures(officer, source, months=MONTHS[1:])
    begin_scoring(cycle)
    client.force_login(appraiser)

    assert client.get(cycle.get_absolute_url()).context["computes_first"]
    assess_cycle(cycle_id=cycle.pk, by=None)
    assert client.get(cycle.get_absolute_url()).context["computes_first"]
    make_figures(officer, source, months=MONTHS[:1])
    assess_cycle(cycle_id=cycle.pk, by=None)

    response = client.get(cycle.get_absolute_url())

    assert not response.context["computes_first"]
    assert "Hand over for review" in response.text


def test_the_course_names_who_took_each_step_and_why(client, computed, appraiser):
    moved(computed, "collecting", reason="漏收一部门数据", by=appraiser)
    client.force_login(appraiser)

    response = client.get(computed.get_absolute_url())

    shown = [(one.label, one.is_back) for one in response.context["timeline"]]
    assert shown == [("collecting", True), ("scoring", False), ("collecting", False)]
    assert "漏收一部门数据" in response.text


def test_the_pages_about_a_cycle_are_its_tabs(client, court, index_set, officer, appraiser, head):
    cycle = annual(court)

    def labels(reader):
        client.force_login(reader)
        tabs = client.get(cycle.get_absolute_url()).context["tabs"]
        assert [client.get(url).status_code for _label, url, _is_here in tabs] == [200] * len(tabs)
        return [label for label, _url, _is_here in tabs]

    assert labels(appraiser) == [
        "Overview", "Participants", "Missing figures", "Ratings", "Grades",
    ]  # fmt: skip
    assert labels(head) == ["Overview", "Participants", "Missing figures", "Grades"]


def test_bars_count_confirmations_ratings_and_totals(client, court, source, officer, appraiser):
    cycle = make_rated_cycle(court)
    for month, state in ((MONTHS[0], "confirmed"), (MONTHS[1], "disputed")):
        FigureSheet.objects.create(
            officer=officer, month=month, state=state, source=source, decided_at=cycle.opened_at
        )
    client.force_login(appraiser)

    bars = client.get(cycle.get_absolute_url()).context["bars"]

    assert [(bar.done, bar.total, bar.note) for bar in bars] == [(1, 2, "disputed: 1"), (0, 1, "")]
    assert bars[0].percent == 50


def test_who_only_reads_is_offered_no_step(client, cycle, officer, political):
    client.force_login(political)

    context = client.get(cycle.get_absolute_url()).context

    assert (context["forward"], context["back"], context["computes"]) == (None, None, False)


@pytest.mark.parametrize("state", Cycle.State.values)
def test_a_cycle_opens_in_every_state_in_both_languages(client, computed, appraiser, state):
    put(computed, state)
    for language in ("en", "zh-hans"):
        appraiser.language = language
        appraiser.save()
        client.force_login(appraiser)
        assert client.get(computed.get_absolute_url()).status_code == 200


def test_cycle_page_asks_as_much_for_three_participants_as_for_one(
    client, computed, court, civil, source, appraiser
):
    client.force_login(appraiser)
    client.get(computed.get_absolute_url())
    one = queries(client, computed.get_absolute_url())
    make_judges(court, civil, source, 2)
    assess_anew(computed)

    assert queries(client, computed.get_absolute_url()) == one


def test_cycle_page_before_collecting_asks_as_much_for_three_as_for_one(
    client, cycle, court, civil, officer, source, appraiser
):
    client.force_login(appraiser)
    client.get(cycle.get_absolute_url())
    one = queries(client, cycle.get_absolute_url())
    make_judges(court, civil, source, 2)

    assert queries(client, cycle.get_absolute_url()) == one


def test_runs_say_which_gave_the_same_as_the_one_before(computed, officer):
    assess_cycle(cycle_id=computed.pk, by=None)
    officer.figures.filter(month=MONTHS[2], measure__code="new").update(value=30)
    assess_cycle(cycle_id=computed.pk, by=None)

    shown = [(one.run.number, one.is_equal) for one in runs_of(computed)]
    assert shown == [(3, False), (2, True), (1, False)]


@pytest.mark.parametrize(
    ("judges", "groups"),
    [pytest.param(4, [], id="four are too few"), pytest.param(5, [5], id="five")],
)
def test_distribution_needs_a_group_of_five(cycle, court, civil, source, judges, groups):
    make_judges(court, civil, source, judges)
    assess(cycle)

    found = distributions(cycle)

    assert [one.count for one in found] == groups
    assert all(sum(count for _band, count in one.bands) == one.count for one in found)


# -- steps ------------------------------------------------------------------------------------


def test_a_step_asks_first_and_says_what_it_does(client, cycle, officer, appraiser):
    client.force_login(appraiser)

    response = client.get(page_of(cycle, "cycle_move", "collecting"))

    assert response.context["consequences"][0] == "Taking part: 1. Not taking part: 0."
    assert "until 2026-12-04" in response.context["consequences"][2]
    cycle.refresh_from_db()
    assert cycle.state == "preparing"


def test_a_step_is_taken_and_leads_back_to_the_cycle(client, cycle, officer, appraiser):
    client.force_login(appraiser)

    response = client.post(page_of(cycle, "cycle_move", "collecting"), {"seen": "preparing"})

    assert response.url == cycle.get_absolute_url()
    cycle.refresh_from_db()
    assert (cycle.state, cycle.steps.get().made_by) == ("collecting", appraiser)


def test_a_step_that_is_not_possible_says_what_is_missing_and_where(
    client, cycle, officer, source, appraiser
):
    make_figures(officer, source, months=MONTHS[1:])
    assess(cycle)
    client.force_login(appraiser)
    url = page_of(cycle, "cycle_move", "reviewing")

    for response in (client.get(url), client.post(url, {"seen": "scoring"})):
        assert [one.guard for one in response.context["obstacles"]] == ["complete"]
        assert f"{cycle.get_absolute_url()}#lacks" in response.text
    cycle.refresh_from_db()
    assert cycle.state == "scoring"


def test_a_step_back_asks_for_the_reason(client, computed, appraiser):
    client.force_login(appraiser)
    url = page_of(computed, "cycle_move", "collecting")

    refused = client.post(url, {"seen": "scoring", "reason": ""})
    assert refused.context["form"].errors["reason"]

    client.post(url, {"seen": "scoring", "reason": "补收"})
    computed.refresh_from_db()
    assert computed.state == "collecting"


def test_what_is_open_when_collecting_closes_is_named(client, court, source, officer, appraiser):
    cycle = make_rated_cycle(court)
    FigureSheet.objects.create(
        officer=officer, month=MONTHS[1], state="disputed", source=source,
        decided_at=cycle.opened_at,
    )  # fmt: skip
    client.force_login(appraiser)

    concerns = client.get(page_of(cycle, "cycle_move", "scoring")).context["concerns"]

    assert [one.text for one in concerns] == [
        "Months whose figures are disputed: 1.",
        "Ratings that have not been handed in: 1.",
    ]


def test_who_lacks_figures_is_counted_before_collecting_closes(client, cycle, officer, appraiser):
    moved(cycle, "collecting")
    client.force_login(appraiser)

    (concern,) = client.get(page_of(cycle, "cycle_move", "scoring")).context["concerns"]

    assert concern.text == "Officers who lack figures: 1."
    assert concern.url == page_of(cycle, "figure_needs")


def test_closing_is_asked_as_what_cannot_be_undone(client, computed, appraiser):
    moved(computed, "reviewing")
    client.force_login(appraiser)

    response = client.get(page_of(computed, "cycle_move", "closed"))

    assert response.context["is_danger"]
    assert "cannot be undone" in response.text


def test_whoever_comes_second_is_told_that_the_cycle_has_moved(client, cycle, officer, appraiser):
    moved(cycle, "collecting")
    client.force_login(appraiser)
    url = page_of(cycle, "cycle_move", "collecting")

    assert client.post(url, {"seen": "preparing"}).status_code == 409
    assert client.get(url).url == cycle.get_absolute_url()


def test_there_is_no_page_for_a_state_that_is_none(client, cycle, appraiser):
    client.force_login(appraiser)

    assert client.get(page_of(cycle, "cycle_move", "nowhere")).status_code == 404


@pytest.mark.parametrize("who", [*ROLES_WITHOUT, *READERS_ONLY])
def test_steps_need_the_right_to_manage_cycles(client, request, cycle, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(page_of(cycle, "cycle_move", "collecting")).status_code == 403


# -- people -----------------------------------------------------------------------------------


def test_participants_are_grouped_by_function_and_ranked_by_nobody(client, computed, appraiser):
    client.force_login(appraiser)

    response = client.get(page_of(computed, "participant_list"))

    (row,) = response.context["rows"]
    assert (row.function, row.staff_class, row.months) == ("civil trial", "judges", 10)
    assert row.result.get_absolute_url() in response.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param({"q": "法官1"}, 1, id="name"),
        pytest.param({"function": "civil"}, 3, id="function"),
        pytest.param({"function": "criminal"}, 0, id="another function"),
        pytest.param({"staff_class": "judge"}, 3, id="class"),
        pytest.param({"staff_class": "head"}, 0, id="another class"),
        pytest.param({"state": "complete"}, 3, id="complete"),
        pytest.param({"state": "missing"}, 0, id="missing"),
        pytest.param({"state": "nonsense"}, 3, id="no such state"),
    ],
)
@pytest.mark.parametrize("is_frozen", [True, False])
def test_participants_are_narrowed(
    client, cycle, court, civil, source, appraiser, query, count, is_frozen
):
    make_judges(court, civil, source, 3)
    if is_frozen:
        assess(cycle)
    elif query.get("state") in ("complete", "missing"):
        count = 0
    client.force_login(appraiser)

    response = client.get(page_of(cycle, "participant_list"), query)

    assert len(response.context["rows"]) == count
    assert ("Nothing matches" in response.text) == (count == 0)


def test_those_who_take_no_part_are_listed_with_the_reason(
    client, cycle, court, filing, officer, appraiser
):
    make_officer(court=court, department=filing, name="王立案")
    moved(cycle, "collecting")
    client.force_login(appraiser)

    response = client.get(page_of(cycle, "participant_list"), {"show": "excluded"})

    (row,) = response.context["rows"]
    assert (row.name, row.excluded) == ("王立案", "no_set")
    assert "no published index set" in response.text


def test_participants_ask_as_much_for_three_as_for_one(
    client, computed, court, civil, source, appraiser
):
    client.force_login(appraiser)
    url = page_of(computed, "participant_list")
    client.get(url)
    one = queries(client, url)
    make_judges(court, civil, source, 2)
    assess_anew(computed)

    assert queries(client, url) == one


def test_head_sees_own_department_only(client, cycle, computed, court, head, civil, source):
    elsewhere = make_unit(court, "民事审判第二庭", function="civil")
    other = make_officer(court=court, department=elsewhere, name="钱二庭")
    make_figures(other, source, months=MONTHS[1:])
    assess_anew(computed)
    client.force_login(head)

    people = client.get(page_of(computed, "participant_list"))
    page = client.get(computed.get_absolute_url())

    assert [row.department for row in people.context["rows"]] == [civil.display_name]
    assert (page.context["lacks"], page.context["distributions"]) == ([], [])
    assert page.context["roll"].taking_part == 1
    assert "钱二庭" not in people.text + page.text
    assert departments_reached(head, computed) == {civil.pk}


def test_head_sees_only_the_own_people_of_a_cycle_being_prepared(
    client, cycle, court, head, officer
):
    elsewhere = make_unit(court, "民事审判第二庭", function="civil")
    make_officer(court=court, department=elsewhere, name="钱二庭")
    client.force_login(head)

    response = client.get(page_of(cycle, "participant_list"))

    assert [row.name for row in response.context["rows"]] == [officer.name]


def test_somebody_is_left_out_and_taken_in_from_the_pages(client, cycle, officer, appraiser):
    client.force_login(appraiser)
    leave, take = (
        page_of(cycle, f"participant_{name}", officer.pk) for name in ("leave_out", "take_in")
    )

    assert leave in client.get(page_of(cycle, "participant_list")).text
    refused = client.post(leave, {"document": ""})
    assert refused.context["form"].errors["document"]
    response = client.post(leave, {"document": "党组纪要〔2026〕9号"}, follow=True)
    assert "党组纪要〔2026〕9号" in response.text
    assert take in response.text

    client.post(take)
    assert not Participant.objects.filter(excluded="left_out").exists()


def test_whoever_joined_later_is_added_while_collecting(
    client, cycle, court, civil, officer, appraiser
):
    moved(cycle, "collecting")
    late = make_officer(court=court, department=civil, name="郑后来")
    client.force_login(appraiser)

    offered = client.get(page_of(cycle, "participant_add")).context["form"].fields["officer"]
    assert list(offered.queryset) == [late]
    response = client.post(page_of(cycle, "participant_add"), {"officer": late.pk}, follow=True)

    assert "郑后来 takes part." in response.text
    assert client.post(page_of(cycle, "participant_add"), {"officer": "x"}).status_code == 200


def test_months_are_corrected_from_the_page(client, cycle, officer, appraiser):
    moved(cycle, "collecting")
    client.force_login(appraiser)
    url = page_of(cycle, "participant_months", officer.pk)

    assert client.get(url).context["form"]["months"].initial == [
        f"{month:%Y-%m}" for month in MONTHS
    ]
    refused = client.post(url, {"months": ["2026-12"], "reason": "x"})
    assert refused.context["form"].errors["months"]
    client.post(url, {"months": ["2026-02", "2026-03"], "reason": "借调"})

    assert cycle.participants.get().months == ["2026-02", "2026-03"]


def test_decisions_are_refused_in_words_once_collecting_is_closed(
    client, computed, officer, appraiser
):
    client.force_login(appraiser)

    response = client.post(
        page_of(computed, "participant_leave_out", officer.pk), {"document": "1"}
    )

    assert "Collecting is closed" in response.text
    assert not client.get(page_of(computed, "participant_list")).context["decides"]


@pytest.mark.parametrize("who", [*ROLES_WITHOUT, *READERS_ONLY])
@pytest.mark.parametrize("page", ["leave_out", "take_in", "months"])
def test_decisions_need_the_right_to_manage_cycles(client, request, computed, officer, who, page):
    client.force_login(request.getfixturevalue(who))

    url = page_of(computed, f"participant_{page}", officer.pk)
    assert client.post(url).status_code == 403


# -- what is missing ----------------------------------------------------------------------------


def test_of_many_who_lack_figures_the_first_are_shown(client, cycle, court, civil, appraiser):
    for number in range(12):
        make_officer(court=court, department=civil, name=f"法官{number}")
    client.force_login(appraiser)

    response = client.get(cycle.get_absolute_url())

    assert (len(response.context["lacks"]), response.context["lacking"]) == (10, 12)
    assert page_of(cycle, "figure_needs") in response.text
    assert "Shown are the first 10." in response.text


def test_a_missing_rating_is_named_once_collecting_is_closed(
    client, court, source, officer, appraiser
):
    cycle = make_rated_cycle(court)
    client.force_login(appraiser)
    assert client.get(cycle.get_absolute_url()).context["lacks"] == []

    moved(cycle, "scoring")

    (lack,) = client.get(cycle.get_absolute_url()).context["lacks"]
    assert [item.text for item in lack.items] == ["nobody has handed in a rating"]


def test_what_the_last_computing_lacked_is_known_to_commands(cycle, officer, source):
    make_figures(officer, source, months=MONTHS[1:])
    assess(cycle)

    (lack,) = all_lacks(cycle)

    assert (lack.name, [item.month for item in lack.items]) == (officer.name, ["2026-01"])


# -- computing from the page ------------------------------------------------------------------


def test_cycle_assess_asks_first_and_says_who_lacks_figures(client, cycle, officer, appraiser):
    begin_scoring(cycle)
    client.force_login(appraiser)

    response = client.get(page_of(cycle, "cycle_assess"))

    assert [lack.name for lack in response.context["lacks"]] == [officer.name]
    assert not Job.objects.exists()


def test_cycle_assess_starts_a_job(client, cycle, officer, appraiser, court):
    begin_scoring(cycle)
    client.force_login(appraiser)

    response = client.post(page_of(cycle, "cycle_assess"))

    job = Job.objects.get()
    assert response.url == reverse("jobs:job_detail", args=[job.pk])
    assert (job.kind, job.args, job.lock) == (
        "appraisal.assess",
        {"cycle": cycle.pk},
        f"figures:{court.pk}",
    )


def test_cycle_assess_says_why_it_refuses(client, cycle, officer, appraiser):
    client.force_login(appraiser)

    for asked in (client.get, client.post):
        response = asked(page_of(cycle, "cycle_assess"), follow=True)
        assert "in the state “scoring” only" in response.text
    assert not Job.objects.exists()


@pytest.mark.parametrize("who", [*ROLES_WITHOUT, *READERS_ONLY])
def test_cycle_assess_needs_the_right(client, request, cycle, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(page_of(cycle, "cycle_assess")).status_code == 403


# -- export -----------------------------------------------------------------------------------


def test_cycle_export_hands_out_a_workbook_and_records(client, computed, officer, political):
    client.force_login(political)

    response = client.get(page_of(computed, "cycle_export"))

    book = openpyxl.load_workbook(BytesIO(response.content))
    assert officer.name in [cell.value for cell in book.worksheets[0]["B"]]
    assert response["Content-Disposition"] == (
        'attachment; filename="results-2026-01-to-2026-10.xlsx"'
    )
    entry = Entry.objects.about(computed).get(verb="results.exported")
    assert (entry.actor, entry.detail["rows"]) == (political, 1)


def test_cycle_export_before_computing_says_so(client, cycle, political):
    client.force_login(political)

    response = client.get(page_of(cycle, "cycle_export"))

    assert response.url == cycle.get_absolute_url()
    assert not Entry.objects.filter(verb="results.exported").exists()


@pytest.mark.parametrize("who", [*ROLES_WITHOUT, "head"])
def test_cycle_export_needs_the_right(client, request, computed, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(page_of(computed, "cycle_export")).status_code == 403
