"""What is prepared inside a running site, through the product's own services.

Called by ``Site.prepare``, in a process of the site: each function prints what it made as JSON.
"""

import json
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from appraisal.models import (
    Cycle,
    FigureSheet,
    GradeProposal,
    IndexSet,
    RatingSheet,
    WeightExpert,
)
from appraisal.selectors.index_sets import stamp_of
from appraisal.selectors.weight_content import stamp_of_study
from appraisal.selectors.weights import study_of
from appraisal.services import index_set_drafts as drafts
from appraisal.services.adjustments import exclude_from_grade, make_adjustment
from appraisal.services.assessment import assess_cycle
from appraisal.services.confirmations import dispute_figures
from appraisal.services.cycles import move_cycle, open_cycle
from appraisal.services.grades import decide_as_proposed, propose
from appraisal.services.head_shares import seed_head_shares
from appraisal.services.index_sets import check_index_set, publish_index_set
from appraisal.services.ratings import Answer, save_rating, submit_rating
from appraisal.services.weights import (
    derive_weights,
    invite_expert,
    save_judgements,
    submit_judgements,
)
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
from courtparty.lib.workdays import Calendar, is_worked
from courtparty.notices.calendar import working_calendar
from retention.models import EntitlementRule
from tests.browser.civil_set import GROUPS, INDICATORS, MEANS, RATED, write_figures

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
# An assistant of that division, with a rank and enough years for fifteen days of leave.
ASSISTANT = "杜秀"
DAYS_OF_LEAVE = 12
SCORES = ("100", "85", "70", "40")
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
    court, users = _court_with_division(code, password)
    _print(
        court=court.name,
        division=DIVISION,
        names={"head": HEAD, **JUDGES},
        usernames={who: user.username for who, user in users.items()},
    )


def appraised_court(code: str, password: str) -> None:
    """Such a court a year on: its annual cycle under review, another collecting, a set weighed.

    Of the four judges the committee has added points to the second's, left the fourth without a
    grade, and decided the third's. The second disputes a month.
    """
    court, users = _court_with_division(code, password)
    published = _published_set(court, by=users["appraiser"])
    _import_year(court)
    annual = _reviewed_year(court, by=users["appraiser"])
    collecting = _cycle(court, Cycle.Kind.SPECIAL, by=users["appraiser"])
    asked = RatingSheet.objects.filter(cycle=collecting, rater__user=users["first"])
    answer, at = Answer({RATED.code: 0}, ""), timezone.now()
    answered = save_rating(sheet_id=asked[0].pk, answer=answer, by=users["first"], at=at)
    _print(
        annual=annual.pk,
        collecting=collecting.pk,
        answered=answered.pk,
        published=published.pk,
        disputed=_disputed(users["second"]).pk,
        own_month=FigureSheet.objects.filter(officer__user=users["first"])[0].pk,
        **_decided_in_part(annual, users),
        **_weighed(published, users, by=users["appraiser"]),
        usernames={who: user.username for who, user in users.items()},
    )


def cared_court(code: str, password: str) -> None:
    """A court of a few officers of one division, with everybody whom the four concerns ask for.

    Nothing of them is there yet. The leave given is days ahead that take twelve working days, the
    rest a working day before them.
    """
    with TemporaryDirectory() as folder:
        roster = _roster_of({HEAD, ASSISTANT, JUDGES["first"]}, Path(folder))
        court = _court_with_roster(code, roster)
    users = _people(court, password)
    for who, name in {"head": HEAD, "officer": ASSISTANT}.items():
        officer = Officer.objects.select_related("branch").get(court=court, name=name)
        open_account(officer, by=users["political"])
        officer.refresh_from_db()
        users[who] = change_password(user_id=officer.user_id, password=password)
    for who, (name, unit) in {
        "steward": ("许医务", court),
        "union": ("钱工会", court),
        "secretary": ("孙书记", officer.branch),
    }.items():
        users[who] = _account(court, who, name, password)
        _grant(users[who], who, unit)
    _grant(users["head"], "head", officer.department)
    # As in a court that was there before the rules came with the product.
    EntitlementRule.objects.filter(court=court).delete()
    _print(
        officer={"pk": officer.pk, "name": officer.name, "phone": officer.phone},
        rank=officer.rank,
        colleague=JUDGES["first"],
        names={who: user.name for who, user in users.items()},
        usernames={who: user.username for who, user in users.items()},
        **_days_ahead(),
    )


def _days_ahead() -> dict[str, Any]:
    """Leave from two weeks ahead on, or in the next year where this one is too short; a rest."""
    today, calendar = timezone.localdate(), working_calendar()
    first = today + timedelta(days=14)
    if first.month == 12 and first.day > 8:
        first = date(first.year + 1, 3, 1)
    leave = _worked_from(first, calendar)
    rest = _worked_from(today + timedelta(days=1), calendar)[0]
    return {"leave": [f"{leave[0]}", f"{leave[DAYS_OF_LEAVE - 1]}"], "rest": f"{rest}"}


def _worked_from(first: date, calendar: Calendar) -> list[date]:
    days = (first + timedelta(days=ahead) for ahead in range(60))
    return [day for day in days if is_worked(day, calendar)]


def _court_with_division(code: str, password: str) -> tuple[Unit, dict[str, User]]:
    with TemporaryDirectory() as folder:
        court = _court_with_roster(code, _roster_of({HEAD, *JUDGES.values()}, Path(folder)))
    users = _people(court, password)
    users["appraiser"] = _account(court, "appraiser", "李考核", password)
    _grant(users["appraiser"], "appraiser", court)
    seed_head_shares(court, by=users["appraiser"])
    for who, name in {"head": HEAD, **JUDGES}.items():
        officer = Officer.objects.get(court=court, name=name)
        open_account(officer, by=users["political"])
        officer.refresh_from_db()
        users[who] = change_password(user_id=officer.user_id, password=password)
    return court, users


def _published_set(court: Unit, *, by: User) -> IndexSet:
    index_set = drafts.draft_index_set(
        court=court, function="civil", staff_class="judge", name="民事法官", name_en="Civil judges",
        review_on=timezone.localdate() + YEAR, by=by,
    )  # fmt: skip
    for wanted in INDICATORS:
        divided = 100 if wanted.denominator else 1
        drafts.add_indicator(
            index_set_id=index_set.pk, stamp=stamp_of(index_set), by=by, code=wanted.code,
            name=wanted.name, name_en=wanted.name_en, part="function", area=wanted.area.value,
            kind=wanted.kind.value, weight=Decimal(wanted.weight), certainty="U",
            numerator=[*wanted.numerator], denominator=[*wanted.denominator],
            params={name: str(Decimal(value) / divided) for name, value in wanted.params},
            source="审判管理系统", owner="审判管理办公室", basis="", basis_en="",
        )  # fmt: skip
    _words_and_raters(index_set, by=by)
    check_index_set(index_set_id=index_set.pk, by=by, at=timezone.now())
    return publish_index_set(index_set_id=index_set.pk, by=by, at=timezone.now())


def _words_and_raters(index_set: IndexSet, *, by: User) -> None:
    anchors = [
        {"word": word, "word_en": word_en, "score": score, "text": text, "text_en": text_en}
        for score, (word, (word_en, text, text_en)) in zip(SCORES, MEANS.items(), strict=True)
    ]
    rated = index_set.indicators.get(code=RATED.code)
    drafts.set_anchors(
        index_set_id=index_set.pk, indicator_id=rated.pk, stamp=stamp_of(index_set), by=by,
        anchors=anchors,
    )  # fmt: skip
    groups = {kind: (Decimal(weight), int(most)) for kind, (weight, most) in GROUPS.items()}
    stamp = stamp_of(index_set)
    drafts.set_rater_groups(index_set_id=index_set.pk, stamp=stamp, by=by, groups=groups)


def _import_year(court: Unit) -> None:
    months: dict[str, dict[str, int]] = {f"2025-{month:02d}": {} for month in range(1, 13)}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "2025.xlsx"
        write_figures(path, court.name, DIVISION, dict.fromkeys(JUDGES.values(), months))
        call_command("import_figures", str(path), court=court.code, stdout=StringIO())


def _cycle(court: Unit, kind: str, *, by: User) -> Cycle:
    """Over the year of the figures, collecting."""
    start, end = date(2025, 1, 1), date(2026, 1, 1)
    cycle = open_cycle(court=court, kind=kind, start=start, end=end, by=by)
    return move_cycle(cycle_id=cycle.pk, to=Cycle.State.COLLECTING, by=by, at=timezone.now())


def _reviewed_year(court: Unit, *, by: User) -> Cycle:
    cycle = _cycle(court, Cycle.Kind.ANNUAL, by=by)
    for sheet in RatingSheet.objects.filter(cycle=cycle).select_related("rater__user"):
        rater, at = sheet.rater.user, timezone.now()
        save_rating(sheet_id=sheet.pk, answer=Answer({RATED.code: 0}, ""), by=rater, at=at)
        submit_rating(sheet_id=sheet.pk, by=rater, at=at)
    move_cycle(cycle_id=cycle.pk, to=Cycle.State.SCORING, by=by, at=timezone.now())
    assess_cycle(cycle_id=cycle.pk, by=by)
    return move_cycle(cycle_id=cycle.pk, to=Cycle.State.REVIEWING, by=by, at=timezone.now())


def _disputed(by: User) -> FigureSheet:
    sheet = FigureSheet.objects.filter(officer__user=by).order_by("-month")[0]
    return dispute_figures(
        sheet_id=sheet.pk, source_id=sheet.source_id, reason="登记有误", by=by, at=timezone.now()
    )


def _decided_in_part(cycle: Cycle, users: dict[str, User]) -> dict[str, Any]:
    taking_part = cycle.participants.select_related("result")
    who = {name: taking_part.get(officer__name=JUDGES[name]) for name in JUDGES}
    step = {"document": "纪要〔2026〕1号", "by": users["political"], "at": timezone.now()}
    adjustment = make_adjustment(
        participant_id=who["second"].pk, amount=Decimal("1.50"), reason="承担专项任务",
        decided_on=timezone.localdate(), **step,
    )  # fmt: skip
    exclusion = exclude_from_grade(participant_id=who["fourth"].pk, reason="absence", **step)
    propose(cycle_id=cycle.pk, by=users["appraiser"])
    grades = {name: GradeProposal.objects.get(participant=one) for name, one in who.items()}
    decide_as_proposed(cycle_id=cycle.pk, grade_ids=[grades["third"].pk], **step)
    return {
        "result": who["first"].result.pk,
        "adjusted": who["second"].result.pk,
        "adjustment": adjustment.pk,
        "exclusion": exclusion.pk,
        "undecided": grades["first"].pk,
        "decided": grades["third"].pk,
    }


def _weighed(published: IndexSet, users: dict[str, User], *, by: User) -> dict[str, Any]:
    """Two next versions: into one weights were taken, about the other an expert contradicts."""
    same = {"function": published.function, "staff_class": published.staff_class, "by": by}
    names = {"name": published.name, "name_en": published.name_en}
    done, draft = (
        drafts.copy_index_set(index_set_id=published.pk, **same, **names) for _version in range(2)
    )
    expert = _judged(done, users["third"], {}, by=by)
    submit_judgements(expert_id=expert.pk, by=users["third"], at=timezone.now())
    shown, at = stamp_of_study(study_of(done)), timezone.now()
    derivation = derive_weights(index_set_id=done.pk, shown=shown, by=by, at=at)
    circular = _judged(draft, users["first"], {"0-1": "9", "1-4": "9", "0-4": "1/9"}, by=by)
    return {
        "draft": draft.pk,
        "weighed": done.pk,
        "derivation": derivation.pk,
        "expert": circular.pk,
        "rated": draft.indicators.get(code=RATED.code).pk,
        "counted": draft.indicators.get(code=INDICATORS[0].code).pk,
    }


def _judged(index_set: IndexSet, user: User, but: dict[str, str], *, by: User) -> WeightExpert:
    """Everything is equally important to this expert, ``but`` for some pairs."""
    at = timezone.now()
    expert = invite_expert(index_set_id=index_set.pk, user_id=user.pk, by=by, at=at)
    pairs = (f"{one}-{other}" for one, other in combinations(range(len(INDICATORS)), 2))
    save_judgements(
        expert_id=expert.pk, node="", items=[wanted.area.value for wanted in INDICATORS],
        judgements=dict.fromkeys(pairs, "1") | but, seen="", by=user, at=at,
    )  # fmt: skip
    return expert


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
