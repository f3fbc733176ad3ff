"""A new supplier of a company."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command

from ..checks import party_for, sound_currency, trading_company
from ..errors import AlreadySupplier
from ..models import Supplier
from ..permissions import CHANGE_SUPPLIER


@dataclass(frozen=True, slots=True)
class SupplierCreated:
    supplier_id: int
    code: str


@command("masterdata.create_supplier")
def create_supplier(
    batch: Batch,
    *,
    company_id: int,
    name: str,
    country: str,
    terms_id: int,
    code: str = "",
    currency: str = "",
    lead_time_days: int = 7,
    language: str = "en",
    tax_number: str = "",
    email: str = "",
    phone: str = "",
) -> SupplierCreated:
    """Create the supplier; a `code` that is a party already makes that party a supplier.

    Raises NotFound, BadInput, AlreadySupplier.
    """
    company = trading_company(batch, company_id, CHANGE_SUPPLIER)
    party = party_for(
        code=code, prefix="S", name=name, country=country,
        language=language, tax_number=tax_number.strip(), email=email.strip(), phone=phone.strip(),
    )  # fmt: skip
    if Supplier.objects.filter(company=company, party=party).exists():
        raise AlreadySupplier(party=party, company=company.code, field="code")
    supplier = Supplier.objects.create(
        company=company, party=party, terms_id=terms_id, lead_time_days=lead_time_days,
        currency=sound_currency(currency, company),
    )  # fmt: skip
    return SupplierCreated(supplier.pk, party.code)
