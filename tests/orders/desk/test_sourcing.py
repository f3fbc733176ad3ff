"""Where else a short line may come from: other sites by policy, a purchase or a transfer now (AT02, AT08)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.models import User
from inventory.models import Demand, SiteStock, Supply
from masterdata.models import Item, ItemReference, ShipTo, Site
from masterdata.policies import snapshot
from orders.desk.policies import SOURCING
from orders.models import OrderDraft, SalesOrder
from tests import factories as make
from tests.factories import local_day
from tests.orders.desk.test_paste import HTMX, paste, started
from tests.orders.desk.test_substitutes import inspect
from tests.orders.substitutes import left, stands_in
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    """Four of the first item are left where the customer buys; a million at the second site."""
    made = trade()
    left(made, 0, 4)
    return made


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


@pytest.fixture
def draft(shop: Trade, clerk: Client) -> str:
    """Ten of the first item on line 1."""
    public_id = started(clerk, shop)
    paste(clerk, public_id, [["P0", "10"]])
    return public_id


def header(clerk: Client, draft: str, version: int, **fields: object) -> str:
    address = reverse("orders:draft_header", args=[draft])
    return clerk.post(address, {**fields, "version": version}, **HTMX).content.decode()


def sourced(rule: str) -> None:
    values = {(SOURCING.key, "*"): [(make.LONG_AGO, None, rule)]}
    snapshot.assume(snapshot.Snapshot(values=values))


def sites(page: str) -> list[int]:
    return [int(part.split('"')[0]) for part in page.split('data-site="')[1:]]


def test_another_site_is_offered_and_taken_moves_the_order(shop, clerk, draft):
    assert sites(inspect(clerk, draft)) == [shop.world.sites[1]]
    answer = header(clerk, draft, 2, site_id=shop.world.sites[1])
    assert f'value="{shop.world.sites[1]}" selected' in answer
    assert "From elsewhere" not in inspect(clerk, draft)
    assert clerk.post(reverse("orders:draft_submit", args=[draft]), {"version": 3}).status_code == 302
    assert SalesOrder.objects.get().site_id == shop.world.sites[1]
    demand = Demand.objects.get()
    assert (demand.site_id, demand.reserved) == (shop.world.sites[1], 10)


def test_back_to_the_customer_s_own(shop, clerk, draft):
    header(clerk, draft, 2, site_id=shop.world.sites[1])
    header(clerk, draft, 3, site_id="")
    assert OrderDraft.objects.get().site is None
    elsewhere = make.site(company=make.company())
    header(clerk, draft, 4, site_id=elsewhere.pk)
    assert OrderDraft.objects.get().site is None
    header(clerk, draft, 5, site_id=shop.world.sites[1])
    Site.objects.filter(pk=shop.world.sites[1]).update(is_active=False)
    header(clerk, draft, 6, site_id=shop.world.sites[1])
    assert OrderDraft.objects.get().site is None


def test_policy_says_which_sites_and_in_which_order(shop, clerk, draft):
    first, second = shop.world.sites[:2]
    third = make.site(company=Site.objects.get(pk=first).company, country="FR", code="LYS")
    SiteStock.objects.create(item_id=shop.world.items[0], site=third, on_hand=50, available=50)
    Site.objects.filter(pk=third.pk).update(working_days="1111111", cut_off="23:59:59")
    Site.objects.filter(pk=second).update(ship_days=3)
    assert sites(inspect(clerk, draft)) == [third.pk, second]
    sourced("nearest")
    ShipTo.objects.update(country="BE")
    page = inspect(clerk, draft)
    assert sites(page) == [second, third.pk] and "in the country of delivery" in page
    sourced("own")
    assert sites(inspect(clerk, draft)) == []


def test_what_buying_or_moving_now_would_make_possible(shop, clerk, draft):
    company = Site.objects.get(pk=shop.world.sites[0]).company
    maker = make.supplier(company=company, lead_time_days=9, party=make.party(name="Boltworks"))
    item = Item.objects.get(pk=shop.world.items[0])
    ItemReference.objects.create(item=item, kind="supplier", party=maker.party, code="X-9")
    page = inspect(clerk, draft)
    assert "Bought now from Boltworks, 9 days" in page
    assert f"Moved now from {Site.objects.get(pk=shop.world.sites[1]).code}" in page


def test_a_site_that_has_too_little_is_dated_by_what_comes_or_left_out(shop, clerk, draft):
    other = shop.world.sites[1]
    SiteStock.objects.filter(item=shop.world.items[0], site=other).update(reserved=999_991)
    assert sites(inspect(clerk, draft)) == []
    due = local_day() + timedelta(days=40)
    Supply.objects.create(item_id=shop.world.items[0], site_id=other, document="PO-1", expected=5, due_on=due)
    page = inspect(clerk, draft)
    assert sites(page) == [other] and f"{due.day} {due:%b}" in page


def test_only_a_late_line_asks_and_no_more_for_many_sites(shop, clerk):
    public_id = started(clerk, shop)
    paste(clerk, public_id, [["P0", "10"], ["P0", "1"]])
    inspect(clerk, public_id)
    with count_statements() as few:
        inspect(clerk, public_id)
    with count_statements() as in_time:
        inspect(clerk, public_id, 2)
    company = Site.objects.get(pk=shop.world.sites[0]).company
    for _ in range(5):
        SiteStock.objects.create(
            item_id=shop.world.items[0], site=make.site(company=company), on_hand=50, available=50
        )
    with count_statements() as many:
        inspect(clerk, public_id)
    assert many.statements == few.statements <= in_time.statements + 14


def test_what_only_the_calendar_keeps_has_its_day_and_no_alternative_that_is_not_sooner(shop, clerk):
    Site.objects.filter(pk__in=shop.world.sites).update(ship_days=5)
    stands_in(shop, 0, 1)
    public_id = started(clerk, shop)
    rows = paste(clerk, public_id, [["P0", "3"]]).content.decode()
    assert "4 free, " in rows
    page = inspect(clerk, public_id)
    assert sites(page) == [] and "From elsewhere" not in page and "Instead" not in page
