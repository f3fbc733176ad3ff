"""Who follows a lot to whoever sent it and to whoever has it."""

from erp.kernel.access import permit

TRACE_LOTS = permit("reporting.trace_lots", "warehouse", "customer_service", "procurement", "process_owner")
