"""Refusals of closing a month."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class PeriodIsClosed(DomainError):
    code = "billing.period_is_closed"
    message = _("{period} is closed. Reopen it first, if something has to change.")


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
