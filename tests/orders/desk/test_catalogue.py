"""What only a supplier's catalogue has, in the item list of the order desk (OC12, OC13)."""

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.errors import NotFound, NotPermitted, StaleVersion
from erp.kernel.models import User
from inventory.models import Demand
from masterdata.catalogue.errors import ClassUnknown
from masterdata.catalogue.queries import catalogue_lookup
from masterdata.models import CatalogueItem, Item, Supplier
from masterdata.policies import snapshot
from orders.desk.actions.take_from_catalogue import take_from_catalogue
from orders.models import OrderDraft, SalesOrder
from tests import factories
from tests.orders.desk.test_paste import HTMX, started
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


@pytest.fixture
def supplier(shop: Trade) -> Supplier:
    party = factories.party(code="MAKER", name="Maker & Sons")
    return factories.supplier(party=party, lead_time_days=5)


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


def row(supplier: Supplier, code: str, name: str = "Odd valve", **values: object) -> CatalogueItem:
    given = {"search": f"{code}\n{name}".upper(), "unit_id": "EA", "cost": 4, **values}
    return CatalogueItem.objects.create(supplier=supplier, code=code, name=name, **given)


def known(shop: Trade, supplier: Supplier) -> None:
    """One of the supplier's rows is an item of ours: its class is the usual one."""
    row(supplier, "OURS-1", item_id=shop.world.items[1])


def listed(clerk: Client, draft: str, text: str) -> str:
    return clerk.get(reverse("orders:draft_items", args=[draft]), {"q": text}, **HTMX).content.decode()


def take(clerk: Client, draft: str, offered: CatalogueItem, qty: str = "3", version: int | None = None):
    at = OrderDraft.objects.get(public_id=draft).version if version is None else version
    return clerk.post(
        reverse("orders:draft_catalogue", args=[draft, 1]),
        {"row": offered.pk, "qty": qty, "version": at},
        **HTMX,
    )


def test_rows_are_found_by_number_and_by_every_word(shop, supplier):
    first, second = row(supplier, "VLV-9", "Ball valve DN20"), row(supplier, "X-VLV", "Ball valve DN25 brass")
    row(supplier, "VLV-OURS", "Ball valve", item_id=shop.world.items[0])
    blocked = factories.supplier(is_blocked=True)
    row(blocked, "VLV-7")

    def found(text: str, limit: int = 8) -> list[int]:
        return [hit.id for hit in catalogue_lookup(text, company_id=shop.world.company_id, limit=limit)]

    assert found("vlv") == [first.pk, second.pk]
    assert found("brass VALVE") == [second.pk]
    assert found("vlv", limit=1) == [first.pk]
    assert (found("vl"), found(""), found("vlv", limit=0), found("100%_")) == ([], [], [], [])
    assert catalogue_lookup("vlv", company_id=shop.world.company_id + 1, limit=8) == []


def test_the_list_shows_them_behind_our_own_and_marks_them(shop, supplier, clerk):
    known(shop, supplier)
    offered = row(supplier, "P1-ODD", "Odd valve")
    draft = started(clerk, shop)
    shown = listed(clerk, draft, "p1")
    assert "catalogue" not in shown  # two letters are too few
    Item.objects.filter(pk=shop.world.items[2]).update(name="Odd valve", search="P2\nODD VALVE")
    shown = listed(clerk, draft, "odd valve")
    assert shown.index('data-code="P2"') < shown.index('data-code="P1-ODD"')
    assert f'data-catalogue="{offered.pk}"' in shown
    assert ("catalogue, special order" in shown, "Maker &amp; Sons" in shown) == (True, True)
    assert "No item matches" not in shown
    assert "No item matches" in listed(clerk, draft, "no such thing")


def test_the_list_costs_the_same_whatever_it_finds(shop, supplier, clerk):
    draft = started(clerk, shop)
    counts = []
    for n in range(3):
        row(supplier, f"ODD-{n}")
        listed(clerk, draft, "odd")
        with count_statements() as counted:
            assert listed(clerk, draft, "odd").count("data-catalogue") == n + 1
        counts.append(counted.statements)
    assert len(set(counts)) == 1


def test_a_row_becomes_an_item_and_a_special_order(shop, supplier, clerk):
    known(shop, supplier)
    offered = row(supplier, "ODD-1", "Odd valve", lead_time_days=9)
    draft = started(clerk, shop)
    answer = take(clerk, draft, offered)
    assert answer.status_code == 200, answer.content
    item = Item.objects.get(code="ODD-1")
    assert (item.name, item.stocking, item.standard_cost) == ("Odd valve", "catalogue", 4)
    assert item.item_class == Item.objects.get(pk=shop.world.items[1]).item_class
    written = OrderDraft.objects.get(public_id=draft)
    (line,) = written.lines
    assert (line["raw"], line["item_id"], line["quantity"], line["supply"]) == (
        "ODD-1",
        item.pk,
        "3",
        "special",
    )
    assert "Special order" in answer.content.decode()
    assert "data-catalogue" not in listed(clerk, draft, "odd-1")
    line |= {"price": "9", "price_reason": "Cost plus"}
    OrderDraft.objects.filter(pk=written.pk).update(lines=[line])
    clerk.post(reverse("orders:draft_submit", args=[draft]), {"version": written.version})
    demand = Demand.objects.get(line_demand__line__order=SalesOrder.objects.get())
    assert (demand.item, demand.supply_method, demand.ordered) == (item, "special", 3)


def test_a_row_that_was_set_up_meanwhile_is_taken_as_it_is(shop, supplier, clerk):
    offered = row(supplier, "ODD-1", item_id=shop.world.items[2])
    draft = started(clerk, shop)
    assert take(clerk, draft, offered, qty="").status_code == 200
    (line,) = OrderDraft.objects.get(public_id=draft).lines
    assert (line["raw"], line["quantity"], line["supply"]) == ("P2", "1", "special")
    assert Item.objects.count() == 4


def test_a_number_that_is_taken_gets_the_supplier_before_it(shop, supplier, clerk):
    known(shop, supplier)
    draft = started(clerk, shop)
    take(clerk, draft, row(supplier, "p 3"))
    (line,) = OrderDraft.objects.get(public_id=draft).lines
    assert line["raw"] == "MAKER-P3"


def test_the_class_is_what_the_house_says_or_it_is_refused(shop, supplier, clerk):
    offered = row(supplier, "ODD-1")
    draft = started(clerk, shop)
    version = OrderDraft.objects.get(public_id=draft).version
    given = {"public_id": draft, "version": version, "line": 1, "catalogue_item_id": offered.pk}
    with pytest.raises(ClassUnknown):
        take_from_catalogue(shop.by(), **given)
    assert (Item.objects.count(), OrderDraft.objects.get(public_id=draft).version) == (4, version)
    kind = factories.item_class(code="TRADE")
    values = {("masterdata.catalogue_class", "*"): [(factories.LONG_AGO, None, "trade")]}
    snapshot.assume(snapshot.Snapshot(values=values))
    made = take_from_catalogue(shop.by(), **given)
    assert Item.objects.get(pk=made.item_id).item_class == kind


def test_refused_it_leaves_neither_item_nor_line(shop, supplier, clerk):
    known(shop, supplier)
    offered = row(supplier, "ODD-1")
    draft = started(clerk, shop)
    version = OrderDraft.objects.get(public_id=draft).version
    given = {"public_id": draft, "version": version, "line": 1, "catalogue_item_id": offered.pk}
    with pytest.raises(StaleVersion):
        take_from_catalogue(shop.by(), **{**given, "version": version + 1})
    with pytest.raises(NotFound):
        take_from_catalogue(shop.by(), **{**given, "catalogue_item_id": 0})
    with pytest.raises(NotPermitted):
        take_from_catalogue(By(factories.actor("warehouse")), **given)
    offered.refresh_from_db()
    assert (Item.objects.count(), offered.item_id) == (4, None)
    stale = take(clerk, draft, offered, version=version + 1)
    assert (stale.status_code, stale["X-Stale"]) == (409, "1")


@pytest.mark.parametrize("whose", ["another company's", "blocked"])
def test_of_whom_the_drafts_company_does_not_buy_it_takes_nothing(shop, clerk, whose):
    values = {"is_blocked": True} if whose == "blocked" else {"company": factories.company()}
    offered = row(factories.supplier(**values), "ODD-1", item_id=shop.world.items[2])
    draft = started(clerk, shop)
    version = OrderDraft.objects.get(public_id=draft).version
    with pytest.raises(NotFound):
        take_from_catalogue(shop.by(), public_id=draft, version=version, line=1, catalogue_item_id=offered.pk)
    assert OrderDraft.objects.get(public_id=draft).version == version


def test_who_may_not_sell_from_it_does_not_see_it(shop, supplier):
    row(supplier, "ODD-1")
    owner = Client()
    owner.force_login(factories.user("process_owner"))
    draft = started(owner, shop)
    assert "data-catalogue" not in listed(owner, draft, "odd")
