"""Convert: masters, prices, opening stock and a queue of orders out of the sorted source, in one transaction."""

import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from erp.kernel.actor import Actor
from erp.kernel.audit import signature
from erp.kernel.batch import Batch
from erp.kernel.errors import DomainError
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import (
    Bin,
    Company,
    Customer,
    CustomerPriceScope,
    Item,
    ItemUnit,
    Party,
    Price,
    PriceScope,
    ShipTo,
    Site,
    Supplier,
)
from orders.models import IntakeDocument

from .company import CODE, make_company, terms_of_trade
from .prices import PriceBook, read_prices
from .source import Sale, Sorted

COST_SHARE = Decimal("0.60")  # of the list price: the source knows no cost
SHORT_EVERY = 40  # one item and site in so many starts short,
SHORT_SHARE = Decimal("0.25")  # by this share of what it will need; the rest is on order
LONDON = ZoneInfo("Europe/London")
COUNTRIES = {
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Bermuda": "BM", "Brazil": "BR",
    "Canada": "CA", "Channel Islands": "JE", "Cyprus": "CY", "Denmark": "DK", "EIRE": "IE", "Finland": "FI",
    "France": "FR", "Germany": "DE", "Greece": "GR", "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL",
    "Italy": "IT", "Japan": "JP", "Korea": "KR", "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT",
    "Netherlands": "NL", "Nigeria": "NG", "Norway": "NO", "Poland": "PL", "Portugal": "PT", "RSA": "ZA",
    "Singapore": "SG", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "Thailand": "TH",
    "United Arab Emirates": "AE", "United Kingdom": "GB", "USA": "US", "West Indies": "AG",
}  # fmt: skip
UNKNOWN_COUNTRY = "ZZ"
HOUSE = "OR-HOUSE"


class AlreadyConverted(DomainError):
    code = "conversion.already_converted"
    message = "The company {company} is here already. Convert into an empty database."


@dataclass(slots=True)
class Report:
    """What came in and what became of it: rows, masters, prices by source, stock and control totals."""

    rows_read: int
    lines_loaded: int
    value_loaded: Decimal
    parked: dict[str, tuple[int, Decimal]]
    invoices: int = 0
    items: int = 0
    customers: int = 0
    prices: dict[str, int] = field(default_factory=dict)
    explained: Counter[str] = field(default_factory=Counter)
    opening_units: Decimal = Decimal(0)
    opening_value: Decimal = Decimal(0)
    short_units: Decimal = Decimal(0)


@transaction.atomic
def convert(found: Sorted, *, stocked_on: date) -> Report:
    """Write everything the replay needs; opening stock is effective at the start of `stocked_on`."""
    if Company.objects.filter(code=CODE).exists():
        raise AlreadyConverted(company=CODE)
    sales = found.sales
    report = Report(found.read, len(sales), found.value, found.parked)
    book = read_prices(sales)
    report.explained = Counter(book.explains(sale) for sale in sales)
    company = make_company(stocked_on.year)
    terms, group, kind, price_list, supplier = terms_of_trade(company)
    sites = list(company.sites.order_by("pk"))
    items = _items(sales, book, kind.pk)
    customers = _customers(sales, company, terms.pk, group.pk, sites)
    _prices(book, company, items, customers, price_list, stocked_on, report)
    _stock(sales, company, sites, items, supplier, stocked_on, report)
    report.invoices = _queue(sales, book, company, sites, items, customers)
    report.items, report.customers = len(items), len(customers)
    return report


def site_of(sale: Sale, sites: list[Site]) -> Site:
    """A customer is served from one site; walk-in sales are spread over all of them."""
    return sites[(sale.customer if sale.customer is not None else int(sale.invoice)) % len(sites)]


def _items(sales: list[Sale], book: PriceBook, class_id: int) -> dict[str, Item]:
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sale in sales:
        names[sale.item][sale.description] += 1
    made = Item.objects.bulk_create(
        [
            Item(
                code=code,
                name=name,
                item_class_id=class_id,
                stock_unit_id="EA",
                sell_unit_id="EA",
                buy_unit_id="EA",
                standard_cost=_cost(book.listed[code]),
                search=f"{code} {name}".upper(),
            )
            for code, name in ((code, counts.most_common(1)[0][0] or code) for code, counts in names.items())
        ],
        batch_size=1000,
    )
    ItemUnit.objects.bulk_create([ItemUnit(item=item, unit_id="EA") for item in made], batch_size=2000)
    return {item.code: item for item in made}


def _cost(price: Decimal) -> Decimal:
    return (price * COST_SHARE).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _customers(
    sales: list[Sale], company: Company, terms_id: int, group_id: int, sites: list[Site]
) -> dict[int | None, Customer]:
    first: dict[int | None, Sale] = {}
    for sale in sales:
        first.setdefault(sale.customer, sale)
    keys = sorted(first, key=lambda key: (key is not None, key or 0))

    def party(key: int | None) -> Party:
        code, name = (HOUSE, "Walk-in sales") if key is None else (f"OR-{key}", f"Customer {key}")
        country = COUNTRIES.get(first[key].country, UNKNOWN_COUNTRY)
        return Party(code=code, name=name, country=country, search=f"{code} {name}".upper())

    parties = Party.objects.bulk_create([party(key) for key in keys])
    made = Customer.objects.bulk_create(
        [
            Customer(
                company=company,
                party=each,
                group_id=group_id,
                terms_id=terms_id,
                currency=company.currency,
                tax_treatment=Customer.TaxTreatment.OUT_OF_SCOPE,
                preferred_site=site_of(first[key], sites),
                po_unique=False,
            )
            for key, each in zip(keys, parties, strict=True)
        ]
    )
    ShipTo.objects.bulk_create(
        ShipTo(
            customer=customer,
            code="1",
            name=customer.party.name,
            country=customer.party.country,
            is_default=True,
        )
        for customer in made
    )
    return dict(zip(keys, made, strict=True))


def _prices(
    book: PriceBook,
    company: Company,
    items: dict[str, Item],
    customers: dict[int | None, Customer],
    price_list: PriceScope,
    stocked_on: date,
    report: Report,
) -> None:
    start = date(stocked_on.year, 1, 1)

    def price(scope: PriceScope, code: str, value: Decimal, quantity: int = 0) -> Price:
        return Price(
            scope=scope, item=items[code], unit_id="EA", value=value, min_quantity=quantity, valid_from=start
        )

    agreed = sorted({customer for customer, _ in book.agreed}, key=lambda key: (key is not None, key or 0))
    scopes = dict(
        zip(
            agreed,
            PriceScope.objects.bulk_create(
                PriceScope(
                    company=company,
                    kind=PriceScope.Kind.AGREEMENT,
                    code=f"OR-CA-{customer or 'HOUSE'}",
                    name=f"Agreement {customers[customer].party.name}",
                    currency=company.currency,
                )
                for customer in agreed
            ),
            strict=True,
        )
    )
    listed = [price(price_list, code, value) for code, value in book.listed.items()]
    breaks = [price(price_list, code, each.price, each.quantity) for code, each in book.breaks.items()]
    agreements = [price(scopes[customer], code, value) for (customer, code), value in book.agreed.items()]
    Price.objects.bulk_create([*listed, *breaks, *agreements], batch_size=1000)
    CustomerPriceScope.objects.bulk_create(
        [
            CustomerPriceScope(customer=customer, scope=price_list, rank=3, valid_from=start)
            for customer in customers.values()
        ]
        + [
            CustomerPriceScope(customer=customers[customer], scope=scope, rank=1, valid_from=start)
            for customer, scope in scopes.items()
        ]
    )
    report.prices = {"list": len(listed), "break": len(breaks), "agreement": len(agreements)}


def _stock(
    sales: list[Sale],
    company: Company,
    sites: list[Site],
    items: dict[str, Item],
    supplier: Supplier,
    stocked_on: date,
    report: Report,
) -> None:
    """Opening stock is what each site will need, less a shortfall that is on order (so that backorders occur)."""
    need: Counter[tuple[int, str]] = Counter()
    for sale in sales:
        need[site_of(sale, sites).pk, sale.item] += sale.quantity
    opening_at = datetime.combine(stocked_on, time(0, 1), LONDON).astimezone(UTC)
    batch = Batch(Actor.system("conversion"), opening_at, backdated=True)
    batch.configure(signature(batch.actor))
    for site in sites:
        bins = list(
            Bin.objects.filter(site=site, kind=Bin.Kind.PICK).order_by("pk").values_list("pk", flat=True)
        )
        opening, ordered = [], []
        for place, (code, wanted) in enumerate(sorted((c, q) for (s, c), q in need.items() if s == site.pk)):
            short = (
                int(wanted * SHORT_SHARE)
                if zlib.crc32(f"{site.code}{code}".encode()) % SHORT_EVERY == 0
                else 0
            )
            item = items[code]
            if short:
                ordered.append(PurchaseLine(item.pk, Decimal(short), "EA", item.standard_cost))
            quantity = Decimal(wanted - short)
            value = (quantity * item.standard_cost).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
            opening.append(OpeningLine(item.pk, bins[place % len(bins)], quantity, value))
            report.opening_units += quantity
            report.opening_value += value
            report.short_units += short
        post_opening_stock.inside(batch, site_id=site.pk, lines=opening)
        if ordered:
            create_purchase_order.inside(
                batch,
                supplier_id=supplier.pk,
                site_id=site.pk,
                lines=ordered,
                due_on=stocked_on.replace(day=15),
            )
    batch.close()


def _queue(
    sales: list[Sale],
    book: PriceBook,
    company: Company,
    sites: list[Site],
    items: dict[str, Item],
    customers: dict[int | None, Customer],
) -> int:
    """One intake document per invoice: the order as it will be asked for, with its own instant."""
    by_invoice: defaultdict[str, list[Sale]] = defaultdict(list)
    for sale in sales:
        by_invoice[sale.invoice].append(sale)

    def payload(sold: list[Sale]) -> dict[str, Any]:
        first = sold[0]
        return {
            "at": first.at.replace(tzinfo=LONDON).astimezone(UTC).isoformat(),
            "customer_id": customers[first.customer].pk,
            "site_id": site_of(first, sites).pk,
            "value": str(sum((sale.value for sale in sold), Decimal(0))),
            "lines": [
                [
                    items[sale.item].pk,
                    sale.quantity,
                    str(sale.price) if book.explains(sale) == "conversion" else None,
                ]
                for sale in sold
            ],
        }

    documents = [
        IntakeDocument(
            company=company,
            channel="conversion",
            source="online-retail",
            key=f"online-retail:{invoice}",
            payload=payload(sold),
        )
        for invoice, sold in sorted(by_invoice.items(), key=lambda pair: (pair[1][0].at, pair[0]))
    ]
    IntakeDocument.objects.bulk_create(documents, batch_size=200)
    return len(documents)
