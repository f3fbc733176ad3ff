"""Causes become entries, entries follow them and close by themselves (OC06)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.outbox import deliver
from inventory.models import Demand, Pick, SiteStock, Supply
from inventory.outbound.actions.record_picks import Picked, record_picks
from masterdata.models import Company
from masterdata.policies.snapshot import Snapshot, assume
from orders.channels.models import IntakeDocument, ParkedLine
from orders.entry.actions.cancel_order import cancel_order
from orders.entry.rules import LineRequest
from orders.exceptions.actions.refresh_exceptions import Refreshed, refresh_exceptions
from orders.exceptions.queries import exception_list
from orders.exceptions.rules import rank_of
from orders.holds.actions.place_hold import place_hold
from orders.holds.actions.release_hold import release_hold
from orders.models import Hold, OrderException, OrderMessage, SalesOrder
from tests import factories
from tests.billing.exceptions.test_resolve_exceptions import price_exception
from tests.factories import local_day
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
SWEPT = Refreshed(0, 0, 0, False)


@pytest.fixture
def shop() -> Trade:
    return trade()


def refresh(shop: Trade) -> Refreshed:
    return refresh_exceptions(shop.by())


def entry(kind: str) -> OrderException:
    return OrderException.objects.get(kind=kind, closed_at=None)


def order_of(submitted: object) -> SalesOrder:
    return SalesOrder.objects.get(pk=submitted.order_id)


def late(shop: Trade, quantity: int = 4) -> SalesOrder:
    """An order that should have left the day before yesterday."""
    order = order_of(shop.submit([LineRequest(shop.world.items[0], Decimal(quantity))]))
    Demand.objects.filter(group=order.group_id).update(promised_on=local_day() - timedelta(days=2))
    return order


def scarce(shop: Trade, left: int = 0) -> None:
    SiteStock.objects.filter(site=shop.world.sites[0]).update(reserved=1_000_000 - left)


# Causes --------------------------------------------------------------------------------------------


def test_nothing_blocks_a_healthy_order(shop):
    shop.submit(3)
    assert refresh(shop) == SWEPT
    assert not OrderException.objects.exists()


def test_a_hold_is_an_entry_until_it_is_released(shop):
    order = order_of(shop.submit(2))
    hold = place_hold(By(factories.actor("finance")), order_id=order.pk, reason="Wrong address")
    promised = Demand.objects.filter(group=order.group_id).earliest("promised_on").promised_on
    assert refresh(shop) == Refreshed(1, 0, 0, False)
    found = entry("hold")
    assert (found.subject_id, found.cause, found.order, found.document, found.detail) == (
        hold.hold_id, "manual", order, order.number, "Wrong address",
    )  # fmt: skip
    assert (found.amount, found.currency, found.promised_on) == (order.net, "EUR", promised)
    assert found.rank == rank_of(order.net, promised)
    assert (found.site_id, found.customer_id, found.owner) == (order.site_id, order.customer_id, None)
    assert found.due_on == local_day() + timedelta(days=1)
    assert found.opened_at == Hold.objects.get().opened_at
    assert refresh(shop) == SWEPT
    release_hold(shop.by(), hold_id=hold.hold_id, reason="Corrected")
    assert refresh(shop) == Refreshed(0, 0, 1, False)
    assert OrderException.objects.get().closed_at is not None


def test_a_line_past_its_promise_is_an_entry_until_it_is_promised_or_gone(shop):
    order = late(shop)
    day = local_day() - timedelta(days=2)
    assert refresh(shop) == Refreshed(1, 0, 0, False)
    found = entry("backorder")
    assert (found.cause, found.amount, found.promised_on) == ("late", order.net, day)
    assert found.detail == f"P0: 4 EA open, promised for {day}."
    assert found.opened_at.date() == day + timedelta(days=1)
    # a new promise in the future lets it go, and its passing brings a new entry
    Demand.objects.update(promised_on=local_day() + timedelta(days=1))
    assert refresh(shop) == Refreshed(0, 0, 1, False)
    Demand.objects.update(promised_on=day)
    assert refresh(shop) == Refreshed(1, 0, 0, False)
    cancel_order(shop.by(), order_id=order.pk, version=1, reason="Not wanted")
    assert refresh(shop) == Refreshed(0, 0, 1, False)
    assert OrderException.objects.filter(closed_at=None).count() == 0


def test_a_late_line_of_another_site_is_told_to_who_may_open_the_order(shop):
    here, there = shop.world.sites
    lines = [
        LineRequest(shop.world.items[0], Decimal(1)),
        LineRequest(shop.world.items[1], Decimal(1), site_id=there),
    ]
    order = order_of(shop.submit(lines))
    Demand.objects.filter(site=there).update(promised_on=local_day() - timedelta(days=2))
    assert refresh(shop) == Refreshed(1, 0, 0, False)
    for site_id, seen in ((here, 1), (there, 0)):
        clerk = factories.user("customer_service", scope=f"site:{site_id}")
        assert exception_list(user=clerk).count() == seen
        assert SalesOrder.objects.visible_to(clerk).filter(pk=order.pk).count() == seen


def test_without_supply_is_told_and_its_promise_restates_it(shop):
    scarce(shop)
    order = order_of(shop.submit([LineRequest(shop.world.items[0], Decimal(4))]))
    refresh(shop)
    found = entry("backorder")
    assert (found.cause, found.detail) == ("no_supply", "P0: 4 EA without supply.")
    assert found.opened_at == order.submitted_at
    yesterday = local_day() - timedelta(days=1)
    Demand.objects.update(promised_on=yesterday)
    assert refresh(shop) == Refreshed(0, 1, 0, False)
    found.refresh_from_db()
    assert (found.cause, found.promised_on) == ("late", yesterday)
    assert found.rank == rank_of(order.net, yesterday)


def test_a_held_order_is_one_entry_not_one_for_every_line(shop):
    order = late(shop)
    refresh(shop)
    place_hold(shop.by(), order_id=order.pk, reason="Wait")
    assert refresh(shop) == Refreshed(1, 0, 1, False)
    assert entry("hold").order == order


def test_a_short_pick_is_told_until_other_stock_is_found(shop):
    shipment_id = shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(10))]).order_id)
    scarce(shop)
    pick = Pick.objects.get()
    record_picks(shop.by(), shipment_id=shipment_id, picks=[Picked(pick.pk, Decimal(6), "empty")])
    order = SalesOrder.objects.get()
    refresh(shop)
    found = OrderException.objects.get()
    assert (found.kind, found.cause, found.order) == ("short", "empty", order)
    assert found.detail == f"P0: 4 EA short on SH-{shipment_id}, no supply known."
    assert found.amount == order.net
    Demand.objects.update(cancelled=4)
    assert refresh(shop).closed == 1


def test_parked_lines_and_documents_are_told_with_why(shop):
    company = Company.objects.get(pk=shop.world.company_id)
    document = IntakeDocument.objects.create(
        company=company, channel="csv", source="orders.csv", key="1", payload={}, state="parked", reference="PO-7"
    )  # fmt: skip
    line = ParkedLine.objects.create(
        document=document, line=1, payload={}, code="item_unknown", reason="There is no item X."
    )
    whole = IntakeDocument.objects.create(
        company=company, channel="edi", source="a.edi", key="2", payload={}, state="parked",
        code="partner_unknown", reason="Nobody has this address.",
    )  # fmt: skip
    assert refresh(shop).opened == 2
    parked, unread = entry("parked"), entry("document")
    assert (parked.subject_id, parked.document, parked.cause, parked.detail) == (
        line.pk, "PO-7", "item_unknown", "There is no item X.",
    )  # fmt: skip
    assert (unread.subject_id, unread.document, unread.site, unread.order) == (whole.pk, "a.edi", None, None)
    ParkedLine.objects.update(resolved_at=now())
    IntakeDocument.objects.update(state="closed")
    assert refresh(shop).closed == 2


def test_a_notice_that_nobody_sent_is_told(shop):
    order = order_of(shop.submit(1))
    OrderMessage.objects.create(
        order=order, company_id=order.company_id, language="en", recipient="", subject="Later", body="-", told={},
        later=True, drafted_at=now(),
    )  # fmt: skip
    refresh(shop)
    found = entry("notice")
    assert (found.cause, found.detail, found.amount) == ("later", "Not sent: Later", order.net)
    OrderMessage.objects.update(state="sent", decided_at=now())
    assert refresh(shop) == Refreshed(0, 1, 0, False)
    found.refresh_from_db()
    assert (found.cause, found.detail) == ("undelivered", "Not delivered: Later")
    OrderMessage.objects.update(delivered_at=now())
    assert refresh(shop).closed == 1
    assert mail.outbox == []


def test_a_stopped_invoice_shows_with_its_own_owner(shop):
    stopped = price_exception(shop)
    refresh(shop)
    found = entry("invoice")
    assert (found.subject_id, found.order, found.amount, found.owner) == (
        stopped.pk, stopped.order, stopped.amount, None,
    )  # fmt: skip
    clerk = factories.user("finance")
    type(stopped).objects.update(owner=clerk)
    assert refresh(shop) == Refreshed(0, 1, 0, False)
    found.refresh_from_db()
    assert found.owner == clerk
    type(stopped).objects.update(resolved_at=now(), resolution="accepted")
    assert refresh(shop).closed == 1


def test_owner_and_clock_come_from_the_policies(shop):
    boss = factories.user("process_owner", username="boss")
    values = {"orders.exception_owner": "boss", "orders.exception_days_hold": "3"}
    assume(Snapshot(1, {(key, "*"): [(date(2000, 1, 1), None, value)] for key, value in values.items()}))
    place_hold(shop.by(), order_id=shop.submit(1).order_id, reason="Wait")
    refresh(shop)
    assert (entry("hold").owner, entry("hold").due_on) == (boss, local_day() + timedelta(days=3))


# At once, and what it costs ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_people_do_to_an_order_shows_at_once(shop):
    order, other = late(shop), late(shop)
    refresh(shop)
    hold = place_hold(shop.by(), order_id=order.pk, reason="Wait")
    assert deliver("orders.exceptions.show_placed_holds").failed == 0
    assert sorted(OrderException.objects.filter(closed_at=None).values_list("kind", "order")) == [
        ("backorder", other.pk), ("hold", order.pk),
    ]  # fmt: skip
    release_hold(By(factories.actor("customer_service")), hold_id=hold.hold_id, reason="Go")
    deliver("orders.exceptions.close_released_holds")
    kinds = OrderException.objects.filter(closed_at=None).values_list("kind", flat=True)
    assert list(kinds) == ["backorder", "backorder"]
    cancel_order(shop.by(), order_id=order.pk, version=1, reason="Not wanted")
    deliver("orders.exceptions.look_at_changed_orders")
    assert OrderException.objects.get(closed_at=None).order == other


def test_statements_do_not_depend_on_the_entries(shop):
    counts = []
    for number in (1, 1, 12):
        for _ in range(number):
            late(shop)
        with count_statements() as counted:
            assert refresh(shop).opened == number
        counts.append(counted.statements)
    assert counts[1] == counts[2]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_time_open_an_entry_once(shop):
    for _ in range(5):
        late(shop)
    results = run_concurrently(lambda _: refresh(shop), range(4))
    assert sorted(result.opened for result in results) == [0, 0, 0, 5]
    assert OrderException.objects.count() == 5


def test_a_supply_that_comes_in_time_is_no_exception(shop):
    scarce(shop)
    Supply.objects.create(
        item_id=shop.world.items[0], site_id=shop.world.sites[0], document="PO-1", expected=5,
        due_on=local_day() + timedelta(days=3),
    )  # fmt: skip
    shop.submit([LineRequest(shop.world.items[0], Decimal(5))])
    assert refresh(shop) == SWEPT
