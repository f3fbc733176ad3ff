"""Why a freight tariff is refused."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class TariffCodeTaken(DomainError):
    code = "masterdata.freight_tariff_taken"
    message = _("{company} has a tariff {value} already: {owner}. Choose another code.")
