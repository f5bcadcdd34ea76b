"""What the beat asks for by itself, and when; days and hours are those of Shanghai."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "lapse-offers": {"task": "training.tasks.lapse_offers", "schedule": 60.0},
    "fold-views": {"task": "products.tasks.fold_views", "schedule": 60.0},
    "sweep-days": {"task": "traffic.tasks.sweep_days", "schedule": 60.0},
    # What boards and lists tell of pacing: no page waits for it.
    "renew-pacing": {
        "task": "traffic.tasks.renew_pacing",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # A window that ended at midnight, after its last figures had come.
    "sweep-make-goods": {
        "task": "traffic.tasks.sweep_make_goods",
        "schedule": crontab(hour=7, minute=30),
    },
    "look-into-inbox": {
        "task": "portal.statements.tasks.look_into_inbox",
        "schedule": 60.0,
        # A store that is away holds looks up: those that nobody began do not pile up.
        "options": {"expires": 60},
    },
    # At the half hour: what was given up does not wait for the night's deleting.
    "sweep-uploads": {
        "task": "portal.statements.tasks.sweep_uploads",
        "schedule": crontab(minute="30"),
    },
    "sweep-work": {
        "task": "portal.jobs.tasks.sweep_work",
        "schedule": 10.0,
        # While all workers are busy, sweeps that nobody began do not pile up.
        "options": {"expires": 10},
    },
    "seal-audit": {"task": "portal.audit.tasks.seal_entries", "schedule": 60.0},
    # At night: deleting what is over writes much.
    "clear-what-is-over": {
        "task": "portal.privacy.tasks.clear_what_is_over",
        "schedule": crontab(hour="3", minute="20"),
    },
    # After the night's deleting, before anybody looks at a figure.
    "ask-reconciliation": {
        "task": "traffic.tasks.ask_reconciliation",
        "schedule": crontab(hour=4, minute=10),
    },
    # A report that did not come overnight closes no day.
    "ask-alerts": {"task": "traffic.tasks.ask_alerts", "schedule": crontab(hour=7, minute=40)},
    # Before the digest of half past eight: the day of a lapse begins with its news.
    "ask-reminders": {
        "task": "portal.qualifications.tasks.ask_reminders",
        "schedule": crontab(hour=8, minute=0),
    },
    # On Mondays they are made at half past eight; every later hour, and day, makes up for one that
    # was missed, but never at night.
    "ask-briefs": {
        "task": "traffic.tasks.ask_briefs",
        "schedule": crontab(hour="8-20", minute=30),
    },
    "ask-digests": {
        "task": "portal.home.tasks.ask_digests",
        "schedule": crontab(hour=8, minute=30),
        # What the morning missed is not made up for in the evening.
        "options": {"expires": 3 * 3600},
    },
}
