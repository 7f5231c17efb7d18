"""Drafting: new, copied, edited, arranged, deleted; two people at once; bad input."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appraisal.models import IndexSet, Indicator, Measure
from appraisal.selectors.index_sets import stamp_of
from appraisal.services.index_set_drafts import (
    CannotEdit,
    add_indicator,
    arrange_indicators,
    change_basics,
    change_indicator,
    copy_index_set,
    delete_draft,
    draft_index_set,
    remove_indicator,
    set_anchors,
    set_rater_groups,
)
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from tests.appraisal.cycle_cast import make_set

pytestmark = pytest.mark.django_db

CODES = [
    "cases_closed",
    "closing_rate",
    "within_limit_rate",
    "mediation_rate",
    "reversal_rate",
    "long_pending",
]
WORDS = [
    {"word": "好", "word_en": "good", "score": "100", "text": "全部", "text_en": "all"},
    {"word": "中", "word_en": "fair", "score": "70", "text": "多数", "text_en": "most"},
    {"word": "差", "word_en": "poor", "score": "0", "text": "没有", "text_en": "none"},
]


@pytest.fixture
def draft(court):
    return make_set(court, state="draft")


@pytest.fixture
def published(court):
    return make_set(court)


@pytest.fixture
def editor(client, appraiser):
    appraiser.language = "en"
    appraiser.save()
    client.force_login(appraiser)
    return client


def url(name, *args):
    return reverse(f"appraisal:{name}", args=args)


def asked(index_set, by, **more):
    return {"index_set_id": index_set.pk, "stamp": stamp_of(index_set), "by": by, **more}


def codes_of(index_set):
    return list(index_set.indicators.order_by("position").values_list("code", flat=True))


def weights_of(index_set):
    return dict(index_set.indicators.values_list("code", "weight"))


# -- whole sets -------------------------------------------------------------------------------


def test_new_set_is_an_empty_draft_and_is_recorded(court, appraiser):
    index_set = draft_index_set(
        court=court, function="case_filing", staff_class="judge", by=appraiser,
        name="立案", name_en="Filing", basis="", review_on=None, raters_known=False,
    )  # fmt: skip

    assert (index_set.code, index_set.version, index_set.state) == (
        "case-filing-judge",
        1,
        "draft",
    )
    assert not index_set.indicators.exists()
    assert Entry.objects.about(index_set).get(verb="index_set.drafted").actor == appraiser


def test_new_set_is_the_next_version_where_there_is_one(court, published, appraiser):
    index_set = draft_index_set(
        court=court, function="civil", staff_class="judge", by=appraiser, name="新", name_en="New"
    )

    assert (index_set.code, index_set.version) == (published.code, 2)


def test_copy_is_the_next_version_with_everything_in_it(published, appraiser):
    copy = copy_index_set(
        index_set_id=published.pk, function="civil", staff_class="judge", by=appraiser,
        name="新版", name_en="New version",
    )  # fmt: skip

    assert (copy.code, copy.version, copy.state) == (published.code, 2, "draft")
    assert (copy.copied_from, copy.name, copy.review_on) == (published, "新版", None)
    assert codes_of(copy) == CODES
    one, other = (s.indicators.get(code="reversal_rate") for s in (copy, published))
    for name in ("weight", "kind", "params", "numerator", "denominator", "source", "basis_en"):
        assert getattr(one, name) == getattr(other, name)


def test_copy_for_others_is_a_set_of_its_own_with_rater_groups(draft, appraiser):
    draft.rater_groups.create(kind="head", weight=60, at_most=1)
    draft.rater_groups.create(kind="peers", weight=40, at_most=8)

    copy = copy_index_set(
        index_set_id=draft.pk, function="criminal", staff_class="support", by=appraiser,
        name="刑", name_en="Criminal",
    )  # fmt: skip

    assert (copy.code, copy.version) == ("criminal-support", 1)
    assert set(copy.rater_groups.values_list("kind", "weight", "at_most")) == {
        ("head", 60, 1),
        ("peers", 40, 8),
    }


def test_delete_draft_deletes_and_records(draft, appraiser, court):
    pk = draft.pk
    delete_draft(index_set_id=pk, by=appraiser)

    assert not IndexSet.objects.filter(pk=pk).exists()
    assert not Indicator.objects.exists()
    assert Entry.objects.get(verb="index_set.deleted").court == court


def test_draft_that_was_copied_stays(draft, appraiser):
    copy_index_set(
        index_set_id=draft.pk, function="civil", staff_class="judge", by=appraiser,
        name="新", name_en="New",
    )  # fmt: skip

    with pytest.raises(CannotEdit):
        delete_draft(index_set_id=draft.pk, by=appraiser)
    assert draft.indicators.count() == 6


# -- only drafts, and only what was read ------------------------------------------------------

FIELDS = {"code": "talks", "name": "谈话", "name_en": "Talks", "part": "common", "area": "conduct",
          "kind": "count", "weight": Decimal(5), "numerator": ["closed"], "denominator": [],
          "params": {"per_month": "1"}, "source": "s", "owner": "o", "basis": "", "basis_en": "",
          "certainty": "U"}  # fmt: skip


def edits(index_set, by):
    """Every way to edit a set, as (name, call)."""
    one = index_set.indicators.get(code="reversal_rate")
    return {
        "basics": lambda **k: change_basics(**k, name="x"),
        "add": lambda **k: add_indicator(**k, **FIELDS),
        "change": lambda **k: change_indicator(**k, indicator_id=one.pk, name="x"),
        "words": lambda **k: set_anchors(**k, indicator_id=one.pk, anchors=WORDS),
        "remove": lambda **k: remove_indicator(**k, indicator_id=one.pk),
        "arrange": lambda **k: arrange_indicators(**k, order=CODES[::-1], weights={}),
        "groups": lambda **k: set_rater_groups(**k, groups={"head": (Decimal(100), 1)}),
    }


EDITS = ["basics", "add", "change", "words", "remove", "arrange", "groups"]


@pytest.mark.parametrize("name", EDITS)
def test_edit_changes_a_draft_and_records(draft, appraiser, name):
    before = stamp_of(draft)

    edits(draft, appraiser)[name](**asked(draft, appraiser))

    draft.refresh_from_db()
    assert stamp_of(draft) != before
    entry = Entry.objects.about(draft).get(verb="index_set.changed")
    assert (entry.actor, entry.court) == (appraiser, draft.court)


@pytest.mark.parametrize("name", EDITS)
def test_edit_over_a_change_not_seen_is_refused(draft, appraiser, name):
    seen = asked(draft, appraiser)
    draft.indicators.filter(code="closing_rate").update(weight=16)
    before = stamp_of(draft)

    with pytest.raises(Conflict):
        edits(draft, appraiser)[name](**seen)

    draft.refresh_from_db()
    assert stamp_of(draft) == before


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("state", ["checked", "published", "retired"])
def test_edit_of_what_is_no_draft_is_refused(court, appraiser, name, state):
    index_set = make_set(court, state=state)

    with pytest.raises(Conflict):
        edits(index_set, appraiser)[name](**asked(index_set, appraiser))
    assert not Entry.objects.filter(verb="index_set.changed").exists()


def test_add_indicator_puts_it_last_and_refuses_a_code_twice(draft, appraiser):
    add_indicator(**asked(draft, appraiser), **FIELDS)

    assert codes_of(draft) == [*CODES, "talks"]
    with pytest.raises(CannotEdit, match="talks"):
        add_indicator(**asked(draft, appraiser), **FIELDS)
    assert draft.indicators.count() == 7


def test_another_kind_drops_graded_words(draft, appraiser):
    one = add_indicator(**asked(draft, appraiser), **FIELDS | {"kind": "graded", "params": {}})
    set_anchors(**asked(draft, appraiser), indicator_id=one.pk, anchors=WORDS)

    change_indicator(**asked(draft, appraiser), indicator_id=one.pk, kind="count")

    one.refresh_from_db()
    assert one.anchors == []


def test_arrange_leaves_a_veto_without_weight(draft, appraiser):
    veto = FIELDS | {"kind": "veto", "weight": 0, "params": {"at_most": "incompetent"}}
    add_indicator(**asked(draft, appraiser), **veto)

    arrange_indicators(
        **asked(draft, appraiser), order=["talks", *CODES], weights={"talks": Decimal(5)}
    )

    assert codes_of(draft)[0] == "talks"
    assert weights_of(draft)["talks"] == 0


@pytest.mark.parametrize("order", [CODES[1:], [*CODES, "other"], [*CODES, CODES[0]]])
def test_order_must_name_each_indicator_once(draft, appraiser, order):
    with pytest.raises(Conflict):
        arrange_indicators(**asked(draft, appraiser), order=order, weights={})
    assert codes_of(draft) == CODES


def test_rater_groups_not_named_no_longer_rate(draft, appraiser):
    set_rater_groups(
        **asked(draft, appraiser), groups={"head": (Decimal(60), 1), "self": (Decimal(40), 1)}
    )
    set_rater_groups(**asked(draft, appraiser), groups={"head": (Decimal(100), 2)})

    assert list(draft.rater_groups.values_list("kind", "weight", "at_most")) == [("head", 100, 2)]


# -- pages: whole sets ------------------------------------------------------------------------


def test_new_page_drafts_a_set(editor, court):
    page = editor.get(url("index_set_new") + "?function=civil&staff_class=judge")
    response = editor.post(
        url("index_set_new"),
        {"function": "civil", "staff_class": "judge", "name": "民事", "name_en": "Civil",
         "review_on": "2027-06-01"},
    )  # fmt: skip

    index_set = IndexSet.objects.get()
    assert page.context["form"]["function"].value() == "civil"
    assert response.url == index_set.get_absolute_url()
    assert (index_set.court, index_set.review_on) == (court, date(2027, 6, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"function": "treasury"},
        {"staff_class": ""},
        {"name": ""},
        {"name": "x" * 81},
        {"review_on": "soon"},
        {"name": "a\x00b"},
    ],
)
def test_new_page_says_what_is_wrong(editor, wrong):
    data = {"function": "civil", "staff_class": "judge", "name": "民事", "name_en": "Civil"}

    response = editor.post(url("index_set_new"), data | wrong)

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == wrong.keys()
    assert not IndexSet.objects.exists()


def test_copy_page_copies_a_published_set(editor, published):
    assert editor.get(url("index_set_copy", published.pk)).status_code == 200
    response = editor.post(
        url("index_set_copy", published.pk),
        {"function": "civil", "staff_class": "judge", "name": "新", "name_en": "New"},
    )

    copy = IndexSet.objects.get(version=2)
    assert response.url == copy.get_absolute_url()


def test_basics_page_saves(editor, draft):
    form = editor.get(url("index_set_basics", draft.pk)).context["form"]
    data = {"stamp": form["stamp"].value(), "name": "改名", "name_en": "Renamed",
            "review_on": "2027-01-01", "raters_known": "on"}  # fmt: skip

    assert editor.post(url("index_set_basics", draft.pk), data).url == draft.get_absolute_url()

    draft.refresh_from_db()
    assert (draft.name, draft.raters_known) == ("改名", True)


def test_delete_page_asks_first(editor, draft):
    page = editor.get(url("index_set_delete", draft.pk))
    assert "Indicators: 6" in page.text
    assert IndexSet.objects.exists()

    assert editor.post(url("index_set_delete", draft.pk)).url == url("index_set_list")
    assert not IndexSet.objects.exists()


EDITING = ["basics", "groups", "delete"]


@pytest.mark.parametrize("name", EDITING)
@pytest.mark.parametrize("state", ["checked", "published"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_editing_pages_of_what_is_no_draft_are_a_conflict(editor, court, name, state, method):
    index_set = make_set(court, state=state)

    response = getattr(editor, method)(url(f"index_set_{name}", index_set.pk))

    assert response.status_code == 409
    assert index_set.get_absolute_url() in response.text


@pytest.mark.parametrize("name", ["change", "words", "remove"])
def test_indicator_pages_of_a_published_set_are_a_conflict(editor, published, name):
    one = published.indicators.first()

    for method in ("get", "post"):
        response = getattr(editor, method)(url(f"indicator_{name}", published.pk, one.pk))
        assert response.status_code == 409
    assert editor.get(url("indicator_add", published.pk)).status_code == 409


def test_two_people_at_once_get_a_clear_conflict(editor, draft):
    form = editor.get(url("index_set_basics", draft.pk)).context["form"]
    draft.indicators.filter(code="closing_rate").update(name="改")

    response = editor.post(
        url("index_set_basics", draft.pk),
        {"stamp": form["stamp"].value(), "name": "x", "name_en": "x"},
    )

    assert response.status_code == 409
    assert "has been changed since you opened it" in response.text
    draft.refresh_from_db()
    assert draft.name != "x"


# -- pages: order and weights -----------------------------------------------------------------


def arranged(index_set, order=None, **more):
    weights = {f"weight_{code}": str(weight) for code, weight in weights_of(index_set).items()}
    return {"stamp": stamp_of(index_set), "code": order or codes_of(index_set)} | weights | more


def test_order_and_weights_are_saved_at_once(editor, draft):
    order = [CODES[-1], *CODES[:-1]]
    data = arranged(draft, order, weight_cases_closed="25", weight_long_pending="15")

    response = editor.post(url("index_set_arrange", draft.pk), data)

    assert response.url.startswith(draft.get_absolute_url())
    assert codes_of(draft) == order
    assert weights_of(draft)["cases_closed"] == 25


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ({"up": "closing_rate"}, ["closing_rate", "cases_closed", *CODES[2:]]),
        ({"down": "cases_closed"}, ["closing_rate", "cases_closed", *CODES[2:]]),
        ({"up": "cases_closed"}, CODES),
        ({"down": "long_pending"}, CODES),
        ({"up": "nonsense"}, CODES),
    ],
)
def test_arrows_move_by_a_step_without_scripts(editor, draft, step, expected):
    editor.post(url("index_set_arrange", draft.pk), arranged(draft, **step))

    assert codes_of(draft) == expected


@pytest.mark.parametrize("weight", ["0", "-1", "100.01", "x", "", "1.234", "NaN", "1e9"])
def test_weight_out_of_bounds_is_refused_with_the_page(editor, draft, weight):
    before = stamp_of(draft)
    data = arranged(draft, CODES[::-1], weight_closing_rate=weight)

    response = editor.post(url("index_set_arrange", draft.pk), data)

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"weight_closing_rate"}
    assert [one.code for one, _rule, _field in response.context["lines"]] == CODES[::-1]
    assert stamp_of(draft) == before


def test_weights_that_are_not_100_are_kept_in_a_draft_and_said(editor, draft):
    data = arranged(draft, weight_cases_closed="29.5")

    response = editor.post(url("index_set_arrange", draft.pk), data, follow=True)

    assert response.context["missing"] == Decimal("0.5")
    assert "still missing to 100:" in response.text


def test_arranging_with_a_foreign_code_or_an_old_stamp_is_a_conflict(editor, draft):
    foreign = arranged(draft, [*CODES, "other"])
    old = arranged(draft) | {"stamp": "0" * 64}

    for data in (foreign, old):
        assert editor.post(url("index_set_arrange", draft.pk), data).status_code == 409
    assert codes_of(draft) == CODES


# -- pages: indicators ------------------------------------------------------------------------


def filled(index_set, kind="ratio", **more):
    data = {"stamp": stamp_of(index_set), "code": "share", "name": "占比", "name_en": "Share",
            "part": "function", "area": "quality", "weight": "10", "numerator": ["closed"],
            "source": "s", "owner": "o", "certainty": "U"}  # fmt: skip
    if kind == "ratio":
        data |= {"denominator": ["new"], "zero_at": "0", "full_at": "82.5"}
    return data | more


def add_url(index_set, kind):
    return url("indicator_add", index_set.pk) + f"?kind={kind}"


def test_add_page_asks_for_the_kind_first(editor, draft):
    response = editor.get(url("indicator_add", draft.pk))

    assert [kind for kind, _label, _help, _now in response.context["kinds"]] == list(
        Indicator.Kind.values
    )


@pytest.mark.parametrize("kind", Indicator.Kind.values)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_form_shows_only_the_fields_of_its_kind(client, appraiser, draft, kind, language):
    appraiser.language = language
    appraiser.save()
    client.force_login(appraiser)
    params = {
        "ratio": {"denominator", "zero_at", "full_at"},
        "count": {"per_month"},
        "range": {"denominator", "low", "high", "margin"},
        "ladder": {"denominator", *(f"m{month}" for month in range(1, 13))},
        "deduction": {"per_event"},
        "bonus": {"per_event"},
        "veto": {"at_most"},
    }
    every = {"weight", "denominator"}.union(*params.values())

    form = client.get(add_url(draft, kind)).context["form"]

    expected = params.get(kind, set()) | (set() if kind == "veto" else {"weight"})
    assert set(form.fields) & every == expected


def test_shares_are_typed_in_per_cent_and_kept_as_parts_of_one(editor, draft):
    response = editor.post(add_url(draft, "ratio"), filled(draft))

    one = draft.indicators.get(code="share")
    assert response.url == draft.get_absolute_url() + "#indicators"
    assert (one.params, one.weight) == ({"zero_at": "0", "full_at": "0.825"}, 10)
    form = editor.get(url("indicator_change", draft.pk, one.pk)).context["form"]
    assert (form["zero_at"].value(), form["full_at"].value()) == ("0", "82.5")


@pytest.mark.parametrize(
    ("kind", "more", "params"),
    [
        ("count", {"per_month": "20"}, {"per_month": "20"}),
        (
            "range",
            {"low": "2", "high": "4", "margin": "1"},
            {"low": "2", "high": "4", "margin": "1"},
        ),
        (
            "range",
            {"denominator": ["new"], "low": "20", "high": "60", "margin": "20"},
            {"low": "0.2", "high": "0.6", "margin": "0.2"},
        ),
        (
            "ladder",
            {"denominator": ["new"], "m3": "18", "m12": "93"},
            {"m3": "0.18", "m12": "0.93"},
        ),
        ("yes_no", {}, {}),
        ("deduction", {"per_event": "0.5"}, {"per_event": "0.5"}),
        ("bonus", {"per_event": "2", "weight": "5"}, {"per_event": "2"}),
        ("veto", {"at_most": "incompetent"}, {"at_most": "incompetent"}),
        ("head_share", {}, {}),
        ("count", {}, {}),
    ],
)
def test_parameters_of_each_kind_are_kept(editor, draft, kind, more, params):
    response = editor.post(add_url(draft, kind), filled(draft, kind, **more))

    assert response.status_code == 302
    one = draft.indicators.get(code="share")
    assert (one.kind, one.params) == (kind, params)
    form = editor.get(url("indicator_change", draft.pk, one.pk)).context["form"]
    data = filled(draft, kind, **{name: form[name].value() or "" for name in more})
    data.pop("code")
    assert editor.post(url("indicator_change", draft.pk, one.pk), data).status_code == 302
    one.refresh_from_db()
    assert one.params == params


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"source": ""}, "source"),
        ({"owner": " "}, "owner"),
        ({"weight": "0"}, "weight"),
        ({"weight": "101"}, "weight"),
        ({"weight": ""}, "weight"),
        ({"zero_at": "x"}, "zero_at"),
        ({"full_at": "-1"}, "full_at"),
        ({"full_at": "NaN"}, "full_at"),
        ({"full_at": "1e400"}, "full_at"),
        ({"numerator": ["money"]}, "numerator"),
        ({"denominator": ["closed"]}, "denominator"),
        ({"code": "cases_closed"}, "code"),
        ({"code": "Case 1"}, "code"),
        ({"name": ""}, "name"),
        ({"area": "money"}, "area"),
        ({"certainty": ""}, "certainty"),
    ],
)
def test_form_says_what_is_wrong_and_writes_nothing(editor, draft, wrong, field):
    response = editor.post(add_url(draft, "ratio"), filled(draft, **wrong))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert draft.indicators.count() == 6


def test_measures_of_another_court_are_no_choice(editor, draft, other_court):
    measure = make_measure(other_court)

    response = editor.post(add_url(draft, "count"), filled(draft, "count", numerator=[measure]))

    assert list(response.context["form"].errors) == ["numerator"]


def make_measure(court):
    return Measure.objects.create(
        code="theirs",
        name="他院",
        name_en="Theirs",
        headings="他院",
        aggregation="sum",
        court=court,
    ).code


def test_kind_can_be_changed(editor, draft):
    one = draft.indicators.get(code="long_pending")
    page = editor.get(url("indicator_change", draft.pk, one.pk) + "?kind=")
    assert ("deduction", True) in [(k, now) for k, _l, _h, now in page.context["kinds"]]

    data = filled(draft, "count", per_month="3")
    data.pop("code")
    editor.post(url("indicator_change", draft.pk, one.pk) + "?kind=count", data)

    one.refresh_from_db()
    assert (one.code, one.kind, one.params) == ("long_pending", "count", {"per_month": "3"})


def test_indicator_of_another_set_is_not_found(editor, draft, court):
    other = make_set(court, state="draft", version=2).indicators.first()

    for name in ("change", "words", "remove"):
        assert editor.get(url(f"indicator_{name}", draft.pk, other.pk)).status_code == 404


def test_remove_page_asks_first(editor, draft):
    one = draft.indicators.get(code="long_pending")
    page = editor.get(url("indicator_remove", draft.pk, one.pk))
    assert draft.indicators.count() == 6

    editor.post(url("indicator_remove", draft.pk, one.pk), {"stamp": page.context["stamp"]})

    assert codes_of(draft) == CODES[:-1]


# -- pages: graded words ----------------------------------------------------------------------


@pytest.fixture
def rated(draft, appraiser):
    fields = FIELDS | {"kind": "graded", "numerator": [], "params": {}}
    return add_indicator(**asked(draft, appraiser), **fields)


def words(index_set, rows, **more):
    data = {"stamp": stamp_of(index_set), "form-TOTAL_FORMS": "7", "form-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data | more


def test_adding_a_rated_indicator_leads_to_its_words(editor, draft):
    response = editor.post(add_url(draft, "graded"), filled(draft, "graded", numerator=[]))

    one = draft.indicators.get(code="share")
    assert response.url == url("indicator_words", draft.pk, one.pk)
    page = editor.get(response.url)
    assert [form["word_en"].value() for form in page.context["formset"]][:4] == [
        "excellent",
        "good",
        "fair",
        "poor",
    ]


def test_words_are_saved_without_the_empty_rows(editor, draft, rated):
    response = editor.post(url("indicator_words", draft.pk, rated.pk), words(draft, WORDS))

    rated.refresh_from_db()
    assert response.status_code == 302
    assert rated.anchors == WORDS


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([WORDS[1], WORDS[0]], id="not falling"),
        pytest.param([{**WORDS[0], "text_en": ""}], id="half a row"),
        pytest.param([{**WORDS[0], "score": "101"}], id="score above 100"),
        pytest.param([{**WORDS[0], "score": "x"}], id="no number"),
        pytest.param([{"word": "x" * 21}], id="too long"),
    ],
)
def test_words_say_what_is_wrong(editor, draft, rated, rows):
    response = editor.post(url("indicator_words", draft.pk, rated.pk), words(draft, rows))

    assert response.status_code == 200
    assert response.context["formset"].total_error_count()
    assert "Please correct the following" in response.text
    rated.refresh_from_db()
    assert rated.anchors == []


@pytest.mark.parametrize("total", ["", "x", "100000"])
def test_words_with_a_tampered_form_are_refused(editor, draft, rated, total):
    data = words(draft, WORDS, **{"form-TOTAL_FORMS": total})

    assert editor.post(url("indicator_words", draft.pk, rated.pk), data).status_code == 200
    rated.refresh_from_db()
    assert rated.anchors == []


def test_only_graded_indicators_have_words(editor, draft):
    one = draft.indicators.get(code="long_pending")

    assert editor.get(url("indicator_words", draft.pk, one.pk)).status_code == 404


# -- pages: rater groups ----------------------------------------------------------------------


def test_rater_groups_page_saves(editor, draft):
    page = editor.get(url("index_set_groups", draft.pk))
    data = {"stamp": page.context["form"]["stamp"].value(), "weight_head": "60",
            "at_most_head": "1", "weight_peers": "40", "at_most_peers": "8"}  # fmt: skip

    response = editor.post(url("index_set_groups", draft.pk), data)

    assert response.url == draft.get_absolute_url()
    assert set(draft.rater_groups.values_list("kind", "weight", "at_most")) == {
        ("head", 60, 1),
        ("peers", 40, 8),
    }


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"weight_head": "60", "at_most_head": "1"}, "The weights total 60;"),
        ({"weight_head": "100", "at_most_head": ""}, "Say how many at most."),
        ({"weight_head": "x", "at_most_head": "1"}, "Enter a number."),
        ({"weight_head": "101", "at_most_head": "1"}, "less than or equal to 100"),
        ({"weight_head": "100", "at_most_head": "0"}, "greater than or equal to 1"),
    ],
)
def test_rater_groups_page_says_what_is_wrong(editor, draft, data, words):
    response = editor.post(url("index_set_groups", draft.pk), {"stamp": stamp_of(draft)} | data)

    assert response.status_code == 200
    assert words in response.text
    assert not draft.rater_groups.exists()


# -- as many questions for three as for one ----------------------------------------------------


@pytest.mark.parametrize("name", ["groups", "basics", "copy", "delete"])
def test_editing_pages_ask_as_much_for_many_indicators_as_for_few(editor, draft, appraiser, name):
    editor.get(url(f"index_set_{name}", draft.pk))
    with CaptureQueriesContext(connection) as few:
        editor.get(url(f"index_set_{name}", draft.pk))
    for number in range(3):
        add_indicator(**asked(draft, appraiser), **FIELDS | {"code": f"talks{number}"})

    with CaptureQueriesContext(connection) as many:
        editor.get(url(f"index_set_{name}", draft.pk))

    assert len(many) == len(few)


@pytest.mark.parametrize("who", ["officer_user", "head", "political", "president"])
def test_editing_needs_the_right(client, request, draft, who):
    client.force_login(request.getfixturevalue(who))
    one = draft.indicators.first()

    for name in ("basics", "groups", "copy", "arrange"):
        assert client.post(url(f"index_set_{name}", draft.pk)).status_code == 403
    for name in ("change", "words", "remove"):
        assert client.post(url(f"indicator_{name}", draft.pk, one.pk)).status_code == 403
    assert client.get(url("index_set_new")).status_code == 403
