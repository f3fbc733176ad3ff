"""Replay: the converted orders through the real verbs, each at its own time, day by day; stops and goes on anywhere.

What is done is known from the documents themselves: an intake document has its order or not, a purchase order is
received or not, a group has something to release or not. Every verb is asked under a key, so that asking again
after a crash answers with what was done.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Sum

from billing.models import Invoice
from erp.kernel import outbox
from erp.kernel.actor import Actor
from erp.kernel.command import By
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import Demand, DemandGroup, PurchaseOrder, Shipment, Supply
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from masterdata.models import Bin, Company
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest, OrderRequest
from orders.models import IntakeDocument, OrderLine, SalesOrder

ACTOR = Actor.system("replay")
BILLING = "billing.invoicing.invoice_confirmed_shipments"
CHUNK = 50
EVENING = time(20)
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What went in against what came out, in the company's currency."""

    orders: int
    lines: int
    value_in: Decimal
    invoices: int
    invoiced: Decimal
    backordered_lines: int
    open_units: Decimal
    waiting: int
    sources: dict[str, int]

    @property
    def ties(self) -> bool:
        return self.value_in == self.invoiced and not self.open_units and not self.waiting


def replay(company: Company, *, until: date | None = None, progress: Callable[[int], None]) -> None:
    """Every waiting order up to `until`; `progress` hears of lines as they are submitted."""
    for day, documents in _days(company, until):
        for document in documents:
            _submit(document)
            progress(len(document.payload["lines"]))
        _evening(company, day)
    if until is None:
        _receive(company, None)
        _evening(company, _last_day(company))


def _days(company: Company, until: date | None) -> Iterator[tuple[date, list[IntakeDocument]]]:
    waiting = IntakeDocument.objects.filter(company=company, channel="conversion", order=None).order_by("pk")
    ids = list(waiting.values_list("pk", "payload__at"))
    for day, group in groupby(ids, key=lambda pair: _instant(pair[1]).astimezone(LONDON).date()):
        if until and day > until:
            return
        yield day, list(waiting.filter(pk__in=[pk for pk, _ in group]))


def _submit(document: IntakeDocument) -> None:
    asked: dict[str, Any] = document.payload
    at = _instant(asked["at"])
    order = submit_order(
        By(ACTOR, key=document.key, at=at),
        request=OrderRequest(
            customer_id=asked["customer_id"],
            site_id=asked["site_id"],
            lines=[
                LineRequest(
                    item_id,
                    Decimal(quantity),
                    price=Decimal(price) if price else None,
                    price_reason="Price as sold before the conversion" if price else "",
                )
                for item_id, quantity, price in asked["lines"]
            ],
            requested_on=at.astimezone(LONDON).date(),
            channel=SalesOrder.Channel.CONVERSION.value,
            price_source=OrderLine.PriceSource.CONVERSION.value,
        ),
    )
    IntakeDocument.objects.filter(pk=document.pk).update(order=order.order_id, state="accepted")


def _evening(company: Company, day: date) -> None:
    """What is due arrives, what is reserved leaves, what left is billed."""
    _receive(company, day)
    at = datetime.combine(day, EVENING, LONDON).astimezone(UTC)
    for site_id in company.sites.order_by("pk").values_list("pk", flat=True):
        ready = list(
            DemandGroup.objects.filter(site=site_id, demands__reserved__gt=0)
            .distinct()
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        for place in range(0, len(ready), CHUNK):
            release_groups(By(ACTOR, at=at), group_ids=ready[place : place + CHUNK])
        _ship(site_id, at)
    outbox.deliver(BILLING)


def _ship(site_id: int, at: datetime) -> None:
    to_pick = Shipment.objects.filter(site=site_id, state="released").order_by("pk")
    for shipment_id in list(to_pick.values_list("pk", flat=True)):
        record_picks(By(ACTOR, at=at), shipment_id=shipment_id)
    picked = list(
        Shipment.objects.filter(site=site_id, state="picked").order_by("pk").values_list("pk", flat=True)
    )
    for place in range(0, len(picked), CHUNK):
        confirm_shipments(By(ACTOR, at=at), shipment_ids=picked[place : place + CHUNK])


def _receive(company: Company, day: date | None) -> None:
    """Take in what suppliers owe by `day` (None: all of it), in the morning it is due."""
    due = Supply.objects.filter(site__company=company, expected__gt=F("received") + F("cancelled"))
    if day:
        due = due.filter(due_on__lte=day)
    lines: defaultdict[int, list[Supply]] = defaultdict(list)
    for supply in due.select_related("purchase_line").order_by("pk"):
        lines[supply.purchase_line.order_id].append(supply)
    for order in PurchaseOrder.objects.filter(pk__in=lines).order_by("pk"):
        dock = Bin.objects.get(site=order.site_id, kind=Bin.Kind.RECEIVING)
        arrives = datetime.combine(lines[order.pk][0].due_on, time(6), LONDON).astimezone(UTC)
        post_receipt(
            By(ACTOR, key=f"replay:{order.number}", at=arrives),
            purchase_order_id=order.pk,
            lines=[
                ReceiptLineRequest(supply_id=supply.pk, quantity=supply.expected, bin_id=dock.pk)
                for supply in lines[order.pk]
            ],
        )


def _last_day(company: Company) -> date:
    last = IntakeDocument.objects.filter(company=company, channel="conversion").order_by("-pk").first()
    assert last is not None
    return max(_instant(last.payload["at"]).astimezone(LONDON).date(), date(2009, 12, 15))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def reconcile(company: Company, *, until: date | None = None) -> Reconciliation:
    """Source value of what was asked for against what was invoiced, and what is still open."""
    documents = IntakeDocument.objects.filter(company=company, channel="conversion")
    taken = documents.filter(order__isnull=False)
    orders = SalesOrder.objects.filter(company=company, channel="conversion")
    invoices = Invoice.objects.filter(order__in=orders)
    lines = OrderLine.objects.filter(order__in=orders)
    open_units = Demand.objects.filter(site__company=company).aggregate(
        units=Sum(F("ordered") - F("shipped") - F("cancelled"))
    )["units"]
    return Reconciliation(
        orders=orders.count(),
        lines=lines.count(),
        value_in=sum(
            (Decimal(value) for value in taken.values_list("payload__value", flat=True)), Decimal(0)
        ),
        invoices=invoices.count(),
        invoiced=invoices.aggregate(total=Sum("net"))["total"] or Decimal(0),
        backordered_lines=Demand.objects.filter(
            site__company=company, first_promised_on__gt=F("requested_on")
        ).count(),
        open_units=open_units or Decimal(0),
        waiting=documents.filter(order=None).count() if until is None else 0,
        sources={
            source: lines.filter(price_source=source).count()
            for source in lines.order_by().values_list("price_source", flat=True).distinct()
        },
    )
