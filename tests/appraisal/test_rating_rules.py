from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.agreement import trimmed_mean
from appraisal.rules.ratings import (
    Block,
    Group,
    GroupValue,
    Person,
    Stage,
    combined,
    group_of,
    has_unknown,
    largest_block,
    panel_of,
    pooled,
    shown_groups,
    stage_of,
    unanswered,
)

CIVIL, OTHER, LEADERS = 1, 2, 9
ALL = dict.fromkeys(Group, 10)


def person(number, *, department=CIVIL, function="civil", staff_class="judge", leads=()):
    return Person(number, department, function, staff_class, frozenset(leads))


def clerk(number, **fields):
    return person(number, staff_class="support", **fields)


HEAD = person(1, staff_class="head", leads=[CIVIL])
JUDGE, OTHER_JUDGE = person(2), person(3, department=OTHER)
CLERK, CLERK_HERE, CLERK_THERE = clerk(4), clerk(5), clerk(6, department=OTHER)
CRIMINAL_CLERK = clerk(7, department=8, function="criminal")
CRIMINAL_HEAD = person(10, department=8, function="criminal", staff_class="head", leads=[8])
PRESIDENT = person(
    8, department=LEADERS, function="leadership", staff_class="head", leads=[LEADERS]
)
DEPUTY_IN_CHARGE = person(9, department=LEADERS, function="leadership", leads=[CIVIL])


@pytest.mark.parametrize(
    ("rater", "ratee", "group"),
    [
        pytest.param(CLERK, CLERK, Group.SELF, id="oneself"),
        pytest.param(HEAD, CLERK, Group.HEAD, id="the head of the department"),
        pytest.param(HEAD, HEAD, Group.SELF, id="a head is not the own head"),
        pytest.param(DEPUTY_IN_CHARGE, CLERK, Group.HEAD, id="holder of the role from elsewhere"),
        pytest.param(PRESIDENT, HEAD, Group.HEAD, id="the court's leadership rates heads"),
        pytest.param(PRESIDENT, CLERK, None, id="and nobody below them"),
        pytest.param(JUDGE, CLERK, Group.SERVED, id="a judge of the department is served"),
        pytest.param(OTHER_JUDGE, CLERK, None, id="a judge of another is not"),
        pytest.param(CLERK, HEAD, Group.SUBORDINATES, id="a clerk is led"),
        pytest.param(JUDGE, HEAD, Group.SUBORDINATES, id="a judge is led"),
        pytest.param(CLERK_THERE, HEAD, None, id="somebody of another department is not"),
        pytest.param(CLERK_HERE, CLERK, Group.PEERS, id="same class, same department"),
        pytest.param(CLERK_THERE, CLERK, Group.PEERS, id="same class, same function"),
        pytest.param(CRIMINAL_CLERK, CLERK, None, id="same class, another function"),
        pytest.param(CLERK, JUDGE, None, id="another class"),
        pytest.param(OTHER_JUDGE, JUDGE, Group.PEERS, id="judges of one function"),
        pytest.param(CRIMINAL_HEAD, HEAD, Group.PEERS, id="heads of the court"),
    ],
)
def test_somebody_rates_as_the_first_group_that_fits(rater, ratee, group):
    assert group_of(rater, ratee, set(Group)) == group


def test_groups_that_a_set_does_not_have_are_passed_over():
    assert group_of(HEAD, CLERK, {Group.SERVED, Group.PEERS}) is Group.SERVED
    assert group_of(CLERK, CLERK, {Group.PEERS}) is None


people = st.builds(
    Person,
    id=st.integers(1, 40),
    department=st.integers(1, 4),
    function=st.sampled_from(["civil", "criminal", "leadership"]),
    staff_class=st.sampled_from(["judge", "support", "administrative", "head"]),
    leads=st.frozensets(st.integers(1, 4), max_size=2),
)
courts = st.lists(people, min_size=1, max_size=25, unique_by=lambda one: one.id)
limits = st.dictionaries(st.sampled_from(list(Group)), st.integers(1, 4), min_size=1)


@given(court=courts, at_most=limits, order=st.randoms(use_true_random=False))
def test_nobody_stands_twice_on_a_panel_and_none_is_too_large(court, at_most, order):
    ratee = court[0]

    panel = panel_of(ratee, court, at_most, seed="1:1")

    raters = [rater for rater, _group in panel]
    assert len(raters) == len(set(raters))
    for group in Group:
        assert sum(found is group for _rater, found in panel) <= at_most.get(group, 0)
    assert all((rater == ratee.id) == (group is Group.SELF) for rater, group in panel)
    shuffled = list(court)
    order.shuffle(shuffled)
    assert panel_of(ratee, shuffled, at_most, seed="1:1") == panel


def test_the_lot_is_another_one_for_another_person():
    court = [clerk(number) for number in range(1, 40)]
    at_most = {Group.PEERS: 5}

    drawn = {
        tuple(panel_of(court[0], court, at_most, seed=f"1:{participant}"))
        for participant in range(8)
    }

    assert len(drawn) == 8


def test_peers_of_the_own_department_are_drawn_first():
    near = [clerk(number) for number in range(11, 14)]
    far = [clerk(number, department=OTHER) for number in range(15, 40)]

    panel = panel_of(CLERK, [*far, *near], {Group.PEERS: 4}, seed="x")

    drawn = [rater for rater, _group in panel]
    assert set(drawn[:3]) == {11, 12, 13}
    assert drawn[3] >= 15


WORDS = {"conduct": 4, "diligence": 3}


@pytest.mark.parametrize(
    ("marks", "is_unknown"),
    [
        pytest.param({}, False, id="nothing yet"),
        pytest.param({"conduct": 0, "diligence": 2}, False, id="first and last word"),
        pytest.param({"diligence": 3}, True, id="one too far"),
        pytest.param({"conduct": -1}, True, id="from the end"),
        pytest.param({"closed": 0}, True, id="an indicator that is not rated"),
    ],
)
def test_words_that_do_not_exist_are_found(marks, is_unknown):
    assert has_unknown(marks, WORDS) is is_unknown


def test_what_is_left_is_listed():
    assert unanswered({"conduct": 0}, WORDS) == ["diligence"]


def decimals(*texts):
    return [Decimal(text) for text in texts]


def weights(**given):
    return {kind: Decimal(weight) for kind, weight in given.items()}


@pytest.mark.parametrize(
    ("answers", "given", "value"),
    [
        pytest.param({"head": ["80"]}, {"head": 40, "peers": 60}, "80.0000", id="one group"),
        pytest.param(
            {"head": ["80"], "peers": ["90", "70", "80", "100"]},
            {"head": 40, "peers": 60},
            "83.0000",
            id="four peers: plain mean 85",
        ),
        pytest.param(
            {"head": ["80"], "peers": ["0", "90", "90", "90", "100"]},
            {"head": 40, "peers": 60},
            "86.0000",
            id="five peers: lowest and highest out",
        ),
        pytest.param(
            {"peers": ["100", "100", "99.99"]},
            {"peers": 100},
            "99.9967",
            id="thirds, rounded once",
        ),
        pytest.param(
            {"self": ["100"], "head": ["60"]}, {"self": 0, "head": 50}, "60.0000", id="self nothing"
        ),
        pytest.param(
            {"self": ["100"]}, {"self": 0, "head": 50}, None, id="only self, without weight"
        ),
        pytest.param({"self": ["100"]}, {"self": 10, "head": 50}, None, id="self, with weight"),
        pytest.param(
            {"self": ["100"], "head": ["60"]},
            {"self": 10, "head": 0},
            None,
            id="others, without weight",
        ),
        pytest.param({}, {"head": 100}, None, id="nobody"),
        pytest.param({"head": []}, {"head": 100}, None, id="nobody in the group"),
    ],
)
def test_groups_are_weighted_over_those_that_answered(answers, given, value):
    found = combined({kind: decimals(*marks) for kind, marks in answers.items()}, weights(**given))

    assert (found and found.value) == (value and Decimal(value))


def test_groups_are_told_with_the_value():
    found = combined(
        {"peers": decimals("60", "80", "80", "80", "100"), "head": decimals("75")},
        weights(head=40, peers=60),
    )

    assert found.groups == (
        GroupValue("head", Decimal(40), 1, Decimal("75.0000"), False),
        GroupValue("peers", Decimal(60), 5, Decimal("80.0000"), True),
    )


marks = st.integers(0, 100).map(Decimal)
given_answers = st.dictionaries(
    st.sampled_from([group.value for group in Group]), st.lists(marks, min_size=1, max_size=9),
    min_size=1,
)  # fmt: skip
given_weights = st.fixed_dictionaries(
    {group.value: st.integers(0, 100).map(Decimal) for group in Group}
)


@given(answers=given_answers, given=given_weights)
def test_value_lies_between_the_lowest_and_the_highest_mark(answers, given):
    found = combined(answers, given)

    weighty = [mark for kind, those in answers.items() if given[kind] for mark in those]
    if not any(given[kind] and those for kind, those in answers.items() if kind != "self"):
        assert found is None
    else:
        assert min(weighty) <= found.value <= max(weighty)


@given(answers=given_answers, given=given_weights, order=st.randoms(use_true_random=False))
def test_order_of_answers_changes_nothing(answers, given, order):
    shuffled = {kind: list(those) for kind, those in reversed(answers.items())}
    for those in shuffled.values():
        order.shuffle(those)

    assert combined(shuffled, given) == combined(answers, given)


@given(answers=given_answers, given=given_weights, more=st.integers(1, 20), data=st.data())
def test_a_better_mark_never_lowers_the_value(answers, given, more, data):
    kind = data.draw(st.sampled_from(sorted(answers)))
    place = data.draw(st.integers(0, len(answers[kind]) - 1))
    better = {one: list(those) for one, those in answers.items()}
    better[kind][place] = min(better[kind][place] + more, Decimal(100))

    before, after = combined(answers, given), combined(better, given)

    assert (before is None) == (after is None)
    assert before is None or after.value >= before.value


@given(those=st.lists(marks, min_size=1, max_size=12))
def test_the_mean_of_a_group_is_the_trimmed_mean(those):
    found = combined({"peers": those}, weights(peers=1))

    assert abs(found.value - trimmed_mean(those)) <= Decimal("0.00005")


@pytest.mark.parametrize(
    ("counts", "parts"),
    [
        pytest.param({"head": 1, "peers": 8}, [("head", "peers")], id="one head hides in peers"),
        pytest.param({"head": 3, "peers": 3}, [("head",), ("peers",)], id="all enough"),
        pytest.param(
            {"head": 1, "served": 2, "peers": 5},
            [("head", "served"), ("peers",)],
            id="small ones together",
        ),
        pytest.param(
            {"head": 1, "served": 3, "peers": 5},
            [("head", "served"), ("peers",)],
            id="the smallest of the others joins",
        ),
        pytest.param({"head": 1, "peers": 1}, [], id="too few in all"),
        pytest.param({"head": 0}, [], id="nobody"),
    ],
)
def test_groups_too_small_are_shown_together_or_not_at_all(counts, parts):
    assert pooled(counts) == parts


@given(counts=st.dictionaries(st.sampled_from([g.value for g in Group]), st.integers(0, 9)))
def test_no_part_is_too_small_and_either_all_are_shown_or_none(counts):
    parts = pooled(counts)

    assert all(sum(counts[kind] for kind in part) >= 3 for part in parts)
    shown = sorted(kind for part in parts for kind in part)
    assert shown in ([], sorted(kind for kind, count in counts.items() if count))


def test_whoever_was_rated_sees_means_of_several_only():
    groups = [
        GroupValue("self", Decimal(5), 1, Decimal(100), False),
        GroupValue("head", Decimal(35), 1, Decimal(60), False),
        GroupValue("peers", Decimal(35), 4, Decimal(90), False),
    ]

    (shown,) = shown_groups(groups)

    # With the own word in it: what it weighs can't be told from the value and the means.
    assert (shown.kinds, shown.count) == (("self", "head", "peers"), 6)
    assert shown.mean == Decimal("76.6667")


def test_groups_without_weight_are_put_together_by_their_number():
    groups = [
        GroupValue("head", Decimal(0), 1, Decimal(60), False),
        GroupValue("served", Decimal(0), 2, Decimal(90), False),
    ]

    assert shown_groups(groups)[0].mean == Decimal("80.0000")


@pytest.mark.parametrize(
    ("marks", "block"),
    [
        pytest.param({}, Block((), ()), id="nothing"),
        pytest.param({1: set()}, Block((), ()), id="a rater of nobody"),
        pytest.param({1: {7, 8}, 2: {7, 8}}, Block((1, 2), (7, 8)), id="complete"),
        pytest.param({1: {7, 8}, 2: {7, 8}, 3: {7}}, Block((1, 2), (7, 8)), id="one rater short"),
        pytest.param(
            {1: {7, 8, 9}, 2: {7, 8}, 3: {7, 8}}, Block((1, 2, 3), (7, 8)), id="one person extra"
        ),
    ],
)
def test_raters_who_rated_the_same_people_are_found(marks, block):
    assert largest_block(marks) == block


@given(marks=st.dictionaries(st.integers(1, 8), st.sets(st.integers(1, 8), max_size=8), max_size=8))
def test_a_block_has_no_gap(marks):
    block = largest_block(marks)

    assert all(set(block.ratees) <= marks[rater] for rater in block.raters)
    assert bool(block.raters) == bool(block.ratees)
    assert bool(block.raters) == any(marks.values())


UNTIL = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        pytest.param(date(2026, 11, 16), None, id="too early"),
        pytest.param(date(2026, 11, 17), Stage.BEFORE, id="three days ahead"),
        pytest.param(date(2026, 11, 19), Stage.BEFORE, id="made up for the day before"),
        pytest.param(date(2026, 11, 20), Stage.ON, id="on the day"),
        pytest.param(date(2026, 11, 21), Stage.AFTER, id="after"),
        pytest.param(date(2026, 12, 30), Stage.AFTER, id="long after"),
    ],
)
def test_reminders_come_before_on_and_after_the_day(day, stage):
    assert stage_of(day, until=UNTIL) is stage
