"""What keeps a whole document from becoming an order, and how people decide on it."""

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, InvalidTransition, NotFound, NotPermitted
from orders.channels.actions.assign_documents import assign_documents
from orders.channels.actions.discard_document import discard_document
from orders.channels.actions.retake_document import retake_document
from orders.models import ParkedLine, SalesOrder
from tests.factories import actor, company
from tests.orders.channels.edi.texts import x12_order
from tests.orders.channels.electronic import again, answers, send

pytestmark = pytest.mark.django_db

TEST = "It is a test, of which nothing is ordered; its line could be read."


@pytest.mark.parametrize(
    "change, code, words",
    [
        ({"purpose": "05"}, "orders.purpose_unsupported", "It replaces an earlier order. Amend that order by hand."),
        ({"kind": "BK"}, "orders.blanket_unsupported", "It is a blanket order, which asks for no delivery yet."),
        ({"is_test": True}, "orders.test_document", TEST),
        ({"currency": "USD"}, "orders.currency_differs", "It is in USD; the customer trades in EUR."),
    ],
)  # fmt: skip
def test_what_waits_as_a_whole(shop, partner, change, code, words):
    (document,) = send(shop, x12_order(("P0", "5", "EA", ""), **change))
    assert (document.state, document.code, document.reason) == ("parked", code, words)
    assert not SalesOrder.objects.exists()
    assert answers("855") == []
    assert len(answers("997")) == 1


def test_a_faulty_envelope_waits_until_somebody_accepts_it(shop, partner):
    text = x12_order(("P0", "5", "EA", "")).replace("IEA*1*000000017", "IEA*1*000000099")
    (document,) = send(shop, text)
    assert (document.state, document.code) == ("parked", "x12.interchange_control")
    assert answers("997") == []
    assert "TA1*000000017*261127*1405*R*001~" in answers("TA1")[0]
    assert again(document, shop).state == "parked"
    assert again(document, shop, accept=True, reason="They confirmed by phone").state == "accepted"


def test_other_messages_wait_with_their_name(shop, partner):
    text = x12_order(("P0", "5", "EA", "")).replace("ST*850*", "ST*810*")
    (document,) = send(shop, text)
    assert document.reason == "This is a document of kind 810 (invoice); only purchase orders are taken here."
    assert "AK5*R*1~" in answers("997")[0]
    with pytest.raises(BadInput):
        again(document, shop, accept=True)


def test_a_dropped_document_is_refused_to_its_partner(shop, partner):
    (document,) = send(shop, x12_order(("NO", "1", "EA", "")))
    assert answers("855") == []
    with pytest.raises(BadInput):
        discard_document(shop.by(), document_id=document.pk, reason=" ")
    discard_document(shop.by(), document_id=document.pk, reason="We never sold it")
    document.refresh_from_db()
    assert (document.state, ParkedLine.objects.get().resolution) == ("closed", "dropped")
    (said,) = answers("855")
    assert "BAK*00*RD*4711*" in said
    assert "ACK*IR*0*EA" in said
    with pytest.raises(InvalidTransition):
        discard_document(shop.by(), document_id=document.pk, reason="Again")
    (copy,) = send(shop, x12_order(("NO", "1", "EA", ""), control=19))
    assert copy.state == "parked"


def test_who_may_not_touch_documents(shop, partner):
    (document,) = send(shop, x12_order(("NO", "1", "EA", "")))
    warehouse = By(actor("warehouse"))
    elsewhere = By(actor("customer_service", scope=f"company:{company(code='ELSE').pk}"))
    for verb, given in (
        (retake_document, {"document_id": document.pk}),
        (discard_document, {"document_id": document.pk, "reason": "x"}),
        (assign_documents, {"document_ids": [document.pk], "owner_id": None}),
    ):
        with pytest.raises(NotPermitted):
            verb(warehouse, **given)
        with pytest.raises(NotFound):
            verb(elsewhere, **given)
    document.refresh_from_db()
    assert document.state == "parked"
