"""What went back to suppliers and what still lies for them, scoped to the reader."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from erp.kernel.batch import constant
from inventory.stock.models import Status, StockBalance
from masterdata.parties.models import Supplier
from masterdata.places.models import Site

from .models import SupplierReturn, SupplierReturnLine
from .reads import SELLERS


def supplier_return_list(*, user: Any) -> QuerySet[SupplierReturn]:
    """What went back, with supplier and site."""
    return SupplierReturn.objects.visible_to(user).select_related("supplier__party", "site", "company")


def lines_of(found: SupplierReturn) -> QuerySet[SupplierReturnLine]:
    return found.lines.select_related("item", "bin", "lot").order_by("line")


def for_vendors(*, user: Any) -> QuerySet[StockBalance]:
    """Our goods for the vendor that no pick is bound to, by item and bin."""
    rows = StockBalance.objects.visible_to(user).filter(status=Status.VENDOR, owner=None)
    return (
        rows.filter(quantity__gt=F("allocated"))
        .select_related("item", "bin", "lot", "site")
        .order_by("site__code", "item__code", "bin__pick_sequence", "pk")
    )


@dataclass(slots=True)
class ToSend:
    """What lies at a site for one supplier, with the price of a stock unit the last time; no supplier: nobody is known
    to sell it."""

    site: Site
    supplier: Supplier | None
    rows: list[tuple[StockBalance, Decimal]] = field(default_factory=list)

    @property
    def worth(self) -> Decimal:
        """What could be claimed for all of it."""
        return sum((row.loose * cost for row, cost in self.rows), Decimal(0))


def to_send(balances: Iterable[StockBalance]) -> list[ToSend]:
    """The goods by site and supplier; what several sell stands with each of them. Two statements."""
    rows = list(balances)
    items, companies = sorted({row.item_id for row in rows}), sorted({row.site.company_id for row in rows})
    sellers: defaultdict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for item_id, supplier_id, cost in constant(SELLERS, items, items, companies) if rows else ():
        sellers[item_id].append((supplier_id, cost))
    suppliers = {
        supplier.pk: supplier
        for supplier in Supplier.objects.filter(
            pk__in={supplier_id for known in sellers.values() for supplier_id, _cost in known}
        ).select_related("party")
    }
    found: dict[tuple[int, int], ToSend] = {}
    for row in rows:
        own: list[tuple[Supplier | None, Decimal]] = [
            (suppliers[supplier_id], cost)
            for supplier_id, cost in sellers[row.item_id]
            if suppliers[supplier_id].company_id == row.site.company_id
        ]
        for supplier, cost in own or [(None, row.item.standard_cost)]:
            key = (row.site_id, supplier.pk if supplier else 0)
            found.setdefault(key, ToSend(row.site, supplier)).rows.append((row, cost))
    return sorted(
        found.values(),
        key=lambda each: (each.site.code, each.supplier is None, str(each.supplier or "")),
    )
