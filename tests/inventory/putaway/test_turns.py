"""Two who want the same goods in the receiving bin: either first, and both at once."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from erp.kernel.command import By
from inventory.adjustments.errors import BoundToPicks
from inventory.models import PutawayTask, StockPosting
from inventory.outbound.actions.release_groups import release_groups
from inventory.putaway.actions.begin_putaways import begin_putaways
from inventory.putaway.actions.put_away import Placed, put_away
from inventory.putaway.errors import PutawayTaken
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.erp.test_turns import play, went_well
from tests.factories import actor
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.putaway.dock import Dock, dock
from tests.inventory.putaway.test_put_away import sell_only_the_dock

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.concurrency,
    pytest.mark.parametrize("order", ["one first", "other first", "at once"]),
]


@pytest.fixture
def shop() -> Dock:
    return dock()


@pytest.fixture(autouse=True)
def proven() -> Iterator[None]:
    yield
    assert_proven()


def test_two_scanners_confirm_the_same_task(shop, order):
    task, place = shop.task(10), shop.empty_bin()
    lea = By(actor("warehouse", username="lea"))

    def confirm() -> object:
        return put_away(lea, placed=[Placed(task.pk, place.pk)])

    first, second = play(order, confirm, confirm)
    assert first == second
    assert (shop.held(place), StockPosting.objects.filter(source="inventory.putawaytask").count()) == (10, 1)


def test_two_take_the_same_task(shop, order):
    task = shop.task(10)
    people = [By(actor("warehouse", username=name)) for name in ("lea", "hugo")]
    results = play(order, *[lambda by=by: begin_putaways(by, task_ids=[task.pk]) for by in people])
    assert sorted(went_well(*results)) == [False, True]
    assert [type(result) for result in results if isinstance(result, Exception)] == [PutawayTaken]
    assert PutawayTask.objects.get().owner in ("lea", "hugo")


def test_a_picker_and_who_puts_away_share_what_stands_there(shop, order):
    sell_only_the_dock(shop)
    task, place = shop.task(10), shop.empty_bin()
    sold = SalesOrder.objects.get(pk=shop.submit([LineRequest(shop.world.items[0], Decimal(4))]).order_id)
    moved, released = play(
        order,
        lambda: put_away(shop.by(), placed=[Placed(task.pk, place.pk, Decimal(10))]),
        lambda: release_groups(shop.by(), group_ids=[sold.group_id]),
    )
    assert not isinstance(released, Exception), released
    if isinstance(moved, Exception):
        assert isinstance(moved, BoundToPicks)
        assert shop.held(shop.receiving) == 10
    else:
        assert shop.held(place) == 10
