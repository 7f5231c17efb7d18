"""Staffing requests for tests, made with the services. All days lie before the fixed "now"."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cadres.models import StaffingRequest
from cadres.services import requests as services
from cadres.services.requests import PostAsked
from courtparty.accounts.models import Unit, User

DRAFTED, SENT = date(2026, 9, 10), date(2026, 9, 14)


def scan(name: str = "扫描件.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 scanned", content_type="application/pdf")


def draft(unit: Unit, *, by: User, posts: list[PostAsked] | None = None, **facts: Any):
    defaults = {
        "title": "关于增设专职党务岗位的请示",
        "addressee": "中共示例县委组织部",
        "reason": "我院尚无专职党务干部。\n党建工作责任难以落实到人。",
        "on": DRAFTED,
        "at": timezone.now(),
    }
    if posts is None:
        posts = [PostAsked(unit, "party_affairs_cadre")]
    return services.draft_request(unit=unit, posts=posts, by=by, **defaults | facts)


def send(staffing: StaffingRequest, *, by: User, **facts: Any) -> StaffingRequest:
    defaults = {"number": "示法党〔2026〕3号", "on": SENT}
    return step(services.send_request, staffing, by=by, **defaults | facts)


def step(service: Any, staffing: StaffingRequest, *, by: User, **facts: Any) -> StaffingRequest:
    defaults = {"on": timezone.localdate(), "at": timezone.now()}
    return service(request_id=staffing.pk, by=by, **defaults | facts)


def answer(
    staffing: StaffingRequest,
    granted: Mapping[int, int],
    *,
    by: User,
    on: date = date(2026, 10, 14),
    note: str = "",
    **document: Any,
) -> StaffingRequest:
    defaults = {
        "number": "组通〔2026〕12号",
        "issued_on": date(2026, 10, 12),
        "issuer": "示例县委组织部",
    }
    return services.answer_request(
        request_id=staffing.pk,
        granted=granted,
        document=defaults | document,
        on=on,
        note=note,
        by=by,
        at=timezone.now(),
    )
