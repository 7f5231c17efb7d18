"""Several windows at the same moment, on a database that lets them be."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connections

from appraisal.models import PairwiseMatrix, WeightDerivation, WeightExpert
from appraisal.selectors.index_sets import stamp_of
from appraisal.selectors.weight_content import stamp_of_study
from appraisal.selectors.weights import study_of
from appraisal.services import weights as services
from appraisal.services.index_set_drafts import remove_indicator
from courtparty.notices.models import Notice
from tests.appraisal.weight_cast import AT, EQUAL, ask, judge, later, make_draft, save
from tests.factories import make_user

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

CLIENTS = 8


def at_once(action) -> Counter:
    """``action`` by eight at a time, each with an own number: how often it came to what."""
    together, outcomes = Barrier(CLIENTS), [""] * CLIENTS

    def run(place):
        together.wait()
        try:
            action(place)
            outcomes[place] = "done"
        except Exception as error:
            outcomes[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[place]) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


@pytest.fixture
def draft(court):
    return make_draft(court)


def test_somebody_is_asked_once(draft, appraiser):
    user = make_user("expert", court=draft.court)

    found = at_once(
        lambda place: services.invite_expert(
            index_set_id=draft.pk, user_id=user.pk, by=appraiser, at=later(place)
        )
    )

    assert found == {"done": 1, "CannotAsk": 7}
    assert WeightExpert.objects.count() == 1
    assert Notice.objects.count() == 1


def test_one_of_eight_windows_saves_its_judgements(draft, appraiser):
    expert = ask(draft, "expert", by=appraiser)
    said = [str(number + 2) for number in range(CLIENTS)]

    first = at_once(
        lambda place: save(expert, "quality", {"0-1": said[place]}, seen="", at=later(place))
    )
    seen = PairwiseMatrix.objects.get().changed_at.isoformat()
    second = at_once(
        lambda place: save(expert, "quality", {"0-1": "9"}, seen=seen, at=later(20 + place))
    )

    assert first == second == {"done": 1, "Conflict": 7}
    assert PairwiseMatrix.objects.get().judgements == {"0-1": "9"}


def test_comparisons_are_handed_in_once(draft, appraiser):
    expert = ask(draft, "expert", by=appraiser)
    judge(expert)
    services.reopen_judgements(expert_id=expert.pk, by=expert.user, at=AT)
    Notice.objects.all().delete()

    found = at_once(
        lambda place: services.submit_judgements(
            expert_id=expert.pk, by=expert.user, at=later(place)
        )
    )

    assert found == {"done": 1, "CannotJudge": 7}
    assert Notice.objects.filter(kind="weights_complete").count() == 1


def test_weights_are_taken_once(draft, appraiser):
    judge(ask(draft, "expert", by=appraiser))
    shown = stamp_of_study(study_of(draft))

    found = at_once(
        lambda place: services.derive_weights(
            index_set_id=draft.pk, shown=shown, by=appraiser, at=later(place)
        )
    )

    assert found == {"done": 1, "CannotDerive": 7}
    assert WeightDerivation.objects.count() == 1
    assert sum(draft.indicators.values_list("weight", flat=True)) == 100


def test_weights_and_an_edit_never_mix(draft, appraiser):
    """Either the edit came first and nothing is taken, or the edit finds a changed set."""
    judge(ask(draft, "expert", by=appraiser))
    shown, stamp = stamp_of_study(study_of(draft)), stamp_of(draft)
    gone = draft.indicators.get(code="remanded")

    def act(place):
        if place % 2:
            services.derive_weights(index_set_id=draft.pk, shown=shown, by=appraiser, at=AT)
        else:
            facts = {"indicator_id": gone.pk, "stamp": stamp, "by": appraiser}
            remove_indicator(index_set_id=draft.pk, **facts)

    assert at_once(act)["done"] == 1
    taken = WeightDerivation.objects.count()
    assert draft.indicators.filter(code="remanded").count() == taken
    total = sum(draft.indicators.values_list("weight", flat=True))
    assert total == (100 if taken else 25)


def test_whoever_is_withdrawn_hands_in_nothing(draft, appraiser):
    expert = ask(draft, "expert", by=appraiser)
    for node, size in (("", 3), ("quantity", 2), ("quality", 3)):
        save(expert, node, EQUAL([str(number) for number in range(size)]))

    def act(place):
        if place:
            services.submit_judgements(expert_id=expert.pk, by=expert.user, at=later(place))
        else:
            services.withdraw_expert(expert_id=expert.pk, by=appraiser)

    found = at_once(act)

    assert not WeightExpert.objects.exists()
    assert found["done"] in {1, 2}
    assert set(found) <= {"done", "CannotJudge", "Conflict"}
