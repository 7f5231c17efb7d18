from django.contrib import admin
from django.urls import include, path

from courtparty import views

urlpatterns = [
    path("", views.home, name="home"),
    path("my/", views.my_records, name="my_records"),
    path("healthz/", views.healthz, name="healthz"),
    path("", include("courtparty.accounts.urls")),
    path("inbox/", include("courtparty.notices.urls")),
    path("jobs/", include("courtparty.jobs.urls")),
    path("log/", include("courtparty.audit.urls")),
    path("cadres/", include("cadres.urls")),
    path("retention/", include("retention.urls")),
    path("appraisal/", include("appraisal.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "courtparty.views.bad_request"
handler403 = "courtparty.views.forbidden"
handler404 = "courtparty.views.not_found"
handler500 = "courtparty.views.server_error"
