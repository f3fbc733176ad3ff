"""Celery: thin shells around actions (reliability.md section 3). Beat's table is at the end."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erp.settings")

app = Celery("erp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "sweep the outbox": {"task": "erp.kernel.tasks.sweep_outbox", "schedule": 5.0, "options": {"expires": 5}},
}
