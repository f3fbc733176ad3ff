"""Valid rows for tests, each with no arguments: `item()`, `customer(po_required=True)`, `bin(site=antwerp)`.

Parents that a test does not name are shared: without `company=`, everything lands in one company, so that a
site, a customer and a price made in the same test belong together. Named calls make a new row each time.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from billing.ledger.models import Account, AccountRule, Purpose
from erp.kernel.actor import Actor
from erp.kernel.models import Grant, NumberSeries, User
from masterdata import models as md
from masterdata.items.rules import gtin_check_digit, search_text
from orders.credit.models import CreditAccount
from orders.partners.models import TradingPartner

PASSWORD = "correct horse battery"
LONG_AGO = date(2009, 1, 1)
TIME_ZONE = "Europe/Brussels"

_numbers: Iterator[int] = count(1)


def number() -> int:
    """A number that no other row of this process has."""
    return next(_numbers)


def local_day() -> date:
    """Today where the companies and sites of tests are: for an hour or two before midnight it is not UTC's."""
    return datetime.now(ZoneInfo(TIME_ZONE)).date()


def valid_gtin(body: str = "") -> str:
    """A GTIN-13 with a right check digit."""
    body = body or f"{number():012d}"
    return f"{body}{gtin_check_digit(body)}"


# People ------------------------------------------------------------------------------------------


def user(*roles: str, scope: str = "*", **values: Any) -> User:
    """Someone who holds `roles` in `scope` ("*", "company:1", "site:4")."""
    username = values.pop("username", f"user{number()}")
    made = User.objects.create_user(username, PASSWORD, **{"name": username.title(), **values})
    Grant.objects.bulk_create(Grant(user=made, role=role, scope=scope) for role in roles)
    return made


def actor(*roles: str, scope: str = "*", **values: Any) -> Actor:
    """The same someone, acting."""
    return Actor.of(user(*roles, scope=scope, **values))


# Places ------------------------------------------------------------------------------------------


def company(**values: Any) -> md.Company:
    code = values.pop("code", f"C{number()}")
    defaults = {"name": f"Company {code}", "currency": "EUR", "time_zone": TIME_ZONE, "country": "BE"}
    return md.Company.objects.create(code=code, **{**defaults, **values})


def _company() -> md.Company:
    return md.Company.objects.order_by("pk").first() or company()


def period(starts_on: date | None = None, **values: Any) -> md.AccountingPeriod:
    """A period that covers every date unless it is told its dates."""
    values.setdefault("company", _company())
    defaults = {"starts_on": starts_on or LONG_AGO, "ends_on": date(2099, 12, 31)}
    return md.AccountingPeriod.objects.create(**{**defaults, **values})


def site(**values: Any) -> md.Site:
    """A site that works from Monday to Friday until 15:00."""
    code = values.pop("code", f"S{number()}")
    values.setdefault("company", _company())
    defaults = {"name": f"Site {code}", "time_zone": TIME_ZONE, "country": "BE", "cut_off": time(15)}
    return md.Site.objects.create(code=code, **{**defaults, **values})


def _site() -> md.Site:
    return md.Site.objects.order_by("pk").first() or site()


def holiday(on: date | None = None, **values: Any) -> md.Holiday:
    """A day on which a site is closed."""
    values.setdefault("site", _site())
    return md.Holiday.objects.create(on=on or date(2026, 12, 25), **{"name": "Christmas", **values})


def zone(**values: Any) -> md.Zone:
    code = values.pop("code", f"Z{number()}")
    values.setdefault("site", _site())
    return md.Zone.objects.create(code=code, **{"name": f"Zone {code}", **values})


def bin(**values: Any) -> md.Bin:
    """A pick bin, walked to after those made before it."""
    if "zone" in values:
        values.setdefault("site", values["zone"].site)
    place = values.setdefault("site", _site())
    values.setdefault("zone", md.Zone.objects.filter(site=place).order_by("pk").first() or zone(site=place))
    sequence = number()
    return md.Bin.objects.create(**{"code": f"A-{sequence:04d}", "pick_sequence": sequence, **values})


# Items -------------------------------------------------------------------------------------------


def unit(code: str = "EA", **values: Any) -> md.Unit:
    """The unit with this code, made on first use."""
    names = {"EA": "Each", "BX": "Box", "MTR": "Metre", "KGM": "Kilogram"}
    defaults = {"name": names.get(code, code), "decimals": 0 if code in ("EA", "BX") else 3, **values}
    return md.Unit.objects.get_or_create(code=code, defaults=defaults)[0]


def item_class(**values: Any) -> md.ItemClass:
    code = values.pop("code", f"CL{number()}")
    return md.ItemClass.objects.create(code=code, **{"name": f"Class {code}", **values})


def item(**values: Any) -> md.Item:
    """A stocked item, counted, sold and bought by the piece."""
    code = values.pop("code", f"ITEM-{number()}")
    values.setdefault("item_class", md.ItemClass.objects.order_by("pk").first() or item_class())
    each = values.pop("stock_unit", None) or unit()
    defaults = {"name": f"Item {code}", "stock_unit": each, "sell_unit": each, "buy_unit": each}
    filled = {**defaults, "standard_cost": Decimal(6), **values}
    filled.setdefault("search", search_text(code, filled["name"], [filled.get("gtin", "")]))
    made = md.Item.objects.create(code=code, **filled)
    md.ItemUnit.objects.create(item=made, unit=each)
    return made


def item_unit(
    item: md.Item, code: str = "BX", numerator: int = 12, denominator: int = 1, **values: Any
) -> md.ItemUnit:
    """A further unit of the item: a box of twelve."""
    return md.ItemUnit.objects.create(
        item=item, unit=unit(code), numerator=numerator, denominator=denominator, **values
    )


def item_reference(item: md.Item, code: str, **values: Any) -> md.ItemReference:
    """A former number of the item; with `kind` and `party` a customer's or supplier's. It finds the item."""
    made = md.ItemReference.objects.create(item=item, code=code, **{"kind": "legacy", **values})
    item.search = f"{item.search}\n{code.upper()}"
    item.save(update_fields=["search"])
    return made


def substitute(**values: Any) -> md.Substitute:
    """An equivalent at the price of what was asked for, since long ago."""
    values["item"] = values.get("item") or item()
    values["substitute"] = values.get("substitute") or item()
    defaults = {"kind": "equivalent", "price": "original", "valid_from": LONG_AGO}
    return md.Substitute.objects.create(**{**defaults, **values})


def kit(contents: dict[md.Item, Any] | None = None, **values: Any) -> md.Item:
    """A kit with so much of each component in it, since long ago: of one, where nothing is said."""
    made = item(**{"kind": "kit", "standard_cost": 0, **values})
    for place, (component, quantity) in enumerate((contents or {item(): 1}).items(), 1):
        kit_component(kit=made, component=component, quantity=quantity, position=place)
    return made


def kit_component(**values: Any) -> md.KitComponent:
    """One of a stocked item in a kit, since long ago."""
    values["kit"] = values.get("kit") or item(kind="kit", standard_cost=0)
    values["component"] = values.get("component") or item()
    return md.KitComponent.objects.create(**{"quantity": 1, "valid_from": LONG_AGO, **values})


# Parties -----------------------------------------------------------------------------------------


def terms(days: int = 30) -> md.PaymentTerms:
    defaults = {"name": f"{days} days net", "days": days}
    return md.PaymentTerms.objects.get_or_create(code=f"N{days}", defaults=defaults)[0]


def customer_group(**values: Any) -> md.CustomerGroup:
    code = values.pop("code", f"G{number()}")
    return md.CustomerGroup.objects.create(code=code, **{"name": f"Group {code}", **values})


def party(**values: Any) -> md.Party:
    code = values.pop("code", f"P{number()}")
    filled = {"name": f"Party {code}", "country": "BE", **values}
    filled.setdefault("search", f"{code}\n{filled['name']}".upper())
    return md.Party.objects.create(code=code, **filled)


def customer(*, limit: Decimal | None = None, **values: Any) -> md.Customer:
    """A domestic customer on 30 days with one ship-to, in the company's currency; `limit`: credit limit."""
    buyer = values.setdefault("company", _company())
    values.setdefault("party", None)
    values["party"] = values["party"] or party()
    values.setdefault("group", md.CustomerGroup.objects.order_by("pk").first() or customer_group())
    made = md.Customer.objects.create(**{"terms": terms(), "currency": buyer.currency, **values})
    ship_to(customer=made, is_default=True)
    CreditAccount.objects.create(company=made.company, customer=made, limit=limit)
    return made


def _customer() -> md.Customer:
    return md.Customer.objects.order_by("pk").first() or customer()


def ship_to(**values: Any) -> md.ShipTo:
    values.setdefault("customer", _customer())
    defaults = {
        "code": f"D{number()}",
        "name": "Main gate",
        "street": "Quay 1",
        "city": "Antwerp",
        "country": "BE",
    }
    return md.ShipTo.objects.create(**{**defaults, **values})


def supplier(**values: Any) -> md.Supplier:
    buyer = values.setdefault("company", _company())
    values["party"] = values.get("party") or party()
    return md.Supplier.objects.create(**{"terms": terms(), "currency": buyer.currency, **values})


def supplier_rebate(**values: Any) -> md.SupplierRebate:
    buyer = values.pop("company", None) or _company()
    values["supplier"] = values.get("supplier") or supplier(company=buyer)
    values["item"] = values.get("item") or item()
    terms_of = {
        "method": "percent",
        "value": 5,
        "valid_from": date(2026, 1, 1),
        "reason": "Agreed",
        "set_by": "tests",
    }
    return md.SupplierRebate.objects.create(company=buyer, **{**terms_of, **values})


def catalogue_item(**values: Any) -> md.CatalogueItem:
    buyer = values.pop("company", None) or _company()
    values["supplier"] = values.get("supplier") or supplier(company=buyer)
    values["unit"] = values.get("unit") or unit()
    offer = {"code": f"S{next(_numbers)}", "name": "Valve", "cost": 2, "search": ""}
    return md.CatalogueItem.objects.create(**{**offer, **values})


# Prices and tax ----------------------------------------------------------------------------------


def price_scope(kind: str = "list", **values: Any) -> md.PriceScope:
    seller = values.setdefault("company", _company())
    code = values.pop("code", f"{kind.upper()}{number()}")
    return md.PriceScope.objects.create(
        kind=kind, code=code, **{"name": f"Prices {code}", "currency": seller.currency, **values}
    )


def coupon(**values: Any) -> md.Coupon:
    """A code of a promotion, since long ago."""
    seller = values.setdefault("company", _company())
    scope = values.pop("scope", None) or price_scope("promotion", company=seller, stacking="on_all")
    code = values.pop("code", f"CODE{number()}")
    return md.Coupon.objects.create(scope=scope, code=code, **{"valid_from": LONG_AGO, **values})


def assign(customer: md.Customer, scope: md.PriceScope, **values: Any) -> md.CustomerPriceScope:
    """Let the customer buy at the scope's prices, since long ago."""
    rank = md.PriceScope.RANK[md.PriceScope.Kind(scope.kind)]
    return md.CustomerPriceScope.objects.create(
        customer=customer, scope=scope, rank=rank, **{"valid_from": LONG_AGO, **values}
    )


def price(value: Decimal | int = 10, **values: Any) -> md.Price:
    """A net price per sales unit of an item, since long ago."""
    values["scope"] = values.get("scope") or md.PriceScope.objects.order_by("pk").first() or price_scope()
    if values.get("method") != "discount" or "item_class" not in values:
        thing = values.setdefault("item", md.Item.objects.order_by("pk").first() or item())
        if values.get("method") != "discount":
            values.setdefault("unit", thing.sell_unit)
    return md.Price.objects.create(value=Decimal(value), **{"valid_from": LONG_AGO, **values})


def tax_code(rate_percent: Decimal | int = 21, **values: Any) -> md.TaxCode:
    values.setdefault("company", _company())
    code = values.pop("code", f"T{number()}")
    defaults = {"name": f"VAT {rate_percent} %", "category": "S" if rate_percent else "Z"}
    return md.TaxCode.objects.create(code=code, rate_percent=Decimal(rate_percent), **{**defaults, **values})


def tax_rule(**values: Any) -> md.TaxRule:
    """Domestic customers pay the standard code on standard goods, since long ago."""
    seller = values.setdefault("company", _company())
    values["tax_code"] = values.get("tax_code") or tax_code(company=seller)
    defaults = {"tax_treatment": "domestic", "tax_class": "standard", "valid_from": LONG_AGO}
    return md.TaxRule.objects.create(**{**defaults, **values})


def freight_tariff(**values: Any) -> md.FreightTariff:
    """By weight: 10.00 anywhere and 0.50 for each kg, charged as a service that is taxed as standard goods."""
    seller = values.setdefault("company", _company())
    if "item" not in values:
        known = md.Item.objects.filter(code="FREIGHT").first()
        values["item"] = known or item(
            code="FREIGHT", name="Carriage", kind="service", standard_cost=0,
            item_class=md.ItemClass.objects.filter(code="CARRIAGE").first() or item_class(code="CARRIAGE"),
        )  # fmt: skip
    defaults = {"code": f"F{number()}", "name": "Carrier", "basis": "weight", "valid_from": LONG_AGO}
    made = md.FreightTariff.objects.create(**{**defaults, **values, "company": seller})
    md.FreightRate.objects.create(tariff=made, charge=10, per_unit=Decimal("0.5"))
    return made


# A company ready to trade ------------------------------------------------------------------------

ACCOUNT_KINDS = {
    Purpose.RECEIVABLE: "asset", Purpose.INVENTORY: "asset", Purpose.CASH: "asset", Purpose.TAX: "liability",
    Purpose.GRNI: "liability", Purpose.UNAPPLIED: "liability", Purpose.OPENING: "equity",
    Purpose.PAYABLE: "liability", Purpose.INPUT_TAX: "asset", Purpose.REVENUE: "income",
    Purpose.COGS: "expense", Purpose.ADJUSTMENT: "expense", Purpose.SUSPENSE: "asset", Purpose.RETAINED: "equity",
}  # fmt: skip


def books(company: md.Company) -> dict[str, Account]:
    """An account for every purpose, the legal number series and an open period; the accounts by purpose."""
    accounts = {}
    for index, (purpose, kind) in enumerate(ACCOUNT_KINDS.items()):
        account = Account.objects.create(
            company=company, code=f"{1000 + index}", name=purpose.label, kind=kind
        )
        AccountRule.objects.create(company=company, purpose=purpose, account=account)
        accounts[str(purpose)] = account
    own = f"{company.code}-" if NumberSeries.objects.filter(prefix="INV-").exists() else ""
    for code, prefix in (("invoice", f"{own}INV-"), ("credit_memo", f"{own}CM-")):
        NumberSeries.objects.create(scope=f"company:{company.pk}", code=code, prefix=prefix)
    if not company.periods.exists():
        period(company=company)
    return accounts


def trading_company(**values: Any) -> md.Company:
    """A company with books and a tax rule, one site with pick, receiving, shipping and transit bins."""
    made = company(**values)
    books(made)
    tax_rule(company=made)
    place = site(company=made)
    for kind in ("pick", "receiving", "shipping", "transit"):
        bin(site=place, kind=kind)
    return made


def trading_partner(customer: Any, **values: Any) -> Any:
    """A production partner that writes X12 as `tests.orders.channels.edi.texts` does."""
    given = {"standard": "x12", "qualifier": "01", "identifier": "828513080", "usage": "production"}
    return TradingPartner.objects.create(customer=customer, **{**given, **values})
