"""Index sets read, listed, checked, published: their states and their pages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import IndexSet, IndexSetCheck, Indicator, Measure
from appraisal.rules.checks import Level
from appraisal.selectors.index_set_checks import findings_of
from appraisal.selectors.index_set_findings import FINDINGS, findings_kept, reasons_of, report_of
from appraisal.selectors.index_sets import measure_names, rule_in_words, rules_of, stamp_of
from appraisal.services.index_sets import (
    CannotPublish,
    check_index_set,
    publish_index_set,
    reopen_draft,
)
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from tests.appraisal.cycle_cast import CIVIL_JUDGE, make_set
from tests.factories import make_officer

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
RESEARCH = {
    "code": "research", "name": "调研", "name_en": "Research", "part": "common",
    "area": "research", "kind": "count", "weight": "10", "numerator": ["new"],
    "params": {"per_month": "1"},
}  # fmt: skip
# The set of the cast, with its quantity made room for research: fit to be published.
SOUND = [{**CIVIL_JUDGE[0], "weight": "20"}, *CIVIL_JUDGE[1:], RESEARCH]


@pytest.fixture
def draft(court):
    return make_set(court, SOUND, state="draft", review_on=date(2027, 6, 1))


@pytest.fixture
def published(court):
    return make_set(court, SOUND)


@pytest.fixture
def english(appraiser):
    appraiser.language = "en"
    appraiser.save()
    return appraiser


def url(name, *args):
    return reverse(f"appraisal:{name}", args=args)


def check(index_set, by=None):
    made = check_index_set(index_set_id=index_set.pk, by=by, at=AT)
    index_set.refresh_from_db()
    return made


def next_version(index_set, **fields):
    return make_set(index_set.court, SOUND, version=index_set.version + 1, **fields)


# -- rules ------------------------------------------------------------------------------------


def test_rules_of_gives_exact_numbers_in_order(draft):
    rules = rules_of([draft.pk])[draft.pk]

    assert [rule.code for rule in rules][:2] == ["cases_closed", "closing_rate"]
    assert rules[1].params == {"zero_at": Decimal(0), "full_at": Decimal("0.82")}


def test_rules_of_knows_what_a_veto_limits_to(draft):
    add(draft, "veto", params={"at_most": "incompetent"}, weight=0)

    assert rules_of([draft.pk])[draft.pk][-1].at_most == "incompetent"


def add(index_set, kind, **fields):
    defaults = {"code": kind, "name": kind, "name_en": kind, "area": "quality", "weight": 10,
                "numerator": ["closed"], "certainty": "U", "position": 99}  # fmt: skip
    return Indicator.objects.create(index_set=index_set, kind=kind, **defaults | fields)


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


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (
            "ladder",
            {"denominator": ["new"], "params": {"m3": "0.18", "m12": "0.93"}},
            "(month 3: 18 % · month 12: 93 %)",
        ),
        ("graded", {"numerator": []}, "Rated by people with graded words"),
        ("graded", {}, "Closed cases; a grade of 0 to 100"),
        ("yes_no", {}, "the months with yes out of the months in post"),
        ("bonus", {"params": {"per_event": "2"}, "weight": 5}, "2 points more for each, at most 5"),
        (
            "veto",
            {"params": {"at_most": "incompetent"}, "weight": 0},
            "one is enough to limit the grade to “incompetent”",
        ),
        ("head_share", {}, "full marks for the head's share"),
        ("ratio", {"params": {}}, "The parameters are not complete yet."),
    ],
)
def test_every_kind_has_words(draft, kind, fields, words):
    with translation.override("en"):
        assert words in rule_in_words(add(draft, kind, **fields), measure_names())


# -- checking ---------------------------------------------------------------------------------


def test_check_keeps_the_report_and_moves_a_sound_draft_on(draft, appraiser, court):
    made = check(draft, by=appraiser)

    assert draft.state == IndexSet.State.CHECKED
    assert (made.number, made.made_by, made.made_at, made.replay) == (1, appraiser, AT, None)
    assert {row["level"] for row in made.findings} == {"pass", "warn"}
    entry = Entry.objects.about(draft).get(verb="index_set.checked")
    assert (entry.actor, entry.court, entry.detail["failed"]) == (appraiser, court, 0)


def test_check_leaves_a_failing_set_a_draft(draft):
    draft.indicators.filter(code="closing_rate").update(source="")

    made = check(draft)

    assert draft.state == IndexSet.State.DRAFT
    assert [row["code"] for row in made.findings if row["level"] == "fail"] == ["no_source"]
    assert check(draft).number == 2


@pytest.mark.parametrize("state", ["checked", "published", "retired"])
def test_only_drafts_are_checked(court, state):
    index_set = make_set(court, SOUND, state=state)

    with pytest.raises(Conflict):
        check(index_set)
    assert not IndexSetCheck.objects.exists()


def test_check_of_what_was_changed_meanwhile_keeps_nothing(draft, monkeypatch):
    def replay(index_set):
        index_set.indicators.filter(code="closing_rate").update(name="x")

    monkeypatch.setattr("appraisal.services.index_sets.replay_of", replay)

    with pytest.raises(Conflict):
        check(draft)
    assert draft.state == IndexSet.State.DRAFT
    assert not IndexSetCheck.objects.exists()


def test_figures_of_the_last_months_are_looked_at(draft, civil):
    make_officer(court=draft.court, department=civil, category="quota_judge", title="审判员")

    codes = [one.code for one in findings_of(draft, at=AT)]

    assert codes.count("never_obtained") == len(
        {m for one in SOUND for m in [*one["numerator"], *one.get("denominator", [])]}
    )


def test_same_content_in_another_function_is_noticed(draft, court):
    make_set(court, SOUND, code="criminal-judge", function="criminal")

    (finding,) = [one for one in findings_of(draft, at=AT) if one.code == "same_as"]

    assert finding.params == {"function": "criminal"}


def test_measures_of_another_court_are_no_measures(draft, other_court):
    Measure.objects.filter(code="new").update(court=other_court)

    assert "no_measure" in {one.code for one in findings_of(draft, at=AT)}


def test_every_finding_has_words_in_every_principle(draft):
    draft.indicators.all().delete()
    findings = findings_of(draft, at=AT)

    with translation.override("en"):
        report = report_of(findings, draft)
        reasons = reasons_of(findings, draft)

    assert [one.label for one in report] == [
        "Form",
        "Comprehensiveness",
        "Pertinence",
        "Operability",
        "Adaptability",
    ]
    assert [one.level for one in report] == ["fail", "fail", "fail", "pass", "warn"]
    assert reasons[0] == "The set has no indicators."
    assert {finding.code for finding in findings} <= set(FINDINGS)


def test_report_survives_being_kept(draft):
    made = check(draft)

    assert findings_kept(made.findings) == findings_of(draft, at=AT)


# -- publishing -------------------------------------------------------------------------------


def test_publish_index_set_publishes_and_records(draft, appraiser, court):
    check(draft)
    published = publish_index_set(index_set_id=draft.pk, by=appraiser, at=AT)

    assert (published.state, published.published_by) == (IndexSet.State.PUBLISHED, appraiser)
    assert published.published_at == AT
    entry = Entry.objects.about(draft).get(verb="index_set.published")
    assert (entry.actor, entry.court) == (appraiser, court)


def test_publish_index_set_retires_the_one_before(published):
    newer = next_version(published, state="checked")

    publish_index_set(index_set_id=newer.pk, by=None)

    published.refresh_from_db()
    assert published.state == IndexSet.State.RETIRED
    assert Entry.objects.about(published).filter(verb="index_set.retired").count() == 1
    assert IndexSet.objects.published().get() == newer


def test_publish_index_set_leaves_other_staff_alone(court, published):
    other = make_set(court, SOUND, code="civil-support", staff_class="support", state="published")
    newer = next_version(published, state="checked")

    publish_index_set(index_set_id=newer.pk, by=None)

    assert set(IndexSet.objects.published()) == {newer, other}


def test_publish_index_set_refuses_a_draft(draft):
    with translation.override("en"), pytest.raises(CannotPublish, match="passed its check"):
        publish_index_set(index_set_id=draft.pk, by=None)
    draft.refresh_from_db()
    assert draft.state == IndexSet.State.DRAFT


def test_publish_index_set_refuses_what_is_published_already(published):
    with pytest.raises(Conflict):
        publish_index_set(index_set_id=published.pk, by=None)


def test_publish_index_set_refuses_with_reasons_what_would_not_pass_any_more(draft):
    check(draft)
    Measure.objects.filter(code="long_pending").delete()

    with translation.override("en"), pytest.raises(CannotPublish) as refusal:
        publish_index_set(index_set_id=draft.pk, by=None)

    assert refusal.value.reasons == [
        "Long-pending cases: There is no measure with the code “long_pending”."
    ]
    draft.refresh_from_db()
    assert draft.state == IndexSet.State.CHECKED


def test_reopened_set_is_a_draft_again_with_its_reports(draft, appraiser):
    check(draft)

    reopened = reopen_draft(index_set_id=draft.pk, by=appraiser)

    assert reopened.state == IndexSet.State.DRAFT
    assert draft.checks.count() == 1
    assert Entry.objects.about(draft).filter(verb="index_set.reopened").count() == 1


@pytest.mark.parametrize("state", ["draft", "published", "retired"])
def test_only_checked_sets_are_reopened(court, appraiser, state):
    index_set = make_set(court, SOUND, state=state)

    with pytest.raises(Conflict):
        reopen_draft(index_set_id=index_set.pk, by=appraiser)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda s: s.indicators.update(weight=1), id="a weight"),
        pytest.param(lambda s: s.indicators.all().delete(), id="its indicators"),
        pytest.param(lambda s: IndexSet.objects.filter(pk=s.pk).update(name="x"), id="the name"),
    ],
)
def test_published_set_never_changes(published, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change(published)
    assert published.indicators.count() == 7


# -- list -------------------------------------------------------------------------------------


def test_officer_sees_published_sets_of_the_own_court_only(client, published, officer_user):
    client.force_login(officer_user)
    newer = next_version(published, state="draft")

    response = client.get(url("index_set_list"))

    assert list(response.context["page_obj"]) == [published]
    assert not response.context["may_manage"]
    assert client.get(url("index_set_detail", published.pk)).status_code == 200
    assert client.get(url("index_set_detail", newer.pk)).status_code == 404


def test_set_of_another_court_is_not_found(client, published, outsider, outsider_political):
    for user in (outsider, outsider_political):
        client.force_login(user)
        assert list(client.get(url("index_set_list")).context["page_obj"]) == []
        for name in ("detail", "print", "export", "compare"):
            assert client.get(url(f"index_set_{name}", published.pk)).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["civil-judge", "criminal-support"]),
        ("?q=criminal", ["criminal-support"]),
        ("?q=刑事", ["criminal-support"]),
        ("?function=civil", ["civil-judge"]),
        ("?staff_class=support", ["criminal-support"]),
        ("?state=published", ["civil-judge"]),
        ("?sort=-name", ["civil-judge", "criminal-support"]),
        ("?sort=nonsense", ["civil-judge", "criminal-support"]),
        ("?function=nonsense", []),
        ("?q=%00", []),
        ("?page=99", ["civil-judge", "criminal-support"]),
    ],
)
def test_list_is_searched_filtered_and_sorted(client, published, court, appraiser, query, expected):
    make_set(
        court, SOUND, code="criminal-support", name="刑事审判庭辅助人员", name_en="Criminal",
        function="criminal", staff_class="support", state="draft",
    )  # fmt: skip
    client.force_login(appraiser)

    response = client.get(url("index_set_list") + query)

    assert response.status_code == 200
    assert [one.code for one in response.context["page_obj"]] == expected


def test_total_weight_in_the_list_leaves_bonuses_out(client, draft, appraiser):
    add(draft, "bonus", params={"per_event": "1"})
    client.force_login(appraiser)

    (row,) = client.get(url("index_set_list")).context["page_obj"]

    assert (row.indicator_count, row.weight_total) == (8, Decimal(100))


def test_index_set_list_asks_as_much_for_three_as_for_one(client, draft, appraiser):
    client.force_login(appraiser)
    client.get(url("index_set_list"))
    with CaptureQueriesContext(connection) as one:
        client.get(url("index_set_list"))
    next_version(draft, state="retired")
    make_set(draft.court, SOUND, code="criminal-judge", function="criminal")

    with CaptureQueriesContext(connection) as three:
        response = client.get(url("index_set_list"))

    assert len(response.context["page_obj"]) == 3
    assert len(three) == len(one)


def test_list_shows_who_lacks_a_published_set(client, published, civil, filing, appraiser):
    judge = {"category": "quota_judge", "title": "审判员"}
    make_officer(court=published.court, department=civil, **judge)
    make_officer(court=published.court, department=filing, **judge)
    make_officer(court=published.court, department=filing, left_on=date(2026, 1, 1), **judge)
    client.force_login(appraiser)

    cover = client.get(url("index_set_list")).context["cover"]

    cells = {(row.function, cell.staff_class): cell for row in cover for cell in row.cells}
    assert cells[("civil", "judge")].published == published
    assert not cells[("civil", "judge")].is_lacking
    assert (cells[("case_filing", "judge")].people, cells[("case_filing", "judge")].is_lacking) == (
        1,
        True,
    )
    assert not cells[("case_filing", "support")].is_lacking
    assert {row.function for row in cover} == {"civil", "case_filing"}


# -- pages of one set --------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_index_set_page_shows_rules_basis_and_total(client, published, appraiser, language):
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)

    response = client.get(url("index_set_detail", published.pk))

    assert response.context["total"] == Decimal(100)
    assert response.context["form"] is None
    with translation.override(language):
        for indicator in published.indicators.all():
            assert indicator.display_basis in response.text
            assert indicator.get_certainty_display() in response.text
    assert "style=" not in response.text


def test_index_set_page_edits_drafts_for_their_keepers_only(client, draft, political, appraiser):
    client.force_login(political)
    assert client.get(url("index_set_detail", draft.pk)).context["form"] is None

    client.force_login(appraiser)
    response = client.get(url("index_set_detail", draft.pk))

    assert response.context["form"].initial["stamp"] == stamp_of(draft)
    assert response.text.count('method="post"') == response.text.count("csrfmiddlewaretoken")


def test_index_set_page_asks_as_much_for_many_indicators_as_for_few(client, draft, appraiser):
    client.force_login(appraiser)
    client.get(url("index_set_detail", draft.pk))
    with CaptureQueriesContext(connection) as few:
        client.get(url("index_set_detail", draft.pk))
    for number in range(5):
        add(draft, "count", code=f"more{number}", params={"per_month": "1"})

    with CaptureQueriesContext(connection) as many:
        client.get(url("index_set_detail", draft.pk))

    assert len(many) == len(few)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_print_and_workbook_show_every_indicator(client, draft, appraiser, language):
    appraiser.language = language
    appraiser.save()
    rated = {"numerator": [], "anchors": [{"word": "好", "word_en": "good", "score": "100"}]}
    add(draft, "graded", **rated)
    draft.rater_groups.create(kind="head", weight=100)
    client.force_login(appraiser)

    printed = client.get(url("index_set_print", draft.pk))
    workbook = client.get(url("index_set_export", draft.pk))

    with translation.override(language):
        assert all(str(one) in printed.text for one in draft.indicators.all())
    assert workbook["Content-Type"].endswith("sheet")
    assert workbook.content.startswith(b"PK")
    assert Entry.objects.about(draft).filter(verb="index_set.exported").count() == 1


# -- pages of its states -----------------------------------------------------------------------


def test_check_button_leads_to_the_report(client, draft, english):
    client.force_login(english)

    response = client.post(url("index_set_check", draft.pk), follow=True)

    draft.refresh_from_db()
    assert draft.state == IndexSet.State.CHECKED
    assert response.redirect_chain[-1][0] == url("index_set_report", draft.pk)
    assert "The weights total exactly 100." in response.text
    assert "“quality” is covered with 20 points." in response.text
    assert "No closed cycle of this function and staff class can be replayed" in response.text


def test_check_button_says_what_is_wrong(client, draft, english):
    draft.indicators.filter(code="closing_rate").update(owner="", weight=Decimal(10))
    client.force_login(english)

    response = client.post(url("index_set_check", draft.pk), follow=True)

    assert "The weights total 95; they must total exactly 100." in response.text
    assert "It does not say who is responsible for the figures." in response.text
    assert "It stays a draft." in response.text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_report_page_without_a_report_and_with_two(client, draft, appraiser, language):
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)
    assert client.get(url("index_set_report", draft.pk)).context["check"] is None
    draft.indicators.filter(code="closing_rate").update(source="")
    check(draft)
    check(draft)

    last = client.get(url("index_set_report", draft.pk))
    first = client.get(url("index_set_report", draft.pk) + "?number=1")
    other = client.get(url("index_set_report", draft.pk) + "?number=x")

    assert (last.context["check"].number, last.context["is_last"]) == (2, True)
    assert (first.context["check"].number, first.context["is_last"]) == (1, False)
    assert other.context["check"].number == 2


def test_report_page_asks_as_much_for_three_reports_as_for_one(client, draft, appraiser):
    client.force_login(appraiser)
    draft.indicators.filter(code="closing_rate").update(source="")
    check(draft, by=appraiser)
    client.get(url("index_set_report", draft.pk))
    with CaptureQueriesContext(connection) as one:
        client.get(url("index_set_report", draft.pk))
    check(draft, by=appraiser)
    check(draft, by=appraiser)

    with CaptureQueriesContext(connection) as three:
        client.get(url("index_set_report", draft.pk))

    assert len(three) == len(one)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_publish_page_asks_first_and_names_what_it_replaces(client, published, appraiser, language):
    appraiser.language = language
    appraiser.save()
    newer = next_version(published, state="draft")
    check(newer)
    client.force_login(appraiser)

    response = client.get(url("index_set_publish", newer.pk))

    newer.refresh_from_db()
    assert (response.status_code, newer.state) == (200, IndexSet.State.CHECKED)
    assert response.context["former"] == published
    with translation.override(language):
        assert str(published) in response.text


def test_publish_page_publishes(client, draft, appraiser):
    check(draft)
    client.force_login(appraiser)

    response = client.post(url("index_set_publish", draft.pk))

    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert (draft.state, draft.published_by) == (IndexSet.State.PUBLISHED, appraiser)


def test_publish_page_says_every_reason_why_not(client, draft, english):
    check(draft)
    Measure.objects.filter(code="long_pending").delete()
    client.force_login(english)

    response = client.post(url("index_set_publish", draft.pk))

    assert response.context["reasons"] == [
        "Long-pending cases: There is no measure with the code “long_pending”."
    ]
    assert response.context["reasons"][0] in response.text


def test_publish_page_of_a_draft_says_that_it_is_not_checked(client, draft, english):
    client.force_login(english)

    response = client.post(url("index_set_publish", draft.pk))

    assert "Only a set that has passed its check can be published." in response.text


def test_publish_page_of_a_published_set_is_a_conflict(client, published, appraiser):
    client.force_login(appraiser)

    assert client.get(url("index_set_publish", published.pk)).status_code == 409


def test_reopen_button(client, draft, appraiser):
    check(draft)
    client.force_login(appraiser)

    assert client.post(url("index_set_reopen", draft.pk)).url == draft.get_absolute_url()
    assert client.post(url("index_set_reopen", draft.pk)).status_code == 409
    draft.refresh_from_db()
    assert draft.state == IndexSet.State.DRAFT


@pytest.mark.parametrize("who", ["officer_user", "head", "political", "president", "steward"])
@pytest.mark.parametrize("name", ["check", "publish", "reopen", "delete"])
def test_states_need_the_right(client, request, draft, who, name):
    client.force_login(request.getfixturevalue(who))

    assert client.post(url(f"index_set_{name}", draft.pk)).status_code == 403


@pytest.mark.parametrize("name", ["check", "publish", "reopen", "delete", "copy", "basics"])
def test_set_of_another_court_is_not_found_by_its_keepers_elsewhere(
    client, other_court, appraiser, name
):
    theirs = make_set(other_court, SOUND, state="draft")
    client.force_login(appraiser)

    assert client.post(url(f"index_set_{name}", theirs.pk)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == IndexSet.State.DRAFT


def test_install_button_gives_the_managed_courts_their_drafts_once(
    client, court, other_court, appraiser
):
    client.force_login(appraiser)

    for _time in range(2):
        response = client.post(url("index_set_install"))
        assert response.url == url("index_set_list")

    found = IndexSet.objects.all()
    assert {(one.court, one.drafted_by, one.state) for one in found} == {
        (court, appraiser, "draft")
    }
    assert found.count() == found.values("code").distinct().count()


def test_levels_are_kept_as_text(draft):
    assert {row["level"] for row in check(draft).findings} <= {level.value for level in Level}
