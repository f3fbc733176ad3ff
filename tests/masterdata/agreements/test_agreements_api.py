"""Agreements for programs: opened, filled, capped, given, redated and ended by the screens' verbs, once per key."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest

from erp.kernel.models import AuditEvent
from masterdata.models import Allowance, Coupon, CustomerPriceScope, Price, PriceScope
from tests import factories as make
from tests.factories import local_day
from tests.masterdata.test_api import client_of

pytestmark = pytest.mark.django_db
JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


keys = count()


def post(client, path, body, key="k"):
    return client.post(f"/api/v1/{path}", body, format="json", HTTP_IDEMPOTENCY_KEY=key)


@pytest.fixture
def steward():
    return client_of("data_steward")


@pytest.fixture
def house():
    company = make.trading_company(code="MER")
    return company, make.customer(company=company, party=make.party(code="C1")), make.item(code="FAH-1")


def test_an_agreement_from_nothing_to_its_end(steward, house):
    _company, customer, item = house
    body = {"company": "MER", "kind": "agreement", "code": "ag-1", "name": "Agreement C1", "reason": "signed"}
    assert (
        steward.post("/api/v1/agreements/", body, format="json")
        .json()["detail"]
        .startswith("Idempotency-Key")
    )
    made = post(steward, "agreements/", body)
    assert (made.status_code, made.json()["code"], made.json()["currency"]) == (201, "AG-1", "EUR"), (
        made.json()
    )
    assert post(steward, "agreements/", body).json() == made.json()
    assert PriceScope.objects.count() == 1
    taken = post(steward, "agreements/", body, "again")
    assert (taken.status_code, taken.json()["code"]) == (409, "masterdata.price_scope_taken")
    there = f"agreements/{made.json()['id']}"

    price = post(steward, f"{there}/price/", {"item": "FAH-1", "value": "9.50", "valid_from": "2026-01-01"})
    assert (price.status_code, price.json()["value"], price.json()["unit"]) == (
        201,
        "9.500000",
        item.sell_unit_id,
    )
    assert Price.objects.get().value == Decimal("9.5")
    capped = post(steward, f"{there}/allowance/", {"item": "FAH-1", "most": "100", "commitment": "60"})
    assert capped.json()["allowances"] == [
        {
            "item": "FAH-1", "most": "100.000000", "used": "0.000000", "left": "100.000000", "commitment": "60.000000",
            "owed": "60.000000",
        }
    ]  # fmt: skip
    Allowance.objects.update(used=50)
    low = post(steward, f"{there}/allowance/", {"item": "FAH-1", "most": "49"}, "low")
    assert (low.status_code, low.json()["code"]) == (409, "masterdata.allowance_used")

    given = post(
        steward, f"{there}/assign/", {"customer": "c1", "valid_from": "2026-01-01", "valid_to": "2026-06-01"}
    )
    assert (given.status_code, given.json()["customer"], given.json()["valid_to"]) == (
        201,
        "C1",
        "2026-06-01",
    )
    mine = f"agreement-assignments/{given.json()['id']}"
    longer = post(
        steward,
        f"{mine}/dates/",
        {"valid_from": "2026-01-01", "valid_to": "2027-06-01", "reason": "more", "version": 1},
    )
    assert (longer.status_code, longer.json()["valid_to"]) == (200, "2027-06-01"), longer.json()
    assert AuditEvent.objects.filter(table="masterdata_customerpricescope", reason="more").count() == 1
    ended = post(steward, f"{mine}/end/", {"on": "2027-01-01"}, "end")
    assert ended.status_code == 204
    assert CustomerPriceScope.objects.get().valid_to == date(2027, 1, 1)
    assert customer.price_scopes.count() == 1


def test_promotions_get_budgets_coupons_and_free_goods(steward, house):
    make.supplier(company=house[0], party=make.party(code="V1"))
    body = {
        "company": "MER", "kind": "promotion", "code": "P1", "name": "Spring", "stacking": "free", "funded_by": "V1",
        "funding_percent": "50",
    }  # fmt: skip
    there = f"agreements/{post(steward, 'agreements/', body).json()['id']}"
    free = {"item": "FAH-1", "method": "free", "value": "1", "min_quantity": "10", "valid_from": "2026-01-01"}
    assert post(steward, f"{there}/price/", free).json()["free_item"] is None
    assert (
        post(steward, f"{there}/allowance/", {"most": "500"}).json()["allowances"][0]["most"] == "500.000000"
    )
    coupon = {"code": "spring", "valid_from": "2026-01-01", "most_uses": 10}
    made = post(steward, f"{there}/coupon/", coupon).json()
    assert (made["code"], made["used"], made["left"]) == ("SPRING", 0, 10)
    limits = {"valid_to": "2026-12-31", "most_uses": 3, "most_per_customer": 1, "version": made["version"]}
    changed = post(steward, f"coupons/{made['id']}/limits/", limits).json()
    assert (changed["left"], changed["most_per_customer"], changed["version"]) == (3, 1, 2)
    stale = post(steward, f"coupons/{made['id']}/limits/", {**limits, "most_uses": 9}, "stale")
    assert (stale.status_code, stale.json()["code"]) == (409, "kernel.stale_version")
    assert Coupon.objects.get().most_uses == 3
    listed = steward.get("/api/v1/coupons/", {"code": "spring"}).json()["results"]
    assert [row["id"] for row in listed] == [made["id"]]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("agreements/", {"company": "MER", "kind": "list", "code": "L", "name": "L"}),
        ("agreements/{scope}/price/", {"item": "FAH-1", "value": "9", "valid_from": "2026-01-01"}),
        ("agreements/{scope}/allowance/", {"item": "FAH-1", "most": "9"}),
        ("agreements/{scope}/assign/", {"customer": "C1", "valid_from": "2026-01-01"}),
        ("agreements/{scope}/coupon/", {"code": "X", "valid_from": "2026-01-01"}),
    ],
)
def test_writes_are_for_stewards_of_the_company(house, path, body):
    company, _customer, _item = house
    scope = make.price_scope("agreement", company=company)
    path = path.format(scope=scope.pk)
    elsewhere = client_of("data_steward", scope=f"company:{make.company().pk}")
    assert post(client_of("customer_service"), path, body).status_code == 403
    assert post(elsewhere, path, body).status_code == 404
    assert (Price.objects.count(), Allowance.objects.count(), CustomerPriceScope.objects.count()) == (0, 0, 0)
    assert PriceScope.objects.count() == 1


def test_what_is_not_known_is_named(steward, house):
    scope = make.price_scope("agreement", company=house[0])
    for path, body in (
        ("price", {"item": "NOPE", "value": "9", "valid_from": "2026-01-01"}),
        ("price", {"item_class": "NOPE", "method": "discount", "value": "9", "valid_from": "2026-01-01"}),
        ("assign", {"customer": "NOPE", "valid_from": "2026-01-01"}),
        ("assign", {"customer": "C1", "ship_to": "NOPE", "valid_from": "2026-01-01"}),
        ("assign", {"group": "NOPE", "valid_from": "2026-01-01"}),
    ):
        answer = post(steward, f"agreements/{scope.pk}/{path}/", body, f"k{next(keys)}")
        assert (answer.status_code, answer.json()["code"]) == (404, "kernel.not_found"), (body, answer.json())
        assert "NOPE" in answer.json()["detail"]


def test_days_do_not_meet_another_assignment_and_what_has_begun_stays(steward, house):
    company, customer, _item = house
    scope = make.price_scope("agreement", company=company)
    today = local_day()
    soon, later = today + timedelta(days=10), today + timedelta(days=20)
    first = make.assign(customer, scope, valid_from=JAN, valid_to=soon)
    make.assign(customer, scope, valid_from=later)
    other = make.assign(make.customer(company=company), scope, valid_from=soon)

    def redate(row, valid_from, valid_to=None):
        until = valid_to.isoformat() if valid_to else None
        body = {"valid_from": valid_from.isoformat(), "valid_to": until, "version": 1}
        return post(steward, f"agreement-assignments/{row.pk}/dates/", body, f"k{next(keys)}")

    meets = redate(first, JAN)
    assert (meets.status_code, meets.json()["code"]) == (409, "masterdata.assignments_overlap"), meets.json()
    for valid_from, valid_to in ((MAR, soon), (JAN, JUN), (JAN, JAN)):
        assert redate(first, valid_from, valid_to).json()["code"] == "kernel.bad_input"
    first.refresh_from_db()
    assert (first.valid_from, first.valid_to) == (JAN, soon)
    assert redate(first, JAN, later).status_code == 200
    assert redate(other, today, None).status_code == 200  # it had not begun
    other.refresh_from_db()
    assert (other.valid_from, other.valid_to) == (today, None)
