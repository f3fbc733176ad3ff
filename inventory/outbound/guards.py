"""Where higher rooms may keep goods in the house: asked with demand group ids, before any stock is locked."""

from erp.kernel.events import GuardPoint

release_guard = GuardPoint("inventory.release")
ship_guard = GuardPoint("inventory.ship")
