"""Celery shells of planning: the nightly start, and the run, slice by slice, each committed with its progress."""

import logging

from celery import shared_task
from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.audit import signed
from erp.kernel.batch import Batch, constant
from erp.kernel.clock import now
from erp.kernel.command import BY_KEY, By
from erp.kernel.errors import DomainError
from erp.kernel.jobs import JobRun, job
from masterdata.places.models import Company

from .actions.plan_slice import expire_replenishments, plan_slice
from .actions.start_planning import RUN, start_planning
from .reads import ITEM_COUNT

log = logging.getLogger(__name__)
COUNTED = ("forecasts", "skipped", "made", "kept", "gone")


@shared_task
def plan_tonight() -> None:
    """Beat, hourly at night: one run a day for each company, however often it is asked for."""
    actor, day = Actor.system("inventory.plan_tonight"), now().date()
    for company_id in Company.objects.order_by("pk").values_list("pk", flat=True):
        try:
            start_planning(By(actor, key=f"{company_id} {day}"), company_id=company_id)
        except DomainError as error:  # yesterday's run goes on; the other companies do not wait for it
            log.warning("planning of company %s was not started: %s", company_id, error)


@job(RUN, queue="planning")
def plan_company(run: JobRun) -> str:
    """All items of a company, a slice at a time; a run that was stopped goes on behind its last slice."""
    company_id = run.params["company_id"]
    actor = Actor.of(run.requested_by) if run.requested_by else Actor.system(RUN)
    ((count,),) = constant(ITEM_COUNT, company_id, company_id)
    position = {"after": 0, "items": 0, **dict.fromkeys(COUNTED, 0), **run.position}
    finished = False
    while not finished and not run.cancelled:
        with signed(actor, _("Planning")):
            batch = Batch(actor, now())
            batch.configure(BY_KEY)
            done = plan_slice.inside(batch, company_id=company_id, after=position["after"])
            batch.close()
            position = {
                "after": done.after,
                "items": position["items"] + done.items,
                **{name: position[name] + getattr(done, name) for name in COUNTED},
            }
            finished = done.finished
            run.total(max(count, position["items"]))  # items may have come meanwhile
            run.cursor(position)
            run.advance(done.items)
    expired = expire_replenishments(By(actor), company_id=company_id).proposals if finished else 0
    return _(
        "%(made)s proposals are new, %(kept)s stay, %(gone)s are not needed any more, %(expired)s expired; "
        "%(forecasts)s forecasts were made, %(skipped)s had nothing new"
    ) % {**position, "expired": expired}
