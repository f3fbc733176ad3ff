"""The app's face: it only gathers the rooms' rows."""

from .banking.models import BankAccount, BankEntry, BankFile, BankPosting, BankStatement, LearntPayer
from .closing.models import CloseTask, LedgerSeal, PeriodClose, YearClose
from .collections.models import CollectionAccount, CollectionNote, PaymentPromise
from .disputes.models import Dispute, DisputeOutcome
from .dunning.models import DunningLetter, DunningLetterItem, DunningLevel, DunningStop, DunningText
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
from .payments.models import BankDetails, Payment, PaymentFile, PaymentItem, PaymentRun
from .receivables.models import CashApplication, CashReceipt, OpenItem

__all__ = [
    "Account", "AccountClass", "AccountRule", "BankAccount", "BankDetails", "BankEntry", "BankFile", "BankPosting",
    "BankStatement", "Billable", "CashApplication", "CashReceipt", "CloseTask", "CollectionAccount", "CollectionNote",
    "Dispute", "DisputeOutcome", "DunningLetter", "DunningLetterItem", "DunningLevel", "DunningStop", "DunningText",
    "EInvoice", "EInvoiceDocument", "GoodsAccrual", "GoodsMatch", "Invoice", "InvoiceDocument", "InvoiceException",
    "InvoiceLine", "InvoiceTax", "Journal", "JournalLine", "LearntPayer", "LedgerSeal", "MatchException", "OpenItem",
    "Payable", "Payment", "PaymentFile", "PaymentItem", "PaymentPromise", "PaymentRun", "PeriodBalance",
    "PeriodClose", "ReturnCredit", "SupplierInvoice", "SupplierInvoiceLine", "SupplierInvoiceReversal",
    "SupplierInvoiceTax", "UnmappedPosting", "YearClose",
]  # fmt: skip
