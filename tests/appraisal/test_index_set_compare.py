from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import IndexSet
from appraisal.rules.set_changes import Change, changes_between
from appraisal.selectors.index_set_compare import changes_shown, former_of
from tests.appraisal.cycle_cast import CIVIL_JUDGE, make_set
from tests.appraisal.test_checks import RATED, SOUND

OTHER = replace(SOUND, code="other")


def url(index_set, query=""):
    return reverse("appraisal:index_set_compare", args=[index_set.pk]) + query


# -- rules ------------------------------------------------------------------------------------


def test_same_sets_do_not_differ():
    assert [one.change for one in changes_between([SOUND, RATED], [SOUND, RATED])] == [
        Change.SAME,
        Change.SAME,
    ]


def test_added_and_removed_indicators():
    added, removed = changes_between([SOUND], [OTHER])

    assert (added.code, added.change, added.weight_change) == ("other", Change.ADDED, 20)
    assert (removed.code, removed.change, removed.weight_change) == ("rate", Change.REMOVED, -20)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x"),
        ("kind", "count"),
        ("weight", Decimal(5)),
        ("numerator", ["new"]),
        ("denominator", []),
        ("params", {"zero_at": "0"}),
        ("source", "x"),
        ("certainty", "U"),
        ("anchors", [{"word": "x"}]),
    ],
)
def test_changed_field_is_named_with_old_and_new(field, value):
    (change,) = changes_between([SOUND], [replace(SOUND, **{field: value})])

    assert change.change is Change.CHANGED
    (one,) = change.fields
    assert (one.field, one.old, one.new) == (field, getattr(SOUND, field), value)


@pytest.mark.parametrize(
    "same",
    [
        {"numerator": ("closed",)},
        {"params": {"zero_at": "0", "full_at": "1", "margin": ""}},
        {"anchors": []},
        {"weight": Decimal("20.00")},
    ],
)
def test_another_writing_is_no_change(same):
    (change,) = changes_between([SOUND], [replace(SOUND, **same)])

    assert change.change is Change.SAME


# -- page -------------------------------------------------------------------------------------


@pytest.fixture
def old(court):
    return make_set(court)


@pytest.fixture
def new(court):
    changed = [
        {**CIVIL_JUDGE[0], "weight": "25"},
        {**CIVIL_JUDGE[1], "weight": "20", "params": {"zero_at": "0", "full_at": "0.9"}},
        *CIVIL_JUDGE[2:5],
        {**CIVIL_JUDGE[5], "code": "talks", "name": "谈话", "name_en": "Talks"},
    ]
    return make_set(court, changed, version=2, state="draft")


@pytest.mark.django_db
def test_changes_are_shown_with_old_and_new(old, new):
    with translation.override("en"):
        shown = {one.name: one for one in changes_shown(old, new)}

    assert [one.change for one in shown.values()].count("same") == 3
    assert shown["Cases closed"].weight_change == -5
    rate = shown["Closing rate"]
    assert (rate.old_weight, rate.new_weight) == (15, 20)
    assert [(one.label, one.old, one.new) for one in rate.fields] == [
        ("parameters", "no marks at 0, full marks at 0.82", "no marks at 0, full marks at 0.9")
    ]
    assert (shown["Talks"].change, shown["Long-pending cases"].change) == ("added", "removed")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_compare_page_begins_with_the_version_before(client, appraiser, old, new, language):
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)

    response = client.get(url(new))

    assert response.context["other"] == old
    assert len(response.context["changes"]) == 4
    assert response.context["totals"] == [Decimal(100), Decimal(100)]


@pytest.mark.django_db
def test_compare_page_takes_the_set_asked_for(client, appraiser, court, old, new):
    other = make_set(court, code="criminal-judge", function="criminal")
    client.force_login(appraiser)

    assert client.get(url(new, f"?with={other.pk}")).context["other"] == other
    assert client.get(url(new, "?with=0")).status_code == 404
    assert client.get(url(new, "?with=x")).status_code == 404
    assert client.get(url(new, f"?with={new.pk}")).status_code == 404


@pytest.mark.django_db
def test_compare_page_shows_nothing_of_another_court(client, appraiser, other_court, old, new):
    theirs = make_set(other_court)
    client.force_login(appraiser)

    assert client.get(url(theirs)).status_code == 404
    assert client.get(url(new, f"?with={theirs.pk}")).status_code == 404


@pytest.mark.django_db
def test_compare_page_of_the_only_set(client, appraiser, old):
    client.force_login(appraiser)

    response = client.get(url(old))

    assert (response.status_code, response.context["other"]) == (200, None)


@pytest.mark.django_db
def test_officer_compares_published_sets_only(client, officer_user, old, new):
    client.force_login(officer_user)

    assert client.get(url(new)).status_code == 404
    assert client.get(url(old)).context["others"] == []


@pytest.mark.django_db
def test_former_is_what_was_copied_then_what_is_replaced(appraiser, court, old, new):
    assert former_of(new, appraiser) == old
    source = make_set(court, code="x", function="criminal")
    IndexSet.objects.filter(pk=new.pk).update(copied_from=source)
    new.refresh_from_db()
    assert former_of(new, appraiser) == source


@pytest.mark.django_db
def test_compare_page_asks_as_much_for_three_as_for_one(client, appraiser, court, old, new):
    client.force_login(appraiser)
    client.get(url(new))
    with CaptureQueriesContext(connection) as one:
        client.get(url(new))
    for number in range(3, 6):
        make_set(court, version=number, state="retired")

    with CaptureQueriesContext(connection) as three:
        client.get(url(new))

    assert len(three) == len(one)
