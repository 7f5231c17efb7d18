"""What is prepared inside a running site, through the product's own services.

Called by ``Site.prepare``, in a process of the site: each function prints what it made as JSON.
"""

import json
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from appraisal.services.head_shares import seed_head_shares
from cadres.models import AllowanceRun, Officer, Post, StaffingRequest
from cadres.services import allowance_runs as runs
from cadres.services import requests
from cadres.services.accounts import open_account
from cadres.services.appointments import appoint
from cadres.services.fulltime import record_exception
from cadres.services.posts import enter_post
from cadres.services.secondments import second_out
from cadres.services.standards import set_standard
from courtparty.accounts.models import Unit, User
from courtparty.accounts.services.accounts import change_password, create_account
from courtparty.accounts.services.grants import grant_role
from courtparty.accounts.services.units import create_court

ROSTER = Path(__file__).resolve().parents[1] / "samples" / "roster.xlsx"
NAME = "示例县人民法院"
COURT_ROLES = {
    "cadre": ["party_affairs"],
    "political": ["political"],
    "president": ["president"],
    # Whom only the rule of the three people keeps from approving what they made.
    "both": ["party_affairs", "president"],
}
PEOPLE = {"cadre": "周党办", "political": "王政工", "president": "郑院长", "both": "何兼职"}
# A division of the sample roster: its head, and four of its judges, as they stand there.
DIVISION = "民事审判第一庭"
HEAD = "王英春梅"
JUDGES = {"first": "尹浩", "second": "叶华", "third": "汪雨杰", "fourth": "姜萍"}
FIRST_ROW, NAME_COLUMN = 4, 2
LONG_AGO = date(1990, 1, 1)
YEAR = timedelta(days=365)


def party_court(code: str, password: str) -> None:
    """A court with its roster and its people, who all have the same password, and no post yet."""
    court = _court_with_roster(code)
    organisation = _organisation(court)
    users = _people(court, password)
    users["secretary"] = _account(court, "secretary", "孙书记", password)
    _grant(users["secretary"], "secretary", organisation)
    officer = _full_members(court).filter(department__name="政治部")[0]
    open_account(officer, by=users["political"])
    officer.refresh_from_db()
    change_password(user_id=officer.user_id, password=password)
    usernames = {who: user.username for who, user in users.items()}
    _print(
        organisation=organisation.name,
        staff=Officer.objects.filter(court=court).count(),
        officer=officer.name,
        usernames=usernames | {"officer": officer.user.username},
    )


def settled_court(code: str, password: str) -> None:
    """A court where last month is paid, and where this month waits to be approved.

    Of its two posts the secretary's is held, and that of a full-time cadre was held once and is
    vacant. This month was made by somebody who may also approve. One request is a draft, another
    has been granted in part, and there is an exception from a rule.
    """
    court = _court_with_roster(code)
    users, organisation = _people(court, password), _organisation(court)
    holder, other, former = _full_members(court)[:3]
    today = timezone.localdate()
    this_month = today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    posts = {
        kind: _post(organisation, kind, users["political"], is_exclusive=kind == "secretary")
        for kind in ("secretary", "party_affairs_cadre")
    }
    set_standard(
        court=court, kind="secretary", amount=Decimal("600.00"), start=last_month,
        several="highest", approval=_document("标准", last_month), by=users["political"],
    )  # fmt: skip
    appointment = appoint(
        post_id=posts["secretary"].pk, officer_id=holder.pk, start=last_month,
        by=users["political"], document=_document("任命", last_month),
    )  # fmt: skip
    ended = appoint(
        post_id=posts["party_affairs_cadre"].pk, officer_id=former.pk, start=today - YEAR,
        end=today - YEAR / 2, end_reason="transfer", by=users["political"],
        document=_document("调任", today - YEAR),
    )  # fmt: skip
    secondment = second_out(
        appointment_id=appointment.pk, start=today, destination="中共示例县委组织部",
        by=users["political"],
    )  # fmt: skip
    exception = record_exception(
        unit=organisation, code="no_fulltime_staff", starts_on=today, ends_on=None,
        approval=_document("例外", today), by=users["cadre"], at=timezone.now(),
    )  # fmt: skip
    paid = _checked_run(court, last_month, users, maker="cadre")
    runs.approve_run(run_id=paid.pk, by=users["president"], at=timezone.now())
    runs.pay_run(run_id=paid.pk, by=users["cadre"], on=timezone.localdate())
    checked = _checked_run(court, this_month, users, maker="both")
    _print(
        posts={kind: post.pk for kind, post in posts.items()},
        holder=holder.name,
        other={"pk": other.pk, "name": other.name, "work_since": str(other.work_since)},
        organisation=organisation.pk,
        appointment=appointment.pk,
        ended=ended.pk,
        secondment=secondment.pk,
        exception=exception.pk,
        drafted=_request(organisation, users["cadre"], on=today).pk,
        partly=_partly_granted(organisation, users["cadre"], on=today).pk,
        paid_month=f"{last_month:%Y-%m}",
        checked_run=checked.pk,
        usernames={who: user.username for who, user in users.items()},
    )


def appraisal_court(code: str, password: str) -> None:
    """A court of one civil division, whose people have accounts; nothing of appraisal is there yet.

    Beside the head and the judges: who keeps the appraisal, and who keeps the figures.
    """
    with TemporaryDirectory() as folder:
        roster = _roster_of({HEAD, *JUDGES.values()}, Path(folder))
        court = _court_with_roster(code, roster)
    users = _people(court, password)
    users["appraiser"] = _account(court, "appraiser", "李考核", password)
    _grant(users["appraiser"], "appraiser", court)
    seed_head_shares(court, by=users["appraiser"])
    for who, name in {"head": HEAD, **JUDGES}.items():
        officer = Officer.objects.get(court=court, name=name)
        open_account(officer, by=users["political"])
        officer.refresh_from_db()
        users[who] = change_password(user_id=officer.user_id, password=password)
    _print(
        court=court.name,
        division=DIVISION,
        names={"head": HEAD, **JUDGES},
        usernames={who: user.username for who, user in users.items()},
    )


def _roster_of(names: Collection[str], folder: Path) -> Path:
    """The sample roster with these people of the division alone."""
    workbook = load_workbook(ROSTER)
    sheet = workbook.active
    for row in range(sheet.max_row, FIRST_ROW - 1, -1):
        is_person = isinstance(sheet.cell(row, 1).value, int)
        if is_person and sheet.cell(row, NAME_COLUMN).value not in names:
            sheet.delete_rows(row)
    path = folder / ROSTER.name
    workbook.save(path)
    return path


def _court_with_roster(code: str, roster: Path = ROSTER) -> Unit:
    court = create_court(code=code, name=NAME, by=None)
    call_command("import_roster", str(roster), court=code, create_units=True, stdout=StringIO())
    return Unit.objects.get(pk=court.pk)


def _organisation(court: Unit) -> Unit:
    return Unit.objects.within(court).get(kind=Unit.Kind.GENERAL_BRANCH)


def _full_members(court: Unit):
    members = Officer.objects.filter(court=court, party_status=Officer.PartyStatus.FULL)
    return members.select_related("user").order_by("pk")


def _people(court: Unit, password: str) -> dict[str, User]:
    people = {}
    for who, roles in COURT_ROLES.items():
        people[who] = _account(court, who, PEOPLE[who], password)
        for role in roles:
            _grant(people[who], role, court)
    return people


def _account(court: Unit, who: str, name: str, password: str) -> User:
    user = create_account(username=f"{who}.{court.code}", name=name, court=court, by=None)
    return change_password(user_id=user.pk, password=password)


def _grant(user: User, role: str, unit: Unit) -> None:
    security = User.objects.get(username="security")
    on = timezone.localdate()
    grant_role(user_id=user.pk, role=role, unit_id=unit.pk, basis="会议纪要", by=security, on=on)


def _post(unit: Unit, kind: str, by: User, *, is_exclusive: bool) -> Post:
    return enter_post(
        unit=unit, kind=kind, document=_document(kind, LONG_AGO), by=by, authorised=1,
        opened_on=LONG_AGO, is_exclusive=is_exclusive, is_fulltime=not is_exclusive,
    )  # fmt: skip


def _request(unit: Unit, by: User, *, on: date) -> StaffingRequest:
    return requests.draft_request(
        unit=unit, title="关于增设岗位的请示", addressee="中共示例县委组织部", reason="工作需要。",
        posts=[requests.PostAsked(unit, "party_affairs_cadre", 2)], on=on, by=by,
        at=timezone.now(),
    )  # fmt: skip


def _partly_granted(unit: Unit, by: User, *, on: date) -> StaffingRequest:
    staffing = _request(unit, by, on=on)
    step = {"request_id": staffing.pk, "on": on, "by": by, "at": timezone.now()}
    requests.send_request(number=f"示法党〔{on.year}〕1号", **step)
    granted = {staffing.lines.get().pk: 1}
    return requests.answer_request(granted=granted, document=_document("答复", on), **step)


def _document(name: str, day: date) -> dict[str, Any]:
    file = SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.4", "application/pdf")
    return {"number": f"示组通〔{day.year}〕{name}号", "issued_on": day, "file": file}


def _checked_run(court: Unit, month: date, users: dict[str, User], *, maker: str) -> AllowanceRun:
    run = runs.draft_run(court=court, month=month, by=users[maker], at=timezone.now())
    runs.submit_run(run_id=run.pk, by=users[maker], at=timezone.now())
    return runs.check_run(run_id=run.pk, by=users["political"], at=timezone.now())


def _print(**made: Any) -> None:
    print(json.dumps(made))  # noqa: T201
