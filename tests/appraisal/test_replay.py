"""The last closed cycle under another set: who would move, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appraisal.models import Cycle, Measure, Result
from appraisal.rules.evidence import Basis, Inputs
from appraisal.rules.periods import Aggregation
from appraisal.rules.replay import (
    Replay,
    Why,
    contributions,
    left_out_of,
    lines_under,
    replay_of,
    shifts_of,
)
from appraisal.rules.scoring import Indicator, Kind, Line, State
from appraisal.rules.scoring.indicators import Formula
from appraisal.selectors import index_set_replay as selectors
from appraisal.selectors.index_set_checks import findings_of, last_closed_cycle
from appraisal.selectors.snapshots import UnreadableSnapshot
from appraisal.services.index_sets import check_index_set
from courtparty.accounts.models import User
from tests.appraisal.cycle_cast import (
    CIVIL_JUDGE,
    assess,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_set,
)
from tests.factories import make_user

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


# -- rules ------------------------------------------------------------------------------------


def rule(code, weight=50, **fields):
    defaults = {"kind": Kind.COUNT, "numerator": ("closed",), "denominator": (),
                "params": {"per_month": Decimal(1)}}  # fmt: skip
    return Indicator(code=code, weight=Decimal(weight), **defaults | fields)


def line(code, points, weight=50, kind=Kind.COUNT, state=State.SCORED):
    points = None if points is None else Decimal(points)
    return Line(code, kind, Decimal(weight), state, (), Formula(kind.value), points=points)


def test_contributions_are_scaled_to_the_hundred_and_bonuses_are_not():
    lines = [
        line("a", 30),
        line("b", None, state=State.NOT_APPLICABLE),
        line("c", 3, weight=5, kind=Kind.BONUS),
        line("d", None, weight=0, kind=Kind.VETO),
    ]

    assert contributions(lines) == {"a": Decimal("60.00"), "c": Decimal("3.00")}


def test_same_set_moves_nobody():
    rules, lines = [rule("a"), rule("b")], [line("a", 30), line("b", 50)]

    found = replay_of(rules, lines, rules, lines)

    assert (found.old, found.new, found.change, found.moves) == (80, 80, 0, ())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"weight": Decimal(40)}, Why.WEIGHT, id="weight"),
        pytest.param({"params": {"per_month": Decimal(2)}}, Why.RULE, id="parameter"),
        pytest.param({"numerator": ("new",)}, Why.RULE, id="measure"),
        pytest.param({"kind": Kind.YES_NO}, Why.RULE, id="kind"),
        pytest.param(
            {"weight": Decimal(40), "numerator": ("new",)}, Why.WEIGHT_AND_RULE, id="both"
        ),
        pytest.param({}, Why.SCALE, id="neither"),
    ],
)
def test_move_says_why(change, why):
    old, new = rule("a"), replace(rule("a"), **change)

    (move,) = replay_of([old], [line("a", 30, 100)], [new], [line("a", 20, 100)]).moves

    assert (move.code, move.old, move.new, move.change, move.why) == ("a", 30, 20, -10, why)


def test_added_and_removed_indicators_are_moves_greatest_first():
    found = replay_of([rule("a", 100)], [line("a", 90, 100)], [rule("b", 100)],
                      [line("b", 100, 100)])  # fmt: skip

    assert [(move.code, move.why, move.change) for move in found.moves] == [
        ("b", Why.ADDED, 100),
        ("a", Why.REMOVED, -90),
    ]
    assert found.change == 10


def test_what_the_cycle_cannot_tell_is_left_out_of_the_hundred():
    new = [line("a", 30), line("b", None, state=State.MISSING)]

    found = replay_of([rule("a", 100)], [line("a", 60, 100)], [rule("a"), rule("b")], new)

    assert (found.old, found.new) == (60, 60)


def test_quartiles_need_five_people():
    few = {number: Replay(Decimal(number), Decimal(-number)) for number in range(4)}
    five = {number: Replay(Decimal(number), Decimal(-number)) for number in range(5)}

    assert {(one.old, one.new) for one in shifts_of(few).values()} == {(None, None)}
    shifts = shifts_of(five)
    assert (shifts[0].old, shifts[0].new) == (shifts[4].new, shifts[4].old)
    assert shifts[0].old != shifts[0].new


@pytest.mark.parametrize(
    ("code", "numerator", "left_out"),
    [
        pytest.param("cases", ("closed",), (), id="the same"),
        pytest.param("cases", ("new",), ("cases",), id="another measure"),
        pytest.param("other", ("closed",), ("other",), id="another code"),
    ],
)
def test_average_of_judges_holds_for_the_indicator_of_then_only(code, numerator, left_out):
    month = date(2026, 1, 1)
    head = {"kind": Kind.HEAD_SHARE, "params": {}}
    basis = Basis(
        function="civil",
        staff_class="head",
        months=(month,),
        indicators=(rule("cases", **head),),
        aggregations={"closed": Aggregation.SUM, "new": Aggregation.SUM},
        averages={"cases": Decimal(20)},
    )
    figures = {month: {"closed": Decimal(7), "new": Decimal(7)}}
    inputs = Inputs(basis, (month,), figures, {}, Decimal(70))

    lines = lines_under([rule(code, numerator=numerator, **head)], inputs)

    assert left_out_of(lines) == left_out
    assert lines[0].points == (None if left_out else Decimal("25.00"))


def test_ratings_count_for_the_indicator_of_the_same_code():
    month = date(2026, 1, 1)
    graded = {"kind": Kind.GRADED, "numerator": (), "params": {}}
    basis = Basis("civil", "support", (month,), (rule("talk", **graded),), {})
    inputs = Inputs(basis, (month,), {}, {"talk": Decimal(80)}, None)

    lines = lines_under([rule("talk", **graded), rule("other", **graded)], inputs)

    assert [one.points for one in lines] == [Decimal("40.00"), None]
    assert left_out_of(lines) == ("other",)


# -- from a closed cycle -----------------------------------------------------------------------


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def closed(court, civil, source):
    """A closed cycle of six judges, whose closed cases rise from 100 to 150."""
    make_set(court)
    make_judges(court, civil, source, 6, title="审判员", title_since="2020-01")
    cycle = make_cycle(court)
    assess(cycle)
    close(cycle)
    return cycle


def close(cycle):
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.CLOSED)
    cycle.refresh_from_db()


def new_set(court, *changes, **fields):
    """The next version, with its first indicators changed."""
    indicators = [
        {**one, **change} for one, change in zip(CIVIL_JUDGE, [*changes, *[{}] * 6], strict=False)
    ]
    return make_set(court, indicators, version=9, state="draft", **fields)


@pytest.mark.django_db
def test_same_rules_give_the_same_totals(court, closed):
    found = selectors.replay_of(new_set(court))

    totals = {one.participant_id: one.own for one in Result.objects.all()}
    assert {row["participant"]: Decimal(row["old"]) for row in found["rows"]} == totals
    assert {row["participant"]: Decimal(row["new"]) for row in found["rows"]} == totals
    assert (found["people"], found["moved"], found["quartiles"], found["left_out"]) == (6, 0, 0, [])
    assert (found["cycle"], found["cycle_id"]) == (closed.name, closed.pk)


@pytest.mark.django_db
def test_other_weights_move_people_and_say_why(court, closed):
    found = selectors.replay_of(new_set(court, {"weight": "5"}, {"weight": "40"}))

    first = found["rows"][0]
    assert found["moved"] == found["up"] + found["down"] > 0
    assert Decimal(first["change"]) == Decimal(first["new"]) - Decimal(first["old"])
    assert abs(Decimal(first["change"])) == Decimal(found["greatest"])
    moves = {move["code"]: move for move in first["moves"]}
    assert moves.keys() == {"cases_closed", "closing_rate"}
    assert {move["why"] for move in moves.values()} == {"weight"}
    changes = [Decimal(move["new"]) - Decimal(move["old"]) for move in moves.values()]
    assert sum(changes) == Decimal(first["change"])


@pytest.mark.django_db
def test_indicator_without_figures_then_is_left_out(court, closed):
    unknown = {"code": "summary", "kind": "count", "numerator": ["summary"],
               "params": {"per_month": "1"}, "denominator": []}  # fmt: skip

    index_set = new_set(court, unknown)
    found = selectors.replay_of(index_set)

    assert found["left_out"] == ["summary"]
    assert all(row["new"] is not None for row in found["rows"])
    codes = [one.indicator for one in findings_of(index_set, at=AT, replay=found)
             if one.code == "not_replayed"]  # fmt: skip
    assert codes == ["summary"]


@pytest.mark.django_db
def test_register_not_read_then_is_left_out_not_assumed_empty(court, closed):
    Measure.objects.filter(code="summary").update(is_register=True)
    unknown = {"code": "summary", "kind": "deduction", "numerator": ["summary"],
               "params": {"per_event": "1"}, "denominator": []}  # fmt: skip

    assert selectors.replay_of(new_set(court, unknown))["left_out"] == ["summary"]


@pytest.mark.django_db
def test_later_corrections_do_not_change_what_is_replayed(court, closed, source, civil):
    before = selectors.replay_of(new_set(court, {"weight": "5"}, {"weight": "40"}))
    officer = closed.participants.first().officer
    officer.figures.all().delete()
    make_figures(officer, source, closed=1, within_limit=0)

    index_set = new_set(court, {"weight": "5"}, {"weight": "40"}, code="again")

    assert selectors.replay_of(index_set)["rows"] == before["rows"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"function": "criminal", "code": "x"}, id="another function"),
        pytest.param({"staff_class": "support", "code": "x"}, id="another staff class"),
    ],
)
def test_only_the_same_staff_is_replayed(court, closed, fields):
    index_set = new_set(court, **fields)

    assert last_closed_cycle(index_set) is None
    assert selectors.replay_of(index_set) is None


@pytest.mark.django_db
def test_cycle_of_another_court_or_not_closed_is_not_replayed(court, other_court, closed, civil):
    make_cycle(court, code="later", start=date(2026, 2, 1))

    assert last_closed_cycle(new_set(other_court)) is None
    assert last_closed_cycle(new_set(court)) == closed


@pytest.mark.django_db
def test_figures_of_the_closed_cycle_are_looked_at(court, closed, source):
    officer = closed.participants.first().officer
    officer.figures.filter(measure__code="new").delete()
    officer.figures.filter(measure__code="carried_over", month__gt=date(2026, 1, 1)).delete()
    unknown = {"code": "summary", "kind": "count", "numerator": ["summary"],
               "params": {"per_month": "1"}, "denominator": []}  # fmt: skip

    found = {
        one.params["measure"]: one
        for one in findings_of(new_set(court, unknown), at=AT)
        if "measure" in one.params
    }

    said = {code: (one.code, one.params["count"], one.params["of"]) for code, one in found.items()}
    assert said["closed"] == ("obtained", "60", "60")
    assert said["new"] == ("partly_obtained", "50", "60")
    assert said["carried_over"] == ("obtained", "6", "6")  # a stock is taken once
    assert said["summary"] == ("never_obtained", "0", "60")
    assert {one.params["cycle"] for one in found.values()} == {closed.name}


@pytest.mark.django_db
def test_incomplete_rules_give_no_replay(court, closed):
    assert selectors.replay_of(new_set(court, {"params": {}})) is None


@pytest.mark.django_db
def test_snapshots_that_cannot_be_read_give_no_replay(court, closed, monkeypatch):
    def lost(run_id, part):
        raise UnreadableSnapshot

    monkeypatch.setattr(selectors, "opened_part", lost)

    assert selectors.replay_of(new_set(court)) is None


@pytest.mark.django_db
def test_check_keeps_the_replay_and_the_page_shows_it(client, court, closed, appraiser):
    appraiser.language = "en"
    appraiser.save()
    index_set = new_set(court, {"weight": "5"}, {"weight": "40"})
    made = check_index_set(index_set_id=index_set.pk, by=appraiser, at=AT)
    client.force_login(appraiser)

    response = client.get(reverse("appraisal:index_set_report", args=[index_set.pk]))

    assert made.replay["people"] == 6
    assert "法官" not in str(made.replay)
    assert "法官0" in response.text
    assert f"“{closed.name}” under this set" in response.text
    assert "its weight differs" in response.text


@pytest.mark.django_db
def test_names_are_for_those_only_who_see_the_results(court, closed, appraiser, outsider):
    index_set = new_set(court, {"weight": "5"}, {"weight": "40"})
    replay = selectors.replay_of(index_set)
    stranger = User.objects.get(pk=make_user("stranger", court=court).pk)

    def names(user):
        return {row.name for row in selectors.replay_rows(replay, index_set, user)}

    assert names(appraiser) == {f"法官{number}" for number in range(6)}
    assert names(stranger) == names(outsider) == {""}


@pytest.mark.django_db
def test_replay_asks_no_more_for_more_people(court, closed):
    index_set = new_set(court)
    selectors.replay_of(index_set)
    with CaptureQueriesContext(connection) as six:
        found = selectors.replay_of(index_set)

    assert found["people"] == 6
    assert len(six) <= 5
