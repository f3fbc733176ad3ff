"""Celery: thin shells around actions (reliability.md section 3). Beat's table is at the end."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import before_task_publish, task_prerun, worker_process_init

from erp.kernel import heap, logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erp.settings")

app = Celery("erp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@before_task_publish.connect
def carry_request_id(headers: dict[str, Any], **_: Any) -> None:
    """A task logs under the request that caused it."""
    headers["request_id"] = logs.request_id.get()


@task_prerun.connect
def take_request_id(task_id: str, task: Any, **_: Any) -> None:
    logs.request_id.set(task.request.get("request_id") or task_id)
    logs.actor_name.set(f"task:{task.name}")


@worker_process_init.connect
def settle(**_: Any) -> None:
    heap.settle()


REPORTS = {"queue": "reports", "expires": 15}

app.conf.beat_schedule = {
    "sweep the outbox": {"task": "erp.kernel.tasks.sweep_outbox", "schedule": 5.0, "options": {"expires": 5}},
    "sweep the jobs": {"task": "erp.kernel.jobs.sweep_jobs", "schedule": 10.0, "options": {"expires": 10}},
    "sweep the EDI folder": {
        "task": "orders.channels.tasks.sweep_folder",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "expire quotes": {"task": "orders.quotes.tasks.expire_old_quotes", "schedule": 600.0},
    "expire blanket orders": {"task": "orders.blankets.tasks.expire_old_blankets", "schedule": 600.0},
    "sweep the inbox": {
        "task": "orders.exceptions.tasks.sweep_inbox",
        "schedule": 30.0,
        "options": {"queue": "reports", "expires": 30},
    },
    "plan counts": {"task": "inventory.counting.tasks.plan_daily_counts", "schedule": 3600.0},
    "expire lots": {"task": "inventory.adjustments.tasks.expire_day", "schedule": 900.0},
    "propose transfers": {
        "task": "inventory.transfers.tasks.propose_all_transfers",
        "schedule": 3600.0,
        "options": {"queue": "planning"},
    },
    # The first of a night counts, the others make up for a beat that was down.
    "plan tonight": {
        "task": "inventory.replenishment.tasks.plan_tonight",
        "schedule": crontab(hour="1-5", minute=0),
        "options": {"queue": "planning"},
    },
    "dun tonight": {
        "task": "billing.dunning.tasks.dun_tonight",
        "schedule": crontab(hour="2-6", minute=30),
        "options": {"queue": "billing"},
    },
    "make partitions": {"task": "erp.kernel.upkeep.make_partitions", "schedule": 3600.0},
    "roll up days": {"task": "reporting.facts.tasks.roll_up_days", "schedule": 15.0, "options": REPORTS},
    "recount": {"task": "reporting.facts.tasks.recount", "schedule": 3600.0, "options": REPORTS},
    "end expired quotas": {"task": "inventory.commitments.tasks.end_expired_quotas", "schedule": 3600.0},
    "ask after deliveries": {
        "task": "billing.invoicing.tasks.ask_after_deliveries",
        "schedule": 3600.0,
        "options": {"queue": "billing"},
    },
    "credit waiting returns": {
        "task": "billing.invoicing.tasks.credit_waiting_returns",
        "schedule": 60.0,
        "options": {"queue": "billing", "expires": 60},
    },
    "seal the ledgers": {
        "task": "billing.closing.tasks.seal_ledgers",
        "schedule": 3600.0,
        "options": {"queue": "reports"},
    },
    "purge what is finished": {"task": "erp.kernel.upkeep.purge_finished", "schedule": 3600.0},
    "purge trials of order rules": {"task": "orders.orchestration.tasks.purge_trials", "schedule": 3600.0},
}
