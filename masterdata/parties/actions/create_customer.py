"""A new customer of a company."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command

from ..checks import own_site, party_for, sound_currency, sound_freight, sound_payer, trading_company
from ..errors import AlreadyCustomer
from ..models import Customer, ShipTo
from ..permissions import CHANGE_CUSTOMER


@dataclass(frozen=True, slots=True)
class CustomerCreated:
    customer_id: int
    code: str


@command("masterdata.create_customer")
def create_customer(
    batch: Batch,
    *,
    company_id: int,
    name: str,
    country: str,
    group_id: int,
    terms_id: int,
    code: str = "",
    currency: str = "",
    tax_treatment: str = Customer.TaxTreatment.DOMESTIC,
    ship_rule: str = Customer.ShipRule.PARTIAL,
    minimum_fill_percent: int = 0,
    maximum_shipments: int = 0,
    language: str = "en",
    tax_number: str = "",
    email: str = "",
    phone: str = "",
    street: str = "",
    postal_code: str = "",
    city: str = "",
    bill_to_id: int | None = None,
    preferred_site_id: int | None = None,
    po_required: bool = False,
    po_unique: bool = True,
    freight_terms: str = Customer.FreightTerms.PREPAID,
    freight_account: str = "",
    billing_trigger: str = Customer.BillingTrigger.SHIPMENT,
) -> CustomerCreated:
    """Create the customer and its first address; a `code` that is a party already makes that party a customer.

    Without a currency it is the company's. Raises NotFound, BadInput, AlreadyCustomer, OtherCompany, BillToLoop.
    """
    company = trading_company(batch, company_id, CHANGE_CUSTOMER)
    sound_payer(None, company_id, bill_to_id)
    own_site(company_id, preferred_site_id)
    freight = sound_freight({"freight_terms": freight_terms, "freight_account": freight_account})
    party = party_for(
        code=code, prefix="C", name=name, country=country,
        language=language, tax_number=tax_number.strip(), email=email.strip(), phone=phone.strip(),
    )  # fmt: skip
    if Customer.objects.filter(company=company, party=party).exists():
        raise AlreadyCustomer(party=party, company=company.code, field="code")
    customer = Customer.objects.create(
        company=company,
        party=party,
        group_id=group_id,
        terms_id=terms_id,
        bill_to_id=bill_to_id,
        currency=sound_currency(currency, company),
        tax_treatment=tax_treatment,
        ship_rule=ship_rule,
        minimum_fill_percent=minimum_fill_percent,
        maximum_shipments=maximum_shipments,
        preferred_site_id=preferred_site_id,
        po_required=po_required,
        po_unique=po_unique,
        billing_trigger=billing_trigger,
        **freight,
    )
    ShipTo.objects.create(
        customer=customer, code="01", name=party.name[:120], street=street.strip(), is_default=True,
        postal_code=postal_code.strip(), city=city.strip(), country=party.country,
    )  # fmt: skip
    return CustomerCreated(customer.pk, party.code)
