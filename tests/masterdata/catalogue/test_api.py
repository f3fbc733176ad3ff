"""Suppliers' catalogues for programs (OC13)."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from erp.kernel.jobs import run_job
from erp.kernel.models import Job
from masterdata.models import CatalogueItem, Item, Promotion, Supplier
from tests import factories

pytestmark = pytest.mark.django_db
ROW = {"code": "W-1", "name": "Widget", "unit": "ea", "cost": "2.5", "lead_time_days": 9}


@pytest.fixture
def supplier() -> Supplier:
    factories.unit()
    return factories.supplier(party=factories.party(code="MAKER", name="Maker"))


def program(*roles: str, **scope: str) -> APIClient:
    made = APIClient()
    made.force_authenticate(factories.user(*roles, **scope))
    return made


def post(api: APIClient, path: str, body: dict[str, Any], key: str) -> Any:
    return api.post(f"/api/v1/{path}/", body, format="json", headers={"Idempotency-Key": key})


def take(api: APIClient, *rows: dict[str, Any], key: str = "a", supplier: str = "maker") -> Any:
    return post(api, "catalogue-loads", {"supplier": supplier, "rows": list(rows)}, key)


@pytest.mark.django_db(transaction=True)
def test_a_list_is_taken_by_a_job_that_can_be_followed(supplier):
    item = factories.item(code="OURS")
    api = program("procurement")
    sent = take(api, {**ROW, "item": "ours"}, {**ROW, "code": "W-2", "returnable": False, "rank": 3})
    assert sent.status_code == 202, sent.content
    assert (sent.json()["state"], CatalogueItem.objects.count()) == ("queued", 0)
    assert (
        take(api, {**ROW, "item": "ours"}, {**ROW, "code": "W-2", "returnable": False, "rank": 3}).json()[
            "id"
        ]
        == sent.json()["id"]
    )
    run_job(Job.objects.get().pk)
    followed = api.get(sent["Location"]).json()
    assert (followed["state"], followed["total"], followed["done"]) == ("done", 2, 2)
    assert followed["message"] == "2 new, 0 changed, 0 as they were"
    found = CatalogueItem.objects.order_by("code").values_list("code", "unit", "cost", "rank", "item")
    assert list(found) == [("W-1", "EA", Decimal("2.5"), 1, item.pk), ("W-2", "EA", Decimal("2.5"), 3, None)]
    assert program("procurement").get(sent["Location"]).status_code == 404


def test_a_bad_list_is_refused_at_once(supplier):
    api = program("procurement")
    for rows, status, code in (
        ([{**ROW, "unit": "XX"}], 422, "masterdata.catalogue_refused"),
        ([ROW, {**ROW, "code": "w-1"}], 422, "masterdata.catalogue_refused"),
        ([{**ROW, "item": "nobody"}], 404, "kernel.not_found"),
        ([{**ROW, "rank": 0}], 400, None),
        ([], 400, None),
    ):
        answer = take(api, *rows, key=f"{rows}"[:100].replace(" ", ""))
        assert answer.status_code == status, answer.content
        assert code is None or answer.json()["code"] == code
    assert take(api, ROW, key="who", supplier="who").status_code == 404
    assert take(program("customer_service"), ROW, key="no").status_code == 403
    assert not Job.objects.exists()


def row(supplier: Supplier, code: str, name: str = "Widget", **values: Any) -> CatalogueItem:
    given = {"search": f"{code}\n{name}".upper(), "unit_id": "EA", "cost": 4, **values}
    return CatalogueItem.objects.create(supplier=supplier, code=code, name=name, **given)


def test_rows_are_listed_and_read_and_their_cost_is_for_those_who_may_know(supplier):
    first, second = row(supplier, "W-1"), row(supplier, "G-2", "Gadget", item=factories.item(code="OURS"))
    api = program("procurement")

    def found(query: str) -> list[int]:
        return [each["id"] for each in api.get(f"/api/v1/catalogue-items/?{query}").json()["results"]]

    assert found("") == [second.pk, first.pk]
    assert (found("q=gad"), found("set_up=true"), found("set_up=false")) == (
        [second.pk],
        [second.pk],
        [first.pk],
    )
    assert (found("supplier=maker&code=w-1"), found("item=ours"), found("supplier=x")) == (
        [first.pk], [second.pk], [],
    )  # fmt: skip
    shown = api.get(f"/api/v1/catalogue-items/{second.pk}/").json()
    assert (shown["supplier"], shown["item"], shown["cost"]) == ("MAKER", "OURS", "4.000000")
    clerk = program("customer_service")
    assert "cost" not in clerk.get(f"/api/v1/catalogue-items/{second.pk}/").json()
    assert program("warehouse").get("/api/v1/catalogue-items/").status_code == 403


def test_rows_of_another_company_are_not_there(supplier):
    own = row(supplier, "W-1")
    elsewhere = factories.company(code="ELSE")
    api = program("procurement", scope=f"company:{elsewhere.pk}")
    assert api.get("/api/v1/catalogue-items/").json()["results"] == []
    assert api.get(f"/api/v1/catalogue-items/{own.pk}/").status_code == 404
    assert post(api, f"catalogue-items/{own.pk}/set-up", {}, "a").status_code == 404


def test_an_item_is_made_of_a_row(supplier):
    kind = factories.item_class(code="TRADE")
    offered = row(supplier, "W-1")
    api = program("customer_service")
    made = post(api, f"catalogue-items/{offered.pk}/set-up", {"item_class": "TRADE"}, "a")
    assert (made.status_code, made.json()["item"]) == (201, "W-1")
    assert Item.objects.get(code="W-1").item_class == kind
    again = post(api, f"catalogue-items/{offered.pk}/set-up", {"item_class": "TRADE"}, "b")
    assert (again.status_code, again.json()["code"]) == (409, "masterdata.catalogue_item_set_up")
    # the next one of this supplier is of the same class
    second = post(api, f"catalogue-items/{row(supplier, 'W-2').pk}/set-up", {"code": "own"}, "c")
    assert second.json()["item"] == "OWN"
    assert Item.objects.get(code="OWN").item_class == kind


def test_two_programs_put_an_item_in_stock():
    item = factories.item(code="ODD", stocking="catalogue")
    one, other = program("procurement"), program("data_steward")
    made = post(one, "promotions", {"item": "odd", "reason": "sold weekly"}, "a")
    assert made.status_code == 201, made.content
    assert (made.json()["item"], made.json()["decided_by"], made.json()["approved"]) == ("ODD", None, False)
    own = post(one, f"promotions/{made.json()['id']}/approve", {}, "b")
    assert (own.status_code, own.json()["code"]) == (409, "masterdata.not_promoted")
    approved = post(other, f"promotions/{made.json()['id']}/approve", {}, "c")
    assert (approved.status_code, approved.json()["approved"]) == (200, True)
    item.refresh_from_db()
    assert item.stocking == "kept"
    listed = other.get("/api/v1/promotions/?approved=true").json()["results"]
    assert [each["id"] for each in listed] == [made.json()["id"]]
    assert post(one, "promotions", {"item": "nobody", "reason": "x"}, "d").status_code == 404
    second = factories.item(code="EVEN", stocking="catalogue")
    proposed = post(one, "promotions", {"item": "even", "reason": "sold daily"}, "e").json()["id"]
    declined = post(one, f"promotions/{proposed}/decline", {}, "f").json()
    assert (declined["approved"], declined["decided_by"] is not None) == (False, True)
    second.refresh_from_db()
    assert (second.stocking, Promotion.objects.count()) == ("catalogue", 2)
    assert program("customer_service").get("/api/v1/promotions/").status_code == 403
