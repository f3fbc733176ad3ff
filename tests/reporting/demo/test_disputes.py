"""What customers of the demo company hold back, promise and are reminded of is at every stage that the pages show."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from billing.models import (
    CollectionNote,
    Dispute,
    DisputeOutcome,
    DunningLetter,
    DunningLevel,
    DunningStop,
    PaymentPromise,
)
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.command import By
from masterdata.models import Company
from reporting.demo.collecting import call_payers
from reporting.demo.disputes import TOLD, hold_back
from reporting.demo.dunning import remind
from reporting.demo.masters import MAIN
from tests import factories
from tests.billing.collections.test_collections import late_item
from tests.billing.receivables.test_cash import receive
from tests.orders.books import assert_proven
from tests.trade import trade

pytestmark = pytest.mark.django_db


def test_what_is_owed_and_not_paid_has_its_rows() -> None:
    shop = trade(items=3, customers=6)
    Company.objects.filter(pk=shop.world.company_id).update(code=MAIN)
    finance = factories.actor("finance", username="finance")
    for customer_id in shop.world.customers:
        item = late_item(shop, 10, quantity=60, customer_id=customer_id)
        paid = Application(item.pk, Decimal(20))
        receive(shop, finance, Decimal(20), paid, customer_id=customer_id)

    def by(who: str, at: datetime) -> By:
        return By(Actor.system("billing") if who.startswith("system") else finance, at=at)

    now = datetime.now(UTC)
    hold_back(by, now)
    assert (Dispute.objects.count(), Dispute.objects.filter(closed_at=None).count()) == (len(TOLD), 4)
    assert sorted(DisputeOutcome.objects.values_list("kind", "state")) == [
        ("recovered", "done"), ("written", "waiting"),
    ]  # fmt: skip
    remind(by, now)
    assert (DunningLevel.objects.count(), DunningStop.objects.count()) == (3, 1)
    assert DunningLetter.objects.count() > 0
    call_payers(by, now)
    assert (CollectionNote.objects.count(), PaymentPromise.objects.count()) == (3, 2)
    assert_proven("G20", "G21", "G22", "G23", "K18", "K19", "K20")
