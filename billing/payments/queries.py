"""Payment runs, payments and bank details as a reader may see them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from billing.banking.models import BankAccount
from billing.banking.queries import bank_account_list
from billing.payments.models import BankDetails, Payment, PaymentItem, PaymentRun
from erp.kernel.models import Decision


def run_list(*, user: Any) -> QuerySet[PaymentRun]:
    """Runs in scope, newest first."""
    rows = PaymentRun.objects.visible_to(user).select_related("bank_account", "company")
    return rows.order_by("-pk")


def waiting_runs(*, user: Any) -> QuerySet[PaymentRun]:
    return run_list(user=user).filter(state=PaymentRun.State.PROPOSED)


def items_of(run: PaymentRun) -> QuerySet[PaymentItem]:
    """What is in a run, by supplier."""
    rows = run.items.select_related("payable__invoice", "payable__supplier__party")
    return rows.order_by("payable__supplier__party__name", "-amount", "pk")


def payment_list(*, user: Any) -> QuerySet[Payment]:
    """What left the bank, newest first."""
    return (
        Payment.objects.visible_to(user).select_related("run", "supplier__party", "company").order_by("-pk")
    )


def details_list(*, user: Any) -> QuerySet[BankDetails]:
    """Bank details of suppliers, newest first."""
    return BankDetails.objects.visible_to(user).select_related("supplier__party", "company").order_by("-pk")


def paying_accounts(*, user: Any) -> QuerySet[BankAccount]:
    """Bank accounts that payments can leave from."""
    return bank_account_list(user=user).filter(kind=BankAccount.Kind.BANK, currency="EUR")


_WORDS = {
    "propose_payments": _("Proposed"),
    "edit_payment_run": _("Changed"),
    "approve_payment_run": _("Approved"),
    "cancel_payment_run": _("Cancelled"),
    "reverse_payment": _("Taken back"),
}


def timeline_of(run: PaymentRun) -> list[dict[str, Any]]:
    """What was done to a run and its payments, newest first."""
    payments = dict(run.payments.values_list("pk", "number"))
    decisions = Decision.objects.filter(subject="billing.paymentrun", subject_id=run.pk) | (
        Decision.objects.filter(subject="billing.payment", subject_id__in=list(payments))
    )
    return [
        {
            "what": _WORDS.get(each.verb.removeprefix("billing."), each.verb),
            "who": each.actor,
            "at": each.effective_at,
            "text": " ".join(
                filter(
                    None,
                    (
                        payments.get(each.subject_id, "") if each.subject == "billing.payment" else "",
                        each.outcome.get("reason", ""),
                    ),
                )
            ),
        }
        for each in decisions.order_by("-pk")
    ]
