from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import Cycle
from appraisal.selectors.cycles import departments_reached, distributions, preview, runs_of
from appraisal.services.assessment import assess_cycle
from appraisal.services.cycles import CannotOpen, open_cycle
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from tests.appraisal.cycle_cast import (
    MONTHS,
    assess_anew,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_published_set,
)
from tests.factories import make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db

ROLES_WITHOUT = ["secretary", "party_affairs", "steward", "officer_user", "system_admin"]


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 2, tzinfo=UTC))


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
    assess_cycle(cycle_id=cycle.pk, by=None)
    cycle.refresh_from_db()
    return cycle


def opened(court, kind="special", start=date(2026, 1, 1), end=date(2026, 11, 1), **fields):
    return open_cycle(court=court, kind=kind, start=start, end=end, by=None, **fields)


# -- opening ----------------------------------------------------------------------------------


def test_open_cycle_proposes_code_and_name_and_records(court, appraiser):
    with translation.override("en"):
        cycle = open_cycle(
            court=court,
            kind="special",
            start=date(2026, 1, 1),
            end=date(2026, 11, 1),
            by=appraiser,
        )

    assert (cycle.code, cycle.name) == (
        "2026-01-to-2026-10",
        "Special appraisal 2026-01 to 2026-10",
    )
    assert (cycle.state, cycle.opened_by) == (Cycle.State.COLLECTING, appraiser)
    entry = Entry.objects.about(cycle).get(verb="cycle.opened")
    assert (entry.actor, entry.court) == (appraiser, court)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        pytest.param({"end": date(2027, 1, 1)}, "not begun yet", id="a month to come"),
        pytest.param({"end": date(2026, 1, 1)}, "before the first", id="turned round"),
        pytest.param({"kind": "monthly"}, "exactly one month", id="too long for a month"),
        pytest.param({"kind": "annual"}, "January to December", id="no whole year"),
    ],
)
def test_open_cycle_refuses_a_period(court, asked, reason):
    with translation.override("en"), pytest.raises(CannotOpen, match=reason):
        opened(court, **asked)
    assert not Cycle.objects.exists()


def test_open_cycle_refuses_months_of_another_cycle_of_the_kind(court):
    opened(court, name="First")

    with translation.override("en"), pytest.raises(CannotOpen, match="“First” of the same kind"):
        opened(court, start=date(2026, 10, 1), code="again")


def test_open_cycle_refuses_a_code_that_is_taken(court):
    opened(court, code="a", name="First")

    with translation.override("en"), pytest.raises(CannotOpen, match="taken by the cycle “First”"):
        opened(court, kind="monthly", start=date(2026, 10, 1), code="a")


def test_open_cycle_lets_kinds_courts_and_neighbours_be(court, other_court):
    opened(court, kind="monthly", start=date(2026, 10, 1))
    opened(court, kind="monthly", start=date(2026, 9, 1), end=date(2026, 10, 1))
    opened(court)
    opened(other_court)

    assert Cycle.objects.count() == 4


def test_open_cycle_command_includes_the_last_month(court):
    call_command(
        "open_cycle",
        "--court=slx",
        "--code=2026-1-10",
        "--start=2026-01",
        "--end=2026-10",
        "--kind=special",
        stdout=StringIO(),
    )

    cycle = Cycle.objects.get()
    assert (cycle.code, cycle.start, cycle.end) == (
        "2026-1-10",
        date(2026, 1, 1),
        date(2026, 11, 1),
    )


@pytest.mark.parametrize(
    ("court_code", "end", "reason"),
    [
        pytest.param("nowhere", "2026-10", "no court with the code “nowhere”", id="no court"),
        pytest.param("slx", "October", "2026-01", id="no month"),
        pytest.param("slx", "2026-12", "not begun yet", id="a month to come"),
    ],
)
def test_open_cycle_command_refuses(court, court_code, end, reason):
    with translation.override("en"), pytest.raises(CommandError, match=reason):
        call_command(
            "open_cycle", f"--court={court_code}", "--start=2026-01", f"--end={end}",
            "--kind=special",
        )  # fmt: skip


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


# -- list and page ----------------------------------------------------------------------------


def test_cycle_list_shows_own_courts_only(client, court, other_court, appraiser):
    mine, theirs = make_cycle(court), make_cycle(other_court, name="别院考核")
    client.force_login(appraiser)

    response = client.get(reverse("appraisal:cycle_list"))

    assert [cycle for cycle, _months in response.context["rows"]] == [mine]
    assert theirs.name not in response.text


def test_cycle_list_asks_as_much_for_three_as_for_one(client, court, appraiser):
    client.force_login(appraiser)
    make_cycle(court)
    client.get(reverse("appraisal:cycle_list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("appraisal:cycle_list"))
    for code in ("b", "c"):
        make_cycle(court, code=code)

    with CaptureQueriesContext(connection) as three:
        response = client.get(reverse("appraisal:cycle_list"))

    assert len(response.context["rows"]) == 3
    assert len(three) == len(one)


@pytest.mark.parametrize("who", ROLES_WITHOUT)
@pytest.mark.parametrize("page", ["cycle_list", "cycle_detail"])
def test_cycle_pages_need_the_right_to_see_cycles(client, request, cycle, computed, who, page):
    client.force_login(request.getfixturevalue(who))
    args = [] if page == "cycle_list" else [cycle.pk]

    assert client.get(reverse(f"appraisal:{page}", args=args)).status_code == 403


def test_cycle_of_another_court_is_not_found(client, cycle, outsider_political):
    client.force_login(outsider_political)

    assert client.get(cycle.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_cycle_page_lists_who_lacks_what_before_computing(
    client, cycle, officer, source, appraiser, language
):
    make_figures(officer, source, months=MONTHS[1:])
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)

    response = client.get(cycle.get_absolute_url())

    (lack,) = response.context["lacks"]
    assert (lack.name, [month for month, _measures in lack.months]) == (officer.name, ["2026-01"])
    assert f"<b>{lack.months[0][0]}</b> {lack.months[0][1]}" in response.text


def test_preview_counts_who_would_take_part(cycle, court, filing, officer, source, appraiser):
    make_figures(officer, source)
    make_officer(court=court, department=filing)

    with translation.override("en"):
        found = preview(cycle, appraiser)

    assert (found.taking_part, found.functions, found.lacks) == (1, (("civil trial", 1),), ())
    assert found.excluded == (("no published index set for this function and category", 1),)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_computed_cycle_page_groups_by_function_and_ranks_nobody(
    client, computed, court, civil, source, appraiser, language
):
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)

    response = client.get(computed.get_absolute_url())

    (participant,) = response.context["page_obj"].object_list
    assert participant.result.get_absolute_url() in response.text
    assert response.context["runs"][0].run.fingerprint[:16] in response.text


def test_computed_cycle_page_says_why_the_others_take_no_part(
    client, computed, court, filing, appraiser
):
    other = make_officer(court=court, department=filing, name="王立案")
    assess_anew(computed)
    client.force_login(appraiser)

    response = client.get(computed.get_absolute_url(), {"show": "excluded"})

    (participant,) = response.context["page_obj"].object_list
    assert (participant.officer, participant.excluded) == (other, "no_set")
    assert str(participant.get_excluded_display()) in response.text


def test_head_sees_own_department_only(client, computed, court, head, civil, source):
    elsewhere = make_unit(court, "民事审判第二庭", function="civil")
    other = make_officer(court=court, department=elsewhere, name="钱二庭")
    make_figures(other, source, months=MONTHS[1:])
    assess_anew(computed)
    client.force_login(head)

    response = client.get(computed.get_absolute_url())

    shown = [one.officer.department for one in response.context["page_obj"].object_list]
    assert shown == [civil]
    assert (response.context["lacks"], response.context["distributions"]) == ([], [])
    assert "钱二庭" not in response.text
    assert departments_reached(head, computed) == {civil.pk}


def test_preview_for_a_head_is_cut_to_the_department(cycle, court, head, officer, source):
    elsewhere = make_unit(court, "民事审判第二庭", function="civil")
    make_officer(court=court, department=elsewhere, name="钱二庭")

    found = preview(cycle, head)

    assert (found.taking_part, [lack.name for lack in found.lacks]) == (1, [officer.name])


def test_cycle_page_asks_as_much_for_three_participants_as_for_one(
    client, computed, court, civil, source, appraiser
):
    client.force_login(appraiser)
    client.get(computed.get_absolute_url())
    with CaptureQueriesContext(connection) as one:
        client.get(computed.get_absolute_url())
    make_judges(court, civil, source, 2)
    assess_anew(computed)

    with CaptureQueriesContext(connection) as three:
        response = client.get(computed.get_absolute_url())

    assert len(response.context["page_obj"].object_list) == 3
    assert len(three) == len(one)


def test_runs_say_which_gave_the_same_as_the_one_before(computed, officer, source):
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
    assess_cycle(cycle_id=cycle.pk, by=None)

    found = distributions(cycle)

    assert [one.count for one in found] == groups
    assert all(sum(count for _band, count in one.bands) == one.count for one in found)


# -- computing from the page ------------------------------------------------------------------


def test_cycle_assess_asks_first_and_says_who_lacks_figures(client, cycle, officer, appraiser):
    client.force_login(appraiser)

    response = client.get(reverse("appraisal:cycle_assess", args=[cycle.pk]))

    assert [lack.name for lack in response.context["preview"].lacks] == [officer.name]
    assert not Job.objects.exists()


def test_cycle_assess_starts_a_job(client, cycle, officer, appraiser, court):
    client.force_login(appraiser)

    response = client.post(reverse("appraisal:cycle_assess", args=[cycle.pk]))

    job = Job.objects.get()
    assert response.url == reverse("jobs:job_detail", args=[job.pk])
    assert (job.kind, job.args, job.lock) == (
        "appraisal.assess",
        {"cycle": cycle.pk},
        f"figures:{court.pk}",
    )


def test_cycle_assess_says_why_it_refuses(client, court, appraiser):
    cycle = make_cycle(court)
    appraiser.language = "en"
    appraiser.save()
    client.force_login(appraiser)

    response = client.post(reverse("appraisal:cycle_assess", args=[cycle.pk]), follow=True)

    assert "no published index set" in response.text
    assert not Job.objects.exists()


@pytest.mark.parametrize("who", [*ROLES_WITHOUT, "head", "political", "president"])
def test_cycle_assess_needs_the_right(client, request, cycle, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(reverse("appraisal:cycle_assess", args=[cycle.pk])).status_code == 403


def test_appraiser_of_one_court_cannot_compute_another_even_if_seeing_it(
    client, cycle, other_court, civil
):
    """A head here who administers appraisals elsewhere sees the cycle and may not compute it."""
    user = make_user("two.hats", "appraiser", other_court)
    user.grants.create(role="head", unit=civil, starts_on=date(2026, 1, 1))
    client.force_login(user)

    assert client.get(cycle.get_absolute_url()).status_code == 200
    assert client.post(reverse("appraisal:cycle_assess", args=[cycle.pk])).status_code == 404


# -- export -----------------------------------------------------------------------------------


def test_cycle_export_hands_out_a_workbook_and_records(client, computed, officer, political):
    client.force_login(political)

    response = client.get(reverse("appraisal:cycle_export", args=[computed.pk]))

    book = openpyxl.load_workbook(BytesIO(response.content))
    assert officer.name in [cell.value for cell in book.worksheets[0]["B"]]
    assert response["Content-Disposition"] == (
        'attachment; filename="results-2026-01-to-2026-10.xlsx"'
    )
    entry = Entry.objects.about(computed).get(verb="results.exported")
    assert (entry.actor, entry.detail["rows"]) == (political, 1)


def test_cycle_export_before_computing_says_so(client, cycle, political):
    client.force_login(political)

    response = client.get(reverse("appraisal:cycle_export", args=[cycle.pk]))

    assert response.url == cycle.get_absolute_url()
    assert not Entry.objects.filter(verb="results.exported").exists()


@pytest.mark.parametrize("who", [*ROLES_WITHOUT, "head", "president"])
def test_cycle_export_needs_the_right(client, request, computed, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("appraisal:cycle_export", args=[computed.pk])).status_code == 403


def test_cycle_export_of_another_court_is_not_found(client, computed, outsider_political):
    client.force_login(outsider_political)

    assert client.get(reverse("appraisal:cycle_export", args=[computed.pk])).status_code == 404
