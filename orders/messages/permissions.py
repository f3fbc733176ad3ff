"""Who reads what customers are told, and who tells them."""

from erp.kernel.access import permit

VIEW_MESSAGE = permit("orders.view_message", "customer_service", "finance", "process_owner", "executive")
SEND_MESSAGE = permit("orders.send_message", "customer_service", "process_owner")
