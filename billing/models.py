"""The app's face: it only gathers the rooms' rows."""

from .exceptions.models import InvoiceException
from .invoicing.models import Billable, Invoice, InvoiceDocument, InvoiceLine, InvoiceTax
from .ledger.models import Account, AccountRule, Journal, JournalLine, UnmappedPosting
from .receivables.models import CashApplication, CashReceipt, OpenItem

__all__ = [
    "Account", "AccountRule", "Billable", "CashApplication", "CashReceipt", "Invoice", "InvoiceDocument",
    "InvoiceException", "InvoiceLine", "InvoiceTax", "Journal", "JournalLine", "OpenItem", "UnmappedPosting",
]  # fmt: skip
