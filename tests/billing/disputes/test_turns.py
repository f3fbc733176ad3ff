"""Disputes against money: either first, the other first, and both at once."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from billing.disputes.actions.close_disputes import close_disputes
from billing.disputes.actions.open_dispute import open_dispute
from billing.disputes.actions.write_off_dispute import write_off_dispute
from billing.disputes.errors import DisputeClosed
from billing.models import CashApplication, Dispute
from billing.receivables.errors import OverApplied, OverDisputed
from billing.receivables.rules import Application
from erp.kernel.command import By
from erp.kernel.proofs import prove, results_of
from tests import factories
from tests.billing.disputes.disputing import disputed, figures, outcomes
from tests.billing.receivables.test_cash import open_item, receive
from tests.erp.test_turns import play
from tests.trade import Trade, trade

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.concurrency,
    pytest.mark.parametrize("order", ["one first", "other first", "at once"]),
]


@pytest.fixture
def shop() -> Trade:
    return trade(items=2)


@pytest.fixture(autouse=True)
def proven() -> Iterator[None]:
    yield
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


def test_a_dispute_and_the_payment_of_all(shop: Trade, order: str) -> None:
    clerk, item = factories.actor("finance"), open_item(shop)
    opened, paid = play(
        order,
        lambda: disputed(item, clerk, 30),
        lambda: receive(shop, clerk, item.amount, Application(item.pk, item.amount)),
    )
    assert not isinstance(paid, Exception)
    assert figures(item) == (0, 0)
    if isinstance(opened, OverDisputed):
        assert Dispute.objects.count() == 0
    else:
        assert outcomes(opened) == [("paid", "done", 30)]
    assert order == "at once" or isinstance(opened, OverDisputed) == (order == "other first")


def test_two_disputes_of_the_same_rest(shop: Trade, order: str) -> None:
    clerk, item = factories.actor("finance"), open_item(shop)
    results = play(
        order,
        lambda: open_dispute(By(clerk), open_item_id=item.pk, kind="price", amount=item.amount),
        lambda: open_dispute(By(clerk), open_item_id=item.pk, kind="damage", amount=Decimal(1)),
    )
    assert [isinstance(each, OverDisputed) for each in results].count(True) == 1
    assert figures(item)[1] == Dispute.objects.get().amount


def test_a_write_off_and_the_payment_of_all(shop: Trade, order: str) -> None:
    clerk, item = factories.actor("finance"), open_item(shop)
    dispute = disputed(item, clerk, 30)
    written, paid = play(
        order,
        lambda: write_off_dispute(By(clerk), dispute_id=dispute.pk, amount=Decimal(30), note="Goodwill"),
        lambda: receive(shop, clerk, item.amount, Application(item.pk, item.amount)),
    )
    if isinstance(written, DisputeClosed):
        assert figures(item) == (0, 0)
        assert outcomes(dispute) == [("paid", "done", 30)]
    else:
        assert isinstance(paid, OverApplied)
        assert figures(item) == (item.amount - 30, 0)
        assert outcomes(dispute) == [("written", "done", 30)]
    assert CashApplication.objects.count() == 1


def test_two_people_close_one_dispute(shop: Trade, order: str) -> None:
    clerk, item = factories.actor("finance"), open_item(shop)
    dispute = disputed(item, clerk, 30)
    results = play(
        order,
        lambda: close_disputes(By(clerk), dispute_ids=[dispute.pk], how="recovered", note="No"),
        lambda: close_disputes(By(clerk), dispute_ids=[dispute.pk], how="withdrawn", note="They said so"),
    )
    assert sorted(len(each.dispute_ids) for each in results) == [0, 1]
    assert len(outcomes(dispute)) == 1
