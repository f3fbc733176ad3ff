"""Have a company planned by a worker: at night for everybody, by day for who asks."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.replenishment.permissions import PLAN
from masterdata.runs import start_company_run

RUN = "inventory.plan_replenishment"


@dataclass(frozen=True, slots=True)
class PlanningStarted:
    """The job that plans."""

    job: str


@command("inventory.start_planning")
def start_planning(batch: Batch, *, company_id: int) -> PlanningStarted:
    """Start a run over all items of a company. Raises NotFound, InvalidTransition while one is under way."""
    return PlanningStarted(
        start_company_run(
            batch, kind=RUN, right=PLAN, company_id=company_id, work=_("Planning of %(company)s")
        )
    )
