"""Refusals of drop shipments."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class DropRefused(DomainError):
    code = "inventory.drop_refused"
    message = _("{order}, line {line}: {reason}")


class NoDropOrder(DomainError):
    code = "inventory.no_drop_order"
    message = _("{order} comes to the site. Receive it there.")
