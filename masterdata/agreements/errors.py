"""Why a price or an assignment is refused."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class ScopeTaken(DomainError):
    code = "masterdata.price_scope_taken"
    message = _("{company} has prices called {value} already. Choose another code.")


class WrongCurrency(DomainError):
    code = "masterdata.price_currency"
    message = _("{customer} buys in {wanted}, these prices are in {currency}.")


class AllowanceUsed(DomainError):
    code = "masterdata.allowance_used"
    message = _("{used} is used already. Allow at least that.")


class PricesInUse(DomainError):
    code = "masterdata.prices_in_use"
    message = _(
        "{scope} is bought at, and one person alone changes its prices by at most {percent} %. Propose them under "
        "price proposals, and someone else approves."
    )


class FreeGoodsInUse(DomainError):
    code = "masterdata.free_goods_in_use"
    message = _(
        "{scope} is given already, so what it gives does not change. End its assignments and coupons, and open another "
        "promotion."
    )


class AssignmentsOverlap(DomainError):
    code = "masterdata.assignments_overlap"
    message = _("The same holder gets {scope} again from {day}. End before that day, or end the other one.")


class CouponTaken(DomainError):
    code = "masterdata.coupon_taken"
    message = _("{company} has a coupon {value} already. Choose another code.")


class CouponUsed(DomainError):
    code = "masterdata.coupon_used"
    message = _("{used} orders carry it already. Allow at least that many.")


class NotSoldIn(DomainError):
    code = "masterdata.price_unit"
    message = _("{item} has no unit {unit}. Add the unit to the item first.")
    status = 400
