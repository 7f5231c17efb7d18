from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.audit.models import Entry
from tests.cadres.roster_books import PLAIN_HEADINGS, ROSTER, ROSTER_ERRORS, person, roster

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


def run(*arguments):
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def refused(*arguments):
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command(*map(str, arguments), stdout=out)
    assert refusal.value.returncode == 1
    return out.getvalue().splitlines(), str(refusal.value)


def test_create_court_then_import_roster_twice():
    run("create_court", "slx", "示例县人民法院", "--name-en", "Example County People's Court")

    first = run("import_roster", ROSTER, "--court", "slx", "--create-units")
    again = run("import_roster", ROSTER, "--court", "slx")

    assert "new 126, changed 0, unchanged 0, left 0" in first
    assert again == ["new 0, changed 0, unchanged 126, left 0"]
    assert Unit.objects.get(code="slx").name_en == "Example County People's Court"
    assert set(Entry.objects.values_list("actor", flat=True)) == {None}


@pytest.mark.parametrize("code", ["slx", "s l", "", "法院", "x" * 21])
def test_create_court_refuses_a_taken_or_malformed_code(court, code):
    _lines, refusal = refused("create_court", code, "另一法院")

    assert "code" in refusal
    assert Unit.objects.count() == 1


def test_import_roster_prints_every_error_with_its_place(court):
    lines, refusal = refused("import_roster", ROSTER_ERRORS, "--court", "slx", "--create-units")

    assert [line.split(": ")[1] for line in lines] == [
        "sheet 花名册, row 6, column F 身份证号",
        "sheet 花名册, row 8, column B 姓名",
        "sheet 花名册, row 12, column E 出生年月",
        "sheet 花名册, row 15, column F 身份证号",
        "sheet 花名册, row 18, column P 入党时间",
        "sheet 花名册, row 21, column K 人员类别",
        "sheet 花名册, row 24, column F 身份证号",
    ]
    assert "7" in refusal
    assert not Officer.objects.exists()


def test_import_roster_refuses_units_that_do_not_exist(court):
    lines, _refusal = refused("import_roster", ROSTER, "--court", "slx")

    assert len(lines) == 17
    assert "“立案庭”" in lines[0]
    assert "(rows 4–11)" in lines[0]
    assert not Officer.objects.exists()


def test_import_roster_dry_run_counts_and_writes_nothing(court):
    lines = run("import_roster", ROSTER, "--court", "slx", "--create-units", "--dry-run")

    assert lines[-1] == "new 126, changed 0, unchanged 0, left 0"
    assert not Officer.objects.exists()


def test_import_roster_says_who_is_left_and_marks_them_on_request(court, tmp_path):
    everybody, fewer = tmp_path / "all.xlsx", tmp_path / "fewer.xlsx"
    everybody.write_bytes(roster(person(2), person(4)))
    fewer.write_bytes(roster(person(2)))
    run("import_roster", everybody, "--court", "slx", "--create-units")

    lines = run("import_roster", fewer, "--court", "slx")
    assert lines[0] == "new 0, changed 0, unchanged 1, left 1"
    assert "--mark-left" in lines[1]
    assert Officer.objects.in_service().count() == 2

    assert run("import_roster", fewer, "--court", "slx", "--mark-left") == lines[:1]
    assert Officer.objects.in_service().count() == 1


def test_import_roster_reports_unknown_headings(court, tmp_path):
    workbook = tmp_path / "roster.xlsx"
    workbook.write_bytes(roster(person(2), headings=PLAIN_HEADINGS | {"blood": "血型"}))

    lines = run("import_roster", workbook, "--court", "slx", "--create-units")

    assert lines[0] == "花名册, U2: the column “血型” is not known and is left out."


def test_import_roster_names_the_courts_it_knows(court):
    assert refused("import_roster", ROSTER, "--court", "nowhere") == (
        [],
        "There is no court with the code “nowhere”. Known: slx.",
    )


def test_import_roster_refuses_what_is_no_workbook(court, tmp_path):
    text = tmp_path / "roster.xlsx"
    text.write_text("姓名,身份证号")

    assert "CSV" in refused("import_roster", text, "--court", "slx")[1]
    assert "absent.xlsx" in refused("import_roster", tmp_path / "absent.xlsx", "--court", "slx")[1]
