from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from cadres.models import AllowanceRun, Officer, Post
from cadres.services.allowance_export import export_run
from courtparty.audit.models import Entry
from courtparty.lib.xlsx import read_workbook
from tests.cadres.establishment import make_appointment, make_approval, make_post, make_standard
from tests.cadres.paid_months import MONTH, approved, make_line, make_run, paid
from tests.factories import make_officer

AUGUST = date(2026, 8, 1)
AMOUNTS = slice(6, 10)


@pytest.fixture
def run(court) -> AllowanceRun:
    return make_run(court, MONTH)


@pytest.fixture
def standards(court):
    basis = make_approval(court, number="示财〔2026〕1号")
    return {
        kind: make_standard(court, kind, amount, approval=basis)
        for kind, amount in (("secretary", "800"), ("branch_secretary", "300"))
    }


@pytest.fixture
def two_posts(party_org, branch, officer, run, standards):
    """One officer with two posts: three lines."""
    first = make_appointment(make_post(party_org), officer, date(2026, 1, 1))
    second = make_appointment(make_post(branch, "branch_secretary"), officer, date(2026, 9, 16))
    make_line(run, first, standards["secretary"], "800")
    make_line(run, second, standards["branch_secretary"], "150", days=15)
    make_line(
        run, first, standards["secretary"], "25.50",
        kind="arrears", month=AUGUST, paid_before="774.50",
    )  # fmt: skip


@pytest.fixture
def owing(court, civil, other_branch, run, standards) -> Officer:
    """An officer who gets nothing and has to give something back."""
    person = make_officer(court=court, department=civil, name="孙二")
    post = make_post(other_branch, "branch_secretary")
    held = make_appointment(post, person, date(2026, 1, 1), date(2026, 8, 17))
    make_line(
        run, held, standards["branch_secretary"], "-145.16",
        kind="recovery", month=AUGUST, paid_before="300", days=16, month_days=31,
    )  # fmt: skip
    return person


def sheets(run: AllowanceRun, by) -> dict[str, list[list[str]]]:
    """The texts of each sheet by its name, without its empty ends."""
    workbook = read_workbook(export_run(run, by=by), filename="a.xlsx")
    return {
        sheet.name: [[cell.text if cell else "" for cell in row.cells] for row in sheet.rows]
        for sheet in workbook.sheets
    }


def test_the_pay_list_has_one_row_for_each_officer(run, two_posts, political):
    title, headings, row, *_footer = sheets(run, political)["发放表"]

    assert title == ["示例县人民法院2026年9月岗位津贴发放表（未审批）"]
    assert headings == [
        "序号", "姓名", "部门", "岗位", "月标准", "天数", "应发", "补发", "扣回", "实发", "备注",
    ]  # fmt: skip
    assert row[:3] == ["1", "张海燕", "民事审判第一庭"]
    assert row[3].count("、") == 1
    assert row[4:] == [
        "800.00、300.00", "30、15", "950", "25.5", "0", "975.5",
        "任职15天（当月30天）；补发2026年8月25.50",
    ]  # fmt: skip


def test_the_pay_list_ends_with_the_total_in_figures_and_capitals(run, two_posts, political):
    *_rows, total, capitals, signed = sheets(run, political)["发放表"]

    assert total[AMOUNTS] == ["950", "25.5", "0", "975.5"]
    assert capitals[1:3] == ["大写金额", "玖佰柒拾伍元伍角整"]
    assert signed[1:4] == ["制单：", "复核：", "审批："]


def test_who_owes_is_not_paid_but_listed_to_be_collected(run, two_posts, owing, political):
    found = sheets(run, political)

    assert [row[1] for row in found["发放表"][2:]] == [
        "张海燕", "合计", "大写金额", "说明", "制单：",
    ]  # fmt: skip
    assert found["发放表"][5][2] == "另有1人应收回145.16元，见“待收回”表"
    assert [row[1:3] + row[6:] for row in found["待收回"][2:]] == [
        ["孙二", "民事审判第一庭", "145.16", "145.16", "扣回2026年8月145.16"],
        ["合计", "", "", "145.16"],
    ]


def test_the_details_hold_every_line_with_its_basis(run, two_posts, owing, political):
    rows = sheets(run, political)["明细"][2:]

    shown = (1, 4, 5, 7, 9, 10, 11, 12)
    assert [tuple(row[place] for place in shown) for row in rows] == [
        ("孙二", "扣回", "2026-08", "16", "154.84", "300", "-145.16", "示财〔2026〕1号"),
        ("张海燕", "应发", "2026-09", "30", "800", "0", "800", "示财〔2026〕1号"),
        ("张海燕", "应发", "2026-09", "15", "150", "0", "150", "示财〔2026〕1号"),
        ("张海燕", "补发", "2026-08", "30", "800", "774.5", "25.5", "示财〔2026〕1号"),
    ]  # fmt: skip


def test_an_approved_pay_list_names_its_people_and_is_not_marked(
    run, two_posts, party_affairs, political, president
):
    approved(run, party_affairs, political, president)
    run.refresh_from_db()

    title, *_rows, signed = sheets(run, political)["发放表"]

    assert title == ["示例县人民法院2026年9月岗位津贴发放表"]
    assert signed[1:4] == ["制单：cadre", "复核：political", "审批：president"]


def test_a_discarded_pay_list_says_so(court, political):
    run = make_run(court, state="discarded")

    assert sheets(run, political)["发放表"][0] == [
        "示例县人民法院2026年9月岗位津贴发放表（已作废）"
    ]


def test_the_pay_list_is_chinese_in_every_language(
    client, run, two_posts, civil, branch, political
):
    for unit in (civil, branch):
        unit.name_en = "In English"
        unit.save()
    political.language = "en"
    political.save()
    client.force_login(political)

    response = client.get(reverse("cadres:run_export", args=[run.pk]))

    sheet, *others = read_workbook(response.content, filename="a.xlsx").sheets
    assert [sheet.name, *(other.name for other in others)] == ["发放表", "明细", "待收回"]
    with translation.override("zh-hans"):
        posts = [str(post) for post in Post.objects.order_by("pk")]
    assert [sheet.rows[2].cell(column).text for column in (2, 3)] == [civil.name, "、".join(posts)]
    assert "%E5%B2%97" in response["Content-Disposition"]


def test_the_pay_list_holds_no_numbers_of_people(run, two_posts, owing, officer, political):
    texts = {text for rows in sheets(run, political).values() for row in rows for text in row}

    for person in (officer, owing):
        assert not any(person.id_number in text or person.phone in text for text in texts)


def test_an_export_is_in_the_log(run, two_posts, court, political):
    export_run(run, by=political)

    entry = Entry.objects.get(verb="allowances.exported")
    assert (entry.court, entry.detail) == (
        court,
        {"month": "2026-09", "officers": 0, "state": "draft"},
    )


def test_what_the_pay_list_pays_is_the_total_without_what_is_collected(
    run, two_posts, owing, party_affairs, political, president
):
    AllowanceRun.objects.filter(pk=run.pk).update(total=Decimal("830.34"))
    paid(run, party_affairs, political, president)
    run.refresh_from_db()

    found = sheets(run, political)

    paid_out = Decimal(found["发放表"][3][9])
    collected = Decimal(found["待收回"][-1][7])
    assert paid_out - collected == run.total


@pytest.mark.parametrize("name", ["=SUM(A1:A9)", "@cmd", "+1", "＝1"])
def test_a_name_never_becomes_a_formula(court, civil, branch, run, standards, political, name):
    person = make_officer(court=court, department=civil, name=name)
    held = make_appointment(make_post(branch, "branch_secretary"), person, date(2026, 1, 1))
    make_line(run, held, standards["branch_secretary"], "300")

    workbook = read_workbook(export_run(run, by=political), filename="a.xlsx")

    cell = workbook.sheets[0].rows[2].cell(1)
    assert (cell.kind, cell.text) == ("text", name)
