"""What a new request says before anybody has written it: subject, addressee, posts and reason.

The words are Chinese whatever the reader's language: they go into an official letter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import translation

from cadres.models import Post, StaffingRequest
from cadres.rules.establishment import can_hold
from cadres.selectors.officers import reach_of
from cadres.selectors.posts import VIEW as VIEW_POSTS
from cadres.selectors.posts import LedgerRow, ledger
from cadres.selectors.requests import MANAGE
from cadres.selectors.staff_band import CourtBand, court_bands
from courtparty.accounts.models import Unit, User

# The organisations for which the regulation knows a full-time deputy or cadre.
WITH_FULLTIME = (Unit.Kind.PARTY_COMMITTEE, Unit.Kind.GENERAL_BRANCH)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The first contents of the form: to be read and changed before anything is stored."""

    unit: Unit
    kind: str
    count: int
    title: str
    addressee: str
    reason: str


def proposal_for(user: User, unit: Unit, kind: str, *, on: date) -> Proposal:
    """A request for ``unit``, and for a post of ``kind`` where it can hold one."""
    kind = kind if can_hold(unit.kind, kind) else ""
    reach = reach_of(user, VIEW_POSTS)
    rows = ledger(user, reach, on=on)
    band = next((one for one in court_bands(reach, rows) if unit.is_descendant_of(one.court)), None)
    wanted = band.to_ask_for if band and kind == Post.Kind.PARTY_AFFAIRS_CADRE else 1
    earlier = StaffingRequest.objects.visible_to(user, MANAGE).order_by("-pk")
    in_court = earlier.filter(court__path=unit.court_path)
    return Proposal(
        unit=unit,
        kind=kind,
        count=max(1, wanted),
        title=f"关于增设{chinese_kind(kind)}岗位的请示"
        if kind
        else "关于增设专职党务工作岗位的请示",
        addressee=in_court.values_list("addressee", flat=True).first() or "",
        reason="\n".join(_sentences(unit, kind, band, rows, on)),
    )


def chinese_kind(kind: str) -> str:
    """What a kind of post is called in an official letter."""
    with translation.override("zh-hans"):
        return str(Post.Kind(kind).label)


def _sentences(
    unit: Unit, kind: str, band: CourtBand | None, rows: Iterable[LedgerRow], on: date
) -> list[str]:
    posts = [row for row in rows if row.unit.pk == unit.pk and row.is_counted]
    sentences = [_about_staff(band, on)] if band else []
    if kind:
        return [*sentences, _about_post(unit, kind, posts)]
    if unit.kind in WITH_FULLTIME and not any(row.is_fulltime for row in posts):
        kinds = "、".join(chinese_kind(one) for one in Post.FULLTIME_KINDS)
        sentences.append(f"目前，{unit.name}尚未设置{kinds}等专职岗位。")
    return sentences


def _about_staff(court_band: CourtBand, on: date) -> str:
    band, fewest, most = court_band.band, court_band.fewest, court_band.most
    expected = f"{fewest}人" if fewest == most else f"{fewest}至{most}人"
    missing = f"，尚缺{court_band.missing}人" if court_band.missing else ""
    return (
        f"截至{on.year}年{on.month}月{on.day}日，我院共有工作人员{band.staff}人，其中专职党务工作人员"
        f"{band.fulltime}人。《中国共产党党和国家机关基层组织工作条例》第三十条规定，专职党务工作人员"
        f"一般占机关工作人员总数的1%至2%，按此我院应配备{expected}{missing}。"
    )


def _about_post(unit: Unit, kind: str, posts: Iterable[LedgerRow]) -> str:
    same = [row for row in posts if row.kind == kind]
    if not same:
        return f"目前，{unit.name}尚未设置{chinese_kind(kind)}岗位。"
    seats, vacant = sum(row.authorised for row in same), sum(row.vacant for row in same)
    return f"目前，{unit.name}有{chinese_kind(kind)}岗位{seats}个，其中空缺{vacant}个。"
