"""Building the demo court step by step, each step a service of the product."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone, translation

from appraisal.services.figures import import_figures_file
from cadres.models import Officer
from cadres.services.accounts import open_account
from cadres.services.roster import import_roster_file
from courtparty.accounts.models import Unit, User
from courtparty.accounts.roles import Role
from courtparty.accounts.services import first_administrator_link
from courtparty.accounts.services.accounts import FIRST_ADMINISTRATORS, create_account
from courtparty.accounts.services.grants import grant_role
from courtparty.accounts.services.units import create_court
from courtparty.demo.appraisal import fill_appraisal
from courtparty.demo.posts import fill_posts
from courtparty.demo.retention import fill_retention

WORKBOOKS = Path(__file__).parent / "workbooks"
CODE = "demo"
# Without 0/O and 1/l/I: it is typed from a terminal.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Seat:
    """One demo account: its role, and the unit it is held on by kind and name."""

    username: str
    name: str
    role: str
    unit: str


SEATS = [
    Seat("president", "演示院长", Role.PRESIDENT, "court"),
    Seat("secretary", "演示总支书记", Role.SECRETARY, "organisation"),
    Seat("branch", "演示支部书记", Role.SECRETARY, "第二党支部"),
    Seat("cadre", "演示党务干部", Role.PARTY_AFFAIRS, "court"),
    Seat("head", "演示庭长", Role.HEAD, "民事审判第一庭"),
    Seat("political", "演示政治部", Role.POLITICAL, "court"),
    Seat("appraiser", "演示考核管理员", Role.APPRAISER, "court"),
    Seat("steward", "演示健康专员", Role.STEWARD, "court"),
    Seat("union", "演示工会主席", Role.UNION, "court"),
]
OFFICER_IN = "民事审判第一庭"
# So long ago that what the demo says of last month could be decided by them then.
HELD_FOR = timedelta(days=400)


@transaction.atomic
def load_court() -> list[str]:
    """All of the demo or nothing of it. Returns who can sign in, or nothing if it was there."""
    if Unit.objects.courts().exists():
        return []
    today = timezone.localdate()
    password = "".join(secrets.choice(ALPHABET) for _place in range(12))
    with translation.override("zh-hans"):
        court = create_court(
            code=CODE, name="示例县人民法院", by=None, name_en="Example County Court"
        )
        _bring_in_workbooks(court, on=today)
        lines = [*_administrators(password), *_seats(court, password, on=today - HELD_FOR)]
        officer = _officer(court)
        lines.append(
            _ready(User.objects.get(officer=officer), password, f"{officer.title} {officer.name}")
        )
        fill_appraisal(court)
        fill_posts(court, officer, on=today)
        fill_retention(court, officer, on=today)
    return [f"Password of every demo account: {password}", *lines]


def _bring_in_workbooks(court: Unit, *, on: date) -> None:
    roster = import_roster_file(
        (WORKBOOKS / "roster.xlsx").read_bytes(),
        filename="roster.xlsx",
        court=court,
        by=None,
        on=on,
        create_units=True,
    )
    figures = import_figures_file(
        (WORKBOOKS / "figures.xlsx").read_bytes(),
        filename="figures.xlsx",
        court=court,
        by=None,
        on=on,
    )
    if not (roster.is_written and figures.is_written):
        raise RuntimeError("the demo's own workbooks have errors")


def _administrators(password: str) -> list[str]:
    first_administrator_link("")
    users = User.objects.filter(username__in=FIRST_ADMINISTRATORS)
    return [
        _ready(user, password, str(FIRST_ADMINISTRATORS[user.username].label)) for user in users
    ]


def _seats(court: Unit, password: str, *, on: date) -> list[str]:
    security = User.objects.get(username="security")
    lines = []
    for seat in SEATS:
        user = create_account(username=seat.username, name=seat.name, court=court, by=None)
        grant_role(
            user_id=user.pk,
            role=seat.role,
            unit_id=_unit_of(seat, court).pk,
            basis="演示",
            by=security,
            on=on,
        )
        lines.append(_ready(user, password, str(Role(seat.role).label)))
    return lines


def _unit_of(seat: Seat, court: Unit) -> Unit:
    inside = Unit.objects.within(court)
    if seat.unit == "court":
        return court
    if seat.unit == "organisation":
        return inside.get(kind__in=[Unit.Kind.PARTY_COMMITTEE, Unit.Kind.GENERAL_BRANCH])
    return inside.get(name=seat.unit)


def _officer(court: Unit) -> Officer:
    """A judge of the civil division: figures, a result, a post and an allowance to read."""
    judges = Officer.objects.filter(
        court=court,
        department__name=OFFICER_IN,
        category=Officer.Category.QUOTA_JUDGE,
        party_status=Officer.PartyStatus.FULL,
    )
    officer = judges.exclude(title="庭长").order_by("list_order")[0]
    open_account(officer, by=None)
    officer.refresh_from_db()
    return officer


def _ready(user: User, password: str, seat: str) -> str:
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    return f"  {user.username:<12} {seat}"
