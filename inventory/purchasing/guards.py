"""Where higher rooms may keep the buyer from ordering for a delivery; asked with demand group ids.

A refusal's part is a demand of the group: the others may be bought for.
"""

from erp.kernel.events import GuardPoint

buy_guard = GuardPoint("inventory.buy")
