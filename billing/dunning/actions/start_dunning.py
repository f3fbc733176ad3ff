"""Have a company's payers dunned by a worker: at night for everybody, by day for who asks."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.dunning.permissions import DUN
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import InvalidTransition
from erp.kernel.jobs import start_job
from erp.kernel.models import Job, User
from masterdata.places.models import Company
from masterdata.records import locked

RUN = "billing.dunning"


@dataclass(frozen=True, slots=True)
class DunningStarted:
    """The job that duns."""

    job: str


@command("billing.start_dunning")
def start_dunning(batch: Batch, *, company_id: int) -> DunningStarted:
    """Start a run over all payers of a company. Raises NotFound, InvalidTransition while one is under way."""
    company = locked(Company.objects.all(), company_id)
    batch.actor.require(DUN, company=company_id)
    under_way = Job.objects.filter(kind=RUN, state__in=(Job.State.QUEUED, Job.State.RUNNING))
    if under_way.filter(params__company_id=company_id).exists():
        raise InvalidTransition(
            document=_("Dunning of %(company)s") % {"company": company.code},
            state=_("under way"),
            verb=_("starting it again"),
        )
    user = User.objects.get(pk=batch.actor.user_id) if batch.actor.user_id else None
    title = _("Dunning of %(company)s") % {"company": company.name}
    return DunningStarted(str(start_job(RUN, title, {"company_id": company_id}, user).public_id))
