from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import (
    CheckUpResult,
    HealthCorrection,
    ResultChange,
)
from retention.selectors.health_files import file_content
from retention.selectors.own.health import own_line
from retention.services.checkup_reminders import remind_all
from retention.services.checkup_results import CannotEnter, correct_result, note_recheck
from retention.services.checkups import CannotNote, excuse_checkup
from retention.services.health_corrections import (
    CannotAsk,
    CannotDecide,
    ask_correction,
    decline_correction,
    withdraw_correction,
)
from retention.services.reference_ranges import CannotSet, reset_range, set_range
from tests.retention import health_cast as cast

pytestmark = pytest.mark.django_db
NOW, TODAY, DAY = cast.NOW, cast.TODAY, cast.DAY


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def campaign(court, officer, steward):
    return cast.make_campaign(court, steward)


@pytest.fixture
def result(campaign, officer, steward):
    return cast.make_result(officer, steward, file=cast.report())


def told(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def details(verb: str) -> dict:
    return Entry.objects.get(verb=verb).detail


def test_result_is_kept_encrypted_and_notes_the_checkup_as_done(result, officer, officer_user):
    result = CheckUpResult.objects.get(pk=result.pk)
    assert result.vitals == cast.VITALS
    assert (result.findings, result.advice, result.version) == (cast.FINDING, cast.ADVICE, 1)
    assert cast.checkup_of(officer).state == "done"
    assert told(officer_user)[-1] == "health_result_entered"
    with connection.cursor() as cursor:
        cursor.execute("SELECT vitals, findings, advice FROM retention_checkupresult")
        raw = str(cursor.fetchall())
    assert not [secret for secret in cast.SECRETS if secret in raw]


def test_log_and_notices_of_a_result_hold_nothing_of_it(result, officer_user):
    texts = [str(entry.detail) for entry in Entry.objects.all()]
    texts += [notice.text + str(notice.params) for notice in Notice.objects.all()]

    assert not [secret for secret in cast.SECRETS if any(secret in text for text in texts)]


def test_report_is_kept_under_a_neutral_name(result):
    stored = StoredFile.objects.get(pk=result.file_id)

    assert stored.name == f"checkup-{result.checkup_id}.pdf"
    assert stored.expires_at is None
    assert stored.content == cast.PDF


@pytest.mark.parametrize(
    ("changed", "refusal", "words"),
    [
        ({"vitals": {"pulse": Decimal(500)}}, CannotEnter, "living adult"),
        (
            {"vitals": {"systolic": Decimal(80), "diastolic": Decimal(90)}},
            CannotEnter,
            "higher than the diastolic",
        ),
        ({"vitals": {}, "findings": " ", "advice": "", "file": None}, CannotEnter, "at least one"),
        ({"done_on": TODAY + DAY}, CannotNote, "future"),
        ({"done_on": date(1970, 1, 1)}, CannotNote, "not born"),
        ({"recheck_on": TODAY}, CannotEnter, "after the check-up"),
        ({"recheck_on": TODAY + 2000 * DAY}, CannotEnter, "three years"),
    ],
)
def test_result_refuses_bad_input_and_writes_nothing(
    campaign, officer, steward, changed, refusal, words
):
    with pytest.raises(refusal, match=words):
        cast.make_result(officer, steward, **{"file": cast.report()} | changed)

    assert not CheckUpResult.objects.exists()
    assert not StoredFile.objects.exists()
    assert cast.checkup_of(officer).state == "due"


def test_second_result_finds_the_first(result, officer, steward):
    files = StoredFile.objects.count()

    with pytest.raises(Conflict, match="already"):
        cast.make_result(officer, steward, file=cast.report())

    assert CheckUpResult.objects.count() == 1
    assert StoredFile.objects.count() <= files + 1


def test_result_of_somebody_excused_is_refused(campaign, officer, steward):
    excuse_checkup(checkup_id=cast.checkup_of(officer).pk, reason="x", by=steward)

    with pytest.raises(Conflict):
        cast.make_result(officer, steward)


def correct(result, by, **changed):
    facts = {"done_on": TODAY, "reason": "另一份报告", "seen": 1, "at": NOW}
    finding = changed.pop("finding", None) or cast.finding(findings="更正后")
    return correct_result(result_id=result.pk, finding=finding, by=by, **facts | changed)


def test_correction_keeps_what_the_result_said(result, officer, officer_user, steward):
    correct(result, steward)

    change = ResultChange.objects.get()
    assert change.before["findings"] == cast.FINDING
    assert (change.version, change.reason, change.by) == (1, "另一份报告", steward)
    shown = file_content(officer).results[0]
    assert (shown.findings, shown.version) == ("更正后", 2)
    assert shown.changes[0].findings == cast.FINDING
    assert told(officer_user)[-1] == "health_result_corrected"
    assert details("checkup_result.corrected") == {"version": 2}


def test_correction_of_an_old_version_is_refused(result, steward):
    correct(result, steward)

    with pytest.raises(Conflict, match="somebody else"):
        correct(result, steward, finding=cast.finding(findings="zweite"))

    assert ResultChange.objects.count() == 1


def test_correction_needs_a_reason_and_a_difference(result, steward):
    with pytest.raises(CannotEnter, match="Say why"):
        correct(result, steward, reason=" ")
    with pytest.raises(CannotEnter, match="different"):
        correct(result, steward, finding=cast.finding())


def test_recheck_is_noted_once_by_officer_or_steward(campaign, officer, officer_user, steward):
    result = cast.make_result(officer, steward, recheck_on=TODAY + 30 * DAY)

    with pytest.raises(CannotEnter, match="before the check-up"):
        note_recheck(result_id=result.pk, done_on=TODAY - DAY, by=officer_user, at=NOW)
    note_recheck(result_id=result.pk, done_on=TODAY, by=officer_user, at=NOW)
    with pytest.raises(Conflict):
        note_recheck(result_id=result.pk, done_on=TODAY, by=steward, at=NOW)

    assert own_line(officer, on=TODAY + 60 * DAY).tone == "success"


def test_recheck_reminds_the_officer_alone_in_neutral_words(
    campaign, officer, officer_user, steward, head, political
):
    cast.make_result(officer, steward, recheck_on=TODAY + DAY)
    Notice.objects.all().delete()

    assert remind_all(on=TODAY) == 1
    assert remind_all(on=TODAY) == 0

    assert [(one.user, one.kind) for one in Notice.objects.all()] == [
        (officer_user, "health_file_due")
    ]


def ask(result, by, **changed):
    facts = {"proposed": "收缩压 137", "reason": "见报告", "at": NOW}
    return ask_correction(result_id=result.pk, by=by, **facts | changed)


def test_asked_correction_is_accepted_by_correcting(result, officer_user, steward):
    correction = ask(result, officer_user)
    assert told(steward)[-1] == "health_correction_asked"

    correct(result, steward, correction_id=correction.pk, answer="已更正")

    correction = HealthCorrection.objects.get()
    assert (correction.state, correction.answer) == ("accepted", "已更正")
    assert told(officer_user)[-1] == "health_correction_decided"


def test_asked_correction_is_declined_with_an_answer(result, officer_user, steward):
    correction = ask(result, officer_user)
    declined = {"correction_id": correction.pk, "by": steward, "at": NOW}

    with pytest.raises(CannotDecide, match="Say why"):
        decline_correction(answer="", **declined)
    decline_correction(answer="报告如此", **declined)
    with pytest.raises(Conflict):
        decline_correction(answer="again", **declined)

    assert HealthCorrection.objects.get().state == "declined"


def test_one_correction_at_a_time_and_it_can_be_taken_back(result, officer_user, steward):
    correction = ask(result, officer_user)
    with pytest.raises(CannotAsk, match="already"):
        ask(result, officer_user)

    withdraw_correction(correction_id=correction.pk, by=officer_user, at=NOW)

    assert ask(result, officer_user).state == "asked"


def test_nobody_asks_for_others_or_decides_about_oneself(result, officer_user, steward):
    with pytest.raises(CannotAsk):
        ask(result, steward)
    correction = ask(result, officer_user)
    with pytest.raises(CannotDecide, match="own"):
        decline_correction(correction_id=correction.pk, answer="x", by=officer_user, at=NOW)
    assert HealthCorrection.objects.get().state == "asked"


def test_court_sets_its_own_range_and_goes_back(result, court, officer, steward):
    high = {"court": court, "code": "systolic", "sex": "", "by": steward, "source": "报告"}

    own = set_range(low=None, high=Decimal(180), **high)
    assert file_content(officer).results[0].values[0].place == "usual"
    reset_range(range_id=own.pk, by=steward)
    assert file_content(officer).results[0].values[0].place == "high"

    for low, upper, words in [(200, 100, "above its end"), (10, 20, "lie between")]:
        with pytest.raises(CannotSet, match=words):
            set_range(low=Decimal(low), high=Decimal(upper), **high)
    with pytest.raises(CannotSet, match="at least one"):
        set_range(low=None, high=None, **high)
    with pytest.raises(CannotSet, match="where the range"):
        set_range(low=None, high=Decimal(180), **high | {"source": " "})
