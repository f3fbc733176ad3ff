"""Proposals become purchase orders and transfers, once, by who may; refusals change nothing (PU01, PU02)."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from erp.kernel.command import By
from erp.kernel.errors import BadInput, InvalidTransition, NotPermitted, StaleVersion
from inventory.models import PurchaseOrder, ReplenishmentProposal, Supply, TransferOrder
from inventory.replenishment.actions.decide_proposals import (
    DecidedReplenishment,
    approve_proposals,
    dismiss_replenishments,
)
from inventory.replenishment.actions.edit_proposal import edit_proposal
from inventory.replenishment.errors import (
    BeyondBuyingLimit,
    NoSource,
    NotSoldBy,
    OwnApproval,
    ProposalClosed,
)
from masterdata.models import CatalogueItem, Supplier
from tests import factories
from tests.factories import local_day
from tests.inventory.replenishment.stocked import MONTHLY, Stocked, assert_adds_up, steady, stocked
from tests.support import count_statements, in_turn, run_concurrently

pytestmark = pytest.mark.django_db
D = Decimal


def ids(**which: object) -> list[int]:
    return list(ReplenishmentProposal.objects.filter(**which).order_by("pk").values_list("pk", flat=True))


def rows() -> list[dict[str, object]]:
    return list(ReplenishmentProposal.objects.order_by("pk").values())


def edit(made: Stocked, pk: int, quantity: int | str, **more: object) -> Decimal:
    version = ReplenishmentProposal.objects.get(pk=pk).version
    given = {"version": version, "quantity": D(quantity), **more}
    return edit_proposal(made.by(), proposal_id=pk, **given).quantity


def test_one_purchase_order_for_each_supplier_with_the_edited_quantity() -> None:
    made = steady(items=3)
    other = factories.supplier(company=made.company)
    CatalogueItem.objects.filter(item=made.items[2]).update(supplier=other)
    made.plan()
    first, second, third = ids()
    edit(made, second, 100)
    decided = approve_proposals(made.by(), proposal_ids=[third, first, second])
    assert (len(decided.purchase_order_ids), decided.decided, decided.refused) == (2, 3, [])
    order = PurchaseOrder.objects.get(supplier=made.supplier)
    lines = list(order.lines.order_by("line").values_list("item", "quantity", "unit", "unit_cost"))
    assert lines == [(made.items[0].pk, 72, "EA", 2), (made.items[1].pk, 100, "EA", 2)]
    proposal = ReplenishmentProposal.objects.get(pk=first)
    assert (proposal.state, proposal.purchase_order, order.site) == ("ordered", order, made.hub)
    assert Supply.objects.get(item=made.items[0]).due_on == proposal.due_on
    assert PurchaseOrder.objects.get(supplier=other).lines.get().quantity == 72
    # and the next run sees what is on order
    assert (made.plan().made, ReplenishmentProposal.objects.filter(state="open").count()) == (0, 0)
    assert_adds_up()


def test_whole_packs_are_ordered() -> None:
    made = steady()
    factories.item_unit(made.items[0], "BX", 10)
    CatalogueItem.objects.update(unit=factories.unit("BX"), cost=15)
    made.plan()
    found = made.proposal()
    assert (found.need, found.quantity, found.unit_id, found.value) == (72, 80, "BX", 120)
    assert edit(made, found.pk, 61) == 70
    (order_id,) = approve_proposals(made.by(), proposal_ids=[found.pk]).purchase_order_ids
    line = PurchaseOrder.objects.get(pk=order_id).lines.get()
    assert (line.quantity, line.unit_id, line.unit_cost, line.supply.expected) == (7, "BX", 15, 70)
    assert_adds_up()


def test_a_move_becomes_a_transfer_to_be_approved_as_any_other() -> None:
    made = stocked()
    made.say("hub_site", "HUB", f"site:{made.shop.pk}")
    made.sold([MONTHLY] * 12, site=made.shop)
    made.holds(0, site=made.shop)
    made.holds(500)
    made.plan()
    decided = approve_proposals(made.by(), proposal_ids=ids(kind="move"))
    order = TransferOrder.objects.get()
    assert decided == DecidedReplenishment([], [order.pk], 1)
    assert (order.site, order.to_site, order.state, order.reason) == (
        made.hub,
        made.shop,
        "requested",
        "replenish",
    )
    assert order.lines.get().quantity == 72
    # What was asked for is not proposed again, neither there nor as a purchase of the hub.
    assert (made.plan().made, ReplenishmentProposal.objects.filter(state="open").count()) == (0, 0)
    assert_adds_up()


def test_above_the_limit_a_second_person_with_a_wider_one_approves() -> None:
    made = steady()
    made.say("buying_limit_procurement", "143.99")
    made.plan()
    (pk,) = ids()
    lea, hugo, owner = (
        By(factories.actor(role, username=name))
        for role, name in (("procurement", "lea"), ("procurement", "hugo"), ("process_owner", "ann"))
    )
    assert approve_proposals(lea, proposal_ids=[pk], strict=True).waiting == 1
    found = made.proposal()
    assert (found.state, found.first_by, PurchaseOrder.objects.count()) == ("waiting", "lea", 0)
    before = rows()
    for by, error in ((lea, OwnApproval), (hugo, BeyondBuyingLimit)):
        with pytest.raises(error):
            approve_proposals(by, proposal_ids=[pk], strict=True)
        assert approve_proposals(by, proposal_ids=[pk]).decided == 0
    with pytest.raises(InvalidTransition):
        edit(made, pk, 1)
    made.holds(19)
    made.plan()  # a run leaves alone what the first has seen
    assert rows() == before
    assert len(approve_proposals(owner, proposal_ids=[pk], strict=True).purchase_order_ids) == 1
    assert (made.proposal().state, made.proposal().decided_by) == ("ordered", "ann")


def test_orders_of_one_day_made_one_after_the_other_are_one_to_the_limit() -> None:
    made = steady(items=4)
    other = factories.supplier(company=made.company)
    CatalogueItem.objects.filter(item=made.items[3]).update(supplier=other)
    made.say("buying_limit_procurement", "300")  # each is worth 144
    made.plan()
    first, second, third, elsewhere = ids()
    lea, hugo = (By(factories.actor("procurement", username=name)) for name in ("lea", "hugo"))
    for pk in (first, second, elsewhere):
        assert approve_proposals(lea, proposal_ids=[pk], strict=True).decided == 1
    decided = approve_proposals(lea, proposal_ids=[third], strict=True)
    assert (decided.decided, decided.waiting) == (0, 1)
    found = made.proposal(pk=third)
    assert (found.state, found.first_by, PurchaseOrder.objects.count()) == ("waiting", "lea", 3)
    # What others have ordered is theirs, and what was ordered yesterday is through.
    ReplenishmentProposal.objects.filter(pk__in=[first, second]).update(decided_by="hugo")
    with pytest.raises(BeyondBuyingLimit) as refused:
        approve_proposals(hugo, proposal_ids=[third], strict=True)
    assert "432.00 EUR" in str(refused.value) and "your limit of 300.00" in str(refused.value)
    ReplenishmentProposal.objects.filter(pk=first).update(decided_at=F("decided_at") - timedelta(days=1))
    assert approve_proposals(hugo, proposal_ids=[third], strict=True).decided == 1


def test_refusals_say_why_and_change_nothing() -> None:
    made = steady(items=2)
    made.plan()
    first, second = ids()
    here = By(factories.actor("procurement", scope=f"site:{made.shop.pk}"))
    before = rows()
    with pytest.raises(NotPermitted):
        approve_proposals(here, proposal_ids=[first])
    with pytest.raises(NotPermitted):
        approve_proposals(By(factories.actor("finance")), proposal_ids=[first])
    with pytest.raises(StaleVersion):
        edit(made, first, 5, version=7)
    with pytest.raises(BadInput):
        edit(made, first, 0)
    with pytest.raises(NotSoldBy):
        edit(made, first, 5, supplier_id=factories.supplier(company=made.company).pk)
    with pytest.raises(BadInput):
        dismiss_replenishments(made.by(), proposal_ids=[first], reason=" ")
    Supplier.objects.filter(pk=made.supplier.pk).update(is_blocked=True)
    with pytest.raises(NoSource):
        approve_proposals(made.by(), proposal_ids=[first], strict=True)
    assert approve_proposals(made.by(), proposal_ids=[first, second]).decided == 0
    assert (rows(), PurchaseOrder.objects.count()) == (before, 0)


def test_what_nobody_sells_is_proposed_and_cannot_be_ordered_until_somebody_does() -> None:
    made = steady(available=5)
    CatalogueItem.objects.all().delete()
    made.plan()
    found = made.proposal()
    assert (found.supplier, found.lead_time_days, found.quantity) == (None, 14, 72)
    with pytest.raises(NoSource):
        approve_proposals(made.by(), proposal_ids=[found.pk], strict=True)
    factories.catalogue_item(supplier=made.supplier, item=made.items[0], cost=3)
    made.plan()
    assert approve_proposals(made.by(), proposal_ids=[found.pk], strict=True).decided == 1
    assert_adds_up()


def test_another_seller_is_chosen_and_the_next_run_keeps_it() -> None:
    made = steady()
    dear = factories.catalogue_item(
        supplier=factories.supplier(company=made.company),
        item=made.items[0],
        cost=5,
        lead_time_days=2,
        rank=2,
    )
    made.plan()
    (pk,) = ids()
    edit(made, pk, 72, supplier_id=dear.supplier_id, note="Sooner")
    made.holds(5)
    made.plan()
    found = made.proposal()
    assert (found.supplier, found.lead_time_days, found.value) == (dear.supplier, 2, 360)
    approve_proposals(made.by(), proposal_ids=[pk], strict=True)
    assert PurchaseOrder.objects.get().supplier == dear.supplier


def test_a_chosen_seller_that_sells_it_no_more_is_not_ordered_from_at_the_terms_of_another() -> None:
    made = steady()
    dear = factories.catalogue_item(
        supplier=factories.supplier(company=made.company), item=made.items[0], cost=5, rank=2
    )
    made.plan()
    (pk,) = ids()
    edit(made, pk, 100, supplier_id=dear.supplier_id)
    dear.delete()
    made.plan()
    found = made.proposal()
    assert (found.supplier, found.chosen_supplier, found.edited_quantity, found.value) == (
        made.supplier,
        None,
        100,
        200,
    )
    approve_proposals(made.by(), proposal_ids=[pk], strict=True)
    assert PurchaseOrder.objects.get().supplier == made.supplier
    assert_adds_up()


def test_what_is_dismissed_or_expired_is_not_ordered_and_stays_away() -> None:
    made = steady()
    made.plan()
    (pk,) = ids()
    dismiss_replenishments(made.by(), proposal_ids=[pk], reason="Sale ends")
    with pytest.raises(ProposalClosed):
        approve_proposals(made.by(), proposal_ids=[pk], strict=True)
    assert made.plan().made == 0
    made.say("replenishment_dismissed_days", 0)
    assert made.plan().made == 1
    ReplenishmentProposal.objects.filter(state="open").update(expires_on=local_day() - timedelta(days=1))
    ((_item, why),) = approve_proposals(made.by(), proposal_ids=ids(state="open")).refused
    assert "expired" in why
    assert not PurchaseOrder.objects.exists()


@pytest.mark.parametrize("items", [1, 10])
def test_statements_depend_on_orders_not_on_lines(items: int) -> None:
    made = steady(items=items)
    made.plan()
    with count_statements() as counted:
        approve_proposals(made.by(), proposal_ids=ids())
    assert counted.statements <= 20
    assert PurchaseOrder.objects.get().lines.count() == items


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_approvals_of_one_proposal_make_one_order() -> None:
    made = steady(items=2)
    made.plan()
    both = ids()

    def approve(backwards: bool) -> int:
        chosen = both[::-1] if backwards else both
        return approve_proposals(By(made.planner), proposal_ids=chosen).decided

    assert Counter(run_concurrently(approve, [False, True])) == {2: 1, 0: 1}
    assert PurchaseOrder.objects.get().lines.count() == 2
    assert_adds_up()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_orders_of_one_person_at_once_know_of_each_other() -> None:
    made = steady(items=2)
    made.say("buying_limit_procurement", "200")  # each is worth 144
    made.plan()
    first, second = ids()
    lea = By(factories.actor("procurement", username="lea"))

    def approve(pk: int) -> tuple[int, int]:
        decided = approve_proposals(lea, proposal_ids=[pk])
        return decided.decided, decided.waiting

    assert in_turn(lambda: approve(first), lambda: approve(second)) == ((1, 0), (0, 1))
    assert PurchaseOrder.objects.count() == 1
