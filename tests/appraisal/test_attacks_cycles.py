"""What bad intentions, bad luck or two windows do to cycles, index sets and entered figures."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from appraisal.models import (
    Cycle,
    Figure,
    FigureImport,
    IndexSet,
    Indicator,
    Measure,
    Participant,
    WeightDerivation,
    WeightExpert,
)
from appraisal.selectors.figure_grid import entry_groups
from appraisal.services.cycles import CannotMove
from appraisal.services.figure_entry import CannotEnter, enter_figures
from appraisal.services.index_sets import CannotPublish, check_index_set, publish_index_set
from appraisal.services.participants import correct_months, leave_out
from appraisal.services.timetable import open_due_cycles
from courtparty.celery import app
from courtparty.jobs.models import Job
from courtparty.notices.models import Notice
from tests.appraisal.cycle_cast import (
    AT,
    CIVIL_JUDGE,
    MONTHS,
    assess,
    begin_scoring,
    make_cycle,
    make_figures,
    make_import,
    make_rated_cycle,
    make_set,
    moved,
    put,
)
from tests.factories import make_officer, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings, time_machine):
    time_machine.move_to(AT)
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def cycle(court, officer, source):
    make_set(court)
    make_figures(officer, source)
    return make_cycle(court)


@pytest.fixture
def dead_broker():
    """The broker is gone: nothing listens at its address."""
    before = app.conf.broker_url, app.conf.broker_transport_options
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    app.conf.broker_transport_options = {"max_retries": 0, "socket_connect_timeout": 1}
    app.pool.force_close_all()
    app.amqp.__dict__.pop("producer_pool", None)
    app.set_current()
    yield
    app.conf.broker_url, app.conf.broker_transport_options = before
    app.pool.force_close_all()


@pytest.mark.filterwarnings("ignore")
def test_a_dead_broker_keeps_nobody_from_moving_computing_or_asking(
    client, court, cycle, officer, appraiser, dead_broker, django_capture_on_commit_callbacks
):
    client.force_login(appraiser)
    draft = make_set(court, state="draft", version=2)
    asked = [
        ("cycle_move", [cycle.pk, "collecting"], {"seen": "preparing"}),
        ("cycle_move", [cycle.pk, "scoring"], {"seen": "collecting"}),
        ("cycle_assess", [cycle.pk], {}),
        ("weight_expert_invite", [draft.pk], {"user": officer.user.pk}),
    ]
    for name, args, data in asked:
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(reverse(f"appraisal:{name}", args=args), data)
        assert response.status_code == 302, name

    cycle.refresh_from_db()
    assert cycle.state == "scoring"
    assert Job.objects.unfinished().count() == 1
    assert WeightExpert.objects.filter(index_set=draft, user=officer.user).exists()
    assert Notice.objects.filter(user=officer.user, kind="weights_asked").exists()


def test_months_taken_away_by_decision_do_not_come_back_with_their_figures(
    cycle, officer, appraiser
):
    moved(cycle, "collecting")
    participant = Participant.objects.get(cycle=cycle, officer=officer)
    correct_months(
        participant_id=participant.pk, months=MONTHS[:9], reason="借调", by=appraiser, at=AT
    )
    moved(cycle, "scoring")
    participant.refresh_from_db()
    assert participant.months[-1] == "2026-09"


def test_a_cycle_that_everybody_has_left_is_refused_in_words_and_can_go_back(
    client, cycle, officer, appraiser
):
    moved(cycle, "collecting")
    leave_out(cycle_id=cycle.pk, officer_id=officer.pk, document="会议纪要", by=appraiser)
    moved(cycle, "scoring")
    client.force_login(appraiser)
    for name in ("cycle_detail", "cycle_assess", "participant_list", "figure_needs"):
        assert client.get(reverse(f"appraisal:{name}", args=[cycle.pk])).status_code == 200, name
    with pytest.raises(CannotMove):
        moved(cycle, "reviewing")
    assert moved(cycle, "collecting", reason="无人参加").state == "collecting"


def test_a_court_without_officers_is_told_what_is_missing(client, court, appraiser):
    cycle = make_cycle(court)
    client.force_login(appraiser)
    response = client.post(
        reverse("appraisal:cycle_move", args=[cycle.pk, "collecting"]), {"seen": "preparing"}
    )
    assert response.status_code in (200, 302)
    cycle.refresh_from_db()
    assert cycle.state == "preparing"
    for name in ("cycle_detail", "participant_list", "participant_add", "figure_needs"):
        assert client.get(reverse(f"appraisal:{name}", args=[cycle.pk])).status_code == 200, name
    assert client.get(reverse("appraisal:figure_entry")).status_code == 200


def test_deleting_a_draft_that_experts_judge_takes_their_comparisons_along(
    client, court, officer, appraiser
):
    draft = make_set(court, state="draft")
    expert = WeightExpert.objects.create(
        index_set=draft, user=officer.user, invited_by=appraiser, invited_at=AT
    )
    WeightDerivation.objects.create(
        index_set=draft, number=1, content={}, made_by=appraiser, made_at=AT
    )
    client.force_login(appraiser)
    response = client.post(reverse("appraisal:index_set_delete", args=[draft.pk]))
    assert response.status_code == 302
    assert not IndexSet.objects.filter(pk=draft.pk).exists()
    client.force_login(officer.user)
    url = reverse("appraisal:weight_judge", args=[expert.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"node": "all"}).status_code == 404
