"""How a delivery may leave: whole, in whole lines, from a fill on, in so many parts (OC07)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from erp.kernel.models import Decision
from inventory.models import Demand, DemandGroup, Pick, Shipment, ShipmentLine, SiteStock
from inventory.outbound.actions.change_ship_rule import change_ship_rule
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.errors import ReleaseRefused, ShipRefused
from inventory.outbound.queries import waits_for
from inventory.outbound.rules import (
    LeavingDemand,
    OpenDemand,
    ShipRule,
    fill_percent,
    to_release,
    why_not_now,
    why_not_ship,
)
from masterdata.models import Customer
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests import factories
from tests.orders.test_api import client as api_client
from tests.support import count_statements
from tests.trade import Trade, trade


@pytest.fixture
def shop(db) -> Trade:
    return trade()


def demand(
    number: int, wanted: int, reserved: int, *, shipped: int = 0, working: int = 0, rule: str = ""
) -> OpenDemand:
    return OpenDemand(
        number,
        9,
        number,
        Decimal(wanted - shipped),
        Decimal(reserved),
        Decimal(working),
        Decimal(wanted),
        rule,
    )


# The rule alone --------------------------------------------------------------------------------------

HALF = [demand(1, 5, 5), demand(2, 20, 10), demand(3, 4, 0)]  # fill: 100, 50 and 0 %


@pytest.mark.parametrize(
    ("demands", "ship", "released", "why"),
    [
        (HALF, ShipRule("partial"), [1, 2], ""),
        (HALF, ShipRule("line"), [1], ""),
        (HALF, ShipRule("complete"), [], "Whole order only: 2 of 3 lines are not in stock yet."),
        (HALF, ShipRule("partial", 50), [1, 2], ""),
        (HALF, ShipRule("partial", 51), [], "At least 51 % of the order, and 50 % is there."),
        (HALF, ShipRule("partial", 0, 3, 1), [1, 2], ""),
        (
            HALF,
            ShipRule("partial", 0, 2, 1),
            [],
            "At most 2 shipments, the last takes everything: 2 of 3 lines are not in stock yet.",
        ),
        ([demand(1, 5, 5), demand(2, 20, 20)], ShipRule("partial", 0, 2, 1), [1, 2], ""),
        (
            [demand(1, 5, 5), demand(2, 20, 20)],
            ShipRule("partial", 0, 1, 7),
            [1, 2],
            "",
        ),  # a short pick before
        ([demand(1, 5, 5), demand(2, 20, 20)], ShipRule("complete", 100, 1), [1, 2], ""),
        # a line with a rule of its own neither waits nor keeps the others waiting
        ([demand(1, 5, 3, rule="partial"), demand(2, 20, 20)], ShipRule("complete"), [1, 2], ""),
        ([demand(1, 5, 3, rule="line"), demand(2, 20, 20)], ShipRule("complete"), [2], ""),
        (
            [demand(1, 5, 3, rule="partial"), demand(2, 20, 10)],
            ShipRule("complete"),
            [1],
            "Whole order only: 1 of 1 lines are not in stock yet.",
        ),
        ([demand(1, 5, 3, rule="partial")], ShipRule("line"), [1], ""),
        # what has left counts for the fill: once it was reached, the rest follows as it comes
        ([demand(1, 10, 1, shipped=8)], ShipRule("partial", 90), [1], ""),
        ([demand(1, 10, 5, working=5)], ShipRule("partial", 50), [], ""),
    ],
)
def test_what_goes_and_why_the_rest_waits(demands, ship, released, why):
    assert [each.demand_id for each in to_release(demands, ship)] == released
    assert why_not_now(demands, ship) == why


def leaving(number: int, wanted: int, now: int, *, shipped: int = 0, rule: str = "") -> LeavingDemand:
    return LeavingDemand(number, number, Decimal(wanted), Decimal(shipped), rule, Decimal(now))


@pytest.mark.parametrize(
    ("demands", "ship", "why"),
    [
        ([leaving(1, 5, 4)], ShipRule("partial"), ""),
        (
            [leaving(1, 5, 4), leaving(2, 3, 3)],
            ShipRule("line"),
            "Whole lines only: 1 were short at picking.",
        ),
        ([leaving(1, 5, 4, rule="partial"), leaving(2, 3, 3)], ShipRule("line"), ""),
        ([leaving(1, 5, 2, shipped=3)], ShipRule("complete"), ""),
        ([leaving(1, 5, 4)], ShipRule("complete"), "Whole order only: 1 of 1 lines are not with it."),
        ([leaving(1, 10, 4)], ShipRule("partial", 50), "At least 50 % of the order, and 40 % is there."),
        ([leaving(1, 10, 4, shipped=1)], ShipRule("partial", 50), ""),
        (
            [leaving(1, 10, 4)],
            ShipRule("partial", 0, 1),
            "At most 1 shipments, the last takes everything: 1 of 1 lines are not with it.",
        ),
        ([leaving(1, 10, 4)], ShipRule("partial", 0, 2), ""),
        ([leaving(1, 5, 5, rule="line"), leaving(2, 9, 0)], ShipRule("complete"), ""),
    ],
)
def test_what_was_short_at_picking(demands, ship, why):
    assert why_not_ship(demands, ship) == why


fills = st.lists(st.decimals(0, 1, places=3), min_size=1, max_size=9)


@given(covered=fills)
def test_fill_lies_between_the_worst_and_the_best_line(covered):
    assert int(min(covered) * 100) <= fill_percent(covered) <= max(covered) * 100


@given(
    rows=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=6),
    rule=st.sampled_from(["partial", "line", "complete"]),
    fill=st.integers(0, 100),
    most=st.integers(0, 3),
    made=st.integers(0, 3),
)
def test_a_full_delivery_always_goes_and_a_waiting_one_never(rows, rule, fill, most, made):
    ship = ShipRule(rule, fill, most, made)
    full = [demand(number, wanted, wanted) for number, (wanted, _) in enumerate(rows)]
    assert to_release(full, ship) == full
    demands = [demand(number, wanted, min(wanted, have)) for number, (wanted, have) in enumerate(rows)]
    if why_not_now(demands, ship):
        assert to_release(demands, ship) == []


# In the verbs -------------------------------------------------------------------------------------------


def customer(shop: Trade, **values: object) -> None:
    Customer.objects.filter(pk=shop.world.customers[0]).update(**values)


def scarce(shop: Trade, place: int, left: int) -> None:
    SiteStock.objects.filter(item=shop.world.items[place], site=shop.world.sites[0]).update(
        reserved=1_000_000 - left
    )


def order(shop: Trade, *quantities: int) -> SalesOrder:
    lines = [LineRequest(shop.world.items[n], Decimal(quantity)) for n, quantity in enumerate(quantities)]
    return SalesOrder.objects.get(pk=shop.submit(lines).order_id)


def change(shop: Trade, made: SalesOrder, ship_rule: str = "partial", **values: object) -> None:
    asked = {"lines": {}, "reason": "Agreed by telephone", **values}
    change_ship_rule(shop.by(), group_id=made.group_id, ship_rule=ship_rule, **asked)


def test_the_customers_rule_goes_with_the_order(shop):
    customer(shop, ship_rule="line", minimum_fill_percent=80, maximum_shipments=2)
    group = order(shop, 1).group
    assert (group.ship_rule, group.minimum_fill_percent, group.maximum_shipments, group.has_line_rules) == (
        "line", 80, 2, False,
    )  # fmt: skip


def test_below_the_least_fill_nothing_goes_and_why_is_said(shop):
    customer(shop, minimum_fill_percent=80)
    scarce(shop, 1, 4)
    made = order(shop, 10, 10)
    why = "At least 80 % of the order, and 70 % is there."
    assert waits_for(made.group) == why
    with pytest.raises(ReleaseRefused) as refusal:
        shop.release(made.pk)
    assert (refusal.value.context["reason"], refusal.value.context["role"]) == (
        why,
        "inventory.change_ship_rule",
    )
    assert release_groups(shop.by(), group_ids=[made.group_id]).refused == [[made.number, why]]
    assert not Shipment.objects.exists()
    change(shop, made, minimum_fill_percent=70)
    assert waits_for(made.group) == ""
    assert shop.release(made.pk)


def test_the_last_shipment_takes_everything(shop):
    customer(shop, maximum_shipments=2)
    scarce(shop, 1, 4)
    made = order(shop, 10, 10)
    first = shop.release(made.pk)
    shop.pick(first)
    confirm_shipments(shop.by(), shipment_ids=[first])
    assert Demand.objects.get(item=shop.world.items[1]).shipped == 4
    Demand.objects.filter(item=shop.world.items[1]).update(reserved=3)  # a part of the rest has come
    with pytest.raises(ReleaseRefused):
        shop.release(made.pk)
    Demand.objects.filter(item=shop.world.items[1]).update(reserved=6)
    assert ShipmentLine.objects.get(shipment=shop.release(made.pk)).quantity == 6


def short(shop: Trade, made: SalesOrder, found: int) -> int:
    shipment_id = shop.release(made.pk)
    pick = Pick.objects.get(shipment=shipment_id)
    record_picks(shop.by(), shipment_id=shipment_id, picks=[Picked(pick.pk, Decimal(found), "empty")])
    return shipment_id


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"ship_rule": "complete"}, "Whole order only: 1 of 1 lines are not with it."),
        ({"ship_rule": "line"}, "Whole lines only: 1 were short at picking."),
        ({"minimum_fill_percent": 70}, "At least 70 % of the order, and 60 % is there."),
        (
            {"maximum_shipments": 1},
            "At most 1 shipments, the last takes everything: 1 of 1 lines are not with it.",
        ),
    ],
)
def test_what_was_short_at_picking_stays(shop, rule, why):
    customer(shop, **rule)
    made = order(shop, 10)
    shipment_id = short(shop, made, 6)
    before = SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0]).on_hand
    with pytest.raises(ShipRefused) as refusal:
        confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    assert refusal.value.context["reason"].startswith(why)
    assert Shipment.objects.get().state == "picked"
    assert SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0]).on_hand == before
    change(shop, made)
    assert confirm_shipments(shop.by(), shipment_ids=[shipment_id]).shipment_ids == [shipment_id]


def test_a_line_that_leaves_alone_does_not_wait_for_the_order(shop):
    customer(shop, ship_rule="complete")
    scarce(shop, 1, 4)
    made = order(shop, 10, 10)
    with pytest.raises(ReleaseRefused):
        shop.release(made.pk)
    first, second = Demand.objects.order_by("pk")
    change(shop, made, "complete", lines={first.pk: "partial"})
    shipment_id = shop.release(made.pk)
    assert ShipmentLine.objects.get(shipment=shipment_id).demand == first
    shop.pick(shipment_id)
    assert confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    change(shop, made, "complete", lines={second.pk: "partial", first.pk: ""})
    assert DemandGroup.objects.get().has_line_rules is True
    change(shop, made, "complete", lines={second.pk: ""})
    assert DemandGroup.objects.get().has_line_rules is False


def test_statements_are_those_of_before_where_there_is_no_rule_and_one_more_at_the_truck_where_there_is(shop):
    counts = {}
    for rule in ("partial", "partial", "line"):
        customer(shop, ship_rule=rule)
        for lines in (1, 10):
            shipment_id = shop.release(shop.submit(lines).order_id)
            shop.pick(shipment_id)
            with count_statements() as counted:
                confirm_shipments(shop.by(), shipment_ids=[shipment_id])
            counts[rule, lines] = counted.statements
    assert counts["partial", 1] == counts["partial", 10] == counts["line", 1] - 1 == counts["line", 10] - 1


# Changing it -----------------------------------------------------------------------------------------------


def test_a_change_says_why_and_who_may(shop):
    made = order(shop, 1)
    for wrong in (
        {"reason": " "}, {"ship_rule": "never"}, {"minimum_fill_percent": 101}, {"maximum_shipments": -1},
        {"lines": {1: "complete"}},
    ):  # fmt: skip
        with pytest.raises(BadInput):
            change(shop, made, **wrong)
    with pytest.raises(NotFound):
        change(shop, made, lines={99_999_999: "line"})
    with pytest.raises(NotPermitted):
        change_ship_rule(
            By(factories.actor("warehouse")), group_id=made.group_id, ship_rule="line", lines={}, reason="x"
        )
    assert DemandGroup.objects.get().version == 1
    change(shop, made, "line", maximum_shipments=2, version=1)
    with pytest.raises(StaleVersion):
        change(shop, made, "complete", version=1)
    group = DemandGroup.objects.get()
    assert (group.ship_rule, group.maximum_shipments, group.version) == ("line", 2, 2)
    why = Decision.objects.get(verb="inventory.change_ship_rule").outcome
    assert (why["before"], why["after"]) == (["partial", 0, 0], ["line", 0, 2])


def test_page_of_the_order_says_what_it_waits_for_and_changes_it(shop, client: Client):
    customer(shop, ship_rule="complete")
    scarce(shop, 1, 4)
    made = order(shop, 10, 10)
    client.force_login(factories.user("customer_service"))
    page = client.get(reverse("orders:order", args=[made.number])).content.decode()
    assert "Whole order only: 1 of 2 lines are not in stock yet." in page
    url = reverse("orders:order_ship_rule", args=[made.number])
    assert client.get(url).status_code == 200
    given = {
        "version": 1, "ship_rule": "complete", "minimum_fill_percent": 0, "maximum_shipments": 0, "line_1": "partial",
        "line_2": "", "reason": "They asked for it",
    }  # fmt: skip
    assert client.post(url, {**given, "reason": ""}).status_code == 422
    assert client.post(url, given).status_code == 303
    assert list(Demand.objects.order_by("pk").values_list("ship_rule", flat=True)) == ["partial", ""]


def test_programs_change_it(shop):
    made = order(shop, 10, 10)
    api = api_client(factories.user("customer_service"))
    body = {"ship_rule": "line", "lines": [{"line": 2, "ship_rule": "partial"}], "reason": "EDI agreement"}
    path = f"/api/v1/orders/{made.number}/ship-rule/"
    answer = api.post(path, body, format="json", headers={"Idempotency-Key": "1"})
    assert (answer.status_code, answer.data) == (200, {"waits_for": ""})
    assert list(Demand.objects.order_by("pk").values_list("ship_rule", flat=True)) == ["", "partial"]
    body["lines"] = [{"line": 7, "ship_rule": "partial"}]
    refused = api.post(path, body, format="json", headers={"Idempotency-Key": "2"})
    assert (refused.status_code, refused.data["code"]) == (404, "kernel.not_found")
