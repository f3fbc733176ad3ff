"""Whatever two sites do with a transfer, in any order: nothing is made or lost on the way, and every proof is green."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp.kernel.command import By
from erp.kernel.errors import DomainError
from inventory.adjustments.actions.decide_adjustments import approve_adjustments, refuse_adjustments
from inventory.models import Adjustment, TransferDifference, TransferLine, TransferOrder
from inventory.transfers.actions.clear_difference import find_difference, write_off_difference
from inventory.transfers.actions.decide_transfer import approve_transfer, cancel_transfer
from inventory.transfers.actions.propose_transfers import propose_transfers
from inventory.transfers.actions.ship_transfer import Loaded
from tests.factories import actor
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.transfers.moving import MILLION, Moving, in_transit, moving

pytestmark = pytest.mark.django_db
D = Decimal

VERBS = st.sampled_from(
    ["ask", "approve", "ship", "ask", "approve", "ship part", "take", "take part", "complete", "damaged", "cancel",
     "find", "write off", "decide", "order", "block", "propose"]
)  # fmt: skip
STEPS = st.lists(st.tuples(VERBS, st.integers(1, 9), st.integers(0, 2)), min_size=6, max_size=24)


@pytest.fixture
def shop() -> Moving:
    made = moving()
    made.lock_away(made.gets)
    made.lock_away(made.gives, left=60)
    return made


@given(STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_transfers_conserve(shop, steps):
    for verb, quantity, which in steps:
        try:
            step(shop, verb, quantity, which)
        except DomainError:
            pass  # refused: the figures below say that nothing was left behind
        held = sum(shop.at(site_id).on_hand for site_id in (shop.gives, shop.gets)) + in_transit(shop.gets)
        gone = Adjustment.objects.filter(state="posted").values_list("quantity", flat=True)
        assert held == 2 * MILLION + sum(gone)
    assert_proven()


# Mostly a transfer that the verb is for; now and then, where there is none, one that refuses it.
STATES = {
    "approve": ["requested"],
    "ship": ["approved", "shipped"],
    "ship part": ["approved", "shipped"],
    "cancel": ["approved", "shipped"],
}


def chosen(verb: str, which: int) -> int:
    """The id of a transfer in a state that the verb takes further, the newest but `which`; else of the newest."""
    rows = TransferOrder.objects.order_by("-pk").values_list("pk", flat=True)
    fitting = list(rows.filter(state__in=STATES.get(verb, ["shipped"]))[: which + 1]) or list(rows[:1])
    return fitting[-1] if fitting else 0


def step(shop: Moving, verb: str, quantity: int, which: int) -> None:
    pk = chosen(verb, which)
    differences = list(TransferDifference.objects.order_by("-pk")[which : which + 1])
    if verb == "ask":
        shop.ask(quantity)
    elif verb == "order":
        shop.wants(quantity)
    elif verb == "block" and which:
        shop.lock_away(shop.gives, left=30 + quantity * 3)
    elif verb == "propose":
        propose_transfers(shop.by(), company_id=shop.world.company_id)
    elif verb == "approve":
        approve_transfer(shop.by(), transfer_id=pk or shop.ask(quantity))
    elif verb == "ship":
        shop.send(pk, keep_rest=which > 0)
    elif verb == "ship part" and pk:
        place = shop.at(shop.gives).item.balances.get(site=shop.gives, status="available")
        line = TransferLine.objects.get(order=pk)
        shop.send(pk, [Loaded(line.pk, place.bin_id, D(1))], keep_rest=which > 0)
    elif verb == "take":
        shop.take(pk)
    elif verb in ("take part", "complete"):
        shop.take(pk, quantity, complete=verb == "complete")
    elif verb == "damaged":
        shop.take(pk, damaged=1)
    elif verb == "cancel" and which == 2:
        cancel_transfer(shop.by(), transfer_id=pk, reason="Enough")
    elif verb == "find" and differences:
        find_difference(shop.by(), difference_id=differences[0].pk, quantity=D(quantity), bin_id=shop.dock())
    elif verb == "write off" and differences:
        write_off_difference(
            _small(), difference_id=differences[0].pk, note="Gone", claim_reference="C" * which
        )
    elif verb == "decide":
        waiting = list(Adjustment.objects.filter(state="waiting").values_list("pk", flat=True)[:1])
        if waiting and which:
            approve_adjustments(shop.by(), adjustment_ids=waiting)
        elif waiting:
            refuse_adjustments(shop.by(), adjustment_ids=waiting, reason="Look again")


def _small() -> By:
    """Somebody whose limit of 25 percent of the bin is exceeded by most of what is missing."""
    return By(actor("warehouse"))
