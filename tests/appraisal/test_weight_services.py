from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appraisal.models import IndexSet, Indicator, PairwiseMatrix, WeightDerivation, WeightExpert
from appraisal.rules import weight_study as rules
from appraisal.rules.weights import SCALE, CannotWeigh, ahp, matrix_of, weights_so_far
from appraisal.selectors.weight_content import stamp_of_study
from appraisal.selectors.weights import comparisons_waiting, hierarchy_of, people_to_ask, study_of
from appraisal.services import weights as services
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from tests.appraisal.weight_cast import (
    AREAS,
    AT,
    CIRCULAR,
    EQUAL,
    ask,
    by_importance,
    judge,
    later,
    make_draft,
    make_indicator,
    save,
)
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def draft(court):
    return make_draft(court)


@pytest.fixture
def expert(draft, appraiser):
    return ask(draft, "expert", by=appraiser)


def submit(expert, *, by=None, at=AT):
    return services.submit_judgements(expert_id=expert.pk, by=by or expert.user, at=at)


def derive(draft, by, *, at=AT, shown=None):
    shown = stamp_of_study(study_of(draft)) if shown is None else shown
    return services.derive_weights(index_set_id=draft.pk, shown=shown, by=by, at=at)


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def weights_of(draft):
    return dict(draft.indicators.values_list("code", "weight"))


# -- asking -------------------------------------------------------------------------------------


def test_invite_expert_asks_and_tells_once(draft, appraiser):
    expert = ask(draft, "expert", by=appraiser)

    assert [(one.user, one.invited_by, one.submitted_at) for one in draft.experts.all()] == [
        (expert.user, appraiser, None)
    ]
    assert told(expert.user) == ["weights_asked"]
    assert Notice.objects.get().url == f"/appraisal/weights/{expert.pk}/"
    entry = Entry.objects.get(verb="weights.asked")
    assert (entry.actor, entry.detail) == (appraiser, {"account": expert.user.pk})


def test_invite_expert_refuses_whoever_was_asked_already(draft, expert, appraiser):
    with pytest.raises(services.CannotAsk, match="expert has been asked already"):
        ask(draft, "expert", by=appraiser)

    assert told(expert.user) == ["weights_asked"]


def test_invite_expert_refuses_who_can_not_judge_here(draft, appraiser, other_court):
    people = [
        make_user("elsewhere", court=other_court),
        make_user("closed", court=draft.court, is_active=False),
        make_user("system", "system"),
    ]
    for user in people:
        with pytest.raises(services.CannotAsk, match="Only people with an account of this court"):
            services.invite_expert(index_set_id=draft.pk, user_id=user.pk, by=appraiser, at=AT)

    assert not WeightExpert.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("state", ["checked", "published", "retired"])
def test_nobody_is_asked_and_nothing_judged_in_a_set_that_is_no_draft(
    state, draft, expert, appraiser
):
    judge(expert)
    published = AT if state in {"published", "retired"} else None
    IndexSet.objects.update(state="published" if published else state, published_at=published)
    IndexSet.objects.update(state=state)

    with pytest.raises(Conflict, match="is no draft"):
        ask(draft, "second", by=appraiser)
    with pytest.raises(Conflict, match="no draft any more"):
        save(expert, "", EQUAL(list(AREAS)))
    with pytest.raises(Conflict, match="no draft any more"):
        submit(expert)
    with pytest.raises(Conflict, match="is no draft"):
        services.reopen_judgements(expert_id=expert.pk, by=expert.user, at=AT)
    with pytest.raises(Conflict, match="is no draft"):
        services.withdraw_expert(expert_id=expert.pk, by=appraiser)
    with pytest.raises(Conflict, match="is no draft"):
        derive(draft, appraiser)
    assert set(weights_of(draft).values()) == {Decimal(5)}


def test_more_than_ten_items_can_not_be_compared(court, appraiser):
    draft = make_draft(court, {"quality": [f"q{n}" for n in range(11)], "effect": ["mediated"]})

    with pytest.raises(services.CannotAsk, match="Quality: 11 items .* at most 10"):
        ask(draft, "expert", by=appraiser)


def test_a_single_indicator_leaves_nothing_to_compare(court, appraiser):
    draft = make_draft(court, {"quality": ["revised"]})

    with pytest.raises(services.CannotAsk, match="nothing to compare"):
        ask(draft, "expert", by=appraiser)


def test_withdraw_expert_deletes_the_comparisons_and_tells(draft, expert, appraiser):
    judge(expert)

    services.withdraw_expert(expert_id=expert.pk, by=appraiser)

    assert not WeightExpert.objects.exists()
    assert not PairwiseMatrix.objects.exists()
    assert told(expert.user) == ["weights_asked", "weights_withdrawn"]
    assert Entry.objects.filter(verb="weights.withdrawn", actor=appraiser).count() == 1
    assert ask(draft, "expert", by=appraiser).pk != expert.pk
    assert told(expert.user) == ["weights_asked", "weights_withdrawn", "weights_asked"]


def test_people_to_ask_are_found_by_name_pinyin_and_account(draft, expert, officer, other_court):
    officer.user.name = officer.name
    officer.user.save()
    make_user("elsewhere", court=other_court, name="张海外")

    assert people_to_ask(draft, "海燕") == [officer.user]
    assert people_to_ask(draft, "zhanghai") == [officer.user]
    assert people_to_ask(draft, "ZHY") == [officer.user]
    assert people_to_ask(draft, "officer") == [officer.user]
    assert people_to_ask(draft, "海外") == []
    assert people_to_ask(draft, "expert") == []
    assert people_to_ask(draft, " ") == []


def test_what_is_gone_meanwhile_is_a_conflict(draft, expert, appraiser):
    services.withdraw_expert(expert_id=expert.pk, by=appraiser)

    with pytest.raises(Conflict, match="not asked for any more"):
        submit(expert)
    with pytest.raises(Conflict, match="not asked for any more"):
        services.withdraw_expert(expert_id=expert.pk, by=appraiser)
    draft.delete()
    with pytest.raises(Conflict, match="has been deleted"):
        services.invite_expert(index_set_id=10**6, user_id=expert.user_id, by=appraiser, at=AT)


# -- judging ------------------------------------------------------------------------------------


def test_hierarchy_leaves_out_bonuses_and_vetoes_and_single_indicators(draft):
    make_indicator(draft, "extra", "bonus", kind="bonus", weight=5)
    make_indicator(draft, "verdict", "conduct", kind="veto", weight=0)

    branches = hierarchy_of(draft).branches

    assert [(branch.node, branch.items) for branch in branches] == [
        ("", ("quantity", "quality", "effect")),
        ("quantity", ("closed", "long_pending")),
        ("quality", ("revised", "remanded", "appealed")),
    ]


def test_save_judgements_keeps_what_was_said_also_half(expert):
    save(expert, "quality", {"0-1": "3"})
    matrix = save(expert, "quality", {"0-1": "1/3", "1-2": "9"}, at=later(1))

    assert PairwiseMatrix.objects.count() == 1
    assert (matrix.items, matrix.judgements, matrix.changed_at) == (
        ["revised", "remanded", "appealed"],
        {"0-1": "1/3", "1-2": "9"},
        later(1),
    )


@pytest.mark.parametrize(
    ("judgements", "text"),
    [
        pytest.param({"0-1": "10"}, "Only the values of the scale", id="above the scale"),
        pytest.param({"0-1": "0"}, "Only the values of the scale", id="zero"),
        pytest.param({"0-1": "-3"}, "Only the values of the scale", id="negative"),
        pytest.param({"0-1": "2/4"}, "Only the values of the scale", id="another writing"),
        pytest.param({"0-1": "1.5"}, "Only the values of the scale", id="between"),
        pytest.param({"0-1": "nan"}, "Only the values of the scale", id="no number"),
        pytest.param({"0-3": "3"}, "does not exist", id="no such item"),
        pytest.param({"1-0": "3"}, "does not exist", id="lower triangle"),
        pytest.param({"0-0": "1"}, "does not exist", id="with itself"),
        pytest.param({"x": "1"}, "does not exist", id="no pair"),
        pytest.param({"٠-١": "1"}, "does not exist", id="other digits"),
    ],
)
def test_save_judgements_refuses_what_is_no_judgement(judgements, text, expert):
    with pytest.raises(services.CannotJudge, match=text):
        save(expert, "quality", judgements)

    assert not PairwiseMatrix.objects.exists()


def test_save_judgements_refuses_other_peoples(expert, appraiser, outsider):
    for person in (appraiser, outsider):
        with pytest.raises(services.CannotJudge, match="somebody else's"):
            save(expert, "quality", {"0-1": "3"}, by=person)
        with pytest.raises(services.CannotJudge, match="somebody else's"):
            submit(expert, by=person)


def test_save_judgements_refuses_what_another_window_has_changed(expert):
    first = save(expert, "quality", {"0-1": "3"})
    save(expert, "quality", {"0-1": "5"}, at=later(1))

    for seen in (first.changed_at.isoformat(), "", "nonsense"):
        with pytest.raises(Conflict, match="another window") as caught:
            save(expert, "quality", {"0-1": "9"}, seen=seen, at=later(2))
        assert caught.value.url == f"/appraisal/weights/{expert.pk}/?node=quality"

    assert expert.matrices.get().judgements == {"0-1": "5"}


@pytest.mark.parametrize("node", ["quality", "effect", "nowhere"])
def test_save_judgements_refuses_items_that_are_not_there_any_more(node, expert):
    with pytest.raises(Conflict, match="have been changed since"):
        services.save_judgements(
            expert_id=expert.pk,
            node=node,
            items=["revised", "remanded"],
            judgements={"0-1": "3"},
            seen="",
            by=expert.user,
            at=AT,
        )


def test_submit_judgements_hands_in_and_tells_once_all_have(draft, expert, appraiser):
    second = ask(draft, "second", by=appraiser)

    judge(expert)
    assert told(appraiser) == []
    judge(second, at=later(1))

    assert list(draft.experts.order_by("pk").values_list("submitted_at", flat=True)) == [
        AT,
        later(1),
    ]
    assert told(appraiser) == ["weights_complete"]
    assert [entry.actor for entry in Entry.objects.filter(verb="weights.submitted")] == [
        expert.user,
        second.user,
    ]


def test_submit_judgements_twice_is_refused(expert):
    judge(expert)

    with pytest.raises(services.CannotJudge, match="handed in already"):
        submit(expert, at=later(1))
    with pytest.raises(services.CannotJudge, match="handed in already"):
        save(expert, "", EQUAL(list(AREAS)), at=later(1))

    expert.refresh_from_db()
    assert expert.submitted_at == AT


def test_submit_judgements_names_what_is_missing(expert):
    save(expert, "", EQUAL(list(AREAS)))
    save(expert, "quantity", {"0-1": "1"})
    save(expert, "quality", {"0-1": "3"})

    with pytest.raises(services.CannotJudge, match="Quality: 2 of 3 pairs") as caught:
        submit(expert)

    assert caught.value.node == "quality"
    expert.refresh_from_db()
    assert expert.submitted_at is None


def test_submit_judgements_refuses_a_circle_and_says_what_the_others_imply(expert):
    save(expert, "", EQUAL(list(AREAS)))
    save(expert, "quantity", {"0-1": "1"})
    save(expert, "quality", CIRCULAR)

    with pytest.raises(services.CannotJudge) as caught:
        submit(expert)

    text = str(caught.value)
    assert text.startswith("Quality: the comparisons contradict each other (CR 2.76, ")
    assert "Think this over again:" in text
    assert "Your other judgements imply: “" in text
    assert caught.value.node == "quality"


def test_reopen_judgements_by_the_expert_until_weights_are_taken(draft, expert, appraiser):
    judge(expert)
    services.reopen_judgements(expert_id=expert.pk, by=expert.user, at=later(1))
    expert.refresh_from_db()
    assert expert.submitted_at is None
    assert told(expert.user) == ["weights_asked"]

    submit(expert, at=later(2))
    derive(draft, appraiser, at=later(3))
    with pytest.raises(services.CannotJudge, match="Weights have been taken"):
        services.reopen_judgements(expert_id=expert.pk, by=expert.user, at=later(4))

    services.reopen_judgements(expert_id=expert.pk, by=appraiser, at=later(5))
    assert told(expert.user) == ["weights_asked", "weights_reopened"]
    with pytest.raises(services.CannotJudge, match="not been handed in"):
        services.reopen_judgements(expert_id=expert.pk, by=appraiser, at=later(6))


def test_comparisons_waiting_are_open_ones_of_ones_own(draft, expert, appraiser):
    second = ask(draft, "second", by=appraiser)
    assert list(comparisons_waiting(expert.user)) == [expert]

    judge(expert)
    assert list(comparisons_waiting(expert.user)) == []

    IndexSet.objects.update(state="checked")
    assert list(comparisons_waiting(second.user)) == []


# -- a set that changes meanwhile ---------------------------------------------------------------


def test_changed_indicators_make_comparisons_stale_and_keep_what_fits(draft, expert, appraiser):
    judge(expert, by_importance({"revised": 6, "remanded": 3, "appealed": 1}))
    draft.indicators.get(code="remanded").delete()
    make_indicator(draft, "survey", "quality", position=3)

    state = study_of(draft).experts[0]
    node = state.node("quality")
    assert (state.is_finished, state.is_outdated, node.is_stale) == (False, True, True)
    assert node.branch.items == ("revised", "survey", "appealed")
    assert node.judgements == {(0, 2): Fraction(6)}
    with pytest.raises(services.CannotDerive, match="Not handed in: 1 of 1"):
        derive(draft, appraiser)

    save(expert, "quality", {"0-1": "2", "0-2": "6", "1-2": "3"}, at=later(1))
    expert.refresh_from_db()
    assert expert.submitted_at is None
    submit(expert, at=later(2))
    assert study_of(draft).experts[0].is_finished


def test_a_removed_indicator_asks_for_another_look(draft, expert):
    judge(expert)
    draft.indicators.get(code="remanded").delete()

    with pytest.raises(services.CannotJudge, match="there are other items now") as caught:
        submit(expert, at=later(1))
    assert caught.value.node == "quality"

    save(expert, "quality", {"0-1": "1"}, at=later(1))
    submit(expert, at=later(2))


def test_another_order_changes_no_judgement(draft, expert):
    judge(expert, by_importance({"revised": 6, "remanded": 3, "appealed": 1}))
    draft.indicators.filter(code="appealed").update(position=0)

    state = study_of(draft).experts[0]

    assert state.is_finished
    assert state.node("quality").branch.items == ("appealed", "revised", "remanded")
    assert state.node("quality").judgements == {
        (0, 1): Fraction(1, 6),
        (0, 2): Fraction(1, 3),
        (1, 2): Fraction(2),
    }


# -- taking the weights -------------------------------------------------------------------------


def test_derive_weights_sets_points_of_exactly_100_and_keeps_every_step(draft, appraiser):
    make_indicator(draft, "extra", "bonus", kind="bonus", weight=5)
    make_indicator(draft, "verdict", "conduct", kind="veto", weight=0)
    opinion = by_importance(
        {"quantity": 2, "quality": 4, "effect": 1, "revised": 4, "remanded": 2, "appealed": 1}
    )
    for number in range(3):
        judge(ask(draft, f"expert{number}", by=appraiser), opinion)

    derivation = derive(draft, appraiser)

    points = weights_of(draft)
    assert (points.pop("extra"), points.pop("verdict")) == (Decimal(5), Decimal(0))
    assert sum(points.values()) == Decimal(100)
    assert points == {
        "closed": Decimal("14.29"),
        "long_pending": Decimal("14.29"),
        "revised": Decimal("32.65"),
        "remanded": Decimal("16.33"),
        "appealed": Decimal("8.16"),
        "mediated": Decimal("14.28"),
    }
    content = derivation.content
    assert (derivation.number, derivation.made_by, derivation.made_at) == (1, appraiser, AT)
    assert content["experts"] == [expert.user_id for expert in draft.experts.order_by("pk")]
    assert [node["node"] for node in content["nodes"]] == ["", "quantity", "quality"]
    assert content["before"] == dict.fromkeys(points, "5.00")
    quality = content["nodes"][2]
    assert quality["items"] == ["revised", "remanded", "appealed"]
    assert [one["judgements"] for one in quality["experts"]] == [
        {"0-1": "2", "0-2": "4", "1-2": "2"}
    ] * 3
    assert quality["combined"] == {
        "0-1": "2.000000000000",
        "0-2": "4.000000000000",
        "1-2": "2.000000000000",
    }
    assert quality["cr"] == "0E-12"
    assert content["agreement"] == {"w": "1", "reason": ""}
    assert Entry.objects.get(verb="weights.derived").detail == {"derivation": 1, "experts": 3}


def test_derive_weights_again_is_the_next_derivation(draft, expert, appraiser):
    judge(expert)
    derive(draft, appraiser)
    judge(ask(draft, "second", by=appraiser), by_importance({"quality": 3}))
    derive(draft, appraiser, at=later(1))

    assert [
        (one.number, len(one.content["experts"])) for one in draft.derivations.order_by("number")
    ] == [(1, 1), (2, 2)]


def test_derive_weights_refuses_while_somebody_has_not_handed_in(draft, expert, appraiser):
    judge(expert)
    ask(draft, "second", by=appraiser)

    with pytest.raises(services.CannotDerive, match="Not handed in: 1 of 2 experts"):
        derive(draft, appraiser)

    assert set(weights_of(draft).values()) == {Decimal(5)}
    assert not WeightDerivation.objects.exists()


def test_derive_weights_refuses_what_is_in_the_set_already(draft, expert, appraiser):
    judge(expert)
    derive(draft, appraiser)

    with pytest.raises(services.CannotDerive, match="in the set already"):
        derive(draft, appraiser, at=later(1))
    draft.indicators.filter(code="closed").update(weight=7)
    derive(draft, appraiser, at=later(2))

    assert draft.derivations.count() == 2


def test_derive_weights_refuses_without_experts(draft, appraiser):
    with pytest.raises(services.CannotDerive, match="Nobody has been asked"):
        derive(draft, appraiser)


def test_derive_weights_refuses_a_contradictory_combination(draft, expert, appraiser):
    """The mean of consistent matrices is consistent; what was stored otherwise is refused."""
    judge(expert)
    expert.matrices.filter(node="quality").update(judgements=CIRCULAR)

    with pytest.raises(services.CannotDerive, match=r"Quality: taken together.*CR 2\.76"):
        derive(draft, appraiser)


def test_derive_weights_takes_only_what_was_shown(draft, expert, appraiser):
    judge(expert)
    shown = stamp_of_study(study_of(draft))
    draft.indicators.filter(code="closed").update(weight=7)

    with pytest.raises(Conflict, match="Something has changed"):
        derive(draft, appraiser, shown=shown)
    with pytest.raises(Conflict, match="Something has changed"):
        derive(draft, appraiser, shown="")

    assert not WeightDerivation.objects.exists()


def test_derive_weights_does_all_or_nothing(draft, expert, appraiser, monkeypatch):
    judge(expert)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(RuntimeError):
        derive(draft, appraiser)

    assert set(weights_of(draft).values()) == {Decimal(5)}
    assert not WeightDerivation.objects.exists()


def test_derivation_of_a_published_set_never_changes(draft, expert, appraiser):
    judge(expert)
    derive(draft, appraiser)
    IndexSet.objects.update(state="published", published_at=AT)

    with pytest.raises(DatabaseError, match="never|does not change"), transaction.atomic():
        WeightDerivation.objects.update(number=2)


# -- rules --------------------------------------------------------------------------------------

CONSISTENT = st.lists(st.sampled_from([1, 2, 4, 8]), min_size=2, max_size=6)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=5),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_experts_who_agree_derive_their_own_weights_and_exactly_100(sizes, experts, random):
    areas = {f"a{n}": [f"a{n}i{k}" for k in range(size)] for n, size in enumerate(sizes)}
    one = {}
    for branch in rules.branches_of(areas):
        values = [Fraction(random.choice([1, 2, 4, 8])) for _item in branch.items]
        ratios = {(i, j): values[i] / values[j] for i, j in branch.pairs}
        one[branch.node] = ratios

    found = rules.derived(areas, [one] * experts)
    alone = rules.derived(areas, [one])

    assert found.weights == alone.weights
    for node in found.nodes:
        own = ahp(matrix_of(one[node.branch.node], len(node.branch.items)))
        assert node.result == own
    assert sum(found.points.values()) == Decimal(100)
    assert abs(sum(found.weights.values()) - 1) < Decimal("1e-9")
    assert found.agreement.w in ({None} if experts == 1 else {None, Decimal(1)})


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(2, 6), st.data())
def test_whatever_experts_say_totals_exactly_100(size, data):
    areas = {"quality": [f"q{n}" for n in range(size)], "effect": ["e"]}
    branches = rules.branches_of(areas)
    said = st.fixed_dictionaries(
        {
            branch.node: st.fixed_dictionaries(
                {pair: st.sampled_from(SCALE) for pair in branch.pairs}
            )
            for branch in branches
        }
    )
    experts = data.draw(st.lists(said, min_size=1, max_size=3))

    found = rules.derived(areas, experts)

    assert sum(found.points.values()) == Decimal(100)
    assert min(found.points.values()) >= Decimal("0.01")
    assert rules.derived(areas, experts[::-1]).points == found.points


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 7), st.randoms(use_true_random=False), st.data())
def test_carried_judgements_turn_with_the_order(size, random, data):
    items = [f"i{n}" for n in range(size)]
    pairs = rules.Branch("", tuple(items)).pairs
    judgements = {pair: data.draw(st.sampled_from(SCALE)) for pair in pairs}
    shuffled = random.sample(items, size)

    there = rules.carried(shuffled, items, judgements)

    assert rules.carried(items, shuffled, there) == judgements
    kept = shuffled[: size - 1]
    assert set(rules.carried(kept, items, judgements)) == set(rules.Branch("", tuple(kept)).pairs)


def test_derived_refuses_what_can_not_be_derived():
    for areas, experts in (({}, [{}]), ({"a": ["x", "y"]}, []), ({"a": ["x", "y"]}, [{}])):
        with pytest.raises(CannotWeigh):
            rules.derived(areas, experts)


def test_derived_gives_a_single_indicator_everything():
    assert rules.derived({"a": ["x"]}, [{}]).points == {"x": Decimal(100)}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([1, 2, 4, 8]), min_size=2, max_size=7), st.data())
def test_weights_so_far_are_exact_from_any_consistent_way_of_pairs(values, data):
    """A way of pairs that joins all items says everything, when nothing contradicts it."""
    size, whole = len(values), Decimal(sum(values))
    judgements = {}
    for j in range(1, size):
        i = data.draw(st.integers(0, j - 1))
        judgements[i, j] = Fraction(values[i], values[j])

    found = weights_so_far(judgements, size)

    assert list(found) == pytest.approx([Decimal(v) / whole for v in values], abs=Decimal("1e-6"))


def test_weights_so_far_of_all_pairs_are_those_of_the_matrix():
    judgements = {(0, 1): Fraction(3), (0, 2): Fraction(5), (1, 2): Fraction(3)}

    assert weights_so_far(judgements, 3) == ahp(matrix_of(judgements, 3)).weights
    assert weights_so_far({(0, 1): Fraction(3)}, 3) is None
    assert weights_so_far({}, 2) is None
    assert weights_so_far({(0, 1): Fraction(3), (2, 3): Fraction(1)}, 4) is None


def test_parsed_refuses_what_is_not_written_by_us():
    assert rules.parsed({"0-10": "1/9"}) == {(0, 10): Fraction(1, 9)}
    for stored in ({"0": "1"}, {"0-x": "1"}, {"0-1": "11"}, {"0-1": "0.5"}):
        with pytest.raises(ValueError, match="no judgement"):
            rules.parsed(stored)


def test_every_indicator_weight_fits_the_column():
    assert Indicator._meta.get_field("weight").decimal_places == 2
