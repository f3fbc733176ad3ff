"""Celery shells of dunning: the nightly start, and the run, payers by the hundred, each committed with its progress."""

import logging

from celery import shared_task
from django.utils.translation import ngettext

from billing.dunning.actions.dun_payers import dun_payers
from billing.dunning.actions.start_dunning import RUN, start_dunning
from billing.dunning.reads import NEXT_PAYERS, PAYER_COUNT
from erp.kernel.actor import Actor
from erp.kernel.batch import constant
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.jobs import JobRun, job
from masterdata.places.models import Company
from masterdata.places.queries import day_of

log = logging.getLogger(__name__)
CHUNK = 100


@shared_task
def dun_tonight() -> None:
    """Beat, hourly at night: one run for each company that has levels and each of its days, however often it is asked
    for."""
    actor, at = Actor.system("billing.dun_tonight"), now()
    for company in Company.objects.filter(dunning_levels__isnull=False).distinct().order_by("pk"):
        try:
            start_dunning(By(actor, key=f"{company.pk} {day_of(company, at)}"), company_id=company.pk)
        except DomainError as error:  # yesterday's run goes on; the other companies do not wait for it
            log.warning("dunning of company %s was not started: %s", company.pk, error)


@job(RUN, queue="billing")
def dun_company(run: JobRun) -> str:
    """All payers of a company with something overdue. A run that was stopped goes on behind its last hundred; what it
    wrote before is not written again."""
    company = Company.objects.get(pk=run.params["company_id"])
    actor = Actor.of(run.requested_by) if run.requested_by else Actor.system(RUN)
    today = day_of(company, now())
    ((count,),) = constant(PAYER_COUNT, company.pk, today)
    run.total(count)
    position = {"after": 0, "letters": 0, **run.position}
    while not run.cancelled:
        ids = [row[0] for row in constant(NEXT_PAYERS, company.pk, position["after"], today, CHUNK)]
        if not ids:
            break
        written = dun_payers(By(actor), customer_ids=ids).letter_ids
        position = {"after": ids[-1], "letters": position["letters"] + len(written)}
        run.cursor(position)
        run.advance(len(ids))
    return ngettext("%(n)d letter written", "%(n)d letters written", position["letters"]) % {
        "n": position["letters"]
    }
