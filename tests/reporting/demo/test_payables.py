"""What suppliers of the demo company charge is at every stage that the pages show."""

from datetime import UTC, datetime

import pytest

from billing.models import MatchException, PaymentRun, SupplierInvoice
from erp.kernel.command import By
from masterdata.models import Company
from reporting.demo.masters import MAIN
from reporting.demo.payables import CHARGED, charge_receipts, pay_suppliers
from tests import factories as make
from tests.billing.banking.bank import bank_account
from tests.billing.payables.buying import received
from tests.billing.payments.paying import OUR_IBAN
from tests.orders.books import assert_proven
from tests.trade import trade

pytestmark = pytest.mark.django_db


def test_most_of_it_is_clean_and_the_rest_waits_for_a_reason():
    shop = trade(items=len(CHARGED))
    Company.objects.filter(pk=shop.world.company_id).update(code=MAIN)
    received(shop, *[20] * len(CHARGED))
    finance = make.actor("finance", username="finance")
    charge_receipts(lambda _who, at: By(finance, at=at), datetime.now(UTC))
    assert SupplierInvoice.objects.filter(state="posted").count() == 5
    kinds = sorted(MatchException.objects.filter(resolved_at=None).values_list("kind", flat=True))
    assert kinds == ["freight", "not_ordered", "over_billed", "price"]
    # then what is due is proposed out of the house bank, to who was confirmed
    bank_account(shop.world.company_id, number=OUR_IBAN)
    people = {"buyer": make.actor("procurement", username="buyer"), "finance": finance}
    pay_suppliers(lambda who, at: By(people[who], at=at), datetime.now(UTC))
    run = PaymentRun.objects.get()
    assert (run.state, run.items.count(), run.left_out) == ("proposed", 5, [])
    assert_proven("AP1", "AP2", "AP4", "AP5", "AP7", "AP10", "AP11", "AP13")
