"""Why a policy's value is refused."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NoSuchLevel(DomainError):
    code = "masterdata.policy_does_not_vary"
    message = _("{policy} does not vary by {level}. Change the enterprise's value instead.")


class DateIsPast(DomainError):
    code = "masterdata.policy_date_is_past"
    message = _("{date} is past, and decisions were made on the old value. Choose today or a later day.")


class DateIsTaken(DomainError):
    code = "masterdata.policy_date_is_taken"
    message = _("There is already a version from {date} for {scope}. Choose another day.")


class OwnProposal(DomainError):
    code = "masterdata.own_proposal"
    message = _("You proposed this variation, so someone else approves it.")
    status = 403


class AlreadyDecided(DomainError):
    code = "masterdata.variation_already_decided"
    message = _("This variation was approved by {approver}. End it instead.")
