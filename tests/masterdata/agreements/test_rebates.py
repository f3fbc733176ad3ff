"""What suppliers pay back lowers what a sale has to earn: dated, nearest first, for margins and floors alone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.audit import history_of
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import AuditEvent
from masterdata.agreements.actions.set_rebate import end_rebate, set_rebate
from masterdata.models import Company, Item, ItemClass, Supplier, SupplierRebate
from masterdata.policies import snapshot
from orders.entry.policies import MARGIN_FLOOR
from orders.entry.rules import LineRequest
from orders.models import Hold, OrderLine
from tests import factories as make
from tests.factories import local_day
from tests.orders.substitutes import priced
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def shop() -> Trade:
    """Two items that cost 10 and sell at 12."""
    made = trade(items=2)
    priced(made, 12, 12)
    Item.objects.update(standard_cost=Decimal(10))
    return made


@pytest.fixture
def buyer() -> By:
    return By(make.actor("procurement"))


@pytest.fixture
def maker(shop: Trade) -> Supplier:
    return make.supplier(company=Company.objects.get(pk=shop.world.company_id))


def give(by: By, maker: Supplier, **changes: object) -> int:
    terms = {"method": "percent", "value": Decimal(20), "valid_from": JAN, "reason": "Bonus 2026"}
    return set_rebate(by, supplier_id=maker.pk, **{**terms, **changes}).rebate_id


def cost(shop: Trade, item: int = 0) -> Decimal:
    """What a new order's line says that the item costs."""
    made = shop.submit([LineRequest(shop.world.items[item], Decimal(1))])
    return OrderLine.objects.get(order=made.order_id).unit_cost


def test_the_nearest_rebate_comes_off_the_cost_and_of_several_the_least(shop, buyer, maker):
    assert cost(shop) == 10
    kind = ItemClass.objects.get(items=shop.world.items[0])
    give(buyer, maker, item_class_id=kind.pk)
    assert (cost(shop), cost(shop, 1)) == (8, 8)
    give(buyer, maker, item_id=shop.world.items[0], method="amount", value=Decimal("3.50"))
    assert (cost(shop), cost(shop, 1)) == (Decimal("6.50"), 8)
    other = make.supplier(company=maker.company)
    give(buyer, other, item_id=shop.world.items[0], value=Decimal(5))
    assert cost(shop) == Decimal("9.50")
    give(buyer, other, item_id=shop.world.items[1], method="amount", value=Decimal(11))
    assert cost(shop, 1) == 0  # never less than nothing
    elsewhere = make.supplier(company=make.company())
    give(buyer, elsewhere, item_id=shop.world.items[0], value=Decimal(90))
    assert cost(shop) == Decimal("9.50")


def test_it_holds_between_its_days(shop, buyer, maker):
    today = local_day()
    item = shop.world.items[0]
    give(buyer, maker, item_id=item, valid_from=today + timedelta(days=1))
    give(buyer, maker, item_id=item, value=Decimal(50), valid_from=JAN, valid_to=today)
    assert cost(shop) == 10
    give(buyer, maker, item_id=item, value=Decimal(10), valid_from=today)
    assert cost(shop) == 9
    days = SupplierRebate.objects.order_by("valid_from").values_list("value", "valid_from", "valid_to")
    assert list(days) == [
        (50, JAN, today),
        (10, today, today + timedelta(days=1)),
        (20, today + timedelta(days=1), None),
    ]


def test_a_margin_that_the_rebate_pays_for_is_no_hold(shop, buyer, maker):
    values = {(MARGIN_FLOOR.key, "*"): [(make.LONG_AGO, None, Decimal(25))]}
    snapshot.assume(snapshot.Snapshot(values=values))
    lines = [LineRequest(shop.world.items[0], Decimal(1))]
    assert shop.submit(lines).holds == ["margin"]  # 2 of 12
    give(buyer, maker, item_id=shop.world.items[0])
    assert shop.submit(lines).holds == []  # 4 of 12
    assert Hold.objects.count() == 1


def test_it_ends_or_goes_and_the_history_keeps_it(shop, buyer, maker):
    today = local_day()
    first = give(buyer, maker, item_id=shop.world.items[0])
    end_rebate(buyer, rebate_id=first, on=today)
    assert SupplierRebate.objects.get().valid_to == today
    assert cost(shop) == 10
    with pytest.raises(BadInput):
        end_rebate(buyer, rebate_id=first, on=today + timedelta(days=1))
    later = give(buyer, maker, item_id=shop.world.items[1], valid_from=today + timedelta(days=5))
    end_rebate(buyer, rebate_id=later, on=today)
    assert not SupplierRebate.objects.filter(pk=later).exists()
    gone = AuditEvent.objects.get(table="masterdata_supplierrebate", row_id=later, operation="delete")
    assert (gone.actor, gone.before["reason"]) == (buyer.actor.name, "Bonus 2026")
    assert [entry.operation for entry in history_of(SupplierRebate, first)] == ["update", "insert"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"item_id": None}, BadInput),
        ({"item_class_id": 1}, BadInput),
        ({"item_id": 0}, NotFound),
        ({"item_id": None, "item_class_id": 0}, NotFound),
        ({"method": "half"}, BadInput),
        ({"value": Decimal(0)}, BadInput),
        ({"value": Decimal("100.01")}, BadInput),
        ({"value": Decimal("NaN")}, BadInput),
        ({"valid_to": JAN}, BadInput),
        ({"reason": " "}, BadInput),
    ],
)
def test_what_makes_no_sense_changes_nothing(shop, buyer, maker, change, refusal):
    with pytest.raises(refusal):
        give(buyer, maker, **{"item_id": shop.world.items[0], **change})
    assert not SupplierRebate.objects.exists()


def test_who_may_and_what_the_schema_refuses(shop, buyer, maker):
    item = shop.world.items[0]
    for stranger in (make.actor("customer_service"), make.actor("procurement", scope="company:999999")):
        with pytest.raises(NotPermitted):
            give(By(stranger), maker, item_id=item)
    rebate = give(buyer, maker, item_id=item)
    with pytest.raises(NotPermitted):
        end_rebate(By(make.actor("finance")), rebate_id=rebate, on=JUN)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplierRebate.objects.create(
            company=maker.company, supplier=maker, item_id=item, method="amount", value=1, valid_from=MAR,
            reason="twice", set_by="x",
        )  # fmt: skip
    assert SupplierRebate.objects.count() == 1


def test_submit_asks_no_more_for_rebates(shop, buyer, maker):
    lines = [LineRequest(item, Decimal(1)) for item in shop.world.items]
    shop.submit(lines)
    with count_statements() as without:
        shop.submit(lines)
    for item in shop.world.items:
        give(buyer, maker, item_id=item)
    with count_statements() as with_rebates:
        shop.submit(lines)
    assert with_rebates.statements == without.statements


def test_the_pages_set_and_end_one(shop, maker):
    client = Client()
    client.force_login(make.user("procurement"))
    listed = reverse("masterdata:rebate_list")
    assert "No supplier pays anything back" in client.get(listed).content.decode()
    entry = {
        "supplier": maker.pk, "item": "P0", "item_class": "", "method": "percent", "value": "7.5",
        "reference": "B-26", "valid_from": "1.1.2026", "valid_to": "", "reason": "Yearly bonus",
    }  # fmt: skip
    answer = client.post(reverse("masterdata:rebate_set"), entry)
    assert (answer.status_code, answer["Location"]) == (302, listed)
    rebate = SupplierRebate.objects.get()
    assert (rebate.value, rebate.item_id, rebate.valid_from) == (Decimal("7.5"), shop.world.items[0], JAN)
    page = client.get(listed).content.decode()
    assert "B-26" in page and reverse("masterdata:rebate_end", args=[rebate.pk]) in page
    wrong = client.post(reverse("masterdata:rebate_set"), {**entry, "value": "101"})
    assert wrong.status_code == 422
    assert client.post(reverse("masterdata:rebate_end", args=[rebate.pk]), {"on": "t"}).status_code == 302
    rebate.refresh_from_db()
    assert rebate.valid_to is not None
    reader = Client()
    reader.force_login(make.user("finance"))
    assert "rebate_end" not in reader.get(f"{listed}?view=all").content.decode()
    assert reader.get(reverse("masterdata:rebate_set")).status_code == 403
    clerk = Client()
    clerk.force_login(make.user("customer_service"))
    assert clerk.get(listed).status_code == 403


def test_programs_set_and_end_one(shop, maker):
    caller = APIClient()
    caller.force_authenticate(make.user("procurement"))
    body = {
        "supplier": maker.party.code, "item": "P0", "method": "amount", "value": "1.25", "valid_from": "2026-01-01",
        "reason": "Yearly bonus",
    }  # fmt: skip
    address = reverse("api-supplier-rebate-list")
    made = caller.post(address, body, format="json", headers={"Idempotency-Key": "r"})
    assert made.status_code == 201, made.json()
    assert (made.json()["item"], made.json()["value"], made.json()["valid_to"]) == ("P0", "1.250000", None)
    assert caller.get(address, {"item": "P0"}).json()["results"] == [made.json()]
    unknown = caller.post(address, {**body, "item": "WHO"}, format="json", headers={"Idempotency-Key": "w"})
    assert unknown.status_code == 404
    end = reverse("api-supplier-rebate-end", args=[made.json()["id"]])
    ended = caller.post(
        end, {"on": "2026-06-01", "reason": "Cancelled"}, format="json", headers={"Idempotency-Key": "e"}
    )
    assert ended.status_code == 204
    assert SupplierRebate.objects.get().valid_to == JUN
