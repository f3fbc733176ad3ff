"""Kits that were sold and come back."""

from decimal import Decimal
from itertools import count

from billing.invoicing.actions.credit_return import credit_return
from billing.models import Invoice
from erp.kernel.command import By
from inventory.models import SiteStock
from masterdata.models import Bin, Item
from orders.models import CustomerReturn, OrderLine, ReturnReceipt, SalesOrder
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.request_return import request_return
from orders.returns.kits import ReturnKitRequest
from tests import factories
from tests.orders.kits import deliver, kit_of, of, part
from tests.trade import Trade

D = Decimal
_names = count(1)


def sold(shop: Trade, kits: int = 5) -> tuple[SalesOrder, Item, Item]:
    """So many kits of four bolts (8 of cost) and two nuts (6), at 50 each, delivered."""
    bolt, nut = part(shop, 100, cost=2, code="BOLT"), part(shop, 100, cost=3, code="NUT")
    order = SalesOrder.objects.get(
        pk=shop.submit([of(kit_of({bolt: 4, nut: 2}, code="KIT-R"), kits)]).order_id
    )
    deliver(shop, order.pk)
    return order, bolt, nut


def line_of(order: SalesOrder) -> OrderLine:
    return order.lines.get(line=1)


def ask(
    shop: Trade, order: SalesOrder, kits: object = 2, reason: str = "defective", **more: object
) -> CustomerReturn:
    wanted = [ReturnKitRequest(line_of(order).pk, D(str(kits)), reason, **more)]
    made = request_return(shop.by(), order_id=order.pk, kits=wanted)
    return CustomerReturn.objects.get(pk=made.return_id)


def approved(shop: Trade, order: SalesOrder, kits: object = 2, **more: object) -> CustomerReturn:
    rma = ask(shop, order, kits, **more)
    owner = factories.actor("process_owner", username=f"owner-{next(_names)}")
    approve_return(By(owner, key=f"approve-{rma.pk}"), return_id=rma.pk)
    return rma


def bin_of(shop: Trade) -> int:
    return Bin.objects.filter(site=shop.world.sites[0]).order_by("pk")[0].pk


def count_in(shop: Trade, rma: CustomerReturn, counted: dict[str, object]) -> None:
    """What the dock counts, by item."""
    lines = [
        CountedLine(line.pk, D(str(counted[line.item.code])), bin_of(shop))
        for line in rma.lines.select_related("item")
        if counted.get(line.item.code)
    ]
    receive_return(shop.by(), return_id=rma.pk, lines=lines)


def restock(shop: Trade, rma: CustomerReturn, *codes: str, kind: str = "restock") -> None:
    """Everything in inspection of these items (none named: of all)."""
    receipts = ReturnReceipt.objects.filter(rma=rma, disposed=0).select_related("line__item")
    lines = [
        Disposal(each.pk, kind, each.quantity)
        for each in receipts
        if not codes or each.line.item.code in codes
    ]
    dispose_return(shop.by(), return_id=rma.pk, lines=lines)


def credit(rma: CustomerReturn) -> list[Invoice]:
    finance = factories.actor("finance", username=f"femke-{next(_names)}")
    ids = credit_return(By(finance), return_id=rma.pk).credit_memo_ids
    return [Invoice.objects.get(pk=memo_id) for memo_id in ids]


def on_hand(shop: Trade, item: Item) -> Decimal:
    return SiteStock.objects.get(item=item, site=shop.world.sites[0]).on_hand
