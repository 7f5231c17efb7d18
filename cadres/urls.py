from django.urls import path

from cadres.views import accounts, corrections, officers, roster

app_name = "cadres"

urlpatterns = [
    path("officers/", officers.officer_list, name="officer_list"),
    path("officers/export/", officers.officer_export, name="officer_export"),
    path("officers/accounts/", accounts.account_open, name="account_open"),
    path("officers/<int:pk>/", officers.officer_detail, name="officer_detail"),
    path("officers/<int:pk>/reveal/", officers.officer_reveal, name="officer_reveal"),
    path("corrections/", corrections.correction_list, name="correction_list"),
    path("corrections/ask/", corrections.correction_ask, name="correction_ask"),
    path("corrections/<int:pk>/", corrections.correction_decide, name="correction_decide"),
    path("roster/", roster.roster_import, name="roster_import"),
    path("roster/template/", roster.roster_template, name="roster_template"),
    path("roster/<int:pk>/", roster.roster_import_detail, name="roster_import_detail"),
    path("roster/<int:pk>/confirm/", roster.roster_import_confirm, name="roster_import_confirm"),
    path("roster/<int:pk>/discard/", roster.roster_import_discard, name="roster_import_discard"),
    path("roster/<int:pk>/errors/", roster.roster_import_errors, name="roster_import_errors"),
]
