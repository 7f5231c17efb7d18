"""The measurement at one size, in a process of its own whose settings point at the database."""

import http.client
import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from cadres.models import AllowanceRun, Officer  # noqa: E402
from courtparty.accounts.models import User  # noqa: E402
from retention.models import CheckUpCampaign  # noqa: E402
from tests.bench import data, server  # noqa: E402
from tests.services import chromium  # noqa: E402


def main(size: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    users = data.fill(size)
    pages = _pages(users)
    queries = {name: _queries(path, user) for name, (path, user) in pages.items()}
    asked = {name: (path, data.session_of(user)) for name, (path, user) in pages.items()}
    with server.running() as (port, worker):
        result = {
            "pages": _measure(port, asked, queries),
            "memory": server.peak_memory_mb(worker),
            "cold": _cold(port, *asked["officer list"]),
        }
    print(json.dumps(result))


def _pages(users: dict[str, User]) -> dict[str, tuple[str, User]]:
    someone = Officer.objects.order_by("-pk")[1]
    return {
        "bare": ("/bare/", users["political"]),
        "officer list": (reverse("cadres:officer_list"), users["political"]),
        "officer page": (reverse("cadres:officer_detail", args=[someone.pk]), users["political"]),
        "home": (reverse("home"), users["political"]),
        "establishment": (reverse("cadres:post_list"), users["political"]),
        "appointments": (reverse("cadres:appointment_list"), users["political"]),
        "allowance run": (
            reverse("cadres:run_detail", args=[AllowanceRun.objects.latest("month").pk]),
            users["political"],
        ),
        "my allowances": (reverse("cadres:my_allowances"), users["judge"]),
        "my records": (reverse("my_records"), users["judge"]),
        "entitlements": (reverse("retention:entitlement_list"), users["political"]),
        "my entitlements": (reverse("retention:my_entitlements"), users["judge"]),
        "check-ups": (
            reverse("retention:checkup_campaign", args=[CheckUpCampaign.objects.get().pk]),
            users["steward"],
        ),
        "figure list": (reverse("appraisal:figure_list"), users["political"]),
    }


def _queries(path: str, user: User) -> int:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return len(captured)


def _measure(port: int, asked: dict, queries: dict[str, int]) -> dict[str, dict]:
    took = server.timings(port, asked)
    measured = {}
    for name, (path, session) in asked.items():
        middle, late = server.mid_and_p95(took[name])
        kept_open = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        measured[name] = {
            "queries": queries[name],
            "median": middle,
            "p95": late,
            "per_second": server.requests_per_second(port, path, session),
            "bytes": len(server.fetch(kept_open, path, session)),
        }
    return measured


def _cold(port: int, path: str, session: str) -> dict | None:
    """What a browser with an empty cache asks for, and how much comes over the wire."""
    if not chromium():
        return None
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 – only where a browser is

    sizes: list[int] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = browser.new_context(locale="zh-CN")
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": f"http://127.0.0.1:{port}"}]
        )
        page = context.new_page()
        page.on("requestfinished", lambda request: sizes.append(_on_the_wire(request)))
        page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
        browser.close()
    return {"requests": len(sizes), "kilobytes": sum(sizes) / 1024}


def _on_the_wire(request) -> int:
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


if __name__ == "__main__":
    main(int(sys.argv[1]))
