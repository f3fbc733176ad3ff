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
        "{scope} is bought at, so one person alone does not change its prices. Propose them under price proposals, and "
        "someone else approves."
    )


class NotSoldIn(DomainError):
    code = "masterdata.price_unit"
    message = _("{item} has no unit {unit}. Add the unit to the item first.")
    status = 400
