"""Achievements, awards and mentoring."""

from django.urls import path

from retention.views import (
    achievement_imports,
    achievements,
    award_proposals,
    awards,
    mentoring,
    own_awards,
    rungs,
)

urlpatterns = [
    path("my-awards/", own_awards.my_awards, name="my_awards"),
    path("my-awards/add/", own_awards.my_achievement_add, name="my_achievement_add"),
    path(
        "my-awards/<int:pk>/change/",
        own_awards.my_achievement_change,
        name="my_achievement_change",
    ),
    path(
        "my-awards/<int:pk>/withdraw/",
        own_awards.my_achievement_withdraw,
        name="my_achievement_withdraw",
    ),
    # Achievements.
    path("achievements/", achievements.achievement_list, name="achievement_list"),
    path("achievements/export/", achievements.achievement_export, name="achievement_export"),
    path("achievements/add/", achievements.achievement_add, name="achievement_add"),
    path("achievements/import/", achievement_imports.achievement_import, name="achievement_import"),
    path(
        "achievements/import/template/",
        achievement_imports.achievement_import_template,
        name="achievement_import_template",
    ),
    path(
        "achievements/import/<int:pk>/",
        achievement_imports.achievement_import_detail,
        name="achievement_import_detail",
    ),
    path(
        "achievements/import/<int:pk>/confirm/",
        achievement_imports.achievement_import_confirm,
        name="achievement_import_confirm",
    ),
    path(
        "achievements/import/<int:pk>/discard/",
        achievement_imports.achievement_import_discard,
        name="achievement_import_discard",
    ),
    path(
        "achievements/import/<int:pk>/errors/",
        achievement_imports.achievement_import_errors,
        name="achievement_import_errors",
    ),
    path("achievements/<int:pk>/", achievements.achievement_detail, name="achievement_detail"),
    path(
        "achievements/<int:pk>/evidence/",
        achievements.achievement_evidence,
        name="achievement_evidence",
    ),
    path(
        "achievements/<int:pk>/change/", achievements.achievement_change, name="achievement_change"
    ),
    path(
        "achievements/<int:pk>/withdraw/",
        achievements.achievement_withdraw,
        name="achievement_withdraw",
    ),
    path(
        "achievements/<int:pk>/decline/",
        achievements.achievement_decline,
        name="achievement_decline",
    ),
    path(
        "achievements/<int:pk>/reopen/", achievements.achievement_reopen, name="achievement_reopen"
    ),
    path(
        "achievements/<int:achievement_pk>/propose/",
        award_proposals.proposal_add,
        name="proposal_add",
    ),
    # Proposals.
    path("award-proposals/", award_proposals.proposal_list, name="proposal_list"),
    path("award-proposals/meeting/", award_proposals.award_meeting, name="award_meeting"),
    path("award-proposals/<int:pk>/", award_proposals.proposal_detail, name="proposal_detail"),
    path("award-proposals/<int:pk>/check/", award_proposals.proposal_check, name="proposal_check"),
    path(
        "award-proposals/<int:pk>/return/", award_proposals.proposal_return, name="proposal_return"
    ),
    path(
        "award-proposals/<int:pk>/resubmit/",
        award_proposals.proposal_resubmit,
        name="proposal_resubmit",
    ),
    path(
        "award-proposals/<int:pk>/withdraw/",
        award_proposals.proposal_withdraw,
        name="proposal_withdraw",
    ),
    path(
        "award-proposals/<int:pk>/decide/", award_proposals.proposal_decide, name="proposal_decide"
    ),
    path("award-proposals/<int:pk>/reply/", award_proposals.proposal_reply, name="proposal_reply"),
    # Awards.
    path("awards/", awards.award_list, name="award_list"),
    path("awards/export/", awards.award_export, name="award_export"),
    path("awards/figures/", awards.award_chart, name="award_chart"),
    path("awards/ladder/", rungs.rung_list, name="rung_list"),
    path("awards/ladder/seed/", rungs.rung_seed, name="rung_seed"),
    path("awards/ladder/add/", rungs.rung_add, name="rung_add"),
    path("awards/ladder/<int:pk>/", rungs.rung_change, name="rung_change"),
    path("awards/officers/<int:officer_pk>/", awards.award_ladder, name="award_ladder"),
    path("awards/<int:pk>/", awards.award_detail, name="award_detail"),
    path("awards/<int:pk>/document/", awards.award_document, name="award_document"),
    path("awards/<int:pk>/revoke/", awards.award_revoke, name="award_revoke"),
    path("awards/<int:pk>/certificate/", awards.award_certificate, name="award_certificate"),
    path("awards/<int:pk>/file/", awards.award_file, name="award_file"),
    # Mentoring.
    path("mentoring/", mentoring.mentoring_list, name="mentoring_list"),
    path("mentoring/add/", mentoring.mentoring_add, name="mentoring_add"),
    path("mentoring/<int:pk>/", mentoring.mentoring_detail, name="mentoring_detail"),
    path("mentoring/<int:pk>/end/", mentoring.mentoring_end, name="mentoring_end"),
    path("mentoring/<int:pk>/void/", mentoring.mentoring_void, name="mentoring_void"),
    path("mentoring/<int:pk>/meet/", mentoring.mentoring_meet, name="mentoring_meet"),
    path(
        "mentoring/notes/<int:pk>/", mentoring.mentoring_note_change, name="mentoring_note_change"
    ),
]
