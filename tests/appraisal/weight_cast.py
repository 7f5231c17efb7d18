"""A draft index set to compare in pairs, and experts who know what they think."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from appraisal.models import IndexSet, Indicator
from appraisal.rules.weights import SCALE
from appraisal.selectors.weights import hierarchy_of
from appraisal.services.weights import invite_expert, save_judgements, submit_judgements
from courtparty.accounts.models import User
from tests.factories import make_user

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)

# Three areas: two have several indicators, one has a single one.
AREAS = {
    "quantity": ["closed", "long_pending"],
    "quality": ["revised", "remanded", "appealed"],
    "effect": ["mediated"],
}


def make_draft(court, areas=AREAS, **fields) -> IndexSet:
    defaults = {
        "code": "civil-judge",
        "name": "民事法官",
        "name_en": "Civil judges",
        "function": "civil",
        "staff_class": "judge",
    }
    index_set = IndexSet.objects.create(court=court, **defaults | fields)
    codes = [(area, code) for area, those in areas.items() for code in those]
    for position, (area, code) in enumerate(codes, start=1):
        make_indicator(index_set, code, area, position=position)
    return index_set


def make_indicator(index_set, code, area, **fields) -> Indicator:
    defaults = {
        "name": f"指标{code}",
        "name_en": f"Indicator {code}",
        "kind": Indicator.Kind.YES_NO,
        "weight": Decimal("5"),
        "certainty": "U",
    }
    return Indicator.objects.create(index_set=index_set, code=code, area=area, **defaults | fields)


def ask(index_set, name, *, by, **fields):
    user = User.objects.filter(username=name).first() or make_user(
        name, court=index_set.court, **fields
    )
    return invite_expert(index_set_id=index_set.pk, user_id=user.pk, by=by, at=AT)


def nearest(ratio: Fraction) -> Fraction:
    return min(SCALE, key=lambda value: max(value / ratio, ratio / value))


def by_importance(importance):
    """Judgements of somebody to whom items are as important as ``importance`` says."""
    return lambda items: {
        f"{i}-{j}": str(nearest(Fraction(importance.get(a, 1)) / Fraction(importance.get(b, 1))))
        for i, a in enumerate(items)
        for j, b in enumerate(items)
        if i < j
    }


EQUAL = by_importance({})
CIRCULAR = {"0-1": "5", "0-2": "1/5", "1-2": "5"}


def save(expert, node, judgements, *, at=AT, seen=None, items=None, by=None):
    branch = hierarchy_of(expert.index_set).branch(node)
    matrix = expert.matrices.filter(node=node).first()
    known = matrix.changed_at.isoformat() if matrix else ""
    return save_judgements(
        expert_id=expert.pk,
        node=node,
        items=list(branch.items) if items is None else items,
        judgements=judgements,
        seen=known if seen is None else seen,
        by=by or expert.user,
        at=at,
    )


def judge(expert, opinion=EQUAL, *, at=AT):
    """Compare everything and hand it in."""
    for branch in hierarchy_of(expert.index_set).branches:
        save(expert, branch.node, opinion(branch.items), at=at)
    return submit_judgements(expert_id=expert.pk, by=expert.user, at=at)


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)
