"""A court of a given size in an empty database: officers, figures and the people who look."""

from datetime import date

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from appraisal.models import FigureImport, Measure
from appraisal.services.figures import seed_measures
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.roles import Role
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.people import pinyin_of
from tests.bench import concerns, posts
from tests.factories import make_court, make_id_number, make_unit, make_user

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英海燕文博志红玉梅"
DEPARTMENTS = [
    ("立案庭", Unit.Function.CASE_FILING),
    ("刑事审判庭", Unit.Function.CRIMINAL),
    ("民事审判第一庭", Unit.Function.CIVIL),
    ("民事审判第二庭", Unit.Function.CIVIL),
    ("行政审判庭", Unit.Function.ADMINISTRATIVE),
    ("执行局", Unit.Function.ENFORCEMENT),
    ("政治部", Unit.Function.POLITICAL),
    ("综合办公室", Unit.Function.GENERAL_OFFICE),
]
CATEGORIES = [
    Officer.Category.QUOTA_JUDGE,
    Officer.Category.JUDGE_ASSISTANT,
    Officer.Category.CLERK,
    Officer.Category.ADMINISTRATIVE,
]


def fill(size: int) -> dict[str, User]:
    """``size`` officers of one court, ten months of figures for its judges, three users to look."""
    court = make_court(code="bench", name="示例县人民法院")
    departments = [make_unit(court, name, function=function) for name, function in DEPARTMENTS]
    org = make_unit(court, "中共示例县人民法院总支部委员会", kind=Unit.Kind.GENERAL_BRANCH)
    branches = [make_unit(org, f"第{n}党支部", kind=Unit.Kind.BRANCH) for n in range(1, 7)]
    officers = [_officer(n, court, departments, branches) for n in range(size)]
    Officer.objects.bulk_create(officers, batch_size=2000)
    political = make_user("political", Role.POLITICAL, court)
    # Who came last holds a post today and is paid for it, at any size.
    judge = Officer.objects.filter(category=Officer.Category.QUOTA_JUDGE).order_by("-pk")[0]
    judge.user = make_user("judge", court=court)
    judge.save(update_fields=["user"])
    _figures(court, political)
    posts.fill(court, org, make_user("cadre", Role.PARTY_AFFAIRS, court))
    concerns.fill(court, list(Officer.objects.order_by("pk")), on=timezone.localdate())
    steward = make_user("steward", Role.STEWARD, court)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"political": political, "judge": judge.user, "steward": steward}


def _officer(n: int, court: Unit, departments: list[Unit], branches: list[Unit]) -> Officer:
    name = FAMILY[n % len(FAMILY)] + GIVEN[n // 7 % len(GIVEN)] + GIVEN[n // 31 % len(GIVEN)]
    pinyin, initials = pinyin_of(name)
    id_number = make_id_number(date(1970, 1, 1), n)
    return Officer(
        court=court,
        department=departments[n % len(departments)],
        branch=branches[n % len(branches)],
        name=name,
        pinyin=pinyin,
        initials=initials,
        sex=Officer.Sex.MALE if n % 2 else Officer.Sex.FEMALE,
        ethnicity="汉族",
        id_number=id_number,
        id_hash=keyed_hash(id_number, purpose="officer.id_number"),
        phone="19900000000",
        title="审判员",
        judge_rank="三级法官",
        category=CATEGORIES[n % len(CATEGORIES)],
        party_status=Officer.PartyStatus.FULL,
        list_order=n + 1,
    )


def _figures(court: Unit, by: User) -> None:
    """Written by set-based SQL: what is measured is reading, not this."""
    seed_measures()
    source = FigureImport.objects.create(
        court=court,
        file_name="figures.xlsx",
        state=FigureImport.State.IMPORTED,
        created_by=by,
        created_at=timezone.now(),
        imported_at=timezone.now(),
    )
    judges = "SELECT id FROM cadres_officer WHERE category = 'quota_judge'"
    months = "generate_series(date '2026-01-01', date '2026-10-01', interval '1 month') AS m(month)"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO appraisal_figure (officer_id, measure_id, month, value, as_of, source_id) "
            f"SELECT o.id, k.id, m.month, (o.id + k.id) %% 40, m.month::date + 27, %s "
            f"FROM ({judges}) o, appraisal_measure k, {months} "
            "WHERE k.id IN (SELECT id FROM appraisal_measure ORDER BY position LIMIT 6)",
            [source.pk],
        )
        cursor.execute(
            "INSERT INTO appraisal_figuresheet "
            "(key, officer_id, month, state, reason, decided_at, source_id) "
            f"SELECT gen_random_uuid(), o.id, m.month, 'to_confirm', '', NULL, %s "
            f"FROM ({judges}) o, {months}",
            [source.pk],
        )
    assert Measure.objects.exists()


def session_of(user: User) -> str:
    """A signed-in session's key, without the time that hashing a password takes."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "courtparty.accounts.backends.AccountBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
