"""Every verb and every item of detail in the code has words, and none of it is personal."""

import ast
from pathlib import Path

from courtparty.audit.wording import DETAILS, VERBS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("courtparty", "cadres", "appraisal", "retention")
RECORDERS = {"record", "record_read", "record_many"}
# Personal data has no place in the log: it is kept longer than the data and read by others.
PERSONAL = {"name", "username", "email", "id_number", "phone", "birth", "address", "text", "old"}


def calls():
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _name(node.func) in RECORDERS:
                    yield path.relative_to(ROOT), node


def _name(function):
    return getattr(function, "id", getattr(function, "attr", ""))


def verbs_used():
    return {
        found.value
        for _path, call in calls()
        for found in ast.walk(call.args[0])
        if isinstance(found, ast.Constant) and isinstance(found.value, str) and "." in found.value
    }


def details_used():
    named = {keyword.arg for _path, call in calls() for keyword in call.keywords}
    return named - {None, "by", "on", "court"}


def test_every_verb_is_written_out_where_it_is_used():
    without = [
        f"{path}:{call.lineno}"
        for path, call in calls()
        if not any(isinstance(part, ast.Constant) for part in ast.walk(call.args[0]))
    ]

    assert without == []


def test_every_verb_used_has_words():
    assert verbs_used() - set(VERBS) == set()


def test_every_verb_with_words_is_used():
    assert set(VERBS) - verbs_used() == set()


def test_every_item_of_detail_has_words():
    assert details_used() - set(DETAILS) == set()


def test_no_item_of_detail_is_personal():
    assert (details_used() | set(DETAILS)) & PERSONAL == set()
