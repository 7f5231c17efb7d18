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
}
