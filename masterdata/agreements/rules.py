"""What a stored price may be: no database, no clock."""

from decimal import Decimal

from django.utils.translation import gettext as _

MOST = Decimal(10) ** 11
MOST_OF = {"discount": Decimal(100), "markup": Decimal(1000)}
METHODS = ("net", "discount", "markup", "cost_plus")
PER_UNIT = ("net", "cost_plus")  # money per unit; the others are percentages


def price_problem(
    *, kind: str, stacking: str, method: str, value: Decimal, min_quantity: Decimal, for_item: bool
) -> tuple[str, str] | None:
    """The field and the reason why a set of this kind cannot hold such a price; None when it can."""
    if method not in METHODS:
        return "method", _("net, discount, markup or cost_plus.")
    if not value.is_finite() or not 0 <= value <= MOST_OF.get(method, MOST):
        return "value", _("not negative, a discount at most 100, a mark-up at most 1,000.")
    if not min_quantity.is_finite() or not 0 <= min_quantity <= MOST:
        return "min_quantity", _("not negative.")
    if kind == "promotion" and stacking != "alone" and method != "discount":
        return "method", _("what comes on top of another price is a discount.")
    if kind == "list" and method == "discount":
        return "method", _("a list has prices; a discount is taken off them.")
    if method == "net" and not for_item:
        return "item", _("a net price is for one item; classes get percentages.")
    return None
