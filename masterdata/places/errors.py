"""Why a bin or site is refused."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class BinsExist(DomainError):
    code = "masterdata.bins_exist"
    message = _("{site} has these bins already: {codes}. Change the pattern.")


class ZoneElsewhere(DomainError):
    code = "masterdata.zone_elsewhere"
    message = _("The zone {zone} is not at {site}.")
    status = 400


class CodeTaken(DomainError):
    code = "masterdata.place_code_taken"
    message = _("{value} is the code of {owner} already. Choose another.")


class HolidayTaken(DomainError):
    code = "masterdata.holiday_taken"
    message = _("{site} is closed on {on} already: {name}. Change that one instead.")
