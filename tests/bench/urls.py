"""The site's URLs and, beside them, the bare view that every page is measured against."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from cadres.models import Officer
from courtparty.urls import handler400, handler403, handler404, handler500
from courtparty.urls import urlpatterns as site_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

BARE = Template(
    "<!doctype html><html><head><title>Bare</title></head><body><table>"
    "{% for o in officers %}<tr><td>{{ o.pk }}</td><td>{{ o.name }}</td><td>{{ o.department }}</td>"
    "<td>{{ o.branch }}</td><td>{{ o.title }}</td><td>{{ o.rank }}</td><td>{{ o.judge_rank }}</td>"
    "<td>{{ o.get_category_display }}</td><td>{{ o.get_party_status_display }}</td></tr>"
    "{% endfor %}</table></body></html>"
)


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    officers = (
        Officer.objects.filter(court_id=request.user.court_id, left_on=None)
        .select_related("department", "branch")
        .order_by("pinyin", "pk")[:50]
    )
    return HttpResponse(BARE.render(Context({"officers": officers})))


urlpatterns = [path("bare/", bare, name="bare"), *site_urls]
