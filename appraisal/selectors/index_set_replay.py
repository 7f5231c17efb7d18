"""The last closed cycle under another index set: computed from its snapshots, then shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from appraisal.models import IndexSet, Indicator, Participant, Result
from appraisal.rules import replay as rules
from appraisal.rules.replay import lines_under
from appraisal.rules.scoring import Indicator as Rule
from appraisal.rules.scoring import plain
from appraisal.rules.standing import Quartile
from appraisal.selectors.index_set_checks import last_closed_cycle
from appraisal.selectors.index_set_words import QUARTILES, WHYS
from appraisal.selectors.index_sets import rules_of
from appraisal.selectors.snapshots import Opened, UnreadableSnapshot, opened_part, read_of
from courtparty.accounts.models import User

# So many indicators are named for each person; the rest move the total less.
MOVES_KEPT = 5


def replay_of(index_set: IndexSet) -> dict[str, Any] | None:
    """The last closed cycle of the same court, function and staff class under ``index_set``.

    None when there is none, or while the set's rules are not complete. People are kept by number,
    never by name; their totals are those before any roll-up.
    """
    cycle = last_closed_cycle(index_set)
    if cycle is None:
        return None
    try:
        new_rules = rules_of([index_set.pk]).get(index_set.pk, ())
    except (KeyError, ValueError):
        return None
    results = _results(cycle.pk, index_set)
    replays, left_out = _replays(results, new_rules)
    if not replays or not new_rules:
        return None
    return {
        "cycle": cycle.name,
        "cycle_id": cycle.pk,
        "left_out": [rule.code for rule in new_rules if rule.code in left_out],
        **_summary(replays),
        "rows": _rows(replays),
    }


def _results(cycle_id: int, index_set: IndexSet) -> list[Result]:
    found = Result.objects.filter(
        participant__cycle=cycle_id,
        participant__function=index_set.function,
        participant__staff_class=index_set.staff_class,
        participant__excluded="",
        state=Result.State.COMPLETE,
    )
    return list(found.select_related("participant", "run").order_by("part", "row"))


def _replays(
    results: Sequence[Result], new_rules: Sequence[Rule]
) -> tuple[dict[int, rules.Replay], set[str]]:
    """By participant; whoever's snapshot can't be read any more is not among them."""
    replays: dict[int, rules.Replay] = {}
    left_out: set[str] = set()
    opened: dict[tuple[int, int], Opened] = {}
    for result in results:
        place = (result.run_id, result.part)
        try:
            if place not in opened:
                opened[place] = opened_part(*place)
            inputs = read_of(result, opened[place]).inputs
        except UnreadableSnapshot:
            continue
        new_lines = lines_under(new_rules, inputs)
        left_out |= set(rules.left_out_of(new_lines))
        replays[result.participant_id] = rules.replay_of(
            inputs.basis.indicators, inputs.lines(), new_rules, new_lines
        )
    return replays, left_out


def _summary(replays: Mapping[int, rules.Replay]) -> dict[str, Any]:
    changes = [one.change for one in replays.values() if one.change is not None]
    moved = [change for change in changes if change]
    shifts = rules.shifts_of(replays)
    return {
        "people": len(replays),
        "moved": len(moved),
        "up": sum(change > 0 for change in moved),
        "down": sum(change < 0 for change in moved),
        "greatest": plain(max((abs(change) for change in moved), default=Decimal(0))),
        "quartiles": sum(
            shift.old != shift.new
            for shift in shifts.values()
            if shift.old is not None and shift.new is not None
        ),
    }


def _rows(replays: Mapping[int, rules.Replay]) -> list[dict[str, Any]]:
    """Those who would move most first."""
    shifts = rules.shifts_of(replays)
    ordered = sorted(replays.items(), key=_greatest_first)
    return [
        {
            "participant": participant_id,
            "old": _text(one.old),
            "new": _text(one.new),
            "change": _text(one.change),
            "old_quartile": shifts[participant_id].old,
            "new_quartile": shifts[participant_id].new,
            "moves": [
                {"code": move.code, "old": plain(move.old), "new": plain(move.new), "why": move.why}
                for move in one.moves[:MOVES_KEPT]
            ],
        }
        for participant_id, one in ordered
    ]


def _greatest_first(item: tuple[int, rules.Replay]) -> tuple[Decimal, int]:
    participant_id, replay = item
    return -abs(replay.change or Decimal(0)), participant_id


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


# -- shown ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoveShown:
    indicator: str
    old: Decimal
    new: Decimal
    why: str

    @property
    def change(self) -> Decimal:
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """One person; ``name`` is '' for who may not see whose results these are."""

    name: str
    old: Decimal | None
    new: Decimal | None
    change: Decimal | None
    old_quartile: str
    new_quartile: str
    moves: list[MoveShown]


def replay_rows(replay: Mapping[str, Any], index_set: IndexSet, user: User) -> list[ReplayRow]:
    """The kept replay in the reader's words; names only of those whose results ``user`` sees."""
    people = [row["participant"] for row in replay["rows"]]
    names = _names(people, user)
    indicators = _indicator_names(people, index_set)
    return [_row(row, names, indicators) for row in replay["rows"]]


def _names(participant_ids: Iterable[int], user: User) -> dict[int, str]:
    seen = Result.objects.visible_to(user).filter(participant__in=list(participant_ids))
    rows = seen.values_list("participant_id", "participant__officer__name")
    return dict(rows)


def _indicator_names(participant_ids: Iterable[int], index_set: IndexSet) -> dict[str, str]:
    """Names of the indicators of the old sets and, before them, of the new one."""
    old = Participant.objects.filter(pk__in=list(participant_ids)).values("index_set")
    found = Indicator.objects.filter(index_set__in=old) | index_set.indicators.all()
    ordered = sorted(found, key=lambda one: one.index_set_id == index_set.pk)
    return {one.code: one.display_name for one in ordered}


def _row(
    row: Mapping[str, Any], names: Mapping[int, str], indicators: Mapping[str, str]
) -> ReplayRow:
    return ReplayRow(
        name=names.get(row["participant"], ""),
        old=_number(row["old"]),
        new=_number(row["new"]),
        change=_number(row["change"]),
        old_quartile=_quartile(row["old_quartile"]),
        new_quartile=_quartile(row["new_quartile"]),
        moves=[
            MoveShown(
                indicators.get(move["code"], move["code"]),
                Decimal(move["old"]),
                Decimal(move["new"]),
                str(WHYS[rules.Why(move["why"])]),
            )
            for move in row["moves"]
        ],
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _quartile(code: str | None) -> str:
    return str(QUARTILES[Quartile(code)]) if code else ""
