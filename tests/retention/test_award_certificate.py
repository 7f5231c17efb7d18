"""The certificate as a Word file, checked by its structure."""

from io import BytesIO

import docx
import pytest
from django.utils import translation
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from courtparty.audit.models import Entry
from retention.services.award_certificate import CannotPrint, write_certificate
from retention.services.awards import revoke_award
from tests.retention.awards_cast import NOW, TODAY, make_award, make_rung

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(court, officer, head, political, president):
    facts = {"by": head, "checker": political, "decider": president}
    return make_award(officer, make_rung(court), number="示法[2026]12号", **facts)


def test_the_certificate_is_an_official_paper_in_chinese(award, officer, officer_user, court):
    with translation.override("en"):
        paper = docx.Document(BytesIO(write_certificate(award, by=officer_user)))

    texts = [paragraph.text for paragraph in paper.paragraphs if paragraph.text]
    assert texts == [
        "示法〔2026〕12号",
        "奖励证书",
        f"{officer.name}同志：",
        "鉴于你在2026年度工作中成绩突出（办结重大涉众案件），决定给予嘉奖。",
        "以资鼓励。",
        court.name,
        "2026年6月1日",
    ]
    section = paper.sections[0]
    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
    title = next(one for one in paper.paragraphs if one.text == "奖励证书")
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    signed = next(one for one in paper.paragraphs if one.text == "2026年6月1日")
    assert signed.alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert Entry.objects.get(verb="award.certificate_printed").subject_pk == award.pk


def test_without_its_document_there_is_no_certificate(court, officer, head, political, president):
    facts = {"by": head, "checker": political, "decider": president}
    award = make_award(officer, make_rung(court), **facts)

    with translation.override("en"), pytest.raises(CannotPrint, match="document has been entered"):
        write_certificate(award, by=head)


def test_of_a_revoked_award_there_is_none_any_more(award, political):
    revoked = revoke_award(
        award_id=award.pk, on=TODAY, number="撤1号", reason="x", by=political, at=NOW
    )

    with translation.override("en"), pytest.raises(CannotPrint, match="was revoked"):
        write_certificate(revoked, by=political)
    assert not Entry.objects.filter(verb="award.certificate_printed").exists()


def test_a_text_without_an_addressee_is_all_body(court, officer, head, political, president):
    rung = make_rung(court, certificate_text="授予{name}嘉奖。")
    facts = {"by": head, "checker": political, "decider": president}
    award = make_award(officer, rung, number="示法〔2026〕1号", **facts)

    paper = docx.Document(BytesIO(write_certificate(award, by=officer.user)))

    assert f"授予{officer.name}嘉奖。" in [one.text for one in paper.paragraphs]
