"""What may come back: what was shipped, once, within limits or by four eyes."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.errors import BadInput, NotPermitted
from inventory.models import Lot, Shipment, ShipmentLine, StockEntry
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from inventory.outbound.errors import ReverseRefused
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.policies.snapshot import Snapshot, assume
from orders.entry.rules import LineRequest
from orders.models import CarrierClaim, CustomerReturn, Hold, ReturnLine
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.end_return import cancel_return, reject_return
from orders.returns.actions.replace_return import replace_return
from orders.returns.actions.request_return import request_return
from orders.returns.actions.settle_claim import settle_claim
from orders.returns.errors import (
    AlreadyReplaced,
    ClaimSettled,
    OwnReturn,
    ReturnLineRefused,
    WrongReturnState,
)
from orders.returns.rules import ReturnLineRequest
from tests import factories
from tests.orders.returns.journey import Returns, returns
from tests.support import count_statements, run_concurrently
from tests.trade import trade


def policy(key: str, value: object) -> None:
    assume(Snapshot(1, {(key, "*"): [(date(2000, 1, 1), None, str(value))]}))


def ship_two_lots(shop: Returns) -> list[Lot]:
    """The shop's shipment is one of three pieces kept by lot: two of the first lot and one of the second."""
    item, site_id = factories.item(lot_tracked=True), shop.line.shipment.site_id
    lots = [Lot.objects.create(item=item, code=f"L{n}", expires_on=date(2030, n, 1)) for n in (1, 2)]
    opening = [OpeningLine(item.pk, shop.bin_id, Decimal(2), Decimal(8), lot.pk) for lot in lots]
    post_opening_stock(shop.trade.by(), site_id=site_id, lines=opening)
    wanted = LineRequest(item.pk, Decimal(3), price=Decimal(9), price_reason="Agreed")
    shop.shipment_id = shop.trade.ship([wanted])
    return lots


def test_a_request_takes_its_quantity_at_the_price_paid(shop: Returns) -> None:
    made = shop.request(2)
    rma = CustomerReturn.objects.get(pk=made.return_id)
    assert (rma.number, rma.state, rma.net, rma.exceeds) == (
        f"RMA-{rma.pk}",
        "requested",
        Decimal("24.60"),
        "",
    )
    assert (rma.requested_by, rma.order_id, rma.approved_at) == ("nora", shop.order.pk, None)
    (line,) = rma.lines.all()
    assert (line.quantity, line.net, line.fee_percent, line.reason) == (2, Decimal("24.60"), 15, "not_needed")
    assert shop.line.returned == 2
    assert not CarrierClaim.objects.exists()


@pytest.mark.parametrize(
    ("quantity", "says"),
    [
        ("6", "6 EA of"),
        ("0", "above zero"),
        ("1.5", "above zero, in EA with 0 decimals"),
    ],
)
def test_refused_lines_change_nothing(shop: Returns, quantity: str, says: str) -> None:
    wanted = [ReturnLineRequest(shop.line.pk, Decimal(quantity), "defective")]
    with pytest.raises(ReturnLineRefused, match=says):
        request_return(shop.by(shop.service), order_id=shop.order.pk, lines=wanted)
    assert not CustomerReturn.objects.exists()
    assert shop.line.returned == 0


def test_no_unit_is_asked_back_twice(shop: Returns) -> None:
    shop.request(3)
    with pytest.raises(ReturnLineRefused, match="more than the 2 EA"):
        shop.request(3)
    twice = [ReturnLineRequest(shop.line.pk, Decimal(2), "defective")] * 2
    with pytest.raises(ReturnLineRefused, match="Line 2"):
        request_return(shop.by(shop.service), order_id=shop.order.pk, lines=twice)
    assert (shop.line.returned, ReturnLine.objects.count()) == (3, 1)


def test_what_was_not_shipped_or_is_anothers_is_refused(shop: Returns) -> None:
    other = shop.trade.submit(1)
    wanted = [ReturnLineRequest(shop.line.pk, Decimal(1), "defective")]
    with pytest.raises(ReturnLineRefused, match="no shipped line"):
        request_return(shop.by(shop.service), order_id=other.order_id, lines=wanted)
    Shipment.objects.filter(pk=shop.shipment_id).update(state="reversed")
    with pytest.raises(ReturnLineRefused, match="only shipped goods return"):
        shop.request(1)
    with pytest.raises(BadInput):
        request_return(shop.by(shop.service), order_id=shop.order.pk, lines=[])
    with pytest.raises(NotPermitted):
        shop.request(1, actor=shop.dock)
    assert not CustomerReturn.objects.exists()


def test_within_the_limits_service_approves_its_own(shop: Returns) -> None:
    made = shop.request(2)
    approve_return(shop.by(shop.service), return_id=made.return_id)
    rma = CustomerReturn.objects.get(pk=made.return_id)
    assert (rma.state, rma.approved_by) == ("approved", "nora")
    assert rma.approved_at is not None and rma.approved_at >= rma.requested_at


def test_beyond_a_limit_four_eyes_decide(shop: Returns) -> None:
    policy("orders.return_approval_limit", 20)
    made = shop.request(2, actor=shop.owner)
    assert made.exceeds.startswith("its value of EUR 24.60 is above the limit of 20")
    with pytest.raises(OwnReturn):
        approve_return(shop.by(shop.owner), return_id=made.return_id)
    with pytest.raises(NotPermitted):
        approve_return(shop.by(shop.service), return_id=made.return_id)
    assert CustomerReturn.objects.get().state == "requested"
    approve_return(shop.by(factories.actor("process_owner")), return_id=made.return_id)
    assert CustomerReturn.objects.get().state == "approved"


def test_only_with_the_right_a_fee_is_waived(shop: Returns) -> None:
    made = shop.request(2)
    with pytest.raises(NotPermitted):
        approve_return(shop.by(shop.service), return_id=made.return_id, waive_fee=True)
    assert ReturnLine.objects.get().fee_percent == 15
    approve_return(shop.by(shop.owner), return_id=made.return_id, waive_fee=True)
    assert ReturnLine.objects.get().fee_percent == 0


def test_a_return_that_ends_lets_its_goods_be_asked_back_again(shop: Returns) -> None:
    one, two = shop.request(3), shop.request(2)
    reject_return(shop.by(shop.service), return_id=one.return_id, reason="No proof of purchase")
    assert shop.line.returned == 2
    approve_return(shop.by(shop.service), return_id=two.return_id)
    with pytest.raises(WrongReturnState):
        reject_return(shop.by(shop.service), return_id=two.return_id, reason="Too late")
    cancel_return(shop.by(shop.service), return_id=two.return_id, reason="Customer keeps it")
    assert shop.line.returned == 0
    states = CustomerReturn.objects.order_by("pk").values_list("state", "closed_by", "closing_reason")
    assert list(states) == [
        ("rejected", "nora", "No proof of purchase"),
        ("cancelled", "nora", "Customer keeps it"),
    ]
    assert shop.request(5).number


def test_damage_in_transit_opens_a_claim_on_the_carrier(shop: Returns) -> None:
    rma = shop.approved(2, "transit")
    claim = CarrierClaim.objects.get(rma=rma)
    assert (claim.amount, claim.state, rma.lines.get().fee_percent) == (Decimal("24.60"), "open", 0)
    with pytest.raises(BadInput):
        settle_claim(shop.by(shop.service), return_id=rma.pk, recovered=Decimal("24.61"))
    settle_claim(shop.by(shop.service), return_id=rma.pk, recovered=Decimal("20.00"), reference="DHL 7")
    claim.refresh_from_db()
    assert (claim.state, claim.recovered, claim.reference) == ("paid", 20, "DHL 7")
    with pytest.raises(ClaimSettled):
        settle_claim(shop.by(shop.service), return_id=rma.pk, recovered=Decimal(0))


def test_a_replacement_is_an_order_at_the_price_paid_once(shop: Returns) -> None:
    rma = shop.approved(2, "defective")
    made = replace_return(shop.by(shop.service), return_id=rma.pk)
    rma.refresh_from_db()
    assert rma.replacement_id == made.order_id
    (line,) = rma.replacement.lines.all()
    assert (line.quantity, line.unit_price, line.price_source) == (2, Decimal("12.30"), "override")
    assert (line.price_reason, rma.replacement.customer_id) == (
        f"Replaces goods of {rma.number}",
        rma.customer_id,
    )
    assert not Hold.objects.filter(order=made.order_id, kind="po_missing").exists()
    with pytest.raises(AlreadyReplaced):
        replace_return(shop.by(shop.service), return_id=rma.pk)


def test_a_shipment_with_a_return_is_not_reversed(shop: Returns) -> None:
    shop.request(1)
    with pytest.raises(ReverseRefused, match="A return was opened"):
        reverse_shipment(shop.trade.by(), shipment_id=shop.shipment_id, reason="Wrong truck")
    assert Shipment.objects.get(pk=shop.shipment_id).state == "shipped"


def test_statements_do_not_grow_with_lines(shop: Returns) -> None:
    counts = []
    for lines in (1, 3):
        shipment_id = shop.trade.ship(lines)
        order_id = Shipment.objects.get(pk=shipment_id).group.order.pk
        wanted = [
            ReturnLineRequest(pk, Decimal(1), "defective")
            for pk in ShipmentLine.objects.filter(shipment=shipment_id).values_list("pk", flat=True)
        ]
        with count_statements() as counted:
            request_return(shop.by(shop.service), order_id=order_id, lines=wanted)
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 12


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_last_unit_is_returned_by_one_of_two_clerks() -> None:
    shop = returns(trade(items=2), shipped=1)
    results = run_concurrently(lambda actor: shop.request(1, actor=actor), [shop.service, shop.colleague])
    assert sum(isinstance(result, ReturnLineRefused) for result in results) == 1
    assert (CustomerReturn.objects.count(), shop.line.returned) == (1, 1)


def test_goods_kept_by_lot_come_back_by_the_lot_that_left(shop: Returns) -> None:
    lots = ship_two_lots(shop)

    def ask(quantity: int, lot: Lot | None) -> int:
        line = ReturnLineRequest(shop.line.pk, Decimal(quantity), "defective", lot.pk if lot else None)
        return request_return(shop.by(shop.service), order_id=shop.order.pk, lines=[line]).return_id

    with pytest.raises(ReturnLineRefused, match="left in 2 lots"):
        ask(1, None)
    with pytest.raises(ReturnLineRefused, match="more than the 1 EA"):
        ask(2, lots[1])
    with pytest.raises(ReturnLineRefused, match="was not shipped"):
        ask(1, Lot.objects.create(item=lots[0].item, code="L3"))
    return_id = ask(2, lots[0])
    with pytest.raises(ReturnLineRefused, match="more than the 0 EA"):
        ask(1, lots[0])
    approve_return(shop.by(shop.service), return_id=return_id)
    shop.receive(CustomerReturn.objects.get(pk=return_id), 2)
    entry = StockEntry.objects.get(status="quality")
    assert (entry.lot_id, entry.quantity, entry.value) == (lots[0].pk, 2, 8)
