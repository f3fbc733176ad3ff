"""The app's face: it only gathers the rooms' rows."""

from .banking.models import BankAccount, BankEntry, BankFile, BankPosting, BankStatement, LearntPayer
from .einvoice.models import EInvoice, EInvoiceDocument
from .exceptions.models import InvoiceException
from .invoicing.models import Billable, Invoice, InvoiceDocument, InvoiceLine, InvoiceTax, ReturnCredit
from .ledger.models import (
    Account,
    AccountClass,
    AccountRule,
    Journal,
    JournalLine,
    PeriodBalance,
    UnmappedPosting,
)
from .receivables.models import CashApplication, CashReceipt, OpenItem

__all__ = [
    "Account", "AccountClass", "AccountRule", "BankAccount", "BankEntry", "BankFile", "BankPosting",
    "BankStatement", "Billable", "CashApplication", "CashReceipt", "EInvoice", "EInvoiceDocument",
    "Invoice", "InvoiceDocument", "InvoiceException", "InvoiceLine", "InvoiceTax", "Journal", "JournalLine",
    "LearntPayer", "OpenItem", "PeriodBalance", "ReturnCredit", "UnmappedPosting",
]  # fmt: skip
