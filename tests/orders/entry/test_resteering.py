"""What a change makes of ship rule, priority and site by the order rules, and how it is shown before (OC03, OC11)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.command import By
from erp.kernel.errors import StaleVersion
from erp.kernel.models import Decision, OutboxEntry, User
from inventory.models import Commitment, Demand, DemandGroup, PromiseEvent
from inventory.outbound.actions.change_ship_rule import change_ship_rule
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Customer, CustomerGroup, Item, Site
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.impact import impact_of
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.factories import actor
from tests.orders.books import assert_proven
from tests.orders.kits import part
from tests.orders.rulebook.books import approved, rule, service, when
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=3)


def ordered(shop: Trade, *items: Item, quantity: int = 2, **changes: object) -> SalesOrder:
    lines = [LineRequest(item.pk, Decimal(quantity)) for item in items]
    return SalesOrder.objects.get(pk=shop.submit(lines, **changes).order_id)


def change(
    shop: Trade, order: SalesOrder, *lines: LineChange, by: By | None = None, **header: object
) -> SalesOrder:
    order.refresh_from_db()
    amendment = Amendment(list(lines), **header)
    amend_order(by or shop.by(), order_id=order.pk, version=order.version, amendment=amendment)
    return SalesOrder.objects.select_related("group").get(pk=order.pk)


def why(order: SalesOrder) -> dict:
    found = Decision.objects.filter(verb="orders.amend_order", subject_id=order.pk).order_by("-pk")
    return found[0].outcome


def put_at(shop: Trade, item: Item, site_id: int, quantity: int) -> None:
    place = Bin.objects.filter(site=site_id).order_by("pk")[0]
    line = OpeningLine(item.pk, place.pk, Decimal(quantity), Decimal(6 * quantity))
    post_opening_stock(shop.by(), site_id=site_id, lines=[line])


def shape(order: SalesOrder) -> tuple[object, ...]:
    group = DemandGroup.objects.get(pk=order.group_id)
    return group.ship_rule, group.priority, group.own_priority


def big(shop: Trade) -> None:
    """Orders from 100 on leave complete and go first."""
    approved(
        shop,
        rule(10, "ship_rule", when("net", "at_least", "100"), ship_rule="complete"),
        rule(20, "priority", when("net", "at_least", "100"), priority="2"),
    )


def test_ship_rule_and_priority_follow_what_the_order_becomes(shop):
    Customer.objects.update(ship_rule="partial")
    usual = CustomerGroup.objects.get(customers=shop.world.customers[0]).priority
    big(shop)
    order = ordered(shop, part(shop, 100))
    assert shape(order) == ("partial", usual, False)
    order = change(shop, order, LineChange(1, Decimal(10)))
    assert shape(order) == ("complete", 2, True)
    assert (why(order)["ship_rule"], why(order)["priority"]) == (["partial", "complete"], [usual, 2])
    order = change(shop, order, LineChange(1, Decimal(3)))
    assert shape(order) == ("partial", usual, False)
    order = change(shop, order, customer_po="PO 9")
    assert "ship_rule" not in why(order) and "priority" not in why(order)
    assert_proven()


def test_what_a_person_has_set_stays(shop):
    Customer.objects.update(ship_rule="partial")
    big(shop)
    order = ordered(shop, part(shop, 100))
    change_ship_rule(shop.by(), group_id=order.group_id, ship_rule="line", lines={}, reason="Small dock")
    order = change(shop, order, LineChange(1, Decimal(10)))
    assert shape(order) == ("line", 2, True)


def test_a_rush_order_keeps_its_place_and_without_rush_gets_the_rules(shop):
    big(shop)
    order = ordered(shop, part(shop, 100), rush="RUSH")
    assert shape(order)[1:] == (1, True)
    order = change(shop, order, LineChange(1, Decimal(10)))
    assert shape(order)[1:] == (1, True)
    order = change(shop, order, rush="")
    assert shape(order)[1:] == (2, True)


def test_without_rules_a_change_asks_nothing_more(shop):
    order = ordered(shop, part(shop, 100))
    order = change(shop, order, LineChange(1, Decimal(3)))
    with count_statements() as plain:
        change(shop, order, LineChange(1, Decimal(4)))
    assert "rules" not in why(order)
    big(shop)
    change(shop, order, LineChange(1, Decimal(3)))
    with count_statements() as ruled:
        change(shop, order, LineChange(1, Decimal(4)))
    assert ruled.statements == plain.statements + 1


def free_elsewhere(shop: Trade) -> tuple[Item, Item, int]:
    """Two items that no site has, then the second site has; the rule is to ship from where all is free."""
    approved(shop, rule(10, "site", how="all_free"))
    return part(shop), part(shop), shop.world.sites[1]


def test_the_site_is_chosen_anew_while_nothing_is_allocated(shop):
    first, second, there = free_elsewhere(shop)
    order = ordered(shop, first, second)
    assert order.site_id == shop.world.sites[0]
    put_at(shop, first, there, 50)
    put_at(shop, second, there, 50)
    order = change(shop, order, LineChange(1, Decimal(5)))
    assert (order.site_id, order.group.site_id) == (there, there)
    assert why(order)["site"] == [shop.world.sites[0], there]
    found = Demand.objects.filter(group=order.group_id).order_by("item_id")
    assert list(found.values_list("site", "ordered", "reserved")) == [(there, 5, 5), (there, 2, 2)]
    assert None not in set(found.values_list("promised_on", flat=True))
    assert_proven()


def test_the_site_stays_where_something_is_promised(shop):
    first, second, there = free_elsewhere(shop)
    order = ordered(shop, first, second)
    put_at(shop, first, shop.world.sites[0], 1)
    order = change(shop, order, LineChange(1, Decimal(3)))
    assert Commitment.objects.filter(demand__group=order.group_id).count() == 1
    put_at(shop, first, there, 50)
    put_at(shop, second, there, 50)
    order = change(shop, order, LineChange(2, Decimal(5)))
    code = Site.objects.get(pk=there).code
    assert order.site_id == shop.world.sites[0]
    assert why(order)["rules"]["notes"] == [
        f"It stays at its own site: goods are promised to it there, and not at {code}."
    ]
    assert "site" not in why(order)


def test_a_site_that_was_named_stays(shop):
    first, _second, there = free_elsewhere(shop)
    order = ordered(shop, first, site_id=there)
    put_at(shop, first, shop.world.sites[0], 50)
    order = change(shop, order, LineChange(1, Decimal(5)))
    assert (order.site_id, why(order)["rules"]["notes"]) == (there, ["The order names its site."])


def test_a_site_where_one_may_not_order_is_not_chosen(shop):
    first, _second, there = free_elsewhere(shop)
    order = ordered(shop, first)
    put_at(shop, first, there, 50)
    local = actor("customer_service", username="lea", scope=f"site:{shop.world.sites[0]}")
    order = change(shop, order, LineChange(1, Decimal(5)), by=By(local))
    assert order.site_id == shop.world.sites[0]
    assert why(order)["rules"]["notes"] == ["It stays at its own site: lea may not order there."]


def test_an_order_that_no_rule_sends_away_any_more_comes_back(shop):
    here, there = shop.world.sites
    code = Site.objects.get(pk=there).code
    approved(shop, rule(10, "site", when("net", "at_least", "100"), how="named", site=code))
    item = part(shop)
    order = ordered(shop, item, quantity=10)
    assert order.site_id == there
    order = change(shop, order, LineChange(1, Decimal(2)))
    assert (order.site_id, Demand.objects.get(group=order.group_id).site_id) == (here, here)


def test_moving_costs_the_same_whatever_the_lines(shop):
    approved(shop, rule(10, "site", how="all_free"))
    items = [part(shop) for _n in range(12)]
    orders = [ordered(shop, *items[:2]), ordered(shop, *items[2:])]
    for item in items:
        put_at(shop, item, shop.world.sites[1], 50)
    counts = []
    for order in orders:
        with count_statements() as counted:
            amend_order(
                shop.by(), order_id=order.pk, version=1, amendment=Amendment([LineChange(1, Decimal(3))])
            )
        counts.append(counted.statements)
        order.refresh_from_db()
        assert order.site_id == shop.world.sites[1]
    assert counts[0] == counts[1]


def kept() -> tuple[object, ...]:
    """Everything that a change writes."""
    models = (SalesOrder, DemandGroup, Demand, Commitment, PromiseEvent, Decision, OutboxEntry)
    return tuple(list(model.objects.order_by("pk").values()) for model in models)


def test_the_impact_is_what_the_change_does_and_changes_nothing(shop):
    first, second, there = free_elsewhere(shop)
    order = ordered(shop, first, second)
    put_at(shop, first, there, 50)
    put_at(shop, second, there, 50)
    before = kept()
    amendment = Amendment([LineChange(1, Decimal(5))])
    impact = impact_of(shop.by(), order, version=1, amendment=amendment)
    assert kept() == before
    codes = [Site.objects.get(pk=site).code for site in shop.world.sites]
    assert [(each.before, each.after) for each in impact.header[:1]] == [tuple(codes)]
    assert {str(each.what) for each in impact.header} == {"Ships from", "Net", "Total"}
    assert [(was.quantity, now.quantity, was.reserved, now.reserved) for was, now in impact.lines] == [
        (2, 5, 0, 5), (2, 2, 0, 2),
    ]  # fmt: skip
    made = change(shop, order, LineChange(1, Decimal(5)))
    assert (impact.after.gross, impact.after.site) == (made.gross, codes[1])
    with pytest.raises(StaleVersion):
        impact_of(shop.by(), order, version=1, amendment=amendment)


def test_the_impact_tells_of_fees_and_holds(shop):
    service("HANDLING")
    approved(
        shop,
        rule(10, "fee", when("net", "at_least", "100"), item="HANDLING", amount="15"),
        rule(20, "hold", when("net", "at_least", "100"), hold="rule", reason="look"),
    )
    order = ordered(shop, part(shop, 100))
    impact = impact_of(shop.by(), order, version=1, amendment=Amendment([LineChange(1, Decimal(10))]))
    assert (impact.before.charges, impact.after.charges) == (0, 15)
    assert impact.after.held == {"rule"} and len(impact.new_holds) == 1
    assert not order.holds.exists()


def test_the_page_shows_the_impact_before_it_saves(shop):
    order = ordered(shop, part(shop, 100, code="BOLT"))
    clerk = Client()
    clerk.force_login(User.objects.get(username="bench"))
    address = reverse("orders:order_amend", args=[order.number])
    entries = {
        "version": 1, "customer_po": "", "requested_on": order.requested_on.isoformat(), "reason": "Called",
        "quantity_1": "5", "price_1": "", "new_item": "", "new_quantity": "",
    }  # fmt: skip
    shown = clerk.post(address, {**entries, "preview": "1"})
    page = shown.content.decode()
    assert (shown.status_code, "What the change would do" in page, "Line 1, BOLT" in page) == (
        200,
        True,
        True,
    )
    assert 'value="5"' in page
    order.refresh_from_db()
    assert order.version == 1
    nothing = clerk.post(address, {**entries, "quantity_1": "2", "preview": "1"}).content.decode()
    assert "Nothing but what was typed would be different." in nothing
    refused = clerk.post(address, {**entries, "quantity_1": "0", "preview": "1"})
    assert (refused.status_code, "no line would remain" in refused.content.decode()) == (422, True)
    assert clerk.post(address, entries).status_code == 303


def test_a_program_asks_for_the_impact(shop):
    order = ordered(shop, part(shop, 100))
    api = APIClient()
    api.force_authenticate(User.objects.get(username="bench"))
    body = {"version": 1, "lines": [{"line": 1, "quantity": "5"}]}
    shown = api.post(f"/api/v1/orders/{order.number}/amend/preview/", body, format="json")
    assert shown.status_code == 200, shown.content
    assert [shown.json()[side]["lines"][0]["quantity"] for side in ("before", "after")] == [
        "2.000000",
        "5.000000",
    ]
    order.refresh_from_db()
    assert order.version == 1
    amended = api.post(
        f"/api/v1/orders/{order.number}/amend/", body, format="json", headers={"Idempotency-Key": "a"}
    )
    assert Decimal(amended.json()["gross"]) == Decimal(shown.json()["after"]["gross"])
