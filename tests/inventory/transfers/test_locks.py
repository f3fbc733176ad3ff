"""Who holds a demand may still take a bin: transfers lock both in the order in which release does (design.md 15)."""

import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from inventory.adjustments.errors import BoundToPicks
from inventory.models import Demand, StockBalance, TransferLine
from inventory.transfers.actions.clear_difference import find_difference
from inventory.transfers.actions.ship_transfer import Loaded
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.transfers.moving import Moving, difference_of, in_transit, moving
from tests.support import in_turn, run_concurrently

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
PATIENCE_S = 20


@pytest.fixture
def shop() -> Moving:
    return moving()


def behind_a_release(site_id: int, verb: Callable[[], Any]) -> Any:
    """What the verb comes to that begins when another session holds what customers want of the site, and takes its
    bins once the verb waits, as a release does: without waiting, as nobody may hold a bin who waits for a demand."""
    held = threading.Event()

    def release() -> None:
        with transaction.atomic():
            wanted = Demand.objects.filter(site=site_id, group__party__isnull=False).order_by("pk")
            list(wanted.select_for_update(of=("self",), no_key=True))
            held.set()
            assert _somebody_waits(), "the verb never asked for the demands"
            list(StockBalance.objects.filter(site=site_id).select_for_update(no_key=True, nowait=True))

    def follow() -> Any:
        assert held.wait(PATIENCE_S)
        return verb()

    released, result = run_concurrently(lambda work: work(), [release, follow])
    assert released is None, released
    return result


def _somebody_waits() -> bool:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.01)
    return False


def test_receiving_asks_for_who_waits_before_it_takes_a_bin(shop):
    shop.lock_away(shop.gets)
    demand = shop.wants(8)
    pk = shop.shipped(10)
    done = behind_a_release(shop.gets, lambda: shop.take(pk))
    assert (done.backorders_served, in_transit(shop.gets)) == (1, 0), done
    demand.refresh_from_db()
    assert demand.reserved == 8
    assert_proven()


def test_finding_asks_for_who_waits_before_it_takes_a_bin(shop):
    shop.lock_away(shop.gets)
    demand = shop.wants(8)
    pk = shop.shipped(10)
    shop.take(pk, 4, complete=True)
    row = difference_of(pk)
    found = behind_a_release(
        shop.gets,
        lambda: find_difference(
            shop.by(), difference_id=row.pk, quantity=Decimal(6), bin_id=shop.dock(), note="Here"
        ),
    )
    assert found.outcome == "found", found
    demand.refresh_from_db()
    assert demand.reserved == 8
    assert_proven()


def test_giving_the_rest_up_asks_for_who_leans_on_it_before_it_takes_a_bin(shop):
    shop.lock_away(shop.gets)
    shop.wants(8)
    pk = shop.approved(10)
    line = TransferLine.objects.get()
    place = shop.at(shop.gives).item.balances.get(site=shop.gives)
    loads = [Loaded(line.pk, place.bin_id, Decimal(4))]
    sent = behind_a_release(shop.gets, lambda: shop.send(pk, loads, keep_rest=False))
    assert not isinstance(sent, Exception), sent
    line.refresh_from_db()
    assert (line.shipped, line.cancelled, in_transit(shop.gets)) == (4, 6, 4)
    assert_proven()


def test_what_a_pick_is_bound_to_meanwhile_is_not_loaded(shop):
    shop.lock_away(shop.gives, left=10)
    pk = shop.approved(4)
    line = TransferLine.objects.get()
    place = shop.at(shop.gives).item.balances.get(site=shop.gives, status="available")

    def bind() -> None:
        with transaction.atomic():
            StockBalance.objects.filter(pk=place.pk).update(allocated=8)

    _bound, sent = in_turn(bind, lambda: shop.send(pk, [Loaded(line.pk, place.bin_id, Decimal(4))]))
    assert isinstance(sent, BoundToPicks), sent
    assert in_transit(shop.gets) == 0
