"""Invented people for tests. ID numbers use region 990101, which no place has."""

import itertools
from datetime import date

from cadres.models import Officer
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import PLATFORM_ROLES
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.dates import PartialDate
from courtparty.lib.people import pinyin_of

_serial = itertools.count(1)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def make_id_number(birth: date = date(1985, 6, 15), serial: int | None = None) -> str:
    number = next(_serial) if serial is None else serial
    # The order code has three digits: move on to another birthday when they are used up.
    birth = date.fromordinal(birth.toordinal() + number // 1000)
    body = f"990101{birth:%Y%m%d}{number % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def make_court(code: str = "slx", name: str = "示例县人民法院") -> Unit:
    return Unit.objects.add_root(
        {"kind": Unit.Kind.COURT, "code": code, "name": name, "name_en": f"{code} court"}
    )


def make_unit(
    parent: Unit, name: str, kind: str = Unit.Kind.DEPARTMENT, function: str = ""
) -> Unit:
    parent = Unit.objects.get(pk=parent.pk)
    if kind == Unit.Kind.DEPARTMENT and not function:
        function = Unit.Function.OTHER
    return Unit.objects.add_child(parent, {"kind": kind, "name": name, "function": function})


def make_user(username: str, role: str | None = None, unit: Unit | None = None, **fields) -> User:
    user = User(
        username=username,
        name=fields.pop("name", username),
        is_platform=role in PLATFORM_ROLES,
        court=fields.pop("court", None) or (unit and Unit.objects.get(path=unit.court_path)),
        **fields,
    )
    # Signing in is tested through force_login; hashing a password each time would cost seconds.
    user.set_unusable_password()
    user.save()
    if role:
        Grant.objects.create(user=user, role=role, unit=unit, starts_on=date(2026, 1, 1))
    return user


def make_officer(*, court: Unit, department: Unit, name: str = "张海燕", **fields) -> Officer:
    pinyin, initials = pinyin_of(name)
    id_number = fields.pop("id_number", None) or make_id_number()
    defaults = {
        "sex": Officer.Sex.FEMALE,
        "ethnicity": "汉族",
        "birth": PartialDate(1985, 6, 15),
        "phone": "19900000000",
        "title": "审判员",
        "category": Officer.Category.QUOTA_JUDGE,
        "work_since": PartialDate(2008, 7),
        "title_since": PartialDate(2015, 3),
        "party_status": Officer.PartyStatus.FULL,
        "party_joined": PartialDate(2006, 7, 1),
        "party_full_since": PartialDate(2007, 7, 1),
    }
    return Officer.objects.create(
        court=court,
        department=department,
        name=name,
        pinyin=pinyin,
        initials=initials,
        id_number=id_number,
        id_hash=keyed_hash(id_number, purpose="officer.id_number"),
        **defaults | fields,
    )
