"""Electronic documents as tests send them, and what is answered."""

from erp.kernel.command import By
from orders.channels.actions.receive_delivery import receive_delivery
from orders.channels.actions.retake_document import retake_document
from orders.channels.delivering import EDI, take_delivery
from orders.models import IntakeDocument, OutboundMessage, SalesOrder
from tests.trade import Trade


def ours(shop: Trade, item: int) -> str:
    """Our price of an item, as a document writes it."""
    order = shop.submit(1 + item, customer_po=f"price-{item}")
    return str(SalesOrder.objects.get(pk=order.order_id).lines.get(line=item + 1).unit_price.normalize())


def send(shop: Trade, text: str, name: str = "po.edi") -> list[IntakeDocument]:
    """Hand a file to intake as the folder does; its documents."""
    company = shop.world.company_id
    made = receive_delivery(By(EDI), content=text.encode(), source=name, channel="edi", company_id=company)
    take_delivery(made.delivery_id)
    return list(IntakeDocument.objects.filter(delivery=made.delivery_id).order_by("place"))


def answers(kind: str) -> list[str]:
    return list(OutboundMessage.objects.filter(kind=kind).order_by("pk").values_list("content", flat=True))


def again(document: IntakeDocument, shop: Trade, **asked: object):
    return retake_document(shop.by(), document_id=document.pk, **asked)
