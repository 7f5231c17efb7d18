"""A canary in every encrypted field and kept file of retention.

A canary names its class: ``Model.field``, with ``!`` behind it for a file. A class with a word
behind a colon is the same field of those records that fewer people, or others, may read.
"""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import models

from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedTextField
from retention.models import (
    AssignmentPause,
    Award,
    BreakGlass,
    CheckUp,
    ExitInterview,
    LeaveRequest,
    Screening,
    Talk,
)
from retention.rules.screening_items import QUESTIONNAIRES
from retention.selectors.screening_words import ADVICE, BANDS

# Numbers from 0 to 4 in order can carry no mark. They are shown on one page, where the score is.
UNMARKED = {"Screening.answers"}
# Where there is a number and no text, the number is the canary.
NUMBERS = {
    "CheckUpResult.vitals": "23.47",
    "ResultChange.before:vitals": "21.83",
    "HealthEntry.vitals": "22.61",
    "Screening.score": "86411",
    "Screening.score:unshared": "86423",
}


def encrypted_fields() -> list[models.Field]:
    found = [
        field
        for model in apps.get_app_config("retention").get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]
    return sorted(found, key=class_of)


def kept_files() -> list[models.Field]:
    return [
        field
        for model in apps.get_app_config("retention").get_models()
        for field in model._meta.local_fields
        if field.related_model is StoredFile
    ]


def is_personal(field: models.Field) -> bool:
    """Kept files but the workbooks of imports, which pages read: those stay as they are."""
    return not class_of(field).endswith("Import.file")


def class_of(field: models.Field) -> str:
    return f"{field.model.__name__}.{field.name}"


CLASSES: list[str] = []


def canary(name: str) -> str:
    """A text that names its class by a number, so that it is found when it is cut or quoted."""
    if name not in CLASSES:
        CLASSES.append(name)
    return f"金丝雀cnry{CLASSES.index(name):03d}x"


def canaries_in(text: str) -> set[str]:
    found = {CLASSES[int(one)] for one in re.findall(r"cnry(\d{3})x", text)}
    return found | {
        name
        for name, number in NUMBERS.items()
        if number in text and re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", text)
    }


def plant(world: SimpleNamespace) -> set[str]:
    """Put a canary into every field of every row, then finer ones. The classes that have one."""
    _widen_questionnaires()
    names: dict[tuple[models.Model, str], str] = {}
    for name, row, field in [*_everywhere(), *_finer(world)]:
        setattr(row, field, _value(row, field, name))
        row.save(update_fields=[field])
        names[row, field] = name
    return set(names.values()) | set(NUMBERS) | set(_plant_files())


def _everywhere() -> Iterator[tuple[str, models.Model, str]]:
    for field in encrypted_fields():
        if class_of(field) in UNMARKED:
            continue
        rows = field.model._base_manager.all()
        if field.model is CheckUp:
            rows = rows.filter(state="excused")
        if field.model is Award:
            rows = rows.exclude(revoked_on=None)
        for row in rows:
            yield class_of(field), row, field.name


def _plant_files() -> Iterator[str]:
    for field in filter(is_personal, kept_files()):
        name = f"{class_of(field)}!"
        rows = field.model._base_manager.exclude(**{field.name: None}).select_related(field.name)
        for row in rows:
            file = getattr(row, field.name)
            file.seal(canary(name).encode())
            file.save(update_fields=["sealed"])
            yield name


def _value(row: models.Model, field: str, name: str) -> Any:
    text = canary(name)
    match name.partition(":")[0]:
        case "CheckUpResult.vitals" | "HealthEntry.vitals":
            return {"cholesterol": NUMBERS[name]}
        case "ResultChange.before":
            number = NUMBERS["ResultChange.before:vitals"]
            return {
                "vitals": {"cholesterol": number}, "findings": text, "advice": text,
                "recheck_on": None,
            }  # fmt: skip
        case "Screening.score":
            return int(NUMBERS[name])
        case "Screening.band":
            for instrument in QUESTIONNAIRES:
                BANDS[instrument, text] = text  # type: ignore[index]
                ADVICE[instrument, text] = [text]  # type: ignore[index]
        case "ExitInterview.answers":
            return {"main": text, "causes": [text], "would_return": "no"}
        case "AchievementImport.report" | "ReceivedImport.report":
            report = (getattr(row, field) or {"faults": []}) | {"unknown": [[text] * 3]}
            for one in [*report.get("rows", []), *report["faults"]]:
                one.update({"title": text} if "title" in one else {"params": {"name": text}})
            return report
    return text


def _finer(world: SimpleNamespace) -> Iterator[tuple[str, models.Model, str]]:
    for one in Screening.objects.filter(shares_with_steward=False):
        yield "Screening.band:unshared", one, "band"
        yield "Screening.score:unshared", one, "score"
    for one in ExitInterview.objects.filter(is_summary_allowed=True):
        for field in ("text", "summary", "answers"):
            yield f"ExitInterview.{field}:allowed", one, field
    for one in BreakGlass.objects.select_related("asked_by"):
        yield f"BreakGlass.reason:{one.asked_by.username}", one, "reason"
        yield f"BreakGlass.answer:{one.asked_by.username}", one, "answer"
    for one in Talk.objects.filter(holder=world.cast("president")):
        yield "Talk.shared_note:president", one, "shared_note"
        yield "Talk.own_word:president", one, "own_word"
        yield "PrivateNote.private_note:president", one.private_notes.get(), "private_note"
        yield "TalkFollowUp.text:president", one.shared_follow_up.get(), "text"
    yield "HardshipCase.story:draft", world.case_draft, "story"
    yield "HardshipCase.story:recommended", world.case_recommended, "story"
    yield "HardshipCase.story:verifying", world.case_verifying, "story"
    yield "HardshipCase.story:orphan", world.case_orphan, "story"
    for one in LeaveRequest.objects.exclude(kind="sick"):
        yield f"LeaveRequest.reason:{one.kind}", one, "reason"
    for one in AssignmentPause.objects.exclude(officer=world.officer):
        yield "AssignmentPause.reason:another", one, "reason"
        yield "AssignmentPause.end_reason:another", one, "end_reason"
    for one in AssignmentPause.objects.filter(basis="sickness"):
        yield "AssignmentPause.reason:sickness", one, "reason"


@contextmanager
def own_words() -> Iterator[None]:
    """What ``plant`` adds to the words of the questionnaires is taken out again."""
    kept = [(table, dict(table)) for table in (QUESTIONNAIRES, BANDS, ADVICE)]
    yield
    for table, before in kept:
        table.clear()
        table.update(before)  # type: ignore[arg-type]


def _widen_questionnaires() -> None:
    """So that a score no person could have is still in a band. ``own_words`` undoes it."""
    for code, one in QUESTIONNAIRES.items():
        *bands, last = one.bands
        widened = (*bands, dataclasses.replace(last, high=10**6))
        QUESTIONNAIRES[code] = dataclasses.replace(one, bands=widened)
