"""The demo company's quotes stand at every end and its blanket orders in use, through the same verbs as everyone's."""

from collections import Counter
from datetime import datetime
from itertools import count

import pytest

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from orders.models import BlanketLine, Quote
from reporting.demo.offers import CALLED, STORIES, offer
from tests.trade import trade

keys = count(1)


def by(who: str, at: datetime) -> By:
    return By(Actor(who), key=f"demo-{next(keys)}", at=at)


@pytest.mark.django_db
def test_every_story_is_told():
    shop = trade(items=4, customers=len(STORIES) + len(CALLED))
    for customer in shop.world.customers:
        shop.submit(3, customer_id=customer)
    offer(by, now())
    states = Counter(Quote.objects.values_list("state", flat=True))
    assert states == {"won": 2, "lost": 2, "expired": 1, "sent": 3, "open": 1}
    assert Quote.objects.filter(state="sent", ordered_net__gt=0).count() == 1
    lost = Quote.objects.filter(state="lost").order_by("pk").values_list("loss", "competitor")
    assert list(lost) == [("price", "Brixton Supply"), ("delivery", "Kanal Handel")]
    called = BlanketLine.objects.order_by("pk").values_list("stock_quantity", "called")
    assert list(called) == [(20, 6)] * 3 + [(20, 17)] * 3
