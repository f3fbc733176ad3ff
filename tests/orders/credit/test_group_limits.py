"""Credit shared down the hierarchy (CR02): whose limit holds, who is let go by whose payment, and nobody overdraws."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Q

from billing.receivables.actions.receive_cash import receive_cash
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from erp.kernel.models import Decision, OutboxEntry
from erp.kernel.outbox import deliver
from erp.kernel.proofs import prove, results_of
from masterdata.models import Customer, CustomerGroup
from masterdata.parties.actions.change_customer import change_customer
from masterdata.parties.actions.place_customer_group import place_customer_group
from masterdata.policies import snapshot
from orders.credit.actions.set_credit_limit import CreditSet, set_credit_limit, set_group_limit
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.actions.submit_order import SubmittedOrder, submit_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import CreditAccount, Hold, SalesOrder
from tests import factories
from tests.factories import local_day
from tests.support import count_statements, in_turn, run_concurrently
from tests.trade import Trade, trade

LET_GO = "orders.holds.let_covered_orders_go"
RECOUNT = "orders.credit.recount_changed_paths"


@pytest.fixture
def shop(db: None) -> Trade:
    return trade(items=4, customers=4)


@pytest.fixture
def finance(shop: Trade) -> By:
    return By(factories.actor("finance", "data_steward"))


def tree() -> tuple[CustomerGroup, CustomerGroup, CustomerGroup]:
    """Three levels; every customer of the house stands on the lowest."""
    low = CustomerGroup.objects.get(code="BENCH")
    top = factories.customer_group(code="TOP", name="Holding")
    mid = factories.customer_group(code="MID", name="North", parent=top)
    CustomerGroup.objects.filter(pk=low.pk).update(parent=mid)
    return top, mid, low


def limit(shop: Trade, finance: By, group: CustomerGroup, amount: int | None, version: int = 0) -> CreditSet:
    return set_group_limit(
        By(finance.actor), company_id=shop.world.company_id, group_id=group.pk, version=version,
        limit=None if amount is None else Decimal(amount), reason="Agreed with the holding",
    )  # fmt: skip


def order(shop: Trade, customer: int, quantity: int) -> SubmittedOrder:
    """An order of the second item; see `price_of`."""
    wanted = [LineRequest(shop.world.items[1], Decimal(quantity))]
    return shop.submit(wanted, customer_id=shop.world.customers[customer])


def price_of(shop: Trade) -> Decimal:
    """What one of them costs with tax."""
    return (10 + shop.world.items[1] % 90) * Decimal("1.21")


def exposure(group: CustomerGroup) -> Decimal:
    return CreditAccount.objects.get(group=group).exposure


def proven() -> None:
    red = [result for result in results_of(prove()) if not result.green]
    assert red == []


def test_children_draw_on_the_limits_above_them(shop: Trade, finance: By) -> None:
    top, mid, _ = tree()
    gross = price_of(shop)
    limit(shop, finance, top, 100_000)
    limit(shop, finance, mid, int(gross * 25))
    first, second = order(shop, 0, 10), order(shop, 1, 10)
    assert (first.holds, second.holds) == ([], [])
    assert exposure(top) == exposure(mid) == gross * 20

    held = order(shop, 2, 10)
    assert held.holds == ["credit"]
    hold = Hold.objects.get(order=held.order_id)
    over = gross * 30 - int(gross * 25)
    assert hold.detail == (
        f"Over the limit of {int(gross * 25)}.00 of North by {over} EUR: "
        f"{gross * 20} already counts, this order adds {gross * 10}."
    )
    assert hold.amount == over
    assert exposure(top) == exposure(mid) == gross * 20
    why = Decision.objects.get(subject="orders.salesorder", subject_id=held.order_id).outcome["credit"]
    assert (why["of"], why["passed"], len(why["limits"])) == ("North", False, 3)
    own = CreditAccount.objects.get(customer=shop.world.customers[2])
    assert own.exposure == 0
    proven()


def test_a_payer_without_a_limit_of_its_own_counts_too(shop: Trade, finance: By) -> None:
    _, mid, _ = tree()
    CreditAccount.objects.filter(customer=shop.world.customers[0]).delete()
    limit(shop, finance, mid, int(price_of(shop) * 5))
    assert order(shop, 0, 4).holds == []
    assert order(shop, 0, 4).holds == ["credit"]
    assert exposure(mid) == price_of(shop) * 4
    proven()


def test_other_companies_and_other_branches_do_not_count(shop: Trade, finance: By) -> None:
    top, _, low = tree()
    other = factories.customer_group(code="OTHER", parent=top)
    Customer.objects.filter(pk=shop.world.customers[3]).update(group=other)
    limit(shop, finance, low, int(price_of(shop) * 5) + 1)
    elsewhere = factories.company(code="ELSE")
    CreditAccount.objects.create(company=elsewhere, group=low, limit=0)
    assert order(shop, 3, 50).holds == []
    assert order(shop, 0, 5).holds == []
    assert exposure_of(shop, low) == price_of(shop) * 5
    assert CreditAccount.objects.get(company=elsewhere).exposure == 0
    proven()


def exposure_of(shop: Trade, group: CustomerGroup) -> Decimal:
    return CreditAccount.objects.get(group=group, company=shop.world.company_id).exposure


def test_a_first_limit_counts_what_all_beneath_owe(shop: Trade, finance: By) -> None:
    top, _, _ = tree()
    shop.invoice(shop.ship([LineRequest(shop.world.items[1], Decimal(2))]))
    order(shop, 1, 3)
    made = limit(shop, finance, top, 10_000)
    assert Decimal(made.exposure) == price_of(shop) * 5
    assert (made.limit, made.version) == ("10000", 1)
    proven()
    # taken away, nothing is kept; given again, everything is there again
    assert limit(shop, finance, top, None, made.version).exposure == "0"
    assert exposure(top) == 0
    assert Decimal(limit(shop, finance, top, 9_000, 2).exposure) == price_of(shop) * 5


def test_setting_a_limit_is_refused_without_a_right_a_reason_or_the_version(shop: Trade, finance: By) -> None:
    top, _, _ = tree()
    clerk = By(factories.actor("customer_service"))
    with pytest.raises(NotPermitted):
        limit(shop, clerk, top, 1)
    with pytest.raises(BadInput):
        limit(shop, finance, top, -1)
    with pytest.raises(StaleVersion):
        limit(shop, finance, top, 1, version=3)
    assert not CreditAccount.objects.filter(group=top).exists()


def test_a_payer_that_never_had_a_limit_gets_one(shop: Trade, finance: By) -> None:
    CreditAccount.objects.filter(customer=shop.world.customers[0]).delete()
    order(shop, 0, 2)
    made = set_credit_limit(
        finance, customer_id=shop.world.customers[0], version=0, limit=Decimal(700), reason="New"
    )
    account = CreditAccount.objects.get(customer=shop.world.customers[0])
    assert (account.pk, account.limit, account.exposure) == (made.account_id, 700, price_of(shop) * 2)
    assert account.company_id == shop.world.company_id


def test_whoever_moves_takes_its_debts_along(shop: Trade, finance: By) -> None:
    top, mid, low = tree()
    other = factories.customer_group(code="OTHER", name="South", parent=top)
    for group in (top, mid, other):
        limit(shop, finance, group, 100_000)
    order(shop, 0, 1)
    order(shop, 1, 2)
    mover = Customer.objects.get(pk=shop.world.customers[1])
    change_customer(finance, customer_id=mover.pk, version=mover.version, changes={"group_id": other.pk})
    gross = price_of(shop)
    assert [exposure(group) for group in (top, mid, other)] == [gross * 3, gross, gross * 2]
    proven()
    # the whole branch moves
    low.refresh_from_db()
    place_customer_group(finance, group_id=low.pk, parent_id=other.pk, version=low.version)
    assert [exposure(group) for group in (top, mid, other)] == [gross * 3, 0, gross * 3]
    # and leaves
    low.refresh_from_db()
    place_customer_group(finance, group_id=low.pk, parent_id=None, version=low.version)
    assert [exposure(group) for group in (top, mid, other)] == [gross * 2, 0, gross * 2]
    assert deliver(RECOUNT).failed == 0
    assert [exposure(group) for group in (top, mid, other)] == [gross * 2, 0, gross * 2]
    proven()


def test_a_payment_lets_the_whole_tree_go_in_the_policys_order(shop: Trade, finance: By) -> None:
    top, _, _ = tree()
    gross = price_of(shop)
    limit(shop, finance, top, int(gross * 10) + 1)
    shop.invoice(shop.ship([LineRequest(shop.world.items[1], Decimal(10))]))
    big, small, late = order(shop, 1, 8), order(shop, 2, 3), order(shop, 3, 3)
    assert [one.holds for one in (big, small, late)] == [["credit"]] * 3
    deliver(LET_GO)
    assert not Hold.objects.exclude(released_at=None).exists()

    # four are paid: the longest held needs eight and is passed over, the next takes three
    pay(shop, finance, gross * 4)
    assert deliver(LET_GO).handled == 2  # the payer's own account, and the group's
    assert held(big, small, late) == [True, False, True]
    assert exposure(top) == gross * 9
    hold = Hold.objects.get(order=small.order_id)
    assert hold.release_reason == f"There is room again: {gross * 3} fits every limit."
    assert (hold.released_by, hold.amount > 0) == (f"system:{LET_GO}", True)
    why = Decision.objects.get(subject="orders.hold", subject_id=hold.pk).outcome
    path = CreditAccount.objects.filter(Q(customer=shop.world.customers[2]) | Q(group=top)).order_by("pk")
    assert why["accounts"] == list(path.values_list("pk", flat=True))
    proven()

    # six more: the large one needs eight and waits, the last takes three
    pay(shop, finance, gross * 6)
    deliver(LET_GO)
    assert held(big, small, late) == [True, False, False]
    assert exposure(top) == gross * 6


def pay(shop: Trade, finance: By, amount: Decimal) -> None:
    receive_cash(
        By(finance.actor), customer_id=shop.world.customers[0], amount=amount, received_on=local_day()
    )


def held(*orders: SubmittedOrder) -> list[bool]:
    return [
        Hold.objects.filter(order=one.order_id, kind="credit", released_at=None).exists() for one in orders
    ]


@pytest.mark.parametrize(
    ("rank", "waits"), [("oldest", [False, True]), ("smallest", [True, False]), ("by_hand", [True, True])]
)
def test_the_policy_decides_who_goes_first(shop: Trade, finance: By, rank: str, waits: list[bool]) -> None:
    _, _, low = tree()
    gross = price_of(shop)
    limit(shop, finance, low, int(gross * 10) + 1)
    shop.invoice(shop.ship([LineRequest(shop.world.items[1], Decimal(10))]))
    large, little = order(shop, 1, 8), order(shop, 2, 3)
    snapshot.assume(
        snapshot.Snapshot(1, {("orders.credit_release_order", "*"): [(date(2020, 1, 1), None, rank)]})
    )
    pay(shop, finance, gross * 10)
    deliver(LET_GO)
    assert held(large, little) == waits


def test_a_raised_or_removed_limit_lets_go(shop: Trade, finance: By) -> None:
    _, _, low = tree()
    made = limit(shop, finance, low, 1)
    one, other = order(shop, 0, 1), order(shop, 1, 100)
    limit(shop, finance, low, int(price_of(shop)) + 1, made.version)
    deliver(LET_GO)
    assert held(one, other) == [False, True]
    limit(shop, finance, low, None, made.version + 1)
    deliver(LET_GO)
    assert held(one, other) == [False, False]
    proven()


def test_a_cancelled_order_makes_room(shop: Trade, finance: By) -> None:
    _, mid, _ = tree()
    limit(shop, finance, mid, int(price_of(shop) * 5) + 1)
    first, second = order(shop, 0, 5), order(shop, 1, 5)
    version = SalesOrder.objects.get(pk=first.order_id).version
    cancel_order(shop.by(), order_id=first.order_id, version=version, reason="Not wanted")
    assert exposure(mid) == 0
    deliver(LET_GO)
    assert held(second) == [False]
    assert exposure(mid) == price_of(shop) * 5
    proven()


def test_a_held_order_that_asks_for_less_goes_when_it_fits(shop: Trade, finance: By) -> None:
    _, mid, _ = tree()
    gross = price_of(shop)
    limit(shop, finance, mid, int(gross * 5) + 1)
    made = order(shop, 0, 8)
    deliver(LET_GO)
    for version, quantity, waits in ((1, 9, True), (2, 6, True), (3, 4, False)):
        change = Amendment(lines=[LineChange(1, Decimal(quantity))])
        amended = amend_order(shop.by(), order_id=made.order_id, version=version, amendment=change)
        assert amended.holds == ["credit"]
        assert deliver(LET_GO).handled == (version > 1)  # who asks for more is not looked at
        assert held(made) == [waits]
    assert exposure(mid) == gross * 4
    proven()


def test_a_held_order_of_which_a_line_is_cancelled_goes_when_it_fits(shop: Trade, finance: By) -> None:
    _, mid, _ = tree()
    gross = price_of(shop)
    limit(shop, finance, mid, int(gross * 5) + 1)
    wanted = [LineRequest(shop.world.items[1], Decimal(quantity)) for quantity in (3, 4)]
    made = shop.submit(wanted, customer_id=shop.world.customers[0])
    assert made.holds == ["credit"]
    cancel_lines(shop.by(), order_id=made.order_id, version=1, lines=[2], reason="Not wanted")
    deliver(LET_GO)
    assert held(made) == [False]
    assert exposure(mid) == gross * 3
    proven()


def test_a_change_that_passes_a_groups_limit_is_held(shop: Trade, finance: By) -> None:
    _, mid, _ = tree()
    gross = price_of(shop)
    limit(shop, finance, mid, int(gross * 5) + 1)
    made = order(shop, 0, 4)
    change = Amendment(lines=[LineChange(1, Decimal(6))])
    assert amend_order(shop.by(), order_id=made.order_id, version=1, amendment=change).holds == ["credit"]
    assert "of North by" in Hold.objects.get().detail
    assert exposure(mid) == 0
    proven()


def test_the_number_of_statements_knows_no_depth(shop: Trade, finance: By) -> None:
    def counted() -> int:
        request, by = shop.request(3), shop.by()
        with count_statements() as found:
            submit_order(by, request=request)
        return found.statements

    counted()
    before = counted()
    top, mid, low = tree()
    assert counted() == before
    for group in (top, mid, low):
        limit(shop, finance, group, 1_000_000)
    assert counted() == before


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_group_is_never_overdrawn_by_orders_at_the_same_moment() -> None:
    shop = trade(items=4, customers=4)
    top, mid, _ = tree()
    by = By(factories.actor("finance"))
    gross = price_of(shop)
    # given room for three of eight orders of four payers, on the level above them
    limit(shop, by, top, 1_000_000)
    limit(shop, by, mid, int(gross * 3) + 1)
    results = run_concurrently(lambda n: order(shop, n % 4, 1), range(8))
    holds = sorted(len(result.holds) for result in results)
    assert holds == [0, 0, 0, 1, 1, 1, 1, 1]
    assert exposure(mid) == exposure(top) == gross * 3
    proven()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_payments_and_orders_at_the_same_moment_keep_the_group_exact() -> None:
    shop = trade(items=4, customers=4)
    _, mid, _ = tree()
    by = By(factories.actor("finance"))
    gross = price_of(shop)
    limit(shop, by, mid, int(gross * 4) + 1)
    first = [order(shop, n, 2) for n in range(4)]
    assert sum(held(*first)) == 2

    def work(n: int) -> object:
        if n % 2:
            return order(shop, n % 4, 1)
        return pay(shop, by, gross)

    results = run_concurrently(work, range(6))
    assert [result for result in results if isinstance(result, Exception)] == []
    deliver(LET_GO)
    account = CreditAccount.objects.get(group=mid)
    assert account.exposure <= account.limit
    proven()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit_first", [True, False])
def test_an_order_under_way_is_counted_by_a_first_limit(limit_first: bool) -> None:
    shop = trade(items=4, customers=4)
    CreditAccount.objects.all().delete()
    _, mid, _ = tree()
    by = By(factories.actor("finance"))
    verbs = [lambda: limit(shop, by, mid, 1_000_000), lambda: order(shop, 0, 1)]
    results = in_turn(*(verbs if limit_first else reversed(verbs)))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert deliver(RECOUNT).failed == 0
    assert exposure(mid) == price_of(shop)
    assert not OutboxEntry.objects.filter(subscriber=RECOUNT, done_at=None).exists()
    proven()
