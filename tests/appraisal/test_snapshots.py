import zlib
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from appraisal.models import Figure, Measure, Result, RunSnapshot
from appraisal.rules.case_points import CASE_POINTS
from appraisal.rules.evidence import (
    NO_NOTES,
    Basis,
    Notes,
    fingerprint_of,
    inputs_from,
    verdict_of,
)
from appraisal.rules.periods import Aggregation
from appraisal.rules.rollup import RoutineResult
from appraisal.rules.scoring import Indicator, Kind, rating_key
from appraisal.selectors.results import result_shown
from appraisal.selectors.snapshots import (
    Provenance,
    UnreadableSnapshot,
    agrees,
    inputs_of,
    lines_of,
    opened_part,
    pack,
    read_of,
    unpack,
)
from tests.appraisal.cycle_cast import (
    MONTHS,
    assess,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_published_set,
    put,
)

D = Decimal
SOURCES = (
    Provenance(date(2026, 1, 28), "figures.xlsx", "workbook"),
    Provenance(date(2026, 2, 3), "", "correction"),
)


def rule(code, kind, top, bottom=(), weight="10", at_most="", **params):
    numbers = {name: D(value) for name, value in params.items()}
    return Indicator(code, kind, D(weight), tuple(top), tuple(bottom), numbers, at_most)


BASIS = Basis(
    function="civil",
    staff_class="head",
    months=tuple(MONTHS[:2]),
    indicators=(
        rule("rate", Kind.RATIO, ["closed"], ["new"], zero_at="0", full_at="0.82"),
        rule("points", Kind.COUNT, [CASE_POINTS], per_month="9.5"),
        rule("attitude", Kind.GRADED, []),
        rule("discipline", Kind.VETO, ["discipline"], weight="0", at_most="competent"),
        rule("handled", Kind.HEAD_SHARE, ["closed"]),
    ),
    aggregations={"closed": Aggregation.SUM, "new": Aggregation.FIRST, "grave": Aggregation.LAST},
    registers=frozenset({"discipline"}),
    derived={CASE_POINTS: (("closed", D("9")), ("grave", D("0.42")))},
    averages={"handled": D("12.345")},
    routine_share=D("40.0"),
)
# closed, discipline, grave, new: two months each; then the rating and the head's share.
NUMBERS = (True, True, 160000, 70000, -1, -1, -1, 30000, 200000, -1, 875000, 7000)
ROW = BASIS.layout.pack(*NUMBERS)
NOTES = Notes(
    {"attitude": [["peers", "60.00", 5, "87.5000", True]]},
    (RoutineResult(D("80.00"), 3, "2026-Q1"), RoutineResult(None, 0, "2026-Q2")),
)
ORIGINS = b"".join(number.to_bytes(4, "big") for number in (1, 2, 0, 0, 0, 1, 1, 0))


# -- bytes ------------------------------------------------------------------------------------


def test_measures_are_those_that_were_reported_in_the_order_of_their_codes():
    assert BASIS.measures == ("closed", "discipline", "grave", "new")
    assert BASIS.rated == ("attitude",)


def test_mean_needs_what_it_is_weighted_by():
    basis = Basis(
        "civil", "judge", tuple(MONTHS), (rule("days", Kind.DEDUCTION, ["days"], per_event="1"),),
        {"days": Aggregation.MEAN},
    )  # fmt: skip
    assert basis.measures == ("closed", "days")


def test_what_was_packed_is_what_is_opened():
    opened = unpack(pack(BASIS, [ROW, ROW], ORIGINS * 2, SOURCES, [NOTES, NO_NOTES]))

    assert opened.basis.content() == BASIS.content()
    assert opened.basis.digest == BASIS.digest
    assert (opened.rows, opened.origins) == ((ROW, ROW), (ORIGINS, ORIGINS))
    assert opened.notes == {0: NOTES}
    assert opened.sources == SOURCES


def test_row_says_what_was_read():
    inputs = inputs_from(BASIS, ROW, NOTES)

    assert inputs.months == tuple(MONTHS[:2])
    assert inputs.figures == {
        MONTHS[0]: {"closed": D(16), "new": D(20)},
        MONTHS[1]: {"closed": D(7), "grave": D(3)},
    }
    assert (inputs.ratings, inputs.head_share) == ({"attitude": D("87.5")}, D(70))
    lines = {line.code: line for line in inputs.lines()}
    assert lines["points"].value == "208.26"  # 9 × 23 + 0.42 × 3
    assert lines["attitude"].points == D("8.75")
    assert lines["handled"].formula.params["target"] == "17.283"
    assert lines["attitude"].inputs[0].measure == rating_key("attitude")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not packed at all",
        zlib.compress(b""),
        zlib.compress(b"\x02\x00\x00\x00\x02{}"),
        zlib.compress(b"\x01\x00\x00\x00\x02{}"),
        pack(BASIS, [ROW], ORIGINS[:-4], SOURCES, [NOTES]),
        pack(BASIS, [ROW[:-1]], ORIGINS, SOURCES, [NOTES]),
    ],
    ids=["empty", "no", "nothing", "newer", "no basis", "origins cut off", "row cut off"],
)
def test_damaged_snapshot_is_refused(content):
    with pytest.raises(UnreadableSnapshot):
        unpack(content)


def test_fingerprint_covers_rules_person_figures_notes_and_verdict():
    verdict = verdict_of(inputs_from(BASIS, ROW, NOTES)).written()
    same = fingerprint_of(BASIS, "key", ROW, NOTES.written(), verdict)
    other_basis = Basis(**{**vars_of(BASIS), "averages": {"handled": D("12.346")}})
    others = {
        fingerprint_of(other_basis, "key", ROW, NOTES.written(), verdict),
        fingerprint_of(BASIS, "yek", ROW, NOTES.written(), verdict),
        fingerprint_of(BASIS, "key", ROW[:-1] + b"\x01", NOTES.written(), verdict),
        fingerprint_of(BASIS, "key", ROW, b"", verdict),
        fingerprint_of(BASIS, "key", ROW, NOTES.written(), verdict[:-1] + b"\x01"),
    }

    assert same == fingerprint_of(unpack_basis(), "key", ROW, NOTES.written(), verdict)
    assert same not in others
    assert len(others) == 5


def vars_of(basis):
    return {name: getattr(basis, name) for name in basis.__dataclass_fields__}


def unpack_basis():
    return unpack(pack(BASIS, [ROW], ORIGINS, SOURCES, [NOTES])).basis


# -- of a computing ---------------------------------------------------------------------------


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def cycle(court, source):
    make_published_set(court)
    return make_cycle(court)


@pytest.fixture
def result(db, cycle, officer, source):
    make_figures(officer, source)
    assess(cycle)
    put(cycle, "reviewing")
    return Result.objects.select_related("participant__officer").get()


def test_result_is_explained_by_what_the_computing_read_not_by_what_came_later(result):
    before = lines_of(result)
    Figure.objects.filter(measure__code="closed").update(value=D(3))
    Measure.objects.filter(code="closed").update(aggregation="last")

    assert lines_of(result) == before
    assert agrees(result)
    assert inputs_of(result).figures[MONTHS[0]]["closed"] == D(16)


def test_each_figure_says_where_it_came_from(result):
    origins = read_of(result).origins

    assert origins[MONTHS[0], "closed"] == Provenance(date(2026, 1, 28), "figures.xlsx", "workbook")
    assert len(origins) == 10 * 10


def test_lines_of_a_result_take_one_query(result):
    with CaptureQueriesContext(connection) as queries:
        lines_of(result)
    assert len(queries) == 1


TAMPERED = {
    "points of a line": {"points": [2401, 1463, 1500, 1000, 2000, 1000]},
    "a total": {"total": D("99.99")},
    "base": {"base": D("93.64")},
    "a bonus": {"bonus": D("1.00")},
    "own": {"own": D("93.64")},
    "a routine result": {"routine": D("93.64")},
    "a veto": {"vetoes": ["cases_closed"]},
    "the fingerprint": {"fingerprint": "0" * 64},
    "the place": {"row": 1},
    "the part": {"part": 7},
}


@pytest.mark.parametrize("changes", TAMPERED.values(), ids=TAMPERED)
def test_result_changed_by_hand_no_longer_agrees(result, changes):
    assert agrees(result)
    Result.objects.update(**changes)
    result.refresh_from_db()

    assert not agrees(result)


def changed_snapshot(result, old, new):
    snapshot = RunSnapshot.objects.get()
    content = zlib.decompress(bytes(snapshot.content))
    assert old in content
    RunSnapshot.objects.update(content=zlib.compress(content.replace(old, new, 1)))


def test_snapshot_changed_by_hand_no_longer_agrees(result):
    # 18 new cases in January become 19, which moves no point; the fingerprint tells.
    changed_snapshot(result, (180000).to_bytes(8, "big"), (180001).to_bytes(8, "big"))

    assert verdict_of(inputs_of(result)).points == tuple(result.points)
    assert not agrees(result)


def test_result_without_snapshot_does_not_agree(result):
    RunSnapshot.objects.all().delete()

    assert not agrees(result)
    with pytest.raises(UnreadableSnapshot):
        opened_part(result.run_id, 0)
    assert result_shown(result).lines == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("what", ["points", "snapshot"])
def test_page_says_loudly_when_a_result_differs(client, result, officer_user, language, what):
    officer_user.language = language
    officer_user.save()
    client.force_login(officer_user)
    page = result.get_absolute_url()
    assert 'class="note note-error"' not in client.get(page).text

    if what == "points":
        Result.objects.update(points=[3000, 1463, 1500, 1000, 2000, 1000], total=D("99.63"))
    else:
        RunSnapshot.objects.update(content=b"gone")
    response = client.get(page)

    assert response.status_code == 200
    assert response.context["status_tone"] == "danger"
    assert 'class="note note-error" role="alert"' in response.text
    if language == "en":
        with translation.override("en"):
            assert "differs from what was computed" in response.text


def test_each_part_is_packed_under_its_own_basis(cycle, court, civil, source):
    make_judges(court, civil, source, 3)
    run = assess(cycle)

    opened = opened_part(run.pk, 0)
    assert (opened.basis.function, opened.basis.staff_class) == ("civil", "judge")
    assert len(opened.rows) == 3
    keys = [
        result.participant.officer.id_hash
        for result in Result.objects.order_by("row").select_related("participant__officer")
    ]
    assert keys == sorted(keys)
