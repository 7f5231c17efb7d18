"""Every periodic job, one line each. Times are Asia/Shanghai."""

from celery.schedules import crontab

SCHEDULE = {
    "jobs-sweep": {"task": "courtparty.jobs.tasks.sweep", "schedule": 30.0},
    "notices-sweep": {"task": "courtparty.notices.tasks.send_mail", "schedule": 300.0},
    "audit-seal": {"task": "courtparty.audit.tasks.seal_entries", "schedule": 60.0},
    "figures-remind": {
        "task": "appraisal.tasks.remind_figures_to_confirm",
        "schedule": crontab(hour="8", minute="30"),
    },
    "cycles-open": {
        "task": "appraisal.tasks.open_due_cycles",
        "schedule": crontab(hour="6", minute="40"),
    },
    "cycles-announce": {
        "task": "appraisal.tasks.announce_last_days",
        "schedule": crontab(hour="8", minute="40"),
    },
    "ratings-remind": {
        "task": "appraisal.tasks.remind_ratings",
        "schedule": crontab(hour="8", minute="35"),
    },
    "requests-remind": {
        "task": "cadres.tasks.remind_replies",
        "schedule": crontab(hour="8", minute="20"),
    },
    "allowance-runs": {
        "task": "cadres.tasks.make_due_runs",
        "schedule": crontab(hour="6", minute="30"),
    },
    "terms-remind": {
        "task": "cadres.tasks.remind_terms",
        "schedule": crontab(hour="8", minute="25"),
    },
    "fulltime-check": {
        "task": "cadres.tasks.check_fulltime",
        "schedule": crontab(hour="2", minute="30"),
    },
    "files-expire": {
        "task": "courtparty.jobs.tasks.delete_expired_files",
        "schedule": crontab(hour="3", minute="10"),
    },
    "sessions-expire": {
        "task": "courtparty.accounts.tasks.clear_sessions",
        "schedule": crontab(hour="3", minute="20"),
    },
    # Retention: health.
    "health-remind": {
        "task": "retention.tasks.remind_health",
        "schedule": crontab(hour="8", minute="5"),
    },
    "health-expire": {
        "task": "retention.tasks.expire_health",
        "schedule": crontab(hour="3", minute="40"),
    },
    # Retention: screening.
    "calls-remind": {
        "task": "retention.tasks.remind_calls",
        "schedule": crontab(hour="8,15,17", minute="30"),
    },
    "break-glass-end": {
        "task": "retention.tasks.end_break_glass",
        "schedule": crontab(minute="*/10"),
    },
    "screenings-expire": {
        "task": "retention.tasks.delete_expired_screenings",
        "schedule": crontab(hour="3", minute="40"),
    },
    "screening-invite": {
        "task": "retention.tasks.invite_to_screening",
        "schedule": crontab(hour="8", minute="10"),
    },
    "pressure-publish": {
        "task": "retention.tasks.publish_pressure",
        "schedule": crontab(hour="4", minute="10"),
    },
    # Retention: entitlements.
    "entitlements-compute": {
        "task": "retention.tasks.compute_entitlements",
        "schedule": crontab(hour="1", minute="30"),
    },
    "entitlements-remind": {
        "task": "retention.tasks.remind_entitlements",
        "schedule": crontab(hour="8", minute="15"),
    },
    # Retention: leave.
    "leave-rounds-open": {
        "task": "retention.tasks.open_leave_rounds",
        "schedule": crontab(hour="6", minute="50"),
    },
    "leave-remind": {
        "task": "retention.tasks.remind_leave",
        "schedule": crontab(hour="8", minute="50"),
    },
    # Retention: hardship.
    "hardship-remind": {
        "task": "retention.tasks.remind_hardship",
        "schedule": crontab(hour="8", minute="45"),
    },
    "hardship-report": {
        "task": "retention.tasks.freeze_hardship_reports",
        "schedule": crontab(hour="6", minute="50"),
    },
    # Retention: awards.
    "awards-remind": {
        "task": "retention.tasks.remind_awards",
        "schedule": crontab(hour="8", minute="45"),
    },
    "mentoring-remind": {
        "task": "retention.tasks.remind_quiet_pairs",
        "schedule": crontab(hour="8", minute="50"),
    },
    # Retention: setbacks.
    "setbacks-raise": {
        "task": "retention.tasks.raise_setbacks",
        "schedule": crontab(hour="2", minute="50"),
    },
    "talks-plan": {
        "task": "retention.tasks.plan_talks",
        "schedule": crontab(hour="6", minute="10"),
    },
    "talks-remind": {
        "task": "retention.tasks.remind_talks",
        "schedule": crontab(hour="8", minute="45"),
    },
    # Retention: board.
    "pauses-suggest": {
        "task": "retention.tasks.suggest_pauses",
        "schedule": crontab(hour="7", minute="10"),
    },
    "pauses-end": {
        "task": "retention.tasks.announce_pause_ends",
        "schedule": crontab(hour="7", minute="15"),
    },
    "departures-remind": {
        "task": "retention.tasks.remind_departures",
        "schedule": crontab(hour="8", minute="5"),
    },
    "actions-remind": {
        "task": "retention.tasks.remind_actions",
        "schedule": crontab(hour="8", minute="10"),
    },
    "board-years-close": {
        "task": "retention.tasks.close_board_years",
        "schedule": crontab(hour="4", minute="40"),
    },
}
