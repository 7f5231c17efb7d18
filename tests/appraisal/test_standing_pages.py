from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from appraisal.models import Indicator, Participant, Result
from appraisal.selectors.duty_areas import duty_areas_of, own_series
from appraisal.selectors.standing import spreads_of, standing_of
from tests.appraisal.cycle_cast import make_cycle, put
from tests.appraisal.graded import YEAR, make_result, make_reviewed, make_run
from tests.factories import make_user

TOTALS = ["95", "85", "80", "75", "65"]


def loaded(place=0):
    found = Result.objects.select_related(
        "participant__cycle__court", "participant__officer", "participant__index_set"
    )
    return found.order_by("pk")[place]


def make_points(index_set, *, share="0.5", **missing):
    """Hundredths for every line of a set: the same share of each weight."""
    lines = Indicator.objects.filter(index_set=index_set).order_by("position", "code")
    return [missing.get(one.code, int(one.weight * 100 * Decimal(share))) for one in lines]


@pytest.fixture
def cycle(court, civil):
    return make_reviewed(court, civil, TOTALS)


@pytest.fixture
def result(cycle):
    return loaded()


def give_account(result, court):
    user = make_user("measured", court=court)
    officer = result.participant.officer
    officer.user = user
    officer.save(update_fields=["user"])
    return user


# -- standing -----------------------------------------------------------------------------------


def test_standing_is_of_five_or_more(court, civil, cycle):
    with translation.override("en"):
        standing = standing_of(loaded())

    assert (standing.count, standing.quartile) == (5, "upper quarter")
    assert (standing.median, standing.status) == (Decimal("80.00"), "within what is usual")
    assert standing.z_score > 1


def test_four_have_no_standing(court, civil):
    cycle = make_reviewed(court, civil, TOTALS[:4])

    assert standing_of(loaded()) is None
    assert spreads_of(cycle) == {}


def test_missing_totals_do_not_make_a_group(court, civil):
    make_reviewed(court, civil, [*TOTALS[:4], None])

    assert standing_of(loaded()) is None


def test_standing_stays_in_function_and_staff_class(court, civil, filing, cycle):
    index_set = loaded().participant.index_set
    make_reviewed(court, civil, ["10"], cycle=cycle, index_set=index_set, staff_class="support")
    make_reviewed(court, filing, ["10"], cycle=cycle, index_set=index_set)

    assert standing_of(loaded()).count == 5
    assert list(spreads_of(cycle)) == [("civil", "judge")]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_says_where_the_total_stands_and_ranks_nobody(client, court, result, language):
    user = give_account(result, court)
    user.language = language
    user.save()
    client.force_login(user)

    response = client.get(result.get_absolute_url())

    standing = response.context["standing"]
    assert standing.count == 5
    assert str(standing.quartile) in response.text
    assert 'id="standing"' in response.text


def test_page_of_a_group_of_four_shows_no_standing(client, court, civil, appraiser):
    make_reviewed(court, civil, TOTALS[:4])
    client.force_login(appraiser)

    response = client.get(loaded().get_absolute_url())

    assert response.context["standing"] is None
    assert 'id="standing"' not in response.text


# -- duty areas ---------------------------------------------------------------------------------


def test_areas_are_shares_of_the_weight_scored(result, political):
    index_set = result.participant.index_set
    result.points = make_points(index_set, mediation_rate=-2, reversal_rate=-1)

    areas = duty_areas_of(result, [result])

    assert [axis.area for axis in areas.axes] == ["quantity", "efficiency"]
    assert areas.traces[0].shares == (Decimal("0.5000"), Decimal("0.5000"))


def test_earlier_results_and_the_median_stand_beside(court, civil, cycle, political):
    index_set = loaded().participant.index_set
    Result.objects.update(points=make_points(index_set))
    officer = loaded().participant.officer
    for year in (2022, 2023, 2024):
        make_earlier(court, civil, officer, index_set, year, total=year - 1940)

    result = loaded()
    series = own_series(result, political)
    with translation.override("en"):
        areas = duty_areas_of(result, series)

    assert [one.total for one in series] == [82, 83, 84, 95]
    labels = [trace.label for trace in areas.traces]
    assert labels == [result.participant.cycle.name, "c2024", "c2023", "median of the group"]
    assert areas.traces[1].shares == (Decimal("0.2500"),) * 4
    assert areas.traces[3].shares == (Decimal("0.5000"),) * 4


def make_earlier(court, department, officer, index_set, year, *, total, kind="annual"):
    cycle = make_cycle(
        court,
        kind=kind,
        code=f"{year}-{kind}",
        name=f"c{year}",
        start=date(year, 1, 1),
        end=date(year + 1, 1, 1),
    )
    participant = Participant.objects.create(
        cycle=cycle,
        officer=officer,
        department=department,
        function="civil",
        category=officer.category,
        staff_class="judge",
        index_set=index_set,
        months=YEAR,
    )
    result = make_result(participant, make_run(cycle), total)
    result.points = make_points(index_set, share="0.25")
    result.save()
    put(cycle, "closed")
    return result


def test_series_holds_one_kind_of_cycle_and_nothing_later(court, civil, cycle, political):
    result = loaded()
    officer, index_set = result.participant.officer, result.participant.index_set
    make_earlier(court, civil, officer, index_set, 2024, total=50, kind="special")
    make_earlier(court, civil, officer, index_set, 2026, total=60)

    assert own_series(result, political) == [result]


def test_series_of_a_head_stays_in_the_department(court, civil, filing, cycle, head):
    result = loaded()
    participant = result.participant
    make_earlier(court, filing, participant.officer, participant.index_set, 2024, total=50)

    assert own_series(result, head) == [result]


def test_median_of_an_area_needs_five_who_have_it(cycle, political):
    index_set = loaded().participant.index_set
    Result.objects.update(points=make_points(index_set))
    Result.objects.filter(pk=loaded(4).pk).update(points=make_points(index_set, mediation_rate=-2))

    areas = duty_areas_of(loaded(), [loaded()])

    effect = [axis.area for axis in areas.axes].index("effect")
    assert areas.traces[-1].is_median
    assert areas.traces[-1].shares[effect] is None
    assert areas.traces[-1].shares[0] == Decimal("0.5000")


def test_no_median_for_four(court, civil):
    make_reviewed(court, civil, TOTALS[:4])
    index_set = loaded().participant.index_set
    Result.objects.update(points=make_points(index_set))

    assert not any(trace.is_median for trace in duty_areas_of(loaded(), [loaded()]).traces)


def test_points_of_another_length_make_no_area(result):
    result.points = [100]

    assert duty_areas_of(result, [result]).axes == ()


def test_page_draws_radar_table_and_trend(client, court, civil, cycle, appraiser):
    index_set = loaded().participant.index_set
    Result.objects.update(points=make_points(index_set))
    participant = loaded().participant
    make_earlier(court, civil, participant.officer, index_set, 2024, total=88)
    client.force_login(appraiser)

    response = client.get(loaded().get_absolute_url())

    assert response.context["radar"].count("<svg") == 1
    assert response.context["totals"].count("<circle") == 2
    assert [label for label, _axis, _shares in response.context["areas"].rows] == list(
        response.context["areas"].labels
    )
    assert "style=" not in response.text


def test_page_asks_as_much_with_earlier_results(client, court, civil, cycle, appraiser):
    index_set = loaded().participant.index_set
    Result.objects.update(points=make_points(index_set))
    client.force_login(appraiser)
    page = loaded().get_absolute_url()
    client.get(page)
    with CaptureQueriesContext(connection) as alone:
        client.get(page)
    for year in (2022, 2023, 2024):
        make_earlier(court, civil, loaded().participant.officer, index_set, year, total=80)

    with CaptureQueriesContext(connection) as with_three:
        client.get(page)

    assert len(with_three) == len(alone)
