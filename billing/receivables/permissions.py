"""Who reads receivables, and who moves money in them."""

from erp.kernel.access import permit

VIEW_RECEIVABLE = permit(
    "billing.view_receivable", "finance", "customer_service", "executive", "process_owner"
)
RECEIVE_CASH = permit("billing.receive_cash", "finance")
APPLY_CASH = permit("billing.apply_cash", "finance")
WRITE_OFF_DIFFERENCE = permit("billing.write_off_difference", "process_owner")
