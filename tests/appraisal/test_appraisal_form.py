from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from appraisal.models import Indicator, Result
from appraisal.selectors.appraisal_forms import form_contents
from appraisal.services.adjustments import exclude_from_grade, make_adjustment
from appraisal.services.grades import decide_grade, propose
from courtparty.audit.models import Entry
from tests.appraisal.cycle_cast import put
from tests.appraisal.graded import AT, grade_of, make_reviewed
from tests.factories import make_unit, make_user

MINUTES = "考核委员会纪要〔2026〕1号"
WORDS = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def cycle(court, civil):
    cycle = make_reviewed(court, civil, ["97", "88.50"])
    index_set = cycle.participants.first().index_set
    lines = Indicator.objects.filter(index_set=index_set).order_by("position", "code")
    points = [int(line.weight * 100) for line in lines]
    Result.objects.update(points=[*points[:4], Result.NOT_APPLICABLE, Result.MISSING])
    return cycle


@pytest.fixture
def proposed(cycle, appraiser):
    propose(cycle_id=cycle.pk, by=appraiser)
    return cycle


def result_of(cycle, place=0):
    return Result.objects.filter(participant__cycle=cycle).order_by("pk")[place]


def printed(client, result):
    response = client.get(reverse("appraisal:result_form", args=[result.pk]))
    assert response["Content-Type"] == WORDS
    return Document(BytesIO(response.content))


def cells(table):
    """Each row's own cells, a spanning one once."""
    rows = []
    for row in table.rows:
        found = []
        for cell in row.cells:
            if not found or found[-1] is not cell._tc:
                found.append(cell._tc)
        rows.append(["\n".join(p.text for p in tc.p_lst) for tc in found])
    return rows


def test_form_has_the_person_the_lines_and_room_to_sign(client, cycle, political):
    political.language = "en"
    political.save()
    client.force_login(political)

    document = printed(client, result_of(cycle))

    assert document.paragraphs[0].text == "年度考核登记表"
    person, lines, decisions, signatures = map(cells, document.tables)
    assert person[0] == ["姓名", "法官0", "性别", "女", "出生年月", "1985年6月"]
    assert person[1][:4] == ["部门", "民事审判第一庭", "职务", "审判员"]
    assert person[3] == ["考核期间", "2025年1月至2025年12月"]
    assert person[5] == ["指标体系", "民事审判庭员额法官考核指标体系（第1版）"]
    assert lines[0] == ["序号", "指标", "职责领域", "权重", "得分"]
    assert lines[1] == ["1", "办案数量", "数量", "30.00", "30.00"]
    assert [line[4] for line in lines[5:7]] == ["不适用", "缺数据"]
    assert lines[7:] == [["基础分", "97.00"], ["加分", "0.00"], ["总分", "97.00"]]
    assert decisions == [
        ["考核委员会调整", "无"],
        ["建议等次及理由", ""],
        ["考核等次", ""],
    ]
    assert len(signatures) == 5
    assert all("签名" in row[0] for row in signatures)


def test_form_bears_what_the_committee_decided(client, proposed, political):
    result = result_of(proposed)
    make_adjustment(
        participant_id=result.participant_id,
        amount=Decimal("-1.50"),
        reason="迟报两次",
        document=MINUTES,
        decided_on=date(2026, 1, 19),
        by=political,
        at=AT,
    )
    exclude_from_grade(
        participant_id=result.participant_id,
        reason="penalty",
        document="处分决定1号",
        by=political,
        at=AT,
    )
    propose(cycle_id=proposed.pk, by=political)
    decide_grade(
        grade_id=grade_of(proposed).pk,
        decided="basically_competent",
        document=MINUTES,
        note="综合考虑",
        by=political,
        at=AT,
    )
    client.force_login(political)

    decisions = dict(cells(printed(client, result).tables[2]))

    assert decisions["考核委员会调整"] == (
        f"-1.50分，调整后95.50分（{MINUTES}，2026年1月19日）\n理由：迟报两次"
    )
    assert "处分决定1号" in decisions["不确定等次情况"]
    assert decisions["建议等次及理由"].count("\n") == 1
    assert decisions["考核等次"].endswith(f"（{MINUTES}）\n综合考虑")


def test_form_of_a_cycle_under_review_says_so(client, cycle, political):
    client.force_login(political)

    before = printed(client, result_of(cycle))
    put(cycle, "closed")
    after = printed(client, result_of(cycle))

    drafts = [
        "征求意见稿" in "".join(one.text for one in paper.paragraphs) for paper in (before, after)
    ]
    assert drafts == [True, False]


def test_printing_anothers_form_is_on_record(client, cycle, political):
    client.force_login(political)
    result = result_of(cycle)

    printed(client, result)

    officer = result.participant.officer
    entry = Entry.objects.about(officer).reads().get(verb="appraisal_form.printed")
    assert (entry.actor, entry.detail) == (political, {"cycle": cycle.pk})


def test_officer_prints_the_own_form_of_a_closed_cycle(client, court, cycle):
    user = make_user("measured", court=court)
    result = result_of(cycle)
    officer = result.participant.officer
    officer.user = user
    officer.save()
    client.force_login(user)

    before = client.get(reverse("appraisal:result_form", args=[result.pk]))
    put(cycle, "closed")

    assert before.status_code == 404
    assert cells(printed(client, result).tables[0])[0][1] == officer.name
    assert not Entry.objects.filter(verb="appraisal_form.printed").exists()
    other = reverse("appraisal:result_form", args=[result_of(cycle, 1).pk])
    assert client.get(other).status_code == 404


@pytest.mark.parametrize("who", ["head", "outsider_political", "officer_user", "secretary"])
def test_form_is_not_found_by_others(client, request, cycle, who):
    client.force_login(request.getfixturevalue(who))

    page = reverse("appraisal:result_form", args=[result_of(cycle).pk])

    assert client.get(page).status_code == 404


def test_forms_of_all_stand_on_pages_of_their_own(client, proposed, political):
    client.force_login(political)

    response = client.get(reverse("appraisal:grade_forms", args=[proposed.pk]))

    document = Document(BytesIO(response.content))
    assert [cells(table)[0][1] for table in document.tables[::4]] == ["法官0", "法官1"]
    assert len(document.element.body.xpath(".//w:br[@w:type='page']")) == 1
    entry = Entry.objects.get(verb="appraisal_forms.printed")
    assert (entry.actor, entry.detail) == (political, {"rows": 2})


def test_forms_follow_the_narrowed_list(client, court, civil, proposed, political, appraiser):
    other = make_unit(court, "民事审判第二庭", function="civil")
    index_set = proposed.participants.first().index_set
    make_reviewed(court, other, ["70"], cycle=proposed, index_set=index_set)
    propose(cycle_id=proposed.pk, by=appraiser)
    client.force_login(political)
    page = reverse("appraisal:grade_forms", args=[proposed.pk])

    of_department = client.get(page, {"department": other.pk})
    of_nobody = client.get(page, {"function": "criminal"}, follow=True)

    tables = Document(BytesIO(of_department.content)).tables
    assert [cells(table)[1][1] for table in tables[::4]] == ["民事审判第二庭"]
    assert [str(one) for one in of_nobody.context["messages"]]
    assert not Entry.objects.filter(verb="appraisal_forms.printed").count() > 1


def test_contents_are_read_in_a_fixed_number_of_queries(court, civil, proposed, appraiser):
    index_set = proposed.participants.first().index_set

    def counted():
        with CaptureQueriesContext(connection) as queries:
            contents = form_contents(Result.objects.filter(participant__cycle=proposed))
        return len(contents), len(queries)

    Result.objects.filter(pk=result_of(proposed, 1).pk).update(points=[])
    two, first = counted()
    make_reviewed(court, civil, ["70"], cycle=proposed, index_set=index_set)
    three, second = counted()

    assert (two, three) == (2, 3)
    assert first == second


def test_points_that_do_not_fit_their_set_are_left_out(client, cycle, political):
    Result.objects.update(points=[100])
    client.force_login(political)

    lines = cells(printed(client, result_of(cycle)).tables[1])

    assert [line[0] for line in lines] == ["序号", "基础分", "加分", "总分"]


def test_missing_total_is_no_zero(client, court, civil, political):
    cycle = make_reviewed(court, civil, [None])
    client.force_login(political)

    lines = dict(line[:2] for line in cells(printed(client, result_of(cycle)).tables[1])[1:])

    assert lines["总分"] == "缺数据"
