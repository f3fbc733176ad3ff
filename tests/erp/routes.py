"""Every address of the house, out of the URL resolver, and what to put into its parameters."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver

from billing.models import AccountClass
from erp.kernel.models import AuditEvent, OutboxEntry
from masterdata.models import KitComponent, Substitute
from tests.erp.side import Side, first

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One address: `template` is "/orders/<number>/hold/"."""

    name: str
    template: str

    @property
    def places(self) -> list[str]:
        """Each parameter with the plain text before it, "customers/pk": the noun that it is an id of."""
        nouns, noun = [], ""
        for segment in self.template.split("/"):
            found = PLACE.findall(segment)
            nouns += [f"{segment.split('<')[0] or noun}/{name}" for name in found]
            noun = noun if found else segment
        return nouns

    def path(self, values: list[Any]) -> str:
        given = iter(values)
        return PLACE.sub(lambda _: quote(str(next(given)), safe=""), self.template)


def routes() -> list[Route]:
    """All addresses but the framework's admin, which only administrators of everything may enter."""
    return [route for route in _walk(get_resolver(), "/", "") if not route.template.startswith("/admin/")]


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        text = str(pattern.pattern)
        plain = simplify_regex(text).lstrip("/") if "(?P" in text or text.startswith("^") else text
        if isinstance(pattern, URLPattern):
            yield Route(
                f"{namespace}{pattern.name or pattern.lookup_str}", PLACE.sub(r"<\1>", prefix + plain)
            )
        else:
            yield from _walk(
                pattern, prefix + plain, f"{pattern.namespace}:" if pattern.namespace else namespace
            )


Provider = Callable[[Side], Any]


def row(kind: str, attribute: str = "pk") -> Provider:
    return lambda side: getattr(side.rows[kind], attribute)


# What stands in an address, by the segment before it: a row of one company ...
OF_A_COMPANY: dict[str, Provider] = {
    "addresses/ship_to": row("ship_to"),
    "agreement-assignments/pk": row("assignment"),
    "agreements/pk": row("price_scope"),
    "allocation-policies/pk": row("allocation_policy"),
    "accounting-periods/pk": row("period"),
    "accounts/pk": row("account"),
    "applications/application": row("application"),
    "attachments/pk": row("order"),
    "attachment-files/pk": row("attachment"),
    "adjustments/pk": row("adjustment"),
    "balances/pk": row("balance"),
    "bins/pk": row("bin"),
    "bank-accounts/pk": row("bank_account"),
    "bank-entries/pk": row("bank_entry"),
    "bank-files/pk": row("bank_file"),
    "bank-statements/pk": row("bank_statement"),
    "blanket-orders/number": row("blanket", "number"),
    "blankets/number": row("blanket", "number"),
    "cash-receipts/pk": row("cash_receipt"),
    "cash/pk": row("cash_receipt"),
    "catalogue/pk": row("catalogue"),
    "catalogue-items/pk": row("catalogue"),
    "catalogue-loads/public_id": row("job", "public_id"),
    "close-tasks/pk": row("close_task"),
    "closes/pk": row("period_close"),
    "collections/pk": row("customer"),
    "companies/pk": row("company"),
    "counts/pk": row("count"),
    "coupons/pk": row("coupon"),
    "credit-accounts/pk": row("credit_account"),
    "credit-limit/company": row("company"),
    "customer-notices/pk": row("notice"),
    "customers/pk": row("customer"),
    "disputes/pk": row("dispute"),
    "documents/pk": row("document"),
    "freight/pk": row("freight_tariff"),
    "freight-rates/pk": row("freight_rate"),
    "freight-tariffs/pk": row("freight_tariff"),
    "desk/public_id": row("draft", "public_id"),
    "dunning/pk": row("dunning_letter"),
    "dunning-letters/pk": row("dunning_letter"),
    "dunning-levels/pk": row("dunning_level"),
    "dunning-stops/pk": row("dunning_stop"),
    "drafts/public_id": row("draft", "public_id"),
    "drop-shipments/pk": row("drop_shipment"),
    "e-invoices/pk": row("einvoice"),
    "einvoices/pk": row("einvoice"),
    "exceptions/pk": row("exception"),
    "forecasts/pk": row("forecast"),
    "holds/pk": row("hold"),
    "inbox/pk": row("order_exception"),
    "holidays/pk": row("holiday"),
    "intake-documents/pk": row("document"),
    "messages/pk": row("message"),
    "notices/pk": row("notice"),
    "price-assignments/pk": row("assignment"),
    "price-proposals/pk": row("price_proposal"),
    "order-rules/pk": row("rule_version"),
    "order-rules/rule_id": row("rule"),
    "transfer-differences/pk": row("transfer_difference"),
    "transfer-proposals/pk": row("proposal"),
    "transfers/pk": row("transfer"),
    "trials/pk": row("rule_trial"),
    "reallocation/pk": row("run"),
    "reallocation-runs/pk": row("run"),
    "trading-partners/pk": row("trading_partner"),
    "invoice-exceptions/pk": row("exception"),
    "invoices/number": row("invoice", "number"),
    "invoices/pk": row("invoice"),
    "jobs/public_id": row("job", "public_id"),
    "journals/pk": row("journal"),
    "lines/line": row("purchase_line"),
    "open-items/pk": row("open_item"),
    "period-closes/pk": row("period_close"),
    "lots/pk": row("lot"),
    "orders/number": row("order", "number"),
    "outcomes/outcome": row("write_off"),
    "order-exceptions/pk": row("order_exception"),
    "orders/pk": row("order"),
    "parked/pk": row("parked"),
    "payment-promises/pk": row("payment_promise"),
    "price-lists/pk": row("price_scope"),
    "prices/pk": row("price"),
    "purchase-orders/pk": row("purchase_order"),
    "new/number": row("order", "number"),
    "new/pk": row("price_scope"),
    "new/site": row("site"),
    "new/supplier": row("supplier"),
    "putaways/pk": row("putaway"),
    "promises/promise": row("payment_promise"),
    "quotas/pk": row("quota"),
    "quotes/number": row("quote", "number"),
    "receipt-differences/pk": row("receipt_difference"),
    "receipts/pk": row("receipt"),
    "replenishment/pk": row("replenishment"),
    "replenishments/pk": row("replenishment"),
    "series/pk": row("series"),
    "returns/number": row("return", "number"),
    "shipments/pk": row("shipment"),
    "sites/pk": row("site"),
    "status-changes/pk": row("status_change"),
    "stock/pk": row("site_stock"),
    "stocking-policies/pk": row("stocking_policy"),
    "stock-balances/pk": row("balance"),
    "supplier-rebates/pk": row("rebate"),
    "supplier-invoices/number": row("supplier_invoice", "number"),
    "payment-runs/number": row("payment_run", "number"),
    "payment-runs/pk": row("payment_run"),
    "payments/pk": row("payment"),
    "bank-details/pk": row("bank_details"),
    "match-exceptions/pk": row("match_exception"),
    "supplier-returns/pk": row("supplier_return"),
    "suppliers/pk": row("supplier"),
    "to-buy/pk": row("need"),
    "write-offs/pk": row("write_off"),
    "tax/pk": row("tax_code"),
    "year-closes/pk": row("year_close"),
}
# ... a row that all companies share, or a choice.
SHARED: dict[str, Provider] = {
    "customer-groups/pk": lambda side: side.rows["customer"].group_id,
    "item-classes/pk": lambda side: side.rows["price"].item.item_class_id,
    "payment-terms/pk": lambda side: side.rows["customer"].terms_id,
    "account-classes/pk": lambda _: (
        AccountClass.objects.get_or_create(
            code="ROUTE", defaults={"name": "Sales", "kind": "income", "position": 10}
        )[0].pk
    ),
    "units/pk": lambda _: "EA",
    "units/code": lambda _: "EA",
    "attachments/subject": lambda _: "orders.salesorder",
    "audit/pk": lambda _: first(AuditEvent).pk,
    "close-tasks/how": lambda _: "complete",
    "contacts./kind": lambda _: "csv",
    "e-invoices/how": lambda _: "waive",
    "e-invoices/kind": lambda _: "xml",
    "e-invoices/revision": lambda _: 1,
    "exceptions/how": lambda _: "accept",
    "figures./kind": lambda _: "csv",
    "grants/grant": row("grant"),
    "inbox/how": lambda _: "note",
    "inspect/number": lambda _: 1,
    "items/pk": lambda side: side.rows["price"].item_id,
    "kit-components/pk": lambda _: first(KitComponent).pk,
    "lines/number": lambda _: 1,
    "numbers/reference": lambda _: 1,
    "outbox/pk": lambda _: first(OutboxEntry).pk,
    "returns/how": lambda _: "cancel",
    "revisions/revision": lambda _: 1,
    "reallocation/verb": lambda _: "commit",
    "payment-runs/verb": lambda _: "approve",
    "supplier-invoices/verb": lambda _: "match",
    "order-rules/verb": lambda _: "propose",
    "promotions/pk": lambda _: 1,
    "policies/key": lambda _: "orders.margin_floor_percent",
    "template./kind": lambda _: "csv",
    "shortages/line": lambda _: 1,
    "substitutes/pk": lambda _: first(Substitute).pk,
    "units/unit": lambda _: "EA",
    "unloadings/pk": row("unloading"),
    "users/pk": row("user"),
    "variations/pk": lambda _: 1,
}


def unfilled(route: Route) -> list[str]:
    """Parameters that nobody has said a value for."""
    return [place for place in route.places if place not in OF_A_COMPANY and place not in SHARED]


def values(route: Route, side: Side) -> list[Any]:
    return [{**OF_A_COMPANY, **SHARED}[place](side) for place in route.places]


def is_of_a_company(route: Route) -> bool:
    return any(place in OF_A_COMPANY for place in route.places)
