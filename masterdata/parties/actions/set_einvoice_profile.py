"""How a customer gets its invoices is agreed or changes."""

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.places.checks import sound_email, sound_endpoint
from masterdata.records import locked, locked_at, write

from ..models import Customer, EInvoiceProfile
from ..permissions import CHANGE_CUSTOMER


@command("masterdata.set_einvoice_profile")
def set_einvoice_profile(
    batch: Batch,
    *,
    customer_id: int,
    version: int,
    format: str,
    buyer_reference: str = "",
    endpoint_scheme: str = "",
    endpoint_id: str = "",
    email: str = "",
) -> None:
    """Say how the customer wants its invoices from now on, if that still has the version it was read with (0: nothing
    was said). Invoices that are posted already keep what they have. Raises NotFound, BadInput, StaleVersion.
    """
    customer = locked(Customer.objects.select_related("party"), customer_id)
    batch.actor.require(CHANGE_CUSTOMER, company=customer.company_id)
    if format not in EInvoiceProfile.Format.values:
        raise BadInput(field="format", reason=", ".join(EInvoiceProfile.Format.values))
    values = sound_endpoint({
        "format": format, "buyer_reference": buyer_reference.strip(), "endpoint_scheme": endpoint_scheme,
        "endpoint_id": endpoint_id, "email": sound_email("email", email),
    })  # fmt: skip
    known = EInvoiceProfile.objects.filter(customer=customer)
    pk = known.values_list("pk", flat=True).first()
    if pk is None:
        EInvoiceProfile.objects.create(customer=customer, **values)
    else:
        write(locked_at(known, pk, version, values), values)
