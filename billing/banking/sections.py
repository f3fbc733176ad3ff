"""The bank's entry on the page of the receipt that it became."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing.receivables.models import CashReceipt
from erp.kernel.sections import section

from .permissions import VIEW_BANK
from .queries import entry_list


@section("billing.receipt", VIEW_BANK, title=_("Bank entry"), order=20)
def bank_entry(request: HttpRequest, receipt: CashReceipt) -> tuple[str, dict[str, Any]] | None:
    """What the bank said of the money; nothing for a receipt that was typed in."""
    found = entry_list(user=request.user).filter(postings__receipt=receipt).first()
    return ("billing/banking/_receipt.html", {"entry": found}) if found is not None else None
