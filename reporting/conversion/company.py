"""The company that the converted trade belongs to: six sites, books, terms; nothing of it is in the source."""

from datetime import date, time
from decimal import Decimal

from billing.ledger.models import Account, AccountRule, Purpose
from erp.kernel.models import NumberSeries
from masterdata.models import (
    AccountingPeriod,
    Bin,
    Company,
    CustomerGroup,
    ItemClass,
    Party,
    PaymentTerms,
    PriceScope,
    Site,
    Supplier,
    TaxCode,
    TaxRule,
    Unit,
    Zone,
)

CODE = "RETAIL"
BINS_PER_SITE = 200
SITES = (
    ("RLON", "London"),
    ("RBRS", "Bristol"),
    ("RLDS", "Leeds"),
    ("RGLA", "Glasgow"),
    ("RNOR", "Norwich"),
    ("RMAN", "Manchester"),
)

KINDS = {
    Purpose.RECEIVABLE: Account.Kind.ASSET,
    Purpose.INVENTORY: Account.Kind.ASSET,
    Purpose.CASH: Account.Kind.ASSET,
    Purpose.REVENUE: Account.Kind.INCOME,
    Purpose.COGS: Account.Kind.EXPENSE,
    Purpose.ADJUSTMENT: Account.Kind.EXPENSE,
    Purpose.OPENING: Account.Kind.EQUITY,
}


def make_company(year: int) -> Company:
    """The company with sites, bins, periods of `year` and the next, accounts, number series and tax."""
    company = Company.objects.create(
        code=CODE, name="Online Retail", currency="GBP", time_zone="Europe/London", country="GB"
    )
    for code, name in SITES:
        site = Site.objects.create(
            company=company,
            code=code,
            name=name,
            time_zone="Europe/London",
            country="GB",
            cut_off=time(20),
            working_days="1111111",  # the source trades on Sundays too
        )
        zone = Zone.objects.create(site=site, code="A", name="Shelves")
        Bin.objects.bulk_create(
            Bin(site=site, zone=zone, code=f"A-{place:03}", kind=Bin.Kind.PICK, pick_sequence=place)
            for place in range(1, BINS_PER_SITE + 1)
        )
        Bin.objects.create(
            site=site, zone=zone, code="DOCK", kind=Bin.Kind.RECEIVING, pick_sequence=BINS_PER_SITE + 1
        )
    AccountingPeriod.objects.bulk_create(
        AccountingPeriod(
            company=company, starts_on=date(year + n // 12, n % 12 + 1, 1), ends_on=_month_end(year, n)
        )
        for n in range(24)
    )
    for place, purpose in enumerate(Purpose, 1):
        account = Account.objects.create(
            company=company,
            code=f"{place}000",
            name=purpose.label,
            kind=KINDS.get(purpose, Account.Kind.LIABILITY),
        )
        AccountRule.objects.create(company=company, purpose=purpose, account=account)
    for code, prefix in (("invoice", "OR-"), ("credit_memo", "ORC-")):
        NumberSeries.objects.create(scope=f"company:{company.pk}", code=code, prefix=prefix)
    outside = TaxCode.objects.create(
        company=company, code="O", name="Outside the scope", category="O", rate_percent=Decimal(0)
    )
    TaxRule.objects.create(
        company=company,
        tax_treatment="outside",
        tax_class="standard",
        tax_code=outside,
        valid_from=date(year, 1, 1),
    )
    return company


def terms_of_trade(company: Company) -> tuple[PaymentTerms, CustomerGroup, ItemClass, PriceScope, Supplier]:
    """Terms, customer group, item class, price list and the supplier of what is short at the start."""
    Unit.objects.get_or_create(code="EA", defaults={"name": "Each"})
    terms, _ = PaymentTerms.objects.get_or_create(code="NET30", defaults={"name": "Net 30 days", "days": 30})
    group, _ = CustomerGroup.objects.get_or_create(code="RETAIL", defaults={"name": "Gift shops"})
    kind, _ = ItemClass.objects.get_or_create(code="GIFTWARE", defaults={"name": "Giftware"})
    price_list = PriceScope.objects.create(
        company=company, kind=PriceScope.Kind.LIST, code="OR-LIST", name="Online Retail list", currency="GBP"
    )
    maker = Party.objects.create(
        code="OR-SUPPLIER", name="Giftware makers", country="GB", search="OR-SUPPLIER GIFTWARE MAKERS"
    )
    supplier = Supplier.objects.create(
        company=company, party=maker, terms=terms, currency="GBP", lead_time_days=14
    )
    return terms, group, kind, price_list, supplier


def _month_end(year: int, offset: int) -> date:
    following = offset + 1
    first = date(year + following // 12, following % 12 + 1, 1)
    return date.fromordinal(first.toordinal() - 1)
