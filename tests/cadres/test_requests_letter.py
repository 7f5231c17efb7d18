"""The letter of a staffing request: what it says at each stage, in Chinese whoever reads."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import translation
from docx import Document

from cadres.selectors.request_proposals import chinese_kind, proposal_for
from cadres.services import requests as services
from cadres.services.request_letter import signing_body, write_letter
from cadres.services.requests import PostAsked
from courtparty.accounts.models import Unit
from tests.cadres.establishment import make_appointment, make_post
from tests.cadres.staffing import answer, draft, scan, send, step
from tests.factories import make_officer

ON = date(2026, 11, 23)
ORG = "中共示例县人民法院总支部委员会"
DEPUTY, CADRE = "fulltime_deputy", "party_affairs_cadre"


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00")


@pytest.fixture
def staffing(party_org, branch, party_affairs):
    posts = [
        PostAsked(party_org, DEPUTY),
        PostAsked(branch, "branch_secretary", is_fulltime=True, name="试点"),
        PostAsked(party_org, CADRE, count=2),
    ]
    return draft(party_org, by=party_affairs, posts=posts, file=scan("党组会议纪要.pdf"))


def texts(staffing) -> list[str]:
    document = Document(BytesIO(write_letter(staffing, on=ON)))
    return [one.text for one in document.paragraphs if one.text.strip()]


def asked(*posts: str) -> list[str]:
    ends = ["；"] * (len(posts) - 1) + ["。"]
    return [
        f"{place}．{post}{end}"
        for place, (post, end) in enumerate(zip(posts, ends, strict=True), 1)
    ]


def words():
    return chinese_kind(DEPUTY), chinese_kind("branch_secretary"), chinese_kind(CADRE)


def test_the_letter_of_a_draft_leaves_number_and_day_open(staffing):
    deputy, secretary, cadre = words()

    assert texts(staffing) == [
        "　　　〔2026〕　　号",
        "关于增设专职党务岗位的请示",
        "中共示例县委组织部：",
        "我院尚无专职党务干部。",
        "党建工作责任难以落实到人。",
        "现申请核定下列岗位：",
        *asked(
            f"{ORG}{deputy}1名",
            f"示例县人民法院第一党支部{secretary}（试点）1名（专职）",
            f"{ORG}{cadre}2名",
        ),
        "妥否，请批示。",
        "附件：党组会议纪要",
        ORG,
        "2026年　月　日",
    ]


def test_the_letter_that_is_out_bears_its_number_and_day(staffing, party_affairs):
    send(staffing, by=party_affairs)
    staffing.refresh_from_db()

    shown = texts(staffing)
    assert (shown[0], shown[-1]) == ("示法党〔2026〕3号", "2026年9月14日")


def test_the_next_letter_asks_for_what_is_outstanding(staffing, party_affairs):
    deputy, secretary, cadre = words()
    send(staffing, by=party_affairs)
    first, second, third = staffing.lines.order_by("pk")
    answer(staffing, {first.pk: 1, third.pk: 1}, by=party_affairs)
    staffing.refresh_from_db()

    shown = texts(staffing)

    assert shown[0] == "　　　〔2026〕　　号"
    assert shown[5:10] == [
        "上述事项，我单位曾于2026年9月14日以示法党〔2026〕3号请示，贵部以组通〔2026〕12号答复，"
        "尚有部分岗位未获批准，现再次请示。",
        "现申请核定下列岗位：",
        *asked(f"示例县人民法院第一党支部{secretary}（试点）1名（专职）", f"{ORG}{cadre}1名"),
        "妥否，请批示。",
    ]

    step(services.resend_request, staffing, by=party_affairs, number="示法党〔2026〕8号",
         on=date(2026, 11, 2))  # fmt: skip
    answer(staffing, {second.pk: 1, third.pk: 1}, by=party_affairs, number="组通〔2026〕20号",
           issued_on=date(2026, 11, 9), on=date(2026, 11, 10))  # fmt: skip
    staffing.refresh_from_db()
    # All approved by now: the letter that led to it stays what it was.
    assert texts(staffing)[1:-1] == shown[1:-1]
    assert (texts(staffing)[0], texts(staffing)[-1]) == ("示法党〔2026〕8号", "2026年11月2日")


def test_the_letter_is_the_same_for_an_english_reader(staffing):
    with translation.override("zh-hans"):
        chinese = texts(staffing)
    with translation.override("en"):
        assert texts(staffing) == chinese


def test_the_letter_is_a_document_in_official_layout(staffing):
    document = Document(BytesIO(write_letter(staffing, on=ON)))

    assert round(document.sections[0].page_width.mm) == 210
    assert document.core_properties.title == "关于增设专职党务岗位的请示"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("中共示例县人民法院机关委员会", "中共示例县人民法院机关委员会"),
        ("第一党支部", "示例县人民法院第一党支部"),
    ],
)
def test_signing_body_says_of_which_court(court, name, expected):
    assert signing_body(Unit(name=name), court) == expected


# -- what a new request says by itself ----------------------------------------------------------


def staff(court, civil, count):
    return [make_officer(court=court, department=civil, name=f"张{n}") for n in range(count)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_proposal_names_the_real_numbers(court, civil, party_org, party_affairs, language):
    people = staff(court, civil, 130)
    holder = make_post(party_org, CADRE)
    make_appointment(holder, people[0], date(2026, 1, 1))

    with translation.override(language):
        proposal = proposal_for(party_affairs, party_org, DEPUTY, on=ON)

    deputy = chinese_kind(DEPUTY)
    assert proposal.title == f"关于增设{deputy}岗位的请示"
    assert proposal.reason == (
        "截至2026年11月23日，我院共有工作人员130人，其中专职党务工作人员1人。《中国共产党党和国家"
        "机关基层组织工作条例》第三十条规定，专职党务工作人员一般占机关工作人员总数的1%至2%，"
        "按此我院应配备2人，尚缺1人。\n"
        f"目前，{ORG}尚未设置{deputy}岗位。"
    )


def test_proposal_counts_seats_that_are_there(court, civil, party_org, party_affairs):
    staff(court, civil, 3)
    make_post(party_org, CADRE, authorised=2, is_exclusive=False)

    proposal = proposal_for(party_affairs, party_org, CADRE, on=ON)

    assert proposal.reason.endswith(f"目前，{ORG}有{chinese_kind(CADRE)}岗位2个，其中空缺2个。")
    assert "我院应配备1人，尚缺1人。" in proposal.reason


def test_proposal_without_a_kind_says_what_the_organisation_lacks(party_org, party_affairs):
    proposal = proposal_for(party_affairs, party_org, "branch_secretary", on=ON)

    assert (proposal.kind, proposal.title) == ("", "关于增设专职党务工作岗位的请示")
    kinds = "、".join([chinese_kind(DEPUTY), chinese_kind(CADRE)])
    assert proposal.reason.splitlines()[-1] == f"目前，{ORG}尚未设置{kinds}等专职岗位。"


def test_proposal_asks_for_as_many_cadres_as_are_missing(court, civil, party_org, party_affairs):
    staff(court, civil, 250)

    assert proposal_for(party_affairs, party_org, CADRE, on=ON).count == 3


def test_proposal_takes_the_addressee_of_the_request_before(party_org, party_affairs):
    assert proposal_for(party_affairs, party_org, "", on=ON).addressee == ""
    draft(party_org, by=party_affairs, addressee="中共示例县委组织部干部科")

    found = proposal_for(party_affairs, party_org, "", on=ON)

    assert found.addressee == "中共示例县委组织部干部科"
