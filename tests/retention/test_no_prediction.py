"""Nothing anywhere in retention says about one person how likely they are to leave.

Group figures, facts with their day, and case figures are what the board has. The only scores are
those of the two published questionnaires, which a person answers of their own free will and
reads oneself: they are named below, and whatever else speaks of a score or a risk fails.
"""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from retention.rules import caseload, causes, turnover

ROOT = Path(settings.BASE_DIR)
CODE = sorted((ROOT / "retention").rglob("*.py"))
PAGES = sorted((ROOT / "templates" / "retention").rglob("*.html"))
SELECTORS = ROOT / "appraisal" / "selectors"
READERS = [SELECTORS / "retention_caseload.py", SELECTORS / "revised_cases.py"]

# What would be said of a person: a number that foretells, ranks or rates them.
PREDICTS = re.compile(
    r"risk|probabilit|propensit|likelihood|likely|predict|forecast|turnover_of_officer|churn|"
    r"attrition|flight|risky|stay_index|rating_of_person|leaving_index|"
    r"风险|概率|可能性|预测|倾向|流失率预警|离职指数|评分|预警分",
    re.IGNORECASE,
)
SCORES = re.compile(r"(?:^|_|\b)scor(?:e|es|ed|ing)(?:$|_|\b)|得分|分值", re.IGNORECASE)
# The questionnaires' own scores, by the part of the name of the files that hold them: answered
# by the person, read by the person, never in appraisal, told of groups of five and more only.
SCREENING = ("screening", "pressure", "calls", "alert", "health_download", "migrations")
# Who says in words that there is no such thing.
DENIALS = (
    "no risk score",
    "never a person's prospects",
    "Nothing is predicted about a single person",
)


def is_screening(path: Path) -> bool:
    return any(part in str(path.relative_to(ROOT)) for part in SCREENING)


def names_and_texts(path: Path) -> list[str]:
    """Every name and every text of a module, with its docstrings and without comments."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Name):
            found.append(node.id)
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
        elif isinstance(node, ast.arg | ast.keyword):
            found.append(node.arg or "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return found


def without_denials(text: str) -> str:
    for denial in DENIALS:
        text = text.replace(denial, "")
    return text


@pytest.mark.parametrize("model", list(apps.get_app_config("retention").get_models()), ids=str)
def test_no_model_keeps_a_prediction_about_a_person(model):
    fields = [field for field in model._meta.get_fields() if hasattr(field, "verbose_name")]
    for field in fields:
        words = f"{field.name} {field.verbose_name} {getattr(field, 'help_text', '')}"
        assert not PREDICTS.search(words), f"{model.__name__}.{field.name}"
        if model.__name__ not in ("Screening", "ScreeningAlert", "PressureReport"):
            assert not SCORES.search(field.name), f"{model.__name__}.{field.name}"


@pytest.mark.parametrize("path", [*CODE, *READERS], ids=lambda path: path.stem)
def test_no_code_computes_or_names_one(path):
    if not path.exists():
        pytest.skip("not part of this mechanism any more")
    for text in names_and_texts(path):
        assert not PREDICTS.search(without_denials(text)), f"{path.name}: {text}"
        assert is_screening(path) or not SCORES.search(text), f"{path.name}: {text}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_page_shows_one(path):
    text = without_denials(path.read_text(encoding="utf-8"))
    assert not PREDICTS.search(text), path.name
    assert is_screening(path) or not SCORES.search(text), path.name


def test_the_catalogue_has_no_word_for_one():
    """What retention's own files say, in both languages of the shipped catalogue."""
    catalogue = (ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").read_text("utf-8")
    said = 0
    for entry in catalogue.split("\n\n"):
        places, words = places_and_words(entry)
        if "retention/" not in places or any(denial in words for denial in DENIALS):
            continue
        said += 1
        assert not PREDICTS.search(words), words
        assert any(part in places for part in SCREENING) or not SCORES.search(words), words
    assert said > 100


def places_and_words(entry: str) -> tuple[str, str]:
    """Where an entry of the catalogue is used, and its texts without the breaks of its lines."""
    lines = entry.splitlines()
    places = " ".join(line for line in lines if line.startswith("#:"))
    quoted = [re.search(r'"(.*)"', line) for line in lines if not line.startswith("#")]
    return places, "".join(found[1] for found in quoted if found)


def test_the_rules_of_the_board_take_groups_and_facts():
    """What the board computes has no parameter that describes one person's prospects."""
    for module in (caseload, causes, turnover):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        arguments = {arg.arg for one in functions for arg in one.args.args + one.args.kwonlyargs}
        assert not {"age", "sex", "birth", "screening", "answers"} & arguments


def test_a_word_that_foretells_would_be_found():
    for text in ("leaving_risk", "离职风险", "likelihood of leaving", "predicted", "流失概率"):
        assert PREDICTS.search(text)
    for text in ("score", "risk_score", "total_score", "得分"):
        assert SCORES.search(text)
    assert not SCORES.search("scored_by_nobody_knows"[:3])
