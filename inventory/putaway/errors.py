"""Refusals of putaway, as somebody with the goods on a trolley understands them."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class PutawayClosed(DomainError):
    code = "inventory.putaway_closed"
    message = _("{number} is {state}: nothing more of it is put away. Scan the next goods.")


class PutawayTaken(DomainError):
    code = "inventory.putaway_taken"
    message = _("{by} is putting {number} away. Take other goods, or have it given to you.")


class PutawayRefused(DomainError):
    code = "inventory.putaway_refused"
    message = _("{number}: {reason}")


class ScanRefused(DomainError):
    code = "inventory.putaway_scan_refused"
    message = _("{scanned}: {reason}")
