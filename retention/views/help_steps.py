from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from courtparty.accounts.models import User
from retention.forms.hardship import (
    CloseForm,
    NoForm,
    PaperForm,
    PersonForm,
    VerifyForm,
    VisitForm,
    WordForm,
)
from retention.models import HardshipCase
from retention.rules.hardship import OFFICER
from retention.selectors.hardship import (
    Person,
    coordinators_for,
    helpers_for,
    parts_of,
    people_to_choose,
    verifiers_for,
)
from retention.services import hardship as services
from retention.views.hardship_cases import (
    acting_or_403,
    is_too_late,
    sent,
    step_page,
    too_late,
)

CONFIRM = "retention/help_confirm.html"


def _people(case: HardshipCase, people) -> list[Person]:
    return people_to_choose(people, case.court, on=timezone.localdate())


def _yes(request: HttpRequest) -> NoForm:
    return NoForm(request.POST if request.method == "POST" else None)


# -- verifying ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def help_begin(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "begin")
    if is_too_late(request, case, "begin"):
        return too_late(request, case)
    form = PersonForm(
        *sent(request),
        people=_people(case, verifiers_for(case, on=timezone.localdate())),
        label=_("Verifier"),
        help_text=_("Neither the officer nor who recommended the case. Reads story and papers."),
    )
    context = {
        "title": _("Have it verified"),
        "intro": _("The verifier is let in until the finding is written, and the officer is told."),
        "submit_label": _("Let in and ask"),
    }
    done = _("The verifier has been asked.")
    return step_page(request, case, form, services.name_verifier, context, done=done)


@require_http_methods(["GET", "POST"])
@login_required
def help_verify(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "verify")
    if is_too_late(request, case, "verify"):
        return too_late(request, case)
    form = VerifyForm(*sent(request), initial={"day": timezone.localdate()})
    context = {
        "title": _("Write down what was found"),
        "intro": _("With it you leave the case, and can't open it any more."),
        "submit_label": _("Save the finding"),
    }
    done = _("The finding is saved.")
    return step_page(request, case, form, services.verify_case, context, done=done)


# -- visits, papers -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def help_visit(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "visit")
    if is_too_late(request, case, "visit"):
        return too_late(request, case)
    form = VisitForm(*sent(request), initial={"day": timezone.localdate()})
    context = {"title": _("Note a visit"), "submit_label": _("Save the visit")}
    done = _("The visit is noted.")
    return step_page(request, case, form, services.record_visit, context, done=done)


@require_http_methods(["GET", "POST"])
@login_required
def help_attach(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "attach")
    if is_too_late(request, case, "attach"):
        return too_late(request, case)
    form = PaperForm(*sent(request))
    context = {
        "title": _("Add a paper"),
        "intro": _("It is encrypted, and read by officer, coordinator and verifier."),
        "submit_label": _("Add"),
    }
    done = _("The paper is added.")
    return step_page(request, case, form, services.attach_papers, context, done=done)


# -- members ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def help_member_add(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "manage_members")
    if is_too_late(request, case, "manage_members"):
        return too_late(request, case)
    form = PersonForm(
        *sent(request),
        people=_people(case, helpers_for(case, on=timezone.localdate())),
        label=_("Helper"),
        help_text=_("Sees measures and visits; not the story, its papers or what was found."),
    )
    context = {
        "title": _("Let a helper in"),
        "intro": _("Only who needs to know. The officer is told."),
        "submit_label": _("Let in"),
    }
    done = _("The helper is let in, and the officer is told.")
    return step_page(request, case, form, services.add_helper, context, done=done)


@require_http_methods(["GET", "POST"])
@login_required
def help_member_end(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "manage_members")
    member = get_object_or_404(case.members.select_related("user"), pk=member_pk)
    if is_too_late(request, case, "manage_members"):
        return too_late(request, case)
    context = {
        "title": _("Let %(name)s out of the case?") % {"name": member.user},
        "text": _("The case can't be opened by this person any more. Both are told."),
        "submit_label": _("Let out"),
    }
    done = _("Let out of the case.")
    service = services.end_member
    ids = {"member_id": member.pk}
    form = _yes(request)
    return step_page(request, case, form, service, context, done=done, template=CONFIRM, **ids)


@require_http_methods(["GET", "POST"])
@login_required
def help_member_object(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "object")
    member = get_object_or_404(case.members.select_related("user"), pk=member_pk)
    if is_too_late(request, case, "object"):
        return too_late(request, case)
    context = {
        "title": _("Ask that %(name)s leave your case?") % {"name": member.user},
        "text": _("The coordinator is told, and decides. You need not say why."),
        "submit_label": pgettext("in a case", "Ask"),
    }
    done = _("The coordinator has been asked.")
    service = services.ask_removal
    ids = {"member_id": member.pk}
    form = _yes(request)
    return step_page(request, case, form, service, context, done=done, template=CONFIRM, **ids)


@require_http_methods(["GET", "POST"])
@login_required
def help_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "hand_over", "turn_to")
    is_own = OFFICER in parts_of(case, request.user)
    if is_too_late(request, case, "turn_to" if is_own else "hand_over"):
        return too_late(request, case)
    people = coordinators_for(case.officer, on=timezone.localdate())
    form = PersonForm(
        *sent(request), people=_people(case, _but_coordinator(case, people)), label=_("Coordinator")
    )
    context = {
        "title": _("Turn to somebody else") if is_own else _("Hand the case over"),
        "intro": _("The coordinator until now is let out at once, and is told."),
        "submit_label": _("Turn to this person") if is_own else _("Hand over"),
    }
    done = _("The case has another coordinator.")
    return step_page(request, case, form, services.hand_over, context, done=done)


def _but_coordinator(case: HardshipCase, people):
    members = case.members.current().filter(part="coordinator")
    return people.exclude(pk__in=User.objects.filter(pk__in=members.values("user")).values("pk"))


# -- the end ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def help_follow(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "follow")
    if is_too_late(request, case, "follow"):
        return too_late(request, case)
    context = {
        "title": _("Only follow the case from now on?"),
        "text": _("The help has been given. Visits can be noted, and more help can be proposed."),
        "submit_label": _("Follow"),
    }
    done = _("The case is being followed.")
    form, service = _yes(request), services.follow_case
    return step_page(request, case, form, service, context, done=done, template=CONFIRM)


@require_http_methods(["GET", "POST"])
@login_required
def help_ask_word(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "ask_word")
    if is_too_late(request, case, "ask_word"):
        return too_late(request, case)
    context = {
        "title": _("Ask the officer for a last word"),
        "intro": _(
            "The officer's rating closes the case. Three reminders go out, one every five working "
            "days; without an answer you can close it after that."
        ),
        "submit_label": pgettext("in a case", "Ask"),
    }
    done = _("The officer has been asked.")
    form = WordForm(*sent(request))
    return step_page(request, case, form, services.ask_word, context, done=done)


@require_http_methods(["GET", "POST"])
@login_required
def help_keep_open(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "keep_open")
    if is_too_late(request, case, "keep_open"):
        return too_late(request, case)
    context = {
        "title": _("Keep the case open?"),
        "text": _("The coordinator is told that the help is not over yet."),
        "submit_label": _("Keep open"),
    }
    done = _("The case stays open.")
    form, service = _yes(request), services.keep_open
    return step_page(request, case, form, service, context, done=done, template=CONFIRM)


@require_http_methods(["GET", "POST"])
@login_required
def help_close(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "close")
    if is_too_late(request, case, "close"):
        return too_late(request, case)
    context = {
        "title": _("Close the case with your word"),
        "intro": _("Everybody but the coordinator leaves it. You can have it reopened."),
        "submit_label": _("Close the case"),
    }
    done = _("Thank you. The case is closed.")
    form = CloseForm(*sent(request))
    return step_page(request, case, form, services.close_case, context, done=done)


@require_http_methods(["GET", "POST"])
@login_required
def help_close_silent(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "close_silent")
    if is_too_late(request, case, "close_silent"):
        return too_late(request, case)
    context = {
        "title": _("Close the case without the officer's word?"),
        "text": _("All reminders have gone out. The officer is told, and can have it reopened."),
        "submit_label": _("Close"),
    }
    done = _("The case is closed.")
    form, service = _yes(request), services.close_silently
    return step_page(request, case, form, service, context, done=done, template=CONFIRM)


@require_http_methods(["GET", "POST"])
@login_required
def help_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "reopen")
    if is_too_late(request, case, "reopen"):
        return too_late(request, case)
    context = {
        "title": _("Reopen the case?"),
        "text": _("What was verified is followed again; what was not is verified anew."),
        "consequences": [_("The rating given is deleted: a new one closes the case later.")],
        "submit_label": _("Reopen"),
    }
    done = _("The case is open again.")
    form, service = _yes(request), services.reopen_case
    return step_page(request, case, form, service, context, done=done, template=CONFIRM)


@require_http_methods(["GET", "POST"])
@login_required
def help_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "withdraw")
    if is_too_late(request, case, "withdraw"):
        return too_late(request, case)
    context = {
        "title": _("Withdraw the case?"),
        "text": _("Nobody but you can open it from then on. The members are told."),
        "consequences": [
            _("Measures that were not carried out are cancelled."),
            _("Flexible work that has begun ends today."),
        ],
        "warning": _("A withdrawn case can't be taken up again; you can apply anew."),
        "submit_label": _("Withdraw"),
        "is_danger": True,
    }
    done = _("The case is withdrawn.")
    form, service = _yes(request), services.withdraw_case
    return step_page(request, case, form, service, context, done=done, template=CONFIRM)
