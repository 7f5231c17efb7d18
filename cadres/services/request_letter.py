"""The letter of a staffing request (请示), in the official layout.

An official document: its words are Chinese whatever the reader's language.
"""

from collections.abc import Iterator
from datetime import date

from cadres.models import Post, RequestLine, StaffingRequest
from cadres.selectors.request_proposals import chinese_kind
from cadres.selectors.requests import Action, Sending, last_sending, steps_of
from courtparty.accounts.models import Unit
from courtparty.lib.docx import OfficialPaper, chinese_day


def write_letter(staffing: StaffingRequest, *, on: date) -> bytes:
    """The letter that is out; for a draft, or after a reply that left posts open, the next one.

    The next one has no number and no day yet: both are left open for the office to fill in.
    Changes nothing.
    """
    steps = list(steps_of(staffing))
    sending = last_sending(staffing, steps)
    paper = OfficialPaper(subject=staffing.title, on=on)
    paper.number(sending.sent.number if sending.sent else f"　　　〔{on.year}〕　　号")
    paper.title(staffing.title)
    paper.addressee(staffing.addressee)
    for text in _reasons(staffing, sending):
        paper.paragraph(text)
    paper.paragraph("现申请核定下列岗位：")
    paper.items(_posts(staffing, sending))
    paper.paragraph("妥否，请批示。")
    paper.attachments(
        [_stem(step.file.name) for step in steps if step.action == Action.DRAFT and step.file]
    )
    day = chinese_day(sending.sent.on) if sending.sent else f"{on.year}年　月　日"
    paper.signature(signing_body(staffing.unit, staffing.court), day)
    return paper.content()


def signing_body(unit: Unit, court: Unit) -> str:
    """The organisation's name in full: a branch's own name does not say of which court."""
    return unit.name if court.name in unit.name else f"{court.name}{unit.name}"


def _reasons(staffing: StaffingRequest, sending: Sending) -> Iterator[str]:
    yield from (line.strip() for line in staffing.reason.splitlines() if line.strip())
    if sending.earlier and sending.reply:
        yield (
            f"上述事项，我单位曾于{chinese_day(sending.earlier.on)}以{sending.earlier.number}请示，"
            f"贵部以{sending.reply.number}答复，尚有部分岗位未获批准，现再次请示。"
        )


def _posts(staffing: StaffingRequest, sending: Sending) -> list[str]:
    lines = staffing.lines.select_related("unit").filter(pk__in=sending.counts).order_by("pk")
    texts = [_post(line, sending.counts[line.pk], staffing.court) for line in lines]
    return [f"{text}；" for text in texts[:-1]] + [f"{text}。" for text in texts[-1:]]


def _post(line: RequestLine, count: int, court: Unit) -> str:
    # The full-time kinds say so in their names.
    says_fulltime = line.is_fulltime and line.kind not in Post.FULLTIME_KINDS
    name = f"（{line.name}）" if line.name else ""
    fulltime = "（专职）" if says_fulltime else ""
    return f"{signing_body(line.unit, court)}{chinese_kind(line.kind)}{name}{count}名{fulltime}"


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
