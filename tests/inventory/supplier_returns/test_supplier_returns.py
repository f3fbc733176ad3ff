"""What is for the vendor goes back in a batch with its debit request, and the supplier's answer ends it (RM02)."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from billing.models import AccountRule, Journal, JournalLine
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.adjustments.errors import AdjustmentRefused, NotThere
from inventory.models import PurchaseOrderLine, SiteStock, StockBalance, SupplierReturn
from inventory.supplier_returns.actions.send_back import BackLine, SentBack, send_back
from inventory.supplier_returns.actions.settle_supplier_return import settle_supplier_return
from inventory.supplier_returns.errors import ReturnSettled
from masterdata.models import Item, Supplier
from tests import factories as make
from tests.inventory.dropship.buying import seller
from tests.orders.books import assert_proven
from tests.orders.kits import buy, part
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Trade:
    return trade(items=3)


@pytest.fixture
def bad(shop: Trade) -> Item:
    """Ten at 6 each, of which four lie for the vendor, who sold it for 6 the last time."""
    item = part(shop, 10)
    buy(shop, item, 1)
    lies = StockBalance.objects.get(item=item)
    row = StatusRow(item.pk, lies.bin_id, None, "available", "vendor", D(4))
    change_status(shop.by(), site_id=shop.world.sites[0], rows=[row], reason="Bent")
    return item


@pytest.fixture(autouse=True)
def proven(shop: Trade) -> Iterator[None]:
    yield
    assert_proven()


def line(item: Item, quantity: object = 3, cost: object = "7") -> BackLine:
    lies = StockBalance.objects.get(item=item, status="vendor")
    return BackLine(item.pk, lies.bin_id, None, D(str(quantity)), D(str(cost)))


def send(shop: Trade, *lines: BackLine, by: By | None = None, **changes: object) -> SentBack:
    given = {"site_id": shop.world.sites[0], "supplier_id": seller(), "lines": lines, **changes}
    return send_back(by or shop.by(), **given)


def booked(journal: Journal) -> dict[str, Decimal]:
    purposes = dict(AccountRule.objects.values_list("account_id", "purpose"))
    return {
        purposes[each.account_id]: each.amount for each in JournalLine.objects.filter(journal_id=journal.pk)
    }


def test_it_leaves_stock_at_its_value_and_asks_for_the_price(shop, bad):
    done = send(shop, line(bad), authorisation="RGA 7", note="All bent")
    made = SupplierReturn.objects.get(pk=done.return_id)
    assert (made.number, made.state, made.value, made.claimed) == (f"SRT-{made.pk}", "sent", 18, 21)
    assert (made.authorisation, made.sent_by) == ("RGA 7", "bench")
    stock = SiteStock.objects.get(item=bad, site=shop.world.sites[0])
    assert (stock.on_hand, stock.available, stock.value) == (7, 6, 42)
    journal = Journal.objects.get(source="inventory.stockposting", source_id=made.posting_id)
    assert booked(journal) == {"inventory": -18, "grni": 18}


@pytest.mark.parametrize(
    ("credited", "state", "lost"),
    [("21", "credited", "-3"), ("10.50", "credited", "7.50"), ("0", "denied", "18")],
)
def test_the_answer_ends_it_and_what_is_not_credited_is_a_loss(shop, bad, credited, state, lost):
    made = SupplierReturn.objects.get(pk=send(shop, line(bad)).return_id)
    settle_supplier_return(shop.by(), return_id=made.pk, credited=D(credited), reference="CN 12")
    made.refresh_from_db()
    assert (made.state, made.credited, made.reference, made.settled_by) == (
        state,
        D(credited),
        "CN 12",
        "bench",
    )
    journal = Journal.objects.get(source="inventory.supplierreturn", source_id=made.pk)
    assert booked(journal) == {"adjustment": D(lost), "grni": -D(lost)}
    with pytest.raises(ReturnSettled, match=f"is {state} already"):
        settle_supplier_return(shop.by(), return_id=made.pk, credited=D(1), reference="CN 13")


def test_what_cannot_go_back_is_refused_and_nothing_changes(shop, bad):
    own = seller()
    foreign = make.supplier(company=make.company())
    other = make.supplier(company=Supplier.objects.get(pk=own).company)

    def refused(error: type[Exception], *lines: BackLine, **changes: object) -> None:
        with pytest.raises(error):
            send(shop, *lines, **{"supplier_id": own, **changes})

    refused(NotThere, line(bad, 5))
    refused(AdjustmentRefused, line(bad, 0))
    refused(AdjustmentRefused, line(bad, "0.5"))
    refused(AdjustmentRefused, line(bad, 1, "-1"))
    refused(BadInput)
    refused(BadInput, line(bad, 1), line(bad, 1))
    refused(NotFound, line(bad), supplier_id=foreign.pk)
    refused(AdjustmentRefused, line(bad), supplier_id=other.pk)  # it never sold it
    refused(NotPermitted, line(bad), by=By(make.actor("warehouse")))
    assert not SupplierReturn.objects.exists()
    made = send(shop, line(bad), supplier_id=own)
    for credited, reference in ((D("21.01"), "CN"), (D(-1), "CN"), (D("1.005"), "CN"), (D(1), " ")):
        with pytest.raises(BadInput):
            settle_supplier_return(
                shop.by(), return_id=made.return_id, credited=credited, reference=reference
            )
    assert SupplierReturn.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_the_same_goods_go_back_once(shop, bad):
    wanted = line(bad, 3)
    results = run_concurrently(lambda _n: send(shop, wanted), range(3))
    assert sorted(type(each).__name__ for each in results) == ["NotThere", "NotThere", "SentBack"]


def test_statements_do_not_depend_on_the_lines(shop, bad):
    parts = [bad, *(part(shop, 5) for _ in range(4))]
    for item in parts[1:]:
        buy(shop, item, 1)
    rows = [
        StatusRow(item.pk, StockBalance.objects.get(item=item).bin_id, None, "available", "vendor", D(3))
        for item in parts[1:]
    ]
    change_status(shop.by(), site_id=shop.world.sites[0], rows=rows, reason="Bent")
    counts = []
    for items in (parts[:1], parts):
        lines = [line(item, 1) for item in items]
        with count_statements() as counted:
            send(shop, *lines)
        counts.append(counted.statements)
    assert counts[0] == counts[1], counts


def test_from_what_lies_there_to_the_answer_on_the_pages(shop, bad):
    client = Client()
    client.force_login(make.user("procurement"))
    choose = client.get(reverse("inventory:supplier_return_choose")).content.decode()
    address = reverse("inventory:supplier_return_new", args=[shop.world.sites[0], seller()])
    assert address in choose
    place = StockBalance.objects.get(item=bad, status="vendor").pk
    assert f'name="cost-{place}" value="6.00"' in client.get(address).content.decode()  # as it was bought
    none = client.post(address, {"key": "a", f"quantity-{place}": ""})
    assert (none.status_code, "at least one row" in none.content.decode()) == (422, True)
    sent = client.post(
        address, {"key": "b", f"quantity-{place}": "3", f"cost-{place}": "7", "authorisation": "RGA 7"}
    )
    made = SupplierReturn.objects.get()
    PurchaseOrderLine.objects.filter(item=bad).update(unit_cost=D("6.1255"))
    assert f'name="cost-{place}" value="6.1255"' in client.get(address).content.decode()  # none of it is lost
    page = reverse("inventory:supplier_return", args=[made.pk])
    assert (sent["Location"], made.claimed) == (page, 21)
    assert (
        client.get(reverse("inventory:supplier_return_pdf", args=[made.pk]))["Content-Type"]
        == "application/pdf"
    )
    assert "Credit awaited" in client.get(page).content.decode()
    assert made.number in client.get(reverse("inventory:supplier_return_list")).content.decode()
    client.post(page, {"key": "c", "credited": "20", "reference": "CN 12"})
    assert "CN 12" in client.get(page).content.decode()
    made.refresh_from_db()
    assert (made.state, made.credited) == ("credited", 20)


def test_a_program_sends_back_and_notes_the_answer(shop, bad):
    api = APIClient()
    api.force_authenticate(make.user("procurement"))
    lies = StockBalance.objects.select_related("bin", "site").get(item=bad, status="vendor")
    wanted = {"item": bad.code, "bin": lies.bin.code, "quantity": "4"}
    body = {
        "site": lies.site.code, "supplier": Supplier.objects.get(pk=seller()).party.code, "lines": [wanted],
    }  # fmt: skip

    def post(address: str, body: dict[str, object], key: str):
        return api.post(address, body, format="json", headers={"Idempotency-Key": key})

    address = reverse("api-supplier-return-list")
    made = post(address, body, "one")
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["claimed"], made.json()["lines"][0]["unit_cost"]) == (
        "sent", "24.00", "6.000000",
    )  # fmt: skip
    assert post(address, body, "one").json() == made.json()  # though nothing lies there any more
    unknown = post(address, {**body, "lines": [{**wanted, "bin": "NOWHERE"}]}, "two")
    assert unknown.json()["code"] == "kernel.bad_input"
    answer = reverse("api-supplier-return-settle", args=[made.json()["id"]])
    assert (
        post(answer, {"credited": "0", "reference": "Denied by phone"}, "three").json()["state"] == "denied"
    )
    assert SupplierReturn.objects.count() == 1
