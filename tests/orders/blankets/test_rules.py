"""What may be called off of a line, as a table and for every history of call-offs."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.quantity import InexactQuantity, UnitFactor
from orders.blankets.errors import CallOffTooSmall, OverCallOff
from orders.blankets.rules import Frame, tolerated

D = Decimal


def frame(**changes: Any) -> Frame:
    """100 boxes of 12, at least 10 at a time, 5 boxes tolerated, of which 80 boxes are called off."""
    given: dict[str, Any] = {
        "line_id": 1, "line": 1, "item_id": 1, "code": "P1", "quantity": D(100), "unit": "BX", "least": D(10),
        "stock_quantity": D(1200), "tolerated": D(60), "called": D(960), "unit_price": D(5), "supply": "",
        "factor": UnitFactor("BX", 12, 1),
    }  # fmt: skip
    return Frame(**{**given, **changes})


@pytest.mark.parametrize(
    ("wanted", "changes", "outcome"),
    [
        (10, {}, 120),
        (20, {}, 240),
        (25, {}, 300),  # all of it and the tolerance
        (26, {}, OverCallOff),
        (9, {}, CallOffTooSmall),
        (3, {"called": D(1164)}, 36),  # all that is committed
        (8, {"called": D(1164)}, 96),  # all that is left
        (4, {"called": D(1164)}, CallOffTooSmall),
        (1, {"least": D(0)}, 12),
        (1, {"called": D(1260), "least": D(0)}, OverCallOff),
        (D("10.5"), {}, InexactQuantity),
    ],
)
def test_call_off(wanted, changes, outcome):
    if isinstance(outcome, int):
        assert frame(**changes).refuse("BO-1", D(wanted)) == outcome
    else:
        with pytest.raises(outcome):
            frame(**changes).refuse("BO-1", D(wanted))


def test_a_refusal_says_what_is_left_in_the_lines_unit():
    with pytest.raises(
        OverCallOff, match="Line 1 of BO-1 has 25 BX of P1 left, tolerance included; 30 are asked"
    ):
        frame().refuse("BO-1", D(30))


@pytest.mark.parametrize(("percent", "quantity"), [(0, 0), (10, 120), (D("2.5"), 30)])
def test_tolerance(percent, quantity):
    assert tolerated(D(1200), D(percent)) == quantity


@given(st.lists(st.integers(1, 60), max_size=30), st.integers(0, 20))
def test_no_history_goes_beyond_commitment_and_tolerance(wanted: list[int], percent: int) -> None:
    called, most = D(0), D(100) + tolerated(D(100), D(percent))
    for quantity in wanted:
        now = frame(
            factor=UnitFactor("EA", 1, 1),
            stock_quantity=D(100),
            tolerated=most - 100,
            called=called,
            least=D(0),
        )
        try:
            called += now.refuse("BO-1", D(quantity))
        except OverCallOff:
            assert called + quantity > most
        assert D(0) <= called <= most
        assert now.open == max(D(100) - now.called, D(0))
