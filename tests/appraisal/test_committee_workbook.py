from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import Cycle, Result
from appraisal.services.adjustments import make_adjustment
from appraisal.services.committee_workbook import export_for_committee
from appraisal.services.grades import CannotGrade, decide_grade, propose
from courtparty.audit.models import Entry
from tests.appraisal.graded import AT, grade_of, make_reviewed

MINUTES = "考核委员会纪要〔2026〕1号"
TOTALS = ["97", "95", "88", "80", "40"]


@pytest.fixture
def cycle(court, civil, filing):
    cycle = make_reviewed(court, civil, TOTALS)
    index_set = cycle.participants.first().index_set
    return make_reviewed(court, filing, ["70"], cycle=cycle, index_set=index_set)


@pytest.fixture
def proposed(cycle, appraiser):
    propose(cycle_id=cycle.pk, by=appraiser)
    return cycle


def sheets_of(content):
    book = openpyxl.load_workbook(BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def exported(cycle, by):
    with translation.override("en"):
        return sheets_of(export_for_committee(cycle, by=by))


def test_each_group_has_a_sheet_with_empty_columns_to_decide(proposed, political):
    sheets = exported(proposed, political)

    assert list(sheets) == [
        "case filing · judges",
        "civil trial · judges",
        "Places for excellent",
    ]
    title, headings, *rows = sheets["civil trial · judges"]
    assert headings == (
        "Name", "Department", "Base", "Bonus", "Routine", "Total", "Adjustment",
        "After adjustment", "Standing", "Proposed grade", "Why", "Decided grade",
        "Minutes or document", "Note",
    )  # fmt: skip
    assert [row[0] for row in rows] == [f"法官{number}" for number in range(5)]
    assert [row[5] for row in rows] == [97, 95, 88, 80, 40]
    assert rows[0][8:11] == (
        "upper quarter",
        "excellent",
        "97.00 points reach the 90 asked for excellent, and one of the group's 1 places (of 5 "
        "people) is free for it.",
    )
    assert {row[11:] for row in rows} == {(None, None, None)}


def test_adjustment_stands_beside_and_decisions_in_their_columns(proposed, political):
    grade = grade_of(proposed)
    make_adjustment(
        participant_id=grade.participant_id,
        amount=Decimal("1.50"),
        reason="金丝雀",
        document=MINUTES,
        decided_on=date(2026, 1, 19),
        by=political,
        at=AT,
    )
    decide_grade(grade_id=grade.pk, decided="excellent", document=MINUTES, by=political, at=AT)

    sheets = exported(proposed, political)

    row = sheets["civil trial · judges"][2]
    assert (row[5], row[6], row[7]) == (97, 1.5, 98.5)
    assert row[11:13] == ("excellent", MINUTES)
    assert "金丝雀" not in str(sheets)


def test_small_groups_have_no_standing(proposed, political):
    sheets = exported(proposed, political)

    assert [row[8] for row in sheets["case filing · judges"][2:]] == [None]


def test_quota_is_on_a_sheet_of_its_own(proposed, political):
    title, headings, *rows = exported(proposed, political)["Places for excellent"]

    assert title[0].endswith("excellent at most 20 %")
    assert rows[0] == ("Whole court", 6, 1, 1, 0, 6)
    assert {row[0]: row[2] for row in rows[1:]} == {
        "case filing · judges": 0,
        "civil trial · judges": 1,
    }


def test_export_is_recorded(client, proposed, political):
    client.force_login(political)

    response = client.get(reverse("appraisal:grade_workbook", args=[proposed.pk]))

    assert response["Content-Disposition"] == 'attachment; filename="committee-2025-annual.xlsx"'
    assert len(sheets_of(response.content)) == 3
    entry = Entry.objects.about(proposed).get(verb="committee_workbook.exported")
    assert (entry.actor, entry.detail) == (political, {"rows": 6})


def test_without_proposals_it_is_refused(client, cycle, political):
    with translation.override("en"), pytest.raises(CannotGrade, match="proposed first"):
        export_for_committee(cycle, by=political)
    client.force_login(political)

    response = client.get(reverse("appraisal:grade_workbook", args=[cycle.pk]))

    assert response.url == reverse("appraisal:grade_list", args=[cycle.pk])
    assert not Entry.objects.filter(verb="committee_workbook.exported").exists()


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("outsider_political", 404)])
def test_others_do_not_get_it(client, request, proposed, who, status):
    client.force_login(request.getfixturevalue(who))

    page = reverse("appraisal:grade_workbook", args=[proposed.pk])

    assert client.get(page).status_code == status


def test_names_are_never_formulas(court, proposed, political):
    officer = grade_of(proposed).participant.officer
    officer.name = "=HYPERLINK(1)"
    officer.save()

    book = openpyxl.load_workbook(BytesIO(export_for_committee(proposed, by=political)))

    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_export_asks_as_much_for_more_people(court, civil, proposed, political):
    def counted():
        cycle = Cycle.objects.select_related("court").get(pk=proposed.pk)
        with CaptureQueriesContext(connection) as queries:
            export_for_committee(cycle, by=political)
        return len(queries)

    counted()
    six = counted()
    index_set = Result.objects.first().participant.index_set
    make_reviewed(court, civil, ["60", "61"], cycle=proposed, index_set=index_set)
    propose(cycle_id=proposed.pk, by=political)

    assert counted() == six
