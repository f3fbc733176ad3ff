"""Parked lines are corrected and ordered, or dropped with a reason; either happens once."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import Decision
from masterdata.models import Customer
from masterdata.policies import snapshot
from orders.channels.actions.drop_lines import drop_lines
from orders.channels.actions.intake_order import IntakeResult, intake_order
from orders.channels.actions.resubmit_lines import Correction, HeaderFix, Resubmitted, resubmit_lines
from orders.channels.errors import AlreadyResolved, CustomerUnknown
from orders.channels.policies import PARTIAL_INTAKE
from orders.channels.rules import DocumentLine, OrderDocument
from orders.entry.errors import CustomerPoUsed
from orders.models import IntakeDocument, ParkedLine, SalesOrder
from tests.factories import actor
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


def take(shop: Trade, *lines: tuple[str, str], key: str = "file:1", **options: object) -> IntakeResult:
    header = {"customer": options.pop("customer", "C0"), "customer_po": options.pop("customer_po", "PO-1")}
    wanted = [DocumentLine(item, quantity, line=place) for place, (item, quantity) in enumerate(lines, 2)]
    return intake_order(
        shop.by(key),
        document=OrderDocument(lines=wanted, **header),
        channel="csv",
        source="orders.csv",
        key=key,
        park_all=True,
        **options,
    )


def again(shop: Trade, document_id: int, *corrections: Correction, **options: object) -> Resubmitted:
    given = {"lines": [], "corrections": list(corrections), **options}
    return resubmit_lines(shop.by(), document_id=document_id, **given)


def only_whole_orders() -> None:
    snapshot.assume(snapshot.Snapshot(values={(PARTIAL_INTAKE.key, "*"): [(date(2020, 1, 1), None, False)]}))


def test_a_corrected_line_becomes_a_second_order_of_the_same_purchase(shop):
    first = take(shop, ("P0", "1"), ("nope", "4"), ("P1", "x"))
    result = again(shop, first.document_id, Correction(3, "P2", "4"))
    assert (result.state, result.parked) == ("partly", [])
    order = SalesOrder.objects.get(pk=result.order_id)
    assert (order.customer_po, order.po_unique, order.channel) == ("PO-1", False, "csv")
    assert list(order.lines.values_list("item", "quantity")) == [(shop.world.items[2], Decimal(4))]
    line = ParkedLine.objects.get(line=3)
    assert (line.resolution, line.resolved_by, line.order_id) == ("resubmitted", "bench", order.pk)
    assert ParkedLine.objects.get(line=4).resolved_at is None
    document = IntakeDocument.objects.get()
    assert (document.order_id, document.payload["lines"][1]["item"]) == (first.order_id, "nope")
    why = Decision.objects.get(verb="orders.resubmit_lines").outcome
    assert why == {"lines": [3], "order": order.number, "waiting": []}
    assert again(shop, first.document_id, Correction(4, "P1", "2")).state == "accepted"
    assert SalesOrder.objects.count() == 3


def test_the_po_stays_used_for_every_other_document(shop):
    first = take(shop, ("P0", "1"), ("nope", "4"))
    again(shop, first.document_id, Correction(3, "P2", "4"))
    other = take(shop, ("P0", "1"), key="file:2")
    assert [entry["code"] for entry in other.parked] == ["orders.customer_po_used"]


def test_a_line_that_still_cannot_be_taken_keeps_its_correction_and_its_new_reason(shop):
    first = take(shop, ("P0", "1"), ("nope", "4"))
    result = again(shop, first.document_id, Correction(3, "P1", "0.5"))
    assert (result.order_id, [entry["code"] for entry in result.parked]) == (None, ["orders.line_refused"])
    line = ParkedLine.objects.get()
    assert (line.payload["item"], line.code, line.resolved_at) == ("P1", "orders.line_refused", None)
    assert SalesOrder.objects.count() == 1


def test_a_document_without_order_gets_its_header_corrected(shop):
    take(shop, ("P0", "1"), key="file:0")
    parked = take(shop, ("P0", "1"), ("P1", "2"))
    assert (parked.state, parked.order_id) == ("parked", None)
    with pytest.raises(CustomerPoUsed):
        again(shop, parked.document_id)
    result = again(shop, parked.document_id, header=HeaderFix(customer_po="PO-2"))
    assert result.state == "accepted"
    assert SalesOrder.objects.get(pk=result.order_id).customer_po == "PO-2"
    assert IntakeDocument.objects.get(pk=parked.document_id).order_id == result.order_id


def test_an_unknown_customer_parks_in_the_company_that_received_it(shop):
    options = {"customer": "who", "company_id": shop.world.company_id}
    parked = take(shop, ("P0", "1"), **options)
    assert (parked.state, [entry["code"] for entry in parked.parked]) == (
        "parked",
        ["orders.customer_unknown"],
    )
    assert take(shop, ("P0", "1"), **options) == parked
    other = By(actor("customer_service"), key="other")
    lines, own = [DocumentLine("P0", "1", line=2)], {"company_id": shop.world.company_id}
    document = OrderDocument(customer="who", customer_po="PO-1", lines=lines)
    same = intake_order(
        other, document=document, channel="csv", source="x", key="file:1", park_all=True, **own
    )
    assert same == parked
    with pytest.raises(CustomerUnknown):
        again(shop, parked.document_id)
    assert again(shop, parked.document_id, header=HeaderFix(customer="C1")).state == "accepted"
    assert SalesOrder.objects.get().customer_id == shop.world.customers[1]


def test_where_orders_are_taken_whole_every_line_must_pass(shop):
    only_whole_orders()
    parked = take(shop, ("P0", "1"), ("nope", "4"), ("P1", "2"))
    assert [entry["code"] for entry in parked.parked] == [
        "orders.waits_for_others",
        "orders.item_unknown",
        "orders.waits_for_others",
    ]
    still = again(shop, parked.document_id, lines=[2])
    assert (still.order_id, [entry["line"] for entry in still.parked]) == (None, [3])
    result = again(shop, parked.document_id, Correction(3, "P2", "4"))
    assert SalesOrder.objects.get(pk=result.order_id).line_count == 3
    assert result.state == "accepted"


def test_dropped_lines_leave_the_queue_for_good(shop):
    first = take(shop, ("P0", "1"), ("nope", "4"), ("none", "1"))
    assert drop_lines(shop.by(), document_id=first.document_id, lines=[3], reason="Withdrawn").count == 1
    line = ParkedLine.objects.get(line=3)
    assert (line.resolution, line.resolution_reason, line.order_id) == ("dropped", "Withdrawn", None)
    with pytest.raises(AlreadyResolved):
        again(shop, first.document_id, Correction(3, "P1", "1"))
    assert (
        drop_lines(shop.by(), document_id=first.document_id, lines=[], reason="Withdrawn").state == "partly"
    )
    parked = take(shop, ("nope", "1"), key="file:2", customer_po="PO-9")
    assert drop_lines(shop.by(), document_id=parked.document_id, lines=[], reason="x").state == "closed"


def test_refusals_change_nothing(shop):
    first = take(shop, ("P0", "1"), ("nope", "4"))
    fix = Correction(3, "P1", "1")
    with pytest.raises(BadInput):
        drop_lines(shop.by(), document_id=first.document_id, lines=[3], reason=" ")
    with pytest.raises(NotFound):
        again(shop, first.document_id, Correction(9, "P1", "1"))
    stranger = By(actor("customer_service", scope="company:999999"))
    with pytest.raises(NotFound):
        resubmit_lines(stranger, document_id=first.document_id, corrections=[fix], lines=[])
    with pytest.raises(NotFound):
        drop_lines(stranger, document_id=first.document_id, lines=[3], reason="x")
    with pytest.raises(NotPermitted):
        resubmit_lines(By(actor("warehouse")), document_id=first.document_id, corrections=[fix], lines=[])
    Customer.objects.update(is_blocked=True)  # a hold, no refusal
    assert again(shop, first.document_id, fix).holds == ["blocked"]
    assert SalesOrder.objects.count() == 2


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    counts = []
    for number in (1, 1, 10, 500):
        bad = [(f"x{n}", "1") for n in range(number)]
        parked = take(shop, *bad, key=f"file:{len(counts)}", customer_po=f"PO-{len(counts)}")
        fixes = [Correction(n + 2, f"P{n}", "1") for n in range(number)]
        with count_statements() as counted:
            again(shop, parked.document_id, *fixes)
        counts.append(counted.statements)
    assert counts[1] == counts[2] == counts[3] <= 24


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_line_that_two_clerks_correct_is_ordered_once(shop):
    first = take(shop, ("P0", "1"), ("nope", "4"))
    results = run_concurrently(
        lambda item: again(shop, first.document_id, Correction(3, item, "1")), ["P1", "P2", "P3", "P4"]
    )
    assert sum(isinstance(result, Resubmitted) for result in results) == 1
    assert {type(result) for result in results} == {Resubmitted, AlreadyResolved}
    assert SalesOrder.objects.count() == 2
