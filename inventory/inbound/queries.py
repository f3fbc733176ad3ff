"""What the dock asks: what is expected, where it could go, and what came."""

from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from erp.kernel.attachments import VERBS
from erp.kernel.clock import now
from erp.kernel.models import Decision
from inventory.inbound.models import Receipt, ReceiptDifference
from inventory.purchasing.models import PurchaseOrder, PurchaseOrderLine
from inventory.stock.models import StockBalance
from masterdata.places.models import Bin
from masterdata.places.queries import is_past


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


# What did not come as it should ----------------------------------------------------------------------------------

OPEN_DIFFERENCE = Q(outcome="")


def difference_list(*, user: Any) -> QuerySet[ReceiptDifference]:
    """Receipt differences in the reader's scope, with their `state`: open, or what became of them."""
    return (
        ReceiptDifference.objects.visible_to(user)
        .select_related("site", "item", "receipt", "line__item", "line__order__supplier__party")
        .annotate(state=Case(When(OPEN_DIFFERENCE, then=Value("open")), default=F("outcome")))
    )


def overdue(_user: Any = None) -> Q:
    """Open beyond their day."""
    return OPEN_DIFFERENCE & is_past("due_on", "site__time_zone", now())


def for_buyer(*, user: Any) -> QuerySet[ReceiptDifference]:
    """Open differences that this person is to clear: their own, and those that are nobody's yet."""
    return difference_list(user=user).filter(OPEN_DIFFERENCE, owner__in=("", user.username))


WORDS = {
    "inventory.report_receipt_differences": _("Reported at the dock"),
    "inventory.give_receipt_differences": _("Given to another"),
    "inventory.resolve_receipt_difference": _("Cleared"),
    **VERBS,
}


def timeline_of(difference: ReceiptDifference) -> list[dict[str, Any]]:
    """What was reported, decided and attached, newest first."""
    decisions = Decision.objects.filter(subject="inventory.receiptdifference", subject_id=difference.pk)
    return [
        {
            "what": WORDS.get(each.verb, each.verb),
            "who": each.actor,
            "at": each.effective_at,
            "text": each.outcome.get("sentence") or each.outcome.get("name") or each.outcome.get("owner", ""),
        }
        for each in decisions.order_by("-pk")
    ]
