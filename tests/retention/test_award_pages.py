"""The pages of achievements, proposals and awards as people use them."""

from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from retention.models import Achievement, Award, AwardProposal, AwardRung
from tests.factories import make_officer, make_user
from tests.retention.awards_cast import (
    ANSWER,
    DESCRIPTION,
    REASON,
    evidence,
    make_achievement,
    make_award,
    make_checked,
    make_limited_rung,
    make_pair,
    make_proposal,
    make_rung,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00")


@pytest.fixture
def rung(court):
    return make_rung(court)


@pytest.fixture
def award(officer, rung, head, political, president):
    facts = {"by": head, "checker": political, "decider": president}
    return make_award(officer, rung, number="示法〔2026〕12号", **facts)


def sign_in(client, user):
    user.language = "en"
    user.save()
    client.force_login(user)
    return client


def text_of(client, name, *args, query=""):
    return client.get(reverse(f"retention:{name}", args=args) + query).text


# -- achievements ---------------------------------------------------------------------------------


def test_an_officer_enters_an_achievement_and_follows_it(client, officer, officer_user, head):
    sign_in(client, officer_user)
    facts = {"title": "审判技能竞赛一等奖", "kind": "competition", "achieved_on": "2026-05-20"}

    response = client.post(
        reverse("retention:my_achievement_add"), facts | {"file": evidence()}, follow=True
    )

    assert "Those who may propose an award are told." in response.text
    assert "审判技能竞赛一等奖" in response.text
    assert "head, secretary or political department" in response.text
    assert Achievement.objects.get().evidence.name == "证书.pdf"


def test_a_day_ahead_and_a_strange_file_are_refused_on_the_form(client, officer_user):
    sign_in(client, officer_user)
    facts = {"title": "某事", "kind": "other", "achieved_on": "2999-01-01"}
    address = reverse("retention:my_achievement_add")

    assert "lies in the future" in client.post(address, facts).text
    strange = {"file": evidence("病毒.exe", b"MZ")}
    assert "are not kept" in client.post(address, facts | strange).text
    disguised = {"file": evidence("证书.pdf", b"MZ not a pdf")}
    assert "not what its ending" in client.post(address, facts | disguised).text
    assert not Achievement.objects.exists()


def test_a_head_enters_for_own_people_only(client, officer, filing, court, head):
    other = make_officer(court=court, department=filing, name="吴立案")
    sign_in(client, head)
    address = reverse("retention:achievement_add")
    facts = {"title": "某事", "kind": "other", "achieved_on": "2026-05-20"}

    assert "吴立案" not in client.get(address).text
    assert "valid choice" in client.post(address, facts | {"officer": other.pk}).text
    client.post(address, facts | {"officer": officer.pk})
    assert Achievement.objects.get().officer == officer


def test_the_list_says_with_whom_each_is_and_how_late(client, officer, head, rung, court, filing):
    make_achievement(officer, by=head, title="甲事")
    make_proposal(officer, rung, by=head, title="乙事")
    elsewhere = make_officer(court=court, department=filing, name="吴立案")
    make_achievement(elsewhere, by=make_user("p", Role.POLITICAL, court), title="丙事")
    sign_in(client, head)

    page = text_of(client, "achievement_list")

    assert "甲事" in page
    assert "丙事" not in page
    assert "2 achievements are past their day limit." in page
    assert "overdue by" in page
    assert "乙事" not in text_of(client, "achievement_list", query="?desk=proposer")
    assert "甲事" not in text_of(client, "achievement_list", query="?desk=political")
    assert "乙事" in text_of(client, "achievement_list", query="?q=zhy&sort=-achieved")


def test_what_is_answered_leaves_the_list_and_reaches_the_officer(
    client, officer, officer_user, head
):
    made = make_achievement(officer, by=officer_user)
    sign_in(client, head)

    client.post(reverse("retention:achievement_decline", args=[made.pk]), {"answer": ANSWER})

    assert made.title not in text_of(client, "achievement_list")
    assert made.title in text_of(client, "achievement_list", query="?state=declined")
    assert ANSWER in text_of(sign_in(client, officer_user), "my_awards")


def test_opening_an_achievement_is_noted(client, officer, head):
    made = make_achievement(officer, by=head, file=evidence())
    sign_in(client, head)

    page = text_of(client, "achievement_detail", made.pk)
    file = client.get(reverse("retention:achievement_evidence", args=[made.pk]))

    assert DESCRIPTION in page
    assert file.content.startswith(b"%PDF")
    reads = Entry.objects.filter(is_read=True).order_by("pk").values_list("verb", flat=True)
    assert list(reads) == ["achievement.read", "achievement.evidence_opened"]


# -- proposals ------------------------------------------------------------------------------------


def test_from_proposal_to_certificate_in_the_browser(
    client, officer, officer_user, head, political, president, rung
):
    made = make_achievement(officer, by=officer_user)
    facts = {"achievements": [made.pk], "rung": rung.pk, "reason": REASON}
    sign_in(client, head).post(reverse("retention:proposal_add", args=[made.pk]), facts)
    proposal = AwardProposal.objects.get()
    address = reverse("retention:proposal_check", args=[proposal.pk])
    sign_in(client, political)
    seen = client.get(address).context["form"].initial["seen"]
    client.post(address, {"seen": seen, "note": "属实"})
    sign_in(client, president)
    address = reverse("retention:proposal_decide", args=[proposal.pk])
    shown = client.get(address)
    on = shown.context["form"].initial["on"]
    client.post(address, {"decision": "grant", "on": on, "document_number": "示法[2026]12号"})

    award = Award.objects.get()
    assert award.document_number == "示法〔2026〕12号"
    page = text_of(sign_in(client, officer_user), "my_awards")
    assert reverse("retention:award_certificate", args=[award.pk]) in page


def test_a_refused_proposal_form_says_why(client, court, officer, head, political, president):
    rung = make_rung(court, interval_months=120)
    make_award(officer, rung, by=head, checker=political, decider=president)
    made = make_achievement(officer, by=head, title="另一项")
    facts = {"achievements": [made.pk], "rung": rung.pk, "reason": REASON}

    response = sign_in(client, head).post(reverse("retention:proposal_add", args=[made.pk]), facts)

    assert "again from 2036-06-01" in response.text


def test_the_list_shows_what_is_the_readers_turn(client, officer, rung, head, political):
    make_proposal(officer, rung, by=head)
    assert officer.name in text_of(sign_in(client, political), "proposal_list", query="?waiting=me")
    assert officer.name not in text_of(sign_in(client, head), "proposal_list", query="?waiting=me")


def test_no_button_is_offered_that_is_not_the_readers(client, officer, rung, head, president):
    proposal = make_proposal(officer, rung, by=head)

    page = text_of(sign_in(client, president), "proposal_detail", proposal.pk)
    answer = client.get(reverse("retention:proposal_decide", args=[proposal.pk]))

    assert reverse("retention:proposal_decide", args=[proposal.pk]) not in page
    assert answer.status_code == 302


def test_a_head_does_not_return_what_others_check(client, officer, rung, head):
    proposal = make_proposal(officer, rung, by=head)

    response = sign_in(client, head).post(
        reverse("retention:proposal_return", args=[proposal.pk]), {"note": "x"}
    )

    proposal.refresh_from_db()
    assert (response.status_code, proposal.state) == (403, "proposed")


def test_the_officer_proposed_does_not_find_the_proposal(client, court, civil, rung, head):
    own = make_officer(court=court, department=civil, name="民一庭长", user=head)
    proposer = make_user("political", Role.POLITICAL, court)
    proposal = make_proposal(own, rung, by=proposer)

    address = reverse("retention:proposal_detail", args=[proposal.pk])
    assert sign_in(client, head).get(address).status_code == 404


def test_two_deciding_at_once_get_one_award_and_a_conflict_page(
    client, officer, rung, head, political, president
):
    proposal = make_checked(officer, rung, by=head, checker=political)
    sign_in(client, president)
    address = reverse("retention:proposal_decide", args=[proposal.pk])
    facts = {"decision": "grant", "on": client.get(address).context["form"].initial["on"]}

    first, second = client.post(address, facts), client.post(address, facts)

    assert (first.status_code, second.status_code) == (302, 409)
    assert Award.objects.count() == 1


# -- the meeting ----------------------------------------------------------------------------------


def meeting_facts(page, **decisions):
    facts = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    return {name: value or "" for name, value in facts.items()} | decisions


def test_a_meeting_decides_several_at_once(client, court, civil, rung, head, political, president):
    people = [make_officer(court=court, department=civil, name=name) for name in ("甲", "乙", "丙")]
    made = [make_checked(one, rung, by=head, checker=political) for one in people]
    sign_in(client, president)
    address = reverse("retention:award_meeting")
    facts = meeting_facts(
        client.get(address),
        **{f"decision_{made[0].pk}": "grant", f"decision_{made[1].pk}": "refuse"},
    )

    refused = client.post(address, facts)
    assert "A refusal needs its reason." in refused.text
    assert not Award.objects.exists()
    done = client.post(address, facts | {f"note_{made[1].pk}": ANSWER}, follow=True)

    assert "2 proposals decided." in done.text
    states = AwardProposal.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["granted", "refused", "checked"]


def test_a_meeting_over_the_quota_says_what_is_needed(
    client, court, civil, head, political, president
):
    rung = make_limited_rung(court, 1)
    people = [make_officer(court=court, department=civil, name=name) for name in ("甲", "乙")]
    made = [make_checked(one, rung, by=head, checker=political) for one in people]
    sign_in(client, president)
    address = reverse("retention:award_meeting")
    page = client.get(address)
    facts = meeting_facts(page, **{f"decision_{one.pk}": "grant" for one in made})

    assert "1 of 1 places left" in page.text
    assert "One more needs a document that approves it." in client.post(address, facts).text
    assert not Award.objects.exists()


def test_an_empty_table_says_so(client, president):
    assert "Nothing is on the table" in text_of(sign_in(client, president), "award_meeting")


# -- awards ---------------------------------------------------------------------------------------


def test_the_register_is_searched_filtered_and_exported(client, award, political):
    sign_in(client, political)

    for query in ("?q=12号", "?q=zhy", "?year=2026", f"?rung={award.rung_id}", "?document=yes"):
        assert award.officer.name in text_of(client, "award_list", query=query)
    for query in ("?force=no", "?document=no", "?function=criminal"):
        assert award.officer.name not in text_of(client, "award_list", query=query)
    content = client.get(reverse("retention:award_export")).content
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    row = [cell.value for cell in sheet[3]]
    assert (row[0], row[6]) == (award.officer.name, "示法〔2026〕12号")
    assert Entry.objects.get(verb="awards.exported").detail == {"count": 1}


def test_achievements_are_exported_with_their_desk(client, officer, head):
    make_achievement(officer, by=head)
    content = sign_in(client, head).get(reverse("retention:achievement_export")).content

    row = [cell.value for cell in openpyxl.load_workbook(BytesIO(content)).worksheets[0][3]]
    assert row[7] == "head, secretary or political department"
    assert row[9] > 0


def test_the_political_department_enters_a_document_and_revokes(
    client, officer, rung, head, political, president
):
    award = make_award(officer, rung, by=head, checker=political, decider=president)
    sign_in(client, political)
    paper = {"number": "示法〔2026〕12号", "issued_on": "2026-06-02"}
    client.post(reverse("retention:award_document", args=[award.pk]), paper)
    revoked = {"on": "2026-06-03", "number": "撤1号", "reason": "有误"}
    page = client.post(reverse("retention:award_revoke", args=[award.pk]), revoked, follow=True)
    again = client.post(reverse("retention:award_revoke", args=[award.pk]), revoked)

    award.refresh_from_db()
    assert (award.document_number, award.revoked_number) == ("示法〔2026〕12号", "撤1号")
    assert "有误" in page.text
    assert again.status_code == 409


def test_awards_in_figures_have_their_table(client, award, political):
    page = text_of(sign_in(client, political), "award_chart")

    assert "<svg" in page
    assert "civil trial" in page
    assert "no awards" not in page.lower()


def test_nobody_sees_anothers_awards(client, award, court, civil):
    user = make_user("colleague", court=court)
    make_officer(court=court, department=civil, name="同事", user=user)
    sign_in(client, user)

    assert award.officer.name not in text_of(client, "my_awards")
    for name in ("award_certificate", "award_file"):
        assert client.get(reverse(f"retention:{name}", args=[award.pk])).status_code == 404


# -- the ladder -----------------------------------------------------------------------------------


def test_a_new_court_begins_with_the_usual_ladder(client, political, court):
    sign_in(client, political)

    assert "No ladder yet" in text_of(client, "rung_list")
    client.post(reverse("retention:rung_seed"))
    client.post(reverse("retention:rung_seed"))

    assert AwardRung.objects.filter(court=court).count() == 6
    assert "third-class merit" in text_of(client, "rung_list")


RUNG = {
    "name": "嘉奖",
    "name_en": "commendation",
    "position": 1,
    "level": "own",
    "quota_kind": "percent",
    "quota_value": "20",
    "certainty": "U",
    "certificate_text": "{name}同志",
    "is_active": "on",
}


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"quota_value": ""}, "A quota needs its number"),
        ({"quota_value": "120"}, "at most 100 per cent"),
        ({"quota_kind": "number", "quota_value": "1.5"}, "a whole number"),
        ({"level": "higher"}, "Name the higher body"),
        ({"certificate_text": "{姓名}同志"}, "may have only"),
        ({"name": "表扬"}, "of this name"),
        ({"position": 7}, "has this place"),
    ],
)
def test_a_rung_that_can_not_be_is_refused(client, political, court, changed, text):
    make_rung(court, name="表扬", position=7)
    response = sign_in(client, political).post(reverse("retention:rung_add"), RUNG | changed)

    assert text in response.text
    assert AwardRung.objects.count() == 1


def test_a_changed_rung_leaves_awards_as_they_were(client, award, political):
    address = reverse("retention:rung_change", args=[award.rung_id])
    sign_in(client, political).post(address, RUNG | {"name": "通报表扬"})

    award.refresh_from_db()
    assert (award.rung.name, award.rung_name) == ("通报表扬", "嘉奖")
    assert Entry.objects.filter(verb="award_rung.changed").count() == 1


def test_the_ladder_shows_what_is_held_and_what_comes_next(client, award, court, political):
    make_rung(court, name="记三等功", name_en="third-class merit", position=3)
    page = text_of(sign_in(client, political), "award_ladder", award.officer_id)

    assert page.index("third-class merit") < page.index("next rung") < page.index("commendation")


# -- the own page and mentoring -------------------------------------------------------------------


def test_somebody_without_an_officer_is_told_so(client, political):
    assert "not linked to an officer" in text_of(sign_in(client, political), "my_awards")


def test_own_entries_are_corrected_and_taken_back(client, officer, officer_user):
    made = make_achievement(officer, by=officer_user)
    sign_in(client, officer_user)
    facts = {"title": "改名", "kind": "other", "achieved_on": "2026-05-20"}

    client.post(reverse("retention:my_achievement_change", args=[made.pk]), facts)
    made.refresh_from_db()
    assert made.title == "改名"
    client.post(reverse("retention:my_achievement_withdraw", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_a_head_makes_a_pair_and_it_keeps_its_meetings(
    client, court, officer, officer_user, head, civil
):
    mentee = make_officer(court=court, department=civil, name="孙小新")
    sign_in(client, head)
    facts = {"mentor": officer.pk, "mentee": mentee.pk, "start": "2026-05-01", "aims": "办案"}
    page = client.post(reverse("retention:mentoring_add"), facts, follow=True)
    pair = page.context["pair"]
    sign_in(client, officer_user)
    client.post(
        reverse("retention:mentoring_meet", args=[pair.pk]),
        {"met_on": "2026-05-20", "text": "谈心noteword"},
    )

    assert "谈心noteword" in text_of(client, "mentoring_detail", pair.pk)
    assert "孙小新" in text_of(client, "my_awards")
    assert "2026-05-20" in text_of(sign_in(client, head), "mentoring_list")


def test_a_stranger_does_not_read_a_pair(client, officer, head, court, civil):
    mentee = make_officer(court=court, department=civil, name="孙小新")
    pair = make_pair(officer, mentee, by=head)
    user = make_user("colleague", court=court)

    address = reverse("retention:mentoring_detail", args=[pair.pk])
    assert sign_in(client, user).get(address).status_code == 404


# -- the number of queries ------------------------------------------------------------------------


@pytest.fixture
def more(court, civil, head, political, president, rung):
    def make(count):
        for place in range(count):
            one = make_officer(court=court, department=civil, name=f"人{place}")
            make_achievement(one, by=head)
            make_checked(one, rung, by=head, checker=political, title="待定")
            facts = {"by": head, "checker": political, "decider": president}
            make_award(one, rung, title="已奖", **facts)
            make_pair(one, make_officer(court=court, department=civil, name="新"), by=head)

    return make


LISTS = ["achievement_list", "proposal_list", "award_list", "award_chart", "rung_list"]


@pytest.mark.parametrize("name", [*LISTS, "mentoring_list", "award_meeting"])
def test_a_list_costs_the_same_for_one_and_for_three(client, more, political, president, name):
    client.force_login(president if name == "award_meeting" else political)
    address = reverse(f"retention:{name}")
    more(1)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    more(2)
    with CaptureQueriesContext(connection) as three:
        assert client.get(address).status_code == 200

    assert len(one) == len(three)


def test_the_own_page_costs_the_same_for_one_and_for_three(
    client, officer, officer_user, head, political, president, rung
):
    facts = {"by": head, "checker": political, "decider": president}
    client.force_login(officer_user)
    counts = []
    for titles in (["甲"], ["乙", "丙"]):
        for title in titles:
            make_award(officer, rung, title=title, **facts)
            make_proposal(officer, rung, by=head, title=f"{title}二")
        client.get(reverse("retention:my_awards"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("retention:my_awards"))
        counts.append(len(found))

    assert counts[0] == counts[1]
