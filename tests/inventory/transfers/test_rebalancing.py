"""What one site has too much of and another misses is proposed with what it makes better (TR02)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from erp.kernel import clock
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from inventory.models import Demand, RebalanceProposal, StockEntry, StockPosting, TransferOrder
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.transfers.actions.decide_transfer import approve_transfer
from inventory.transfers.actions.propose_transfers import (
    Proposed,
    accept_proposals,
    dismiss_proposals,
    propose_transfers,
)
from inventory.transfers.errors import ProposalDecided
from inventory.transfers.tasks import propose_all_transfers
from masterdata.models import Item
from tests import factories
from tests.factories import actor, local_day
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.transfers.moving import Moving, moving
from tests.support import count_statements

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Moving:
    """Nothing of the first item is left where customers are served, 100 of it at the other site."""
    made = moving(items=3)
    made.lock_away(made.gets)
    made.lock_away(made.gives, left=100)
    return made


def propose(shop: Moving) -> Proposed:
    return propose_transfers(shop.by(), company_id=shop.world.company_id)


def proposal() -> RebalanceProposal:
    return RebalanceProposal.objects.get(state="open")


def test_a_shortage_here_and_a_surplus_there_make_a_proposal(shop):
    first, second = shop.wants(8), shop.wants(5)
    assert propose(shop) == Proposed(1, 0, 0)
    found = proposal()
    today = local_day()
    assert (found.site_id, found.to_site_id, found.quantity) == (shop.gives, shop.gets, 13)
    assert (found.lines, found.undated, found.days_earlier, found.value) == (2, 2, 0, 65)
    assert (found.arrives_on, found.freight) == (today + timedelta(days=3), None)
    assert [each["document"] for each in found.why["demands"]] == [
        first.group.document, second.group.document,
    ]  # fmt: skip
    assert (found.why["free"], found.why["cover_days"]) == ("100.000000", 14)


def test_computing_twice_changes_nothing_and_what_is_over_goes(shop):
    demand = shop.wants(8)
    propose(shop)
    assert propose(shop) == Proposed(0, 1, 0)
    assert RebalanceProposal.objects.count() == 1
    shop.wants(2)
    assert propose(shop) == Proposed(0, 1, 0)
    assert proposal().quantity == 10
    approve_transfer(shop.by(), transfer_id=shop.ask(50, wanted_by=demand.pk))
    assert propose(shop) == Proposed(0, 0, 1)
    assert RebalanceProposal.objects.get().state == "gone"


def test_days_earlier_and_on_time_count_against_what_was_promised(shop):
    today = local_day()
    late = today + timedelta(days=40)
    line = PurchaseLine(shop.world.items[0], D(20), "EA", D(5))
    create_purchase_order(
        shop.by(), supplier_id=factories.supplier().pk, site_id=shop.gets, lines=[line], due_on=late
    )
    overdue = shop.wants(4)  # was wanted in January
    assert overdue.promised_on == late
    propose(shop)
    found = proposal()
    assert (found.quantity, found.lines, found.on_time, found.undated) == (4, 1, 0, 0)
    assert found.days_earlier == 37  # there in three days instead of forty
    type(overdue).objects.filter(pk=overdue.pk).update(requested_on=today + timedelta(days=10))
    propose(shop)
    assert (proposal().on_time, proposal().days_earlier) == (
        1,
        30,
    )  # nobody gains by what comes before it is wanted


@pytest.mark.parametrize(
    ("case", "quantity"),
    [
        ("free", 40),
        ("reserved there", 30),
        ("wanted there", None),
        ("asked already", 25),
        ("used there", 33),
        ("blocked", None),
        ("comes in time", None),
        ("other company", None),
    ],
)
def test_only_what_a_site_can_spare_is_given(shop, case, quantity):
    """40 are wanted here of the 100 there; of 40 there where something takes them."""
    item_id = shop.world.items[0]
    if case in ("reserved there", "wanted there", "used there"):
        shop.lock_away(shop.gives, left=40)
    if case == "reserved there":
        shop.approved(10)  # on its way to an order that is not in yet
    if case == "used there":
        _used(shop, 45)  # of the last 90 days: 7 in the 14 days of cover
    shop.wants(40)
    if case == "asked already":
        shop.ask(15)
    if case == "blocked":
        Item.objects.filter(pk=item_id).update(status="blocked")
    if case == "comes in time":
        line = PurchaseLine(item_id, D(40), "EA", D(5))
        seller = factories.supplier().pk
        due = local_day() + timedelta(days=1)
        create_purchase_order(shop.by(), supplier_id=seller, site_id=shop.gets, lines=[line], due_on=due)
    if case == "wanted there":
        _waiting(shop, 10)
    if case == "other company":
        type(shop.at(shop.gives).site).objects.filter(pk=shop.gives).update(company=factories.company())
    propose(shop)
    found = list(RebalanceProposal.objects.values_list("quantity", flat=True))
    assert found == ([D(quantity)] if quantity else [])


def _used(shop: Moving, quantity: int) -> None:
    """So much was issued there lately: from the hold, so that what is free stays."""
    place = shop.at(shop.gives).item.balances.get(site=shop.gives, status="hold")
    posting = StockPosting.objects.create(
        kind="issue", company_id=shop.world.company_id, site_id=shop.gives, source="tests", source_id=1,
        effective_at=clock.now(), accounting_on=local_day(), actor="tests",
    )  # fmt: skip
    StockEntry.objects.create(
        posting_id=posting.pk, item_id=place.item_id, site_id=shop.gives, bin_id=place.bin_id, status="hold",
        quantity=-quantity, value=0,
    )  # fmt: skip


def _waiting(shop: Moving, quantity: int) -> None:
    """Somebody waits for so much at the giving site too: what is there was kept for a class of customers."""
    made = shop.wants(quantity)
    Demand.objects.filter(pk=made.pk).update(site=shop.gives)
    type(made.group).objects.filter(pk=made.group_id).update(site=shop.gives)


def test_a_proposal_becomes_a_transfer_and_is_not_made_again(shop):
    shop.wants(8)
    shop.lock_away(shop.gets, place=1)
    shop.wants(6, place=1)
    assert propose(shop).made == 2
    ids = list(RebalanceProposal.objects.values_list("pk", flat=True))
    buyer = By(actor("procurement"))
    done = accept_proposals(buyer, proposal_ids=ids)
    order = TransferOrder.objects.get()
    assert (done.transfer_ids, done.decided, done.refused) == ([order.pk], 2, [])
    assert (order.state, order.reason, order.lines.count()) == ("requested", "rebalance", 2)
    assert propose(shop) == Proposed(0, 0, 0)
    again = accept_proposals(buyer, proposal_ids=ids)
    assert (again.transfer_ids, [item for item, _why in again.refused]) == ([], ["P0", "P1"])
    with pytest.raises(ProposalDecided):
        dismiss_proposals(buyer, proposal_ids=ids, reason="Late", strict=True)
    approve_transfer(shop.by(), transfer_id=order.pk)
    assert_proven()


def test_what_is_dismissed_stays_away_for_its_days(shop):
    shop.wants(8)
    propose(shop)
    found = proposal()
    buyer = By(actor("procurement"))
    with pytest.raises(BadInput):
        dismiss_proposals(buyer, proposal_ids=[found.pk], reason=" ")
    with pytest.raises(NotPermitted):
        dismiss_proposals(By(actor("warehouse")), proposal_ids=[found.pk], reason="No")
    dismiss_proposals(buyer, proposal_ids=[found.pk], reason="They get a truck on Monday")
    assert propose(shop) == Proposed(0, 0, 0)
    RebalanceProposal.objects.update(decided_at=clock.now() - timedelta(days=15))
    assert propose(shop) == Proposed(1, 0, 0)


def test_freight_is_what_the_tariff_of_the_day_says(shop):
    Item.objects.filter(pk=shop.world.items[0]).update(weight_kg=2)
    factories.freight_tariff()
    shop.wants(8)
    propose(shop)
    assert proposal().freight == 18  # 10 and 0.50 for each of 16 kg


def test_the_hourly_task_asks_for_every_company(shop):
    shop.wants(8)
    propose_all_transfers()
    propose_all_transfers()
    assert proposal().lines == 1


def test_the_number_of_statements_does_not_depend_on_the_items():
    shop = moving(items=20)
    counts = []
    for place in range(20):
        shop.lock_away(shop.gets, place=place)
        shop.wants(2, place=place)
        if place in (0, 19):
            propose(shop)
            RebalanceProposal.objects.all().delete()
            with count_statements() as counted:
                propose(shop)
            counts.append(counted.statements)
    assert counts[0] == counts[1]
    assert RebalanceProposal.objects.count() == 20
