"""A clerk who corrects an unknown code says that it is the customer's own: the next document is understood."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.audit import history_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound, NotPermitted
from erp.kernel.models import Decision
from masterdata.items.actions.remember_numbers import remember_numbers
from masterdata.items.errors import BadReference, NumberJustTaken, ReferenceTaken
from masterdata.models import Customer, Item, ItemReference
from orders.channels.actions.intake_order import IntakeResult, intake_order
from orders.channels.actions.resubmit_lines import Correction, Resubmitted, resubmit_lines
from orders.channels.rules import DocumentLine, OrderDocument
from orders.models import ParkedLine, SalesOrder
from tests.factories import actor, user
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


def take(shop: Trade, *codes: str, key: str = "file:1", customer: str = "C0") -> IntakeResult:
    lines = [DocumentLine(code, "2", line=place) for place, code in enumerate(codes, 1)]
    return intake_order(
        shop.by(key),
        document=OrderDocument(customer=customer, customer_po=key, lines=lines),
        channel="csv",
        source="orders.csv",
        key=key,
        park_all=True,
    )


def correct(shop: Trade, document_id: int, line: int, item: str, *, remember: bool = True) -> Resubmitted:
    fix = Correction(line, item, "2", remember=remember)
    return resubmit_lines(shop.by(), document_id=document_id, corrections=[fix], lines=[])


def test_the_next_document_of_the_customer_is_understood(shop):
    first = take(shop, "P0", "their-7")
    made = correct(shop, first.document_id, 2, "P2")
    assert (made.state, made.parked) == ("accepted", [])
    reference = ItemReference.objects.get()
    assert (reference.kind, reference.code, reference.item_id) == ("customer", "THEIR-7", shop.world.items[2])
    assert reference.party.code == "C0"
    why = Decision.objects.get(verb="orders.resubmit_lines").outcome
    assert why["remembered"] == {"THEIR-7": shop.world.items[2]}
    assert Item.objects.get(code="P2").search == "P2\nPRODUCT 2\nTHEIR-7"
    again = take(shop, " Their-7", key="file:2")
    assert (again.state, again.parked) == ("accepted", [])
    line = SalesOrder.objects.get(pk=again.order_id).lines.get()
    assert (line.item_id, line.quantity) == (shop.world.items[2], Decimal(2))
    other = take(shop, "their-7", key="file:3", customer="C1")
    assert [entry["code"] for entry in other.parked] == ["orders.item_unknown"]
    (event,) = history_of(ItemReference, reference.pk)
    assert event.actor == "bench"


def test_nothing_is_learned_unasked_or_from_what_names_no_item(shop):
    first = take(shop, "their-7", "their-8", "P1")
    correct(shop, first.document_id, 1, "P2", remember=False)
    correct(shop, first.document_id, 2, "still unknown")
    assert not ItemReference.objects.exists()


def test_what_the_line_waits_for_besides_its_item_forgets_nothing(shop):
    first = take(shop, "P0", "their-7")
    fix = Correction(2, "P2", "0.5", remember=True)
    still = resubmit_lines(shop.by(), document_id=first.document_id, corrections=[fix], lines=[])
    assert [entry["code"] for entry in still.parked] == ["orders.line_refused"]
    assert ItemReference.objects.get().item_id == shop.world.items[2]


def test_what_means_something_else_already_is_refused_as_a_whole(shop):
    party_id = Customer.objects.get(pk=shop.world.customers[0]).party_id
    first = take(shop, "P0", "their-7")
    ItemReference.objects.create(
        item_id=shop.world.items[3], kind="customer", code="their-7", party_id=party_id
    )
    with pytest.raises(ReferenceTaken) as refusal:
        correct(shop, first.document_id, 2, "P2")
    assert str(refusal.value) == "THEIR-7 already means P3 Product 3 there. Remove it there first."
    assert (ItemReference.objects.count(), SalesOrder.objects.count()) == (1, 1)
    assert ParkedLine.objects.get().resolved_at is None
    customer_id, items = shop.world.customers[0], shop.world.items
    same = remember_numbers(shop.by(), customer_id=customer_id, numbers={"Their-7": items[3]})
    assert same.numbers == []
    for numbers, refused in (
        ({"P1": items[2]}, ReferenceTaken),  # an item's own code
        ({"": items[2]}, BadReference),
        ({"x" * 61: items[2]}, BadReference),
        ({"new": 0}, NotFound),
    ):
        with pytest.raises(refused):
            remember_numbers(shop.by(), customer_id=customer_id, numbers=numbers)
    assert ItemReference.objects.count() == 1


def test_one_number_cannot_mean_two_items_of_one_document(shop):
    first = take(shop, "P0", "their-7", "their-7")
    fixes = [Correction(2, "P1", "1", remember=True), Correction(3, "P2", "1", remember=True)]
    with pytest.raises(BadReference):
        resubmit_lines(shop.by(), document_id=first.document_id, corrections=fixes, lines=[])
    assert not ItemReference.objects.exists()


def test_a_customers_meaning_decides_between_former_numbers(shop):
    for item, source in zip(shop.world.items[4:6], ("AS400", "Navision"), strict=True):
        ItemReference.objects.create(item_id=item, kind="legacy", code="TWICE", source=source)
    first = take(shop, "P0", "twice")
    assert [entry["code"] for entry in first.parked] == ["orders.item_ambiguous"]
    correct(shop, first.document_id, 2, "P5")
    assert take(shop, "twice", key="file:2").state == "accepted"


def test_who_may_say_what_a_number_means(shop):
    numbers = {"their-7": shop.world.items[2]}
    customer_id = shop.world.customers[0]
    for stranger in (actor("warehouse"), actor("customer_service", scope="company:999999")):
        with pytest.raises(NotPermitted):
            remember_numbers(By(stranger), customer_id=customer_id, numbers=numbers)
    assert not ItemReference.objects.exists()


def test_statements_do_not_depend_on_numbers():
    shop = trade(items=300)
    counts = []
    for count in (1, 1, 10, 300):
        numbers = {f"{count}-{len(counts)}-{n}": shop.world.items[n] for n in range(count)}
        with count_statements() as counted:
            remember_numbers(shop.by(), customer_id=shop.world.customers[0], numbers=numbers)
        counts.append(counted.statements)
    assert counts[1] == counts[2] == counts[3] <= 8


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_say_different_things_at_once_leave_one_meaning(shop):
    def say(item_id: int) -> object:
        numbers = {"their-7": item_id}
        return remember_numbers(shop.by(), customer_id=shop.world.customers[0], numbers=numbers)

    results = run_concurrently(say, shop.world.items[1:5])
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 3
    assert {type(result) for result in refused} <= {NumberJustTaken, ReferenceTaken}
    assert ItemReference.objects.count() == 1


def test_the_clerk_ticks_it_on_the_line(shop):
    first = take(shop, "P0", "their-7", "P1")
    client = Client()
    client.force_login(user("customer_service"))
    page = reverse("orders:parked_line", args=[ParkedLine.objects.get(document=first.document_id).pk])
    assert "Remember that this customer calls it “their-7”" in client.get(page).content.decode()
    fix = {"item": "P2", "quantity": "2", "unit": "", "remember": "on"}
    assert client.post(page, fix).status_code == 303
    assert ItemReference.objects.get().code == "THEIR-7"


def test_a_program_remembers_too(shop):
    first = take(shop, "P0", "their-7")
    client = Client()
    client.force_login(user("customer_service"))
    answer = client.post(
        f"/api/v1/intake-documents/{first.document_id}/resubmit/",
        {"corrections": [{"line": 2, "item": "P2", "quantity": "2", "remember": True}]},
        content_type="application/json",
        headers={"Idempotency-Key": "r-1"},
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert ItemReference.objects.get().item_id == shop.world.items[2]
