"""Where higher rooms may keep goods in the house, or out of it, before anything is written.

Release and ship are asked with demand group ids, beside the read that locks the stock, so that a check there takes no
lock of its own; reversal, and taking back a proof of delivery, with shipment ids. A refusal's part is a demand of the
group: the others may go on.
"""

from erp.kernel.events import GuardPoint

release_guard = GuardPoint("inventory.release")
ship_guard = GuardPoint("inventory.ship")
reverse_guard = GuardPoint("inventory.reverse")
withdraw_delivery_guard = GuardPoint("inventory.withdraw_delivery")
