"""An order that leaves from two sites, as it is taken: one order to price and hold, a delivery for each site (AT08)."""

from decimal import Decimal

import pytest

from billing.models import Invoice
from erp.kernel.command import By
from erp.kernel.models import Decision
from inventory.models import Commitment, Demand, DemandGroup
from masterdata.models import Item
from orders.entry.actions.cancel_order import cancel_order
from orders.entry.actions.submit_order import submit_order
from orders.entry.amending import LineChange
from orders.entry.errors import LineRefused
from orders.entry.rules import LineRequest
from orders.entry.splitting import gathered
from orders.models import SalesOrder
from tests import factories as make
from tests.orders.books import assert_kept, assert_proven
from tests.orders.entry.two_sites import A, B, amend, group, of, reserved, ship, shop_of_two, split
from tests.orders.kits import kit_of
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return shop_of_two()


def test_each_site_has_a_delivery_and_locks_and_promises_its_own(shop):
    order = split(shop)
    own, other = group(shop, order, A), group(shop, order, B)
    assert (order.site_id, order.group_id, order.net) == (shop.world.sites[A], own.pk, 70)
    demands = Demand.objects.order_by("pk").values_list("item", "site", "group", "ordered", "reserved")
    assert list(demands) == [
        (shop.world.items[0], shop.world.sites[A], own.pk, 3, 3),
        (shop.world.items[1], shop.world.sites[B], other.pk, 2, 2),
    ]
    assert (reserved(shop, 0), reserved(shop, 1)) == ([3, 0], [0, 2])
    assert (other.party_id, other.ship_to_id, other.ship_rule) == (
        own.party_id,
        own.ship_to_id,
        own.ship_rule,
    )
    why = Decision.objects.get(verb="orders.submit_order", subject_id=order.pk).outcome
    assert set(why["deliveries"]) == {str(site) for site in shop.world.sites}
    assert_proven()
    assert_kept(order.bill_to_id)


def test_an_order_all_of_whose_lines_name_one_site_is_that_sites(shop):
    made = shop.submit([of(shop, 0, 1, B), of(shop, 1, 1, B)])
    order = SalesOrder.objects.get(pk=made.order_id)
    assert order.site_id == shop.world.sites[B]
    assert list(DemandGroup.objects.values_list("pk", "site")) == [(order.group_id, shop.world.sites[B])]
    one = shop.request([of(shop, 0, 1, A)])
    assert gathered(gathered(one)) == gathered(one)
    mixed = shop.request([of(shop, 0, 1), of(shop, 1, 1, B)])
    assert gathered(mixed) is mixed


def test_a_line_that_names_the_orders_own_site_splits_nothing(shop):
    made = shop.submit([of(shop, 0, 1, A), of(shop, 1, 1)])
    with count_statements() as whole:
        submit_order(shop.by(), request=shop.request([of(shop, 0, 1), of(shop, 1, 1)]))
    with count_statements() as named:
        submit_order(shop.by(), request=shop.request([of(shop, 0, 1, A), of(shop, 1, 1)]))
    assert named.statements == whole.statements
    assert DemandGroup.objects.filter(document=made.number).count() == 1


def test_statements_do_not_depend_on_lines():
    shop = trade(items=60)
    counts: dict[str, list[int]] = {"submit": [], "amend": [], "cancel": []}
    for lines in (2, 2, 10, 60):
        wanted = [of(shop, n, 1, B if n % 2 else None) for n in range(lines)]
        with count_statements() as counted:
            made = submit_order(shop.by(), request=shop.request(wanted))
        counts["submit"].append(counted.statements)
        order = SalesOrder.objects.get(pk=made.order_id)
        changes = [LineChange(n, Decimal(2)) for n in range(1, lines + 1)]
        with count_statements() as counted:
            amend(shop, order, *changes)
        counts["amend"].append(counted.statements)
        with count_statements() as counted:
            cancel_order(shop.by(), order_id=order.pk, version=2, reason="x")
        counts["cancel"].append(counted.statements)
    assert {verb: set(each[1:]) for verb, each in counts.items()} == {
        verb: {each[1]} for verb, each in counts.items()
    }


def stranger(shop: Trade) -> int:
    return make.site(company=make.company()).pk


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("no active site of the company", {}),
        ("is a service and leaves from no site", {}),
        ("A rush order leaves from one site", {"rush": "rush"}),
        ("may not order from B1", {}),
    ],
)
def test_what_cannot_leave_from_there_is_refused_with_cause_and_remedy(shop, why, changes):
    line, by = of(shop, 1, 2, B), shop.by()
    if "company" in why:
        line = LineRequest(shop.world.items[1], Decimal(2), site_id=stranger(shop))
    elif "service" in why:
        Item.objects.filter(pk=shop.world.items[1]).update(kind="service")
    elif "may not" in why:
        by = By(make.actor("customer_service", scope=f"site:{shop.world.sites[A]}"), key="own")
    with pytest.raises(LineRefused) as refusal:
        submit_order(by, request=shop.request([of(shop, 0, 3), line], **changes))
    ((number, reason),) = [(each["line"], each["reason"]) for each in refusal.value.context["lines"]]
    assert number == 2 and why in reason
    assert not SalesOrder.objects.exists() and not Commitment.objects.exists()
    assert reserved(shop, 0) == [0, 0]


def test_a_kit_leaves_whole_from_the_site_of_its_line(shop):
    parts = {Item.objects.get(pk=shop.world.items[n]): n + 1 for n in (0, 1)}
    kit = kit_of(parts, 50)
    line = LineRequest(kit.pk, Decimal(2), site_id=shop.world.sites[B])
    order = SalesOrder.objects.get(pk=shop.submit([of(shop, 2, 1), line]).order_id)
    assert (reserved(shop, 0), reserved(shop, 1), reserved(shop, 2)) == ([0, 2], [0, 4], [1, 0])
    assert group(shop, order, B).has_line_rules and not group(shop, order, A).has_line_rules
    shop.invoice(ship(shop, order, B))
    assert Invoice.objects.get().net == 100
    assert_proven()
