"""A workbook of achievements: all faults at once, all or nothing."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.utils import translation

from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict
from courtparty.lib.xlsx import Fault, fault_text, write_table
from retention.models import Achievement, AchievementImport
from retention.services import achievement_import as services
from retention.services.achievement_import import CannotImport
from tests.factories import make_id_number, make_officer
from tests.retention.awards_cast import DAY, NOW, make_achievement

pytestmark = pytest.mark.django_db
HEADINGS = ["姓名", "身份证号", "部门", "取得成绩", "类别", "取得日期", "说明"]
GOOD = ["张海燕", "", "", "审判技能竞赛一等奖", "竞赛", "2026.03.15", "市级"]


@pytest.fixture(autouse=True)
def _refusals_in_english():
    with translation.override("en"):
        yield


def book(*rows, headings=HEADINGS):
    return write_table(title="干警成绩登记表", headings=headings, rows=rows, text_columns=range(7))


def upload(court, political, *rows, content=None, filename="成绩.xlsx"):
    return services.upload_achievements(
        content=content or book(*rows), filename=filename, court=court, by=political, at=NOW
    )


def faults_of(found):
    faults = [Fault.from_json(one) for one in found.report["faults"]]
    return [(fault.ref, str(fault_text(fault))) for fault in faults]


def test_a_good_workbook_is_shown_then_taken_whole(court, officer, political):
    found = upload(court, political, GOOD, ["张 海燕", "", "", "信息采用", "", "20260401", ""])

    assert (found.state, found.counts) == ("ready", {"rows": 2, "new": 2, "known": 0, "faults": 0})
    assert not Achievement.objects.exists()
    services.import_achievements(import_id=found.pk, by=political, at=NOW)

    rows = Achievement.objects.order_by("achieved_on").values_list(
        "officer", "title", "kind", "achieved_on", "source", "state"
    )
    assert list(rows) == [
        (officer.pk, "审判技能竞赛一等奖", "competition", date(2026, 3, 15), "import", "entered"),
        (officer.pk, "信息采用", "other", date(2026, 4, 1), "import", "entered"),
    ]
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["achievements.previewed", "achievements.imported"]


def test_all_faults_are_named_at_once_and_nothing_is_written(court, civil, officer, political):
    for _n in range(2):
        make_officer(court=court, department=civil, name="王小明")
    found = upload(
        court,
        political,
        GOOD,
        ["", "", "", "", "竞赛", "2026-03-15", ""],
        ["王小明", "", "", "成绩", "", "2026-03-15", ""],
        ["查无此人", "", "", "成绩", "跑步", "2027-01-01", ""],
        ["张海燕", "", "", "长" * 121, "", "2026年3月", ""],
        ["张海燕", "", "", "早年成绩", "", "2001-01-01", ""],
        ["张海燕", make_id_number(), "", "成绩", "", "不是日期", ""],
        GOOD,
    )

    assert found.state == "faulty"
    assert faults_of(found) == [
        ("A4", "The name is missing."),
        ("D4", "Say what was achieved."),
        ("A5", "2 officers have this name: add the department or the ID number."),
        ("A6", "Nobody of this name is in service in the court."),
        (
            "E6",
            "This kind is not known. Known are: 审判执行, 办案, 党建, 年度考核, 表彰, 荣誉, 竞赛, "
            "调研宣传, 调研, 宣传, 急难险重, 司法为民, 其他.",
        ),
        ("F6", "This day lies in the future."),
        ("D7", "At most 120 characters."),
        ("F7", "Give the day, not only the month."),
        ("F8", "This is before the officer began to work (2008-07-01)."),
        ("B9", "No officer of this name has this ID number."),
        ("F9", "This is no day. Write it as 2026-03-15."),
        ("D10", "The same as in row 3."),
    ]
    with pytest.raises(Conflict):
        services.import_achievements(import_id=found.pk, by=political, at=NOW)
    assert not Achievement.objects.exists()


def test_two_of_one_name_are_told_apart(court, civil, filing, political):
    number = make_id_number()
    first = make_officer(court=court, department=civil, name="王小明", id_number=number)
    second = make_officer(court=court, department=filing, name="王小明")
    found = upload(
        court,
        political,
        ["王小明", number, "", "甲", "", "2026-03-15", ""],
        ["王小明", "", "立案庭", "乙", "", "2026-03-15", ""],
    )
    services.import_achievements(import_id=found.pk, by=political, at=NOW)

    assert dict(Achievement.objects.values_list("title", "officer")) == {
        "甲": first.pk,
        "乙": second.pk,
    }


def test_officers_of_another_court_are_not_found(court, outsider, political):
    found = upload(court, political, [outsider.officer.name, "", "", "甲", "", "2026-03-15", ""])

    assert faults_of(found) == [("A3", "Nobody of this name is in service in the court.")]


def test_what_is_on_record_is_left_out(court, officer, head, political):
    make_achievement(officer, by=head, title=GOOD[3], achieved_on=date(2026, 3, 15))

    found = upload(court, political, GOOD)

    assert found.counts == {"rows": 1, "new": 0, "known": 1, "faults": 0}


def test_a_change_since_the_check_stops_the_import(court, officer, head, political):
    found = upload(court, political, GOOD)
    make_achievement(officer, by=head, title=GOOD[3], achieved_on=date(2026, 3, 15))

    with pytest.raises(CannotImport, match="has changed since"):
        services.import_achievements(import_id=found.pk, by=political, at=NOW)
    found.refresh_from_db()
    assert (found.state, Achievement.objects.count()) == ("ready", 1)


def test_it_is_imported_once(court, officer, political):
    found = upload(court, political, GOOD)
    services.import_achievements(import_id=found.pk, by=political, at=NOW)

    with pytest.raises(Conflict):
        services.import_achievements(import_id=found.pk, by=political, at=NOW + DAY)
    with pytest.raises(Conflict):
        services.discard_import(import_id=found.pk, by=political)
    assert Achievement.objects.count() == 1


def test_a_discarded_workbook_is_deleted(court, officer, political):
    found = upload(court, political, GOOD)
    services.discard_import(import_id=found.pk, by=political)

    found.refresh_from_db()
    assert (found.state, found.report, found.file) == ("discarded", None, None)
    assert not StoredFile.objects.exists()


def test_missing_headings_are_named(court, officer, political):
    content = book(["张海燕", "2026"], headings=["姓名", "年份"])
    found = upload(court, political, content=content)

    assert found.state == "faulty"
    assert [text.split("”")[1].strip() for _ref, text in faults_of(found)][0].startswith("has no")


def test_a_file_of_a_strange_type_is_refused(court, political):
    with pytest.raises(CannotImport, match="not an Excel workbook"):
        upload(court, political, content=b"%PDF-1.7 nothing")
    assert not AchievementImport.objects.exists()


def test_the_workbook_goes_back_with_its_errors_marked(court, officer, political):
    found = upload(court, political, ["查无此人", "", "", "成绩", "", "2026-03-15", ""])

    sheet = openpyxl.load_workbook(BytesIO(services.marked_workbook(found))).worksheets[0]

    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert "What is wrong" in texts
    assert any("Nobody of this name" in text for text in texts)


def test_the_empty_workbook_can_be_read_back(court, political):
    found = upload(court, political, content=services.empty_workbook())

    assert [ref for ref, _text in faults_of(found)] == ["A3", "A4"]


def test_the_report_is_encrypted(court, officer, political):
    found = upload(court, political, GOOD)

    stored = str(AchievementImport.objects.filter(pk=found.pk).values("report")[0]["report"])
    assert "张海燕" not in stored
