"""Locks for what has no row of its own (reliability.md 2.7): classes of transaction-scoped advisory locks."""

from typing import Final

FACTS: Final = 7001  # one writer of facts at a time: two that met at an order could put the older truth last
STOCK: Final = 7002  # one writer of a company's stock values
