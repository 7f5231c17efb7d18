import random
from itertools import combinations

import pytest

from retention.rules.groups import (
    MINIMUM,
    hidden_groups,
    publishable,
    shown,
    shown_total,
    tell_apart,
)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({}, {}, id="no groups"),
        pytest.param({"a": 5, "b": 9}, {"a": 5, "b": 9}, id="all large enough"),
        pytest.param({"a": 4}, {"a": None}, id="one small group"),
        pytest.param({"a": 5}, {"a": 5}, id="exactly the minimum"),
        pytest.param({"a": 9, "b": 4, "c": 7}, {"a": 9, "b": None, "c": None}, id="next smallest"),
        pytest.param(
            {"a": 9, "b": 1, "c": 2, "d": 6},
            {"a": 9, "b": None, "c": None, "d": None},
            id="two hidden are still too few",
        ),
        pytest.param(
            {"a": 9, "b": 2, "c": 3}, {"a": 9, "b": None, "c": None}, id="two hidden are enough"
        ),
        pytest.param(
            {"a": 0, "b": 8, "c": 20}, {"a": None, "b": None, "c": 20}, id="nobody is small too"
        ),
        pytest.param({"a": 6, "b": 3}, {"a": None, "b": None}, id="nothing left to show"),
    ],
)
def test_small_groups_are_hidden_with_what_gives_them_away(counts, expected):
    assert shown(counts) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [({}, None), ({"a": 4}, None), ({"a": 2, "b": 2}, None), ({"a": 4, "b": 1}, 5)],
)
def test_total_is_hidden_when_it_is_a_small_group(counts, expected):
    assert shown_total(counts) == expected


def test_hidden_groups_never_are_one_or_few_beside_a_shown_total():
    chance = random.Random(11)
    for _round in range(2000):
        counts = {key: chance.randint(0, 12) for key in range(chance.randint(1, 9))}
        hidden = hidden_groups(counts)
        if not hidden or shown_total(counts) is None:
            continue
        assert sum(counts[key] for key in hidden) >= MINIMUM
        assert len(hidden) >= 2


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(range(10), range(10), False, id="the same people"),
        pytest.param(range(10), range(9), True, id="one person between"),
        pytest.param(range(6), range(10), True, id="four between, either way round"),
        pytest.param(range(10), range(5), False, id="five between"),
        pytest.param(range(0, 10), range(5, 15), False, id="neither inside the other"),
    ],
)
def test_two_groups_tell_apart_who_lies_between(one, other, expected):
    assert tell_apart(frozenset(one), frozenset(other)) is expected


def test_nearly_equal_groups_of_two_divisions_are_not_both_shown():
    people = frozenset(range(30))
    police = frozenset(range(7))
    divisions = {
        "function": {"police": police | {7}, "other": people - police - {7}},
        "category": {"police": police, "other": people - police},
    }

    visible = publishable(divisions)

    assert visible == {"function": frozenset({"police", "other"}), "category": frozenset()}


def test_no_two_published_groups_subtract_to_a_few_people():
    chance = random.Random(7)
    for _round in range(300):
        divisions = random_divisions(chance)
        visible = publishable(divisions)
        everybody = frozenset().union(*divisions["function"].values())
        views = [everybody] + [
            divisions[name][key] for name, keys in visible.items() for key in keys
        ]
        for one, other in combinations(views, 2):
            assert not tell_apart(one, other)
        for name, keys in visible.items():
            rest = everybody.difference(*(divisions[name][key] for key in keys))
            assert not 0 < len(rest) < MINIMUM or not keys


def random_divisions(chance):
    people = range(chance.randint(5, 60))
    divisions = {}
    for name, groups in [("function", 6), ("category", 4), ("tenure", 3)]:
        divisions[name] = {key: set() for key in range(groups)}
        for person in people:
            # Unevenly, so that there are large groups and tiny ones.
            divisions[name][min(chance.randrange(groups), chance.randrange(groups))].add(person)
        divisions[name] = {key: frozenset(some) for key, some in divisions[name].items() if some}
    return divisions
