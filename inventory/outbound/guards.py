"""Where higher rooms may keep goods in the house, or out of it, before any stock is locked.

Release and ship are asked with demand group ids, reversal with shipment ids.
"""

from erp.kernel.events import GuardPoint

release_guard = GuardPoint("inventory.release")
ship_guard = GuardPoint("inventory.ship")
reverse_guard = GuardPoint("inventory.reverse")
