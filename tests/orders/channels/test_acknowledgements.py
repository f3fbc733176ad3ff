"""What we answer in the partner's standard, and what the partner says of our answers."""

import pytest

from masterdata.models import Customer, Item
from orders.channels.actions.resend_messages import resend_messages
from orders.channels.edi.edifact import write_edifact
from orders.channels.edi.envelope import segment
from orders.channels.edi.x12 import X12Address, write_notice, write_x12
from orders.models import OutboundMessage
from tests.factories import trading_partner
from tests.orders.channels.edi.texts import AT, THEM, US, edifact_order, x12_order
from tests.orders.channels.electronic import answers, send

pytestmark = pytest.mark.django_db


def test_edifact_is_answered_in_edifact(shop):
    customer = Customer.objects.get(pk=shop.world.customers[0])
    trading_partner(customer, standard="edifact", qualifier="14", identifier="4250159300001")
    Item.objects.filter(pk=shop.world.items[0]).update(gtin="4006381333931")
    (document,) = send(
        shop, edifact_order(("4006381333931", "5", "EA", ""), ("4006381333948", "1", "EA", ""))
    )
    assert (document.state, document.kind, document.order.customer_po) == ("partly", "ORDERS", "4711")
    (contrl,), (response,) = answers("CONTRL"), answers("ORDRSP")
    assert "UCI+17+4250159300001:14+5400110000009:14+7'\nUCM+1+ORDERS:D:96A:UN:EAN008+7'" in contrl
    assert f"BGM+231+{document.order.number}+4'" in response
    assert "RFF+ON:4711'" in response
    assert "LIN+1+5+4006381333931:EN'" in response
    assert "LIN+2+4+4006381333948:EN'" in response


def answer(kind: str, control: int, code: str, message: str = "") -> str:
    """What the partner says of our interchange with this control number."""
    if kind == "TA1":
        notice = segment("TA1", f"{control:09d}", "261127", "1405", code, "000")
        return write_notice(
            sender=X12Address(*THEM), receiver=X12Address(*US), control=900 + control, notice=notice, at=AT
        )
    if kind == "997":
        said = [segment("AK1", "PR", str(control)), segment("AK9", code, "1", "1", "1")]
        return write_x12(
            sender=X12Address(*THEM), receiver=X12Address(*US), control=800 + control, group_code="FA", kind="997",
            messages=[said], at=AT,
        )  # fmt: skip
    said = [segment("UCI", str(control), "5400110000009", "4250159300001", code)]
    if message:
        said.append(segment("UCM", "1", ("ORDRSP", "D", "96A", "UN"), message, "12"))
    return write_edifact(
        sender=("14", "4250159300001"), receiver=("14", "5400110000009"), control=700 + control, kind="CONTRL",
        version=("4", "1", "UN", "EAN002"), messages=[said], at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    "kind, code, message, state",
    [
        ("TA1", "A", "", "confirmed"), ("TA1", "R", "", "rejected"), ("997", "A", "", "confirmed"),
        ("997", "E", "", "confirmed"), ("997", "P", "", "rejected"), ("997", "R", "", "rejected"),
        ("CONTRL", "8", "", "confirmed"), ("CONTRL", "7", "7", "confirmed"), ("CONTRL", "7", "4", "rejected"),
        ("CONTRL", "4", "", "rejected"),
    ],
)  # fmt: skip
def test_what_a_partner_says_of_our_answer(shop, partner, kind, code, message, state):
    text = x12_order(("P0", "5", "EA", ""))
    if kind == "CONTRL":
        trading_partner(partner.customer, standard="edifact", qualifier="14", identifier="4250159300001")
        text = edifact_order(("P0", "5", "EA", ""))
    send(shop, text)
    first, second = OutboundMessage.objects.order_by("pk")
    OutboundMessage.objects.update(state="sent")
    (document,) = send(shop, answer(kind, second.control, code, message))
    second.refresh_from_db()
    assert (second.state, second.answer) == (state, f"{kind} {message if message == '4' else code}")
    is_good = state == "confirmed"
    assert (document.kind, document.state, document.code) == (
        kind, "accepted" if is_good else "parked", "" if is_good else "orders.answer_rejected",
    )  # fmt: skip
    assert document.order is None
    assert list(OutboundMessage.objects.exclude(pk=second.pk)) == [first]


def test_an_answer_to_what_was_never_sent_waits(shop, partner):
    send(shop, x12_order(("P0", "5", "EA", "")))
    OutboundMessage.objects.update(state="sent")
    other = trading_partner(Customer.objects.get(pk=shop.world.customers[1]), identifier="SOMEBODY")
    OutboundMessage.objects.filter(kind="855").update(partner=other)
    foreign = OutboundMessage.objects.get(kind="855").control
    for control in (foreign, 10**8):
        (document,) = send(shop, answer("997", control, "A"))
        assert (document.state, document.code) == ("parked", "orders.answer_unknown")
        assert (
            document.reason
            == f"It answers interchange {control}, which was not sent to this partner. Drop it."
        )
    assert not OutboundMessage.objects.exclude(state="sent").exists()


def test_a_rejection_stands_until_the_message_is_sent_again(shop, partner):
    send(shop, x12_order(("P0", "5", "EA", "")))
    OutboundMessage.objects.update(state="sent")
    message = OutboundMessage.objects.get(kind="855")
    send(shop, answer("997", message.control, "R"))
    send(shop, answer("TA1", message.control, "A"))
    message.refresh_from_db()
    assert (message.state, message.answer) == ("rejected", "997 R")
    resend_messages(shop.by(), message_ids=[message.pk])
    message.refresh_from_db()
    assert (message.state, message.answer) == ("waiting", "")
