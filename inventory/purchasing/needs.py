"""What order lines wait to be bought for them, and from whom (OC12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from erp.kernel.clock import now
from erp.kernel.quantity import UnitFactor
from inventory.commitments.models import BOUGHT, OPEN, Commitment, Demand, SupplyMethod
from inventory.stock.models import Quantity
from masterdata.catalogue.models import CatalogueItem
from masterdata.catalogue.queries import offers_of
from masterdata.catalogue.rules import Offer
from masterdata.items.models import ItemReference
from masterdata.parties.models import Supplier
from masterdata.places.queries import day_of, is_past

from .actions.buy_lines import Buy
from .rules import Purchase, purchase_of

SPECIAL, DROP = Q(supply_method=SupplyMethod.SPECIAL), Q(supply_method=SupplyMethod.DROP)

_EARMARKED = (
    Commitment.objects.filter(demand=OuterRef("pk"), supply__isnull=False)
    .values("demand")
    .annotate(n=Sum("quantity"))
    .values("n")
)
_SELLERS = CatalogueItem.objects.filter(
    item=OuterRef("item"), supplier__company=OuterRef("group__company"), supplier__is_blocked=False
).order_by("rank", "pk")
_KNOWN = Supplier.objects.filter(
    company=OuterRef("group__company"),
    is_blocked=False,
    party__in=ItemReference.objects.filter(item=OuterRef(OuterRef("item")), kind="supplier").values("party"),
).order_by("pk")


def to_buy_list(*, user: Any) -> QuerySet[Demand]:
    """Demands in scope that wait to be bought for: `to_buy` in the stock unit, `seller` and the last day to order
    (`buy_by`, the requested day where nobody is known to sell it)."""
    days = Coalesce(
        Subquery(
            _SELLERS.annotate(days=Coalesce("lead_time_days", "supplier__lead_time_days")).values("days")[:1]
        ),
        Subquery(_KNOWN.values("lead_time_days")[:1]),
        Value(0),
        output_field=IntegerField(),
    )
    return (
        Demand.objects.visible_to(user)
        .filter(OPEN, BOUGHT)
        .select_related("group__party", "group__ship_to", "item", "site")
        .annotate(bought=Coalesce(Subquery(_EARMARKED), Value(Decimal(0)), output_field=Quantity()))
        .annotate(
            to_buy=F("ordered") - F("shipped") - F("cancelled") - F("reserved") - F("bought"),
            seller=Coalesce(
                Subquery(_SELLERS.values("supplier__party__name")[:1]),
                Subquery(_KNOWN.values("party__name")[:1]),
            ),
            buy_by=ExpressionWrapper(F("requested_on") - days, output_field=DateField()),
        )
        .filter(to_buy__gt=0)
    )


def late(user: Any) -> Q:
    """Ordered now, it comes later than it was asked for."""
    return is_past("buy_by", "site__time_zone", now())


@dataclass(slots=True)
class Need:
    """A demand that waits to be bought for (`to_buy` in the stock unit), who sells its item, and what would be ordered
    of the first."""

    demand: Demand
    to_buy: Decimal
    offers: list[Offer] = field(default_factory=list)
    purchase: Purchase | None = None

    @property
    def to_customer(self) -> bool:
        return self.demand.supply_method == SupplyMethod.DROP

    @property
    def buy(self) -> Buy | None:
        """The first offer as it would be ordered; None where nobody is known to sell it."""
        bought = self.purchase
        if bought is None:
            return None
        return Buy(self.demand.pk, bought.quantity, bought.unit, bought.unit_cost, bought.due_on)


def needs_of(demands: Iterable[Any], *, today: date | None = None) -> list[Need]:
    """The demands of `to_buy_list` with their offers; one statement for each company."""
    rows = list(demands)
    offers = {
        company_id: offers_of(company_id, [row.item_id for row in rows if row.group.company_id == company_id])
        for company_id in {row.group.company_id for row in rows}
    }
    return [
        need_of(row, row.to_buy, offers[row.group.company_id].get(row.item_id, []), today) for row in rows
    ]


def need_of(demand: Demand, to_buy: Decimal, offers: Sequence[Offer], today: date | None = None) -> Need:
    """What would be ordered for a demand, on the site's day where no other is given."""
    need = Need(demand, to_buy, list(offers))
    if offers:
        stock = UnitFactor(demand.item.stock_unit_id, 1, 1, 6)
        on = today or day_of(demand.site, now())
        need.purchase = purchase_of(to_buy, offers[0], stock, to_customer=need.to_customer, today=on)
    return need
