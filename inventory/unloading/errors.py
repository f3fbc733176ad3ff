"""Refusals of unloading, as somebody with a pallet in front of them understands them."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NothingExpected(DomainError):
    code = "inventory.nothing_expected"
    message = _("Nothing of {number} is expected any more. Ask the buyer before you unload it.")


class UnloadingEnded(DomainError):
    code = "inventory.unloading_ended"
    message = _("{number} was ended by {by}: {state}. Open the purchase order again to unload the rest.")


class CountRefused(DomainError):
    code = "inventory.unloading_count_refused"
    message = _("{item}: {reason}")


class BeingUnloaded(DomainError):
    code = "inventory.being_unloaded"
    message = _("This delivery was opened by somebody else at the same moment. Open it again.")
