"""F6: fifty clients want one each of the last twenty: clerks at desks, programs, and a worker, all at once."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from erp.kernel.models import Decision
from inventory.commitments.models import Commitment, Demand
from inventory.stock.models import SiteStock
from tests.chaos.clients import Clerk, Program
from tests.chaos.shop import Shop, order_of
from tests.chaos.stack import PrivateStack

CLIENTS, UNITS = 50, 20


def test_the_last_units_are_promised_once(stack: PrivateStack, shop: Shop) -> None:
    item_id = shop.scarce_item(UNITS)
    customers = shop.world.customers
    wishes = [order_of(customers[number % len(customers)], item_id) for number in range(CLIENTS)]
    clerks = [Clerk(stack.address) for _ in range(5)]
    program = Program(stack.address, shop.token)
    ways: list[Callable[[dict[str, Any]], int]] = [
        *(partial(_over_http, clerk) for clerk in clerks * 3),
        *(partial(_over_http, program) for _ in range(17)),
        *(partial(_in_process, shop) for _ in range(18)),
    ]
    orders = _all_at_once([partial(way, wish) for way, wish in zip(ways, wishes, strict=True)])

    demands = Demand.objects.filter(item=item_id)
    assert len(set(orders)) == CLIENTS == demands.count()
    assert demands.filter(reserved=1).count() == UNITS
    assert demands.filter(reserved=0).count() == CLIENTS - UNITS
    stock = SiteStock.objects.get(item=item_id, site=shop.world.sites[0])
    assert (stock.available, stock.reserved) == (Decimal(UNITS), Decimal(UNITS))
    assert Commitment.objects.filter(demand__item=item_id, supply=None).count() == UNITS
    # Who got nothing was told so: the order's why-record says what is short, and promises no date.
    why = Decision.objects.filter(verb="orders.submit_order", subject_id__in=orders).values_list(
        "outcome", flat=True
    )
    answers = sorted(
        (share["on"] is None, Decimal(share["short"])) for each in why for share in each["promise"]
    )
    assert answers == [(False, Decimal(0))] * UNITS + [(True, Decimal(1))] * (CLIENTS - UNITS)


def _over_http(client: Program, wish: dict[str, Any]) -> int:
    answer = client.submit(wish)
    while answer.status in (409, 503) and answer.retry_after:  # busy is an answer, and says when to come back
        answer = client.submit(wish)
    assert answer.status == 201, answer
    return int(answer.body["order_id"])


def _in_process(shop: Shop, wish: dict[str, Any]) -> int:
    try:
        return shop.submit(wish).order_id
    finally:
        connection.close()


def _all_at_once(works: list[Callable[[], int]]) -> list[int]:
    results: list[int] = []
    failures: list[BaseException] = []
    start = Barrier(len(works))

    def run(work: Callable[[], int]) -> None:
        start.wait()
        try:
            results.append(work())
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures, failures
    return results
