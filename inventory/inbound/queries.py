"""What the dock asks: what is expected, where it could go, and what came."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from inventory.inbound.models import Receipt
from inventory.purchasing.models import PurchaseOrder, PurchaseOrderLine
from inventory.stock.models import StockBalance
from masterdata.places.models import Bin


def receipt_list(*, user: Any) -> QuerySet[Receipt]:
    """Receipts in the reader's scope."""
    return Receipt.objects.visible_to(user).select_related("site", "purchase_order__supplier__party")


def expected_lines(order: PurchaseOrder) -> QuerySet[PurchaseOrderLine]:
    """Open lines with `left` (stock unit) and `suggested`: the pick bin where most of the item lies."""
    lying = StockBalance.objects.filter(
        item=OuterRef("item"),
        site=order.site_id,
        status="available",
        bin__kind=Bin.Kind.PICK,
        bin__is_active=True,
    ).order_by("-quantity", "bin__pick_sequence")
    return (
        order.lines.select_related("item", "supply")
        .annotate(
            left=F("supply__expected") - F("supply__received") - F("supply__cancelled"),
            suggested=Subquery(lying.values("bin__code")[:1]),
        )
        .filter(left__gt=0)
        .order_by("line")
    )


def receiving_bin(site_id: int) -> Bin | None:
    """Where goods are put that no other bin was named for: the site's first receiving bin, else its first bin."""
    usable = Bin.objects.filter(site=site_id, is_active=True, kind__in=Bin.PICKABLE)
    return usable.filter(kind=Bin.Kind.RECEIVING).order_by("pick_sequence").first() or usable.first()
