"""Where a whole order could come from: every site alone and the best split, each with its day and its carriage."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.models import User
from inventory.models import Demand, SiteStock
from masterdata.models import Company, Item, Site
from masterdata.policies import snapshot
from orders.desk.alternatives import Alternative, Part, ranked
from orders.desk.policies import SOURCING
from orders.models import OrderDraft, SalesOrder
from tests import factories as make
from tests.orders.desk.test_paste import HTMX, paste, started
from tests.orders.substitutes import left
from tests.support import count_statements
from tests.trade import Trade, trade

MON, TUE, WED = (date(2026, 11, day) for day in (23, 24, 25))


def way(*codes: str, on: date | None = MON, carriage: int | None = 10, near: bool = False) -> Alternative:
    parts = tuple(Part(ord(code), code, code, (place,)) for place, code in enumerate(codes))
    return Alternative(parts, on, 0, None if carriage is None else Decimal(carriage), near)


OWN, OTHER, SPLIT = way("A", on=WED), way("B", on=TUE, near=True), way("A", "C", on=MON, carriage=16)


@pytest.mark.parametrize(
    ("rule", "wanted_on", "order"),
    [
        ("soonest", MON, [SPLIT, OTHER, OWN]),
        ("soonest", TUE, [OTHER, SPLIT, OWN]),  # earlier than asked earns nothing, and costs 6 more
        ("soonest", WED, [OWN, OTHER, SPLIT]),  # all in time: whole, and from its own site
        ("nearest", MON, [OTHER, SPLIT, OWN]),
        ("cost", MON, [OTHER, OWN, SPLIT]),
    ],
)
def test_the_rule_recommends(rule, wanted_on, order):
    assert ranked([OWN, OTHER, SPLIT], rule, own=ord("A"), wanted_on=wanted_on) == order


def test_what_is_not_known_comes_last():
    undated, untold = way("B", on=None), way("C", carriage=None)
    assert ranked([undated, untold, OWN], "soonest", own=ord("A"), wanted_on=MON) == [untold, OWN, undated]
    assert ranked([undated, untold, OWN], "cost", own=ord("A"), wanted_on=MON) == [OWN, undated, untold]


WAYS = st.builds(
    way,
    st.sampled_from("ABCD"),
    on=st.none() | st.sampled_from([MON, TUE, WED]),
    carriage=st.none() | st.integers(0, 3),
    near=st.booleans(),
)


@given(
    st.lists(WAYS, unique_by=lambda one: one.parts), st.sampled_from(["soonest", "nearest", "cost", "own"])
)
def test_ranking_loses_nothing_and_does_not_depend_on_the_order(ways, rule):
    first = ranked(ways, rule, own=ord("A"), wanted_on=TUE)
    assert sorted(map(repr, first)) == sorted(map(repr, ways))
    assert ranked(reversed(first), rule, own=ord("A"), wanted_on=TUE) == first


# The page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def shop() -> Trade:
    """Two kilograms each; of the first item none is left at home, of the second all is gone at the other site."""
    made = trade()
    Item.objects.update(weight_kg=Decimal(2))
    left(made, 0, 0)
    SiteStock.objects.filter(site=made.world.sites[1], item=made.world.items[1]).update(reserved=1_000_000)
    make.freight_tariff(company=Company.objects.get(pk=made.world.company_id))
    return made


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


@pytest.fixture
def draft(shop: Trade, clerk: Client) -> str:
    public_id = started(clerk, shop)
    paste(clerk, public_id, [["P0", "10"], ["P1", "5"]])
    return public_id


def take(clerk: Client, draft: str, *parts: str, version: int) -> HttpResponse:
    return clerk.post(reverse("orders:draft_sources", args=[draft]), {"part": parts, "version": version})


def compared(clerk: Client, draft: str) -> str:
    return clerk.get(reverse("orders:draft_sources", args=[draft])).content.decode()


@pytest.mark.django_db
def test_a_late_order_is_compared_and_moved_as_a_whole(shop, clerk, draft):
    SiteStock.objects.filter(site=shop.world.sites[1]).update(reserved=0)
    desk = clerk.get(reverse("orders:draft", args=[draft])).content.decode()
    assert reverse("orders:draft_sources", args=[draft]) in desk
    page = compared(clerk, draft)
    other = Site.objects.get(pk=shop.world.sites[1])
    assert page.count("25.00") == 2  # 30 kg from either site: 10.00 and 0.50 for each
    version = OrderDraft.objects.get().version
    whole = f"{other.pk}:1,2"
    assert f'name="part" value="{whole}"' in page
    answer = take(clerk, draft, whole, version=version)
    assert answer.status_code == 302
    submit = {"version": version + 1}
    assert clerk.post(reverse("orders:draft_submit", args=[draft]), submit).status_code == 302
    assert SalesOrder.objects.get().site_id == other.pk
    assert set(Demand.objects.values_list("site", "reserved")) == {(other.pk, 10), (other.pk, 5)}


@pytest.mark.django_db
def test_a_split_is_shown_with_its_cost(shop, clerk, draft):
    page = compared(clerk, draft)
    assert "Take this split" in page
    assert page.index("line 2") < page.index(
        "line 1"
    )  # the second stays at home, the first comes from elsewhere
    assert "25.00" in page and "35.00" in page  # 30 kg in one; 10 kg and 20 kg apart: 15.00 and 20.00
    assert page.index("35.00") < page.index("25.00")  # the only way in time is recommended
    values = {(SOURCING.key, "*"): [(make.LONG_AGO, None, "cost")]}
    snapshot.assume(snapshot.Snapshot(values=values))
    page = compared(clerk, draft)
    assert page.index("25.00") < page.index("35.00")
    values = {(SOURCING.key, "*"): [(make.LONG_AGO, None, "own")]}
    snapshot.assume(snapshot.Snapshot(values=values))
    page = compared(clerk, draft)
    assert "35.00" not in page and 'name="part"' not in page


@pytest.mark.django_db
def test_a_split_is_taken_in_one_click_kept_and_given_up(shop, clerk, draft):
    home, other = Site.objects.filter(pk__in=shop.world.sites).order_by("pk")
    split = (f"{home.pk}:2", f"{other.pk}:1")
    page = compared(clerk, draft)
    assert all(f'name="part" value="{part}"' in page for part in split)
    version = OrderDraft.objects.get().version
    assert take(clerk, draft, *split, version=version).status_code == 302
    desk = clerk.get(reverse("orders:draft", args=[draft])).content.decode()
    assert f"from {other.code}" in desk and f"from {home.code}" not in desk
    assert (
        reverse("orders:draft_sources", args=[draft]) in desk
    )  # not late any more, and still to be given up
    assert compared(clerk, draft).count("This order") == 1
    line = {"item": "P0", "pk": shop.world.items[0], "qty": "12", "version": version + 1}
    assert clerk.post(reverse("orders:draft_line", args=[draft, 1]), line, **HTMX).status_code == 200
    assert [each["site_id"] for each in OrderDraft.objects.get().lines] == [other.pk, None]
    assert take(clerk, draft, f"{home.pk}:1,2", version=version + 2).status_code == 302
    assert [each["site_id"] for each in OrderDraft.objects.get().lines] == [None, None]
    assert take(clerk, draft, *split, version=version + 3).status_code == 302
    submit = {"version": version + 4}
    assert clerk.post(reverse("orders:draft_submit", args=[draft]), submit).status_code == 302
    order = SalesOrder.objects.get()
    assert order.site_id == home.pk
    found = Demand.objects.order_by("pk").values_list("site", "group__document", "reserved")
    assert list(found) == [(other.pk, order.number, 12), (home.pk, order.number, 5)]
    shown = clerk.get(reverse("orders:order", args=[order.number])).content.decode()
    assert f"{home.name}, {other.name}" in shown and f"from {other.code}" in shown


@pytest.mark.django_db
def test_a_way_over_a_site_of_others_is_refused(shop, clerk, draft):
    stranger = make.site(company=make.company())
    version = OrderDraft.objects.get().version
    for parts in ((f"{stranger.pk}:1,2",), ("9" * 5000 + ":1",), ()):
        assert take(clerk, draft, *parts, version=version).status_code == 400
    assert OrderDraft.objects.get().version == version


@pytest.mark.django_db
def test_statements_do_not_depend_on_lines(shop, clerk):
    counts = {}
    for number, rows in ((1, 1), (2, 2), (3, 60)):
        public_id = started(clerk, shop, number)
        paste(clerk, public_id, [[f"P{n % 12}", "2"] for n in range(rows)])
        compared(clerk, public_id)
        with count_statements() as counted:
            compared(clerk, public_id)
        counts[rows] = counted.statements
    assert counts[2] == counts[60] >= counts[1]


@pytest.mark.django_db
def test_who_may_not_order_compares_nothing(shop, clerk, draft):
    stranger = Client()
    stranger.force_login(make.user("customer_service", scope="company:999999"))
    assert stranger.get(reverse("orders:draft_sources", args=[draft])).status_code == 404
    looker = Client()
    looker.force_login(make.user("warehouse"))
    assert looker.get(reverse("orders:draft_sources", args=[draft])).status_code == 403
