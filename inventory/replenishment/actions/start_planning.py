"""Have a company planned by a worker: at night for everybody, by day for who asks."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import InvalidTransition
from erp.kernel.jobs import start_job
from erp.kernel.models import Job, User
from inventory.replenishment.permissions import PLAN
from masterdata.places.models import Company
from masterdata.records import locked

RUN = "inventory.plan_replenishment"


@dataclass(frozen=True, slots=True)
class PlanningStarted:
    """The job that plans."""

    job: str


@command("inventory.start_planning")
def start_planning(batch: Batch, *, company_id: int) -> PlanningStarted:
    """Start a run over all items of a company. Raises NotFound, InvalidTransition while one is under way."""
    company = locked(Company.objects.all(), company_id)
    batch.actor.require(PLAN, company=company_id)
    under_way = Job.objects.filter(kind=RUN, state__in=(Job.State.QUEUED, Job.State.RUNNING))
    if under_way.filter(params__company_id=company_id).exists():
        raise InvalidTransition(
            document=_("Planning of %(company)s") % {"company": company.code},
            state=_("under way"),
            verb=_("starting it again"),
        )
    user = User.objects.get(pk=batch.actor.user_id) if batch.actor.user_id else None
    title = _("Planning of %(company)s") % {"company": company.name}
    return PlanningStarted(str(start_job(RUN, title, {"company_id": company_id}, user).public_id))
