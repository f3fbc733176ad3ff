"""What comes twice: the same file, the same document, a known number with another content."""

import pytest

from erp.kernel.errors import BadInput
from orders.models import Delivery, IntakeDocument, OutboundMessage, SalesOrder
from tests.orders.channels.edi.texts import x12_order
from tests.orders.channels.electronic import again, answers, send
from tests.support import run_concurrently

pytestmark = pytest.mark.django_db


def test_the_same_file_again_is_the_same_order(shop, partner):
    text = x12_order(("P0", "5", "EA", ""))
    first = send(shop, text)
    assert send(shop, text, "another-name.edi") == first
    assert (SalesOrder.objects.count(), Delivery.objects.count(), OutboundMessage.objects.count()) == (
        1,
        1,
        2,
    )


def test_the_same_document_in_another_interchange_is_a_duplicate(shop, partner):
    (first,) = send(shop, x12_order(("P0", "5", "EA", "")))
    (second,) = send(shop, x12_order(("P0", "5", "EA", ""), control=18))
    assert (second.state, second.order_id, second.code) == (
        "duplicate", first.order_id, "orders.document_repeated",
    )  # fmt: skip
    assert SalesOrder.objects.count() == 1
    assert len(answers("855")) == 1
    assert len(answers("997")) == 2


def test_a_changed_document_under_a_known_number_parks(shop, partner):
    (first,) = send(shop, x12_order(("P0", "5", "EA", "")))
    (second,) = send(shop, x12_order(("P0", "6", "EA", ""), control=18))
    assert (second.state, second.order_id, second.code) == ("parked", None, "orders.document_changed")
    assert second.reason.startswith("PO 4711 came on ")
    assert f"({first.order.number})" in second.reason
    with pytest.raises(BadInput):
        again(second, shop, accept=True)
    result = again(second, shop, accept=True, reason="The buyer wants both")
    assert (result.state, SalesOrder.objects.filter(customer_po="4711").count()) == ("accepted", 2)


def test_a_reused_interchange_number_parks(shop, partner):
    send(shop, x12_order(("P0", "5", "EA", "")))
    (second,) = send(shop, x12_order(("P0", "5", "EA", ""), po="4712"))
    assert (second.state, second.code) == ("parked", "orders.control_reused")
    assert again(second, shop, accept=True, reason="Their counter restarted").state == "accepted"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_racing_copies_make_one_order(shop, partner):
    texts = [x12_order(("P0", "5", "EA", ""), control=number) for number in range(20, 26)]
    run_concurrently(lambda text: send(shop, text), texts)
    assert SalesOrder.objects.count() == 1
    assert sorted(IntakeDocument.objects.values_list("state", flat=True)) == ["accepted"] + ["duplicate"] * 5


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_same_file_in_many_hands_is_taken_once(shop, partner):
    text = x12_order(("P0", "5", "EA", ""))
    run_concurrently(lambda _n: send(shop, text), range(5))
    assert (SalesOrder.objects.count(), Delivery.objects.count(), IntakeDocument.objects.count()) == (1, 1, 1)
    assert OutboundMessage.objects.count() == 2
