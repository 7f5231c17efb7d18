"""The demo court's posts, who holds them, what is asked for, and two months of allowances."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cadres.models import AllowanceStandard, Officer, OfficerQuerySet, Post
from cadres.services import allowance_runs
from cadres.services.appointments import appoint
from cadres.services.posts import enter_post
from cadres.services.requests import PostAsked, draft_request, send_request
from cadres.services.standards import set_standard
from courtparty.accounts.models import Unit, User

BASIS = Path(__file__).parent / "documents" / "basis.pdf"
Kind = Post.Kind
# The branch whose term has ended already, so that the check has something to show.
OVERDUE = "第二党支部"
ELECTED, OVERDUE_ELECTED = date(2024, 3, 15), date(2023, 6, 1)
STANDARDS = {
    Kind.SECRETARY: "800.00",
    Kind.DEPUTY_SECRETARY: "600.00",
    Kind.BRANCH_SECRETARY: "500.00",
    Kind.PUBLICITY_MEMBER: "200.00",
}
AWAITED_SINCE = timedelta(days=30)


@dataclass
class Hands:
    """Who does what in the demo, and the court it is done in."""

    court: Unit
    cadre: User
    political: User
    president: User
    numbers: list[int] = field(default_factory=lambda: [0])

    def document(self, issued_on: date, *, has_file: bool = False) -> dict:
        self.numbers[0] += 1
        number = f"示组〔{issued_on.year}〕{self.numbers[0]}号"
        file = None
        if has_file:
            file = SimpleUploadedFile("批复.pdf", BASIS.read_bytes(), "application/pdf")
        return {
            "number": number,
            "issued_on": issued_on,
            "issuer": "中共示例县委组织部",
            "title": "演示文件",
            "file": file,
        }


def fill_posts(court: Unit, officer: Officer, *, on: date) -> None:
    """Posts and their holders, standards, a request on its way, last month paid, this one made."""
    cadre, political, president = (
        User.objects.get(username=name) for name in ("cadre", "political", "president")
    )
    hands = Hands(court, cadre, political, president)
    organisation = Unit.objects.within(court).get(
        kind__in=[Unit.Kind.PARTY_COMMITTEE, Unit.Kind.GENERAL_BRANCH]
    )
    _committee(hands, organisation)
    _branches(hands, officer)
    for kind, amount in STANDARDS.items():
        set_standard(
            court=court,
            kind=kind,
            amount=Decimal(amount),
            start=date(2026, 1, 1),
            several=AllowanceStandard.Several.HIGHEST,
            approval=hands.document(date(2025, 12, 20), has_file=True),
            by=hands.political,
        )
    _request(hands, organisation, on=on)
    _runs(hands, on=on)


def _committee(hands: Hands, organisation: Unit) -> None:
    seats = {
        Kind.SECRETARY: "政治部",
        Kind.DEPUTY_SECRETARY: "综合办公室",
        Kind.DISCIPLINE_MEMBER: "审判管理办公室",
    }
    for kind, department in seats.items():
        members = _members(hands.court).filter(department__name=department)
        _post_with_holder(hands, organisation, kind, _eligible(members, ELECTED), ELECTED)
    vacant = hands.document(ELECTED)
    enter_post(
        unit=organisation,
        kind=Kind.ORGANISATION_MEMBER,
        authorised=1,
        opened_on=ELECTED,
        document=vacant,
        by=hands.cadre,
    )


def _branches(hands: Hands, officer: Officer) -> None:
    branches = Unit.objects.within(hands.court).filter(kind=Unit.Kind.BRANCH).order_by("path")
    for branch in branches:
        elected = OVERDUE_ELECTED if branch.name == OVERDUE else ELECTED
        members = _members(hands.court).filter(branch=branch)
        holder = _eligible(members.exclude(pk=officer.pk), elected)
        _post_with_holder(hands, branch, Kind.BRANCH_SECRETARY, holder, elected)
    if officer.branch and _had_joined(officer, OVERDUE_ELECTED):
        _post_with_holder(hands, officer.branch, Kind.PUBLICITY_MEMBER, officer, OVERDUE_ELECTED)


def _members(court: Unit) -> OfficerQuerySet:
    return Officer.objects.filter(court=court, party_status=Officer.PartyStatus.FULL)


def _eligible(members: OfficerQuerySet, start: date) -> Officer:
    """The first on the roster who had joined court and Party by then."""
    return next(one for one in members.order_by("list_order") if _had_joined(one, start))


def _had_joined(officer: Officer, day: date) -> bool:
    dates = (officer.work_since, officer.party_joined, officer.party_full_since)
    return all(known is None or known.last < day for known in dates)


def _post_with_holder(hands: Hands, unit: Unit, kind: str, holder: Officer, start: date) -> None:
    post = enter_post(
        unit=unit,
        kind=kind,
        authorised=1,
        opened_on=start,
        document=hands.document(start),
        by=hands.cadre,
    )
    appoint(
        post_id=post.pk,
        officer_id=holder.pk,
        start=start,
        document=hands.document(start),
        higher_approval=None if kind == Kind.DEPUTY_SECRETARY else hands.document(start),
        by=hands.political,
    )


def _request(hands: Hands, organisation: Unit, *, on: date) -> None:
    sent_on, now = on - AWAITED_SINCE, timezone.now()
    request = draft_request(
        unit=organisation,
        title="关于配备专职党务干部的请示",
        addressee="中共示例县委组织部",
        reason="我院现有干警126人，未配备专职党务干部，党建工作由兼职人员承担。",
        posts=[
            PostAsked(organisation, Kind.FULLTIME_DEPUTY, 1, is_fulltime=True),
            PostAsked(organisation, Kind.PARTY_AFFAIRS_CADRE, 1, is_fulltime=True),
        ],
        on=sent_on,
        by=hands.cadre,
        at=now,
    )
    send_request(
        request_id=request.pk,
        number=f"示法党〔{sent_on.year}〕8号",
        on=sent_on,
        by=hands.cadre,
        at=now,
    )


def _runs(hands: Hands, *, on: date) -> None:
    this_month = on.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    now = timezone.now()
    run = allowance_runs.draft_run(court=hands.court, month=last_month, by=hands.cadre, at=now)
    allowance_runs.submit_run(run_id=run.pk, by=hands.cadre, at=now)
    allowance_runs.check_run(run_id=run.pk, by=hands.political, at=now)
    allowance_runs.approve_run(run_id=run.pk, by=hands.president, at=now)
    allowance_runs.pay_run(run_id=run.pk, by=hands.cadre, on=on, voucher="演示0001")
    allowance_runs.draft_run(court=hands.court, month=this_month, by=hands.cadre, at=now)
