"""Call-offs draw down what is committed, once; what is cancelled may be called off again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from erp.kernel.models import Decision
from erp.kernel.proofs import prove, results_of
from inventory.models import Demand, Pick
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import Picked, record_picks
from masterdata.models import Customer
from masterdata.policies import snapshot
from orders.blankets.actions.call_off import CalledLine, CallOffRequest, call_off
from orders.blankets.actions.end_blanket import close_blanket, expire_blankets
from orders.blankets.actions.write_blanket import LineTerms, approve_blanket, change_blanket
from orders.blankets.errors import (
    BlanketEnded,
    BlanketNotRunning,
    BlanketWaits,
    CallOffTooSmall,
    CommittedTooLow,
    OverCallOff,
    OwnBlanket,
)
from orders.blankets.policies import TOLERANCE
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.actions.substitute_lines import substitute_lines
from orders.entry.amending import Amendment, LineChange
from orders.entry.shortages import Replacement
from orders.models import BlanketOrder, CallOff, CreditAccount, Hold, SalesOrder
from tests import factories
from tests.orders.blankets.conftest import JANUARY, Frames
from tests.orders.books import assert_proven
from tests.orders.substitutes import consents, left, stands_in
from tests.support import count_statements, in_turn, run_concurrently

pytestmark = pytest.mark.django_db


def proven() -> None:
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


def change(shop: Frames, order: SalesOrder, *lines: LineChange) -> None:
    order.refresh_from_db()
    amendment = Amendment(lines=list(lines))
    amend_order(shop.by(), order_id=order.pk, version=order.version, amendment=amendment)


def test_a_frame_costs_what_an_order_over_all_of_it_would_and_holds_nothing(shop):
    blanket = shop.agree()
    assert not Demand.objects.exists()
    order = SalesOrder.objects.get(pk=shop.trade.submit([shop.line(0), shop.line(1, 50)]).order_id)
    assert (blanket.net, blanket.currency, blanket.number) == (order.net, "EUR", f"BO-{blanket.pk}")
    assert list(blanket.lines.values_list("unit_price", "stock_quantity", "called")) == [
        (line.unit_price, line.stock_quantity, 0) for line in order.lines.order_by("line")
    ]


def test_a_call_off_is_an_order_at_the_agreed_price(shop):
    blanket = shop.agree(shop.line(0, price="200"), shop.line(1, 50), customer_po="FRAME 1")
    made = shop.call(blanket, (1, 30), (2, 5), requested_on=date(2031, 1, 6))
    order = shop.order(made)
    first, second = order.lines.order_by("line")
    assert (first.unit_price, first.price_source, first.price_reason, first.net) == (
        200, "blanket", blanket.number, 6000,
    )  # fmt: skip
    assert second.unit_price == blanket.lines.get(line=2).unit_price
    assert (order.customer_po, order.requested_on, made.holds, made.warnings) == (
        "FRAME 1", date(2031, 1, 6), [], [],
    )  # fmt: skip
    assert shop.called(blanket) == [30, 5]
    assert list(CallOff.objects.order_by("pk").values_list("quantity", "called_by")) == [
        (30, "nora"),
        (5, "nora"),
    ]
    why = Decision.objects.get(verb="orders.submit_order").outcome["price"][0][-1]
    assert (why["step"], why["document"], Decimal(why["value"])) == ("blanket", blanket.number, 200)
    proven()


def test_asked_twice_it_is_called_off_once(shop):
    blanket, by = shop.agree(), shop.by()
    request = CallOffRequest([CalledLine(1, Decimal(10))])
    first = call_off(by, blanket_id=blanket.pk, request=request)
    assert call_off(by, blanket_id=blanket.pk, request=request) == first
    assert (shop.called(blanket), SalesOrder.objects.count()) == ([10, 0], 1)


def test_it_warns_before_and_refuses_beyond(shop):
    blanket = shop.agree()
    assert shop.call(blanket, (1, 79)).warnings == []
    made = shop.call(blanket, (1, 1))
    assert len(made.warnings) == 1
    assert "80 % are called off, 20 EA are left" in made.warnings[0]
    with pytest.raises(OverCallOff):
        shop.call(blanket, (1, 21))
    assert (shop.called(blanket), SalesOrder.objects.count()) == ([80, 0], 2)
    shop.call(blanket, (1, 20))
    assert shop.called(blanket) == [100, 0]
    proven()


def test_the_tolerance_is_agreed_with_the_frame(shop):
    strict = shop.agree()
    snapshot.assume(snapshot.Snapshot(values={(TOLERANCE.key, "*"): [(date.min, None, "10")]}))
    blanket = shop.agree()
    assert list(blanket.lines.values_list("tolerated", flat=True)) == [10, 5]
    shop.call(blanket, (1, 110))
    with pytest.raises(OverCallOff):
        shop.call(strict, (1, 101))
    assert (shop.called(blanket), shop.called(strict)) == ([110, 0], [0, 0])
    proven()


def test_no_less_than_agreed_unless_it_is_the_rest(shop):
    blanket = shop.agree(shop.line(0, 25), least=(10,))
    with pytest.raises(CallOffTooSmall):
        shop.call(blanket, (1, 9))
    shop.call(blanket, (1, 20))
    shop.call(blanket, (1, 5))
    assert shop.called(blanket) == [25]


@pytest.mark.parametrize("lines", [[], [(1, 1), (1, 2)], [(9, 1)]])
def test_what_makes_no_sense_is_refused(shop, lines):
    blanket = shop.agree()
    with pytest.raises((BadInput, NotFound)):
        shop.call(blanket, *lines)
    assert not SalesOrder.objects.exists()


def test_only_in_its_term_and_while_it_runs(shop):
    later = shop.agree(first=date(2030, 1, 1))
    with pytest.raises(BlanketNotRunning):
        shop.call(later, (1, 1))
    over = shop.agree(last=date(2026, 2, 1), by=shop.by(at=JANUARY))
    shop.call(over, (1, 1), by=shop.by(at=JANUARY))
    with pytest.raises(BlanketNotRunning):
        shop.call(over, (1, 1))
    assert expire_blankets(shop.by()).blanket_ids == [over.pk]
    assert expire_blankets(shop.by()).blanket_ids == []
    with pytest.raises(BlanketEnded):
        shop.call(over, (1, 1))
    closed = shop.agree()
    close_blanket(shop.by(), blanket_id=closed.pk, version=1, reason="Bankrupt")
    with pytest.raises(BlanketEnded):
        shop.call(closed, (1, 1))
    assert SalesOrder.objects.count() == 1


def test_cancelling_and_amending_give_back(shop):
    blanket = shop.agree()
    order = shop.order(shop.call(blanket, (1, 40), (2, 10)))
    change(shop, order, LineChange(1, Decimal(25)))
    assert shop.called(blanket) == [25, 10]
    change(shop, order, LineChange(1, Decimal(60)))
    assert shop.called(blanket) == [60, 10]
    line = order.lines.get(line=1)
    assert (line.price_source, line.unit_price) == ("blanket", blanket.lines.get(line=1).unit_price)
    order.refresh_from_db()
    cancel_lines(shop.by(), order_id=order.pk, version=order.version, lines=[2], reason="Not needed")
    assert shop.called(blanket) == [60, 0]
    proven()
    order.refresh_from_db()
    cancel_order(shop.by(), order_id=order.pk, version=order.version, reason="Not needed")
    assert shop.called(blanket) == [0, 0]
    assert set(CreditAccount.objects.values_list("exposure", flat=True)) == {0}
    proven()


def test_an_amendment_beyond_the_commitment_changes_nothing(shop):
    blanket = shop.agree()
    order = shop.order(shop.call(blanket, (1, 40)))
    with pytest.raises(OverCallOff, match="has 60 EA"):
        change(shop, order, LineChange(1, Decimal(101)))
    close_blanket(shop.by(), blanket_id=blanket.pk, version=1, reason="Over")
    with pytest.raises(BlanketEnded):
        change(shop, order, LineChange(1, Decimal(41)))
    change(shop, order, LineChange(1, Decimal(39)))
    assert shop.called(blanket) == [39, 0]
    proven()


def test_what_has_shipped_stays_called_off(shop):
    blanket = shop.agree()
    order = shop.order(shop.call(blanket, (1, 40)))
    shipment = shop.trade.release(order.pk)
    record_picks(
        shop.trade.by(), shipment_id=shipment, picks=[Picked(Pick.objects.get().pk, Decimal(15), "empty")]
    )
    confirm_shipments(shop.trade.by(), shipment_ids=[shipment])
    order.refresh_from_db()
    cancel_order(shop.by(), order_id=order.pk, version=order.version, reason="Enough")
    assert shop.called(blanket) == [15, 0]
    proven()


def test_prices_beyond_an_authority_wait(shop):
    listed = shop.agree().lines.get(line=1).unit_price
    blanket = shop.agree(shop.line(0, price=str(listed / 2)))
    assert blanket.beyond
    with pytest.raises(BlanketWaits):
        shop.call(blanket, (1, 1))
    both = factories.actor("customer_service", "finance")
    own = shop.agree(shop.line(0, price=str(listed / 2)), by=shop.by(both))
    with pytest.raises(OwnBlanket):
        approve_blanket(shop.by(both), blanket_id=own.pk, version=1)
    with pytest.raises(NotPermitted):
        approve_blanket(shop.by(), blanket_id=blanket.pk, version=1)
    approve_blanket(shop.by(shop.owner), blanket_id=blanket.pk, version=1)
    assert shop.call(blanket, (1, 10)).holds == []
    assert not Hold.objects.exists()
    proven()


def test_more_less_and_longer(shop):
    blanket = shop.agree(least=(5, 0))
    shop.call(blanket, (1, 40))

    def terms(*lines: LineTerms, version: int = 1, last: date = date(2031, 6, 30)) -> None:
        change_blanket(
            shop.by(), blanket_id=blanket.pk, version=version, lines=lines, valid_until=last, reason="Talked"
        )

    with pytest.raises(CommittedTooLow):
        terms(LineTerms(1, Decimal(39), Decimal(0)))
    with pytest.raises(BadInput):
        terms(LineTerms(1, Decimal(50), Decimal(51)))
    with pytest.raises(BadInput):
        terms(last=date(2026, 1, 1))
    with pytest.raises(BadInput, match="a line is named twice"):
        terms(LineTerms(1, Decimal(60), Decimal(0)), LineTerms(1, Decimal(70), Decimal(0)))
    terms(LineTerms(1, Decimal(200), Decimal(20)))
    with pytest.raises(StaleVersion):
        terms()
    blanket.refresh_from_db()
    first, second = blanket.lines.all()
    assert (first.quantity, first.stock_quantity, first.least, second.quantity) == (200, 200, 20, 50)
    assert blanket.net == 200 * first.unit_price + 50 * second.unit_price
    assert (blanket.version, blanket.valid_until) == (2, date(2031, 6, 30))
    proven()


def test_the_right_is_asked_for_where_the_customer_is(shop):
    blanket = shop.agree()
    elsewhere = factories.company(code="ELSE")
    stranger = factories.actor("customer_service", scope=f"company:{elsewhere.pk}")
    for actor in (stranger, factories.actor("warehouse")):
        with pytest.raises(NotPermitted):
            shop.call(blanket, (1, 1), by=shop.by(actor))
        with pytest.raises(NotPermitted):
            shop.agree(by=shop.by(actor))
    assert (BlanketOrder.objects.count(), SalesOrder.objects.count()) == (1, 0)


def test_statements_do_not_grow_with_the_lines(shop):
    counts = []
    for lines in (1, 10, 500):
        blanket = shop.agree(*(shop.line(n % 12) for n in range(lines)))
        request = CallOffRequest([CalledLine(n, Decimal(1)) for n in range(1, lines + 1)])
        by = shop.by()
        with count_statements() as counted:
            call_off(by, blanket_id=blanket.pk, request=request)
        counts.append(counted.statements)
    assert counts[0] == counts[1] == counts[2] <= 34


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_call_offs_never_take_the_same_quantity(shop: Frames) -> None:
    blanket = shop.agree()
    results = run_concurrently(lambda by: shop.call(blanket, (1, 60), (2, 10), by=by), [shop.by(), shop.by()])
    assert sorted(type(result).__name__ for result in results) == ["CalledOff", "OverCallOff"]
    assert (shop.called(blanket), SalesOrder.objects.count()) == ([60, 10], 1)
    proven()


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
@pytest.mark.parametrize("first", ["cancel", "call"])
def test_a_cancellation_and_a_call_off_of_the_rest(shop: Frames, first: str) -> None:
    blanket = shop.agree()
    order = shop.order(shop.call(blanket, (1, 60)))
    verbs = {
        "cancel": lambda: cancel_order(shop.by(), order_id=order.pk, version=1, reason="Not needed"),
        "call": lambda: shop.call(blanket, (1, 50)),
    }
    second = "call" if first == "cancel" else "cancel"
    one, other = in_turn(verbs[first], verbs[second])
    results = {first: one, second: other}
    assert not isinstance(results["cancel"], Exception)
    if first == "cancel":
        assert not isinstance(results["call"], Exception)
        assert shop.called(blanket) == [50, 0]
    else:
        assert isinstance(results["call"], OverCallOff)
        assert shop.called(blanket) == [0, 0]
    proven()


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_an_amendment_and_a_call_off_share_what_is_left(shop: Frames) -> None:
    blanket = shop.agree()
    order = shop.order(shop.call(blanket, (1, 60)))
    amended, called = in_turn(
        lambda: change(shop, order, LineChange(1, Decimal(80))), lambda: shop.call(blanket, (1, 30))
    )
    assert amended is None
    assert isinstance(called, OverCallOff)
    assert shop.called(blanket) == [80, 0]
    proven()


def test_freight_that_is_added_to_the_order_is_not_called_off(shop):
    customer = Customer.objects.get(pk=shop.trade.world.customers[0])
    Customer.objects.filter(pk=customer.pk).update(freight_terms="prepaid_add")
    factories.freight_tariff(company=customer.company)
    made = shop.call(shop.agree(), (1, 30), (2, 5))
    lines = list(shop.order(made).lines.order_by("line"))
    assert [line.price_source for line in lines] == ["blanket", "blanket", "freight"]
    assert list(CallOff.objects.order_by("pk").values_list("order_line", flat=True)) == [
        lines[0].pk,
        lines[1].pk,
    ]
    proven()


def test_what_a_substitute_replaces_is_given_back(shop):
    blanket = shop.agree()
    left(shop.trade, 0, 10)
    stands_in(shop.trade, 0, 2)
    consents("always")
    order = shop.order(shop.call(blanket, (1, 30), (2, 5)))
    other = Replacement(line=1, item_id=shop.trade.world.items[2])
    substitute_lines(
        shop.by(), order_id=order.pk, version=order.version, replacements=[other], reason="Short"
    )
    assert shop.called(blanket) == [10, 5]
    assert list(CallOff.objects.order_by("pk").values_list("quantity", flat=True)) == [10, 5]
    assert_proven("L1", "L2")


def test_a_call_off_is_supplied_as_its_frame_says(shop):
    blanket = shop.agree(replace(shop.line(0), supply="special"), shop.line(1, 50))
    assert list(blanket.lines.values_list("supply", flat=True)) == ["special", ""]
    for _again in range(2):
        made = shop.call(blanket, (1, 30), (2, 5))
        demands = Demand.objects.filter(line_demand__line__order=made.order_id)
        found = demands.order_by("line_demand__line__line").values_list("supply_method", flat=True)
        assert list(found) == ["special", "stock"]
    order = shop.order(made)
    change(shop, order, LineChange(line=1, quantity=Decimal(20)))
    assert shop.called(blanket) == [50, 10]
    assert Demand.objects.get(line_demand__line=order.lines.get(line=1)).supply_method == "special"
    assert_proven()
