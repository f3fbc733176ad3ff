"""How runs and bank details are called, and in which tone."""

from django.utils.translation import gettext_lazy as _

from billing.payments.models import BankDetails, PaymentRun

RUNS = {
    PaymentRun.State.PROPOSED: (_("To approve"), "warn"),
    PaymentRun.State.APPROVED: (_("Approved"), "ok"),
    PaymentRun.State.CANCELLED: (_("Cancelled"), "mute"),
}
DETAILS = {
    BankDetails.State.PROPOSED: (_("To confirm"), "warn"),
    BankDetails.State.CONFIRMED: (_("Confirmed"), "ok"),
    BankDetails.State.REFUSED: (_("Refused"), "bad"),
    BankDetails.State.REPLACED: (_("Replaced"), "mute"),
}
