"""What a carrier pays for damage goes into the books once, by the account rule; a claim that is only made does not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.ledger.accounts import forget_accounts
from billing.models import AccountRule, Journal, JournalLine, UnmappedPosting
from erp.kernel import clock
from erp.kernel.errors import BadInput, NotPermitted
from inventory.stock.errors import NoOpenPeriod
from masterdata.models import AccountingPeriod
from orders.models import CarrierClaim, CustomerReturn
from orders.returns.actions.settle_claim import settle_claim
from orders.returns.errors import ClaimSettled
from tests import factories
from tests.billing.test_proofs import red
from tests.orders.returns.journey import Returns, returns
from tests.support import run_concurrently
from tests.trade import trade


@pytest.fixture
def shop(db: None) -> Returns:
    return returns(trade(items=3))


@pytest.fixture
def rma(shop: Returns) -> CustomerReturn:
    """Two pieces at 12.30 that were damaged on the way."""
    return shop.approved(2, "transit")


def settle(shop: Returns, rma: CustomerReturn, recovered: str) -> None:
    settle_claim(shop.by(shop.service), return_id=rma.pk, recovered=Decimal(recovered), reference="DHL 7")


def booked() -> dict[str, Decimal]:
    """Amounts of the claim's journal by purpose."""
    purposes = dict(AccountRule.objects.values_list("account_id", "purpose"))
    journal = Journal.objects.get(kind="claim")
    rows = JournalLine.objects.filter(journal_id=journal.pk)
    return {purposes[row.account_id]: row.amount for row in rows}


def test_what_is_received_is_booked_and_the_rest_given_up(shop: Returns, rma: CustomerReturn) -> None:
    assert not Journal.objects.filter(kind="claim").exists()
    settle(shop, rma, "20.00")
    claim = CarrierClaim.objects.get()
    assert (claim.state, claim.amount, claim.recovered) == ("paid", Decimal("24.60"), 20)
    assert booked() == {"cash": 20, "recovery": -20}
    journal = Journal.objects.get(kind="claim")
    assert (journal.source, journal.source_id, journal.company_id) == (
        "orders.carrierclaim",
        claim.pk,
        rma.company_id,
    )
    with pytest.raises(ClaimSettled):
        settle(shop, rma, "4.60")
    assert Journal.objects.filter(kind="claim").count() == 1
    assert red("G1", "G2", "G9") == set()
    CarrierClaim.objects.update(recovered=21)
    assert red("G9") == {"G9"}


def test_what_is_refused_is_in_no_account(shop: Returns, rma: CustomerReturn) -> None:
    settle(shop, rma, "0")
    assert CarrierClaim.objects.get().state == "denied"
    assert not Journal.objects.filter(kind="claim").exists()
    assert red("G9") == set()


def test_without_an_account_it_waits_in_suspense_and_stops_nobody(shop: Returns, rma: CustomerReturn) -> None:
    AccountRule.objects.filter(purpose="recovery").delete()
    forget_accounts()
    settle(shop, rma, "20.00")
    assert booked() == {"cash": 20, "suspense": -20}
    waiting = UnmappedPosting.objects.get()
    assert (waiting.purpose, waiting.amount) == ("recovery", -20)
    forget_accounts()


def test_refusals_change_nothing(shop: Returns, rma: CustomerReturn) -> None:
    with pytest.raises(BadInput):
        settle(shop, rma, "24.61")
    with pytest.raises(NotPermitted):
        settle_claim(shop.by(shop.dock), return_id=rma.pk, recovered=Decimal(1))
    AccountingPeriod.objects.update(closed_at=clock.now())
    with pytest.raises(NoOpenPeriod):
        settle(shop, rma, "20.00")
    assert CarrierClaim.objects.get().state == "open"
    assert not Journal.objects.filter(kind="claim").exists()


@pytest.mark.django_db(transaction=True)
def test_two_clerks_book_it_once() -> None:
    shop = returns(trade(items=3))
    rma = shop.approved(2, "transit")
    made = run_concurrently(lambda amount: settle(shop, rma, amount), ["20.00", "24.60", "0"])
    assert sorted(type(each).__name__ for each in made) == ["ClaimSettled", "ClaimSettled", "NoneType"]
    assert red("G1", "G2", "G9") == set()


def test_the_list_ages_them(shop: Returns, rma: CustomerReturn, client) -> None:
    client.force_login(factories.user("finance"))

    def listed(view: str) -> int:
        return len(client.get("/orders/returns/claims/", {"view": view}).context["rows"])

    assert [listed(view) for view in ("open", "over30", "over60", "paid")] == [1, 0, 0, 0]
    CarrierClaim.objects.update(opened_at=clock.now() - timedelta(days=61))
    assert [listed(view) for view in ("open", "over30", "over60", "over90")] == [1, 1, 1, 0]
    settle(shop, rma, "20.00")
    assert [listed(view) for view in ("open", "over60", "paid", "all")] == [0, 0, 1, 1]
