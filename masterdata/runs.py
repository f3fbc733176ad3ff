"""Work over all of a company that a worker does: one run of a kind at a time."""

from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import InvalidTransition
from erp.kernel.jobs import start_job
from erp.kernel.models import Job, User
from masterdata.places.models import Company
from masterdata.records import locked


def start_company_run(batch: Batch, *, kind: str, right: str, company_id: int, work: Any) -> str:
    """Queue a job of a kind for a company; `work` names it with a place for `%(company)s`. Answers the job's id.

    Raises NotFound, and InvalidTransition while one is under way.
    """
    company = locked(Company.objects.all(), company_id)
    batch.actor.require(right, company=company_id)
    under_way = Job.objects.filter(kind=kind, state__in=(Job.State.QUEUED, Job.State.RUNNING))
    if under_way.filter(params__company_id=company_id).exists():
        raise InvalidTransition(
            document=work % {"company": company.code}, state=_("under way"), verb=_("starting it again")
        )
    user = User.objects.get(pk=batch.actor.user_id) if batch.actor.user_id else None
    title = work % {"company": company.name}
    return str(start_job(kind, title, {"company_id": company_id}, user).public_id)
