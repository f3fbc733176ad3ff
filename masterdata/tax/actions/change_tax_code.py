"""A tax code is called otherwise, or says otherwise why no tax is charged."""

from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at, only, write

from ..models import TaxCode
from ..permissions import CHANGE_TAX
from .create_tax_code import NEEDS_REASON

# Rate and category are not among them: documents name the code for what they were taxed with. A new rate is a new
# code, and the rules choose it from a day on.
CHANGEABLE = frozenset({"name", "exemption_reason"})


@command("masterdata.change_tax_code")
def change_tax_code(batch: Batch, *, tax_code_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the code, if it still has the version they were edited on.

    Raises NotFound, BadInput, StaleVersion with both values.
    """
    only(CHANGEABLE, changes)
    values = {name: value.strip() for name, value in changes.items()}
    row = locked_at(TaxCode.objects.all(), tax_code_id, version, values)
    batch.actor.require(CHANGE_TAX, company=row.company_id)
    if not values.get("name", row.name):
        raise BadInput(field="name", reason=_("this may not be empty."))
    if row.category in NEEDS_REASON and not values.get("exemption_reason", row.exemption_reason):
        raise BadInput(field="exemption_reason", reason=_("invoices have to say why no tax is charged."))
    write(row, values)
