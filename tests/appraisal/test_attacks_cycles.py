"""What bad intentions, bad luck or two windows do to cycles, index sets and entered figures."""

import pytest
from django.urls import reverse
from django.utils import translation
from kombu.exceptions import OperationalError

from appraisal.models import Figure, IndexSet, WeightDerivation, WeightExpert
from appraisal.selectors.figure_grid import entry_groups
from appraisal.services import index_sets
from appraisal.services.cycles import CannotMove
from appraisal.services.index_set_drafts import change_basics, copy_index_set, delete_draft
from appraisal.services.index_sets import check_index_set, publish_index_set
from appraisal.services.participants import leave_out
from courtparty.jobs.models import Job
from courtparty.jobs.tasks import run_job
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from courtparty.notices.tasks import send_mail
from tests.appraisal.cycle_cast import AT, make_cycle, make_figures, make_import, make_set, moved

pytestmark = pytest.mark.django_db

# Entered by hand: how many judgments were reviewed, and how many held.
REVIEWED = [
    {
        "code": "reviews", "name": "评查", "name_en": "Reviews", "part": "common",
        "area": "quality", "kind": "ratio", "weight": "100", "numerator": ["reviews_upheld"],
        "denominator": ["reviews"], "params": {"zero_at": "0.5", "full_at": "1"},
    },
]  # fmt: skip


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
def dead_broker(monkeypatch):
    """Every poke of a worker fails, as it does when nothing listens at the broker's address."""
    poked = []

    def refuse(*args):
        poked.append(args)
        raise OperationalError("Connection refused")

    monkeypatch.setattr(run_job, "delay", refuse)
    monkeypatch.setattr(send_mail, "delay", refuse)
    return poked


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
    assert dead_broker
    assert Job.objects.unfinished().count() == 1
    assert WeightExpert.objects.filter(index_set=draft, user=officer.user).exists()
    assert Notice.objects.filter(user=officer.user, kind="weights_asked").exists()


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
    assert "Nobody would take part" in response.text
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


# -- forged and strange -------------------------------------------------------------------------

# Half of them are numbers for JSON but none for a figure, or too deep to be read at all.
STRANGE = [
    "",
    "null",
    "[1]",
    '{"abc": 1}',
    '[[Infinity, "a", "1"]]',
    '[[1e999, "a", "1"]]',
    '[[NaN, "a", "1"]]',
    '[[1, "a", Infinity]]',
    '[[1, "a", "1e99999999999"]]',
    "[" * 100_000,
]


@pytest.mark.parametrize("shown", STRANGE, ids=lambda text: text[:16])
def test_what_a_grid_is_said_to_have_shown_is_refused_in_words(
    client, court, officer, appraiser, shown
):
    make_set(court, REVIEWED)
    client.force_login(appraiser)
    page = reverse("appraisal:figure_entry") + f"?month=2026-10&group={_group(officer)}"
    cell = client.get(page).context["grid"].rows[0].cells[0].name

    response = client.post(page, {"shown": shown, cell: "3"})

    assert response.status_code == 200
    assert "This page was not sent as a whole" in response.text
    assert not Figure.objects.filter(officer=officer).exists()


def _group(officer):
    groups = entry_groups([officer.court])
    return next(one.value for one in groups if officer.department.display_name in one.label)


# -- at the same moment -------------------------------------------------------------------------


def test_a_draft_deleted_while_it_is_checked_is_a_conflict(client, court, appraiser, monkeypatch):
    draft = make_set(court, state="draft")
    reading = index_sets.replay_of

    def replay_of(index_set):
        delete_draft(index_set_id=draft.pk, by=appraiser)
        return reading(index_set)

    monkeypatch.setattr(index_sets, "replay_of", replay_of)
    client.force_login(appraiser)

    response = client.post(reverse("appraisal:index_set_check", args=[draft.pk]))

    assert response.status_code == 409
    assert "The index set has been deleted." in response.text


def test_whatever_is_done_to_a_draft_that_is_gone_is_a_conflict(court, appraiser):
    draft = make_set(court, state="draft")
    gone = draft.pk
    delete_draft(index_set_id=gone, by=appraiser)
    names = {"name": "n", "name_en": "n"}

    for action in (
        lambda: check_index_set(index_set_id=gone, by=appraiser, at=AT),
        lambda: index_sets.reopen_draft(index_set_id=gone, by=appraiser),
        lambda: publish_index_set(index_set_id=gone, by=appraiser),
        lambda: delete_draft(index_set_id=gone, by=appraiser),
        lambda: change_basics(index_set_id=gone, stamp="", by=appraiser, **names),
        lambda: copy_index_set(
            index_set_id=gone, function="civil", staff_class="judge", by=appraiser, **names
        ),
    ):
        with pytest.raises(Conflict, match="has been deleted"):
            action()
