"""Refusals of closing a month."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class PeriodIsClosed(DomainError):
    code = "billing.period_is_closed"
    message = _("{period} is closed. Reopen it first, if something has to change.")


class YearIsClosed(DomainError):
    code = "billing.year_is_closed"
    message = _("{year} is carried forward already. Reverse that first, if it has to be done again.")


class YearIsOpen(DomainError):
    code = "billing.year_is_open"
    message = _("The close of {year} was reversed already.")


class LaterYearClosed(DomainError):
    code = "billing.later_year_closed"
    message = _("{year} stays as it is: {later} was closed on it. Reverse that first.")


class NothingToCarry(DomainError):
    code = "billing.nothing_to_carry"
    message = _("No income or expense account has a balance at the end of {period}. Close the period itself.")


class NotForPeople(DomainError):
    code = "billing.check_not_done_by_hand"
    message = _("{task} is a check: it becomes green when its figures agree, or is waived.")


class NothingToWaive(DomainError):
    code = "billing.nothing_to_waive"
    message = _("{task} does not keep the period open, so nothing is to be waived.")


class NotWaivable(DomainError):
    code = "billing.check_not_waivable"
    message = _("{task} is never waived: work off what it shows.")


class OwnWaiver(DomainError):
    code = "billing.own_waiver"
    message = _("You asked for this waiver, so someone else grants it.")
    status = 403


class NoWaiverAsked(DomainError):
    code = "billing.no_waiver_asked"
    message = _("Nobody has asked for a waiver of {task}.")


class WaiverLapsed(DomainError):
    code = "billing.waiver_lapsed"
    message = _("{task} shows other figures than the ones the waiver was asked for. Ask again.")
