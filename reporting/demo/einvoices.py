"""Some customers want their invoices by EN 16931; one of them has told nobody its VAT number."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Count

from erp.kernel.command import By
from masterdata.models import Company, Customer
from masterdata.parties.actions.change_customer import change_customer
from masterdata.parties.actions.set_einvoice_profile import set_einvoice_profile
from masterdata.places.actions.set_seller_details import set_seller_details

from .masters import MAIN

SELLERS = {
    True: {
        "legal_name": "Meridian Supply NV", "registration_number": "0477472701", "street": "Scheldelaan 410",
        "postal_code": "2030", "city": "Antwerpen", "endpoint_scheme": "0208", "endpoint_id": "0477472701",
        "account_name": "Meridian Supply NV", "account_number": "BE68539007547034", "bic": "KREDBEBB",
    },
    False: {
        "legal_name": "Meridian Tools UK Ltd", "street": "Guinness Road 14", "postal_code": "M17 1SB",
        "city": "Manchester", "account_name": "Meridian Tools UK Ltd", "account_number": "GB82WEST12345698765432",
    },
}  # fmt: skip
FORMATS = ("ubl", "cii", "facturx", "ubl")  # of those with most invoices; the last has no VAT number


def invoice_electronically(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Say who the sellers are and which customers want what; workers make the documents of what was posted."""
    for company in Company.objects.order_by("pk"):
        values = SELLERS[company.code == MAIN]
        set_seller_details(by("steward", now), company_id=company.pk, version=0, values=values)
    own = Customer.objects.filter(company__code=MAIN).select_related("party")
    busy = own.annotate(n=Count("invoices")).filter(n__gt=0).order_by("-n", "pk")
    abroad = busy.filter(tax_treatment=Customer.TaxTreatment.INTRA_COMMUNITY)
    silent = abroad.last()
    chosen = [one for one in busy[: len(FORMATS)] if silent is None or one.pk != silent.pk]
    wanted = dict(zip(chosen, FORMATS, strict=False))
    if silent is not None:
        wanted[silent] = FORMATS[-1]
        change_customer(
            by("steward", now), customer_id=silent.pk, version=silent.version, changes={"tax_number": ""}
        )
    for customer, format in wanted.items():
        email = f"invoices@{customer.party.code.lower()}.example"
        set_einvoice_profile(
            by("steward", now),
            customer_id=customer.pk,
            version=0,
            format=format,
            buyer_reference=f"AP-{customer.pk}",
            email=email,
        )
