"""A return carried through its verbs, for tests of every step."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from billing.models import Invoice
from erp.kernel.actor import Actor
from erp.kernel.command import By
from inventory.models import ShipmentLine
from inventory.stock.models import StockBalance
from orders.entry.rules import LineRequest
from orders.models import CustomerReturn, ReturnReceipt, SalesOrder
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, DisposedReturn, dispose_return
from orders.returns.actions.receive_return import CountedLine, ReceivedReturn, receive_return
from orders.returns.actions.request_return import RequestedReturn, request_return
from orders.returns.rules import ReturnLineRequest
from tests import factories
from tests.trade import Trade

_keys = count(1)


@dataclass
class Returns:
    """A company that has shipped `shipped` pieces of one item, and the people who take them back."""

    trade: Trade
    shipment_id: int
    service: Actor
    colleague: Actor
    owner: Actor
    dock: Actor

    @property
    def order(self) -> SalesOrder:
        return SalesOrder.objects.get(group__shipments=self.shipment_id)

    @property
    def line(self) -> ShipmentLine:
        return ShipmentLine.objects.filter(shipment=self.shipment_id).order_by("pk")[0]

    @property
    def bin_id(self) -> int:
        """A bin that is picked from."""
        site = self.line.shipment.site_id
        return StockBalance.objects.filter(site=site, item=self.line.item_id).order_by("pk")[0].bin_id

    def by(self, actor: Actor) -> By:
        return By(actor, key=f"return-{next(_keys)}")

    def invoice(self) -> Invoice:
        (invoice_id,) = self.trade.invoice(self.shipment_id).invoice_ids
        return Invoice.objects.get(pk=invoice_id)

    def request(
        self, quantity: int = 2, reason: str = "not_needed", actor: Actor | None = None
    ) -> RequestedReturn:
        wanted = [ReturnLineRequest(self.line.pk, Decimal(quantity), reason)]
        return request_return(self.by(actor or self.service), order_id=self.order.pk, lines=wanted)

    def approved(self, quantity: int = 2, reason: str = "not_needed") -> CustomerReturn:
        made = self.request(quantity, reason)
        approve_return(self.by(self.owner), return_id=made.return_id)
        return CustomerReturn.objects.get(pk=made.return_id)

    def receive(self, rma: CustomerReturn, quantity: int = 2) -> ReceivedReturn:
        (line,) = rma.lines.all()
        counted = [CountedLine(line.pk, Decimal(quantity), self.bin_id)]
        return receive_return(self.by(self.dock), return_id=rma.pk, lines=counted)

    def received(self, quantity: int = 2, reason: str = "not_needed") -> CustomerReturn:
        rma = self.approved(quantity, reason)
        self.receive(rma, quantity)
        return rma

    def dispose(self, rma: CustomerReturn, *parts: tuple[str, int], **changes: object) -> DisposedReturn:
        """Split the only receipt: dispose(rma, ("restock", 1), ("scrap", 1))."""
        receipt = ReturnReceipt.objects.get(rma=rma)
        lines = [Disposal(receipt.pk, kind, Decimal(n), **changes) for kind, n in parts]
        return dispose_return(self.by(self.dock), return_id=rma.pk, lines=lines)


def returns(trade: Trade, *, shipped: int = 5, price: str = "12.30") -> Returns:
    line = LineRequest(trade.world.items[0], Decimal(shipped), price=Decimal(price), price_reason="Agreed")
    return Returns(
        trade,
        trade.ship([line]),
        service=factories.actor("customer_service", username="nora"),
        colleague=factories.actor("customer_service", username="ben"),
        owner=factories.actor("process_owner", username="olga"),
        dock=factories.actor("warehouse", username="marc"),
    )
