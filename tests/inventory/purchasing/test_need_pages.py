"""The buyer's list: everything at its first offer in one step, or one line at other terms; and candidates for stock."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import Demand, PurchaseOrder
from inventory.purchasing.candidate_lists import candidates, propose
from inventory.purchasing.need_lists import buy
from masterdata.catalogue.policies import PROMOTION_LINES
from masterdata.catalogue.views import PromotionList
from masterdata.models import CatalogueItem, Item, Promotion
from masterdata.policies import snapshot
from orders.holds.actions.place_hold import place_hold
from tests import factories
from tests.inventory.dropship.buying import seller, wants
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


def offer(shop: Trade, supplier_id: int, *places: int) -> None:
    for place in places:
        CatalogueItem.objects.create(
            supplier_id=supplier_id, code=f"W-{place}", name="Widget", search="W", unit_id="EA", cost=2,
            item_id=shop.world.items[place],
        )  # fmt: skip


def test_a_selection_becomes_one_purchase_per_supplier_and_drop_delivery(shop):
    one, other = seller(), factories.supplier().pk
    offer(shop, one, 0, 1)
    offer(shop, other, 2)
    demands = [
        wants(shop, 2, "special")[1],
        wants(shop, 3, "special", item=1)[1],
        wants(shop, 4, "special", item=2)[1],
        wants(shop, 5, "drop")[1],
        wants(shop, 6, "drop", customer=1)[1],
    ]
    held, kept = wants(shop, 7, "special")
    place_hold(shop.by(), order_id=held.order_id, reason="prepay")
    _order, unknown = wants(shop, 8, "special", item=3)
    outcome = buy(factories.user("procurement"), [each.pk for each in (*demands, kept, unknown)])
    assert (outcome.done, len(outcome.refused)) == (5, 2)
    found = {
        (order.supplier_id, order.group_id): sorted(order.lines.values_list("demand", flat=True))
        for order in PurchaseOrder.objects.all()
    }
    first, second, third, drop, far = (each.pk for each in demands)
    assert found == {
        (one, None): [first, second],
        (other, None): [third],
        (one, demands[3].group_id): [drop],
        (one, demands[4].group_id): [far],
    }


def test_a_customer_is_sent_no_more_than_was_ordered(shop):
    item = shop.world.items[0]
    factories.item_unit(Item.objects.get(pk=item))
    offer(shop, seller(), 0)
    CatalogueItem.objects.update(unit="BX", cost=30)
    _order, demand = wants(shop, 5, "drop")
    assert buy(factories.user("procurement"), [demand.pk]).done == 1
    line = PurchaseOrder.objects.get().lines.get()
    assert (line.quantity, line.unit_id, line.unit_cost) == (5, "EA", Decimal("2.5"))


def test_one_line_is_ordered_at_other_terms(shop):
    offer(shop, seller(), 0)
    other = factories.supplier()
    _order, demand = wants(shop, 5, "special")
    client = Client()
    client.force_login(factories.user("procurement"))
    address = reverse("inventory:to_buy", args=[demand.pk])
    assert "W-0" in client.get(address).content.decode()
    assert demand.group.document in client.get(reverse("inventory:to_buy_list")).content.decode()
    entry = {
        "key": "k", "supplier": other.pk, "quantity": "6", "unit": "EA", "unit_cost": "1.75", "due_on": "1 Feb 2030",
    }  # fmt: skip
    assert client.post(address, {**entry, "quantity": ""}).status_code == 422
    answer = client.post(address, entry)
    made = PurchaseOrder.objects.get()
    assert answer.url == reverse("inventory:purchase_order", args=[made.pk])
    line = made.lines.get()
    assert (made.supplier_id, line.quantity, line.unit_cost, line.supply.due_on) == (
        other.pk, 6, Decimal("1.75"), date(2030, 2, 1),
    )  # fmt: skip
    assert client.get(address).status_code == 404


def test_demand_beyond_a_threshold_makes_a_candidate(shop):
    values = {(PROMOTION_LINES.key, "*"): [(date(2020, 1, 1), None, 2)]}
    snapshot.assume(snapshot.Snapshot(values=values))
    Item.objects.filter(pk__in=shop.world.items[:3]).update(stocking="catalogue")
    for place in (0, 0, 1, 2, 2):
        wants(shop, 3, "", item=place)
    old = Demand.objects.filter(item=shop.world.items[2]).first()
    type(old.group).objects.filter(pk=old.group_id).update(
        created_at=old.group.created_at - timedelta(days=400)
    )
    buyer, steward = factories.user("procurement"), factories.user("data_steward")
    (found,) = candidates(user=buyer)
    assert (found.pk, found.lines, found.wanted) == (shop.world.items[0], 2, 6)
    assert propose(buyer, [found.pk], reason="sold weekly").done == 1
    assert not candidates(user=buyer)
    (approve, _decline) = PromotionList.actions
    ids = [Promotion.objects.get().pk]
    assert approve.run(buyer, ids).refused == [
        f"{found.code} cannot be put in stock: somebody else approves what you propose."
    ]
    assert approve.run(steward, ids).done == 1
    assert Item.objects.get(pk=found.pk).stocking == "kept"
