"""A civil division with its head, judges and assistants, who rate each other."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

from appraisal.models import Cycle, IndexSet, Indicator, Participant, RaterGroup, RatingSheet
from appraisal.selectors.ratings import words_of
from appraisal.services.ratings import Answer, draw_panels, save_rating, submit_rating
from cadres.models import Officer
from tests.factories import make_officer, make_user

AT = datetime(2026, 11, 9, 2, tzinfo=UTC)
UNTIL = date(2026, 11, 20)
# Best first, as the sets have them.
WORDS = [
    ("优秀", "excellent", "95"),
    ("良好", "good", "85"),
    ("一般", "fair", "70"),
    ("较差", "poor", "50"),
]
REMARK = "金丝雀备注"
Category = Officer.Category


def make_set(court, *, staff_class="support", groups=None, code="civil-support", **fields):
    index_set = IndexSet.objects.create(
        court=court,
        code=code,
        name=f"民事 {staff_class}",
        name_en=f"Civil {staff_class}",
        function="civil",
        staff_class=staff_class,
        **fields,
    )
    for position, (name, weight) in enumerate([("conduct", 15), ("diligence", 5)]):
        Indicator.objects.create(
            index_set=index_set,
            code=name,
            name={"conduct": "日常表现", "diligence": "勤勉程度"}[name],
            name_en=name.capitalize(),
            area="conduct",
            kind=Indicator.Kind.GRADED,
            weight=Decimal(weight),
            anchors=[
                {"word": word, "word_en": english, "score": score, "text": "", "text_en": ""}
                for word, english, score in WORDS
            ],
            source="民主测评",
            owner="政治部",
            certainty="U",
            position=position,
        )
    for kind, weight in (groups or {"self": 0, "head": 40, "served": 40, "peers": 20}).items():
        RaterGroup.objects.create(index_set=index_set, kind=kind, weight=Decimal(weight))
    return index_set


def make_cycle(court, **fields):
    defaults = {
        "code": "2026-annual",
        "name": "2026年度考核",
        "kind": Cycle.Kind.SPECIAL,
        "start": date(2026, 1, 1),
        "end": date(2026, 11, 1),
        "state": Cycle.State.COLLECTING,
        "collect_until": UNTIL,
        "opened_at": AT,
    }
    return Cycle.objects.create(court=court, **defaults | fields)


def take_part(cycle, officer, index_set, *, staff_class="support", **fields):
    return Participant.objects.create(
        cycle=cycle,
        officer=officer,
        department=officer.department,
        function=officer.department.function,
        category=officer.category,
        staff_class=staff_class,
        index_set=index_set,
        excluded=fields.pop("excluded", "" if index_set else "no_set"),
        **fields,
    )


def make_person(court, department, name, username, **fields):
    user = make_user(username, court=court, name=name) if username else None
    return make_officer(court=court, department=department, name=name, user=user, **fields)


def make_division(court, civil, *, assistants=2, judges=2, **set_fields):
    """Assistants rated by themselves, the head, the judges they serve, and each other."""
    index_set = make_set(court, **set_fields)
    cycle = make_cycle(court)
    head = make_person(court, civil, "庭长", "division.head")
    take_part(cycle, head, None, staff_class="head", head_share=Decimal(70))
    served = [make_person(court, civil, f"法官{n}", f"judge{n}") for n in range(judges)]
    for judge in served:
        take_part(cycle, judge, None, staff_class="judge")
    rated = [
        make_person(court, civil, f"助理{n}", f"assistant{n}", category=Category.JUDGE_ASSISTANT)
        for n in range(assistants)
    ]
    participants = [take_part(cycle, one, index_set) for one in rated]
    return SimpleNamespace(
        cycle=cycle,
        index_set=index_set,
        head=head,
        judges=served,
        assistants=rated,
        participants=participants,
    )


def draw(division, **fields):
    return draw_panels(**{"cycle": division.cycle, "by": None, "at": AT} | fields)


def sheet_of(rater, ratee, cycle=None):
    sheets = RatingSheet.objects.filter(rater=rater, ratee=ratee)
    return sheets.get(cycle=cycle) if cycle else sheets.get()


def rate(rater, ratee, place=0, *, comment="", **places):
    """Answer every question with the word at ``place`` and hand in."""
    sheet = sheet_of(rater, ratee)
    marks = dict.fromkeys(words_of(sheet), place) | places
    save_rating(sheet_id=sheet.pk, answer=Answer(marks, comment), by=rater.user, at=AT)
    return submit_rating(sheet_id=sheet.pk, by=rater.user, at=AT)


def rate_all(cycle, place_of=lambda sheet: 0, *, comment=""):
    """Everybody answers and hands in; ``place_of`` chooses the word for a sheet."""
    for sheet in RatingSheet.objects.filter(cycle=cycle, state="open").order_by("pk"):
        rate(sheet.rater, sheet.ratee, place_of(sheet), comment=comment)
