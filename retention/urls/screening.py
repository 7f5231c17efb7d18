from django.urls import path

from retention.views import break_glass, calls, pressure, screening, screening_campaigns

urlpatterns = [
    # An officer's own.
    path("my-screening/", screening.my_screening, name="my_screening"),
    path(
        "my-screening/<str:instrument>/consent/",
        screening.screening_consent,
        name="screening_consent",
    ),
    path("my-screening/<str:instrument>/take/", screening.screening_take, name="screening_take"),
    path(
        "my-screening/<str:instrument>/withdraw/",
        screening.screening_withdraw,
        name="screening_withdraw",
    ),
    path(
        "my-screening/<str:instrument>/withdrawn/",
        screening.screening_withdrawn,
        name="screening_withdrawn",
    ),
    path("my-screening/results/<int:pk>/", screening.screening_result, name="screening_result"),
    path("my-screening/results/<int:pk>/share/", screening.screening_share, name="screening_share"),
    path(
        "my-screening/results/<int:pk>/unshare/",
        screening.screening_unshare,
        name="screening_unshare",
    ),
    path(
        "my-screening/results/<int:pk>/delete/",
        screening.screening_delete,
        name="screening_delete",
    ),
    # Calls a steward owes.
    path("calls/", calls.alert_list, name="alert_list"),
    path("calls/<int:pk>/", calls.alert_detail, name="alert_detail"),
    path("calls/<int:pk>/results/<int:result>/", calls.alert_result, name="alert_result"),
    path("calls/<int:pk>/called/", calls.alert_called, name="alert_called"),
    path("calls/<int:pk>/not-reached/", calls.alert_not_reached, name="alert_not_reached"),
    path("calls/<int:pk>/close/", calls.alert_close, name="alert_close"),
    # Invitations, and what the court sets.
    path(
        "screening/invitations/",
        screening_campaigns.screening_campaign_list,
        name="screening_campaign_list",
    ),
    path(
        "screening/invitations/start/",
        screening_campaigns.screening_campaign_start,
        name="screening_campaign_start",
    ),
    path(
        "screening/settings/",
        screening_campaigns.screening_settings_edit,
        name="screening_settings",
    ),
    # Opening a health file in an emergency.
    path("emergency/", break_glass.break_glass_list, name="break_glass_list"),
    path("emergency/to-decide/", break_glass.break_glass_queue, name="break_glass_queue"),
    path("emergency/ask/", break_glass.break_glass_search, name="break_glass_search"),
    path("emergency/ask/<int:officer>/", break_glass.break_glass_ask, name="break_glass_ask"),
    path("emergency/<int:pk>/", break_glass.break_glass_detail, name="break_glass_detail"),
    path(
        "emergency/<int:pk>/approve/", break_glass.break_glass_approve, name="break_glass_approve"
    ),
    path("emergency/<int:pk>/refuse/", break_glass.break_glass_refuse, name="break_glass_refuse"),
    path(
        "emergency/<int:pk>/withdraw/",
        break_glass.break_glass_withdraw,
        name="break_glass_withdraw",
    ),
    path("emergency/<int:pk>/open/", break_glass.break_glass_open, name="break_glass_open"),
    path(
        "emergency/<int:pk>/files/<int:file>/",
        break_glass.break_glass_attachment,
        name="break_glass_attachment",
    ),
    path("emergency/<int:pk>/end/", break_glass.break_glass_end, name="break_glass_end"),
    # Pressure, in groups.
    path("pressure/", pressure.pressure_board, name="pressure_board"),
    path("pressure/<int:pk>/export/", pressure.pressure_export, name="pressure_export"),
]
