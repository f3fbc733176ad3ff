"""Electronic purchase orders from the file to the order, and what keeps them from it."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, InvalidTransition, NotFound, NotPermitted
from masterdata.models import Customer, Item, ItemUnit, ShipTo, Unit
from masterdata.policies import snapshot
from orders.channels.actions.assign_documents import assign_documents
from orders.channels.actions.discard_document import discard_document
from orders.channels.actions.receive_delivery import receive_delivery
from orders.channels.actions.resend_messages import resend_messages
from orders.channels.actions.resubmit_lines import Correction, resubmit_lines
from orders.channels.actions.retake_document import retake_document
from orders.channels.delivering import EDI, take_delivery
from orders.channels.edi.edifact import write_edifact
from orders.channels.edi.envelope import segment
from orders.channels.edi.x12 import X12Address, write_notice, write_x12
from orders.channels.policies import PRICE_DIFFERENCE
from orders.models import Delivery, Hold, IntakeDocument, OutboundMessage, ParkedLine, SalesOrder
from tests.factories import actor, company, trading_partner
from tests.orders.channels.edi.texts import AT, THEM, US, edifact_order, x12_order
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


TEST = "It is a test, of which nothing is ordered; its line could be read."


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def partner(shop):
    return trading_partner(Customer.objects.get(pk=shop.world.customers[0]))


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


def test_a_document_becomes_an_order(shop, partner):
    price = ours(shop, 0)
    (document,) = send(shop, x12_order(("P0", "5", "EA", price), ("P1", "2", "EA", ""), po="4711"))
    order = SalesOrder.objects.get(pk=document.order_id)
    assert (document.state, document.kind, document.reference, document.control) == (
        "accepted", "850", "4711", "000000017",
    )  # fmt: skip
    assert (document.partner, document.source, document.channel) == (partner, "po.edi", "edi")
    assert (order.channel, order.customer_po, str(order.requested_on)) == ("edi", "4711", "2026-12-15")
    assert list(order.lines.order_by("line").values_list("item", "quantity")) == [
        (shop.world.items[0], 5),
        (shop.world.items[1], 2),
    ]
    assert not order.holds.exists()
    assert bytes(document.delivery.content).startswith(b"ISA*")
    assert document.delivery.taken_at is not None


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


def test_bad_lines_wait_and_good_ones_go_on(shop, partner):
    lines = (("P0", "5", "EA", ""), ("WHO", "1", "EA", ""), ("P1", "x", "EA", ""), ("P2", "1", "GBND", ""))
    (document,) = send(shop, x12_order(*lines))
    assert document.state == "partly"
    assert list(document.parked_lines.order_by("line").values_list("line", "code", "reason")) == [
        (2, "orders.item_unknown", "No item is known as “WHO”."),
        (3, "orders.figure_unreadable", "“x” is no quantity."),
        (4, "orders.unit_unmapped", "“GBND” is no unit of ours. Map it in the partner's profile."),
    ]
    fix = Correction(2, "P3", "1", "EA")
    result = resubmit_lines(shop.by(), document_id=document.pk, corrections=[fix], lines=[2])
    assert (result.state, SalesOrder.objects.filter(customer_po="4711").count()) == ("partly", 2)
    first, second = answers("855")
    statuses = [line.split("*")[1] for line in first.split("~\n") if line.startswith("ACK")]
    assert statuses == ["IA", "IH", "IH", "IH"]
    assert [line.split("*")[1] for line in second.split("~\n") if line.startswith("ACK")] == [
        "IA",
        "IA",
        "IH",
        "IH",
    ]
    assert "BAK*00*AC*4711*" in first
    assert "BAK*05*AC*4711*" in second


def test_an_unknown_partner_waits_for_a_profile(shop):
    (document,) = send(shop, x12_order(("P0", "5", "EA", "")))
    assert (document.state, document.code, document.partner) == ("parked", "orders.partner_unknown", None)
    assert document.reason == "No trading partner is known as 01/828513080. Assign a profile and resubmit."
    assert (document.reference, document.payload["lines"][0]["item"]) == ("4711", "P0")
    assert not OutboundMessage.objects.exists()
    assert again(document, shop).state == "parked"
    made = trading_partner(Customer.objects.get(pk=shop.world.customers[1]))
    result = again(document, shop)
    document.refresh_from_db()
    assert (result.state, document.partner, document.order.customer_id) == (
        "accepted", made, shop.world.customers[1],
    )  # fmt: skip
    assert (document.code, document.reason) == ("", "")
    assert [message.kind for message in OutboundMessage.objects.order_by("pk")] == ["997", "855"]
    with pytest.raises(InvalidTransition):
        again(document, shop)


def test_somebody_says_whose_document_it_is(shop):
    other = trading_partner(Customer.objects.get(pk=shop.world.customers[1]), identifier="SOMEBODY")
    (document,) = send(shop, x12_order(("P0", "5", "EA", "")))
    assert again(document, shop, partner_id=other.pk).state == "accepted"
    document.refresh_from_db()
    assert document.partner == other


def test_the_most_telling_profile_wins(shop, partner):
    buyer = Customer.objects.get(pk=shop.world.customers[1])
    special = trading_partner(buyer, buyer_code="STORE-7", own_identifier="MERIDIAN")
    (plain,) = send(shop, x12_order(("P0", "1", "EA", ""), po="1", buyer="STORE-8"))
    (store,) = send(shop, x12_order(("P0", "1", "EA", ""), po="2", buyer="STORE-7", control=18))
    assert (plain.partner, store.partner) == (partner, special)


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


def test_a_profile_maps_units_and_addresses(shop, partner):
    Unit.objects.get_or_create(code="CS", defaults={"name": "Case"})
    ItemUnit.objects.create(item_id=shop.world.items[0], unit_id="CS", numerator=12)
    ShipTo.objects.create(customer=partner.customer, code="NORTH", name="North", country="BE")
    partner.units, partner.ship_tos = {"GBND": "CS"}, {"W_341001": "NORTH"}
    partner.save()
    (document,) = send(shop, x12_order(("P0", "5", "GBND", ""), ("P0", "1", "CA", ""), ship_to="W_341001"))
    lines = document.order.lines.order_by("line").values_list("quantity", "unit", "stock_quantity")
    assert list(lines) == [(5, "CS", 60), (1, "CS", 12)]
    assert document.order.ship_to.code == "NORTH"


def test_an_unmapped_address_waits(shop, partner):
    (document,) = send(shop, x12_order(("P0", "5", "EA", ""), ship_to="W_341001"))
    assert (document.state, document.parked_lines.get().code) == ("parked", "orders.ship_to_unknown")
    assert again(document, shop, ship_to="1").state == "accepted"


def test_numbers_that_contradict_each_other_wait(shop, partner):
    text = x12_order(("P0", "5", "EA", "")).replace("*BP*P0~", "*BP*P0*VN*P1~")
    (document,) = send(shop, text)
    assert document.parked_lines.get().reason == "Its numbers name different items: P0, P1."


def test_a_differing_price_holds_the_order(shop, partner):
    price = Decimal(ours(shop, 0))
    (document,) = send(shop, x12_order(("P0", "5", "EA", str(price - 2)), ("P1", "1", "EA", "")))
    hold = document.order.holds.get()
    assert (hold.kind, hold.amount, hold.caused_by) == ("price", 10, "system:edi")
    assert hold.detail == f"P0: the document expects {price - 2:f}, our price is {price:f}."
    assert "ACK*IP*5*EA" in answers("855")[0]


def test_a_small_difference_is_let_pass(shop, partner):
    price = Decimal(ours(shop, 0))
    (document,) = send(shop, x12_order(("P0", "5", "EA", str(price * Decimal("1.004")))))
    assert (document.state, document.order.holds.count()) == ("accepted", 0)


def test_a_differing_price_parks_its_line_where_policy_says_so(shop, partner, monkeypatch):
    price = Decimal(ours(shop, 0))
    set_policy(PRICE_DIFFERENCE.key, "park")
    (document,) = send(shop, x12_order(("P0", "5", "EA", str(price - 2)), ("P1", "1", "EA", "")))
    assert (document.state, document.order.line_count, Hold.objects.count()) == ("partly", 1, 0)
    assert document.parked_lines.get().code == "orders.price_differs"
    set_policy(PRICE_DIFFERENCE.key, "ignore")
    (other,) = send(shop, x12_order(("P0", "5", "EA", str(price - 2)), po="4712", control=18))
    assert (other.state, Hold.objects.count()) == ("accepted", 0)


def set_policy(key: str, value: object) -> None:
    snapshot.assume(snapshot.Snapshot(values={(key, "*"): [(date(2020, 1, 1), None, value)]}))


def test_several_documents_of_one_file_stand_for_themselves(shop, partner):
    text = x12_order(("P0", "1", "EA", ""), po="1") + x12_order(("NO", "1", "EA", ""), po="2", control=18)
    first, second, third = send(shop, text + "ISA*broken")
    assert (first.state, second.state) == ("accepted", "parked")
    assert (third.state, third.code, third.partner) == ("parked", "x12.header_cut", None)
    assert [message.reference for message in OutboundMessage.objects.filter(kind="997")] == [
        "000000017",
        "000000018",
    ]


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


def test_statements_do_not_depend_on_lines(partner_of_many):
    shop, counts = partner_of_many, []
    for number in (1, 1, 10, 300):
        lines = [(f"P{n}", "1", "EA", "1") for n in range(number)]
        text = x12_order(*lines, po=f"N{len(counts)}", control=100 + len(counts))
        with count_statements() as counted:
            send(shop, text)
        counts.append(counted.statements)
    assert counts[1] == counts[2] == counts[3] <= 60


@pytest.fixture
def partner_of_many() -> Trade:
    shop = trade(items=300)
    trading_partner(Customer.objects.get(pk=shop.world.customers[0]))
    return shop
