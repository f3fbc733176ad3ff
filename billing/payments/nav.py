"""Payments in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import APPROVE_PAYMENT, VIEW_PAYMENT
from .queries import waiting_runs


def waiting(user: User) -> int:
    return waiting_runs(user=user).order_by().count()


nav.link(
    role=("finance", "process_owner"), group=_("My queues"), label=_("Payment runs"), icon="banknote-arrow-up",
    url_name="billing:payment_run_list", permission=APPROVE_PAYMENT, count=waiting, order=17,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Payments"), icon="banknote",
    url_name="billing:payment_list", permission=VIEW_PAYMENT, order=73,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Bank details"), icon="id-card",
    url_name="billing:bank_details_list", permission=VIEW_PAYMENT, order=85,
)  # fmt: skip
