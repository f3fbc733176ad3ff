"""Who reads bank statements, who brings them in, who keeps bank accounts, and who posts what is on them."""

from erp.kernel.access import permit

VIEW_BANK = permit("billing.view_bank", "finance", "executive", "process_owner")
TAKE_STATEMENT = permit("billing.take_bank_statement", "finance")
POST_ENTRY = permit("billing.post_bank_entry", "finance")
CHANGE_BANK_ACCOUNT = permit("billing.change_bank_account", "finance")
