"""Who sees payments and bank details, who proposes them, and who lets them out of the house."""

from erp.kernel.access import permit

VIEW_PAYMENT = permit("billing.view_payment", "finance", "executive", "process_owner")
PROPOSE_PAYMENT = permit("billing.propose_payment", "finance")
APPROVE_PAYMENT = permit("billing.approve_payment", "finance", "process_owner")
REVERSE_PAYMENT = permit("billing.reverse_payment", "finance")
PROPOSE_BANK_DETAILS = permit("billing.propose_bank_details", "finance", "procurement")
APPROVE_BANK_DETAILS = permit("billing.approve_bank_details", "finance", "process_owner")
