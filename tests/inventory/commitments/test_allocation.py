"""Quotas and policies as orders, receipts and racing clients meet them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from inventory.commitments import allocation_lists, lists
from inventory.commitments.actions.end_quotas import end_quotas
from inventory.commitments.actions.set_allocation_policy import set_allocation_policy
from inventory.commitments.actions.set_quota import set_quota
from inventory.commitments.errors import PolicyTaken, QuotaOpen
from inventory.commitments.explain import explain_promises
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import AllocationPolicy, AllocationQuota, Demand, SiteStock
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from masterdata.models import Bin, Company, Customer, CustomerGroup, Item, Site
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest
from tests.factories import actor, company, customer_group, local_day, site, supplier, user
from tests.support import count_statements, in_turn, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    """Ten of the first item are free; the second customer is of a class of its own."""
    made = trade()
    SiteStock.objects.filter(item=made.world.items[0], site=made.world.sites[0]).update(reserved=999_990)
    Customer.objects.filter(pk=made.world.customers[1]).update(group=customer_group(code="KEY", name="Key"))
    return made


def wants(shop: Trade, quantity: int, customer: int = 0, **changes: object) -> Demand:
    submitted = shop.submit(
        [LineRequest(shop.world.items[0], Decimal(quantity))],
        customer_id=shop.world.customers[customer],
        **changes,
    )
    return Demand.objects.get(line_demand__line__order=submitted.order_id)


def keep(shop: Trade, quantity: int, **changes: object) -> int:
    asked = {
        "site_id": shop.world.sites[0],
        "item_id": shop.world.items[0],
        "customer_class_id": CustomerGroup.objects.get(code="KEY").pk,
        "quantity": Decimal(quantity),
        "expires_on": local_day() + timedelta(days=30),
        "reason": "year-end campaign",
    }
    return set_quota(shop.by(), **{**asked, **changes}).quota_id


def test_a_quota_keeps_stock_from_others_and_its_class_uses_it_up(shop):
    keep(shop, 6)
    assert wants(shop, 10).reserved == 4
    assert wants(shop, 4, customer=1).reserved == 4
    # two are still kept, though the first order waits
    assert wants(shop, 1).reserved == 0
    assert wants(shop, 5, customer=1).reserved == 2
    assert SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0]).reserved == 1_000_000


def test_an_ended_or_expired_quota_keeps_nothing(shop):
    quota = keep(shop, 6)
    assert end_quotas(shop.by(), quota_ids=[quota], reason="campaign over").quota_ids == [quota]
    assert end_quotas(shop.by(), quota_ids=[quota], reason="again").quota_ids == []
    assert wants(shop, 3).reserved == 3
    expired = keep(shop, 6)
    AllocationQuota.objects.filter(pk=expired).update(expires_on=local_day())
    assert wants(shop, 5).reserved == 5
    assert keep(shop, 1) != expired  # an expired one makes room


def test_refusals_change_nothing(shop):
    keep(shop, 6)
    with pytest.raises(QuotaOpen):
        keep(shop, 1)
    for changes in ({"quantity": Decimal(0)}, {"expires_on": local_day()}, {"reason": " "}):
        with pytest.raises(BadInput):
            keep(shop, **{"quantity": 1, **changes})
    with pytest.raises(NotPermitted):
        set_quota(
            By(actor("customer_service")),
            site_id=shop.world.sites[0],
            item_id=shop.world.items[1],
            customer_class_id=CustomerGroup.objects.get(code="KEY").pk,
            quantity=Decimal(1),
            expires_on=date(2099, 1, 1),
            reason="x",
        )
    assert AllocationQuota.objects.count() == 1


def test_without_a_quota_nothing_is_asked_and_with_one_a_single_statement(shop):
    shop.submit(5)
    with count_statements() as before:
        shop.submit(5)
    keep(shop, 1)
    shop.submit(5)
    with count_statements() as after:
        shop.submit(5)
    assert after.statements == before.statements + 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_racing_clients_never_take_what_is_kept(shop):
    keep(shop, 6)
    results = run_concurrently(lambda n: wants(shop, 1, customer=n % 2), range(24))
    assert [result for result in results if isinstance(result, Exception)] == []
    key = Customer.objects.get(pk=shop.world.customers[1]).party_id
    kept = Demand.objects.filter(group__party=key, reserved=1).count()
    assert kept >= 6
    assert Demand.objects.filter(reserved=1).count() == 10


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_same_is_kept_once_and_the_second_is_told_what(shop):
    first, second = in_turn(lambda: keep(shop, 6), lambda: keep(shop, 2))
    assert AllocationQuota.objects.get().pk == first
    assert isinstance(second, QuotaOpen)
    item = Item.objects.get(pk=shop.world.items[0]).code
    site = Site.objects.get(pk=shop.world.sites[0]).code
    assert str(second) == f"{item} is already kept for Key at {site}. End that quota first."


def test_why_costs_as_much_for_one_line_as_for_many(shop):
    keep(shop, 6)
    counts = []
    for lines in (1, 10):
        submitted = shop.submit(lines)
        demands = list(Demand.objects.filter(group__order=submitted.order_id))
        with count_statements() as counted:
            found = explain_promises(demands)
        assert all(reason.sentence for reason in found.values()) and len(found) == lines
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 5


def policy(shop: Trade, **changes: object) -> int:
    asked = {
        "company_id": shop.world.company_id,
        "priority": 5,
        "method": "turn",
        "stance": "redistribute",
        "valid_from": local_day(),
        "reason": "board of November",
    }
    return set_allocation_policy(shop.by(), **{**asked, **changes}).policy_id


def test_a_policy_is_a_version_and_the_most_specific_counts(shop):
    key = CustomerGroup.objects.get(code="KEY").pk
    first = policy(shop, priority=9)
    policy(shop, priority=1, customer_class_id=key)
    later = policy(shop, priority=8, valid_from=local_day() + timedelta(days=3))
    rows = dict(AllocationPolicy.objects.filter(customer_class=None).values_list("pk", "valid_to"))
    assert rows == {first: local_day() + timedelta(days=3), later: None}
    with pytest.raises(BadInput):
        policy(shop, valid_from=local_day() - timedelta(days=1))


def arrival(shop: Trade, quantity: int) -> None:
    ordered = create_purchase_order(
        shop.by(),
        supplier_id=supplier(company=Company.objects.get(pk=shop.world.company_id)).pk,
        site_id=shop.world.sites[0],
        lines=[PurchaseLine(shop.world.items[0], Decimal(quantity), "EA", Decimal(2))],
        due_on=date(2027, 2, 2),
    )
    bin_id = Bin.objects.filter(site=shop.world.sites[0]).first().pk
    post_receipt(
        shop.by(),
        purchase_order_id=ordered.purchase_order_id,
        lines=[ReceiptLineRequest(ordered.supply_ids[0], Decimal(quantity), bin_id)],
    )


def test_an_arrival_is_shared_by_policy_not_by_who_clicked_first(shop):
    wants(shop, 10)
    first, key = wants(shop, 8), wants(shop, 8, customer=1)
    policy(shop, priority=1, customer_class_id=CustomerGroup.objects.get(code="KEY").pk)
    arrival(shop, 10)
    first.refresh_from_db()
    key.refresh_from_db()
    assert (first.reserved, key.reserved) == (2, 8)


def test_an_arrival_is_shared_fairly(shop):
    wants(shop, 10)
    first, second = wants(shop, 30), wants(shop, 10, customer=1)
    policy(shop, method="fair")
    arrival(shop, 20)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.reserved, second.reserved) == (15, 5)


def test_pages(shop):
    keep(shop, 6)
    policy(shop)
    wants(shop, 20)
    client = Client()
    client.force_login(user("process_owner", "data_steward"))
    for name in ("allocation_list", "allocation_new", "quota_list", "quota_new"):
        assert client.get(reverse(f"inventory:{name}")).status_code == 200
    item = client.get(reverse("masterdata:item", args=[shop.world.items[0]]))
    assert "May be promised" in item.content.decode()
    assert "6 are kept for Key" in item.content.decode()
    wrong = client.post(reverse("inventory:quota_new"), {"item": "nothing"})
    assert wrong.status_code == 422
    made = client.post(
        reverse("inventory:allocation_new"),
        {
            "company": shop.world.company_id,
            "priority": "2",
            "method": "fair",
            "stance": "gain",
            "valid_from": "+3",
            "reason": "agreed",
        },
    )
    assert made.status_code == 302, made.content.decode()[-2000:]
    assert AllocationPolicy.objects.filter(priority=2, method="fair", stance="gain").count() == 1


def test_a_policy_names_rows_that_exist_and_values_that_mean_something(shop):
    elsewhere = site(company=company())
    for changes in (
        {"site_id": elsewhere.pk}, {"site_id": 0}, {"customer_class_id": 0}, {"item_class_id": 0},
    ):  # fmt: skip
        with pytest.raises(NotFound):
            policy(shop, **changes)
    for changes in ({"method": "lottery"}, {"stance": "sit"}, {"priority": 0}, {"reason": " "}):
        with pytest.raises(BadInput):
            policy(shop, **changes)
    assert not AllocationPolicy.objects.exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_the_same_policy_the_second_is_told(shop):
    first, second = in_turn(lambda: policy(shop, priority=1), lambda: policy(shop, priority=2))
    assert AllocationPolicy.objects.get().pk == first
    assert isinstance(second, PolicyTaken)


def test_the_day_is_the_site_s_and_the_company_s(shop):
    """At 20:00 UTC on the first it is the second in Auckland."""
    at = datetime(2026, 12, 1, 20, tzinfo=UTC)
    second = date(2026, 12, 2)
    Site.objects.filter(pk=shop.world.sites[0]).update(time_zone="Pacific/Auckland")
    Company.objects.filter(pk=shop.world.company_id).update(time_zone="Pacific/Auckland")
    quota = {
        "site_id": shop.world.sites[0], "item_id": shop.world.items[0], "quantity": Decimal(6), "reason": "x",
        "customer_class_id": CustomerGroup.objects.get(code="KEY").pk,
    }  # fmt: skip
    with pytest.raises(BadInput):
        set_quota(shop.by(at=at), expires_on=second, **quota)
    set_quota(shop.by(at=at), expires_on=date(2026, 12, 3), **quota)
    asked = shop.request([LineRequest(shop.world.items[0], Decimal(5))])
    submit_order(shop.by(at=at), request=asked)
    assert Demand.objects.get().reserved == 4
    AllocationQuota.objects.update(expires_on=second)
    submit_order(shop.by(at=at), request=asked)
    assert Demand.objects.latest("pk").reserved == 5
    terms = {
        "company_id": shop.world.company_id, "priority": 5, "method": "turn", "stance": "gain", "reason": "x",
    }  # fmt: skip
    with pytest.raises(BadInput):
        set_allocation_policy(shop.by(at=at), valid_from=date(2026, 12, 1), **terms)
    set_allocation_policy(shop.by(at=at), valid_from=second, **terms)
    assert AllocationPolicy.objects.get().valid_from == second


def test_the_lists_tell_what_holds_by_the_day_there(shop, monkeypatch):
    """At 20:00 UTC on the first it is the second in Auckland, where the quota's day has come and the policy's too."""
    at, second = datetime(2026, 12, 1, 20, tzinfo=UTC), date(2026, 12, 2)
    site = Site.objects.get(pk=shop.world.sites[0])
    item_id, group = shop.world.items[0], CustomerGroup.objects.get(code="KEY")
    AllocationQuota.objects.create(
        site=site, item_id=item_id, customer_class=group, quantity=6, starts_at=at, expires_on=second,
        reason="x", set_by="x",
    )  # fmt: skip
    AllocationPolicy.objects.create(
        company_id=shop.world.company_id, priority=5, valid_from=second, reason="x", set_by="x"
    )
    wants(shop, 5)
    Demand.objects.update(requested_on=date(2026, 12, 1))
    for module in (allocation_lists, lists):
        monkeypatch.setattr(module, "now", lambda: at)

    def told() -> list[int]:
        found = (
            AllocationQuota.objects.filter(allocation_lists.keeping(None)),
            AllocationPolicy.objects.filter(allocation_lists.holding(None)),
            Demand.objects.filter(lists.overdue(None)),
        )
        return [rows.count() for rows in found]

    assert told() == [1, 0, 0]
    Site.objects.update(time_zone="Pacific/Auckland")
    Company.objects.update(time_zone="Pacific/Auckland")
    assert told() == [0, 1, 1]
    Site.objects.update(time_zone="America/Los_Angeles")
    Demand.objects.update(requested_on=date(2026, 11, 30))
    assert told() == [1, 1, 1]  # the company's books are still kept in Auckland
