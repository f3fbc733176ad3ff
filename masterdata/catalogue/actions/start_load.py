"""A program sends a supplier's list: it is looked at at once, and taken by a job."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.jobs import start_job
from erp.kernel.models import User
from masterdata.catalogue.actions.load_catalogue import refuse_bad
from masterdata.catalogue.permissions import CHANGE_CATALOGUE
from masterdata.catalogue.rules import CatalogueRow
from masterdata.parties.models import Supplier
from masterdata.records import locked

LOAD = "masterdata.load_catalogue"


@dataclass(frozen=True, slots=True)
class LoadStarted:
    """The job that takes the list."""

    job: str


@command("masterdata.start_load")
def start_load(batch: Batch, *, supplier_id: int, rows: Sequence[CatalogueRow]) -> LoadStarted:
    """Have a list taken into a supplier's catalogue, all rows or none. Raises NotFound, CatalogueRefused."""
    supplier = locked(Supplier.objects.select_related("party"), supplier_id)
    batch.actor.require(CHANGE_CATALOGUE, company=supplier.company_id)
    refuse_bad(rows)
    user = User.objects.get(pk=batch.actor.user_id) if batch.actor.user_id else None
    title = _("Catalogue of %(name)s") % {"name": supplier.party.name}
    params = {"supplier_id": supplier_id, "rows": [row.stored for row in rows]}
    return LoadStarted(str(start_job(LOAD, title, params, user).public_id))
