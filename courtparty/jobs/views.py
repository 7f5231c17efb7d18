from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from courtparty.jobs import services
from courtparty.jobs.models import Job
from courtparty.jobs.registry import KINDS


@require_safe
@login_required
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if job.state == Job.State.DONE and job.return_url:
        return redirect(job.return_url)
    label = KINDS[job.kind].label
    context = {"job": job, "title": label}
    return render(request, "jobs/job_detail.html", context)


@require_safe
@login_required
def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if job.is_finished:
        return HttpResponseClientRedirect(reverse("jobs:job_detail", args=[job.pk]))
    return render(request, "partials/_progress.html", {"job": job})


@require_POST
@login_required
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if services.cancel_job(job_id=job.pk, by=request.user, at=timezone.now()):
        messages.success(request, _("Cancelled. Nothing further will be done."))
    else:
        messages.warning(request, _("This had already finished."))
    return redirect("jobs:job_detail", pk=job.pk)
