"""Order rules at submit and at a change: site, ship rule, priority, holds and fees, and what they cost."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.models import Decision, User
from erp.kernel.proofs import prove, results_of
from inventory.models import DemandGroup, SiteStock
from masterdata.models import Customer, Item, ItemClass, ShipTo, Site
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.submit_order import submit_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import CreditAccount, Hold, OrderLine, SalesOrder
from tests.factories import customer_group, freight_tariff, local_day, user
from tests.orders.kits import kit_of
from tests.orders.rulebook.books import approved, rule, service, when
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def placed(shop: Trade, lines: int | list[LineRequest] = 1, **changes: object) -> SalesOrder:
    return SalesOrder.objects.select_related("group").get(pk=shop.submit(lines, **changes).order_id)


def ruled(order: SalesOrder) -> dict:
    return Decision.objects.get(verb="orders.submit_order", subject_id=order.pk).outcome["rules"]


def first_price(shop: Trade) -> Decimal:
    return Decimal(9 + shop.world.items[0] % 90)


def test_without_rules_nothing_is_asked_and_nothing_is_said(shop):
    shop.submit()
    with count_statements() as plain:
        order = placed(shop)
    assert "rules" not in Decision.objects.get(subject_id=order.pk, verb="orders.submit_order").outcome
    approved(shop, rule(10, "priority", when("net", "at_least", "1000000"), priority="2"))
    shop.submit()
    with count_statements() as with_rules:  # a rule that asks only for what the order says itself
        placed(shop)
    assert with_rules.statements == plain.statements


def test_a_rule_that_asks_for_more_costs_one_statement_whatever_the_lines():
    shop = trade(items=200)
    shop.submit()
    with count_statements() as plain:
        shop.submit(1)
    approved(shop, rule(10, "priority", when("item_class", "in", "BENCH"), priority="2"))
    shop.submit()
    counts = []
    for lines in (1, 10, 200):
        with count_statements() as counted:
            shop.submit(lines)
        counts.append(counted.statements)
    assert counts == [plain.statements + 1] * 3


def test_priority_ship_rule_and_why(shop):
    key = customer_group(code="KEY", priority=4)
    Customer.objects.filter(pk=shop.world.customers[0]).update(group=key)
    version = approved(
        shop,
        rule(10, "priority", when("customer_class", "in", "KEY"), when("net", "at_least", "5"), priority="2"),
        rule(20, "priority", priority="7"),
        rule(30, "ship_rule", when("channel", "in", "edi"), ship_rule="complete"),
    )
    order = placed(shop)
    assert (order.group.priority, order.group.own_priority, order.group.ship_rule) == (2, True, "partial")
    steps = [each.pk for each in version.rules.order_by("sequence")]
    assert ruled(order) == {
        "version": version.pk, "number": 1,
        "steps": [[steps[0], "decides"], [steps[1], "later"], [steps[2], 0]],
    }  # fmt: skip
    other = placed(shop, customer_id=shop.world.customers[1], channel="edi")
    assert (other.group.priority, other.group.ship_rule) == (7, "complete")


def test_a_rule_holds_by_a_kind_that_says_who_lets_it_go(shop):
    approved(
        shop,
        rule(10, "hold", when("net", "at_least", "20"), hold="rule", reason="look twice"),
        rule(20, "hold", when("net", "at_least", "20"), hold="data", reason="who is that"),
    )
    item = Item.objects.order_by("pk").first()
    held = shop.submit([LineRequest(item.pk, Decimal(50))])
    assert held.holds == ["rule", "data"]
    hold = Hold.objects.get(kind="rule")
    net = 50 * first_price(shop)
    assert (hold.detail, hold.amount, hold.order_id) == ("hold 10: look twice", net, held.order_id)
    assert shop.submit([LineRequest(item.pk, Decimal(1), price=Decimal(19), price_reason="x")]).holds == []


def test_fees_are_lines_of_their_own_taxed_billed_and_counted_against_the_limit(shop):
    service("HANDLING"), service("SMALL")
    approved(
        shop,
        rule(10, "fee", when("net", "below", "100000"), item="SMALL", amount="15"),
        rule(20, "fee", item="HANDLING", percent="2.5"),
        rule(30, "fee", item="HANDLING", amount="99"),
    )
    order = placed(shop, [LineRequest(shop.world.items[0], Decimal(10))])
    goods = 10 * first_price(shop)
    share = (goods * Decimal("0.025")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    lines = list(
        order.lines.order_by("line").values_list("item__code", "price_source", "net", "price_reason")
    )
    assert lines[1:] == [("SMALL", "fee", Decimal(15), "fee 10"), ("HANDLING", "fee", share, "fee 20")]
    assert (order.net, order.line_count) == (goods + 15 + share, 3)
    assert order.tax == (order.net * 21 / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert CreditAccount.objects.get(customer=order.bill_to).exposure == order.gross
    shipment = shop.release(order.pk)
    shop.pick(shipment)
    from inventory.outbound.actions.confirm_shipments import confirm_shipments

    confirm_shipments(shop.by(), shipment_ids=[shipment])
    shop.invoice(shipment)
    order.refresh_from_db()
    assert (order.open_net, order.open_gross) == (0, 0)
    assert all(result.green for result in results_of(prove()))


def test_a_fee_stands_before_freight_and_freight_is_not_quoted_on_it(shop):
    service()
    Customer.objects.filter(pk=shop.world.customers[0]).update(freight_terms="prepaid_add")
    Item.objects.filter(pk=shop.world.items[0]).update(weight_kg=2)
    freight_tariff(company=Customer.objects.get(pk=shop.world.customers[0]).company)
    approved(shop, rule(10, "fee", when("weight_kg", "at_least", "20"), item="HANDLING", amount="5"))
    heavy = placed(shop, [LineRequest(shop.world.items[0], Decimal(10))])
    sources = heavy.lines.order_by("line").values_list("price_source", flat=True)
    assert list(sources)[1:] == ["fee", "freight"]
    assert heavy.lines.get(price_source="freight").net == Decimal("20.00")  # 10 and 0.50 for each of 20 kg
    light = placed(shop, [LineRequest(shop.world.items[0], Decimal(9))])
    assert not light.lines.filter(price_source="fee").exists()


def test_what_is_free_or_bound_by_another_document_bears_no_fee(shop):
    service()
    approved(shop, rule(10, "fee", item="HANDLING", amount="5"))
    item = shop.world.items[0]
    gift = placed(shop, [LineRequest(item, Decimal(1), price=Decimal(0), price_reason="sample")])
    quoted = placed(
        shop, [LineRequest(item, Decimal(1), price=Decimal(9), price_reason="Q-1", price_source="quote")]
    )
    waived = SalesOrder.objects.get(
        pk=submit_order(shop.by(), request=replace(shop.request(), fees=False)).order_id
    )
    assert not OrderLine.objects.filter(order__in=[gift, quoted, waived], price_source="fee").exists()
    assert placed(shop).lines.filter(price_source="fee").count() == 1


def test_a_named_site(shop):
    here, there = shop.world.sites[:2]
    approved(
        shop,
        rule(10, "site", when("rush", "in", "-"), how="named", site=Site.objects.get(pk=there).code),
    )
    order = placed(shop)
    assert (order.site_id, order.group.site_id) == (there, there)
    assert list(SiteStock.objects.filter(reserved__gt=0).values_list("site", "reserved")) == [(there, 1)]
    named = placed(shop, site_id=here)
    assert named.site_id == here
    assert ruled(named)["notes"] == ["The order names its site."]
    Site.objects.filter(pk=there).update(is_active=False)
    assert placed(shop).site_id == here


def test_the_nearest_site_is_one_in_the_country_of_the_ship_to(shop):
    here, there = shop.world.sites[:2]
    Site.objects.filter(pk=there).update(country="NL")
    approved(shop, rule(10, "site", how="nearest"))
    assert placed(shop).site_id == here
    ShipTo.objects.filter(customer=shop.world.customers[0]).update(country="NL")
    assert placed(shop).site_id == there
    ShipTo.objects.filter(customer=shop.world.customers[0]).update(country="FR")
    far = placed(shop)
    assert far.site_id == here
    assert ruled(far)["notes"] == ["It stays at its own site: no site in FR."]


def test_the_site_where_all_of_it_is_free(shop):
    here, there = shop.world.sites[:2]
    items = shop.world.items[:2]
    approved(shop, rule(10, "site", how="all_free"))
    SiteStock.objects.filter(site=here, item=items[1]).update(available=3)
    wanted = [LineRequest(items[0], Decimal(5)), LineRequest(items[1], Decimal(4))]
    assert placed(shop, wanted).site_id == there
    assert placed(shop, [*wanted[:1], LineRequest(items[1], Decimal(3))]).site_id == here
    SiteStock.objects.filter(item=items[1]).update(available=0, reserved=0)
    assert placed(shop, wanted).site_id == here


def test_a_kit_weighs_and_is_free_as_its_components_do(shop):
    here, there = shop.world.sites[:2]
    bolt, nut = (Item.objects.get(pk=pk) for pk in shop.world.items[:2])
    kit = kit_of({bolt: 4, nut: 2})
    Item.objects.filter(pk__in=(bolt.pk, nut.pk)).update(weight_kg=Decimal("0.5"))
    approved(
        shop,
        rule(10, "site", how="all_free"),
        rule(20, "priority", when("weight_kg", "at_least", "6"), priority="2"),
    )
    SiteStock.objects.filter(site=here, item=nut).update(available=3)
    heavy = placed(shop, [LineRequest(kit.pk, Decimal(2))])  # 8 bolts and 4 nuts: 6 kg
    assert (heavy.site_id, heavy.group.priority) == (there, 2)
    light = placed(shop, [LineRequest(kit.pk, Decimal(1))])
    assert (light.site_id, light.group.own_priority) == (here, False)
    change(shop, light, LineChange(1, Decimal(2)))
    light.refresh_from_db()
    assert light.net == 2 * Decimal(50)


def test_a_rule_gives_nobody_a_site_where_they_may_not_order(shop):
    here, there = shop.world.sites[:2]
    approved(shop, rule(10, "site", how="named", site=Site.objects.get(pk=there).code))
    clerk = Actor.of(user("customer_service", scope=f"site:{here}"))
    order = SalesOrder.objects.get(pk=submit_order(By(clerk), request=shop.request()).order_id)
    assert order.site_id == here
    assert ruled(order)["notes"] == [f"It stays at its own site: {clerk.name} may not order there."]


def test_what_was_taken_over_from_another_system_is_not_steered(shop):
    approved(shop, rule(10, "hold", hold="rule", reason="all"))
    assert shop.submit(price_source="conversion").holds == []


def test_rules_hold_from_their_day_on(shop):
    approved(shop, rule(10, "hold", hold="rule", reason="all"), valid_from=local_day() + timedelta(days=2))
    assert shop.submit().holds == []


# A change of an order -------------------------------------------------------------------------------------


def change(shop: Trade, order: SalesOrder, *lines: LineChange, **header: object) -> SalesOrder:
    order.refresh_from_db()
    amend_order(
        shop.by(), order_id=order.pk, version=order.version, amendment=Amendment(list(lines), **header)
    )
    order.refresh_from_db()
    return order


def charged(order: SalesOrder) -> list[tuple]:
    lines = order.lines.filter(price_source="fee").order_by("line")
    return list(lines.values_list("item__code", "net", "cancelled_quantity"))


def test_a_fee_follows_what_the_order_is(shop):
    service("HANDLING"), service("SMALL")
    price = first_price(shop)
    approved(
        shop,
        rule(10, "fee", when("net", "below", str(10 * price)), item="SMALL", amount="15"),
        rule(20, "fee", item="HANDLING", percent="10"),
    )
    order = placed(shop, [LineRequest(shop.world.items[0], Decimal(5))])
    share = (price / 2).quantize(Decimal("0.01"))
    assert charged(order) == [("SMALL", 15, 0), ("HANDLING", 5 * price / 10, 0)]
    order = change(shop, order, LineChange(1, Decimal(10)))
    assert charged(order) == [("SMALL", 0, 1), ("HANDLING", 10 * price / 10, 0)]
    assert order.net == 11 * price
    order = change(shop, order, LineChange(1, Decimal(4)))
    assert charged(order) == [("SMALL", 0, 1), ("HANDLING", 4 * price / 10, 0), ("SMALL", 15, 0)]
    assert order.line_count == 4
    assert share  # the percentage is of the goods alone, never of a fee
    assert all(result.green for result in results_of(prove()))


def test_a_change_holds_only_for_what_it_has_made_worse(shop):
    price = first_price(shop)
    approved(shop, rule(10, "hold", when("net", "at_least", str(10 * price)), hold="rule", reason="big"))
    order = placed(shop, [LineRequest(shop.world.items[0], Decimal(5))])
    change(shop, order, LineChange(1, Decimal(6)))
    assert not Hold.objects.exists()
    change(shop, order, LineChange(1, Decimal(10)))
    assert Hold.objects.get().kind == "rule"
    Hold.objects.update(released_at=now(), released_by="boss", release_reason="fine")
    change(shop, order, LineChange(1, Decimal(11)))
    assert Hold.objects.count() == 1


def test_a_change_without_rules_takes_the_fees_away_and_costs_no_statement(shop):
    service()
    order = placed(shop, [LineRequest(shop.world.items[0], Decimal(5))])
    change(shop, order, LineChange(1, Decimal(6)))
    with count_statements() as plain:
        change(shop, order, LineChange(1, Decimal(5)))
    approved(shop, rule(10, "fee", item="HANDLING", amount="5"))
    order = placed(shop, [LineRequest(shop.world.items[0], Decimal(5))])
    assert charged(order) == [("HANDLING", 5, 0)]
    approved(shop)
    order = change(shop, order, LineChange(1, Decimal(6)))
    assert charged(order) == [("HANDLING", 0, 1)]
    with count_statements() as again:
        change(shop, order, LineChange(1, Decimal(5)))
    assert again.statements == plain.statements


def test_charges_are_not_changed_by_hand(shop):
    from erp.kernel.errors import BadInput

    service()
    approved(shop, rule(10, "fee", item="HANDLING", amount="5"))
    order = placed(shop)
    with pytest.raises(BadInput):
        change(shop, order, LineChange(2, Decimal(2)))
    assert charged(order) == [("HANDLING", 5, 0)]


# What people see -----------------------------------------------------------------------------------------


def test_the_order_says_which_rules_made_it_so(shop):
    service()
    approved(
        shop,
        rule(10, "fee", when("net", "below", "100000"), item="HANDLING", amount="5"),
        rule(20, "priority", when("channel", "in", "edi"), priority="1"),
    )
    order = placed(shop)
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    text = client.get(reverse("orders:order", args=[order.number])).content.decode()
    assert "By the rules of OR-1: Fee HANDLING of 5.00." in text
    assert "Order total is below 100,000" in text
    assert "Channel is one of edi" in text and "not met" in text


def test_the_desk_shows_before_what_submit_decides(shop):
    from orders.desk.preview import look_at

    service()
    there = Site.objects.get(pk=shop.world.sites[1])
    approved(
        shop,
        rule(10, "site", how="named", site=there.code),
        rule(20, "fee", item="HANDLING", amount="5"),
        rule(30, "hold", hold="export", reason="all"),
    )
    seen = look_at(shop.request(2), User.objects.get(username="bench"), steers=True)
    order = placed(shop, 2)
    assert (seen.total.gross, seen.steered.site, seen.header.site_id) == (
        order.gross, there.code, order.site_id,
    )  # fmt: skip
    assert [hold.kind for hold in seen.holds] == ["export"]


def test_a_class_above_the_item_s_counts(shop):
    top = ItemClass.objects.create(code="METAL", name="Metal")
    ItemClass.objects.filter(code="BENCH").update(parent=top)
    approved(shop, rule(10, "priority", when("item_class", "in", "METAL"), priority="3"))
    placed(shop)
    assert DemandGroup.objects.get().priority == 3


def test_days_ahead_are_counted_from_the_order_s_day(shop):
    approved(shop, rule(10, "priority", when("days_ahead", "at_most", "3"), priority="2"))
    today = local_day()
    assert placed(shop, requested_on=today + timedelta(days=3)).group.priority == 2
    assert placed(shop, requested_on=today + timedelta(days=4)).group.priority == 5
    assert placed(shop, requested_on=date(2020, 1, 1)).group.priority == 2
