"""Which items a payment is proposed for."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.receivables.rules import Application, Candidate, propose

ITEMS = [
    Candidate(1, "INV-000101", Decimal("100.00"), date(2026, 1, 10)),
    Candidate(2, "INV-000102", Decimal("250.00"), date(2026, 1, 5)),
    Candidate(3, "INV-000103", Decimal("40.00"), date(2026, 2, 1)),
]


def proposed(amount: str, reference: str = "", items: list[Candidate] = ITEMS) -> list[tuple[int, Decimal]]:
    found = propose(amount=Decimal(amount), reference=reference, items=items)
    return [(one.open_item_id, one.amount) for one in found.applications]


def test_the_reference_names_the_invoices() -> None:
    assert proposed("140", "inv-000103 and 101") == [(1, Decimal(100)), (3, Decimal(40))]
    assert proposed("120", "INV-000101, INV-000103") == [(1, Decimal(100)), (3, Decimal(20))]


def test_one_item_of_exactly_the_amount_comes_before_the_oldest() -> None:
    assert proposed("40") == [(3, Decimal(40))]


def test_the_whole_account_is_settled_with_its_credit_memos() -> None:
    items = [*ITEMS, Candidate(4, "CM-000001", Decimal("-90"), date(2026, 1, 20))]
    assert dict(proposed("300", items=items)) == {1: 100, 2: 250, 3: 40, 4: -90}


def test_else_the_oldest_first() -> None:
    assert proposed("300") == [(2, Decimal(250)), (1, Decimal(50))]
    assert proposed("10", items=[]) == []


@given(
    amount=st.decimals("0.01", "500", places=2),
    opens=st.lists(st.decimals("-200", "200", places=2).filter(bool), max_size=8),
    reference=st.sampled_from(["", "INV-000100", "100 101 102", "nothing"]),
)
def test_a_proposal_never_exceeds_the_money_nor_an_item(
    amount: Decimal, opens: list[Decimal], reference: str
) -> None:
    items = [Candidate(n, f"INV-{100 + n:06}", open_, date(2026, 1, 1)) for n, open_ in enumerate(opens)]
    found: list[Application] = propose(amount=amount, reference=reference, items=items).applications
    by_id = {item.open_item_id: item.open for item in items}
    assert 0 <= sum(one.amount for one in found) <= amount
    assert all(abs(one.amount) <= abs(by_id[one.open_item_id]) for one in found)
    assert all((one.amount > 0) == (by_id[one.open_item_id] > 0) for one in found)
