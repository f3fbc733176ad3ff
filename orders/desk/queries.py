"""What the order desk asks: drafts, items and customers to choose from, and the facts beside a line."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Max, Q, QuerySet

from erp.kernel import clock
from erp.kernel.access import access_of
from inventory.commitments.models import SupplyMethod
from inventory.models import SiteStock, Supply
from masterdata.catalogue.permissions import SELL_FROM_CATALOGUE
from masterdata.catalogue.queries import CatalogueHit, catalogue_lookup
from masterdata.items.lookups import item_lookup
from masterdata.models import Company, Customer, Site
from masterdata.places.queries import site_list
from orders.entry.charges import ADDED, FREE_GOODS
from orders.entry.models import OrderDraft, OrderLine, SalesOrder
from orders.entry.rules import LineRequest, OrderRequest
from orders.pricing.steps import named_step, prices_of

from .preview import Row, Seen, look_at
from .rules import DraftLine
from .sourcing import Elsewhere, elsewhere
from .substitutes import Offered, offers_of_draft

MOST_HITS = 8


def draft_list(*, user: Any) -> QuerySet[OrderDraft]:
    """Drafts that are still being written, newest first."""
    drafts = OrderDraft.objects.visible_to(user).filter(order=None, discarded_at=None)
    return drafts.select_related("customer__party", "created_by").order_by("-saved_at")


def draft_of(public_id: str, *, user: Any) -> OrderDraft:
    """The draft with its customer; an unsaved one (version 0) under an id that nobody has used yet.

    Raises DoesNotExist for a draft outside the reader's scope.
    """
    drafts = OrderDraft.objects.select_related("customer__party", "order")
    found = drafts.visible_to(user).filter(public_id=public_id).first()
    if found is None:
        if OrderDraft.objects.filter(public_id=public_id).exists():
            raise OrderDraft.DoesNotExist
        found = OrderDraft(public_id=public_id, version=0, created_by=user, job="", rush="", coupon="")
        company = Company.objects.visible_to(user).order_by("pk").first()
        if company is not None:
            found.company = company
    return found


def customer_options(text: str, *, user: Any) -> list[Customer]:
    """Customers whose code, name or number holds every word."""
    words = text.upper().replace("\0", "").split()[:6]
    if not words:
        return []
    found = Customer.objects.visible_to(user).select_related("party", "terms")
    for word in words:
        found = found.filter(party__search__contains=word)
    return list(found.order_by("party__name", "pk")[:MOST_HITS])


def customer_facts(customer_id: int | None, *, user: Any) -> Customer | None:
    """The chosen customer with its agreements' codes (`contracts`) and the day of its last order (`last_order`)."""
    if customer_id is None:
        return None
    today = clock.now().date()
    running = Q(price_scopes__rank=1, price_scopes__valid_from__lte=today) & (
        Q(price_scopes__valid_to=None) | Q(price_scopes__valid_to__gt=today)
    )
    return (
        Customer.objects.visible_to(user)
        .filter(pk=customer_id)
        .select_related("party", "terms")
        .annotate(
            contracts=StringAgg("price_scopes__scope__code", ", ", filter=running, distinct=True),
            last_order=Max("orders__submitted_at"),
        )
        .first()
    )


def item_options(text: str, *, draft: OrderDraft, user: Any) -> list[Row]:
    """Items for what was typed, each with the customer's price for one and what is free."""
    hits = item_lookup(user, text, draft.customer_id, MOST_HITS)
    if not hits or draft.customer_id is None:
        return [Row(DraftLine(0, hit.code, hit.id), "", hit.id, hit.code, hit.name) for hit in hits]
    request = OrderRequest(
        draft.customer_id,
        [LineRequest(hit.id, Decimal(1)) for hit in hits],
        draft.requested_on or clock.now().date(),
        "desk",
        ship_to_id=draft.ship_to_id,
        job=draft.job,
        site_id=draft.site_id,
    )
    seen = look_at(request, user)
    return seen.rows([DraftLine(0, hit.code, hit.id) for hit in hits])


def catalogue_options(text: str, *, draft: OrderDraft, user: Any, most: int) -> list[CatalogueHit]:
    """What suppliers offer for what was typed and nobody has sold yet, for who may sell it; at most one query."""
    if draft.company_id is None or not user.has_perm(SELL_FROM_CATALOGUE):
        return []
    return catalogue_lookup(text, company_id=draft.company_id, limit=most)


def sites_of(draft: OrderDraft, *, user: Any) -> list[Site]:
    """The selling company's sites in the reader's scope that an order may ship from."""
    if draft.customer_id is None:
        return []
    return list(site_list(user=user).filter(company=draft.company_id, is_active=True).order_by("code"))


@dataclass(slots=True)
class Inspection:
    """Everything beside the line that has the focus."""

    row: Row
    steps: list[dict[str, Any]] = field(default_factory=list)
    sites: list[dict[str, Any]] = field(default_factory=list)
    next_receipt: Mapping[str, Any] | None = None
    bought: list[Mapping[str, Any]] = field(default_factory=list)
    ways: list[tuple[str, Any, bool]] = field(default_factory=list)  # how it may be supplied, and how it is
    late: bool = False  # it cannot be promised for the day it was asked for
    offers: list[Offered] = field(default_factory=list)  # what may come instead
    takes_none: bool = False  # the customer wants no substitutes
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    components: list[dict[str, Any]] = field(default_factory=list)  # of a kit: code, in one of it, free here


def inspect_line(draft: OrderDraft, line: DraftLine, *, user: Any) -> Inspection | None:
    """Why this price, where the item is, what comes next or instead, what the customer paid before.

    None without an item.
    """
    if line.problem or draft.customer_id is None:
        return None
    request = OrderRequest(
        draft.customer_id,
        [line.request()],
        draft.requested_on or clock.now().date(),
        "desk",
        ship_to_id=draft.ship_to_id,
        job=draft.job,
        site_id=draft.site_id,
    )
    seen = look_at(request, user)
    fact = seen.facts[0]
    if fact.item_id is None:
        return None
    return Inspection(
        row=seen.row(line, 0),
        steps=price_steps(seen.outcomes[0].priced.steps),
        sites=by_site(fact.item_id, seen, user),
        next_receipt=next_receipt(fact.item_id, seen.header.site_id),
        bought=_bought(fact.item_id, draft.customer_id, user),
        ways=[(way, words, way == seen.methods[0]) for way, words in SupplyMethod.choices]
        if seen.methods and not fact.components
        else [],
        late=seen.late(0),
        offers=offers_of_draft(seen, user),
        takes_none=seen.consent == "never",
        elsewhere=elsewhere(seen, user),
        components=[
            {
                "code": each.code,
                "quantity": each.quantity,
                "free": max(seen.standing.free.get(each.item_id, Decimal(0)), Decimal(0)),
            }
            for each in fact.components
        ],
    )


def price_steps(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a price with the names of what gave them: label, note, percent, value."""
    prices = prices_of(steps)
    return [asdict(named_step(step, prices)) for step in steps]


def by_site(item_id: int, seen: Seen, user: Any) -> list[dict[str, Any]]:
    """Free stock per site of the selling company, the order's own site first."""
    rows = (
        SiteStock.objects.filter(item=item_id, site__company=seen.header.company_id, site__is_active=True)
        .annotate(free=F("available") - F("reserved"))
        .select_related("site")
        .order_by("-free")
    )
    found = [
        {"site": row.site.name, "here": row.site_id == seen.header.site_id, "free": row.free} for row in rows
    ]
    return sorted(found, key=lambda entry: not entry["here"])[:6]


def next_receipt(item_id: int, site_id: int) -> Mapping[str, Any] | None:
    """What comes next of the item at a site: when it is due, how much, and from which document."""
    return (
        Supply.objects.filter(item=item_id, site=site_id, expected__gt=F("received") + F("cancelled"))
        .annotate(open=F("expected") - F("received") - F("cancelled"))
        .order_by("due_on", "pk")
        .values("due_on", "open", "document")
        .first()
    )


def _bought(item_id: int, customer_id: int, user: Any) -> list[Mapping[str, Any]]:
    """The customer's last three purchases of the item."""
    if "orders.view_order" not in access_of(user).permissions:
        return []
    return list(
        OrderLine.objects.filter(item=item_id, order__customer=customer_id, order__state="submitted")
        .exclude(price_source=FREE_GOODS)
        .order_by("-pk")
        .values("order__submitted_at", "order__number", "quantity", "unit_id", "unit_price")[:3]
    )


def lines_to_copy(order: SalesOrder) -> list[dict[str, Any]]:
    """An order's lines as a draft has them, supplied as they were; at today's prices, so without charges."""
    lines = (
        order.lines.exclude(price_source__in=ADDED).select_related("item").prefetch_related("demands__demand")
    )
    return [
        {
            "line": place,
            "raw": line.item.code,
            "item_id": line.item_id,
            "quantity": f"{line.quantity.normalize():f}",
            "unit": line.unit_id,
            "supply": _supply_of(line),
        }
        for place, line in enumerate(lines.order_by("line"), 1)
    ]


def _supply_of(line: OrderLine) -> str:
    """How a line was supplied, where not from stock."""
    methods = {link.demand.supply_method for link in line.demands.all()} - {SupplyMethod.STOCK.value}
    return methods.pop() if methods else ""
