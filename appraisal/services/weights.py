"""Weights by comparing in pairs: asking experts, keeping what they say, taking what comes of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal.models import IndexSet, Indicator, PairwiseMatrix, WeightDerivation, WeightExpert
from appraisal.rules.weight_study import ON_SCALE, Branch, NodeFigures, figures_of, parsed
from appraisal.selectors.weight_content import as_json, content_of, stamp_of_study
from appraisal.selectors.weight_words import implied_text, node_name, too_large_text
from appraisal.selectors.weights import (
    ExpertState,
    Hierarchy,
    Study,
    expert_state,
    hierarchy_of,
    study_of,
)
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify


class CannotAsk(Exception):
    """This person can't be asked, or nothing can be compared. Its text is for the user."""


class CannotJudge(Exception):
    """The comparisons can't be saved or handed in like this. Its text is for the user.

    ``node`` is where to go on.
    """

    def __init__(self, text: str, node: str | None = None) -> None:
        super().__init__(text)
        self.node = node


class CannotDerive(Exception):
    """No weights can be taken from the comparisons as they are. Its text is for the user."""


# -- experts ------------------------------------------------------------------------------------


@transaction.atomic
def invite_expert(*, index_set_id: int, user_id: int, by: User, at: datetime) -> WeightExpert:
    """Ask somebody of the set's court to compare its parts in pairs, and tell them once.

    Refuses people of other courts, closed and platform accounts, whoever has been asked already,
    and a set with nothing to compare or too much at one node; as a conflict what is no draft.
    """
    index_set = _locked_draft(index_set_id)
    _refuse_size(hierarchy_of(index_set), CannotAsk)
    people = User.objects.filter(court=index_set.court_id, is_active=True, is_platform=False)
    user = people.filter(pk=user_id).first()
    if user is None:
        raise CannotAsk(_("Only people with an account of this court can be asked."))
    try:
        with transaction.atomic():
            expert = WeightExpert.objects.create(
                index_set=index_set, user=user, invited_by=by, invited_at=at
            )
    except IntegrityError:
        raise CannotAsk(_("%(name)s has been asked already.") % {"name": user}) from None
    record("weights.asked", by=by, on=index_set, court=index_set.court, account=user.pk)
    notify(user, kind="weights_asked", key=f"weights-asked:{expert.pk}", url=judge_url(expert))
    return expert


@transaction.atomic
def withdraw_expert(*, expert_id: int, by: User) -> IndexSet:
    """Ask somebody no more; their comparisons are deleted, and they are told.

    Derivations keep what they rest on. Refuses, as a conflict, a set that is no draft.
    """
    expert = _locked_expert(expert_id)
    index_set = _locked_draft(expert.index_set_id)
    notify(expert.user, kind="weights_withdrawn", key=f"weights-withdrawn:{expert.pk}")
    record("weights.withdrawn", by=by, on=index_set, court=index_set.court, account=expert.user_id)
    expert.delete()
    return index_set


@transaction.atomic
def reopen_judgements(*, expert_id: int, by: User, at: datetime) -> WeightExpert:
    """Give comparisons that were handed in back to be changed; the expert is told by others' hand.

    Experts themselves can do so until weights have been taken from what they handed in;
    appraisal administrators always. Refuses what has not been handed in; as a conflict a set
    that is no draft.
    """
    expert = _locked_expert(expert_id)
    index_set = _locked_draft(expert.index_set_id)
    handed_in = expert.submitted_at
    if handed_in is None:
        raise CannotJudge(_("These comparisons have not been handed in."))
    is_own = expert.user_id == by.pk
    if is_own and index_set.derivations.filter(made_at__gte=handed_in).exists():
        text = _("Weights have been taken from these comparisons. Ask the appraisal administrator.")
        raise CannotJudge(text)
    _set_submitted(expert, None)
    record("weights.reopened", by=by, on=index_set, court=index_set.court, account=expert.user_id)
    if not is_own:
        key = f"weights-reopened:{expert.pk}:{at.isoformat()}"
        notify(expert.user, kind="weights_reopened", key=key, url=judge_url(expert))
    return expert


# -- judging ------------------------------------------------------------------------------------


@transaction.atomic
def save_judgements(
    *,
    expert_id: int,
    node: str,
    items: Sequence[str],
    judgements: Mapping[str, str],
    seen: str,
    by: User,
    at: datetime,
) -> PairwiseMatrix:
    """Keep an expert's judgements at one node: {"0-1": "1/3"}; pairs left out are not judged yet.

    ``items`` are those the expert saw, ``seen`` the version of the matrix on the page. Refuses
    other people's comparisons, what has been handed in, pairs that do not exist and values off
    the scale; as a conflict a set that is no draft or has other items by now, and judgements
    saved in another window meanwhile. Contradictions are refused only on handing in. Nobody is
    told, and the log has the handing in: until then it is the expert's own draft.
    """
    expert, _index_set, hierarchy = _opened(expert_id, by)
    branch = hierarchy.branch(node)
    if branch is None or list(branch.items) != list(items):
        raise Conflict(
            _("The indicators have been changed since you opened this page. Look at them again."),
            url=judge_url(expert, node if branch else None),
        )
    _refuse_size(hierarchy, CannotJudge)
    _refuse_off_scale(branch, judgements)
    state = expert_state(expert, hierarchy)
    if expert.submitted_at:
        if not state.is_outdated:
            raise CannotJudge(_("These comparisons have been handed in already."))
        _set_submitted(expert, None)
    found = state.node(node)
    if found is None or found.version != seen:
        raise _other_window(expert, node)
    return _stored(expert, branch, judgements, seen, at)


@transaction.atomic
def submit_judgements(*, expert_id: int, by: User, at: datetime) -> WeightExpert:
    """Hand in an expert's comparisons. Whoever asked for them is told once all experts have.

    Refuses other people's, what has been handed in already, what is not complete, and
    contradictions (CR of 0.10 or more) with the pair to think over again and what the other
    judgements imply for it; as a conflict a set that is no draft.
    """
    expert, index_set, hierarchy = _opened(expert_id, by)
    _refuse_size(hierarchy, CannotJudge)
    state = expert_state(expert, hierarchy)
    if state.is_finished:
        raise CannotJudge(_("These comparisons have been handed in already."))
    _refuse_unfinished(state, hierarchy)
    _set_submitted(expert, at)
    record("weights.submitted", by=by, on=index_set, court=index_set.court)
    if not study_of(index_set).unfinished:
        notify(
            expert.invited_by,
            kind="weights_complete",
            key=f"weights-complete:{expert.pk}:{at.isoformat()}",
            url=study_url(index_set),
        )
    return expert


def _opened(expert_id: int, by: User) -> tuple[WeightExpert, IndexSet, Hierarchy]:
    """One's own comparisons in a draft, locked: two windows write one after the other."""
    expert = _locked_expert(expert_id)
    if expert.user_id != by.pk:
        raise CannotJudge(_("These comparisons are somebody else's."))
    index_set = IndexSet.objects.select_for_update(of=("self",), no_key=True).get(
        pk=expert.index_set_id
    )
    if index_set.state != IndexSet.State.DRAFT:
        text = _("The index set is no draft any more: nothing is compared now.")
        raise Conflict(text, url=judge_url(expert))
    return expert, index_set, hierarchy_of(index_set)


def _refuse_off_scale(branch: Branch, judgements: Mapping[str, str]) -> None:
    known = {f"{i}-{j}" for i, j in branch.pairs}
    if not known.issuperset(judgements):
        raise CannotJudge(_("A pair that does not exist was sent. Load the page again."))
    if not all(value in ON_SCALE for value in judgements.values()):
        raise CannotJudge(_("Only the values of the scale, from 9 to 1/9, can be chosen."))


def _stored(
    expert: WeightExpert, branch: Branch, judgements: Mapping[str, str], seen: str, at: datetime
) -> PairwiseMatrix:
    """Compare-and-set against the version that was seen; the first one is kept once."""
    values = {
        "items": list(branch.items),
        "judgements": as_json(parsed(judgements)),
        "changed_at": at,
    }
    same = PairwiseMatrix.objects.filter(expert=expert, node=branch.node)
    if seen:
        if not same.filter(changed_at=datetime.fromisoformat(seen)).update(**values):
            raise _other_window(expert, branch.node)
        return same.get()
    return PairwiseMatrix.objects.create(expert=expert, node=branch.node, **values)


def _refuse_unfinished(state: ExpertState, hierarchy: Hierarchy) -> None:
    for node in state.nodes:
        name = node_name(node.branch)
        if not node.figures.is_complete:
            text = _("%(node)s: %(count)s of %(asked)s pairs are not compared yet.")
            counts = {
                "count": node.figures.asked - node.figures.judged,
                "asked": node.figures.asked,
            }
            raise CannotJudge(text % {"node": name, **counts}, node.branch.node)
        if node.is_stale:
            text = _("%(node)s: there are other items now. Look through the pairs and save them.")
            raise CannotJudge(text % {"node": name}, node.branch.node)
        if not node.figures.is_consistent:
            figures = figures_of(node.branch, node.judgements)
            raise CannotJudge(
                _contradiction(name, hierarchy.names_of(node.branch), figures), node.branch.node
            )


def _contradiction(node: str, names: Sequence[str], figures: NodeFigures) -> str:
    cr = f"{figures.priorities.cr:.2f}" if figures.priorities else ""
    text = _("%(node)s: the comparisons contradict each other (CR %(cr)s, below 0.10 is needed).")
    said = text % {"node": node, "cr": cr}
    return f"{said} {implied_text(figures.worst, names)}" if figures.worst else said


# -- taking the weights -------------------------------------------------------------------------


@transaction.atomic
def derive_weights(*, index_set_id: int, shown: str, by: User, at: datetime) -> WeightDerivation:
    """Take the weights of all experts into the set: its indicators then total exactly 100.

    Everything the weights rest on is kept as a derivation. ``shown`` is the stamp of what the
    person saw. Refuses while nobody has been asked or somebody has not handed in, matrices that
    contradict each other once combined, and weights that are in the set already; as a conflict a
    set that is no draft, and what has changed since it was shown. Nobody is told.
    """
    index_set = _locked_draft(index_set_id)
    study = study_of(index_set)
    refuse_derivation(study)
    if stamp_of_study(study) != shown:
        text = _("Something has changed since you looked, so nothing was taken. Look again.")
        raise Conflict(text, url=study_url(index_set))
    content = content_of(study)
    _set_points(study)
    number = index_set.derivations.aggregate(last=Max("number"))["last"] or 0
    derivation = WeightDerivation.objects.create(
        index_set=index_set, number=number + 1, content=content, made_by=by, made_at=at
    )
    record(
        "weights.derived",
        by=by, on=index_set, court=index_set.court,
        derivation=derivation.number, experts=len(study.finished),
    )  # fmt: skip
    return derivation


def refuse_derivation(study: Study) -> None:
    """Raises what stands in the way of taking the weights."""
    _refuse_size(study.hierarchy, CannotDerive)
    if not study.experts:
        raise CannotDerive(_("Nobody has been asked to compare yet."))
    if study.unfinished:
        text = _(
            "Not handed in: %(count)s of %(asked)s experts. Wait for them, or ask them no more."
        )
        counts = {"count": len(study.unfinished), "asked": len(study.experts)}
        raise CannotDerive(text % counts)
    if study.derived is None:
        raise CannotDerive(_("No weights can be derived from these comparisons."))
    if study.derived.contradictory:
        node = study.derived.contradictory[0]
        text = _("%(node)s: taken together, the experts contradict each other (CR %(cr)s).")
        words = {"node": node_name(node.branch), "cr": f"{node.result.cr:.2f}"}
        raise CannotDerive(text % words)
    if _is_taken(study):
        raise CannotDerive(_("These weights are in the set already."))


def _is_taken(study: Study) -> bool:
    points = study.derived.points if study.derived else {}
    if any(one.weight != points[code] for code, one in study.hierarchy.indicators.items()):
        return False
    last = study.index_set.derivations.order_by("-number").first()
    return last is not None and last.content["nodes"] == content_of(study)["nodes"]


def _set_points(study: Study) -> None:
    indicators = list(study.hierarchy.indicators.values())
    points = study.derived.points if study.derived else {}
    for indicator in indicators:
        indicator.weight = points[indicator.code]
    Indicator.objects.bulk_update(indicators, ["weight"])


# -- shared -------------------------------------------------------------------------------------


def _locked_draft(index_set_id: int) -> IndexSet:
    """As the editor locks it, so that nothing is edited meanwhile."""
    found = IndexSet.objects.select_for_update(of=("self",), no_key=True).select_related("court")
    index_set = found.filter(pk=index_set_id).first()
    if index_set is None:
        text = _("The index set has been deleted.")
        raise Conflict(text, url=reverse("appraisal:index_set_list"))
    if index_set.state != IndexSet.State.DRAFT:
        text = _("“%(name)s” is no draft, so its weights do not change.") % {"name": index_set}
        raise Conflict(text, url=study_url(index_set))
    return index_set


def _locked_expert(expert_id: int) -> WeightExpert:
    found = WeightExpert.objects.select_for_update(of=("self",), no_key=True)
    expert = found.select_related("user", "invited_by").filter(pk=expert_id).first()
    if expert is None:
        text = _("These comparisons are not asked for any more.")
        raise Conflict(text, url=reverse("appraisal:weight_list"))
    return expert


def _refuse_size(hierarchy: Hierarchy, refusal: type[Exception]) -> None:
    if not hierarchy.branches:
        raise refusal(_("There is nothing to compare: the set has not two indicators to weigh."))
    if hierarchy.too_large:
        raise refusal(too_large_text(hierarchy.too_large[0]))


def _set_submitted(expert: WeightExpert, at: datetime | None) -> None:
    """Compare-and-set: of two windows only one hands in, or takes back."""
    same = WeightExpert.objects.filter(pk=expert.pk, submitted_at=expert.submitted_at)
    if not same.update(submitted_at=at):
        raise _other_window(expert)
    expert.submitted_at = at


def _other_window(expert: WeightExpert, node: str | None = None) -> Conflict:
    text = _("These comparisons were changed in another window. Look at them as they are now.")
    return Conflict(text, url=judge_url(expert, node))


def judge_url(expert: WeightExpert, node: str | None = None) -> str:
    """At ``node``, the root being ""; without one, where there is something to do."""
    url = reverse("appraisal:weight_judge", args=[expert.pk])
    return url if node is None else f"{url}?{urlencode({'node': node})}"


def study_url(index_set: IndexSet) -> str:
    return reverse("appraisal:weight_study", args=[index_set.pk])
