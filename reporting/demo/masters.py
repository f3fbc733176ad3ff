"""Companies, sites, bins and items of the demo company. Builders make rows; `seed` saves them in this order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from masterdata.items.rules import gtin_check_digit, search_text
from masterdata.models import (
    AccountingPeriod,
    Bin,
    Company,
    Holiday,
    Item,
    ItemClass,
    ItemReference,
    ItemUnit,
    Party,
    Site,
    Substitute,
    Unit,
    Zone,
)

from .catalogue import CLASSES, FAMILIES, UNITS, Family

MAIN, SECOND = "MER", "MUK"


@dataclass(frozen=True, slots=True)
class Size:
    """How big a company is made."""

    items: int
    customers: int
    bins: int  # pick bins per site


SIZES = {"small": Size(400, 60, 48), "medium": Size(2_500, 600, 160), "large": Size(20_000, 4_000, 600)}

SITES = (  # code, name, country, zone, cut-off, ship days
    ("ANT", "Antwerp", "BE", "Europe/Brussels", time(16), 0),
    ("RTM", "Rotterdam", "NL", "Europe/Amsterdam", time(15, 30), 0),
    ("LYS", "Lyon", "FR", "Europe/Paris", time(15), 0),
    ("LEJ", "Leipzig", "DE", "Europe/Berlin", time(16), 0),
    ("MIL", "Milan", "IT", "Europe/Rome", time(14, 30), 1),
    ("GDN", "Gdańsk", "PL", "Europe/Warsaw", time(15), 1),
)
ADDRESSES = {
    "ANT": "Scheldelaan 410\n2030 Antwerpen", "RTM": "Waalhaven Z.z. 21\n3089 JH Rotterdam",
    "LYS": "Rue du Port Édouard 8\n69007 Lyon", "LEJ": "Am Güterring 3\n04435 Schkeuditz",
    "MIL": "Via Ripamonti 600\n20141 Milano", "GDN": "ul. Kontenerowa 9\n80-601 Gdańsk",
    "MAN": "Guinness Road 14\nManchester M17 1SB",
}  # fmt: skip
HOLIDAYS = ((1, 1, "New Year"), (5, 1, "Labour Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day"))


def companies() -> list[Company]:
    """The main company in euro and a small one in sterling, so that scope shows."""
    return [
        Company(
            code=MAIN, name="Meridian Supply", currency="EUR", time_zone="Europe/Brussels", country="BE",
            tax_number="BE0477472701", address="Meridian Supply NV\nScheldelaan 410\n2030 Antwerpen\nBelgium",
        ),
        Company(
            code=SECOND, name="Meridian Tools UK", currency="GBP", time_zone="Europe/London", country="GB",
            tax_number="GB123456789", address="Meridian Tools UK Ltd\nGuinness Road 14\nManchester M17 1SB",
        ),
    ]  # fmt: skip


def periods(company: Company, today: date) -> list[AccountingPeriod]:
    """Months from last January to next December."""
    starts = [date(today.year + n, month, 1) for n in (-1, 0, 1) for month in range(1, 13)]
    return [
        AccountingPeriod(company=company, starts_on=start, ends_on=_last_day(start))
        for start in starts
    ]  # fmt: skip


def _last_day(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def sites(main: Company, second: Company) -> list[Site]:
    made = [
        Site(
            company=main, code=code, name=name, country=country, time_zone=zone, cut_off=cut_off,
            ship_days=ship_days, address=ADDRESSES[code],
        )
        for code, name, country, zone, cut_off, ship_days in SITES
    ]  # fmt: skip
    manchester = Site(
        company=second, code="MAN", name="Manchester", country="GB", time_zone="Europe/London",
        cut_off=time(15), address=ADDRESSES["MAN"],
    )  # fmt: skip
    return [*made, manchester]


def holidays(sites: Sequence[Site], today: date) -> list[Holiday]:
    days = [(today.year + n, month, day, name) for n in (0, 1) for month, day, name in HOLIDAYS]
    return [Holiday(site=site, on=date(y, m, d), name=name) for site in sites for y, m, d, name in days]


ZONES = (("A", "Small parts"), ("B", "Shelving"), ("R", "Reserve"), ("D", "Docks"))
DOCKS = (
    ("RECV", Bin.Kind.RECEIVING),
    ("SHIP", Bin.Kind.SHIPPING),
    ("TRANSIT", Bin.Kind.TRANSIT),
    ("HOLD", Bin.Kind.HOLD),
)


def zones(sites: Sequence[Site]) -> list[Zone]:
    return [Zone(site=site, code=code, name=name) for site in sites for code, name in ZONES]


def bins(zones: Sequence[Zone], size: Size) -> list[Bin]:
    """Two pick zones walked in sequence, a reserve, and the docks last."""
    made = []
    for zone in zones:
        if zone.code == "D":
            made += [
                Bin(site_id=zone.site_id, zone=zone, code=code, kind=kind, pick_sequence=90_000 + index)
                for index, (code, kind) in enumerate(DOCKS)
            ]
            continue
        reserve = zone.code == "R"
        start = {"A": 0, "B": 20_000, "R": 40_000}[zone.code]
        for index in range(8 if reserve else size.bins // 2):
            aisle, place = divmod(index, 12)
            made.append(
                Bin(
                    site_id=zone.site_id,
                    zone=zone,
                    code=f"{zone.code}{aisle + 1:02d}-{place + 1:02d}",
                    kind=Bin.Kind.RESERVE if reserve else Bin.Kind.PICK,
                    pick_sequence=start + 10 * (index + 1),
                )
            )
    return made


# Items -------------------------------------------------------------------------------------------


def units() -> list[Unit]:
    return [Unit(code=code, name=name, decimals=decimals) for code, (name, decimals) in UNITS.items()]


def item_classes() -> list[ItemClass]:
    return [
        ItemClass(code=code, name=name, required_attributes=attributes)
        for code, (name, attributes) in CLASSES.items()
    ]


@dataclass(frozen=True, slots=True)
class Variant:
    """One item to be made: its family and the two properties that tell it from its sisters."""

    family: Family
    a: str
    b: str
    run: int  # a further make of the same thing in bigger catalogues


def variants(rng: Random, count: int) -> list[Variant]:
    """`count` variants, spread over the families as far as they go, then again as other makes."""
    once = [(family, a, b) for family in FAMILIES for a in family.a for b in family.b]
    rng.shuffle(once)
    return [Variant(*once[n % len(once)], run=n // len(once)) for n in range(count)]


MAKES = ("", "Vellmark", "Ostra", "Dunmoor", "Kessling", "Ravo", "Tremont", "Lindax", "Borgwall")


def carriage_class() -> ItemClass:
    return ItemClass(code="CARRIAGE", name="Carriage")


def carriage(item_class: ItemClass) -> Item:
    """The service that freight is charged as."""
    return Item(
        code="FREIGHT", name="Carriage", item_class=item_class, kind="service", stock_unit_id="EA", sell_unit_id="EA",
        buy_unit_id="EA", standard_cost=0, search="FREIGHT\nCARRIAGE",
    )  # fmt: skip


def items(rng: Random, wanted: Sequence[Variant], classes: dict[str, ItemClass]) -> list[Item]:
    """Items with a code of their family, a GTIN with a right check digit, attributes, weight and cost."""
    made = []
    for index, variant in enumerate(wanted):
        family = variant.family
        named = {"a": variant.a, "b": variant.b}
        make = MAKES[variant.run % len(MAKES)]
        name = family.name.format(**named) + (f", {make}" if make else "")
        body = f"54{71000 + index // 1000:05d}{index % 1000:05d}"
        low, high = family.cost
        cost = Decimal(str(round(rng.uniform(low, high), 4)))
        weight = Decimal(str(round(rng.uniform(*family.weight_kg), 4)))
        packed = family.pack[0] if family.pack else family.unit
        made.append(
            Item(
                code=f"{family.prefix}-{10_000 + 7 * index + rng.randrange(7)}",
                name=name,
                item_class=classes[family.item_class],
                stock_unit_id=family.unit,
                sell_unit_id=packed if family.sold_packed else family.unit,
                buy_unit_id=packed,
                gtin=f"{body}{gtin_check_digit(body)}",
                weight_kg=weight,
                lot_tracked=family.lots,
                standard_cost=cost,
                attributes={key: text.format(**named) for key, text in family.attributes.items()},
                status=Item.Status.DISCONTINUED if rng.random() < 0.02 else Item.Status.ACTIVE,
            )
        )
    return made


def item_units(items: Sequence[Item], wanted: Sequence[Variant]) -> list[ItemUnit]:
    """Each item in its stock unit and, where it comes packed, the pack with a barcode of its own."""
    made = []
    for item, variant in zip(items, wanted, strict=True):
        made.append(ItemUnit(item=item, unit_id=item.stock_unit_id))
        if variant.family.pack:
            unit, contents = variant.family.pack
            body = f"1{item.gtin[:12]}"  # GTIN-14: packaging level 1 of the same article
            made.append(
                ItemUnit(item=item, unit_id=unit, numerator=contents, gtin=f"{body}{gtin_check_digit(body)}")
            )
    return made


def substitutes(items: Sequence[Item], wanted: Sequence[Variant], since: date) -> list[Substitute]:
    """The same article of another make stands in both ways at the price that was asked for; what is discontinued is
    superseded at its own price by another make, or by a sister that differs in its second property only."""
    same: defaultdict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item, variant in zip(items, wanted, strict=True):
        if item.status == Item.Status.ACTIVE and item.kind == Item.Kind.STOCKED:
            same[variant.family.prefix, variant.a, variant.b].append(item)
            same[variant.family.prefix, variant.a].append(item)
    made = []
    for item, variant in zip(items, wanted, strict=True):
        makes = same[variant.family.prefix, variant.a, variant.b]
        if item.status == Item.Status.DISCONTINUED and item.kind == Item.Kind.STOCKED:
            sisters = makes or same[variant.family.prefix, variant.a]
            made += [_substitute(item, other, since, kind="superseded", price="own") for other in sisters[:1]]
        elif makes[:1] == [item]:
            for rank, other in enumerate(makes[1:], 1):
                made.append(_substitute(item, other, since, kind="equivalent", two_way=True, rank=rank))
    return made


def _substitute(item: Item, other: Item, since: date, **terms: Any) -> Substitute:
    return Substitute(item=item, substitute=other, valid_from=since, **{"price": "original", **terms})


def references(
    rng: Random, items: Sequence[Item], suppliers: Sequence[Party], customers: Sequence[Party]
) -> list[ItemReference]:
    """Former numbers from two systems that were taken over, suppliers' numbers, and big customers' own."""
    made = []
    for index, item in enumerate(items):
        if rng.random() < 0.6:
            source = rng.choice(("Alpha", "Norda"))
            code = f"{'A' if source == 'Alpha' else 'N.'}{400_000 + 3 * index}"
            made.append(ItemReference(item=item, kind="legacy", source=source, code=code))
        supplier = suppliers[hash_of(item.code) % len(suppliers)]
        made.append(
            ItemReference(item=item, kind="supplier", party=supplier, code=f"{supplier.code}-{9000 + index}")
        )
    for party in customers:
        for number, item in enumerate(rng.sample(list(items), min(25, len(items)))):
            code = f"{party.code[-3:]}.{1000 + number}"
            made.append(ItemReference(item=item, kind="customer", party=party, code=code))
    return made


def hash_of(text: str) -> int:
    """A number of the text, the same in every process."""
    return sum(ord(letter) * (31**index % 9973) for index, letter in enumerate(text))


def fill_search(
    items: Sequence[Item], units: Sequence[ItemUnit], references: Sequence[ItemReference]
) -> None:
    """Let every number find its item."""
    numbers: dict[int, list[str]] = {item.pk: [item.gtin] for item in items}
    for unit in units:
        numbers[unit.item_id].append(unit.gtin)
    for reference in references:
        numbers[reference.item_id].append(reference.code)
    for item in items:
        item.search = search_text(item.code, item.name, numbers[item.pk])
