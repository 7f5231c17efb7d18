from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import IndexSet, Indicator, Measure
from appraisal.rules.checks import failures
from appraisal.selectors.index_sets import (
    FINDINGS,
    findings_of,
    findings_shown,
    measure_names,
    rule_in_words,
    rules_of,
)
from appraisal.services.index_sets import (
    CannotPublish,
    install_index_sets,
    publish_index_set,
    shipped_index_sets,
)
from courtparty.audit.models import Entry
from tests.appraisal.cycle_cast import make_published_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(court):
    (index_set,) = install_index_sets(court)
    return index_set


@pytest.fixture
def published(court):
    return make_published_set(court)


def url(name, *args):
    return reverse(f"appraisal:{name}", args=args)


# -- shipped ----------------------------------------------------------------------------------


def test_shipped_set_has_all_four_kinds_and_weights_of_100(draft):
    indicators = draft.indicators.all()

    assert {one.kind for one in indicators} == set(Indicator.Kind.values)
    assert sum(one.weight for one in indicators) == Decimal(100)
    assert (draft.state, draft.function, draft.category) == ("draft", "civil", "quota_judge")


def test_shipped_set_says_in_both_languages_how_sure_each_number_is(draft):
    for indicator in draft.indicators.all():
        assert indicator.basis
        assert indicator.basis_en
        assert (indicator.certainty == "U") == ("未核实" in indicator.basis)
        assert (indicator.certainty == "U") == ("Unverified" in indicator.basis_en)


def test_shipped_sets_pass_their_own_check(draft):
    assert failures(findings_of(draft)) == []


def test_install_index_sets_makes_drafts_once_and_records(court, appraiser):
    first = install_index_sets(court, by=appraiser)
    again = install_index_sets(court, by=appraiser)

    assert [one.code for one in first] == [one["code"] for one in shipped_index_sets()]
    assert again == []
    assert IndexSet.objects.count() == len(first)
    entry = Entry.objects.get(verb="index_set.drafted")
    assert (entry.actor, entry.court) == (appraiser, court)


def test_install_index_sets_leaves_what_a_court_has_published(court, published):
    assert install_index_sets(court) == []


def test_rules_of_gives_exact_numbers_in_order(draft):
    rules = rules_of([draft.pk])[draft.pk]

    assert [rule.code for rule in rules][:2] == ["cases_closed", "closing_rate"]
    assert rules[1].params == {"zero_at": Decimal(0), "full_at": Decimal("0.82")}


# -- publishing -------------------------------------------------------------------------------


def test_publish_index_set_publishes_and_records(draft, appraiser, court):
    published = publish_index_set(index_set_id=draft.pk, by=appraiser)

    assert (published.state, published.published_by) == (IndexSet.State.PUBLISHED, appraiser)
    assert published.published_at is not None
    entry = Entry.objects.about(draft).get(verb="index_set.published")
    assert (entry.actor, entry.court) == (appraiser, court)


def test_publish_index_set_retires_the_one_before(court, published):
    newer = copy_of(published)

    publish_index_set(index_set_id=newer.pk, by=None)

    published.refresh_from_db()
    assert published.state == IndexSet.State.RETIRED
    assert Entry.objects.about(published).filter(verb="index_set.retired").count() == 1
    assert IndexSet.objects.published().get() == newer


def copy_of(index_set):
    indicators = list(index_set.indicators.all())
    newer = IndexSet.objects.create(
        court=index_set.court,
        code=index_set.code,
        version=index_set.version + 1,
        name=index_set.name,
        name_en=index_set.name_en,
        function=index_set.function,
        category=index_set.category,
    )
    for indicator in indicators:
        indicator.pk, indicator.index_set = None, newer
    Indicator.objects.bulk_create(indicators)
    return newer


def test_publish_index_set_refuses_with_every_reason(draft):
    draft.indicators.filter(code="closing_rate").update(source="", weight=Decimal(10))
    draft.indicators.filter(code="mediation_rate").update(params={})
    Measure.objects.filter(code="long_pending").delete()

    with translation.override("en"), pytest.raises(CannotPublish) as refusal:
        publish_index_set(index_set_id=draft.pk, by=None)

    assert refusal.value.reasons == [
        "The weights total 95; they must total exactly 100.",
        "Closing rate: It does not say where the figures come from.",
        "Mediation and withdrawal rate: A target range needs low, high (not below low) and a "
        "margin above zero.",
        "Long-pending cases: There is no measure with the code “long_pending”.",
    ]
    draft.refresh_from_db()
    assert draft.state == IndexSet.State.DRAFT


def test_publish_index_set_refuses_what_is_no_draft(published):
    with translation.override("en"), pytest.raises(CannotPublish, match="Only a draft"):
        publish_index_set(index_set_id=published.pk, by=None)
    published.refresh_from_db()
    assert published.state == IndexSet.State.PUBLISHED


def put_over(index_set):
    """The database's own way to insert a row where there is one."""
    table = IndexSet._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"INSERT INTO {table} SELECT * FROM {table} "
                "ON CONFLICT (id) DO UPDATE SET name = 'x'"
            )
        else:
            cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def empty_table(index_set):
    is_postgres = connection.vendor == "postgresql"
    connection.check_constraints()  # PostgreSQL truncates nothing while such checks are waiting
    with connection.cursor() as cursor:
        cursor.execute(f"{'TRUNCATE' if is_postgres else 'DELETE FROM'} appraisal_indicator")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(put_over, id="another put over it"),
        pytest.param(empty_table, id="all at once"),
        pytest.param(lambda s: s.indicators.update(weight=1), id="a weight"),
        pytest.param(lambda s: s.indicators.all().delete(), id="its indicators"),
        pytest.param(lambda s: IndexSet.objects.filter(pk=s.pk).update(name="x"), id="the name"),
    ],
)
def test_published_set_never_changes(published, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change(published)
    assert published.indicators.count() == 6


def test_every_finding_has_words(draft):
    draft.indicators.all().delete()

    with translation.override("en"):
        shown = findings_shown(draft)

    assert [one.text for one in shown if one.level == "fail"] == [
        "The set has no indicators.",
        "There is no part of its own for this function.",
    ]
    assert {finding.code for finding in findings_of(draft)} <= set(FINDINGS)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("cases_closed", "Closed cases; full marks at 20 for each month in post"),
        (
            "closing_rate",
            "Closed cases ÷ (Carried-over cases + New cases); no marks at 0 %, full marks at 82 %",
        ),
        (
            "mediation_rate",
            "(Mediated + Withdrawn) ÷ Closed cases; full marks from 20 % to 60 %, falling to "
            "none within 20 % outside",
        ),
        ("long_pending", "Pending for over 12 months; 2 points off for each"),
    ],
)
def test_rule_in_words(draft, code, words):
    with translation.override("en"):
        assert rule_in_words(draft.indicators.get(code=code), measure_names()) == words


# -- pages ------------------------------------------------------------------------------------


def test_officer_sees_published_sets_of_the_own_court_only(client, published, officer_user):
    client.force_login(officer_user)
    newer = copy_of(published)

    response = client.get(url("index_set_list"))

    assert list(response.context["page_obj"]) == [published]
    assert client.get(url("index_set_detail", published.pk)).status_code == 200
    assert client.get(url("index_set_detail", newer.pk)).status_code == 404


def test_set_of_another_court_is_not_found(client, published, outsider, outsider_political):
    for user in (outsider, outsider_political):
        client.force_login(user)
        assert list(client.get(url("index_set_list")).context["page_obj"]) == []
        assert client.get(url("index_set_detail", published.pk)).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_index_set_page_shows_rules_basis_and_total(client, draft, appraiser, language):
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)

    response = client.get(url("index_set_detail", draft.pk))

    assert response.context["total"] == Decimal(100)
    with translation.override(language):
        for indicator in draft.indicators.all():
            assert indicator.display_basis in response.text
            assert indicator.get_certainty_display() in response.text
    assert response.context["may_publish"]
    assert "style=" not in response.text


def test_index_set_page_offers_publishing_to_its_keepers_only(client, draft, political):
    client.force_login(political)

    response = client.get(url("index_set_detail", draft.pk))

    assert not response.context["may_publish"]
    assert response.context["findings"] == []


def test_index_set_list_asks_as_much_for_three_as_for_one(client, draft, appraiser):
    client.force_login(appraiser)
    client.get(url("index_set_list"))
    with CaptureQueriesContext(connection) as one:
        client.get(url("index_set_list"))
    copy_of(copy_of(draft))

    with CaptureQueriesContext(connection) as three:
        response = client.get(url("index_set_list"))

    assert len(response.context["page_obj"]) == 3
    assert len(three) == len(one)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_publish_page_asks_first(client, draft, appraiser, language):
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)

    response = client.get(url("index_set_publish", draft.pk))

    draft.refresh_from_db()
    assert (response.status_code, draft.state) == (200, IndexSet.State.DRAFT)


def test_publish_page_publishes(client, draft, appraiser):
    client.force_login(appraiser)

    response = client.post(url("index_set_publish", draft.pk))

    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert (draft.state, draft.published_by) == (IndexSet.State.PUBLISHED, appraiser)


def test_publish_page_says_every_reason_why_not(client, draft, appraiser):
    draft.indicators.filter(code="closing_rate").update(owner="", weight=Decimal(10))
    appraiser.language = "en"
    appraiser.save()
    client.force_login(appraiser)

    response = client.post(url("index_set_publish", draft.pk))

    assert response.context["reasons"] == [
        "The weights total 95; they must total exactly 100.",
        "Closing rate: It does not say who is responsible for the figures.",
    ]
    assert all(reason in response.text for reason in response.context["reasons"])


@pytest.mark.parametrize("who", ["officer_user", "head", "political", "president", "steward"])
def test_publish_page_needs_the_right(client, request, draft, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(url("index_set_publish", draft.pk)).status_code == 403


def test_publish_page_of_another_court_is_not_found(client, other_court, appraiser):
    (theirs,) = install_index_sets(other_court)
    client.force_login(appraiser)

    assert client.post(url("index_set_publish", theirs.pk)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == IndexSet.State.DRAFT


# -- the shipped sets, by button and by command ------------------------------------------------


def test_install_button_gives_the_managed_courts_their_drafts_once(
    client, court, other_court, appraiser
):
    client.force_login(appraiser)

    for _time in range(2):
        response = client.post(url("index_set_install"))
        assert response.url == url("index_set_list")

    (index_set,) = IndexSet.objects.all()
    assert (index_set.court, index_set.drafted_by) == (court, appraiser)


def test_install_command_publishes_when_asked(court, capsys):
    with translation.override("en"):
        call_command("install_index_sets", "--court=slx")
        call_command("install_index_sets", "--court=slx", "--publish")
        call_command("install_index_sets", "--court=slx", "--publish")

    assert capsys.readouterr().out.splitlines() == [
        "civil-judge v1: draft",
        "civil-judge v1: published",
        "civil-judge v1: published",
    ]
    assert IndexSet.objects.count() == 1


def test_install_command_refuses_an_unknown_court(db):
    with translation.override("en"), pytest.raises(CommandError, match="no court with the code"):
        call_command("install_index_sets", "--court=nowhere")
