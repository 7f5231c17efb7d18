from django.urls import URLPattern, path

from retention.views import hardship, help_applying, help_measures, help_steps, help_tables

CASE = "help/<int:pk>"

urlpatterns: list[URLPattern] = [
    path("my-help/", hardship.my_help, name="my_help"),
    path("help/", hardship.help_list, name="help_list"),
    path("help/export/", hardship.help_export, name="help_export"),
    path("help/apply/", help_applying.help_apply, name="help_apply"),
    path("help/recommend/", help_applying.help_recommend, name="help_recommend"),
    path("help/decisions/", help_measures.help_decision_list, name="help_decision_list"),
    path("help/unhandled/", help_tables.help_orphan_list, name="help_orphan_list"),
    path("help/unhandled/<int:pk>/", help_tables.help_orphan_place, name="help_orphan_place"),
    path("help/flexible/", help_tables.help_flexible_list, name="help_flexible_list"),
    path("help/budget/", help_tables.help_budget_list, name="help_budget_list"),
    path("help/budget/export/", help_tables.help_budget_export, name="help_budget_export"),
    path("help/budget/add/", help_tables.help_budget_add, name="help_budget_add"),
    path("help/budget/<int:pk>/", help_tables.help_budget_change, name="help_budget_change"),
    path("help/report/", help_tables.help_report, name="help_report"),
    path("help/report/export/", help_tables.help_report_export, name="help_report_export"),
    path(f"{CASE}/", hardship.help_detail, name="help_detail"),
    path(f"{CASE}/papers/<int:paper_pk>/", hardship.help_paper, name="help_paper"),
    path(
        f"{CASE}/papers/<int:paper_pk>/remove/",
        hardship.help_paper_remove,
        name="help_paper_remove",
    ),
    path(f"{CASE}/change/", help_applying.help_change, name="help_change"),
    path(f"{CASE}/discard/", help_applying.help_discard, name="help_discard"),
    path(f"{CASE}/consent/", help_applying.help_consent, name="help_consent"),
    path(f"{CASE}/decline/", help_applying.help_decline, name="help_decline"),
    path(f"{CASE}/verifier/", help_steps.help_begin, name="help_begin"),
    path(f"{CASE}/verify/", help_steps.help_verify, name="help_verify"),
    path(f"{CASE}/visit/", help_steps.help_visit, name="help_visit"),
    path(f"{CASE}/attach/", help_steps.help_attach, name="help_attach"),
    path(f"{CASE}/members/add/", help_steps.help_member_add, name="help_member_add"),
    path(
        f"{CASE}/members/<int:member_pk>/end/", help_steps.help_member_end, name="help_member_end"
    ),
    path(
        f"{CASE}/members/<int:member_pk>/object/",
        help_steps.help_member_object,
        name="help_member_object",
    ),
    path(f"{CASE}/coordinator/", help_steps.help_hand_over, name="help_hand_over"),
    path(f"{CASE}/follow/", help_steps.help_follow, name="help_follow"),
    path(f"{CASE}/ask-word/", help_steps.help_ask_word, name="help_ask_word"),
    path(f"{CASE}/keep-open/", help_steps.help_keep_open, name="help_keep_open"),
    path(f"{CASE}/close/", help_steps.help_close, name="help_close"),
    path(f"{CASE}/close-unanswered/", help_steps.help_close_silent, name="help_close_silent"),
    path(f"{CASE}/reopen/", help_steps.help_reopen, name="help_reopen"),
    path(f"{CASE}/withdraw/", help_steps.help_withdraw, name="help_withdraw"),
    path(
        f"{CASE}/measures/propose/", help_measures.help_measure_propose, name="help_measure_propose"
    ),
    path(
        f"{CASE}/measures/<int:measure_pk>/decide/",
        help_measures.help_measure_decide,
        name="help_measure_decide",
    ),
    path(
        f"{CASE}/measures/<int:measure_pk>/carry-out/",
        help_measures.help_measure_carry_out,
        name="help_measure_carry_out",
    ),
    path(
        f"{CASE}/measures/<int:measure_pk>/cancel/",
        help_measures.help_measure_cancel,
        name="help_measure_cancel",
    ),
    path(
        f"{CASE}/flexible/<int:arrangement_pk>/end/",
        help_measures.help_flexible_end,
        name="help_flexible_end",
    ),
]
