from django.urls import path

from courtparty.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.entry_list, name="entry_list"),
    path("export/", views.entry_export, name="entry_export"),
    path("check/", views.log_verify, name="log_verify"),
    path("check/<int:pk>/", views.log_verdict, name="log_verdict"),
]
