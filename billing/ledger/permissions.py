"""Who reads the books, who keeps accounts, and who closes periods."""

from erp.kernel.access import permit

VIEW_LEDGER = permit("billing.view_ledger", "finance", "executive", "process_owner")
CHANGE_ACCOUNT = permit("billing.change_account", "finance")
CHANGE_ACCOUNT_CLASS = permit("billing.change_account_class", "finance", "process_owner")
CLEAR_UNMAPPED = permit("billing.clear_unmapped", "finance")
CLOSE_PERIOD = permit("billing.close_period", "finance")
REOPEN_PERIOD = permit("billing.reopen_period", "finance", "process_owner")
