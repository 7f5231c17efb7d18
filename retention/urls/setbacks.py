from django.urls import path

from retention.views import setback_steps, setbacks, talk_register, talk_tasks, talks

SETBACK = "setbacks/<int:pk>"
HELP = f"{SETBACK}/help/<int:help_pk>"
TASK = "talks/planned/<int:pk>"
TALK = "talks/<int:pk>"
AGREED = f"{TALK}/agreed/<int:agreed_pk>"

urlpatterns = [
    path("setbacks/", setbacks.setback_list, name="setback_list"),
    path("setbacks/export/", setbacks.setback_export, name="setback_export"),
    path("setbacks/raise/", setbacks.setback_raise, name="setback_raise"),
    path(f"{SETBACK}/", setbacks.setback_detail, name="setback_detail"),
    path(f"{SETBACK}/change/", setbacks.setback_change, name="setback_change"),
    path(f"{SETBACK}/help/", setback_steps.setback_help, name="setback_help"),
    path(f"{HELP}/done/", setback_steps.setback_help_done, name="setback_help_done"),
    path(f"{HELP}/drop/", setback_steps.setback_help_drop, name="setback_help_drop"),
    path(f"{HELP}/reopen/", setback_steps.setback_help_reopen, name="setback_help_reopen"),
    path(f"{SETBACK}/follow-up/", setback_steps.setback_follow_up, name="setback_follow_up"),
    path(f"{SETBACK}/better/", setback_steps.setback_recover, name="setback_recover"),
    path(f"{SETBACK}/close/", setback_steps.setback_close, name="setback_close"),
    path(f"{SETBACK}/withdraw/", setback_steps.setback_withdraw, name="setback_withdraw"),
    path(f"{SETBACK}/reopen/", setback_steps.setback_reopen, name="setback_reopen"),
    path("talks/", talk_register.talk_list, name="talk_list"),
    path("talks/export/", talk_register.talk_export, name="talk_export"),
    path("talks/held/", talk_register.talk_held, name="talk_held"),
    path("talks/held/export/", talk_register.talk_held_export, name="talk_held_export"),
    path("talks/calendar/", talk_register.talk_calendar, name="talk_calendar"),
    path("talks/coverage/", talk_register.talk_coverage, name="talk_coverage"),
    path("talks/coverage/export/", talk_register.talk_coverage_export, name="talk_coverage_export"),
    path("talks/rules/", talk_register.talk_rules, name="talk_rules"),
    path(
        "talks/rules/<int:court_pk>/<slug:pair>/",
        talk_register.talk_rule_change,
        name="talk_rule_change",
    ),
    path("talks/mine/", talk_tasks.talk_mine, name="talk_mine"),
    path("talks/plan/", talk_tasks.talk_plan, name="talk_plan"),
    path("talks/record/", talks.talk_record, name="talk_record"),
    path(f"{TASK}/", talk_tasks.talk_task_detail, name="talk_task_detail"),
    path(f"{TASK}/hold/", talks.talk_hold, name="talk_hold"),
    path(f"{TASK}/assign/", talk_tasks.talk_task_assign, name="talk_task_assign"),
    path(f"{TASK}/cancel/", talk_tasks.talk_task_cancel, name="talk_task_cancel"),
    path(f"{TASK}/restore/", talk_tasks.talk_task_restore, name="talk_task_restore"),
    path(f"{TALK}/", talks.talk_detail, name="talk_detail"),
    path(f"{TALK}/correct/", talks.talk_correct, name="talk_correct"),
    path(f"{TALK}/private/", talks.talk_private, name="talk_private"),
    path(f"{TALK}/take-back/", talks.talk_take_back, name="talk_take_back"),
    path(f"{TALK}/acknowledge/", talks.talk_acknowledge, name="talk_acknowledge"),
    path(f"{TALK}/agreed/", talks.talk_agree, name="talk_agree"),
    path(f"{AGREED}/done/", talks.talk_agreed_done, name="talk_agreed_done"),
    path(f"{AGREED}/reopen/", talks.talk_agreed_reopen, name="talk_agreed_reopen"),
    path("my/talks/", talks.my_talks, name="my_talks"),
]
