"""Customers, suppliers and what they pay: groups, terms, addresses, prices, tax, credit."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from masterdata.models import (
    Company,
    Customer,
    CustomerGroup,
    CustomerPriceScope,
    FreightRate,
    FreightTariff,
    Item,
    ItemClass,
    Party,
    PaymentTerms,
    Price,
    PriceScope,
    ShipTo,
    Site,
    Supplier,
    TaxCode,
    TaxRule,
)
from orders.credit.models import CreditAccount

from .masters import Variant
from .names import COUNTRIES, ROOTS, SECOND, SUPPLIERS

TERMS = ((0, "Immediately"), (14, "14 days net"), (30, "30 days net"), (60, "60 days net"))
GROUPS = (("IND", "Industry", 2), ("TRD", "Trade", 4), ("PUB", "Public sector", 3), ("WEB", "Web shop", 6))
DISCOUNTS = {"IND": 12, "TRD": 20, "PUB": 8, "WEB": 0}  # percent of list, a little different by class
HOME_SITE = {
    "BE": "ANT",
    "NL": "RTM",
    "FR": "LYS",
    "DE": "LEJ",
    "IT": "MIL",
    "PL": "GDN",
    "CH": "MIL",
    "GB": "RTM",
}
EU = frozenset({"NL", "FR", "DE", "IT", "PL"})
LANGUAGE = {"BE": "nl", "NL": "nl", "FR": "fr", "DE": "de", "IT": "it", "PL": "pl", "CH": "de", "GB": "en"}


def terms() -> list[PaymentTerms]:
    return [PaymentTerms(code=f"N{days}", name=name, days=days) for days, name in TERMS]


def groups() -> list[CustomerGroup]:
    return [CustomerGroup(code=code, name=name, priority=priority) for code, name, priority in GROUPS]


def parties(rng: Random, count: int, prefix: str, home: str) -> list[Party]:
    """Customers-to-be, half of them at home, each with an invented name of its country's trade."""
    abroad = [country for country in COUNTRIES if country != home]
    names = [f"{root}{second}" for second in SECOND for root in ROOTS]
    made = []
    for index in range(count):
        country = home if rng.random() < 0.45 else rng.choice(abroad)
        trades, forms, _cities, _streets = COUNTRIES[country]
        run = index // len(names)
        root = names[index % len(names)] + (f" {run + 1}" if run else "")
        name = f"{root} {rng.choice(trades)} {rng.choice(forms)}"
        made.append(_party(f"{prefix}{10_001 + index}", name, country, rng))
    return made


def supplier_parties(rng: Random) -> list[Party]:
    return [_party(f"S{20_001 + n}", name, country, rng) for n, (name, country) in enumerate(SUPPLIERS)]


def _party(code: str, name: str, country: str, rng: Random) -> Party:
    return Party(
        code=code,
        name=name,
        country=country,
        language=LANGUAGE[country],
        tax_number=f"{country}{rng.randrange(10**8, 10**9)}",
        email=f"orders@{code.lower()}.example",
        search=f"{code}\n{name}".upper(),
    )


def customers(
    rng: Random, company: Company, parties: Sequence[Party], groups: Sequence[CustomerGroup],
    terms: Sequence[PaymentTerms], sites: dict[str, Site],
) -> list[Customer]:  # fmt: skip
    """Each party as a customer: treated for tax by its country, served from the nearest site."""
    made = []
    for index, party in enumerate(parties):
        home = HOME_SITE[party.country]
        made.append(
            Customer(
                company=company,
                party=party,
                group=groups[index % len(groups)],
                terms=rng.choice(terms[1:]),
                currency=company.currency,
                tax_treatment=_treatment(company, party.country),
                ship_rule=rng.choices(("partial", "line", "complete"), (80, 12, 8))[0],
                preferred_site=sites.get(home),
                po_required=rng.random() < 0.3,
                is_blocked=index % 29 == 28,
                freight_terms="prepaid_add" if index % 7 == 5 else "prepaid",
            )
        )
    return made


def _treatment(company: Company, country: str) -> str:
    if country == company.country:
        return "domestic"
    return "intra" if company.country == "BE" and country in EU else "export"


def ship_tos(rng: Random, customers: Sequence[Customer]) -> list[ShipTo]:
    """One to three addresses each, the first the usual one."""
    made = []
    for customer in customers:
        _trades, _forms, cities, streets = COUNTRIES[customer.party.country]
        for number in range(rng.choice((1, 1, 2, 3))):
            city, postal_code = rng.choice(cities)
            made.append(
                ShipTo(
                    customer=customer,
                    code=f"{number + 1:02d}",
                    name=("Main store", "Workshop", "Building site")[number],
                    street=f"{rng.choice(streets)} {rng.randrange(1, 180)}",
                    postal_code=postal_code,
                    city=city,
                    country=customer.party.country,
                    is_default=number == 0,
                )
            )
    return made


def suppliers(
    rng: Random, company: Company, parties: Sequence[Party], terms: Sequence[PaymentTerms]
) -> list[Supplier]:
    return [
        Supplier(
            company=company, party=party, terms=terms[-1], currency=company.currency,
            lead_time_days=rng.choice((3, 5, 7, 10, 14, 21)),
        )
        for party in parties
    ]  # fmt: skip


def credit_accounts(rng: Random, customers: Sequence[Customer]) -> list[CreditAccount]:
    """A limit that fits the group; one customer in eight has none."""
    usual = {"IND": 60_000, "TRD": 25_000, "PUB": 100_000, "WEB": 4_000}
    return [
        CreditAccount(
            company=customer.company,
            customer=customer,
            limit=None
            if rng.random() < 0.125
            else Decimal(usual[customer.group.code] * rng.choice((1, 2, 3))),
        )
        for customer in customers
    ]


def group_limits(company: Company, groups: Sequence[CustomerGroup]) -> list[CreditAccount]:
    """What the payers of the industry and of the public hand may owe together."""
    shared = {"IND": 1_500_000, "PUB": 2_500_000}
    return [
        CreditAccount(company=company, group=group, limit=Decimal(shared[group.code]))
        for group in groups
        if group.code in shared
    ]


# Freight -----------------------------------------------------------------------------------------


def freight_tariffs(company: Company, item: Item, since: date) -> list[FreightTariff]:
    """One carrier by weight, free from a fair order on."""
    return [
        FreightTariff(
            company=company, code="ROAD", name="Road, by weight", item=item, basis="weight", valid_from=since,
            free_from=Decimal(2_500), surcharge_percent=Decimal("6.5"),
        )
    ]  # fmt: skip


def freight_rates(tariff: FreightTariff, home: str) -> list[FreightRate]:
    """Cheaper at home and near the door, dearer across the border."""
    breaks = (
        (home, "", 0, 9, "0"), (home, "", 30, 6, "0.18"), (home, "2", 0, 7, "0"), ("", "", 0, 24, "0.45"),
        ("", "", 100, 40, "0.32"),
    )  # fmt: skip
    return [
        FreightRate(
            tariff=tariff, country=country, postal_prefix=prefix, from_amount=least, charge=charge,
            per_unit=Decimal(per_kg),
        )
        for country, prefix, least, charge, per_kg in breaks
    ]  # fmt: skip


# Prices ------------------------------------------------------------------------------------------


def price_scopes(
    company: Company, groups: Sequence[CustomerGroup], agreed: Sequence[Customer]
) -> list[PriceScope]:
    """A list for everyone, terms for each group that has some, and an agreement for each of `agreed`."""
    currency = company.currency
    made = [
        PriceScope(
            company=company,
            kind="list",
            code=f"LIST-{currency}",
            name=f"Price list {currency}",
            currency=currency,
        )
    ]
    made += [
        PriceScope(
            company=company,
            kind="group",
            code=f"GRP-{group.code}",
            name=f"Terms {group.name}",
            currency=currency,
        )
        for group in groups
        if DISCOUNTS[group.code]
    ]
    made += [
        PriceScope(
            company=company, kind="agreement", code=f"AGR-{customer.party.code}",
            name=f"Agreement {customer.party.name}"[:120], currency=currency,
        )
        for customer in agreed
    ]  # fmt: skip
    return made


def assignments(
    customers: Sequence[Customer], scopes: Sequence[PriceScope], since: date
) -> list[CustomerPriceScope]:
    """List, group terms and own agreement for each customer."""
    by_code = {scope.code: scope for scope in scopes}
    made = []
    for customer in customers:
        codes = (f"LIST-{customer.currency}", f"GRP-{customer.group.code}", f"AGR-{customer.party.code}")
        for scope in filter(None, map(by_code.get, codes)):
            rank = PriceScope.RANK[PriceScope.Kind(scope.kind)]
            made.append(CustomerPriceScope(customer=customer, scope=scope, rank=rank, valid_from=since))
    return made


def prices(
    rng: Random, scopes: Sequence[PriceScope], items: Sequence[Item], variants: Sequence[Variant],
    classes: Sequence[ItemClass], since: date, exchange: Decimal = Decimal(1),
) -> list[Price]:  # fmt: skip
    """List prices for every item, class discounts for groups, and net prices with breaks for agreements."""
    list_price = {
        item.pk: _list_price(rng, item, variant, exchange)
        for item, variant in zip(items, variants, strict=True)
    }
    made: list[Price] = []
    for scope in scopes:
        if scope.kind == "list":
            made += [_net(scope, item, list_price[item.pk], since) for item in items]
        elif scope.kind == "group":
            base = DISCOUNTS[scope.code.removeprefix("GRP-")]
            made += [
                Price(
                    scope=scope, item_class=each, method="discount", valid_from=since,
                    value=Decimal(base + rng.choice((-2, 0, 0, 3))),
                )
                for each in classes
            ]  # fmt: skip
        else:
            for item in rng.sample(list(items), min(30, len(items))):
                share = Decimal(rng.choice((78, 82, 85, 88))) / 100
                for quantity, further in ((0, Decimal(1)), (50, Decimal("0.96")), (200, Decimal("0.92"))):
                    value = _cents(list_price[item.pk] * share * further)
                    made.append(_net(scope, item, value, since, Decimal(quantity)))
    return made


def _net(scope: PriceScope, item: Item, value: Decimal, since: date, quantity: Decimal = Decimal(0)) -> Price:
    return Price(
        scope=scope,
        item=item,
        value=value,
        unit_id=item.sell_unit_id,
        min_quantity=quantity,
        valid_from=since,
    )


def _list_price(rng: Random, item: Item, variant: Variant, exchange: Decimal) -> Decimal:
    """Cost of one sales unit with a mark-up of 45 to 95 percent."""
    contents = variant.family.pack[1] if variant.family.pack and variant.family.sold_packed else 1
    return _cents(item.standard_cost * contents * exchange * Decimal(rng.randrange(145, 196)) / 100)


def _cents(value: Decimal) -> Decimal:
    """Two decimals from one unit of currency on, four below, never nothing."""
    step = Decimal("0.01") if value >= 1 else Decimal("0.0001")
    return max(value.quantize(step, ROUND_HALF_UP), step)


# Tax ---------------------------------------------------------------------------------------------

ARTICLE_138 = "Intra-community supply, Article 138 of Directive 2006/112/EC"
ARTICLE_146 = "Export, Article 146 of Directive 2006/112/EC"
TAX = {  # code: name, category, rate, reason
    "BE": (("V21", "VAT 21 %", "S", 21, ""), ("V6", "VAT 6 %", "S", 6, "")),
    "GB": (("V20", "VAT 20 %", "S", 20, ""), ("V5", "VAT 5 %", "S", 5, "")),
}
ALIKE = (
    ("Z0", "Zero rated", "Z", 0, ""), ("K0", "Intra-community", "K", 0, ARTICLE_138),
    ("G0", "Export", "G", 0, ARTICLE_146), ("O0", "Outside the scope", "O", 0, "Not subject to VAT"),
)  # fmt: skip


def tax_codes(company: Company) -> list[TaxCode]:
    return [
        TaxCode(
            company=company,
            code=code,
            name=name,
            category=category,
            rate_percent=Decimal(rate),
            exemption_reason=reason,
        )
        for code, name, category, rate, reason in (*TAX[company.country], *ALIKE)
    ]


def tax_rules(company: Company, codes: Sequence[TaxCode], since: date) -> list[TaxRule]:
    """Rates at home by the item's class; abroad the treatment alone decides."""
    by_code = {code.code: code for code in codes}
    standard, reduced = (code for code, *_ in TAX[company.country])
    chosen = {
        ("domestic", "standard"): standard,
        ("domestic", "reduced"): reduced,
        ("domestic", "zero"): "Z0",
    }
    for treatment, code in (("intra", "K0"), ("export", "G0"), ("outside", "O0")):
        chosen.update({(treatment, tax_class): code for tax_class in ("standard", "reduced", "zero")})
    return [
        TaxRule(
            company=company,
            tax_treatment=treatment,
            tax_class=tax_class,
            tax_code=by_code[code],
            valid_from=since,
        )
        for (treatment, tax_class), code in chosen.items()
    ]
