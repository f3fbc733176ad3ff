"""A company to measure on: set-based, the same for every run, as many past orders as asked for."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from django.db import transaction

from bench import floor
from billing.ledger.models import Account, AccountRule, Purpose
from erp.kernel.models import Grant, NumberSeries, User
from inventory.outbound.policies import PICK_WITH_RELEASE
from masterdata.models import (
    AccountingPeriod,
    Bin,
    Company,
    Customer,
    CustomerGroup,
    CustomerPriceScope,
    Item,
    ItemClass,
    ItemUnit,
    Party,
    PaymentTerms,
    Price,
    PriceScope,
    ShipTo,
    Site,
    TaxCode,
    TaxRule,
    Unit,
    Zone,
)
from masterdata.policies.models import PolicyValue
from orders.credit.models import CreditAccount

CUSTOMERS, ITEMS, SITES = floor.CUSTOMERS, floor.PRODUCTS, floor.WAREHOUSES
START = date(2020, 1, 1)
ROLES = (
    "customer_service",
    "warehouse",
    "procurement",
    "finance",
    "data_steward",
    "process_owner",
    "administrator",
)


@dataclass(frozen=True, slots=True)
class World:
    """Ids that the loops draw from."""

    company_id: int
    user_id: int
    customers: list[int]
    items: list[int]
    sites: list[int]


@transaction.atomic
def build(*, items: int = ITEMS, customers: int = CUSTOMERS) -> World:
    """Masters with prices on three levels, limits that never bind, and stock that never ends."""
    user = User.objects.create_user("bench", name="Bench")
    Grant.objects.bulk_create(Grant(user=user, role=role) for role in ROLES)
    company = Company.objects.create(
        code="BENCH", name="Bench", currency="EUR", time_zone="UTC", country="BE"
    )
    sites = Site.objects.bulk_create(
        Site(
            company=company,
            code=f"B{n}",
            name=f"Bench {n}",
            time_zone="UTC",
            country="BE",
            cut_off=time(23, 59),  # whatever ships today does so at any hour of a run
            working_days="1111111",
        )
        for n in range(SITES)
    )
    for site in sites:
        zone = Zone.objects.create(site=site, code="A", name="A")
        Bin.objects.bulk_create(
            Bin(site=site, zone=zone, code=f"A-{n:03}", pick_sequence=n + 1) for n in range(100)
        )
    AccountingPeriod.objects.bulk_create(
        AccountingPeriod(company=company, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))
        for year in range(2020, 2032)
    )
    _books(company)
    _items(items)
    _customers(company, sites[0], customers)
    world = world_of(company)
    _opening_stock(world)
    return world


def pick_with_release(company: Company) -> None:
    """The sites of the company confirm no picks: an order is four transactions, as the floor's are."""
    PolicyValue.objects.get_or_create(
        key=PICK_WITH_RELEASE.key,
        scope=f"company:{company.pk}",
        valid_from=START,
        defaults={"value": True, "reason": "Bench", "approved_by": User.objects.get(username="bench")},
    )


def world_of(company: Company) -> World:
    """The ids of a company that `build` made."""
    return World(
        company.pk,
        User.objects.get(username="bench").pk,
        list(Customer.objects.filter(company=company).order_by("pk").values_list("pk", flat=True)),
        list(Item.objects.order_by("pk").values_list("pk", flat=True)),
        list(company.sites.order_by("pk").values_list("pk", flat=True)),
    )


def _books(company: Company) -> None:
    accounts = Account.objects.bulk_create(
        Account(company=company, code=f"{number}00", name=purpose.label, kind=Account.Kind.ASSET)
        for number, purpose in enumerate(Purpose, 1)
    )
    AccountRule.objects.bulk_create(
        AccountRule(company=company, purpose=purpose, account=account)
        for purpose, account in zip(Purpose, accounts, strict=True)
    )
    for code, prefix in (("invoice", "INV-"), ("credit_memo", "CM-")):
        NumberSeries.objects.create(scope=f"company:{company.pk}", code=code, prefix=prefix)
    tax = TaxCode.objects.create(
        company=company, code="S21", name="21 %", category="S", rate_percent=Decimal(21)
    )
    TaxRule.objects.create(
        company=company, tax_treatment="domestic", tax_class="standard", tax_code=tax, valid_from=START
    )


def _items(count: int) -> None:
    unit, _ = Unit.objects.get_or_create(code="EA", defaults={"name": "Each"})
    kind = ItemClass.objects.create(code="BENCH", name="Bench")
    items = Item.objects.bulk_create(
        Item(
            code=f"P{n}",
            name=f"Product {n}",
            item_class=kind,
            stock_unit=unit,
            sell_unit=unit,
            buy_unit=unit,
            standard_cost=5 + n % 40,
            search=f"P{n} PRODUCT {n}",
        )
        for n in range(count)
    )
    ItemUnit.objects.bulk_create(ItemUnit(item=item, unit=unit) for item in items)


def _customers(company: Company, site: Site, count: int) -> None:
    group = CustomerGroup.objects.create(code="BENCH", name="Bench")
    terms = PaymentTerms.objects.create(code="BENCH30", name="Net 30", days=30)
    price_list = PriceScope.objects.create(
        company=company, kind="list", code="LIST", name="List", currency="EUR"
    )
    agreement = PriceScope.objects.create(
        company=company, kind="agreement", code="CA-1", name="Agreement", currency="EUR"
    )
    Price.objects.bulk_create(
        [
            Price(scope=price_list, item=item, value=10 + item.pk % 90, unit_id="EA", valid_from=START)
            for item in Item.objects.all()
        ]
        + [
            Price(scope=agreement, item=item, value=9 + item.pk % 90, unit_id="EA", valid_from=START)
            for item in Item.objects.all()[::10]
        ],
        batch_size=2000,
    )
    parties = Party.objects.bulk_create(
        Party(code=f"C{n}", name=f"Customer {n}", country="BE", search=f"C{n} CUSTOMER {n}")
        for n in range(count)
    )
    customers = Customer.objects.bulk_create(
        Customer(company=company, party=party, group=group, terms=terms, currency="EUR", preferred_site=site)
        for party in parties
    )
    ShipTo.objects.bulk_create(
        ShipTo(customer=customer, code="1", name=f"Dock {customer.pk}", country="BE", is_default=True)
        for customer in customers
    )
    CreditAccount.objects.bulk_create(
        CreditAccount(company=customer.company, customer=customer, limit=Decimal(10) ** 12)
        for customer in customers
    )
    CustomerPriceScope.objects.bulk_create(
        CustomerPriceScope(customer=customer, scope=scope, rank=rank, valid_from=START)
        for customer in customers
        for scope, rank in ((price_list, 3), (agreement, 1))
    )


def _opening_stock(world: World) -> None:
    """A million of everything in one bin per site, with its entries and journal, through the ledger's own writer."""
    from erp.kernel.actor import Actor
    from erp.kernel.batch import Batch
    from erp.kernel.clock import now
    from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock

    batch = Batch(Actor.system("bench"), now())
    costs = dict(Item.objects.values_list("pk", "standard_cost"))
    for site_id in world.sites:
        bins = list(Bin.objects.filter(site_id=site_id).order_by("pk").values_list("pk", flat=True))
        post_opening_stock.inside(
            batch,
            site_id=site_id,
            lines=[
                OpeningLine(
                    item_id=item_id,
                    bin_id=bins[index % len(bins)],
                    quantity=Decimal(1_000_000),
                    value=costs[item_id] * 1_000_000,
                )
                for index, item_id in enumerate(world.items)
            ],
        )
    batch.close()
