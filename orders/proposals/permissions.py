"""Who proposes changed prices and who lets them hold: never the same person for one proposal."""

from erp.kernel.access import permit

PROPOSE_PRICES = permit("orders.propose_prices", "data_steward", "process_owner")
APPROVE_PRICES = permit("orders.approve_prices", "process_owner", "finance")
