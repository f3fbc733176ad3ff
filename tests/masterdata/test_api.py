"""Master data over REST: scope, cost by right, once per key, both values on a stale version."""

import pytest
from rest_framework.test import APIClient

from masterdata.models import Customer, Item
from tests import factories as make

pytestmark = pytest.mark.django_db


def client_of(*roles, scope="*"):
    client = APIClient(SERVER_NAME="localhost")
    client.force_authenticate(make.user(*roles, scope=scope))
    return client


def test_items_are_found_by_any_number_and_show_cost_only_to_those_who_may_know():
    item = make.item(code="FAH-1", gtin="4006381333931")
    make.item()
    shown = client_of("finance").get("/api/v1/items/", {"number": "4006381333931"}).json()["results"]
    assert [(row["id"], row["standard_cost"]) for row in shown] == [(item.pk, "6.000000")]
    assert "standard_cost" not in client_of("customer_service").get(f"/api/v1/items/{item.pk}/").json()


def test_an_item_is_created_with_a_key_and_refused_with_a_path():
    make.unit("EA")
    make.item_class(code="FAS", required_attributes=["thread"])
    steward = client_of("data_steward")
    body = {"code": "FAH-9", "name": "Hex bolt", "item_class": "FAS", "stock_unit": "EA"}
    assert steward.post("/api/v1/items/", body, format="json").json()["detail"].startswith("Idempotency-Key")
    missing = steward.post("/api/v1/items/", body, format="json", HTTP_IDEMPOTENCY_KEY="a").json()
    assert missing["code"] == "masterdata.missing_attributes"
    body["attributes"] = {"thread": "M8"}
    made = steward.post("/api/v1/items/", body, format="json", HTTP_IDEMPOTENCY_KEY="b")
    assert (made.status_code, made.json()["code"], made.json()["attributes"]) == (
        201,
        "FAH-9",
        {"thread": "M8"},
    )
    unknown = steward.post(
        "/api/v1/items/", {**body, "colour": "red"}, format="json", HTTP_IDEMPOTENCY_KEY="c"
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "colour")


def test_a_stale_version_answers_409_with_both_values():
    item = make.item(name="Theirs", version=2)
    answer = client_of("data_steward").patch(
        f"/api/v1/items/{item.pk}/", {"version": 1, "name": "Mine"}, format="json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "kernel.stale_version")
    assert answer.json()["context"]["changes"] == [{"label": "Name", "mine": "Mine", "theirs": "Theirs"}]
    assert Item.objects.get().name == "Theirs"


def test_customers_are_of_the_caller_s_companies_only():
    ours, theirs = make.customer(company=make.company()), make.customer(company=make.company())
    client = client_of("data_steward", scope=f"company:{ours.company_id}")
    assert [row["id"] for row in client.get("/api/v1/customers/").json()["results"]] == [ours.pk]
    assert client.get(f"/api/v1/customers/{theirs.pk}/").status_code == 404
    changed = client.patch(f"/api/v1/customers/{theirs.pk}/", {"version": 1, "name": "Mine"}, format="json")
    assert changed.status_code == 404
    body = {
        "company": theirs.company.code,
        "name": "X",
        "country": "BE",
        "group": ours.group.code,
        "terms": "N30",
    }
    refused = client.post("/api/v1/customers/", body, format="json", HTTP_IDEMPOTENCY_KEY="a")
    assert refused.status_code == 404
    made = client.post(
        "/api/v1/customers/", {**body, "company": ours.company.code}, format="json", HTTP_IDEMPOTENCY_KEY="b"
    )
    assert (made.status_code, Customer.objects.filter(company=ours.company).count()) == (201, 2)


def test_sites_and_prices_are_read_in_scope():
    price = make.price(12, scope=make.price_scope(company=make.company()))
    make.price(13, scope=make.price_scope(company=make.company()), item=price.item)
    site = make.site(company=price.scope.company)
    make.site(company=make.company())
    client = client_of("customer_service", scope=f"company:{price.scope.company_id}")
    assert [row["code"] for row in client.get("/api/v1/sites/").json()["results"]] == [site.code]
    prices = client.get("/api/v1/prices/", {"item": price.item.code, "on": "2026-01-01"}).json()["results"]
    assert [(row["value"], row["item"], row["unit"]) for row in prices] == [
        ("12.000000", price.item.code, "EA")
    ]
    assert client_of("warehouse").get("/api/v1/prices/").status_code == 403


@pytest.mark.parametrize(
    ("name", "body", "change", "taken"),
    [
        (
            "item-classes",
            {"code": "FAS", "name": "Fasteners", "required_attributes": ["Thread"]},
            {"required_attributes": ["Thread", "Coating"]},
            "masterdata.item_class_code_taken",
        ),
        (
            "units",
            {"code": "KGM", "name": "Kilogram", "decimals": 3},
            {"name": "Kilo"},
            "masterdata.unit_taken",
        ),
        (
            "customer-groups",
            {"code": "KEY", "name": "Key accounts", "priority": 1},
            {"priority": 2},
            "masterdata.customer_group_taken",
        ),
        (
            "payment-terms",
            {"code": "N14", "name": "14 days", "days": 14},
            {"days": 10},
            "masterdata.payment_terms_taken",
        ),
    ],
)
def test_setup_masters_are_created_once_and_changed_on_their_version(name, body, change, taken):
    steward, there = client_of("data_steward"), f"/api/v1/{name}/"
    made = steward.post(there, body, format="json", HTTP_IDEMPOTENCY_KEY="a")
    assert (made.status_code, made.json()["version"]) == (201, 1)
    again = steward.post(there, body, format="json", HTTP_IDEMPOTENCY_KEY="b")
    assert (again.status_code, again.json()["code"]) == (409, taken)
    row = f"{there}{made.json().get('id', made.json()['code'])}/"
    changed = steward.patch(row, {"version": 1, **change}, format="json").json()
    assert changed["version"] == 2
    stale = steward.patch(row, {"version": 1, "name": "Mine"}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "kernel.stale_version")
    assert [each["mine"] for each in stale.json()["context"]["changes"]] == ["Mine"]
    assert steward.get(there).json()["results"] == [changed]
    reader = client_of("customer_service")
    assert reader.get(row).json() == changed
    assert reader.patch(row, {"version": 2, **change}, format="json").status_code == 403
    assert reader.post(there, body, format="json", HTTP_IDEMPOTENCY_KEY="c").status_code == 403


def test_a_class_names_its_parent_by_code():
    make.item_class(code="TOP")
    steward = client_of("data_steward")
    body = {"code": "LEAF", "name": "Leaf", "parent": "TOP"}
    made = steward.post("/api/v1/item-classes/", body, format="json", HTTP_IDEMPOTENCY_KEY="a").json()
    assert made["parent"] == "TOP"
    moved = steward.patch(
        f"/api/v1/item-classes/{made['id']}/", {"version": 1, "parent": None}, format="json"
    )
    assert moved.json()["parent"] is None


def test_holidays_are_read_in_scope():
    ours, theirs = make.holiday(site=make.site()), make.holiday(site=make.site())
    client = client_of("warehouse", scope=f"site:{ours.site_id}")
    asked = {"on_from": "2026-12-25", "on_to": "2026-12-25"}
    rows = client.get("/api/v1/holidays/", asked).json()["results"]
    assert [(row["id"], row["on"]) for row in rows] == [(ours.pk, "2026-12-25")]
    assert client.get(f"/api/v1/holidays/{theirs.pk}/").status_code == 404
    assert client.get("/api/v1/holidays/", {"on_from": "2026-12-26"}).json()["results"] == []
