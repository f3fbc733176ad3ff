"""Where goods belong: a table, and what holds whatever lies where."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.putaway.rules import Place, Proposal, Why, propose

PICK, PICK_TOO, RESERVE = Place(1, True, 10), Place(2, True, 5), Place(3, False, 1)


def holds(place: Place, quantity: int) -> Place:
    return Place(place.bin_id, place.is_pick, place.sequence, Decimal(quantity))


@pytest.mark.parametrize(
    ("holding", "empty", "proposal"),
    [
        ([holds(PICK, 3), holds(PICK_TOO, 9)], [], Proposal(2, Why.SAME_ITEM)),  # where most of it lies
        ([holds(PICK, 3), holds(RESERVE, 9)], [], Proposal(1, Why.SAME_ITEM)),  # for picking first
        ([holds(RESERVE, 9)], [PICK], Proposal(3, Why.SAME_ITEM)),  # before an empty one
        ([], [PICK, PICK_TOO, RESERVE], Proposal(2, Why.EMPTY)),  # the first on the way
        ([], [RESERVE], Proposal(3, Why.EMPTY)),
        ([], [], Proposal(None, Why.NO_BIN)),
    ],
)
def test_where_it_belongs(holding, empty, proposal):
    assert propose([(7, 70)], holding={70: holding}, empty=empty) == {7: proposal}


@given(
    tasks=st.lists(st.integers(1, 5), max_size=12),
    held=st.dictionaries(st.integers(1, 5), st.integers(100, 105), max_size=3),
    empty=st.lists(st.integers(1, 9), unique=True, max_size=6),
)
def test_an_empty_bin_is_proposed_for_one_item_only(tasks, held, empty):
    asked = list(enumerate(tasks))
    holding = {item: [Place(place, True, place, Decimal(1))] for item, place in held.items()}
    found = propose(asked, holding=holding, empty=[Place(pk, pk % 2 == 0, pk) for pk in empty])
    assert found.keys() == {task_id for task_id, _ in asked}
    owners: dict[int, set[int]] = {}
    for task_id, item_id in asked:
        proposal = found[task_id]
        assert (proposal.bin_id is None) == (proposal.why is Why.NO_BIN)
        assert (proposal.why is Why.SAME_ITEM) == (item_id in held)
        if proposal.why is Why.EMPTY:
            owners.setdefault(proposal.bin_id, set()).add(item_id)
    assert all(len(items) == 1 for items in owners.values())
