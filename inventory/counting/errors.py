"""Refusals of counting, as somebody at the bin understands them."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class CountClosed(DomainError):
    code = "inventory.count_closed"
    message = _("{number} is {state}. Nothing more is counted on it; have the bin counted anew.")


class CountTaken(DomainError):
    code = "inventory.count_taken"
    message = _("{number} is being counted by {by}. Take another bin.")


class SamePerson(DomainError):
    code = "inventory.same_person"
    message = _("You counted {number} the first time. Another person counts it again.")


class CountRefused(DomainError):
    code = "inventory.count_refused"
    message = _("{item}: {reason}")


class BinBeingCounted(DomainError):
    code = "inventory.bin_being_counted"
    message = _(
        "A bin is counted once at a time, and a count of this one is open. Finish or cancel it first."
    )


class DifferenceWaits(DomainError):
    code = "inventory.difference_waits"
    message = _(
        "What the last count of {bins} found waits for an approval; counted again it would be adjusted twice. Have the "
        "adjustment approved or refused first."
    )
