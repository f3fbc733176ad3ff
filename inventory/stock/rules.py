"""What stock is worth when a part of it moves. No database, no clock."""

from decimal import Decimal


def issue_value(*, quantity: Decimal, valued_quantity: Decimal, value: Decimal) -> Decimal:
    """Value that leaves with `quantity` of own stock: its share to the cent, and all of it with the last (7)."""
    if quantity >= valued_quantity:
        return value
    return (value * quantity / valued_quantity).quantize(Decimal("0.01"))
