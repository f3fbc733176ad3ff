"""What there is, where it lies, and how it came to be."""

from typing import Any

from django.db.models import F, QuerySet

from masterdata.places.queries import bin_list

from .models import Lot, SiteStock, StockBalance, StockEntry, StockPosting


def stock_on_hand(*, user: Any) -> QuerySet[SiteStock]:
    """Site stock in the reader's scope with `free`: available and promised to nobody."""
    return (
        SiteStock.objects.visible_to(user)
        .select_related("item__stock_unit", "site__company")
        .annotate(free=F("available") - F("reserved"))
    )


def balances_of(stock: SiteStock) -> QuerySet[StockBalance]:
    """Where an item lies at its site, bins in walking order, empty ones left out."""
    return (
        StockBalance.objects.filter(item=stock.item_id, site=stock.site_id, quantity__gt=0)
        .select_related("bin", "lot")
        .order_by("bin__pick_sequence", "bin__code", "status")
    )


def entries_of(stock: SiteStock, *, user: Any, limit: int = 50) -> list[dict[str, Any]]:
    """The newest ledger entries of an item at its site, with their postings."""
    bins = dict(bin_list(user=user).filter(site=stock.site_id).values_list("pk", "code"))
    entries = list(
        StockEntry.objects.filter(item_id=stock.item_id, bin_id__in=list(bins)).order_by("-pk")[:limit]
    )
    postings = StockPosting.objects.in_bulk({entry.posting_id for entry in entries})
    lots = Lot.objects.in_bulk({entry.lot_id for entry in entries if entry.lot_id})
    return [
        {
            "entry": entry,
            "posting": postings[entry.posting_id],
            "bin": bins[entry.bin_id],
            "lot": lots.get(entry.lot_id) if entry.lot_id else None,
        }
        for entry in entries
    ]
