"""Two companies that trade side by side in one database: what one of them holds is foreign to the other's people."""

from decimal import Decimal
from typing import Any

from erp.kernel.models import NumberSeries
from masterdata import models as md
from tests import factories
from tests.erp.side import Side, shared_item
from tests.erp.side_trades import trade

ROLES = ("customer_service", "warehouse", "procurement", "finance", "data_steward", "process_owner")


def side(name: str) -> Side:
    """A company called `name` in all its texts, with masters, and documents that went all the way or wait."""
    company = factories.company(code=name, name=f"{name} company")
    factories.books(company)
    for series in NumberSeries.objects.filter(
        scope=f"company:{company.pk}"
    ):  # numbers are unique in the house
        NumberSeries.objects.filter(pk=series.pk).update(prefix=f"{name}-{series.prefix}")
    tax_code = factories.tax_code(company=company, name=f"{name} tax")
    factories.tax_rule(company=company, tax_code=tax_code)
    site = factories.site(company=company, code=f"{name}", name=f"{name} site")
    zone = factories.zone(site=site, name=f"{name} zone")
    bins = {
        kind: factories.bin(site=site, zone=zone, kind=kind)
        for kind in ("pick", "receiving", "shipping", "transit")
    }
    scope = factories.price_scope(company=company, name=f"{name} prices")
    price = factories.price(scope=scope, item=shared_item())
    customer = _customer(name, company, site, scope)
    strict = _customer(name, company, site, scope)
    supplier = factories.supplier(company=company, party=factories.party(name=f"{name} supplier"))
    clerk = factories.user(
        *ROLES, scope=f"company:{company.pk}", username=f"clerk-{name.lower()}", name=f"{name} clerk"
    )
    made = Side(name, company, site, clerk)
    made.rows = {
        "company": company, "site": site, "zone": zone, "bin": bins["pick"], "tax_code": tax_code,
        "price_scope": scope, "price": price, "customer": customer, "supplier": supplier,
        "assignment": scope.customers.filter(customer=customer).get(),
        "party": customer.party, "ship_to": customer.ship_tos.get(),
        "period": company.periods.first(),
        "holiday": factories.holiday(site=site, name=f"{name} holiday"),
        "series": NumberSeries.objects.filter(scope=f"company:{company.pk}").earliest("pk"),
    }  # fmt: skip
    md.EInvoiceProfile.objects.create(customer=customer, format="ubl", buyer_reference=f"{name} buyer")
    md.SellerDetails.objects.create(company=company, legal_name=f"{name} seller")
    made.rows["freight_tariff"] = tariff = factories.freight_tariff(company=company, name=f"{name} freight")
    made.rows["freight_rate"] = tariff.rates.get()
    trade(made, customer, strict, supplier, bins)
    return made


def _customer(
    name: str, company: md.Company, site: md.Site, scope: md.PriceScope, **values: Any
) -> md.Customer:
    party = factories.party(name=f"{name} customer")
    customer = factories.customer(
        company=company, party=party, preferred_site=site, limit=Decimal(100_000), **values
    )
    customer.ship_tos.update(name=f"{name} gate")
    factories.assign(customer, scope)
    return customer
