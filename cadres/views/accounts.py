from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadres.forms.accounts import OpenAccountsForm
from cadres.models import Officer
from cadres.selectors.accounts import (
    OPEN,
    account_needs,
    officer_to_serve,
    with_unused_account,
    without_account,
)
from cadres.services import accounts as services
from courtparty.lib.responses import xlsx_response

LONGEST_NUMBER = 16


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(OPEN, raise_exception=True)
def account_open(request: HttpRequest) -> HttpResponse:
    officer = _named_officer(request)
    needs = account_needs(request.user)
    form = OpenAccountsForm(request.POST if request.method == "POST" else None, needs=needs)
    if form.is_valid():
        try:
            slips = _slips(request, officer, form.cleaned_data)
        except services.CannotOpen as refusal:
            form.add_error(None, str(refusal))
        else:
            name = _("first-passwords-%(day)s.xlsx") % {"day": timezone.localdate()}
            return xlsx_response(services.slips_workbook(slips), name)
    context = {
        "title": _("Accounts for officers"),
        "form": form,
        "needs": needs,
        "without": sum(need.without for need in needs),
        "unused": sum(need.unused for need in needs),
        "limit": services.AT_ONCE,
        "officer": officer,
        "breadcrumbs": [(_("Cadre team"), ""), (_("Officers"), reverse("cadres:officer_list"))],
    }
    return render(request, "cadres/account_open.html", context)


def _named_officer(request: HttpRequest) -> Officer | None:
    number = request.GET.get("officer", "")
    if not number:
        return None
    is_number = number.isascii() and number.isdecimal() and len(number) < LONGEST_NUMBER
    officer = officer_to_serve(request.user, int(number)) if is_number else None
    if officer is None:
        raise Http404
    return officer


def _slips(request: HttpRequest, officer: Officer | None, chosen: dict) -> list[services.Slip]:
    is_new = chosen["action"] == OpenAccountsForm.OPEN
    work = services.open_accounts if is_new else services.renew_passwords
    if officer is not None:
        return work([officer], by=request.user)
    officers = without_account(request.user) if is_new else with_unused_account(request.user)
    if chosen["department"]:
        officers = officers.filter(department=chosen["department"])
    slips = work(officers.order_by("department", "pinyin", "pk"), by=request.user)
    if not slips:
        raise services.CannotOpen(_("There is nobody to do this for."))
    return slips
