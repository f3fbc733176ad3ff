"""What lies in the bins, what people changed by hand, and by how much for which cause."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Abs, Coalesce

from erp.kernel.clock import now
from inventory.stock.models import Lot, Money, StockBalance, StockEntry, StockPosting
from masterdata.items.models import Item
from masterdata.places.models import Bin

from .models import Adjustment, StatusChange


def balance_list(*, user: Any) -> QuerySet[StockBalance]:
    """Our own goods in the bins of the reader's sites."""
    return (
        StockBalance.objects.visible_to(user)
        .filter(owner=None, quantity__gt=0)
        .select_related("item", "site__company", "bin", "lot")
    )


def change_list(*, user: Any) -> QuerySet[StatusChange]:
    """Status changes in the reader's scope, with what took them back."""
    return StatusChange.objects.visible_to(user).select_related("site", "undoes", "undone_by")


def moved_by(change: StatusChange) -> list[dict[str, Any]]:
    """The rows of a change: item, bin, lot, quantity, and the status before and after."""
    entries = StockEntry.objects.filter(posting_id=change.posting_id).order_by("line_id", "quantity")
    rows: dict[int, dict[str, Any]] = {}
    for entry in entries:
        row = rows.setdefault(entry.line_id or 0, {"item_id": entry.item_id, "bin_id": entry.bin_id})
        row |= {"lot_id": entry.lot_id, "quantity": abs(entry.quantity)}
        row["was" if entry.quantity < 0 else "now"] = entry.status
    names = _names(rows.values())
    return [{**row, **names[row["item_id"], row["bin_id"], row["lot_id"]]} for row in rows.values()]


def _names(rows: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    items = Item.objects.in_bulk({row["item_id"] for row in rows})
    bins = Bin.objects.in_bulk({row["bin_id"] for row in rows})
    lots = Lot.objects.in_bulk({row["lot_id"] for row in rows if row["lot_id"]})
    return {
        (row["item_id"], row["bin_id"], row["lot_id"]): {
            "item": items[row["item_id"]],
            "bin": bins[row["bin_id"]],
            "lot": lots.get(row["lot_id"]),
        }
        for row in rows
    }


def history_of(balance: StockBalance, *, limit: int = 50) -> list[dict[str, Any]]:
    """The newest ledger entries of one place, with their postings."""
    entries = list(
        StockEntry.objects.filter(
            item_id=balance.item_id,
            bin_id=balance.bin_id,
            lot_id=balance.lot_id,
            status=balance.status,
            owner_id=None,
        ).order_by("-pk")[:limit]
    )
    postings = StockPosting.objects.in_bulk({entry.posting_id for entry in entries})
    return [{"entry": entry, "posting": postings[entry.posting_id]} for entry in entries]


def adjustment_list(*, user: Any) -> QuerySet[Adjustment]:
    """Adjustments in the reader's scope."""
    return Adjustment.objects.visible_to(user).select_related("item", "site__company", "bin", "lot")


def waiting_for(*, user: Any) -> QuerySet[Adjustment]:
    """What others proposed and nobody has decided."""
    waiting = adjustment_list(user=user).filter(state=Adjustment.State.WAITING)
    return waiting.exclude(proposed_by=user.username)


def cause_list(*, user: Any) -> QuerySet[Adjustment]:
    """One row for each site, reason and person: how often, gross and net value, of the last 30 and 365 days.

    Gross adds up what was found and what was lost; net takes them from each other. Company currency.
    """
    posted = Adjustment.objects.visible_to(user).filter(state=Adjustment.State.POSTED)
    firsts = posted.values("site", "reason", "proposed_by").annotate(first=Min("pk")).values("first")
    rows = Adjustment.objects.filter(pk__in=firsts).select_related("site__company")
    today = now()
    for days in (30, 365):
        same = _same(posted, since=today - timedelta(days=days))
        rows = rows.annotate(
            **{
                f"times_{days}": Coalesce(Subquery(same.values("times")), 0),
                f"gross_{days}": Coalesce(Subquery(same.values("gross")), 0, output_field=Money()),
                f"net_{days}": Coalesce(Subquery(same.values("net")), 0, output_field=Money()),
            }
        )
    return rows


def _same(posted: QuerySet[Adjustment], *, since: datetime) -> Any:
    return (
        posted.filter(
            site=OuterRef("site"),
            reason=OuterRef("reason"),
            proposed_by=OuterRef("proposed_by"),
            proposed_at__gte=since,
        )
        .order_by()
        .values("site")
        .annotate(times=Count("pk"), gross=Sum(Abs("value")), net=Sum("value"))
    )
