from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import Adjustment, Cycle, GradeExclusion, Result
from appraisal.selectors.committee import decisions_about, joined_in_words
from appraisal.services.adjustments import exclude_from_grade, make_adjustment, revoke_adjustment
from appraisal.services.grades import decide_grade, propose
from courtparty.audit.models import Entry
from courtparty.ui import signed
from tests.appraisal.cycle_cast import put
from tests.appraisal.graded import AT, grade_of, make_reviewed
from tests.factories import make_officer, make_user

# What must stay with those who may read it.
REASON = "金丝雀：牵头化解系列纠纷"
NOTE = "金丝雀：另有考虑"
MINUTES = "考核委员会纪要〔2026〕1号"


@pytest.fixture
def cycle(court, civil):
    return make_reviewed(court, civil, ["97", "88.50"])


@pytest.fixture
def result(cycle):
    found = Result.objects.select_related("participant__cycle__court", "participant__officer")
    return found.order_by("pk")[0]


@pytest.fixture
def measured(court, result):
    """The account of the officer whose result it is."""
    user = make_user("measured", court=court)
    result.participant.officer.user = user
    result.participant.officer.save(update_fields=["user"])
    return user


@pytest.fixture
def decided(cycle, result, appraiser, political):
    """Everything the committee can do to one: adjusted, excluded for another reason, graded."""
    adjust(result, political)
    exclude_from_grade(
        participant_id=result.participant_id,
        reason="other",
        document=MINUTES,
        note=NOTE,
        by=political,
        at=AT,
    )
    propose(cycle_id=cycle.pk, by=appraiser)
    decide_grade(
        grade_id=grade_of(cycle).pk,
        decided="competent",
        document=MINUTES,
        note=NOTE,
        by=political,
        at=AT,
    )
    return result


def adjust(result, by, **changes):
    fields = {
        "participant_id": result.participant_id,
        "amount": Decimal("1.50"),
        "reason": REASON,
        "document": MINUTES,
        "decided_on": date(2026, 1, 19),
        "by": by,
        "at": AT,
    }
    return make_adjustment(**fields | changes)


def address(name, record):
    return reverse(f"appraisal:{name}", args=[record.pk])


def in_english(client, user):
    user.language = "en"
    user.save()
    client.force_login(user)


def said(response):
    return [str(message) for message in response.context["messages"]]


# -- beside the computed score ------------------------------------------------------------------


@pytest.mark.parametrize("who", ["head", "political", "appraiser", "president"])
def test_adjustment_stands_beside_the_computed_score(client, request, decided, who):
    in_english(client, request.getfixturevalue(who))

    response = client.get(decided.get_absolute_url())

    assert response.context["decisions"].after == Decimal("98.50")
    assert "97.00" in response.text
    assert "98.50" in response.text
    assert "+1.50" in response.text
    assert REASON in response.text
    assert Result.objects.get(pk=decided.pk).total == Decimal("97.00")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_officer_reads_decisions_only_when_the_cycle_is_closed(
    client, cycle, decided, measured, language
):
    measured.language = language
    measured.save()
    client.force_login(measured)

    before = client.get(decided.get_absolute_url())
    put(cycle, "closed")
    after = client.get(decided.get_absolute_url())

    assert not any(word in before.text for word in ("金丝雀", "+1.50", "98.50", MINUTES))
    assert before.context["decisions"].is_hidden
    assert before.context["is_provisional"]
    assert REASON in after.text
    assert after.text.count(NOTE) == 2
    assert after.context["decisions"].decided
    assert not after.context["is_provisional"]


@pytest.mark.parametrize("who", ["head", "political", "appraiser", "president"])
def test_office_does_not_tell_the_own_decisions_early(client, request, cycle, decided, who):
    user = request.getfixturevalue(who)
    decided.participant.officer.user = user
    decided.participant.officer.save(update_fields=["user"])
    client.force_login(user)

    before = client.get(decided.get_absolute_url())
    form = client.get(address("result_form", decided))
    listed = client.get(address("grade_list", cycle))
    put(cycle, "closed")
    after = client.get(decided.get_absolute_url())

    assert before.context["decisions"].is_hidden
    assert "金丝雀" not in before.text
    assert form.status_code == 404
    assert len(listed.context["rows"]) == (1 if who == "head" else 2)
    assert REASON in after.text


@pytest.mark.parametrize(
    "who",
    ["secretary", "branch_secretary", "party_affairs", "steward", "outsider",
     "outsider_political", "system_admin", "security_admin", "audit_admin", "colleague"],
)  # fmt: skip
def test_reason_is_on_no_page_of_those_who_may_not_read_it(
    client, request, court, civil, cycle, decided, who
):
    if who == "colleague":
        user = make_user("colleague", court=court)
        make_officer(court=court, department=civil, name="同事", user=user)
    else:
        user = request.getfixturevalue(who)
    put(cycle, "closed")
    client.force_login(user)
    pages = [
        reverse("home"),
        reverse("my_records"),
        reverse("audit:entry_list"),
        cycle.get_absolute_url(),
        decided.get_absolute_url(),
        address("grade_list", cycle),
        address("grade_forms", cycle),
        address("grade_workbook", cycle),
        address("result_form", decided),
        address("adjustment_make", decided),
        address("adjustment_revoke", Adjustment.objects.get()),
        address("grade_readmit", GradeExclusion.objects.get()),
        address("grade_decide", grade_of(cycle)),
    ]

    shown = [page for page in pages if "金丝雀".encode() in client.get(page).content]

    assert shown == []
    assert not client.get(decided.get_absolute_url()).context.get("decisions")


def test_neither_log_nor_lists_hold_the_reason(client, cycle, decided, political):
    assert not [entry for entry in Entry.objects.all() if "金丝雀" in str(entry.detail)]
    client.force_login(political)
    for page in (address("grade_list", cycle), cycle.get_absolute_url()):
        assert "金丝雀" not in client.get(page).text


def test_adjustment_taken_back_stays_on_the_page(client, result, political):
    adjustment = adjust(result, political)
    revoke_adjustment(adjustment_id=adjustment.pk, by=political, at=AT)
    in_english(client, political)

    response = client.get(result.get_absolute_url())

    assert response.context["decisions"].adjustment is None
    assert response.context["decisions"].after is None
    assert "taken back on 2026-01-20 by political" in response.text


def test_signed_points():
    amounts = [Decimal("1.5"), Decimal("-2"), Decimal("0.004"), None]
    assert [signed(amount) for amount in amounts] == ["+1.50", "−2.00", "0.00", "—"]


# -- how the total came together ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "share", "words"),
    [
        ({"bonus": "2", "own": "97", "base": "95"}, "0", "Base 95.00 and bonus 2.00 make 97.00."),
        (
            {"base": "95", "bonus": "2", "own": "97", "routine": "90", "total": "95.60"},
            "20",
            "Base 95.00 and bonus 2.00 make 97.00 of the own lines. 80 % of them and 20 % of the "
            "mean of the routine results, 90.00, make 95.60.",
        ),
        (
            {"base": "97", "bonus": "0"},
            "20",
            "Base 97.00 and bonus 0.00 make 97.00. There are no routine results, so the own "
            "lines stand alone.",
        ),
        (
            {"base": None, "own": None, "routine": "90", "total": "90"},
            "100",
            "The mean of the routine results, 90.00, is the total.",
        ),
        ({"total": None, "state": "missing"}, "0", ""),
    ],
)
def test_total_is_put_together_in_a_sentence(cycle, result, fields, share, words):
    Cycle.objects.filter(pk=cycle.pk).update(routine_share=share)
    Result.objects.filter(pk=result.pk).update(**fields)
    found = Result.objects.select_related("participant__cycle").get(pk=result.pk)

    with translation.override("en"):
        assert joined_in_words(found) == words


# -- adjusting ----------------------------------------------------------------------------------

SENT = {
    "amount": "-1.5",
    "reason": REASON,
    "document": MINUTES,
    "decided_on": "2026-01-19",
}


def test_adjustment_is_recorded_from_the_form(client, result, political):
    in_english(client, political)
    assert "97.00" in client.get(address("adjustment_make", result)).text

    response = client.post(address("adjustment_make", result), SENT, follow=True)

    assert said(response) == ["The adjustment is recorded beside the computed score."]
    assert response.context["decisions"].after == Decimal("95.50")
    assert "−1.50" in response.text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"reason": ""}, "Give the committee's reason"),
        ({"reason": "   "}, "Give the committee's reason"),
        ({"document": ""}, "This field is required"),
        ({"amount": "0"}, "Zero points are no adjustment"),
        ({"amount": "101"}, "less than or equal to 100"),
        ({"amount": "many"}, "Enter a number"),
        ({"amount": "NaN"}, "Enter a number"),
        ({"amount": "1.555"}, "no more than 2 decimal places"),
        ({"decided_on": "2999-01-01"}, "lies in the future"),
        ({"decided_on": "soon"}, "Enter a valid date"),
    ],
)
def test_unsound_adjustment_says_what_is_wrong(client, result, political, changes, text):
    in_english(client, political)

    response = client.post(address("adjustment_make", result), SENT | changes)

    assert response.status_code == 200
    assert text in unescape(response.text)
    assert not Adjustment.objects.exists()


def test_closed_cycle_refuses_clearly(client, cycle, result, political):
    put(cycle, "closed")
    in_english(client, political)
    text = "The committee decides while the cycle is being reviewed; it is not."

    adjusted = client.post(address("adjustment_make", result), SENT)
    excluded = client.post(
        address("grade_exclude", result), {"reason": "penalty", "document": MINUTES}
    )

    assert text in adjusted.text
    assert text in excluded.text
    assert not Adjustment.objects.exists()
    assert not GradeExclusion.objects.exists()
    assert not client.get(result.get_absolute_url()).context["decides"]


def test_participant_of_another_court_is_not_found(client, decided, outsider_political):
    client.force_login(outsider_political)
    pages = [
        address("adjustment_make", decided),
        address("adjustment_revoke", Adjustment.objects.get()),
        address("grade_exclude", decided),
        address("grade_readmit", GradeExclusion.objects.get()),
    ]
    for page in pages:
        assert client.get(page).status_code == 404
        assert client.post(page, SENT).status_code == 404
    assert Adjustment.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize("who", ["appraiser", "head", "officer_user"])
def test_deciding_is_the_committees(client, request, result, who):
    client.force_login(request.getfixturevalue(who))

    for name in ("adjustment_make", "grade_exclude"):
        assert client.post(address(name, result), SENT).status_code == 403


def test_second_adjustment_meets_the_page_of_conflicts(client, result, political, president):
    adjust(result, political)
    in_english(client, president)

    response = client.post(address("adjustment_make", result), SENT)

    assert response.status_code == 409
    assert "in force already" in response.text
    assert result.get_absolute_url() in response.text


def test_own_score_is_not_adjusted(client, result, political):
    officer = result.participant.officer
    officer.user = political
    officer.save()
    in_english(client, political)

    assert not client.get(result.get_absolute_url()).context["decides"]
    response = client.post(address("adjustment_make", result), SENT)

    assert "Nobody records a decision about oneself" in response.text


def test_adjustment_is_taken_back_after_asking(client, result, political, president):
    adjustment = adjust(result, political)
    in_english(client, president)
    page = address("adjustment_revoke", adjustment)

    assert "+1.50 points no longer stand" in client.get(page).text
    assert Adjustment.objects.filter(revoked_at=None).exists()
    assert said(client.post(page, follow=True)) == ["The adjustment is taken back."]
    assert client.post(page).status_code == 409


# -- excluding ----------------------------------------------------------------------------------


def test_exclusion_is_recorded_and_withdrawn(client, result, political):
    in_english(client, political)
    sent = {"reason": "other", "document": MINUTES, "note": NOTE}

    response = client.post(address("grade_exclude", result), sent, follow=True)
    assert NOTE in response.text
    page = address("grade_readmit", GradeExclusion.objects.get())
    assert "other, by decision" in client.get(page).text
    client.post(page)

    assert not GradeExclusion.objects.exists()
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"reason": "because", "document": "1"}, "because is not one of the available choices"),
        ({"reason": "penalty"}, "This field is required"),
        ({"reason": "other", "document": "1"}, "Say in the note what excludes"),
    ],
)
def test_unsound_exclusion_says_what_is_wrong(client, result, political, sent, text):
    in_english(client, political)

    response = client.post(address("grade_exclude", result), sent)

    assert text in response.text
    assert not GradeExclusion.objects.exists()


# -- the page as a whole ------------------------------------------------------------------------


def test_decisions_cost_no_query_each(client, court, civil, cycle, result, political):
    client.force_login(political)
    adjust(result, political)
    client.get(result.get_absolute_url())
    with CaptureQueriesContext(connection) as one:
        client.get(result.get_absolute_url())
    for reason in ("penalty", "probation", "absence"):
        exclude_from_grade(
            participant_id=result.participant_id, reason=reason, document="1", by=political, at=AT
        )
    for amount in (2, 3):
        last = Adjustment.objects.get(revoked_at=None)
        revoke_adjustment(adjustment_id=last.pk, by=political, at=AT)
        adjust(result, political, amount=Decimal(amount))

    with CaptureQueriesContext(connection) as three:
        client.get(result.get_absolute_url())

    assert len(three) == len(one)


def test_decisions_of_nobody_are_empty(result, outsider):
    found = decisions_about(result, outsider)

    assert (found.adjustment, found.revoked, found.exclusions, found.grade) == (None, [], [], None)


def test_provisional_until_closed(client, cycle, result, political):
    in_english(client, political)

    before = client.get(result.get_absolute_url())
    put(cycle, "closed")
    after = client.get(result.get_absolute_url())

    assert "Provisional: the cycle is not closed yet." in before.text
    assert "Provisional" not in after.text
