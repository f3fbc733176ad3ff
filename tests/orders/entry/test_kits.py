"""Kits: ordered as one line, promised as components, kept in ratio by everything that changes an order (OC14)."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.errors import BadInput
from erp.kernel.models import Decision
from inventory.commitments.kits import kits_by_site
from inventory.commitments.rules import Promise, Share, promise_of_kits, whole_kits
from inventory.models import Demand, DemandGroup, SiteStock
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Item, KitComponent
from masterdata.policies import snapshot
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.actions.submit_order import submit_order
from orders.entry.actions.substitute_lines import substitute_lines
from orders.entry.amending import Amendment, LineChange
from orders.entry.charges import goods_of
from orders.entry.errors import LineRefused
from orders.entry.gates import LineOutcome
from orders.entry.kits import Component
from orders.entry.policies import MARGIN_FLOOR
from orders.entry.queries import decisions_of, lines_of_order
from orders.entry.reads import LineFacts
from orders.entry.rules import LineRequest
from orders.entry.sheets import order_sheet
from orders.entry.shortages import Replacement
from orders.entry.why import explain_lines
from orders.models import Hold, LineDemand, SalesOrder
from tests import factories as make
from tests.orders.books import assert_kept, assert_proven
from tests.orders.kits import DUE, buy, deliver, figures, free_of, kit_of, of, part, take_parts
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def order_of(shop: Trade, *lines: LineRequest, **changes: object) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit(list(lines), **changes).order_id)


# The arithmetic alone --------------------------------------------------------------------------------

JAN_5, FEB_2, FEB_9 = date(2026, 1, 5), date(2026, 2, 2), date(2026, 2, 9)


def promised(*shares: tuple[int | None, int, date], short: int = 0) -> Promise:
    return Promise([Share(supply, Decimal(n), on) for supply, n, on in shares], Decimal(short))


@pytest.mark.parametrize(
    ("parts", "kits", "shares", "short"),
    [
        ([(promised((None, 6, JAN_5)), 2), (promised((None, 3, JAN_5)), 1)], 3, [(None, 3, JAN_5)], 0),
        # the component that comes last says when
        (
            [(promised((None, 4, JAN_5), (7, 2, FEB_2)), 2), (promised((None, 3, JAN_5)), 1)],
            3, [(None, 2, JAN_5), (7, 1, FEB_2)], 0,
        ),
        (
            [(promised((7, 6, FEB_2)), 2), (promised((8, 3, FEB_9)), 1)],
            3, [(8, 3, FEB_9)], 0,
        ),
        # five of six make two kits; one component short leaves the kit without a date
        ([(promised((None, 5, JAN_5), short=1), 2), (promised((None, 3, JAN_5)), 1)], 3, [(None, 2, JAN_5)], 1),
        ([(promised(short=6), 2), (promised((None, 3, JAN_5)), 1)], 3, [], 3),
        ([(promised((None, 1, JAN_5), (7, 2, FEB_2), (8, 3, FEB_9)), 2), (promised((None, 3, JAN_5)), 1)],
            3, [(7, 1, FEB_2), (8, 2, FEB_9)], 0),
    ],
)  # fmt: skip
def test_what_the_promises_of_components_make_of_kits(parts, kits, shares, short):
    promise = promise_of_kits([(each, Decimal(per_kit)) for each, per_kit in parts], Decimal(kits))
    assert [(share.supply_id, share.quantity, share.on) for share in promise.shares] == shares
    assert promise.short == short


amounts = st.decimals(0, 1000, places=3)


@given(st.lists(st.tuples(amounts, st.decimals("0.001", 50, places=3)), min_size=1, max_size=5))
def test_whole_kits_are_made_of_what_there_is_and_no_more_could_be(parts):
    kits = whole_kits(parts)
    assert kits == kits.to_integral_value()
    assert all(kits * per_kit <= quantity for quantity, per_kit in parts)
    assert any((kits + 1) * per_kit > quantity for quantity, per_kit in parts)


# Placed ----------------------------------------------------------------------------------------------


def test_a_kit_is_one_line_with_a_demand_for_each_component(shop):
    bolt, sheet = part(shop, 100, cost=2), part(shop, 50, cost=3)
    kit = kit_of({bolt: 4, sheet: "2.5"}, price=50)
    order = order_of(shop, of(kit, 3))
    line = order.lines.get()
    assert (line.item, line.quantity, line.unit_price, line.net, line.unit_cost) == (
        kit,
        3,
        50,
        150,
        Decimal("15.5"),
    )
    links = LineDemand.objects.filter(line=line).order_by("demand__item_id")
    assert [(each.role, each.numerator, each.denominator) for each in links] == [
        ("component", 4, 1), ("component", 5, 2),
    ]  # fmt: skip
    assert figures(order.pk, "item_id", "ordered", "reserved", "per_kit") == [
        (bolt.pk, 12, 12, 4), (sheet.pk, Decimal("7.5"), Decimal("7.5"), Decimal("2.5")),
    ]  # fmt: skip
    assert set(Demand.objects.values_list("kit", "kit_item", "ship_rule")) == {(line.pk, kit.pk, "")}
    assert DemandGroup.objects.get().has_line_rules
    assert (free_of(shop, bolt), free_of(shop, sheet)) == (88, Decimal("42.5"))
    assert not SiteStock.objects.filter(item=kit).exists()
    assert_proven()


def test_a_line_keeps_what_was_in_the_kit_when_it_was_ordered(shop):
    bolt, nut, washer = part(shop, 100), part(shop, 100), part(shop, 100, cost=1)
    kit = kit_of({bolt: 2})
    today = SalesOrder.objects.get(pk=shop.submit([of(kit, 5)]).order_id)
    # from today on there is a washer, too, and a nut no more
    KitComponent.objects.create(
        kit=kit, component=nut, quantity=1, valid_from=date(2001, 1, 1), valid_to=date(2002, 1, 1)
    )
    KitComponent.objects.create(kit=kit, component=washer, quantity=8, valid_from=make.LONG_AGO, position=2)
    later = order_of(shop, of(kit, 5))
    assert figures(today.pk, "item_id", "ordered") == [(bolt.pk, 10)]
    assert figures(later.pk, "item_id", "ordered") == [(bolt.pk, 10), (washer.pk, 40)]
    amend_order(shop.by(), order_id=today.pk, version=1, amendment=Amendment([LineChange(1, Decimal(7))]))
    assert figures(today.pk, "item_id", "ordered", "reserved") == [(bolt.pk, 14, 14)]
    assert today.lines.get().unit_cost == 12
    assert_proven()


def test_the_kit_waits_for_its_last_component_and_says_which(shop):
    bolt, sheet = part(shop, 100), part(shop, 4, code="SHEET-1")
    kit = kit_of({bolt: 4, sheet: 1})
    buy(shop, sheet, 10)
    order = order_of(shop, of(kit, 6))
    (view,) = lines_of_order(order)
    assert (view.reserved, view.open, view.short, view.promised_on) == (4, 6, 2, DUE)
    assert view.waits_for.item == sheet
    explain_lines(order.number, [view], decisions_of(order), sees_cost=False)
    assert view.why.startswith("Waits for SHEET-1. Promised 4 Feb 2030 because 2 come on PO-")
    why = Decision.objects.get(verb="orders.submit_order").outcome["promise"][0]
    assert (why["on"], Decimal(why["short"]), why["waits_for"]) == ("2030-02-04", 0, "SHEET-1")
    assert [Decimal(quantity) for _supply, quantity, _on in why["from"]] == [4, 2]
    (sheet_line,) = order_sheet(order.number, user=make.user("customer_service", username="reads"))["lines"]
    assert (sheet_line["reserved"], sheet_line["promised_on"]) == ("4.000000", "2030-02-04")
    assert [each["item"] for each in sheet_line["components"]] == [bolt.code, "SHEET-1"]


def test_refusals_change_nothing(shop):
    bolt = part(shop, 10)
    blocked = part(shop, 10, status="blocked", code="BLOCKED-1")
    empty = make.item(kind="kit", code="EMPTY-1")
    for kit, quantity, words in (
        (empty, 1, "EMPTY-1 is a kit with nothing in it on this day."),
        (kit_of({bolt: 1, blocked: 1}, code="KIT-B"), 1, "BLOCKED-1 in KIT-B is blocked for sale."),
    ):
        with pytest.raises(LineRefused) as refusal:
            shop.submit([of(kit, quantity)])
        assert words in str(refusal.value.context)
    half = kit_of({bolt: 1}, code="KIT-H")
    make.item_unit(half, "PR", numerator=1, denominator=2)
    with pytest.raises(LineRefused) as refusal:
        shop.submit([of(half, 3, unit="PR")])
    assert "KIT-H is a kit and sold whole." in str(refusal.value.context)
    assert not SalesOrder.objects.exists()
    assert free_of(shop, bolt) == 10
    place = Bin.objects.filter(site=shop.world.sites[0])[0]
    with pytest.raises(BadInput, match="is a kit and never in stock"):
        post_opening_stock(
            shop.by(),
            site_id=shop.world.sites[0],
            lines=[OpeningLine(half.pk, place.pk, Decimal(1), Decimal(1))],
        )
    assert not SiteStock.objects.filter(item=half).exists()


@pytest.mark.parametrize("blocked", ["KIT-8", "NUT-8"])
def test_a_kit_or_a_component_that_is_blocked_after_the_order_stays(shop, blocked):
    bolt, nut = part(shop, 100), part(shop, 100, code="NUT-8")
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}, code="KIT-8"), 5), of(bolt, 3))
    Item.objects.filter(code=blocked).update(status="blocked")
    shipment = deliver(shop, order.pk)
    assert list(shipment.lines.values_list("item", "shipped")) == [(bolt.pk, 3)]
    Item.objects.update(status="active")
    deliver(shop, order.pk)
    assert figures(order.pk, "shipped") == [(20,), (10,), (3,)]
    assert_proven()


def test_nothing_stands_in_for_a_kit(shop):
    bolt = part(shop, 2)
    order = order_of(shop, of(kit_of({bolt: 4}), 3))
    with pytest.raises(BadInput, match="line 1 is a kit"):
        substitute_lines(
            shop.by(), order_id=order.pk, version=1, replacements=[Replacement(1, bolt.pk)], reason="short"
        )
    order.refresh_from_db()
    assert order.version == 1


def test_a_kit_below_the_margin_floor_is_judged_by_what_its_components_cost(shop):
    bolt = part(shop, 100, cost=20)
    values = {(MARGIN_FLOOR.key, "*"): [(make.LONG_AGO, None, Decimal(10))]}
    snapshot.assume(snapshot.Snapshot(values=values))
    assert shop.submit([of(kit_of({bolt: 3}, price=50), 1)]).holds == ["margin"]
    assert Hold.objects.get().detail.endswith("has a margin of -20.0 %, the floor is 10 %.")
    assert shop.submit([of(kit_of({bolt: 2}, price=50), 1)]).holds == []


# Changed ---------------------------------------------------------------------------------------------


def test_amending_scales_every_component(shop):
    bolt, nut = part(shop, 100), part(shop, 30)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}), 10), of(bolt, 5))
    amend_order(shop.by(), order_id=order.pk, version=1, amendment=Amendment([LineChange(1, Decimal(12))]))
    assert figures(order.pk, "ordered", "reserved", "cancelled") == [(48, 48, 0), (24, 24, 0), (5, 5, 0)]
    order.refresh_from_db()
    assert order.lines.get(line=1).net == 600
    change = Amendment([LineChange(0, Decimal(2), item_id=kit_of({nut: 1}).pk), LineChange(2, Decimal(0))])
    amend_order(shop.by(), order_id=order.pk, version=2, amendment=change)
    assert figures(order.pk, "ordered", "reserved", "cancelled") == [
        (48, 48, 0), (24, 24, 0), (5, 0, 5), (2, 2, 0),
    ]  # fmt: skip
    amend_order(shop.by(), order_id=order.pk, version=3, amendment=Amendment([LineChange(1, Decimal(0))]))
    assert figures(order.pk, "ordered", "reserved", "cancelled") == [
        (48, 0, 48), (24, 0, 24), (5, 0, 5), (2, 2, 0),
    ]  # fmt: skip
    assert (free_of(shop, bolt), free_of(shop, nut)) == (100, 28)
    assert_proven()
    assert_kept(order.bill_to_id)


def test_cancelling_gives_up_the_same_number_of_kits_of_every_component(shop):
    bolt, nut = part(shop, 100), part(shop, 7)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}), 5))
    waiting = order_of(shop, of(nut, 6))
    deliver(shop, order.pk)
    assert figures(order.pk, "shipped", "reserved") == [(12, 8), (6, 1)]
    cancel_order(shop.by(), order_id=order.pk, version=1, reason="The rest is too late")
    assert figures(order.pk, "ordered", "shipped", "cancelled", "reserved") == [(20, 12, 8, 0), (10, 6, 4, 0)]
    line = order.lines.get()
    assert (line.cancelled_quantity, line.net) == (2, 150)
    # who waits for a component gets what the kit no longer needs
    assert figures(waiting.pk, "reserved") == [(1,)]
    assert free_of(shop, bolt) == 88
    assert_proven()


def test_a_kit_of_which_a_part_has_left_stays_wanted(shop):
    take_parts()
    bolt, nut = part(shop, 12), part(shop, 7)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}), 5))
    assert set(Demand.objects.values_list("ship_rule", flat=True)) == {"parts"}
    deliver(shop, order.pk)
    assert figures(order.pk, "shipped") == [(12,), (7,)]  # three kits, and one of the two nuts of a fourth
    cancel_lines(shop.by(), order_id=order.pk, version=1, lines=[1], reason="Enough")
    assert figures(order.pk, "ordered", "shipped", "cancelled") == [(20, 12, 4), (10, 7, 2)]
    line = order.lines.get()
    assert (line.cancelled_quantity, line.net) == (1, 200)
    cancel_order(shop.by(), order_id=order.pk, version=2, reason="Enough, really")
    assert figures(order.pk, "cancelled") == [(4,), (2,)]
    assert_proven()


def test_cancelling_everything_before_anything_left(shop):
    bolt, nut = part(shop, 100), part(shop, 100)
    order = order_of(shop, of(kit_of({bolt: 4, nut: "1"}), 5))
    assert cancel_order(shop.by(), order_id=order.pk, version=1, reason="Twice").cancelled
    assert figures(order.pk, "cancelled", "reserved") == [(20, 0), (5, 0)]
    assert (free_of(shop, bolt), free_of(shop, nut)) == (100, 100)
    assert_proven()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_orders_fight_for_the_last_component():
    shop = trade()
    bolt, nut = part(shop, 100), part(shop, 2)
    kit = kit_of({bolt: 4, nut: 2})
    other = kit_of({nut: 2, bolt: 1})
    requests = [shop.request([of(each, 1)]) for each in (kit, other, kit, other)]
    made = run_concurrently(lambda request: submit_order(shop.by(), request=request), requests)
    got = [tuple(row[0] for row in figures(each.order_id, "reserved")) for each in made]
    assert sorted(nuts for _, nuts in got) == [0, 0, 0, 2]
    assert sum(bolts for bolts, _ in got) == 10
    assert_proven()


def test_statements_do_not_depend_on_kits_or_components(shop):
    parts = [part(shop, 100_000) for _ in range(5)]
    few, many = kit_of({parts[0]: 1}), kit_of(dict.fromkeys(parts, 2))
    shop.submit(1)
    counts = []
    for lines in (
        [of(parts[0], 1)],
        [of(few, 1)],
        [of(many, 1)],
        [of(few, 1), of(many, 2), of(parts[1], 3)] * 10,
    ):
        with count_statements() as counted:
            order = order_of(shop, *lines)
        counts.append(counted.statements)
        with count_statements() as counted:
            cancel_order(shop.by(), order_id=order.pk, version=1, reason="x")
        counts.append(counted.statements)
    assert len({*counts[::2]}) == 1, counts
    assert len({*counts[1::2]}) == 1, counts


def test_what_is_carried_of_a_kit_is_what_is_in_it():
    parts = (
        Component(1, 11, "A", "active", Decimal(6), Decimal("2.5")),
        Component(2, 12, "B", "active", Decimal(6), Decimal(4)),
    )
    facts = [
        LineFacts(1, 0, 9, "KIT", "Kit", "kit", "active", Decimal(39), None, None, None, [], components=parts)
    ]
    assert goods_of(facts, [LineOutcome("", Decimal(3))]) == [(11, Decimal("7.5")), (12, 12)]
    assert goods_of(facts, [LineOutcome("no price", Decimal(3))]) == []


def test_pages_show_what_is_in_the_kit_and_how_many_could_be_made(shop):
    bolt, nut = part(shop, 100, code="BOLT-8"), part(shop, 7, code="NUT-8")
    kit = kit_of({bolt: 4, nut: 2}, code="KIT-8")
    order = order_of(shop, of(kit, 2))
    user = make.user("customer_service", username="reads")
    (place,) = kits_by_site(kit, user=user)
    assert (place.site.pk, place.kits, place.limited_by) == (shop.world.sites[0], 1, nut)
    client = Client()
    client.force_login(user)
    page = client.get(reverse("orders:order", args=[order.number])).content.decode()
    assert "What is in the kits of this line" in page
    assert "All components are in stock." in page
    item = client.get(reverse("masterdata:item", args=[kit.pk])).content.decode()
    assert "Kits free now" in item
    paper = client.get(reverse("orders:order_confirmation", args=[order.number]))
    assert paper.content.startswith(b"%PDF")
