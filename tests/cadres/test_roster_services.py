from datetime import date

import pytest
from django.utils import translation
from openpyxl import Workbook

from cadres.models import Officer, RosterImport
from cadres.services.roster import (
    CannotImportRoster,
    check_roster,
    confirm_roster,
    discard_roster,
    import_roster,
    import_roster_file,
    upload_roster,
)
from cadres.services.roster_export import export_roster, template_workbook
from courtparty.accounts.models import Unit
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job, StoredFile
from courtparty.jobs.registry import Refused
from courtparty.jobs.services import CannotStart
from courtparty.lib.dates import PartialDate
from courtparty.lib.xlsx import fault_text
from tests.cadres.establishment import make_appointment, make_post
from tests.cadres.roster_books import (
    ON,
    PLAIN_HEADINGS,
    ROSTER,
    ROSTER_ERRORS,
    content_of,
    person,
    roster,
    roster_sheet,
)
from tests.factories import make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db
State = RosterImport.State


def take(content, court, **options):
    """Straight from a file, with units made unless told otherwise."""
    options = {"create_units": True, "by": None, "on": ON} | options
    return import_roster_file(content, filename="roster.xlsx", court=court, **options)


def places(done):
    return [(f"{fault.column}{fault.row}", fault.code) for fault in done.preview.faults]


def counts(done):
    found = done.counts
    return found["new"], found["changed"], found["unchanged"], found["left"]


def run(steps):
    """All steps of long work; returns its progress and its result."""
    progress = []
    while True:
        try:
            progress.append(next(steps))
        except StopIteration as end:
            return progress, end.value


def uploaded(content, court, by, filename="roster.xlsx"):
    job = upload_roster(content=content, filename=filename, court=court, by=by)
    return RosterImport.objects.get(pk=job.args["import_id"])


def checked(content, court, by, filename="roster.xlsx"):
    one = uploaded(content, court, by, filename)
    run(check_roster(import_id=one.pk, on=ON))
    return RosterImport.objects.get(pk=one.pk)


def imported(one, by, choices=None, mark_left=False):
    steps = import_roster(
        import_id=one.pk, by=by, choices=choices or {}, mark_left=mark_left, on=ON
    )
    return run(steps)[1]


def officers_to_export(court):
    return Officer.objects.filter(court=court).in_service()


def verbs(verb):
    return Entry.objects.filter(verb=verb).count()


# -- straight from a file ------------------------------------------------------------------------


def test_sample_goes_in_whole_and_again_without_a_change(court):
    first = take(ROSTER.read_bytes(), court)
    again = take(ROSTER.read_bytes(), court)

    assert counts(first) == (126, 0, 0, 0)
    assert counts(again) == (0, 0, 126, 0)
    assert Officer.objects.filter(court=court).count() == 126
    assert first.preview.reading.faults.errors == 0
    assert verbs("officer.created") == 126
    assert verbs("officer.changed") == 0
    assert verbs("roster.imported") == 2


def test_sample_makes_departments_with_functions_and_branches_below_the_organisation(court):
    take(ROSTER.read_bytes(), court)

    departments = Unit.objects.departments().within(court)
    branches = Unit.objects.branches().within(court)
    assert departments.get(name="执行局").function == Unit.Function.ENFORCEMENT
    assert departments.count() == 11
    assert {Unit.objects.get_parent(branch).kind for branch in branches} == {
        Unit.Kind.GENERAL_BRANCH
    }
    assert verbs("unit.created") == 18


def test_errors_sample_has_its_seven_errors_where_they_are(court):
    done = take(ROSTER_ERRORS.read_bytes(), court)

    assert places(done) == [
        ("F6", "id_check_digit"),
        ("B8", "name_missing"),
        ("E12", "date_bad"),
        ("F15", "id_twice"),
        ("P18", "date_future"),
        ("K21", "category_unknown"),
        ("F24", "id_digits_lost"),
    ]
    assert not done.is_written
    assert not Officer.objects.exists()
    assert not Unit.objects.departments().exists()
    assert not Entry.objects.exists()


def test_twice_names_the_other_row(court):
    done = take(roster(person(2), person(4), person(2)), court)

    assert places(done) == [("F5", "id_twice")]
    with translation.override("en"):
        assert "row 3" in str(fault_text(done.preview.faults[0]))


def test_export_imports_again_without_a_change(court):
    take(ROSTER.read_bytes(), court)
    before = list(Officer.objects.order_by("pk").values("pk", "birth", "list_order", "updated_at"))

    exported = export_roster(officers_to_export(court), by=None, court=court)
    done = take(exported, court)

    assert counts(done) == (0, 0, 126, 0)
    assert places(done) == []
    after = list(Officer.objects.order_by("pk").values("pk", "birth", "list_order", "updated_at"))
    assert before == after


def test_export_of_an_export_is_the_same_people(court, other_court):
    take(ROSTER.read_bytes(), court)
    take(export_roster(officers_to_export(court), by=None), other_court)

    def people(of):
        return [
            (o.name, o.id_number, o.phone, str(o.birth), o.department.name, str(o.branch))
            for o in officers_to_export(of).order_by("list_order")
        ]

    assert people(court) == people(other_court)


def test_export_is_logged_without_names(court, political):
    export_roster(officers_to_export(court), by=political, court=court)

    entry = Entry.objects.get(verb="roster.exported")
    assert (entry.actor, entry.detail) == (political, {"count": 0})


def test_template_holds_nobody(court):
    done = take(template_workbook(court), court)

    assert [fault.code for fault in done.preview.faults if fault.is_error] == ["no_officers"]


def test_missing_units_are_errors_unless_they_may_be_made(court, filing):
    content = roster(person(2), person(4, department="执行局"), person(6, department="执行局"))

    done = take(content, court, create_units=False)

    assert places(done) == [("R3", "branch_unknown"), ("G4", "department_unknown")]
    assert done.preview.faults[1].params == {"name": "执行局", "rows": "4–5"}
    assert not Officer.objects.exists()


def test_dry_run_writes_nothing(court):
    done = take(ROSTER.read_bytes(), court, dry_run=True)

    assert counts(done) == (126, 0, 0, 0)
    assert not Officer.objects.exists()
    assert list(Unit.objects.all()) == [court]
    assert not Entry.objects.exists()


def test_changes_are_written_and_logged_by_field(court):
    take(roster(person(2), person(4)), court)

    done = take(roster(person(2, phone="19911111111", remark="借调"), person(4)), court)

    officer = Officer.objects.get(remark="借调")
    assert counts(done) == (0, 1, 1, 0)
    assert officer.phone == "19911111111"
    entry = Entry.objects.get(verb="officer.changed")
    assert entry.detail == {"source": "roster", "fields": ["phone", "remark"]}
    assert entry.subject_pk == officer.pk


def test_what_the_workbook_does_not_say_survives_a_change(court, political):
    people = [person(number, phone=f"199{number:08}") for number in range(2, 42, 2)]
    take(roster(*people), court)
    Officer.objects.filter(list_order=3).update(user=make_user("third", court=court))
    stored = ("pk", "key", "user", "id_hash", "list_order", "category", "birth")
    before = list(Officer.objects.order_by("pk").values(*stored))

    done = take(roster(*[one | {"title": "庭长"} for one in people]), court)

    assert counts(done) == (0, 20, 0, 0)
    assert list(Officer.objects.order_by("pk").values(*stored)) == before
    officers = Officer.objects.order_by("list_order")
    assert [(o.title, o.phone, o.id_number) for o in officers] == [
        ("庭长", one["phone"], one["id_number"]) for one in people
    ]


def test_name_change_renews_pinyin(court):
    take(roster(person(2)), court)
    take(roster(person(2, name="曾海燕")), court)

    assert Officer.objects.get().pinyin == "zenghaiyan"


def test_a_column_the_workbook_lacks_keeps_what_is_stored(court):
    take(roster(person(2)), court)
    fewer = {name: text for name, text in PLAIN_HEADINGS.items() if name not in ("phone", "birth")}

    done = take(roster(person(2), headings=fewer), court)

    officer = Officer.objects.get()
    assert counts(done) == (0, 0, 1, 0)
    assert (officer.phone, officer.birth) == ("19900000000", PartialDate(1985, 6))


def test_those_not_in_the_workbook_stay_unless_asked_for(court):
    take(roster(person(2), person(4)), court)

    kept = take(roster(person(2)), court)
    in_service_then = officers_to_export(court).count()
    marked = take(roster(person(2)), court, mark_left=True)

    assert counts(kept) == counts(marked) == (0, 0, 1, 1)
    assert in_service_then == 2
    assert list(Officer.objects.values_list("left_on", flat=True).order_by("pk")) == [None, ON]
    assert verbs("officer.left") == 1


def test_someone_who_had_left_comes_back(court):
    take(roster(person(2), person(4)), court)
    take(roster(person(2)), court, mark_left=True)

    done = take(roster(person(2), person(4)), court)

    assert done.counts["returned"] == 1
    assert officers_to_export(court).count() == 2
    assert verbs("officer.returned") == 1
    assert verbs("officer.changed") == 0


def test_who_comes_back_is_not_paid_for_the_absence(court):
    take(roster(person(2), person(4)), court)
    take(roster(person(2)), court, mark_left=True)
    gone = Officer.objects.exclude(left_on=None).get()
    held = make_appointment(make_post(gone.department, "other"), gone, date(2020, 1, 1))
    before = make_appointment(
        make_post(gone.department, "other", name="二"), gone, date(2019, 1, 1), date(2020, 1, 1)
    )

    take(roster(person(2), person(4)), court)

    held.refresh_from_db()
    assert (held.end, held.end_reason) == (ON, "left_court")
    before.refresh_from_db()
    assert (before.end, before.end_reason) == (date(2020, 1, 1), "other")
    assert verbs("appointment.ended") == 1


def test_another_id_number_of_the_same_person_is_a_warning(court):
    take(roster(person(2)), court)

    done = take(roster(person(4)), court)

    assert places(done) == [("F3", "same_person")]
    assert done.is_written


def test_units_are_found_under_their_spaced_and_english_names(court, filing, party_org, branch):
    Unit.objects.filter(pk=filing.pk).update(name_en="Case-Filing Division")
    content = roster(
        person(2, department="立　案　庭"), person(4, department="Case-Filing Division")
    )

    take(content, court, create_units=False)

    assert set(Officer.objects.values_list("department", "branch")) == {(filing.pk, branch.pk)}


def test_units_that_are_closed_or_ambiguous_are_errors(court, filing, party_org, branch):
    Unit.objects.filter(pk=filing.pk).update(is_active=False)
    make_unit(court, "第一党支部", kind=Unit.Kind.BRANCH)

    assert places(take(roster(person(2)), court)) == [
        ("G3", "unit_closed"),
        ("R3", "unit_ambiguous"),
    ]


def test_other_courts_are_not_touched(court, other_court):
    take(ROSTER.read_bytes(), court)

    done = take(ROSTER.read_bytes(), other_court)

    assert counts(done) == (126, 0, 0, 0)
    assert Officer.objects.filter(court=court).count() == 126


# -- layouts -------------------------------------------------------------------------------------

REVERSED = dict(reversed(PLAIN_HEADINGS.items()))
SYNONYMS = PLAIN_HEADINGS | {
    "id_number": "公民身份号码",
    "department": "所在庭（室）",
    "phone": "手机",
    "birth": "出生年月\n（如1985.06）",
    "name": "姓　名 *",
    "party_joined": "加入中国共产党时间",
    "branch": "党支部",
}
ENGLISH = {
    "name": "Name",
    "id_number": "ID number",
    "department": "Department",
    "category": "Category",
    "party_status": "Party status",
}


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param({"headings": REVERSED}, id="reversed"),
        pytest.param({"headings": SYNONYMS}, id="synonyms"),
        pytest.param({"headings": ENGLISH}, id="English and few"),
        pytest.param({"titles": ()}, id="no title"),
        pytest.param(
            {"titles": ["花名册", "填报单位：政治部", None, "单位：人"]}, id="four titles"
        ),
        pytest.param({"footer": ["负责人：　　审核人：", "说明：无内容的填“无”。"]}, id="footers"),
    ],
)
def test_layouts_are_understood(court, layout):
    done = take(roster(person(2, name="张　海燕"), person(4), **layout), court)

    assert places(done) == []
    assert counts(done) == (2, 0, 0, 0)
    assert set(Officer.objects.values_list("name", flat=True)) == {"张海燕"}


def test_merged_department_is_filled_down_and_numbered_rows_are_left_out(court):
    book = roster_sheet(
        person(2), person(4, department=None), {"number": 3}, {"number": 4}, footer=()
    )
    book.active.merge_cells("G3:G6")

    done = take(content_of(book), court)

    assert places(done) == []
    assert list(Officer.objects.values_list("department__name", flat=True)) == ["立案庭"] * 2


def test_heading_over_two_rows(court):
    book = roster_sheet(person(2), titles=("花名册", ""), footer=())
    sheet = book.active
    for column, text in ((16, "入党时间"), (17, "转正时间")):
        sheet.cell(3, column, text)
    sheet.insert_rows(4)
    for column in range(1, 21):
        heading = sheet.cell(3, column).value
        if heading in ("入党时间", "转正时间"):
            sheet.cell(4, column, heading)
            sheet.cell(3, column, "党员情况" if heading == "入党时间" else None)
        else:
            sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)

    done = take(content_of(book), court)

    assert places(done) == []
    assert Officer.objects.get().party_joined == PartialDate(2006, 7)


def test_unknown_headings_are_reported_and_left_out(court):
    headings = PLAIN_HEADINGS | {"blood": "血型"}

    done = take(roster(person(2, blood="A"), headings=headings), court)

    assert done.preview.reading.unknown_headings == [("花名册", "U2", "血型")]
    assert done.is_written


def test_several_sheets_are_read_and_others_left_out(court):
    book = roster_sheet(person(2))
    second = book.create_sheet("聘用制")
    for line in roster_sheet(person(4), person(2)).active.iter_rows(values_only=True):
        second.append(line)
    book.create_sheet("说明").append(["如何填写"])
    hidden = book.create_sheet("旧")
    hidden.append(["姓名"])
    hidden.sheet_state = "hidden"

    done = take(content_of(book), court)

    assert [(fault.sheet, fault.code) for fault in done.preview.faults] == [
        ("聘用制", "id_twice"),
        ("说明", "sheet_left_out"),
        ("旧", "sheet_hidden"),
    ]


@pytest.mark.parametrize("missing", ["name", "id_number", "department", "category"])
def test_missing_heading_is_an_error(court, missing):
    headings = {name: text for name, text in PLAIN_HEADINGS.items() if name != missing}

    done = take(roster(person(2), headings=headings), court)

    assert places(done) == [("2", "heading_missing")]
    assert done.preview.faults[0].params["name"] == PLAIN_HEADINGS[missing]


def test_formulas_are_errors_except_in_the_running_number(court):
    done = take(roster(person(2, number="=ROW()-2", rank="=B3", remark="'=1+1")), court)

    assert places(done) == [("I3", "cell_formula")]


# -- upload, check, confirm ----------------------------------------------------------------------


def test_check_keeps_what_would_happen_and_writes_no_officer(court, political):
    one = uploaded(ROSTER.read_bytes(), court, political)

    progress, result = run(check_roster(import_id=one.pk, on=ON))

    one.refresh_from_db()
    assert (one.state, one.counts["new"], one.counts["units"]) == (State.READY, 126, 18)
    assert result == one.counts
    assert (progress[-1].done, progress[-1].total) == (126, 126)
    assert len(one.report["new"]) == 126
    assert one.report["new"][0]["id"] == "990101********006X"
    assert not Officer.objects.exists()
    assert verbs("roster.previewed") == 1


def test_check_keeps_the_faults(court, political):
    one = checked(ROSTER_ERRORS.read_bytes(), court, political)

    assert (one.state, one.counts["errors"], one.plan_hash) == (State.FAULTY, 7, "")
    assert [fault["row"] for fault in one.report["faults"]] == [6, 8, 12, 15, 18, 21, 24]


def far_cell():
    book = Workbook()
    book.active["A1"] = "姓名"
    book.active["XFD1048576"] = "x"
    return content_of(book)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(lambda: b"", "empty_file", id="empty"),
        pytest.param(lambda: "姓名,身份证号\n".encode("gb18030"), "not_xlsx", id="csv"),
        pytest.param(lambda: b"%PDF-1.7", "not_xlsx", id="pdf"),
        pytest.param(
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            id="password",
        ),
        pytest.param(lambda: ROSTER.read_bytes()[:9000], "corrupt", id="cut off"),
        pytest.param(lambda: content_of(Workbook()), "empty_workbook", id="empty workbook"),
        pytest.param(far_cell, "far_cell", id="far cell"),
        pytest.param(lambda: b"PK\x03\x04" + b"\0" * (11 * 2**20), "too_large", id="too large"),
    ],
)
def test_hostile_files_are_refused_with_a_reason(court, political, content, code):
    one = checked(content(), court, political)

    assert one.state == State.FAULTY
    assert one.report["refusal"]["code"] == code
    assert not Officer.objects.exists()


def test_check_again_does_nothing(court, political):
    one = checked(ROSTER.read_bytes(), court, political)
    run(check_roster(import_id=one.pk, on=ON))

    assert verbs("roster.previewed") == 1


def test_import_does_what_was_shown(court, political):
    one = checked(ROSTER.read_bytes(), court, political)
    choices = {"department:执行局": "other", "party_org": "party_committee"}

    result = imported(one, political, choices)

    one.refresh_from_db()
    assert (one.state, result["new"]) == (State.IMPORTED, 126)
    assert one.imported_at is not None
    assert Officer.objects.filter(court=court).count() == 126
    assert Unit.objects.get(name="执行局").function == Unit.Function.OTHER
    committee = Unit.objects.get(kind=Unit.Kind.PARTY_COMMITTEE)
    assert committee.name == "中共示例县人民法院机关委员会"
    assert Unit.objects.get(name="第一党支部").is_child_of(committee)
    entry = Entry.objects.get(verb="roster.imported")
    assert (entry.actor, entry.detail["new"]) == (political, 126)


def test_import_again_after_a_killed_worker_does_nothing(court, political):
    one = checked(roster(person(2)), court, political)
    first = imported(one, political)

    again = imported(one, political)

    assert again == first
    assert Officer.objects.count() == 1
    assert verbs("roster.imported") == 1


def test_import_is_all_or_nothing(court, political, monkeypatch):
    one = checked(ROSTER.read_bytes(), court, political)
    monkeypatch.setattr(
        "cadres.services.roster_writing._put_in_order", lambda *args: 1 / 0, raising=True
    )

    with pytest.raises(ZeroDivisionError):
        imported(one, political)

    one.refresh_from_db()
    assert one.state == State.READY
    assert not Officer.objects.exists()
    assert not Unit.objects.departments().exists()
    assert verbs("roster.imported") == 0


def test_import_is_refused_when_the_roster_changed_and_the_new_plan_is_kept(court, political):
    one = checked(roster(person(2), person(4)), court, political)
    take(roster(person(2)), court)

    with pytest.raises(Refused, match=r"\w"):
        imported(one, political)

    one.refresh_from_db()
    assert (one.state, one.counts["new"], one.counts["unchanged"]) == (State.READY, 1, 1)
    assert Officer.objects.count() == 1
    assert imported(one, political)["new"] == 1


def test_import_marks_the_left_only_on_request(court, political, civil):
    make_officer(court=court, department=civil, name="李国庆")
    one = checked(roster(person(2)), court, political)

    result = imported(one, political, mark_left=True)

    assert (result["left"], result["marked_left"]) == (1, 1)
    assert Officer.objects.get(name="李国庆").left_on == ON


def test_only_a_ready_workbook_can_be_confirmed(court, political):
    one = checked(ROSTER_ERRORS.read_bytes(), court, political)

    with pytest.raises(CannotImportRoster):
        confirm_roster(import_id=one.pk, by=political, choices={}, mark_left=False)
    with pytest.raises(Refused):
        imported(one, political)


def test_confirming_twice_starts_one_job(court, political):
    one = checked(roster(person(2)), court, political)
    confirm_roster(import_id=one.pk, by=political, choices={}, mark_left=False)

    with pytest.raises(CannotStart):
        confirm_roster(import_id=one.pk, by=political, choices={}, mark_left=False)
    assert Job.objects.filter(kind="cadres.roster_import").count() == 1


def test_a_workbook_whose_file_expired_is_refused(court, political):
    one = checked(roster(person(2)), court, political)
    StoredFile.objects.all().delete()

    with pytest.raises(Refused):
        imported(one, political)


def test_discarding_deletes_what_was_read(court, political):
    one = checked(ROSTER_ERRORS.read_bytes(), court, political)

    discard_roster(import_id=one.pk, by=political)

    one.refresh_from_db()
    assert (one.state, one.report, one.file) == (State.DISCARDED, None, None)
    assert not StoredFile.objects.exists()
    assert verbs("roster.discarded") == 1


def test_what_was_imported_cannot_be_discarded(court, political):
    one = checked(roster(person(2)), court, political)
    imported(one, political)

    with pytest.raises(CannotImportRoster):
        discard_roster(import_id=one.pk, by=political)


def test_discarded_while_being_checked_stays_discarded(court, political):
    one = uploaded(roster(person(2)), court, political)
    steps = check_roster(import_id=one.pk, on=ON)
    next(steps)

    discard_roster(import_id=one.pk, by=political)
    run(steps)

    one.refresh_from_db()
    assert (one.state, one.report) == (State.DISCARDED, None)


def test_queries_do_not_grow_with_the_workbook(court, django_assert_max_num_queries):
    small, large = roster(*map(person, range(2, 6, 2))), roster(*map(person, range(2, 120, 2)))
    take(large, court)

    with django_assert_max_num_queries(14):
        take(small, court)
    with django_assert_max_num_queries(14):
        take(large, court)


def test_nothing_personal_is_stored_in_the_clear(court, political):
    one = checked(ROSTER_ERRORS.read_bytes(), court, political)
    stored = RosterImport.objects.filter(pk=one.pk).values_list("report", flat=True)[0]

    assert "外星人员" not in str(getattr(stored, "token", stored))
    assert "990101" not in str(one.counts)
