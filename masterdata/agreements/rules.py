"""What a stored price may be: no database, no clock."""

from decimal import Decimal

from django.utils.translation import gettext as _

MOST = Decimal(10) ** 11
MOST_OF = {"discount": Decimal(100), "markup": Decimal(1000)}
METHODS = ("net", "discount", "markup", "cost_plus", "free")
ADDS_GOODS = ("free", "free_all")  # how promotions stack that give goods, not prices
PER_UNIT = ("net", "cost_plus", "free")  # per unit; the others are percentages


def change_percent(*, method: str, before: Decimal, value: Decimal) -> Decimal | None:
    """By how much a price moves, up or down, in percent of what it was; of a discount or mark-up, what it leaves.

    None where nobody can tell: what comes on top of a cost, and what was nothing before.
    """
    if method == "discount":
        before, value = 100 - before, 100 - value
    elif method == "markup":
        before, value = 100 + before, 100 + value
    elif method != "net":
        return None
    return abs(value - before) * 100 / before if before else None


def price_problem(
    *, kind: str, stacking: str, method: str, value: Decimal, min_quantity: Decimal, for_item: bool
) -> tuple[str, str] | None:
    """The field and the reason why a set of this kind cannot hold such a price; None when it can."""
    if method not in METHODS:
        return "method", _("net, discount, markup, cost_plus or free.")
    if (method == "free") != (stacking in ADDS_GOODS):
        return "method", _("free goods are given by a promotion that adds free goods, and nothing else is.")
    if not value.is_finite() or not 0 <= value <= MOST_OF.get(method, MOST):
        return "value", _("not negative, a discount at most 100, a mark-up at most 1,000.")
    if not min_quantity.is_finite() or not 0 <= min_quantity <= MOST:
        return "min_quantity", _("not negative.")
    if method == "free":
        return _free_problem(value, min_quantity, for_item)
    if kind == "promotion" and stacking != "alone" and method != "discount":
        return "method", _("what comes on top of another price is a discount.")
    if kind == "list" and method == "discount":
        return "method", _("a list has prices; a discount is taken off them.")
    if method == "net" and not for_item:
        return "item", _("a net price is for one item; classes get percentages.")
    return None


def _free_problem(value: Decimal, min_quantity: Decimal, for_item: bool) -> tuple[str, str] | None:
    if not value:
        return "value", _("say how many are free.")
    if not min_quantity:
        return "min_quantity", _("say for how many they are given.")
    return None if for_item else ("item", _("free goods are given for one item."))
