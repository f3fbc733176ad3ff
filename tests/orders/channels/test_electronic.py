"""Electronic purchase orders from the file to the order."""

import pytest

from erp.kernel.errors import InvalidTransition
from masterdata.models import Customer, ItemUnit, ShipTo, Unit
from masterdata.policies import snapshot
from orders.channels.actions.resubmit_lines import Correction, resubmit_lines
from orders.models import OutboundMessage, SalesOrder
from tests.factories import LONG_AGO, trading_partner
from tests.orders.channels.edi.texts import x12_order
from tests.orders.channels.electronic import again, answers, ours, send
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


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


def test_several_documents_of_one_file_stand_for_themselves(shop, partner):
    text = x12_order(("P0", "1", "EA", ""), po="1") + x12_order(("NO", "1", "EA", ""), po="2", control=18)
    first, second, third = send(shop, text + "ISA*broken")
    assert (first.state, second.state) == ("accepted", "parked")
    assert (third.state, third.code, third.partner) == ("parked", "x12.header_cut", None)
    assert [message.reference for message in OutboundMessage.objects.filter(kind="997")] == [
        "000000017",
        "000000018",
    ]


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


def test_a_rush_order_by_edi_rushes_or_waits_with_its_reason(shop, partner):
    (first,) = send(shop, x12_order(("P0", "5", "EA", ""), kind="RO"))
    order = SalesOrder.objects.select_related("group").get(pk=first.order_id)
    assert (order.rush, order.group.priority) == ("RUSH", 1)
    quota = {("orders.rush_quota", "*"): [(LONG_AGO, None, 1)]}
    snapshot.assume(snapshot.Snapshot(values=quota))
    (second,) = send(shop, x12_order(("P0", "5", "EA", ""), kind="RO", po="4712", control=18))
    assert (second.state, second.order_id) == ("parked", None)
    assert {line.code for line in second.parked_lines.all()} == {"orders.rush_used_up"}
    assert SalesOrder.objects.count() == 1
