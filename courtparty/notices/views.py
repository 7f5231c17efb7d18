from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from courtparty.notices import services
from courtparty.notices.models import Notice


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    notices = Notice.objects.visible_to(request.user).order_by("-created_at", "-pk")
    only_unread = request.GET.get("show") == "unread"
    if only_unread:
        notices = notices.unread()
    page = Paginator(notices, 50).get_page(request.GET.get("page"))
    context = {"page": page, "only_unread": only_unread, "breadcrumbs": [(_("Inbox"), "")]}
    return render(request, "notices/inbox.html", context)


@require_POST
@login_required
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    services.mark_read(notice_id=notice.pk, by=request.user, at=timezone.now())
    return redirect(notice.url or "notices:inbox")


@require_POST
@login_required
def notice_read_all(request: HttpRequest) -> HttpResponse:
    count = services.mark_all_read(by=request.user, at=timezone.now())
    text = ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", count)
    messages.success(request, text % {"count": count})
    return redirect("notices:inbox")
