"""The app's part of the REST API: the rooms' viewsets, gathered."""

from django.urls import path

from erp.kernel.routes import ResourceRouter

from .banking.api import BankAccountViewSet, BankEntryViewSet, BankFileViewSet, BankStatementViewSet
from .closing.api import CloseTaskViewSet, LedgerSealViewSet, PeriodCloseViewSet, YearCloseViewSet
from .collections.api import CollectionViewSet, PaymentPromiseViewSet
from .disputes.api import DisputeViewSet, WriteOffViewSet
from .dunning.api import DunningLetterViewSet, DunningLevelViewSet, DunningStopViewSet
from .einvoice.api import EInvoiceViewSet
from .exceptions.api import ExceptionViewSet
from .invoicing.api import CreditReturn, InvoiceShipment, InvoiceViewSet
from .ledger.api import JournalLineViewSet, JournalViewSet, PeriodViewSet
from .ledger.chart_api import AccountClassViewSet, AccountViewSet
from .ledger.statement_api import BalanceSheetView, DeterminationView, ProfitAndLossView, TrialBalanceView
from .payables.api import GoodsAccrualViewSet, MatchExceptionViewSet, PayableViewSet, SupplierInvoiceViewSet
from .payments.api import BankDetailsViewSet, PaymentRunViewSet, PaymentViewSet
from .receivables.api import OpenItemViewSet, ReceiptViewSet

router = ResourceRouter()
router.register("invoices", InvoiceViewSet, "api-invoice")
router.register("invoice-exceptions", ExceptionViewSet, "api-invoice-exception")
router.register("einvoices", EInvoiceViewSet, "api-einvoice")
router.register("open-items", OpenItemViewSet, "api-open-item")
router.register("cash-receipts", ReceiptViewSet, "api-cash-receipt")
router.register("bank-accounts", BankAccountViewSet, "api-bank-account")
router.register("bank-files", BankFileViewSet, "api-bank-file")
router.register("bank-statements", BankStatementViewSet, "api-bank-statement")
router.register("bank-entries", BankEntryViewSet, "api-bank-entry")
router.register("supplier-invoices", SupplierInvoiceViewSet, "api-supplier-invoice")
router.register("match-exceptions", MatchExceptionViewSet, "api-match-exception")
router.register("goods-accruals", GoodsAccrualViewSet, "api-goods-accrual")
router.register("payment-runs", PaymentRunViewSet, "api-payment-run")
router.register("payments", PaymentViewSet, "api-payment")
router.register("bank-details", BankDetailsViewSet, "api-bank-details")
router.register("payables", PayableViewSet, "api-payable")
router.register("disputes", DisputeViewSet, "api-dispute")
router.register("write-offs", WriteOffViewSet, "api-write-off")
router.register("collections", CollectionViewSet, "api-collection")
router.register("payment-promises", PaymentPromiseViewSet, "api-payment-promise")
router.register("dunning-letters", DunningLetterViewSet, "api-dunning-letter")
router.register("dunning-levels", DunningLevelViewSet, "api-dunning-level")
router.register("dunning-stops", DunningStopViewSet, "api-dunning-stop")
router.register("journals", JournalViewSet, "api-journal")
router.register("journal-lines", JournalLineViewSet, "api-journal-line")
router.register("accounts", AccountViewSet, "api-account")
router.register("account-classes", AccountClassViewSet, "api-account-class")
router.register("period-closes", PeriodCloseViewSet, "api-period-close")
router.register("year-closes", YearCloseViewSet, "api-year-close")
router.register("sealed-days", LedgerSealViewSet, "api-sealed-day")
router.register("close-tasks", CloseTaskViewSet, "api-close-task")
router.register("accounting-periods", PeriodViewSet, "api-accounting-period")

urlpatterns = [
    path("shipments/<int:pk>/invoice/", InvoiceShipment.as_view(), name="api-shipment-invoice"),
    path("returns/<str:number>/credit/", CreditReturn.as_view(), name="api-return-credit"),
    path("account-determination/", DeterminationView.as_view(), name="api-account-determination"),
    path("trial-balance/", TrialBalanceView.as_view(), name="api-trial-balance"),
    path("profit-and-loss/", ProfitAndLossView.as_view(), name="api-profit-and-loss"),
    path("balance-sheet/", BalanceSheetView.as_view(), name="api-balance-sheet"),
    *router.urls,
]
