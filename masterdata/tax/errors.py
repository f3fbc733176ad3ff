"""Why a tax code is refused."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class TaxCodeTaken(DomainError):
    code = "masterdata.tax_code_taken"
    message = _("{company} has a tax code {value} already: {owner}. Choose another code.")
