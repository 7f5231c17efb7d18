"""What a check-up measures: units, what is possible at all, and what counts as usual.

One table. The limits of what is possible are ours: wide enough for any living adult, they catch
slips of the pen (certainty U). The reference ranges are defaults a court edits: S where a
published standard or guideline was seen on a secondary page, U where nobody has verified them;
the report's own range always counts more. Nothing here is a diagnosis.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MALE, FEMALE = "male", "female"


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends still count as usual; None where a range is open."""

    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Vital:
    """One value: its names, unit, decimal places, what is possible, and what is usual.

    ``usual`` is by sex, "" for both. ``certainty`` and ``source`` are those of ``usual``.
    """

    code: str
    name: str
    name_en: str
    unit: str
    places: int
    least: Decimal
    most: Decimal
    group: str
    usual: Mapping[str, Range]
    certainty: str
    source: str


def _range(low: str | None, high: str | None) -> Range:
    return Range(Decimal(low) if low else None, Decimal(high) if high else None)


def _both(low: str | None, high: str | None) -> dict[str, Range]:
    return {"": _range(low, high)}


def _by_sex(
    male: tuple[str | None, str | None], female: tuple[str | None, str | None]
) -> dict[str, Range]:
    return {MALE: _range(*male), FEMALE: _range(*female)}


def _vital(
    code: str, name: str, name_en: str, unit: str, places: int, bounds: tuple[str, str],
    group: str, usual: Mapping[str, Range], certainty: str = "U", source: str = "",
) -> Vital:  # fmt: skip
    least, most = (Decimal(bound) for bound in bounds)
    return Vital(code, name, name_en, unit, places, least, most, group, usual, certainty, source)


BODY, CIRCULATION, BLOOD, EYES = "body", "circulation", "blood", "eyes"
GROUPS = (BODY, CIRCULATION, BLOOD, EYES)
# The one value that is computed and never entered.
BMI = "bmi"
_HYPERTENSION = "中国高血压防治指南（2024年修订版）"
_LIPIDS = "中国血脂管理指南（2023年）"
_BODY_WEIGHT = "WS/T 428—2013"

_TABLE = (
    _vital("height", "身高", "Height", "cm", 1, ("100", "250"), BODY, {}),
    _vital("weight", "体重", "Weight", "kg", 1, ("25", "300"), BODY, {}),
    _vital(BMI, "体质指数", "Body mass index", "kg/m²", 1, ("8", "90"), BODY,
           _both("18.5", "23.9"), "S", _BODY_WEIGHT),
    _vital("waist", "腰围", "Waist", "cm", 1, ("40", "200"), BODY,
           _by_sex((None, "89.9"), (None, "84.9")), "S", _BODY_WEIGHT),
    _vital("systolic", "收缩压", "Systolic pressure", "mmHg", 0, ("50", "300"), CIRCULATION,
           _both("90", "139"), "S", _HYPERTENSION),
    _vital("diastolic", "舒张压", "Diastolic pressure", "mmHg", 0, ("20", "200"), CIRCULATION,
           _both("60", "89"), "S", _HYPERTENSION),
    _vital("pulse", "脉搏", "Pulse", "/min", 0, ("20", "250"), CIRCULATION,
           _both("60", "100"), "S"),
    _vital("hb", "血红蛋白", "Haemoglobin", "g/L", 0, ("20", "260"), BLOOD,
           _by_sex(("130", "175"), ("115", "150")), "S", "WS/T 405—2012"),
    _vital("wbc", "白细胞", "White blood cells", "10⁹/L", 1, ("0.1", "500"), BLOOD,
           _both("3.5", "9.5"), "S", "WS/T 405—2012"),
    _vital("platelets", "血小板", "Platelets", "10⁹/L", 0, ("1", "3000"), BLOOD,
           _both("125", "350"), "S", "WS/T 405—2012"),
    _vital("glucose", "空腹血糖", "Fasting glucose", "mmol/L", 1, ("0.5", "60"), BLOOD,
           _both("3.9", "6.1"), "S"),
    _vital("hba1c", "糖化血红蛋白", "HbA1c", "%", 1, ("2", "25"), BLOOD, _both("4.0", "6.0"), "U"),
    _vital("cholesterol", "总胆固醇", "Total cholesterol", "mmol/L", 2, ("0.5", "30"), BLOOD,
           _both(None, "5.19"), "S", _LIPIDS),
    _vital("triglycerides", "甘油三酯", "Triglycerides", "mmol/L", 2, ("0.1", "60"), BLOOD,
           _both(None, "1.69"), "S", _LIPIDS),
    _vital("ldl", "低密度脂蛋白胆固醇", "LDL cholesterol", "mmol/L", 2, ("0.1", "25"), BLOOD,
           _both(None, "3.39"), "S", _LIPIDS),
    _vital("hdl", "高密度脂蛋白胆固醇", "HDL cholesterol", "mmol/L", 2, ("0.1", "6"), BLOOD,
           _both("1.00", None), "S", _LIPIDS),
    _vital("alt", "丙氨酸氨基转移酶", "ALT", "U/L", 0, ("1", "20000"), BLOOD,
           _by_sex(("9", "50"), ("7", "40")), "S", "WS/T 404.1—2012"),
    _vital("ast", "天门冬氨酸氨基转移酶", "AST", "U/L", 0, ("1", "20000"), BLOOD,
           _by_sex(("15", "40"), ("13", "35")), "S", "WS/T 404.1—2012"),
    _vital("creatinine", "肌酐", "Creatinine", "µmol/L", 0, ("5", "3000"), BLOOD,
           _by_sex(("57", "97"), ("41", "73")), "S", "WS/T 404.5—2015（20～59 岁）"),
    _vital("uric_acid", "尿酸", "Uric acid", "µmol/L", 0, ("20", "2000"), BLOOD,
           _by_sex(("208", "428"), ("155", "357")), "U"),
    _vital("vision_left", "左眼视力", "Vision, left eye", "", 1, ("3.0", "5.3"), EYES,
           _both("5.0", None), "S", "GB 11533—2011"),
    _vital("vision_right", "右眼视力", "Vision, right eye", "", 1, ("3.0", "5.3"), EYES,
           _both("5.0", None), "S", "GB 11533—2011"),
)  # fmt: skip
VITALS: dict[str, Vital] = {vital.code: vital for vital in _TABLE}
ENTERED = tuple(code for code in VITALS if code != BMI)

Values = Mapping[str, Decimal]


def read_value(code: str, text: str) -> Decimal:
    """A value as typed, rounded to its places; ValueError where it is no plain number."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"not a number: {text!r}") from None
    if not value.is_finite():
        raise ValueError(f"not a number: {text!r}")
    if abs(value) > 10**6:
        raise ValueError(f"too large: {text!r}")
    return value.quantize(Decimal(1).scaleb(-VITALS[code].places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why values can't be what was measured; ``code`` names the field, ``kind`` the reason."""

    code: str
    kind: str


def faults_of(values: Values) -> Iterator[Fault]:
    """Values no body has: outside the limits, or systolic pressure not above diastolic."""
    for code, value in values.items():
        vital = VITALS[code]
        if not vital.least <= value <= vital.most:
            yield Fault(code, "bounds")
    systolic, diastolic = values.get("systolic"), values.get("diastolic")
    if (systolic is None) != (diastolic is None):
        yield Fault("diastolic" if diastolic is None else "systolic", "pair")
    elif systolic is not None and diastolic is not None and systolic <= diastolic:
        yield Fault("systolic", "pressures")
    index = body_mass_index(values)
    if index is not None and not VITALS[BMI].least <= index <= VITALS[BMI].most:
        yield Fault("weight", "index")


def body_mass_index(values: Values) -> Decimal | None:
    """Weight in kilograms over the square of height in metres, to one place (WS/T 428)."""
    height, weight = values.get("height"), values.get("weight")
    if not height or not weight:
        return None
    metres = height / 100
    return (weight / (metres * metres)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def with_index(values: Values) -> dict[str, Decimal]:
    """The values with the computed index among them, in the order of the table."""
    index = body_mass_index(values)
    known = {**values, BMI: index} if index is not None else dict(values)
    return {code: known[code] for code in VITALS if code in known}


Ranges = Mapping[tuple[str, str], Range]


def usual_range(code: str, sex: str, own: Ranges) -> Range:
    """The court's own range for this sex or for both, else the table's, else an open one."""
    shipped = VITALS[code].usual
    for found in (own.get((code, sex)), own.get((code, "")), shipped.get(sex), shipped.get("")):
        if found is not None:
            return found
    return Range()


def place_of(value: Decimal, usual: Range) -> str:
    """'low', 'high' or 'usual'; '' where there is nothing to compare with."""
    if usual.low is None and usual.high is None:
        return ""
    if usual.low is not None and value < usual.low:
        return "low"
    if usual.high is not None and value > usual.high:
        return "high"
    return "usual"
