"""What nobody types and somebody sends: numbers, days, texts and workbooks."""

import io
import zipfile
from datetime import date
from itertools import chain

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from retention.models import Achievement, AchievementImport, Award, AwardRung, ReceivedImport
from retention.selectors.achievement_workbook import MOST_ROWS, read_achievements
from retention.services import achievement_import, received_imports
from retention.services.achievements import CannotEnterAchievement
from tests.factories import make_officer
from tests.retention import awards_cast as awards
from tests.retention.entitlements_cast import TODAY
from tests.retention.received_books import HEADINGS, book, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


RUNG = {
    "name": "奖", "name_en": "award", "position": "30", "level": "own", "decided_by": "",
    "quota_kind": "number", "quota_value": "3", "interval_months": "", "excellent_years": "",
    "certainty": "U", "source": "", "certificate_text": "{name}", "is_active": "on",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("position", "99999"),
        ("position", "-1"),
        ("interval_months", "40000"),
        ("interval_months", "0"),
        ("excellent_years", "21"),
        ("quota_value", "-1"),
        ("quota_value", "NaN"),
        ("quota_value", "1e400"),
        ("quota_value", "99999999999"),
    ],
)
def test_a_number_that_a_rung_cannot_have_is_a_fault_of_its_field(client, political, field, value):
    client.force_login(political)

    answer = client.post(reverse("retention:rung_add"), RUNG | {field: value})

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not AwardRung.objects.filter(name=RUNG["name"]).exists()


def test_a_rung_within_its_bounds_is_kept(client, political):
    client.force_login(political)

    assert client.post(reverse("retention:rung_add"), RUNG).status_code == 302
    assert AwardRung.objects.get(name=RUNG["name"]).quota_value == 3


def test_nothing_was_achieved_before_anybody_in_service_was_born(
    court, civil, head, political, president
):
    """Without a first day of work on record too: the days up to the award have to be counted."""
    officer = make_officer(court=court, department=civil, name="钱无期", work_since=None)
    with pytest.raises(CannotEnterAchievement, match="check the year"):
        awards.make_achievement(officer, by=head, achieved_on=date(1949, 12, 31))

    award = awards.make_award(
        officer, awards.make_rung(court), by=head, checker=political, decider=president,
        achieved_on=date(1950, 1, 1),
    )  # fmt: skip
    assert Award.objects.get(pk=award.pk).days_taken == (awards.TODAY - date(1950, 1, 1)).days


# -- texts and files ------------------------------------------------------------------------------

TEXTS = {
    "nul": "a\x00b",
    "control": "a\x01\x0b\x1fb",
    "emoji": "😀" * 40,
    "surrogate": b"a\xed\xa0\x80b",
    "formula": "=1+1",
    "long": "长" * 200_000,
    "blank": "　 \t",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_kept_or_refused_and_can_be_taken_out(client, officer, political, text):
    client.force_login(political)
    facts = {"officer": officer.pk, "kind": "other", "achieved_on": "2026-03-02", "title": text}

    answer = client.post(reverse("retention:achievement_add"), facts | {"description": text})

    assert answer.status_code in (200, 302)
    assert Achievement.objects.count() == (answer.status_code == 302)
    for page in ("achievement_list", "achievement_export"):
        assert client.get(reverse(f"retention:{page}")).status_code == 200


def test_a_certificate_holds_no_character_that_word_refuses(
    client, court, officer, head, political, president
):
    award = awards.make_award(
        officer, awards.make_rung(court), by=head, checker=political, decider=president,
        number="示法〔2026〕1号", title="成绩\x01\x0b😀",
    )  # fmt: skip
    client.force_login(political)

    answer = client.get(reverse("retention:award_certificate", args=[award.pk]))

    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")


# -- workbooks ------------------------------------------------------------------------------------


def _zip(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return content.getvalue()


def _saved(workbook):
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _with_part(content, name, change):
    """A workbook with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            data = old.read(one)
            new.writestr(one.filename, change(data) if one.filename.startswith(name) else data)
    return out.getvalue()


def escaped(content):
    """The officer's name with characters that XML writes as _x0000_ and _xD83D_."""
    old, new = "张海燕".encode(), "张_x0000_海_xD83D_燕".encode()
    return _with_part(content, "xl/", lambda data: data.replace(old, new))


def good_achievements():
    headings = ["姓名", "取得成绩", "取得日期"]
    workbook = openpyxl.Workbook()
    for line in (headings, ["张海燕", "成绩", "2026-03-02"]):
        workbook.active.append(line)
    return _saved(workbook)


HOSTILE = {
    "nothing": b"",
    "text": "姓名,成绩\n".encode(),
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "cut off": good_achievements()[:1500],
    "a zip of something else": _zip(readme="x"),
    "a Word file": _zip(word__document="<x/>"),
    "a bomb": _zip(xl__workbook=b"0" * 300_000_000),
    "an empty sheet": _saved(openpyxl.Workbook()),
    "other headings": book([], headings=["甲", "乙", "丙"]),
    "other content": book([[1, None, None, None, None, None, None, None, None]]),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_workbook_of_achievements_is_an_error(client, court, political, content):
    client.force_login(political)
    file = SimpleUploadedFile("成绩.xlsx", content)

    answer = client.post(reverse("retention:achievement_import"), {"file": file}, follow=True)

    assert answer.status_code == 200
    assert not AchievementImport.objects.filter(state="ready").exists()


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_workbook_of_what_was_received_is_an_error(client, court, political, content):
    client.force_login(political)
    if content:
        received_imports.upload_received(
            content=content, filename="x.xlsx", court=court, by=political
        )
        found = ReceivedImport.objects.get()
        for _step in received_imports.check_received(import_id=found.pk, on=TODAY):
            pass
        found.refresh_from_db()
        assert found.state == "faulty"
        assert client.get(found.get_absolute_url()).status_code == 200
    file = SimpleUploadedFile("x.xlsx", content)
    assert client.post(reverse("retention:received_import"), {"file": file}).status_code < 400


def test_escaped_characters_of_a_workbook_reach_no_database(court, officer, political):
    content = escaped(good_achievements())
    found = achievement_import.upload_achievements(
        content=content, filename="x.xlsx", court=court, by=political, at=timezone.now()
    )
    assert found.state in ("ready", "faulty")

    received_imports.upload_received(
        content=escaped(book([row(officer)])), filename="x.xlsx", court=court, by=political
    )
    received = ReceivedImport.objects.get()
    for _step in received_imports.check_received(import_id=received.pk, on=TODAY):
        pass
    received.refresh_from_db()
    assert received.state in ("ready", "faulty")


def test_ten_thousand_achievements_are_too_many(court, officer):
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("成绩")
    lines = (["张海燕", f"成绩{n}", "2026-03-02"] for n in range(10_000))
    for line in chain([["姓名", "取得成绩", "取得日期"]], lines):
        sheet.append(line)

    reading = read_achievements(_saved(workbook), filename="x.xlsx", court=court, on=TODAY)

    assert [fault.code for fault in reading.faults] == ["award_too_many"]
    assert reading.faults[0].params == {"limit": MOST_ROWS}


def test_ten_thousand_rows_of_what_was_received_are_judged_at_once(court, officer, political):
    lines = [row(officer, on="9999-12-31", quantity="1e400") for _n in range(10_000)]

    received_imports.upload_received(
        content=book(lines, headings=HEADINGS), filename="x.xlsx", court=court, by=political
    )
    found = ReceivedImport.objects.get()
    for _step in received_imports.check_received(import_id=found.pk, on=TODAY):
        pass

    found.refresh_from_db()
    assert found.state == "faulty"
    assert found.counts["errors"] >= 10_000
