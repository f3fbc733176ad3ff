"""Goods that wait to be put away, whose they are, and what a scan at the station means."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from erp.kernel.clock import now
from erp.kernel.models import Decision
from erp.kernel.workplace import at_workplace
from inventory.outbound.scans import read_scan
from inventory.stock.models import StockBalance
from masterdata.items.lookups import resolve_codes
from masterdata.places.models import Bin

from .errors import ScanRefused
from .models import PutawayTask

OPEN = Q(state="open")


def putaway_list(*, user: Any) -> QuerySet[PutawayTask]:
    """Putaway tasks in the reader's scope, with what is `left` of them unless pickers take it first."""
    rows = PutawayTask.objects.visible_to(user).annotate(left=F("quantity") - F("moved"))
    return rows.select_related("site", "item", "lot", "bin__zone", "proposed__zone", "put_into")


def late(_user: Any = None) -> Q:
    """Still to be put away beyond its time."""
    return OPEN & Q(due_at__lt=now())


def to_put_away(*, user: Any) -> QuerySet[PutawayTask]:
    """What this person may take up at their workplace, in the order in which it goes."""
    rows = at_workplace(putaway_list(user=user), user).filter(OPEN, owner__in=("", user.username))
    return rows.order_by("priority", "due_at", "pk")


def in_hand(*, user: Any) -> QuerySet[PutawayTask]:
    """What this person has begun, the latest first: the goods on the trolley."""
    rows = putaway_list(user=user).filter(OPEN, owner=user.username, begun_at__isnull=False)
    return rows.order_by("-begun_at", "-pk")


def there(task: Any) -> Decimal:
    """How much of a task's goods stand in its bin that no pick is bound to, at most what is left of it."""
    found = StockBalance.objects.filter(
        item=task.item_id, bin=task.bin_id, lot=task.lot_id, status=task.status, owner=None
    ).first()
    return min(task.left, found.loose) if found else Decimal(0)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a scan at the station means: goods to take up, or the bin that those in hand were put into."""

    task: PutawayTask
    bin: Bin | None = None


def meant_by(raw: str, *, user: Any) -> Meant:
    """The task or the bin of a scan: a bin's code for the goods in hand, a task's number, or an item's label.

    Of an item the goods that go first; a label that names a lot means that lot. Raises ScanRefused in one sentence.
    """
    scan = read_scan(raw)
    held = in_hand(user=user).first()
    if held is not None:
        place = Bin.objects.filter(site=held.site_id, code__iexact=scan.text).first()
        if place is not None and place.pk != held.bin_id:
            return Meant(held, place)
    waiting = to_put_away(user=user)
    if task := waiting.filter(number__iexact=scan.text).first():
        return Meant(task)
    found = resolve_codes(scan.codes)
    item_id = next((found[code] for code in scan.codes if found.get(code)), None)
    if item_id is None:
        words = (
            _("no bin, goods or task have this code. Scan the label of the goods.")
            if held is None
            else _("no bin of this site has this code. Scan the bin that the goods are in now.")
        )
        raise ScanRefused(scanned=scan.text, reason=words)
    of_item = waiting.filter(item=item_id)
    if scan.lot:
        of_item = of_item.filter(lot__code__iexact=scan.lot)
    if task := of_item.first():
        return Meant(task)
    raise ScanRefused(
        scanned=scan.text, reason=_("none of it waits to be put away, or somebody else has it.")
    )


WORDS = {
    "inventory.put_away": "Put away",
    "inventory.assign_putaways": "Given",
    "inventory.close_putaways": "Closed without",
}


def timeline_of(task: PutawayTask) -> list[dict[str, Any]]:
    """What was decided and done, newest first."""
    decisions = Decision.objects.filter(subject="inventory.putawaytask", subject_id=task.pk)
    return [
        {
            "what": WORDS.get(each.verb, each.verb),
            "who": each.actor,
            "at": each.effective_at,
            "text": each.outcome.get("sentence") or each.outcome.get("owner") or "",
        }
        for each in decisions.order_by("-pk")
    ]
