"""The notice of an appointment or a removal, worded as the office words it.

The paper is Chinese whatever the reader's language; who reads English gets a version to read
beside it. Both wordings stand here and not among the translations: they are the paper itself.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import translation

from cadres.models import Appointment, Approval
from cadres.rules.appointments import last_day

Nature, Reason = Appointment.Nature, Appointment.EndReason

_ZH_NATURES = {
    Nature.REGULAR: "{name}同志任{post}，自{start}起{term}。",
    Nature.ACTING: "{name}同志代理{post}职务，自{start}起。",
    Nature.SECONDED_IN: "借调{name}同志承担{post}工作，自{start}起。",
}
_EN_NATURES = {
    Nature.REGULAR: "Comrade {name} is appointed {post} from {start}{term}.",
    Nature.ACTING: "Comrade {name} acts as {post} from {start}.",
    Nature.SECONDED_IN: "Comrade {name} is seconded to work as {post} from {start}.",
}
_ZH_CAUSES = {
    Reason.TERM_END: "任期届满",
    Reason.LEFT_COURT: "调离本院",
    Reason.RESIGNED: "本人辞去职务",
    Reason.RETIRED: "退休",
}
_EN_CAUSES = {
    Reason.TERM_END: "at the end of the term of office",
    Reason.LEFT_COURT: "on leaving the court",
    Reason.RESIGNED: "having resigned from the post",
    Reason.RETIRED: "on retirement",
}
_BRANCH = "支部"
_REMOVALS = (Reason.REMOVED, Reason.TRANSFER, Reason.POST_CLOSED)


@dataclass(frozen=True, slots=True)
class Paper:
    """One notice in one language, part by part as it is printed."""

    language: str
    issuer: str
    number: str
    title: str
    addressee: str
    opening: str
    sentence: str
    day: str


def papers_of(appointment: Appointment, *, is_removal: bool, language: str) -> list[Paper]:
    """The Chinese paper, and an English reading of it for who reads English."""
    with translation.override("zh-hans"):
        papers = [_removal_zh(appointment) if is_removal else _appointment_zh(appointment)]
    if language.startswith("en"):
        papers.append(_removal_en(appointment) if is_removal else _appointment_en(appointment))
    return papers


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _en(day: date) -> str:
    return day.isoformat()


def _appointment_zh(one: Appointment) -> Paper:
    basis = f"经上级党组织批准（{one.higher_approval}），" if one.higher_approval else ""
    term = f"，任期至{_zh(last_day(one.term_end))}" if one.term_end else ""
    sentence = _ZH_NATURES[Nature(one.nature)].format(
        name=one.officer.name, post=_post_zh(one), start=_zh(one.start), term=term
    )
    return _paper_zh(
        one,
        one.document,
        title=f"关于{one.officer.name}同志任职的通知",
        opening=f"{basis}现将有关任职事项通知如下：",
        sentence=sentence,
    )


def _removal_zh(one: Appointment) -> Paper:
    name, post, end = one.officer.name, _post_zh(one), one.end or one.start
    if one.end_reason in _REMOVALS:
        title, sentence = f"关于免去{name}同志职务的通知", f"免去{name}同志{post}职务"
        sentence += f"，自{_zh(end)}起不再担任该职务。"
    else:
        title = f"关于{name}同志不再担任有关职务的通知"
        cause = _ZH_CAUSES.get(Reason(one.end_reason), "")
        because = f"因{cause}，" if cause else ""
        sentence = f"{name}同志{because}自{_zh(end)}起不再担任{post}职务。"
    paper = one.removal_document or one.document
    return _paper_zh(
        one, paper, title=title, opening="现将有关职务事项通知如下：", sentence=sentence
    )


def _post_zh(one: Appointment) -> str:
    unit, kind = one.post.unit.name, str(one.post.get_kind_display())
    if unit.endswith(_BRANCH):
        # 第一党支部 and 支部书记 are said as one: 第一党支部书记.
        kind = kind.removeprefix(_BRANCH)
    return f"{unit}{kind}" + (f"（{one.post.name}）" if one.post.name else "")


def _paper_zh(
    one: Appointment, document: Approval, *, title: str, opening: str, sentence: str
) -> Paper:
    return Paper(
        language="zh-Hans",
        issuer=document.issuer or one.court.name,
        number=document.number,
        title=title,
        addressee="各党支部、各部门：",
        opening=opening,
        sentence=sentence,
        day=_zh(document.issued_on),
    )


def _appointment_en(one: Appointment) -> Paper:
    basis = ""
    if one.higher_approval:
        basis = f"With the approval of the higher Party organisation ({one.higher_approval}): "
    term = f", for a term until {_en(last_day(one.term_end))}" if one.term_end else ""
    sentence = _EN_NATURES[Nature(one.nature)].format(
        name=one.officer.name, post=_post_en(one), start=_en(one.start), term=term
    )
    title = f"Notice of the appointment of Comrade {one.officer.name}"
    return _paper_en(one, one.document, title=title, sentence=basis + sentence)


def _removal_en(one: Appointment) -> Paper:
    name, post, end = one.officer.name, _post_en(one), one.end or one.start
    if one.end_reason in _REMOVALS:
        title = f"Notice of the removal of Comrade {name} from a post"
        sentence = f"Comrade {name} is removed from the post of {post} with effect from {_en(end)}."
    else:
        title = f"Notice that Comrade {name} no longer holds a post"
        cause = _EN_CAUSES.get(Reason(one.end_reason), "")
        because = f", {cause}" if cause else ""
        sentence = f"Comrade {name} no longer holds the post of {post} from {_en(end)}{because}."
    return _paper_en(one, one.removal_document or one.document, title=title, sentence=sentence)


def _post_en(one: Appointment) -> str:
    return f"{one.post.title} of {one.post.unit.display_name}"


def _paper_en(one: Appointment, document: Approval, *, title: str, sentence: str) -> Paper:
    return Paper(
        language="en",
        issuer=document.issuer or one.court.display_name,
        number=document.number,
        title=title,
        addressee="To all Party branches and departments:",
        opening="",
        sentence=sentence,
        day=_en(document.issued_on),
    )
