"""Have a company's payers dunned by a worker: at night for everybody, by day for who asks."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.dunning.permissions import DUN
from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.runs import start_company_run

RUN = "billing.dunning"


@dataclass(frozen=True, slots=True)
class DunningStarted:
    """The job that duns."""

    job: str


@command("billing.start_dunning")
def start_dunning(batch: Batch, *, company_id: int) -> DunningStarted:
    """Start a run over all payers of a company. Raises NotFound, InvalidTransition while one is under way."""
    return DunningStarted(
        start_company_run(batch, kind=RUN, right=DUN, company_id=company_id, work=_("Dunning of %(company)s"))
    )
