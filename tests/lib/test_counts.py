import pytest
from django.db import DataError, connection, transaction

from courtparty.accounts.models import Unit, User
from courtparty.lib import counts
from courtparty.lib.counts import Statement, UpTo, counting_of
from courtparty.ui import number
from tests.factories import make_unit, make_user


def test_counts_stand_in_the_order_of_their_queries(
    court, civil, filing, django_assert_num_queries
):
    make_user("someone")
    counting = counting_of(
        [
            Unit.objects.filter(kind=Unit.Kind.DEPARTMENT),
            User.objects.none(),
            User.objects.filter(username="nobody"),
            User.objects.all(),
        ]
    )

    with django_assert_num_queries(1):
        assert counting.counts() == [2, 0, 0, 1]


def test_counting_asks_anew_each_time(court, civil):
    counting = counting_of([Unit.objects.filter(kind=Unit.Kind.DEPARTMENT), Unit.objects.all()])
    assert counting.counts() == [1, 2]

    make_unit(court, "立案庭")

    assert counting.counts() == [2, 3]


def test_counting_of_one_query(court, django_assert_num_queries):
    counting = counting_of([Unit.objects.all()])

    with django_assert_num_queries(1):
        assert counting.counts() == [1]


def test_counting_counts_a_row_once_however_often_it_is_joined(court, civil, filing):
    make_user("someone", "head", civil)
    make_user("other", "head", civil)
    joined = Unit.objects.filter(grants__role="head")

    assert counting_of([joined, Unit.objects.all()]).counts() == [1, 3]


def test_counting_of_nothing_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counting_of([]).counts() == []
        assert counting_of([User.objects.none()]).counts() == [0]
        assert counting_of([User.objects.filter(pk__in=[])]).counts() == [0]


def test_counting_stops_where_nobody_reads_on(court, civil, filing, monkeypatch):
    monkeypatch.setattr(counts, "COUNTED_TO", 2)
    make_user("someone", "head", civil)
    departments = Unit.objects.filter(kind=Unit.Kind.DEPARTMENT)
    counting = counting_of([departments, Unit.objects.all(), User.objects.all()])
    assert [str(found) for found in counting.counts()] == ["2", "2+", "1"]

    make_unit(court, "立案二庭")
    make_unit(court, "执行局")

    two, more, one = counting.counts()
    assert (two > 2, more > 2, one) == (True, True, 1)
    assert f"{two:,}" == "2+"


def test_counting_stops_after_different_rows(court, civil, filing, monkeypatch):
    monkeypatch.setattr(counts, "COUNTED_TO", 2)
    for name in ("someone", "other", "third"):
        make_user(name, "head", civil)
    make_user("fourth", "head", filing)

    assert counting_of([Unit.objects.filter(grants__role="head")]).counts() == [2]


@pytest.mark.parametrize(("found", "text"), [(0, "0"), (999, "999"), (1_000, "1,000")])
def test_a_count_shows_as_a_number(found, text):
    assert (str(UpTo(found)), f"{UpTo(found):,}", f"{UpTo(found)}") == (text, text, text)


def test_a_count_beyond_says_so():
    assert (str(UpTo(1_001)), f"{UpTo(1_001):,}", number(UpTo(1_001))) == ("1,000+",) * 3


@pytest.mark.services
def test_a_long_statement_is_planned_once_and_asked_anew(
    court, civil, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(counts, "WORTH_A_PLAN", 0)
    counting = counting_of([Unit.objects.filter(name__contains="%"), Unit.objects.all()])
    assert counting.counts() == [0, 2]
    make_unit(court, "50%")

    with django_assert_num_queries(1) as asked:
        assert counting.counts() == [1, 3]
    assert asked[0]["sql"].startswith("EXECUTE")


@pytest.mark.services
def test_a_connection_keeps_a_few_plans(court, monkeypatch):
    monkeypatch.setattr(counts, "WORTH_A_PLAN", 0)
    monkeypatch.setattr(counts, "PREPARED_AT_MOST", 2)
    many = [counting_of([Unit.objects.filter(pk__gt=number)]) for number in range(5)]

    for _twice in range(2):
        assert [one.counts() for one in many] == [[1]] * 5

    # Those that earlier tests left on the connection have made room too.
    assert len(kept_plans()) == 2


@pytest.mark.services
def test_a_statement_that_fails_is_not_kept(court, monkeypatch):
    monkeypatch.setattr(counts, "WORTH_A_PLAN", 0)
    wrong = Statement("SELECT 1 / %s", (0,))
    for _twice in range(2):
        with pytest.raises(DataError), transaction.atomic():
            wrong.rows()


def kept_plans() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}
