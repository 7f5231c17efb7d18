from django.urls import URLPattern, path

from retention.views import (
    leave,
    leave_accounts,
    leave_calendar,
    leave_overtime,
    leave_own,
    leave_plans,
    leave_rounds,
)

urlpatterns: list[URLPattern] = [
    path("leave/", leave.leave_list, name="leave_list"),
    path("leave/export/", leave.leave_export, name="leave_export"),
    path("leave/mine/", leave_own.my_leave, name="my_leave"),
    path("leave/mine/ask/", leave_own.leave_ask, name="leave_ask"),
    path("leave/mine/count/", leave_own.leave_count, name="leave_count"),
    path("leave/mine/plan/", leave_plans.leave_plan_mine, name="leave_plan_mine"),
    path("leave/mine/overtime/", leave_overtime.leave_overtime_mine, name="leave_overtime_mine"),
    path("leave/<int:pk>/", leave.leave_detail, name="leave_detail"),
    path("leave/<int:pk>/decide/", leave.leave_decide, name="leave_decide"),
    path("leave/<int:pk>/reason/", leave.leave_reason, name="leave_reason"),
    path("leave/<int:pk>/change/", leave_own.leave_change, name="leave_change"),
    path("leave/<int:pk>/withdraw/", leave_own.leave_withdraw, name="leave_withdraw"),
    path("leave/<int:pk>/cancel/", leave_own.leave_cancel, name="leave_cancel"),
    path("leave/<int:pk>/end/", leave_own.leave_end, name="leave_end"),
    path("leave/enter/<int:officer>/", leave_own.leave_enter, name="leave_enter"),
    path("leave/calendar/", leave_calendar.leave_calendar, name="leave_calendar"),
    path("leave/plans/", leave_plans.leave_plan_list, name="leave_plan_list"),
    path(
        "leave/plans/<int:officer>/propose/",
        leave_plans.leave_plan_propose,
        name="leave_plan_propose",
    ),
    path("leave/plans/<int:pk>/agree/", leave_plans.leave_plan_agree, name="leave_plan_agree"),
    path("leave/plans/<int:pk>/drop/", leave_plans.leave_plan_drop, name="leave_plan_drop"),
    path("leave/overtime/", leave_overtime.leave_overtime_list, name="leave_overtime_list"),
    path(
        "leave/overtime/export/",
        leave_overtime.leave_overtime_export,
        name="leave_overtime_export",
    ),
    path("leave/overtime/enter/", leave_overtime.leave_overtime_enter, name="leave_overtime_enter"),
    path(
        "leave/overtime/<int:pk>/confirm/",
        leave_overtime.leave_overtime_confirm,
        name="leave_overtime_confirm",
    ),
    path(
        "leave/overtime/<int:pk>/refuse/",
        leave_overtime.leave_overtime_refuse,
        name="leave_overtime_refuse",
    ),
    path(
        "leave/overtime/<int:pk>/withdraw/",
        leave_overtime.leave_overtime_withdraw,
        name="leave_overtime_withdraw",
    ),
    path("leave/rounds/", leave_rounds.leave_round_list, name="leave_round_list"),
    path("leave/rounds/open/", leave_rounds.leave_round_open, name="leave_round_open"),
    path("leave/rounds/<int:pk>/", leave_rounds.leave_round, name="leave_round"),
    path("leave/rounds/<int:pk>/close/", leave_rounds.leave_round_close, name="leave_round_close"),
    path(
        "leave/rounds/<int:pk>/settle/", leave_rounds.leave_round_settle, name="leave_round_settle"
    ),
    path(
        "leave/carry/<int:officer>/<int:year>/",
        leave_rounds.leave_carry_propose,
        name="leave_carry_propose",
    ),
    path(
        "leave/carry/<int:pk>/answer/", leave_rounds.leave_carry_answer, name="leave_carry_answer"
    ),
    path(
        "leave/carry/<int:pk>/withdraw/",
        leave_rounds.leave_carry_withdraw,
        name="leave_carry_withdraw",
    ),
    path("leave/accounts/", leave_accounts.leave_account_list, name="leave_account_list"),
    path(
        "leave/accounts/export/", leave_accounts.leave_account_export, name="leave_account_export"
    ),
    path(
        "leave/accounts/<int:officer>/<int:year>/",
        leave_accounts.leave_account,
        name="leave_account",
    ),
    path(
        "leave/accounts/<int:officer>/<int:year>/correct/",
        leave_accounts.leave_account_correct,
        name="leave_account_correct",
    ),
    path("leave/kinds/", leave_accounts.leave_kind_list, name="leave_kind_list"),
    path("leave/kinds/<slug:kind>/", leave_accounts.leave_kind_edit, name="leave_kind_edit"),
    path(
        "leave/kinds/<slug:kind>/reset/",
        leave_accounts.leave_kind_reset,
        name="leave_kind_reset",
    ),
    path("leave/teams/", leave_accounts.leave_team, name="leave_team"),
    path("leave/teams/limit/", leave_accounts.leave_team_limit, name="leave_team_limit"),
    path("leave/teams/pairs/", leave_accounts.leave_pair_add, name="leave_pair_add"),
    path(
        "leave/teams/pairs/<int:pk>/remove/",
        leave_accounts.leave_pair_remove,
        name="leave_pair_remove",
    ),
]
