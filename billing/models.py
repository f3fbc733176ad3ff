"""The app's face: it only gathers the rooms' rows."""

from .banking.models import BankAccount, BankEntry, BankFile, BankPosting, BankStatement, LearntPayer
from .einvoice.models import EInvoice, EInvoiceDocument
from .exceptions.models import InvoiceException
from .invoicing.models import Billable, Invoice, InvoiceDocument, InvoiceLine, InvoiceTax, ReturnCredit
from .ledger.models import Account, AccountRule, Journal, JournalLine, UnmappedPosting
from .payables.models import (
    GoodsAccrual,
    GoodsMatch,
    MatchException,
    Payable,
    SupplierInvoice,
    SupplierInvoiceLine,
    SupplierInvoiceReversal,
    SupplierInvoiceTax,
)
from .receivables.models import CashApplication, CashReceipt, OpenItem

__all__ = [
    "Account", "AccountRule", "BankAccount", "BankEntry", "BankFile", "BankPosting", "BankStatement", "Billable",
    "CashApplication", "CashReceipt", "EInvoice", "EInvoiceDocument", "GoodsAccrual", "GoodsMatch", "Invoice",
    "InvoiceDocument", "InvoiceException", "InvoiceLine", "InvoiceTax", "Journal", "JournalLine", "LearntPayer",
    "MatchException", "OpenItem", "Payable", "ReturnCredit", "SupplierInvoice", "SupplierInvoiceLine",
    "SupplierInvoiceReversal", "SupplierInvoiceTax", "UnmappedPosting",
]  # fmt: skip
