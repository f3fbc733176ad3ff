"""Celery shells of the facts."""

from datetime import datetime, timedelta

from celery import shared_task

from erp.kernel.upkeep import daily

from .actions.roll_up import roll_up, touch_since, value_stock_history, value_stock_now

RECOUNTED = timedelta(days=35)


@shared_task
def roll_up_days() -> None:
    """Beat, every 15 s: count the days whose facts have moved on, and value the stock."""
    roll_up()
    value_stock_now()


@shared_task
@daily
def recount(at: datetime) -> None:
    """Beat, hourly, once a day: count the last five weeks anew, and value stock of every day from the ledger."""
    touch_since((at - RECOUNTED).date())
    value_stock_history()
