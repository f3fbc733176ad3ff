"""What e-invoices say of a company as the seller is entered or changes."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked, locked_at, only, write

from ..checks import sound_account, sound_email, sound_endpoint
from ..models import Company, SellerDetails
from ..permissions import CHANGE_SELLER

FIELDS = (
    "legal_name", "registration_number", "street", "postal_code", "city", "endpoint_scheme", "endpoint_id",
    "contact_name", "contact_phone", "contact_email", "account_name", "account_number", "bic",
)  # fmt: skip


@command("masterdata.set_seller_details")
def set_seller_details(batch: Batch, *, company_id: int, version: int, values: dict[str, Any]) -> None:
    """Set every one of FIELDS, blank where it is not given, and with `tax_number` the company's, if the details still
    have the version they were read with (0: nothing was said). Raises NotFound, BadInput, StaleVersion.
    """
    only(frozenset((*FIELDS, "tax_number")), values)
    company = locked(Company.objects.all(), company_id)
    batch.actor.require(CHANGE_SELLER, company=company.pk)
    wanted = sound_account(sound_endpoint({name: values.get(name, "").strip() for name in FIELDS}))
    sound_email("contact_email", wanted["contact_email"])
    known = SellerDetails.objects.filter(company=company)
    pk = known.values_list("pk", flat=True).first()
    if pk is None:
        SellerDetails.objects.create(company=company, **wanted)
    else:
        write(locked_at(known.select_related("company"), pk, version, wanted), wanted)
    if "tax_number" in values:
        write(company, {"tax_number": values["tax_number"].replace(" ", "").upper()})
