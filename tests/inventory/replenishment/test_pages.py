"""Pages and REST of planning: in a fixed number of statements, in the reader's scope (PU02, PU03)."""

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.models import Job
from inventory.models import DemandForecast, PurchaseOrder, ReplenishmentProposal, StockingPolicy
from inventory.replenishment.actions.start_planning import RUN
from tests.factories import user
from tests.inventory.replenishment.stocked import Stocked, steady

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Stocked:
    found = steady(items=3)
    found.plan()
    return found


@pytest.fixture
def planner() -> Client:
    client = Client()
    client.force_login(user("procurement"))
    return client


def test_pages_open_in_a_fixed_number_of_statements(made, planner, django_assert_max_num_queries):
    proposal, forecast = ReplenishmentProposal.objects.first(), DemandForecast.objects.first()
    for name, args in (
        ("replenishment_list", []), ("replenishment", [proposal.pk]), ("forecast_list", []),
        ("forecast", [forecast.pk]), ("stocking_policy_list", []), ("stocking_policy_new", []),
    ):  # fmt: skip
        address = reverse(f"inventory:{name}", args=args)
        planner.get(address)
        with django_assert_max_num_queries(16):
            assert planner.get(address).status_code == 200, name
    text = planner.get(reverse("inventory:replenishment", args=[proposal.pk])).content.decode()
    for words in (
        "Expected in 10 days",
        "Ordered at",
        "Position",
        "whole orders of 72",
        "Average of 12 months",
    ):
        assert words in text
    assert "PART-0" in planner.get(reverse("masterdata:item", args=[made.items[0].pk])).content.decode()


def test_edited_ordered_and_dismissed_in_the_browser(made, planner):
    first, second, third = ReplenishmentProposal.objects.order_by("pk")
    page = reverse("inventory:replenishment", args=[first.pk])
    given = {"key": "k1", "version": first.version, "quantity": "90", "note": "Fair next month"}
    assert planner.post(page, given)["Location"] == page
    stale = planner.post(page, {**given, "key": "k2", "quantity": "10"})
    assert (stale.status_code, stale["X-Stale"]) == (409, "1")
    answer = planner.post(reverse("inventory:replenishment_approve", args=[first.pk]), {"key": "k3"})
    order = PurchaseOrder.objects.get()
    assert answer["Location"] == reverse("inventory:purchase_order", args=[order.pk])
    assert order.lines.get().quantity == 90
    again = planner.post(reverse("inventory:replenishment_approve", args=[first.pk]), {"key": "k4"})
    assert (again.status_code, "ordered" in again.content.decode()) == (422, True)
    dismiss = reverse("inventory:replenishment_dismiss", args=[second.pk])
    assert planner.post(dismiss, {"key": "k5", "reason": " "}).status_code == 422
    planner.post(dismiss, {"key": "k6", "reason": "Sale ends"})
    second.refresh_from_db()
    assert (second.state, second.decision_note) == ("dismissed", "Sale ends")
    bulk = {"action": "approve", "id": [str(third.pk)]}
    planner.post(reverse("inventory:replenishment_list"), bulk)
    assert PurchaseOrder.objects.count() == 2
    planner.post(reverse("inventory:replenishment_plan"))
    assert Job.objects.get(kind=RUN).params == {"company_id": made.company.pk}


def test_a_policy_by_form(made, planner):
    page = reverse("inventory:stocking_policy_new")
    given = {
        "company": made.company.pk, "item": "PART-0", "stocking": "stocked", "method": "min_max", "minimum": "10",
        "maximum": "40", "reason": "Fast mover",
    }  # fmt: skip
    assert planner.post(page, {**given, "maximum": "4"}).status_code == 422
    assert planner.post(page, given)["Location"] == reverse("inventory:stocking_policy_list")
    found = StockingPolicy.objects.get()
    change = {"version": "1", "stocking": "non_stock", "reason": "Gone"}
    planner.post(reverse("inventory:stocking_policy", args=[found.pk]), change)
    found.refresh_from_db()
    assert (found.stocking, found.minimum, found.version) == ("non_stock", None, 2)


def test_programs_edit_and_order(made):
    caller = APIClient()
    caller.force_authenticate(user("procurement", scope=f"site:{made.hub.pk}"))

    def post(address, body, key):
        return caller.post(address, body, format="json", headers={"Idempotency-Key": key})

    listed = caller.get(reverse("api-replenishment-list"), {"site": "HUB"}).json()["results"]
    assert {(row["item"], row["position"], row["need"]) for row in listed} == {
        (f"PART-{place}", "20.000000", "72.000000") for place in range(3)
    }
    first = reverse("api-replenishment-detail", args=[listed[0]["id"]])
    edited = post(f"{first}edit/", {"version": listed[0]["version"], "quantity": "80"}, "e1").json()
    assert (edited["quantity"], edited["edited_quantity"], edited["value"]) == (
        "72.000000",
        "80.000000",
        "160.00",
    )
    stale = post(f"{first}edit/", {"version": listed[0]["version"], "quantity": "81"}, "e2")
    assert (stale.status_code, stale.json()["code"]) == (409, "kernel.stale_version")
    decided = post(
        reverse("api-replenishment-approve-many"), {"proposals": [row["id"] for row in listed]}, "a1"
    )
    assert (decided.json()["decided"], len(decided.json()["purchase_orders"])) == (3, 1)
    (forecast, *_rest) = caller.get(reverse("api-forecast-list")).json()["results"]
    assert (forecast["monthly"], forecast["history"]["values"][0]) == ("73.000000", "73")
    body = {
        "company": made.company.code,
        "site": "HUB",
        "item": "PART-0",
        "stocking": "order_only",
        "reason": "So",
    }
    assert post(reverse("api-stocking-policy-list"), body, "p1").status_code == 201


def test_who_works_elsewhere_sees_nothing(made):
    client = Client()
    client.force_login(user("procurement", scope=f"site:{made.shop.pk}"))
    proposal, forecast = ReplenishmentProposal.objects.first(), DemandForecast.objects.first()
    assert client.get(reverse("inventory:replenishment", args=[proposal.pk])).status_code == 404
    assert client.get(reverse("inventory:forecast", args=[forecast.pk])).status_code == 404
    assert "PART-0" not in client.get(reverse("inventory:replenishment_list")).content.decode()
