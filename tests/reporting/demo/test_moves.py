"""The demo company moves goods between its sites, through the same verbs as everyone."""

from collections import Counter
from datetime import datetime
from itertools import count

import pytest

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from inventory.models import TransferDifference, TransferOrder
from masterdata.models import Site
from reporting.demo.moves import LINES, move_goods
from tests import factories
from tests.inventory.adjustments.goods import assert_proven
from tests.trade import trade

keys = count(1)


def by(who: str, at: datetime) -> By:
    return By(Actor(who), key=f"moves-{next(keys)}", at=at)


@pytest.mark.django_db
def test_a_transfer_stands_on_each_step():
    trade(items=6)
    for site in Site.objects.all():
        factories.bin(site=site, kind="receiving")
    move_goods(by, now())
    states = Counter(TransferOrder.objects.values_list("state", flat=True))
    assert states == {"received": 2, "shipped": 2, "approved": 1, "requested": 1}
    assert {order.lines.count() for order in TransferOrder.objects.all()} == {LINES}
    differences = TransferDifference.objects.order_by("kind").values_list("kind", "quantity", "outcome")
    assert list(differences) == [("damaged", 1, ""), ("short", 1, "")]
    assert_proven()
