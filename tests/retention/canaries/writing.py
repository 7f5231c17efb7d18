"""Answering the forms of all pages of retention: one text wherever text can be written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from tests.access import OWN
from tests.test_access import TABLE

TEXT = {"text", "search", "textarea"}
# How often what a form refuses is put right: by then nothing but the text is at fault.
TRIES = 3
# The record of the table is in no state for it; this one of the world is.
INSTEAD = {
    "retention:checkup_excuse": "due_checkup",
    "retention:checkup_finish": "due_checkup",
    "retention:checkup_move": "due_checkup",
    "retention:result_enter": "due_checkup",
    "retention:help_close": "case_asked",
    "retention:help_keep_open": "case_asked",
    "retention:interview_hold": "accepted_interview",
    "retention:setback_follow_up": "setback_helped",
    "retention:setback_recover": "setback_helped",
}
# Pages on which the officer is chosen first.
OF_OFFICER = {"retention:setback_raise", "retention:talk_plan", "retention:talk_record"}
# Pages with forms whose addresses can only be sent to, and who finds them there.
ALSO = [
    ("retention:leave_detail", "head"),
    ("retention:talk_detail", "branch_secretary"),
    ("retention:talk_detail", OWN),
]


@dataclass
class Form:
    """``inputs`` by their names: kind, value."""

    action: str
    inputs: dict[str, tuple[str, str]] = field(default_factory=dict)

    def answers(self, text: str) -> dict[str, Any]:
        return {name: _answer(kind, value, text) for name, (kind, value) in self.inputs.items()}


def _answer(kind: str, value: str, text: str) -> Any:
    if kind in TEXT:
        return text
    if kind == "file":
        return SimpleUploadedFile(f"{text}.pdf", b"%PDF-1.7 x", "application/pdf")
    empty = {"date": timezone.localdate().isoformat(), "number": "1"}
    return value or empty.get(kind, "")


class _Reader(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.inside, self.select = address, [], False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("method", "").lower() == "post"
            if self.inside:
                self.forms.append(Form(given.get("action") or self.address))
        elif self.inside and tag in ("input", "textarea", "select") and given.get("name"):
            self._input(tag, given)
        elif self.inside and tag == "option" and self.select and given.get("value"):
            kind, value = self.forms[-1].inputs[self.select]
            if not value or "selected" in given:
                self.forms[-1].inputs[self.select] = kind, given["value"]

    def _input(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag == "input" else tag
        self.select = given["name"] if tag == "select" else ""
        inputs = self.forms[-1].inputs
        if kind != "radio" or given["name"] not in inputs or "checked" in given:
            default = "on" if kind == "checkbox" else ""
            inputs[given["name"]] = kind, given.get("value", default)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def pages_with_forms() -> Iterator[tuple[str, str]]:
    """The name of each address that shows a form, and one of those who may send it."""
    for name, row in TABLE.items():
        if name.startswith("retention:") and row.get and row.post:
            yield name, next(one for one in row.get if one in row.post)
    yield from ALSO


def forms_on(world: SimpleNamespace, client: Client, name: str) -> Iterator[tuple[str, Form]]:
    """Each form of a page, with the name of the address it is sent to."""
    args = [getattr(world, INSTEAD[name]).pk] if name in INSTEAD else TABLE[name].args(world)
    address = reverse(name, args=args)
    if name in OF_OFFICER:
        address += f"?officer={world.officer.pk}"
    page, reader = client.get(address), _Reader(address)
    reader.feed(page.text if page.status_code == 200 else "")
    for form in reader.forms:
        kind = resolve(form.action.partition("?")[0]).view_name
        if kind.startswith("retention:"):
            yield kind, form


def ways(kind: str) -> list[dict[str, Any]]:
    """What more has to be answered so that a form is taken, once for each way to answer it."""
    today = timezone.localdate()
    next_year = today + timedelta(days=365)
    found: dict[str, list[dict[str, Any]]] = {
        "retention:help_measure_propose": [
            {"start": "", "last_day": "", "what": ""},
            {"kind": "flexible", "amount": "", "source_id": ""},
        ],
        "retention:pause_order": [{"start": next_year, "last_day": next_year}],
        "retention:rung_add": [{"quota_value": ""}],
        "retention:rung_change": [{"quota_value": ""}],
        "retention:talk_hold": [{"held_on": today - timedelta(days=1)}],
    }
    return found.get(kind, [{}])


def send(client: Client, form: Form, text: str, given: dict[str, Any]) -> Any:
    """The answer to ``form``, the fields it refuses left empty the next time."""
    answers = form.answers(text) | {name: one for name, one in given.items() if name in form.inputs}
    for _try in range(TRIES):
        response = client.post(form.action, answers)
        faulty = [name for name in _faulty(response) if answers.pop(name, None)]
        if not faulty:
            break
        for one in answers.values():
            if hasattr(one, "seek"):
                one.seek(0)
    return response


def _faulty(response: Any) -> Iterator[str]:
    form = response.context and response.context.get("form")
    if response.status_code != 302 and hasattr(form, "errors"):
        yield from (form.add_prefix(name) for name in form.errors if name != "__all__")
