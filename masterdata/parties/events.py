"""What parties announce."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustomersMoved:
    """Customers stand beneath other groups than before, inside the transaction: the groups left, joined and above."""

    group_ids: Sequence[int]
