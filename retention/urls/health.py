from django.urls import path

from retention.views import (
    checkup_campaigns,
    checkup_results,
    checkups,
    follow_ups,
    health_files,
    health_ranges,
    my_health,
)

urlpatterns = [
    # Check-ups: done or due.
    path("check-ups/", checkups.checkup_campaigns, name="checkup_campaigns"),
    path("check-ups/plan/", checkup_campaigns.checkup_campaign_make, name="checkup_campaign_make"),
    path("check-ups/<int:pk>/", checkups.checkup_campaign, name="checkup_campaign"),
    path("check-ups/<int:pk>/export/", checkups.checkup_export, name="checkup_export"),
    path("check-ups/<int:pk>/done/", checkups.checkups_finish, name="checkups_finish"),
    path(
        "check-ups/<int:pk>/change/",
        checkup_campaigns.checkup_campaign_change,
        name="checkup_campaign_change",
    ),
    path(
        "check-ups/<int:pk>/add/",
        checkup_campaigns.checkup_campaign_add,
        name="checkup_campaign_add",
    ),
    path(
        "check-ups/<int:pk>/open/",
        checkup_campaigns.checkup_campaign_open,
        name="checkup_campaign_open",
    ),
    path(
        "check-ups/<int:pk>/close/",
        checkup_campaigns.checkup_campaign_close,
        name="checkup_campaign_close",
    ),
    path(
        "check-ups/<int:pk>/reopen/",
        checkup_campaigns.checkup_campaign_reopen,
        name="checkup_campaign_reopen",
    ),
    path(
        "check-ups/<int:pk>/delete/",
        checkup_campaigns.checkup_campaign_delete,
        name="checkup_campaign_delete",
    ),
    path("check-ups/officer/<int:pk>/", checkups.checkup, name="checkup"),
    path("check-ups/officer/<int:pk>/done/", checkups.checkup_finish, name="checkup_finish"),
    path("check-ups/officer/<int:pk>/excuse/", checkups.checkup_excuse, name="checkup_excuse"),
    path("check-ups/officer/<int:pk>/move/", checkups.checkup_move, name="checkup_move"),
    path(
        "check-ups/officer/<int:pk>/take-back/",
        checkups.checkup_take_back,
        name="checkup_take_back",
    ),
    path("check-ups/officer/<int:pk>/remove/", checkups.checkup_remove, name="checkup_remove"),
    path("check-ups/officer/<int:pk>/result/", checkup_results.result_enter, name="result_enter"),
    # The health files, for the steward.
    path("health/", health_files.health_list, name="health_list"),
    path("health/follow-ups/", follow_ups.follow_up_list, name="follow_up_list"),
    path("health/follow-ups/<int:pk>/close/", follow_ups.follow_up_close, name="follow_up_close"),
    path("health/follow-ups/<int:pk>/move/", follow_ups.follow_up_move, name="follow_up_move"),
    path("health/ranges/", health_ranges.health_ranges, name="health_ranges"),
    path("health/ranges/set/", health_ranges.health_range_set, name="health_range_set"),
    path(
        "health/ranges/<int:pk>/reset/", health_ranges.health_range_reset, name="health_range_reset"
    ),
    path(
        "health/corrections/<int:pk>/decline/",
        health_files.health_correction_decline,
        name="health_correction_decline",
    ),
    path("health/<int:officer_pk>/", health_files.health_file, name="health_file"),
    path("health/<int:officer_pk>/follow-up/", follow_ups.follow_up_plan, name="follow_up_plan"),
    path("health/results/<int:pk>/correct/", checkup_results.result_correct, name="result_correct"),
    path("health/results/<int:pk>/recheck/", checkup_results.result_recheck, name="result_recheck"),
    path("health/results/<int:pk>/file/", health_files.result_file, name="result_file"),
    path(
        "health/results/before/<int:pk>/file/",
        health_files.result_file_before,
        name="result_file_before",
    ),
    path("health/entries/<int:pk>/file/", health_files.entry_file, name="entry_file"),
    # One's own.
    path("my-health/", my_health.my_health, name="my_health"),
    path("my-health/download/", my_health.my_health_download, name="my_health_download"),
    path("my-health/add/", my_health.my_health_entry_add, name="my_health_entry_add"),
    path(
        "my-health/entries/<int:pk>/",
        my_health.my_health_entry_change,
        name="my_health_entry_change",
    ),
    path(
        "my-health/entries/<int:pk>/remove/",
        my_health.my_health_entry_remove,
        name="my_health_entry_remove",
    ),
    path(
        "my-health/results/<int:pk>/correct/",
        my_health.my_health_correct,
        name="my_health_correct",
    ),
    path(
        "my-health/corrections/<int:pk>/withdraw/",
        my_health.my_health_withdraw,
        name="my_health_withdraw",
    ),
]
