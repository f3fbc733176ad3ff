"""The demo company plans its stock, through the same verbs as everyone."""

from datetime import datetime
from itertools import count

import pytest

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from inventory.models import DemandForecast, ReplenishmentProposal, StockingPolicy
from reporting.demo.plans import plan_stock
from tests.inventory.replenishment.stocked import assert_adds_up
from tests.inventory.transfers.moving import moving

keys = count(1)


def by(who: str, at: datetime) -> By:
    return By(Actor(who), key=f"plans-{next(keys)}", at=at)


@pytest.mark.django_db
def test_proposals_wait_and_one_is_edited():
    made = moving(items=2)
    made.lock_away(made.gets)
    made.wants(8)
    plan_stock(by, now())
    assert (DemandForecast.objects.count(), StockingPolicy.objects.count()) == (1, 2)
    (proposal,) = ReplenishmentProposal.objects.filter(state="open")
    assert proposal.edited_quantity == 2 * proposal.quantity
    assert_adds_up()
