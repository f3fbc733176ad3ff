"""The demo company as a whole: which rows are saved in which order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import TypeVar

from django.db.models import Model

from billing.ledger.models import AccountClass
from erp.kernel.models import User
from masterdata.models import (
    Company,
    Customer,
    CustomerGroup,
    Item,
    ItemClass,
    ItemUnit,
    KitComponent,
    Party,
    PaymentTerms,
    Site,
)

from . import books, kits, masters, partners, people, policies, rules
from .masters import Size, Variant

M = TypeVar("M", bound=Model)

SEED = 20_261_123
AGREED = 14  # customers with an agreement of their own
SINCE = date(2025, 1, 1)
POUND = Decimal("0.86")  # of a euro's list price


def save(rows: Iterable[M]) -> list[M]:
    """Insert rows of one table, set-based."""
    made = list(rows)
    return list(type(made[0])._default_manager.bulk_create(made, batch_size=2_000)) if made else made


@dataclass(frozen=True, slots=True)
class Shared:
    """What both companies trade with: one catalogue, one set of terms and groups."""

    items: list[Item]
    variants: list[Variant]
    classes: list[ItemClass]
    groups: list[CustomerGroup]
    terms: list[PaymentTerms]
    suppliers: list[Party]
    carriage: Item
    components: list[KitComponent]
    account_classes: list[AccountClass]


def build(size: Size, today: date) -> None:
    """Fill an empty database with both companies. The caller has opened a signed transaction."""
    rng = Random(SEED)  # the same company every time
    main, second = save(masters.companies())
    sites = save(masters.sites(main, second))
    save(masters.holidays(sites, today))
    save(masters.bins(save(masters.zones(sites)), size))
    shared, parties = _catalogue(rng, size)
    _company(rng, main, parties[:-8], shared, sites, today)
    _company(rng, second, parties[-8:], shared, sites, today, exchange=POUND)
    users = _people([main, second], sites)
    save(policies.values(users, second, SINCE))
    (version,) = save([rules.proposed(main, users)])
    save(rules.rules(version, shared.groups))


def _catalogue(rng: Random, size: Size) -> tuple[Shared, list[Party]]:
    save(masters.units())
    classes = save(masters.item_classes())
    variants = masters.variants(rng, size.items)
    items = save(masters.items(rng, variants, {each.code: each for each in classes}))
    units = save(masters.item_units(items, variants))
    save(masters.substitutes(items, variants, SINCE))
    suppliers = save(partners.supplier_parties(rng))
    parties = save([*partners.parties(rng, size.customers, "C", "BE"), *partners.parties(rng, 8, "U", "GB")])
    references = save(masters.references(rng, items, suppliers, parties[:AGREED]))
    masters.fill_search(items, units, references)
    Item.objects.bulk_update(items, ["search"], batch_size=2_000)
    (carriage,) = save([masters.carriage(*save([masters.carriage_class()]))])
    save([ItemUnit(item=carriage, unit_id="EA")])
    groups, terms = save(partners.groups()), save(partners.terms())
    made = save(kits.kits(items))
    save(kits.units(made))
    components = save(kits.components(made, items, SINCE))
    account_classes = save(books.account_classes())
    return Shared(
        items, variants, classes, groups, terms, suppliers, carriage, components, account_classes
    ), parties


def _company(
    rng: Random, company: Company, parties: list[Party], shared: Shared, sites: list[Site], today: date,
    exchange: Decimal = Decimal(1),
) -> None:  # fmt: skip
    own_sites = {site.code: site for site in sites if site.company_id == company.pk}
    save(masters.periods(company, today))
    save(books.account_rules(company, save(books.accounts(company, shared.account_classes))))
    save(books.number_series(company))
    save(partners.tax_rules(company, save(partners.tax_codes(company)), SINCE))
    save(partners.suppliers(rng, company, shared.suppliers, shared.terms))
    customers: list[Customer] = save(
        partners.customers(rng, company, parties, shared.groups, shared.terms, own_sites)
    )
    save(partners.ship_tos(rng, customers))
    save(partners.credit_accounts(rng, customers))
    save(partners.group_limits(company, shared.groups))
    (tariff,) = save(partners.freight_tariffs(company, shared.carriage, SINCE))
    save(partners.freight_rates(tariff, company.country))
    agreed = customers[: AGREED if len(customers) > AGREED else 2]
    scopes = save(partners.price_scopes(company, shared.groups, agreed))
    save(partners.assignments(customers, scopes, SINCE))
    listed = save(
        partners.prices(rng, scopes, shared.items, shared.variants, shared.classes, SINCE, exchange)
    )
    save(kits.prices(shared.components, listed, SINCE))


def _people(companies: list[Company], sites: list[Site]) -> dict[str, User]:
    scopes = {company.code: f"company:{company.pk}" for company in companies}
    scopes |= {site.code: f"site:{site.pk}" for site in sites}
    users: list[User] = save(people.users())
    save(people.grants(users, scopes))
    return {user.username: user for user in users}
