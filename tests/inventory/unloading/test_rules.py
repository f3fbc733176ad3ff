"""What of a count is taken in, over and short: a table, and that nothing is created or lost."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.unloading.rules import Counted, Split, split


@pytest.mark.parametrize(
    ("counted", "expected", "reported", "complete", "result"),
    [
        ([("", 4)], 10, 0, False, Split([Counted("", D(4))], D(0), D(0))),
        ([("", 4)], 10, 0, True, Split([Counted("", D(4))], D(0), D(6))),
        ([("", 4)], 10, 5, True, Split([Counted("", D(4))], D(0), D(1))),
        ([("", 4)], 10, 9, True, Split([Counted("", D(4))], D(0), D(0))),
        ([("A", 6), ("B", 6)], 10, 0, True, Split([Counted("A", D(6)), Counted("B", D(4))], D(2), D(0))),
        ([("", 3)], 0, 0, True, Split([], D(3), D(0))),
        ([], 10, 0, False, Split([], D(0), D(0))),
    ],
)
def test_splits(counted, expected, reported, complete, result):
    rows = [Counted(lot, D(quantity)) for lot, quantity in counted]
    assert split(rows, expected=D(expected), reported=D(reported), complete=complete) == result


@given(
    counted=st.lists(st.integers(0, 50), max_size=5),
    expected=st.integers(0, 100),
    reported=st.integers(0, 20),
    complete=st.booleans(),
)
def test_every_piece_is_somewhere(counted, expected, reported, complete):
    rows = [Counted(str(place), D(quantity)) for place, quantity in enumerate(counted)]
    found = split(rows, expected=D(expected), reported=D(reported), complete=complete)
    taken = sum(each.quantity for each in found.taken)
    assert taken + found.over == sum(counted)
    assert taken <= expected and (found.over == 0 or taken == expected)
    assert found.short >= 0 and (complete or found.short == 0)
    assert found.short == 0 or taken + found.short + reported == expected
